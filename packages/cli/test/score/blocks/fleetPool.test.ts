/** Parts of files that are scored elsewhere: what is read there is what was requested here. */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { planMetrics } from "@evalwire/metrics";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Block } from "../../../src/score/blocks/Block.ts";
import * as BlockPool from "../../../src/score/blocks/BlockPool.ts";
import type { Choice } from "../../../src/score/blocks/Choice.ts";
import { blockWork, fleetPool, reminding } from "../../../src/score/blocks/fleetPool.ts";
import { pack, unpack } from "../../../src/score/blocks/PackedResult.ts";
import * as Threads from "../../../src/score/blocks/Threads.ts";

const started: Array<Threads.Threads> = [];
const startThreads = async (count: number, begin: BlockPool.Begin): Promise<BlockPool.ThreadPool> => {
  const threads = Threads.start(count);
  started.push(threads);
  return BlockPool.ofThreads(threads, begin);
};

const config = { components: [{ name: "f1", type: "f1" as const }] };
const begin = { config, preset: "sgp" as never, asked: {}, keepsWorst: false };
const line = (output: string) =>
  `${JSON.stringify({ test_case_data: { expected_output: "the cat" }, test_case_output: { output } })}\n`;

let folder = "";
const path = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "evalwire-fleet-pool-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** As a file is replaced by most programs: another one takes its name. */
const replace = (name: string, text: string) => {
  writeFileSync(path(`${name}.new`), text);
  renameSync(path(`${name}.new`), path(name));
};
const choice = (file: string): Choice => ({
  ...{ file, from: undefined, sample: { rows: [] } as never, fields: {}, lookups: new Map(), id: undefined },
  ...{ where: [], groupBy: [], keepsIds: false, marksIds: false },
});
const all = (name: string, to: number): Block => ({ _tag: "range", file: path(name), from: 0, to, end: "\n" });

/** The pool of a program, over a worker in this process; `between` happens when a piece has left the program. */
const poolOf = (work: (job: Uint8Array) => Promise<Uint8Array>, between: () => void = () => {}) => {
  const run = {
    do: async (_: string, job: Uint8Array) => {
      between();
      return { bytes: await work(job), worker: "w1" };
    },
  };
  return fleetPool(run, begin, planMetrics(config), async () => {});
};

it("a worker reads a file that was replaced since its last piece", async () => {
  const worker = blockWork(1);
  const texts = [line("the cat"), line("the dog")];
  const means: Array<number> = [];
  for (const text of texts) {
    replace("again.jsonl", text);
    await using pool = poolOf(worker.work);
    const { values } = await pool.score({ block: all("again.jsonl", text.length), choice: choice("again.jsonl") });
    means.push(values[0]!);
  }
  expect(means).toEqual([1, 0.5]);
  await worker.close();
});

it("a worker whose file has other content refuses the piece, however many it has scored before", async () => {
  const worker = blockWork(1);
  const text = line("the cat") + line("the dog");
  replace("other.jsonl", text);
  let isOther = false;
  await using pool = poolOf(worker.work, () => isOther && replace("other.jsonl", text.replace("dog", "cat")));
  const half = line("the cat").length;
  const given = { choice: choice("other.jsonl") };
  expect([...(await pool.score({ ...given, block: all("other.jsonl", half) })).values]).toEqual([1]);
  isOther = true;
  const rest = { ...all("other.jsonl", text.length), from: half } as Block;
  await expect(pool.score({ ...given, block: rest })).rejects.toThrow(
    `the file ${path("other.jsonl")} has other content on this worker than on the machine that requests its scores; copy it again, or give a path that all machines share`,
  );
  await worker.close();
});

it("a worker without the file says so", async () => {
  const worker = blockWork(1);
  const text = line("the cat");
  replace("gone.jsonl", text);
  await using pool = poolOf(worker.work, () => rmSync(path("gone.jsonl")));
  await expect(pool.score({ block: all("gone.jsonl", text.length), choice: choice("gone.jsonl") })).rejects.toThrow(
    /^this worker cannot read .*gone\.jsonl \(ENOENT.*\); workers need the file under the same path$/,
  );
  await worker.close();
});

it("a worker whose threads have ended scores the next piece in others", async () => {
  const worker = blockWork(1, startThreads);
  const text = line("the cat");
  replace("ended.jsonl", text);
  await using pool = poolOf(worker.work);
  const chosen = { block: all("ended.jsonl", text.length), choice: choice("ended.jsonl") };
  await pool.score(chosen);
  const { workers, ended } = started.at(-1)!;
  await workers[0]!.terminate();
  await ended;
  await expect(pool.score(chosen)).rejects.toThrow("a worker ended");
  expect([...(await pool.score(chosen)).values]).toEqual([1]);
  await worker.close();
});

