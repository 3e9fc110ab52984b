/** Rules every work queue keeps, over any transport. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { Queue, Work } from "../../src/corpus/Queue.ts";

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const doubled: Work = async (job) => bytesOf(`${textOf(job)}${textOf(job)}`);

/** @param runs how many cases a law draws */
export const conforms = (queue: () => Queue, unique: () => string, runs: number): void => {
  it("every piece has its own result, whichever worker does it and however often it is requested", async () => {
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

  it("a piece that is requested again after its result was given has the same result", async () => {
    let count = 0;
    const worker = await queue().work({ count: async (job) => bytesOf(`${textOf(job)} ${++count}`) });
    const run = await queue().run(unique());
    for (const _ of [1, 2, 3]) expect(textOf((await run.do("count", bytesOf("a"))).bytes)).toBe("a 1");
    expect(count).toBe(1);
    await run.close();
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
      // As `fetch` rejects under `AbortSignal.timeout`, and JetStream while it has no leader.
      late: async () => {
        throw Object.assign(new Error("too late"), { name: "TimeoutError", code: 10_008 });
      },
      odd: async () => {
        throw Object.create(null);
      },
    });
    const run = await queue().run(unique());
    expect(textOf((await run.do("flaky", bytesOf("x"))).bytes)).toBe("x");
    await expect(run.do("bad", bytesOf("y"))).rejects.toThrow("never");
    await expect(run.do("late", bytesOf("y"))).rejects.toThrow("too late");
    await expect(run.do("odd", bytesOf("y"))).rejects.toThrow("[object Object]");
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
    const waiting = run.do("unserved", bytesOf("x"));
    const refused = expect(waiting).rejects.toThrow("was closed");
    await run.close();
    await refused;
  });

  it("a name that no subject can hold is refused, of a run as of a kind of work", async () => {
    for (const name of ["", "a b", "a.b", "*", "x".repeat(65)]) {
      await expect(queue().run(name)).rejects.toThrow("is no name: use 1 to 64 letters, digits, - and _.");
      await expect(queue().work({ [name]: async (job) => job })).rejects.toThrow("The kind of work");
    }
  });

  it("a worker that is closed finishes what it has begun, and takes nothing more", async () => {
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const begun: Array<string> = [];
    const worker = await queue().work({
      slow: async (job) => {
        begun.push(textOf(job));
        await gate;
        return job;
      },
    });
    const run = await queue().run(unique());
    const first = run.do("slow", bytesOf("a"));
    while (begun.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const closing = worker.close();
    go();
    expect(textOf((await first).bytes)).toBe("a");
    await closing;
    const second = run.do("slow", bytesOf("b"));
    const other = await queue().work({ slow: async () => bytesOf("by another") });
    expect(textOf((await second).bytes)).toBe("by another");
    expect(begun).toEqual(["a"]);
    await other.close();
    await run.close();
  });
};
