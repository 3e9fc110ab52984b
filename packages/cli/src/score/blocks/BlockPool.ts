/**
 * Threads that score blocks.
 *
 * 1. Results come in the order of the blocks.
 * 2. No more blocks are under way than the threads can hold: two each.
 * 3. After an abort, an error or an early end the threads are terminated and nothing keeps running.
 */
import { Worker } from "node:worker_threads";
import type { MetricConfig, Preset } from "@evalwire/metrics";
import { BadLine, type JsonEntry } from "@evalwire/metrics/corpus";
import { CommandFailure } from "../../CommandFailure.ts";
import type { Asked } from "../WordData.ts";
import type { Block, ChosenBlock } from "./Block.ts";
import type { BlockResult } from "./BlockResult.ts";
import type { BlockScorer } from "./BlockScorer.ts";
import type { Choice } from "./Choice.ts";

type SentEntry = JsonEntry & { readonly bad?: string };

/** A block as it is sent to another thread. */
export type SentBlock =
  | Exclude<Block, { readonly _tag: "entries" }>
  | {
      readonly _tag: "entries";
      readonly entries: ReadonlyArray<SentEntry>;
      readonly done?: ReadonlySet<string> | undefined;
    };

export interface Begin {
  readonly config: MetricConfig;
  readonly preset: Preset;
  readonly asked: Asked;
  readonly keepsWorst: boolean;
}

export type Request =
  | ({ readonly _tag: "begin" } & Begin)
  | { readonly _tag: "choose"; readonly id: number; readonly choice: Choice }
  | { readonly _tag: "score"; readonly id: number; readonly choice: number; readonly block: SentBlock };

export type Answer =
  | { readonly _tag: "ready" }
  | { readonly _tag: "unfit"; readonly problem: string }
  | { readonly _tag: "scored"; readonly id: number; readonly result: BlockResult }
  | { readonly _tag: "lost"; readonly id: number; readonly problem: string };

export interface BlockPool extends AsyncDisposable {
  /** Blocks that can be under way at once. */
  readonly capacity: number;
  readonly score: (chosen: ChosenBlock) => Promise<BlockResult>;
}

/** Scores in this thread. */
export const inThread = (scorer: BlockScorer): BlockPool => ({
  capacity: 1,
  score: (chosen) => scorer.score(chosen),
  [Symbol.asyncDispose]: async () => scorer[Symbol.dispose](),
});

/** Beside this module, as a source or as built. */
const entry = new URL(import.meta.url.endsWith(".ts") ? "./blockWorker.ts" : "./blockWorker.js", import.meta.url);

const seatsPerWorker = 2;

interface Job {
  readonly resolve: (result: BlockResult) => void;
  readonly reject: (error: Error) => void;
}

export const sent = (block: Block): SentBlock =>
  block._tag !== "entries"
    ? block
    : {
        ...block,
        entries: block.entries.map((one) =>
          one.value instanceof BadLine ? { line: one.line, value: null, bad: one.value.problem } : one,
        ),
      };

/** A bad line loses its class on the way to another thread. */
export const received = (block: SentBlock): Block =>
  block._tag !== "entries"
    ? block
    : {
        ...block,
        entries: block.entries.map(({ bad, ...entry }) =>
          bad === undefined ? entry : { ...entry, value: new BadLine(entry.line, bad) },
        ),
      };

/** @throws CommandFailure where a worker cannot begin */
export const ofWorkers = async (count: number, begin: Begin): Promise<BlockPool> => {
  const workers = Array.from({ length: count }, () => new Worker(entry));
  const free = Array.from({ length: seatsPerWorker }, () => workers).flat();
  const jobs = new Map<number, Job>();
  const choices = new Map<Choice, number>();
  let failure: Error | undefined;
  let nextId = 0;
  const fail = (problem: string): Error => {
    failure ??= new CommandFailure(problem);
    for (const { reject } of jobs.values()) reject(failure);
    jobs.clear();
    return failure;
  };
  const ready = workers.map(
    (worker) =>
      new Promise<void>((resolve, reject) => {
        const end = (problem: string) => reject(fail(problem));
        worker.on("error", (error) => end(`a worker failed: ${error.message}`));
        worker.on("exit", (code) => end(`a worker ended with code ${code}`));
        worker.on("message", (answer: Answer) => {
          if (answer._tag === "ready") resolve();
          else if (answer._tag === "unfit") end(answer.problem);
          else {
            const job = jobs.get(answer.id);
            jobs.delete(answer.id);
            free.push(worker);
            if (answer._tag === "scored") job?.resolve(answer.result);
            else job?.reject(new CommandFailure(answer.problem));
          }
        });
        worker.postMessage({ _tag: "begin", ...begin } satisfies Request);
      }),
  );
  const close = async () => {
    fail("the workers were ended");
    await Promise.all(workers.map((worker) => worker.terminate()));
  };
  const choiceOf = (choice: Choice): number => {
    const known = choices.get(choice);
    if (known !== undefined) return known;
    const id = choices.size;
    choices.set(choice, id);
    for (const worker of workers) worker.postMessage({ _tag: "choose", id, choice } satisfies Request);
    return id;
  };
  try {
    await Promise.all(ready);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    capacity: count * seatsPerWorker,
    score: ({ block, choice }) => {
      if (failure !== undefined) return Promise.reject(failure);
      const worker = free.shift()!;
      const id = nextId++;
      const request: Request = { _tag: "score", id, choice: choiceOf(choice), block: sent(block) };
      const result = new Promise<BlockResult>((resolve, reject) => {
        jobs.set(id, { resolve, reject });
      });
      worker.postMessage(request, block._tag === "lines" ? [block.bytes.buffer] : []);
      return result;
    },
    [Symbol.asyncDispose]: close,
  };
};