it("a worker keeps threads for a few configurations, however many it scores by", async () => {
  const worker = blockWork(1, startThreads);
  const text = line("the cat");
  replace("many.jsonl", text);
  const before = started.length;
  for (let at = 0; at < 7; at++) {
    const other = { ...begin, config: { components: [{ name: `f${at}`, type: "f1" as const }] } };
    const run = { do: async (_: string, job: Uint8Array) => ({ bytes: await worker.work(job), worker: "w1" }) };
    await using pool = fleetPool(run, other, planMetrics(other.config), async () => {});
    const chosen = { block: all("many.jsonl", text.length), choice: choice("many.jsonl") };
    expect([...(await pool.score(chosen)).values]).toEqual([1]);
  }
  const mine = started.slice(before);
  expect(mine.length).toBe(7);
  await Promise.all(mine.slice(0, 3).map(({ ended }) => ended));
  expect(mine.slice(3).map(({ workers }) => workers[0]!.threadId > 0)).toEqual([true, true, true, true]);
  await worker.close();
});

const many = Array.from({ length: 3_000 }, (_, at) => line(at < 2_900 ? "the cat" : "the dog")).join("");
const manyBytes = new TextEncoder().encode(many);

it.each([
  ["a part of a file", (): Block => all("many.jsonl", many.length)],
  ["lines", (): Block => ({ _tag: "lines", bytes: manyBytes.slice(), end: "\n" })],
  [
    "records",
    (): Block => {
      const values = many.trimEnd().split("\n");
      return { _tag: "entries", entries: values.map((text, at) => ({ line: at + 1, value: JSON.parse(text) })) };
    },
  ],
])("a worker that computes other numbers at the beginning of %s is refused", async (_, blockOf) => {
  const worker = blockWork(1);
  replace("many.jsonl", many);
  const given = { choice: choice("many.jsonl") };
  const changed = (at: number) => async (job: Uint8Array) => {
    const result = unpack(await worker.work(job));
    result.values[at] = result.values[at]! + Number.EPSILON;
    return pack(result);
  };
  {
    await using pool = poolOf(worker.work);
    const { values, lines } = await pool.score({ ...given, block: blockOf() });
    expect([values.length, values.reduce((sum, each) => sum + each)]).toEqual([3_000, 2_950]);
    expect(lines === 3_000 || lines === 0).toBe(true);
  }
  await using pool = poolOf(changed(3));
  await expect(pool.score({ ...given, block: blockOf() })).rejects.toThrow(
    "the worker w1 computes other numbers or signatures than this program; run the same version and word data on both",
  );
  await worker.close();
});

it("marks of ids, which are kept until the end, do not keep the message they came in", async () => {
  const worker = blockWork(1);
  replace("marks.jsonl", many);
  const given = { ...choice("marks.jsonl"), marksIds: true, id: "test_case_output.output" };
  await using pool = poolOf(worker.work);
  const { marks, values } = await pool.score({ block: all("marks.jsonl", many.length), choice: given });
  expect(marks.length).toBe(3 * values.length);
  expect(marks.buffer.byteLength).toBe(marks.byteLength);
  await worker.close();
});

it("a worker of another version says so", async () => {
  const worker = blockWork(1);
  const text = line("the cat");
  replace("version.jsonl", text);
  await using pool = poolOf((job) => worker.work(serialize({ ...(deserialize(job) as object), format: 2 })));
  await expect(
    pool.score({ block: all("version.jsonl", text.length), choice: choice("version.jsonl") }),
  ).rejects.toThrow(
    "this worker is of another version of evalwire than the program that requests its scores; run the same version on both",
  );
  await worker.close();
});

it("a worker is checked by the first block that has records", async () => {
  const worker = blockWork(1);
  replace("late.jsonl", "\n".repeat(1 << 18) + line("the cat"));
  const size = (1 << 18) + line("the cat").length;
  const changed = async (job: Uint8Array) => {
    const result = unpack(await worker.work(job));
    result.values.fill(0.25);
    return pack(result);
  };
  await using pool = poolOf(changed);
  const given = { choice: choice("late.jsonl") };
  const empty = await pool.score({ ...given, block: all("late.jsonl", 1 << 18) });
  expect(empty.outcomes).toHaveLength(0);
  const rest: Block = { ...(all("late.jsonl", size) as Block & { _tag: "range" }), from: 1 << 18 };
  await expect(pool.score({ ...given, block: rest })).rejects.toThrow("computes other numbers");
  await worker.close();
});

it("as many pieces are fetched as there are threads, and one more", () => {
  expect(blockWork(3).concurrency).toBe(4);
});

it("a run without workers is reported once, and one with workers is not", async () => {
  const silent = Promise.withResolvers<void>();
  const answers = Promise.withResolvers<{ bytes: Uint8Array; worker: string }>();
  const answer = { bytes: new Uint8Array(), worker: "w1" };
  const said: Array<string> = [];
  const waiting = reminding(
    { do: () => answers.promise },
    () => said.push("silent"),
    () => silent.promise,
  );
  const pieces = [waiting.do("block", new Uint8Array()), waiting.do("block", new Uint8Array())];
  silent.resolve();
  await silent.promise;
  answers.resolve(answer);
  await Promise.all(pieces);
  await waiting.do("block", new Uint8Array());
  expect(said).toEqual(["silent"]);
  const late = Promise.withResolvers<void>();
  const served = reminding(
    { do: async () => answer },
    () => said.push("served"),
    () => late.promise,
  );
  await served.do("block", new Uint8Array());
  late.resolve();
  await late.promise;
  await new Promise(setImmediate);
  expect(said).toEqual(["silent"]);
});
