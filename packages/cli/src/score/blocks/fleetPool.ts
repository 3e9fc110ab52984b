/**
 * Blocks scored by the workers of a fleet: `evalwire score --fleet`, `evalwire worker`.
 *
 * 1. Results are those of this machine, bit for bit: the first block of each worker is scored here as well, and compared.
 * 2. A part of a file travels as its place: workers read the file themselves, under the same path. Anything else travels as it is.
 */
import { resolve } from "node:path";
import { deserialize, serialize } from "node:v8";
import type { MetricPlan } from "@evalwire/metrics";
import { CommandFailure } from "../../CommandFailure.ts";
import type { ChosenBlock } from "./Block.ts";
import * as BlockPool from "./BlockPool.ts";
import type { BlockResult } from "./BlockResult.ts";
import * as BlockScorer from "./BlockScorer.ts";
import type { Choice } from "./Choice.ts";

export const blockKind = "block";

/** Blocks under way at once. */
const capacity = 16;

interface Job {
  readonly begin: BlockPool.Begin;
  readonly choice: Choice;
  readonly block: BlockPool.SentBlock;
}

/** The part of a fleet's run of work that is used. */
interface Run {
  readonly do: (kind: string, job: Uint8Array) => Promise<{ readonly bytes: Uint8Array; readonly worker: string }>;
}

const bytesOf = ({ values: { buffer, byteOffset, byteLength } }: BlockResult) =>
  Buffer.from(buffer, byteOffset, byteLength);

const isSame = (one: BlockResult, other: BlockResult): boolean =>
  bytesOf(one).equals(bytesOf(other)) &&
  JSON.stringify(one.signatures) === JSON.stringify(other.signatures) &&
  JSON.stringify(one.problems) === JSON.stringify(other.problems);

/** Typed arrays as they were: what is read has its own place in memory. */
const resultOf = (bytes: Uint8Array): BlockResult => structuredClone(deserialize(bytes)) as BlockResult;

export const fleetPool = (
  run: Run,
  begin: BlockPool.Begin,
  plan: MetricPlan,
  close: () => Promise<void>,
): BlockPool.BlockPool => {
  const own = BlockScorer.make(plan, undefined);
  const checked = new Set<string>();
  const check = async (chosen: ChosenBlock, worker: string, result: BlockResult): Promise<void> => {
    if (checked.has(worker)) return;
    checked.add(worker);
    if (!isSame(await own.score(chosen), result))
      throw new CommandFailure(
        `the worker ${worker} computes other numbers or signatures than this program; run the same version and word data on both`,
      );
  };
  return {
    capacity,
    score: async (chosen) => {
      const { block, choice } = chosen;
      const sent = BlockPool.sent(block._tag === "range" ? { ...block, file: resolve(block.file) } : block);
      const job: Job = { begin, choice, block: sent };
      const bytes = serialize(job);
      const kept: ChosenBlock = {
        block: block._tag === "lines" ? { ...block, bytes: block.bytes.slice() } : block,
        choice,
      };
      const answer = await run.do(blockKind, bytes);
      const result = resultOf(answer.bytes);
      await check(kept, answer.worker, result);
      return result;
    },
    [Symbol.asyncDispose]: async () => {
      own[Symbol.dispose]();
      await close();
    },
  };
};

/** Scores the blocks of any `evalwire score --fleet` in threads. */
export const blockWork = (threads: number) => {
  const pools = new Map<string, Promise<BlockPool.BlockPool>>();
  const choices = new Map<string, Choice>();
  const work = async (bytes: Uint8Array): Promise<Uint8Array> => {
    const { begin, choice, block } = deserialize(bytes) as Job;
    const key = JSON.stringify(begin);
    const pool = pools.get(key) ?? BlockPool.ofWorkers(threads, begin);
    pools.set(key, pool);
    pool.catch(() => pools.delete(key));
    // Threads know a choice by its identity.
    const name = serialize(choice).toString("base64");
    const known = choices.get(name) ?? choice;
    choices.set(name, known);
    return serialize(await (await pool).score({ block: BlockPool.received(structuredClone(block)), choice: known }));
  };
  const close = async () => {
    for (const pool of pools.values()) await (await pool.catch(() => undefined))?.[Symbol.asyncDispose]();
  };
  return { work, close };
};
