/**
 * Threads that score blocks.
 *
 * 1. Results come in the order of the blocks.
 * 2. No more blocks are under way than the threads can hold: two each.
 * 3. After an abort, an error or an early end the threads are terminated and nothing keeps running.
 */
import type { MetricConfig, Preset } from "@evalwire/metrics";
import { BadLine, type JsonEntry } from "@evalwire/metrics/corpus";
import { CommandFailure } from "../../CommandFailure.ts";
import type { Asked } from "../WordData.ts";
import type { Block, ChosenBlock } from "./Block.ts";
import type { BlockResult } from "./BlockResult.ts";
import type { BlockScorer } from "./BlockScorer.ts";
import type { Choice } from "./Choice.ts";
import * as Threads from "./Threads.ts";

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
  | {
      readonly _tag: "score";
      readonly id: number;
      readonly choice: number;
      readonly block: SentBlock;
      /** Whether the result is to be bytes. */
      readonly isPacked: boolean;
    };

export type Answer =
  | { readonly _tag: "ready" }
  | { readonly _tag: "unfit"; readonly problem: string }
  | { readonly _tag: "scored"; readonly id: number; readonly result: BlockResult | Uint8Array }
  | { readonly _tag: "lost"; readonly id: number; readonly problem: string };

export interface BlockPool extends AsyncDisposable {
  /** Blocks that can be under way at once. */
  readonly capacity: number;
  readonly score: (chosen: ChosenBlock) => Promise<BlockResult>;
}

export interface ThreadPool extends BlockPool {
  /** The result as bytes for another machine, see `PackedResult`: the thread makes them. */
  readonly scorePacked: (chosen: ChosenBlock) => Promise<Uint8Array>;
  /** Whether a thread has ended: then nothing more is scored. */
  readonly hasFailed: () => boolean;
}

/** Scores in this thread. */
export const inThread = (scorer: BlockScorer): BlockPool => ({
  capacity: 1,
  score: (chosen) => scorer.score(chosen),
  [Symbol.asyncDispose]: async () => scorer[Symbol.dispose](),
});

const seatsPerWorker = 2;

interface Job {
  readonly resolve: (result: BlockResult | Uint8Array) => void;
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

/**
 * Scores in threads, which begin to end with the pool: who started them awaits it.
 *
 * @throws CommandFailure where a thread cannot begin
 */
export const ofThreads = async (threads: Threads.Threads, begin: Begin): Promise<ThreadPool> => {
  const { workers } = threads;
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
        worker.on("message", (answer: Answer) => {
          if (answer._tag === "ready") resolve();
          else if (answer._tag === "unfit") reject(fail(answer.problem));
          else {
            const job = jobs.get(answer.id);
            jobs.delete(answer.id);
            free.push(worker);
            if (answer._tag === "scored") job?.resolve(answer.result);
            else job?.reject(new CommandFailure(answer.problem));
          }
        });
        void threads.ended.then((problem) => reject(fail(problem)));
        worker.postMessage({ _tag: "begin", ...begin } satisfies Request);
      }),
  );
  const choiceOf = (choice: Choice): number => {
    const known = choices.get(choice);
    if (known !== undefined) return known;
    const id = choices.size;
    choices.set(choice, id);
    for (const worker of workers) worker.postMessage({ _tag: "choose", id, choice } satisfies Request);
    return id;
  };
  await Promise.all(ready);
  const score = ({ block, choice }: ChosenBlock, isPacked: boolean): Promise<BlockResult | Uint8Array> => {
    if (failure !== undefined) return Promise.reject(failure);
    const worker = free.shift()!;
    const id = nextId++;
    const request: Request = { _tag: "score", id, choice: choiceOf(choice), block: sent(block), isPacked };
    const result = new Promise<BlockResult | Uint8Array>((resolve, reject) => {
      jobs.set(id, { resolve, reject });
    });
    worker.postMessage(request, block._tag === "lines" ? [block.bytes.buffer] : []);
    return result;
  };
  return {
    capacity: workers.length * seatsPerWorker,
    hasFailed: () => failure !== undefined,
    score: (chosen) => score(chosen, false) as Promise<BlockResult>,
    scorePacked: (chosen) => score(chosen, true) as Promise<Uint8Array>,
    [Symbol.asyncDispose]: async () => {
      fail("the workers were ended");
      threads.end();
    },
  };
};

/** Scores in threads of its own. @throws CommandFailure where one cannot begin */
export const ofWorkers = async (count: number, begin: Begin): Promise<ThreadPool> => {
  const threads = Threads.start(count);
  try {
    const pool = await ofThreads(threads, begin);
    return {
      ...pool,
      [Symbol.asyncDispose]: async () => {
        await pool[Symbol.asyncDispose]();
        await threads[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await threads[Symbol.asyncDispose]();
    throw error;
  }
};
