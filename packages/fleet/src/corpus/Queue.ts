/**
 * The port of a queue of work: what an engine has to give so that corpora can be scored on many machines. JetStream (`WorkQueue`) and memory
 * (`MemoryQueue`) are two of them; `test/WorkQueue.conformance.ts` is what each has to pass.
 */
import { FleetError } from "../engine/FleetError.ts";
import { wordsOf } from "../engine/guarded.ts";

/** Result of a piece of work. */
export interface WorkResult {
  readonly bytes: Uint8Array;
  /** The worker that did it. */
  readonly worker: string;
}

/** Does a piece of work; rejects with why it cannot be done. */
export type Work = (job: Uint8Array, signal: AbortSignal) => Promise<Uint8Array>;

export interface QueueRun {
  readonly name: string;
  /** Pieces whose results were there already. */
  readonly resumed: number;
  /** Has a piece done; resolves with its result. Rejects with a `FleetError` when it failed on several workers. */
  do(kind: string, job: Uint8Array): Promise<WorkResult>;
  /** Takes back what was not begun, and forgets the results unless they are to be gone on with. */
  close(options?: { readonly keepResults?: boolean }): Promise<void>;
}

export interface Queue {
  /** Begins a run, or goes on with one of this name. */
  run(name: string): Promise<QueueRun>;
  /** Takes work until it is closed: several pieces at a time, if so asked. */
  work(
    works: Readonly<Record<string, Work>>,
    concurrency?: number,
  ): Promise<{ readonly done: number; close(): Promise<void> }>;
}

/** How often a piece is tried before it fails its run. */
export const tries = 4;

/** Throws a `FleetError` at a name that no subject can hold. */
export const checkName = (what: string, name: string): void => {
  if (typeof name !== "string" || !/^[A-Za-z0-9_-]{1,64}$/.test(name))
    throw new FleetError(
      "Invalid",
      `${what} ${JSON.stringify(name)} is no name: use 1 to 64 letters, digits, - and _.`,
    );
};

export const failedOn = (run: string, error: unknown): FleetError =>
  new FleetError("WorkFailed", `A piece of the run ${run} failed ${tries} times: ${wordsOf(error)}.`);
