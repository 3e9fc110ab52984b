import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { resources } from "@evalwire/core/contract";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { makeEvaluation, makeWorld, type World } from "./world.ts";

const directory = mkdtempSync(join(tmpdir(), "evalwire-restart-"));
let files = 0;
const newFile = (): string => join(directory, `${++files}.db`);

const children = new Set<ChildProcess>();

afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
  children.clear();
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Every row of every table. */
const dump = (file: string): Record<string, ReadonlyArray<unknown>> => {
  const database = new DatabaseSync(file, { readOnly: true });
  const rows = (table: string) => database.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all();
  const all = Object.fromEntries(["counters", "documents", "tasks"].map((table) => [table, rows(table)]));
  database.close();
  return all;
};

/** A server in a process of its own, once it listens. */
const start = (file: string): Promise<{ readonly url: string; readonly child: ChildProcess }> => {
  const script = fileURLToPath(new URL("child.ts", import.meta.url));
  const child = spawn(process.execPath, ["--conditions=@evalwire/source", "--no-warnings", script, file], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.add(child);
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
    child.stdout!.once("data", (line: Buffer) => resolve({ url: line.toString().trim(), child }));
  });
};

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    child.once("exit", () => resolve());
  });

const post = async (url: string, path: string, body: unknown, key = "key-ada") => {
  const response = await fetch(url + path, {
    method: "POST",
    headers: { "x-api-key": key, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, value: (await response.json()) as any };
};

describe("a server that ends", () => {
  it("dump(close(open(file))) = dump(file)", async () => {
    const file = newFile();
    const world = await makeWorld({ database: file });
    const { evaluation } = await makeEvaluation(world, 3);
    const params = { evaluation_id: evaluation.id };
    const task = await world.call(resources.evaluations.claimTask, { params, body: {} });
    await world.call(resources.evaluations.testCaseResults.update, {
      params: { ...params, test_case_result_id: task!.task_entity_id },
      body: { result: { q: "good" } },
    });
    await world.call(resources.evaluations.claimTask, { params, body: {} }, "key-ben");
    const query = { view: ["Task" as const, "Metrics" as const] };
    const seen = await world.call(resources.evaluations.testCaseResults.list, { params, query });
    await world.close();
    const before = dump(file);

    const again = await makeWorld({ database: file });
    expect(await again.call(resources.evaluations.testCaseResults.list, { params, query })).toEqual(seen);
    await again.close();
    expect(dump(file)).toEqual(before);
  });

  it("gives no id or number twice over a restart, with one seed", async () => {
    const file = newFile();
    const ids: Array<string> = [];
    for (let run = 0; run < 3; run++) {
      await using world = await makeWorld({ database: file, seed: 7 });
      const body = { account_id: "acme", name: `run ${run}`, description: "d" };
      ids.push((await world.call(resources.applicationSpecs.create, { body })).id);
      ids.push((await world.call(resources.applicationSpecs.create, { body })).id);
    }
    expect(new Set(ids).size).toBe(6);
  });

  it("answers nothing any more, and leaves no one waiting", async () => {
    const world = await makeWorld();
    const pending = world.send("GET", "/v4/evaluations");
    await world.close();
    expect((await pending).status).toBe(200);
    await expect(world.send("GET", "/v4/evaluations")).rejects.toThrow(/the server is closed/);
    await world.close();
  });
});

/** Counts are recounted, and everything that was answered with 200 is there. */
const intact = async (world: World, evaluationId: string, answered: ReadonlyArray<string>): Promise<void> => {
  const params = { evaluation_id: evaluationId };
  const evaluation = await world.call(resources.evaluations.retrieve, { params });
  const query = { limit: 10_000, view: ["Task" as const] };
  const { items } = await world.call(resources.evaluations.testCaseResults.list, { params, query });
  const byId = new Map(items.map((item) => [item.id, item]));
  expect(answered.filter((id) => !byId.has(id))).toEqual([]);
  expect(evaluation.total_test_case_result_count).toBe(items.length);
  // A result without its task, or with half of one, would be the trace of a transaction that was cut in two.
  expect(items.filter(({ task }) => task?.status !== "PENDING")).toEqual([]);
};

describe("a server that is killed", () => {
  it("has kept every write it answered with 200, however it was cut off", { timeout: 120_000 }, async () => {
    const file = newFile();
    const prepared = await makeWorld({ database: file });
    const { spec, testCases } = await makeEvaluation(prepared, 1);
    const { id } = await prepared.call(resources.evaluations.create, {
      body: { type: "default", account_id: "acme", application_spec_id: spec.id, name: "storm", description: "d" },
    });
    await prepared.close();
    const body = {
      application_spec_id: spec.id,
      evaluation_dataset_version_num: "1",
      test_case_id: testCases[0]!.id,
      test_case_evaluation_data: { generation_output: "text" },
    };

    const answered: Array<string> = [];
    for (const acknowledged of [3, 40, 17]) {
      const { url, child } = await start(file);
      const gone = ended(child);
      const until = answered.length + acknowledged;
      const writer = async () => {
        while (answered.length < until) {
          const { status, value } = await post(url, `/v4/evaluations/${id}/test-case-results/batch`, [body, body]);
          expect(status).toBe(200);
          answered.push(...value.map((one: { id: string }) => one.id));
          if (answered.length >= until) child.kill("SIGKILL");
        }
      };
      // The others are in the middle of a request when the first of them pulls the plug.
      await Promise.allSettled(Array.from({ length: 6 }, writer));
      await gone;
    }
    expect(answered.length).toBeGreaterThanOrEqual(60);

    await using world = await makeWorld({ database: file });
    await intact(world, id, answered);
    expect(dump(file)["documents"]!.length).toBeGreaterThan(answered.length);
  });

  it("shares its file with another process without giving a task twice", { timeout: 120_000 }, async () => {
    const file = newFile();
    const prepared = await makeWorld({ database: file });
    const { evaluation } = await makeEvaluation(prepared, 30);
    await prepared.close();
    const servers = await Promise.all([start(file), start(file)]);
    const claimed: Array<string> = [];
    const work = async ({ url }: { readonly url: string }, key: string) => {
      for (;;) {
        const { value } = await post(url, `/v4/evaluations/${evaluation.id}/claim-task`, {}, key);
        if (value === null) return;
        claimed.push(value.id);
        const path = `${url}/v4/evaluations/${evaluation.id}/test-case-results/${value.task_entity_id}`;
        const headers = { "x-api-key": key, "content-type": "application/json" };
        await fetch(path, { method: "PATCH", headers, body: '{"result":{"q":"good"}}' });
      }
    };
    await Promise.all([work(servers[0]!, "key-ada"), work(servers[1]!, "key-ben")]);
    expect(new Set(claimed).size).toBe(30);
    expect(claimed).toHaveLength(30);
  });
});
