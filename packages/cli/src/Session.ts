/** The environment of a command: a terminal, standard input, the environment, and the request to stop. */
import type { Terminal } from "./terminal/Terminal.ts";

export interface Session {
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the user or the system asks the program to end. */
  readonly stop: AbortSignal;
  /** Standard input, created on demand by the reader; fails once the program is asked to end. */
  readonly stdin: () => AsyncIterable<Uint8Array>;
}

/** Resolves when the session is asked to stop. */
export const stopped = ({ stop }: Session): Promise<void> =>
  new Promise((resolve) => {
    if (stop.aborted) resolve();
    else stop.addEventListener("abort", () => resolve(), { once: true });
  });
