/** The streams and objects of a queue of work are taken away while it is used. */
import { randomBytes } from "node:crypto";
import { TimeoutError } from "@nats-io/nats-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type OpenQueue, openQueue } from "../../src/corpus/openQueue.ts";
import { WorkQueue } from "../../src/corpus/WorkQueue.ts";
import { connectEngine, type Engine } from "../../src/engine/Engine.ts";
import { errorCodes } from "../../src/engine/errorCodes.ts";
import { Names } from "../../src/engine/Names.ts";
import { Time } from "../../src/engine/Time.ts";
import { Objects } from "../../src/log/Objects.ts";
import { unique } from "../bed.ts";
import { Nats, withNats } from "../nats.ts";

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

withNats("A queue of work", () => {
  let nats: Nats;
  let engine: Engine;
  beforeAll(async () => {
    nats = await Nats.start(1);
    engine = await connectEngine({ servers: nats.servers });
  });
  afterAll(async () => {
    await engine.close();
    await nats.stop();
  });

  const open = async (): Promise<{ readonly names: Names; readonly open: OpenQueue }> => {
    const name = unique();
    return { names: new Names(name, 1), open: await openQueue({ servers: nats.servers, name }) };
  };

  for (const lost of ["jobStream", "resultStream"] as const) {
    it(`whose ${lost === "jobStream" ? "stream of pieces" : "stream of results"} was deleted has every piece done all the same`, async () => {
      const { names, open: own } = await open();
      let isHeld = true;
      let release: () => void = () => undefined;
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      const worker = await own.queue.work({
        echo: async (job) => {
          if (isHeld) await held;
          return job;
        },
      });
      const run = await own.queue.run("r");
      const results = Promise.all(["a", "b", "c"].map((job) => run.do("echo", bytesOf(job))));
      while (worker.busy === 0) await new Promise((resolve) => setImmediate(resolve));
      await engine.jsm.streams.delete(names[lost]);
      isHeld = false;
      release();
      expect((await results).map(({ bytes }) => textOf(bytes))).toEqual(["a", "b", "c"]);
      expect(textOf((await run.do("echo", bytesOf("d"))).bytes)).toBe("d");
      await run.close();
      await worker.close();
      await own.close();
    });
  }

  const long = new Uint8Array(randomBytes(1_200_000));

  it("whose stored results have lost their objects does those pieces again, and keeps the others", async () => {
    const { names, open: own } = await open();
    let count = 0;
    const worker = await own.queue.work({
      long: async () => {
        count++;
        return long;
      },
      short: async (job) => {
        count++;
        return job;
      },
    });
    const first = await own.queue.run("r");
    await first.do("long", bytesOf("a"));
    await first.do("short", bytesOf("a"));
    await first.close({ keepResults: true });
    await engine.jsm.streams.purge(`OBJ_${names.snapshots}`);
    const second = await own.queue.run("r");
    expect((await second.do("long", bytesOf("a"))).bytes).toEqual(long);
    expect(textOf((await second.do("short", bytesOf("a"))).bytes)).toBe("a");
    expect(count).toBe(3);
    await second.close();
    await worker.close();
    await own.close();
  });

  it("closes a worker whose piece never ends: its signal is aborted, and another worker has the piece at once", async () => {
    const name = unique();
    const failures: Array<unknown> = [];
    const onFailure = (error: unknown) => void failures.push(error);
    const own = await openQueue({ servers: nats.servers, name, onFailure });
    const begun = Promise.withResolvers<AbortSignal>();
    const endless = (_: Uint8Array, signal: AbortSignal) => {
      begun.resolve(signal);
      return new Promise<never>(() => undefined);
    };
    const worker = await own.queue.work({ echo: endless }, 1, 20);
    const run = await own.queue.run("r");
    const result = run.do("echo", bytesOf("a"));
    const signal = await begun.promise;
    await Promise.all([worker.close(), worker.close()]);
    expect(signal.aborted).toBe(true);
    expect(failures).toEqual([expect.objectContaining({ name: "FleetError", problem: "Unfinished" })]);
    const next = await own.queue.work({ echo: async (job) => job });
    expect(textOf((await result).bytes)).toBe("a");
    await run.close();
    await next.close();
    await own.close();
  });

  /** A queue whose next long piece is refused by its bucket, with this error. */
  const refusing = async () => {
    const names = new Names(unique(), 1);
    const time = new Time();
    const real = await Objects.open(engine, names.snapshots, 1, time);
    const refusal: { error?: Error } = {};
    const objects = Object.assign(Object.create(real) as Objects, {
      put: async (name: string, bytes: Uint8Array) => {
        const { error } = refusal;
        delete refusal.error;
        if (error !== undefined) throw error;
        await real.put(name, bytes);
      },
      get: (name: string) => real.get(name),
      remove: (name: string) => real.remove(name),
    });
    const onFailure = () => undefined;
    return {
      refusal,
      queue: new WorkQueue({ engine, names, time, objects, replicas: 1, member: unique(), onFailure }),
    };
  };

  it("waits for a bucket that does not answer at once", async () => {
    const { refusal, queue } = await refusing();
    const worker = await queue.work({ echo: async (job) => job });
    const run = await queue.run("r");
    refusal.error = new TimeoutError();
    expect((await run.do("echo", long)).bytes).toEqual(long);
    expect(refusal.error).toBeUndefined();
    await run.close();
    await worker.close();
  });

  it("says why a piece could not be requested, and takes it when it is given again", async () => {
    const { refusal, queue } = await refusing();
    const run = await queue.run("r");
    refusal.error = Object.assign(new Error("insufficient storage"), { code: errorCodes.insufficientStorage });
    await expect(run.do("echo", long)).rejects.toMatchObject({ name: "FleetError", problem: "StoreFull" });
    const worker = await queue.work({ echo: async (job) => job });
    expect((await run.do("echo", long)).bytes).toEqual(long);
    await run.close();
    await worker.close();
  });

  it("leaves no object behind when its run is closed", async () => {
    const { names, open: own } = await open();
    const worker = await own.queue.work({ echo: async (job) => job });
    const run = await own.queue.run("r");
    expect((await run.do("echo", long)).bytes).toEqual(long);
    await run.close();
    await worker.close();
    const { state } = await engine.jsm.streams.info(`OBJ_${names.snapshots}`);
    expect(state.bytes).toBeLessThan(10_000);
    await own.close();
  });
});
