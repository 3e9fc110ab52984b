/**
 * Blocks scored by the workers of a fleet: `evalwire score --fleet`, `evalwire worker`.
 *
 * 1. Results are those of this machine, bit for bit: the beginning of each worker's first block is scored here as well, and compared.
 * 2. A part of a file travels as its place and its checksum: workers read the file themselves, under the same path, and refuse other content.
 *    Anything else travels as it is.
 */
import { resolve } from "node:path";
import { deserialize, serialize } from "node:v8";
import type { MetricPlan } from "@evalwire/metrics";
import { CommandFailure } from "../../CommandFailure.ts";
import { type Block, type ChosenBlock, withChecksum } from "./Block.ts";
import * as BlockPool from "./BlockPool.ts";
import type { BlockResult } from "./BlockResult.ts";
import * as BlockScorer from "./BlockScorer.ts";
import type { Choice } from "./Choice.ts";
import { OpenFiles } from "./OpenFiles.ts";
import { unpack } from "./PackedResult.ts";

export const blockKind = "block";

/** Blocks under way at once. */
const capacity = 16;

/** Of jobs and results, as this version writes and reads them. */
const format = 1;

interface Job {
  readonly format: number;
  readonly begin: BlockPool.Begin;
  readonly choice: Choice;
  readonly block: BlockPool.SentBlock;
}

/** The part of a fleet's run of work that is used. */
interface Run {
  readonly do: (kind: string, job: Uint8Array) => Promise<{ readonly bytes: Uint8Array; readonly worker: string }>;
}

/** Bytes of a worker's first block that are scored here as well: some hundred records. */
const checkedBytes = 1 << 17;

/** The first records of a block. */
const beginningOf = (block: Block): Block => {
  if (block._tag === "entries") return { ...block, entries: block.entries.slice(0, 500) };
  if (block._tag === "range") return { ...block, to: Math.min(block.to, block.from + checkedBytes) };
  const last = block.bytes.indexOf(block.end.charCodeAt(0), checkedBytes);
  return last < 0 ? block : { ...block, bytes: block.bytes.slice(0, last + 1) };
};

const bytesOf = ({ buffer, byteOffset, byteLength }: Float64Array<ArrayBuffer>) =>
  Buffer.from(buffer, byteOffset, byteLength);

/** Whether the results of a block begin with those of its first records. */
const beginsWith = (whole: BlockResult, first: BlockResult): boolean => {
  const lists = (of: BlockResult) =>
    JSON.stringify([of.signatures.slice(0, first.signatures.length), of.problems.slice(0, first.problems.length)]);
  return (
    bytesOf(whole.values.subarray(0, first.values.length)).equals(bytesOf(first.values)) &&
    lists(whole) === lists(first)
  );
};

/** The same run, which calls `remind` unless a result has come back by the end of a pause after the first piece. */
export const reminding = (
  run: Run,
  remind: () => void,
  pause: (over: AbortSignal) => Promise<unknown>,
): Run & { readonly stop: () => void } => {
  const over = new AbortController();
  let isWaiting = false;
  const wait = async () => {
    await pause(over.signal).catch(() => undefined);
    if (!over.signal.aborted) remind();
  };
  return {
    do: async (kind, job) => {
      if (!isWaiting) void wait();
      isWaiting = true;
      try {
        return await run.do(kind, job);
      } finally {
        over.abort();
      }
    },
    stop: () => over.abort(),
  };
};

export const fleetPool = (
  run: Run,
  begin: BlockPool.Begin,
  plan: MetricPlan,
  close: () => Promise<void>,
): BlockPool.BlockPool => {
  const own = BlockScorer.make(plan, undefined);
  const files = new OpenFiles();
  const checked = new Set<string>();
  const check = async (beginning: ChosenBlock, worker: string, result: BlockResult): Promise<void> => {
    if (checked.has(worker)) return;
    const first = await own.score(beginning);
    if (first.outcomes.length > 0) checked.add(worker);
    if (!beginsWith(result, first))
      throw new CommandFailure(
        `the worker ${worker} computes other numbers or signatures than this program; run the same version and word data on both`,
      );
  };
  return {
    capacity,
    score: async ({ block, choice }) => {
      const job: Job = {
        format,
        begin,
        choice,
        block: BlockPool.sent(
          block._tag === "range" ? withChecksum({ ...block, file: resolve(block.file) }, files) : block,
        ),
      };
      const { bytes, worker } = await run.do(blockKind, serialize(job));
      const result = unpack(bytes);
      await check({ block: beginningOf(block), choice }, worker, result);
      return result;
    },
    [Symbol.asyncDispose]: async () => {
      own[Symbol.dispose]();
      files[Symbol.dispose]();
      await close();
    },
  };
};

/** Configurations whose threads are kept for their next block. */
const keptPools = 4;

interface Kept {
  readonly pool: Promise<BlockPool.ThreadPool>;
  /** Threads know a choice by its identity. */
  readonly choices: Map<string, Choice>;
  busy: number;
}

/**
 * Scores the blocks of any `evalwire score --fleet` in threads.
 *
 * @param start begins the threads of a configuration
 */
export const blockWork = (threads: number, start = BlockPool.ofWorkers) => {
  /** The one that was used last is the last one. */
  const pools = new Map<string, Kept>();
  const end = async ({ pool }: Kept) => (await pool.catch(() => undefined))?.[Symbol.asyncDispose]();
  const keptOf = (begin: BlockPool.Begin): Kept => {
    const key = JSON.stringify(begin);
    const kept = pools.get(key) ?? { pool: start(threads, begin), choices: new Map(), busy: 0 };
    pools.delete(key);
    pools.set(key, kept);
    return kept;
  };
  const forget = (kept: Kept): void => {
    for (const [key, each] of pools) if (each === kept) pools.delete(key);
    void end(kept);
  };
  const work = async (bytes: Uint8Array): Promise<Uint8Array> => {
    const { begin, choice, block, ...job } = deserialize(bytes) as Job;
    if (job.format !== format)
      throw new CommandFailure(
        "this worker is of another version of evalwire than the program that requests its scores; run the same version on both",
      );
    const kept = keptOf(begin);
    kept.busy++;
    try {
      for (const each of [...pools.values()].slice(0, -keptPools)) if (each.busy === 0) forget(each);
      const name = serialize(choice).toString("base64");
      const known = kept.choices.get(name) ?? choice;
      kept.choices.set(name, known);
      const pool = await kept.pool;
      // Its bytes are part of a message, and move to the thread.
      const own = block._tag === "lines" ? { ...block, bytes: block.bytes.slice() } : block;
      return await pool.scorePacked({ block: BlockPool.received(own), choice: known });
    } catch (error) {
      // Threads that have ended score nothing more; the next block begins others.
      const pool = await kept.pool.catch(() => undefined);
      if (pool === undefined || pool.hasFailed()) forget(kept);
      throw error;
    } finally {
      kept.busy--;
    }
  };
  const close = async () => {
    await Promise.all([...pools.values()].map(end));
  };
  // While all threads score, the next block is fetched.
  return { work, close, concurrency: threads + 1 };
};
