/** A session for tests: what would stand on a terminal, line by line. */
import { Readable } from "node:stream";
import { run } from "../src/program.ts";
import * as Terminal from "../src/terminal/Terminal.ts";

export interface Ran {
  readonly exitCode: number;
  /** Standard output, without the line ends. */
  readonly lines: ReadonlyArray<string>;
  /** Standard error, the same way. */
  readonly notes: ReadonlyArray<string>;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stop?: AbortSignal;
  /** Characters in a line of the screen that both outputs are; none when absent. */
  readonly screen?: number;
  /** Standard input; empty when absent. */
  readonly stdin?: string | Uint8Array | AsyncIterable<Uint8Array>;
  /** Called with each line of standard output as it is written. */
  readonly onLine?: (line: string) => void;
}

const linesOf = (text: string): Array<string> => (text === "" ? [] : text.replace(/\n$/, "").split("\n"));

const bytesOf = (input: RunOptions["stdin"] = ""): AsyncIterable<Uint8Array> =>
  typeof input === "string" || input instanceof Uint8Array ? Readable.from([Buffer.from(input)]) : input;

/** Runs the command line in this process. */
export const evalwire = async (args: ReadonlyArray<string>, options: RunOptions = {}): Promise<Ran> => {
  let out = "";
  let err = "";
  const screen = options.screen === undefined ? {} : { isTTY: true, columns: options.screen };
  const terminal = Terminal.make({
    out: {
      ...screen,
      write: (text) => {
        out += text;
        options.onLine?.(text.trimEnd());
      },
    },
    err: { ...screen, write: (text) => (err += text) },
    env: options.env ?? {},
  });
  const stop = options.stop ?? new AbortController().signal;
  const exitCode = await run(args, {
    terminal,
    env: options.env ?? {},
    stop,
    stdin: () => bytesOf(options.stdin),
  });
  return { exitCode, lines: linesOf(out), notes: linesOf(err) };
};
