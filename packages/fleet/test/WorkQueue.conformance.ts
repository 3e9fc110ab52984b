/** What every queue of work keeps, whatever carries it. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { Work } from "../src/WorkQueue.ts";

/** The part of a work queue that programs use. */
export interface Queue {
  readonly run: (name: string) => Promise<{
    readonly do: (kind: string, job: Uint8Array) => Promise<{ readonly bytes: Uint8Array }>;
    readonly close: (options?: { readonly keepResults?: boolean }) => Promise<void>;
    readonly resumed: number;
  }>;
  readonly work: (
    works: Readonly<Record<string, Work>>,
    concurrency?: number,
  ) => Promise<{ readonly close: () => Promise<void> }>;
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const doubled: Work = async (job) => bytesOf(`${textOf(job)}${textOf(job)}`);

/** @param runs how many cases a law draws */
export const conforms = (queue: () => Queue, unique: () => string, runs: number): void => {
  it("every piece has its own result, whoever does it and however often it is asked for", async () => {
    const workers = await Promise.all([1, 2, 3].map((hands) => queue().work({ double: doubled }, hands)));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string(), { maxLength: 30 }), async (jobs) => {
        const run = await queue().run(unique());
        const results = await Promise.all(jobs.map((job) => run.do("double", bytesOf(job))));
        expect(results.map(({ bytes }) => textOf(bytes))).toEqual(jobs.map((job) => `${job}${job}`));
        await run.close();
      }),
      { numRuns: runs },
    );
    await Promise.all(workers.map((worker) => worker.close()));
  });

  it("a run that is resumed by its name is not done again", async () => {
    let count = 0;
    const worker = await queue().work({ count: async (job) => bytesOf(`${textOf(job)} ${++count}`) });
    const name = unique();
    const first = await queue().run(name);
    const results = await Promise.all(["a", "b"].map((job) => first.do("count", bytesOf(job))));
    await first.close({ keepResults: true });
    const second = await queue().run(name);
    const again = await Promise.all(["a", "b", "c"].map((job) => second.do("count", bytesOf(job))));
    expect(again.slice(0, 2)).toEqual(results);
    expect(count).toBe(3);
    expect(second.resumed).toBe(2);
    await second.close();
    await worker.close();
  });

  it("a piece that one worker fails with is tried by another, and one that all fail with is an error", async () => {
    let failures = 0;
    const worker = await queue().work({
      flaky: async (job) => {
        if (failures++ < 2) throw new Error("not now");
        return job;
      },
      bad: async () => {
        throw new Error("never");
      },
    });
    const run = await queue().run(unique());
    expect(textOf((await run.do("flaky", bytesOf("x"))).bytes)).toBe("x");
    await expect(run.do("bad", bytesOf("y"))).rejects.toThrow("never");
    await run.close();
    await worker.close();
  });

  it("a piece of any size travels", async () => {
    const worker = await queue().work({ same: async (job) => job });
    const run = await queue().run(unique());
    const job = new Uint8Array(3_000_000).map((_, index) => (index * 7) % 251);
    expect(Buffer.from((await run.do("same", job)).bytes).equals(Buffer.from(job))).toBe(true);
    await run.close();
    await worker.close();
  });

  it("closing a run rejects what was not done", async () => {
    const run = await queue().run(unique());
    const waiting = run.do("nobody", bytesOf("x"));
    const refused = expect(waiting).rejects.toThrow("was closed");
    await run.close();
    await refused;
  });
};
