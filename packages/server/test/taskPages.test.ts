/** A page of results, which the database makes in pieces of many where it can, is the results one by one. */
import { resources } from "@evalwire/core/contract";
import { describe, expect, it } from "vitest";
import { makeEvaluation, makeWorld } from "./world.ts";

const { testCaseResults, tasks, claimTask } = resources.evaluations;

const odd = [
  "ada",
  "ben",
  'a"b\\c',
  "O'Neil",
  "Łukasz\u2028",
  "constructor",
  "__proto__",
  "%s;--",
  "\u0000nul",
  "👩‍🚀",
];

describe("a page with view=Task", () => {
  it("has each result byte for byte as a read of that result gives it, for any holder of its task", async () => {
    const users = { ben: { id: "ben", email: "ben@example.com", first_name: 'B"e\\n' } };
    await using world = await makeWorld({ users } as never);
    const { evaluation } = await makeEvaluation(world, 14);
    const params = { evaluation_id: evaluation.id };
    const path = `/v4/evaluations/${evaluation.id}/test-case-results`;
    const read = (at: string) => world.send("GET", at, { isText: true });
    const first = await world.call(testCaseResults.list, { params, query: { view: ["Task"] } });
    for (const [index, assigned_to] of odd.entries()) {
      const task_id = (first.items[index] as any).task.id;
      await world.call(tasks.update, { params: { ...params, task_id }, body: { assigned_to } });
    }
    await world.call(claimTask, { params, body: {} });
    const first_id = first.items[0]!.id;
    await world.call(testCaseResults.update, {
      params: { ...params, test_case_result_id: first_id },
      body: { label_status: "COMPLETED" },
    } as never);
    const own = '{"comment":"kept: 12345678901234567890 and 1.0, \\u0000, \\ud800, ÿ"}';
    await world.send("PATCH", `${path}/${first.items[1]!.id}`, {
      body: `{"label_status":"PENDING","result":null,"x":${own}}`,
    });
    const single: Array<string> = [];
    for (const { id } of first.items) single.push(String((await read(`${path}/${id}?view=Task`)).value));
    const whole = await read(`${path}?view=Task&limit=100`);
    expect(whole.value).toBe(
      `{"items":[${single.join(",")}],"current_page":1,"items_per_page":100,"total_item_count":14}`,
    );
    const second = await read(`${path}?view=Task&limit=5&page=2`);
    expect(second.value).toContain(`{"items":[${single.slice(5, 10).join(",")}],`);
    expect((await read(`${path}?view=Task&limit=5&page=9`)).value).toContain('{"items":[],');
    const both = await world.call(testCaseResults.list, { params, query: { view: ["Task", "Metrics"] } });
    expect(both.items.map((item: any) => item.task)).toEqual(
      JSON.parse(whole.value).items.map((item: any) => item.task),
    );
  });
});

describe("a page of results", () => {
  it.each(["", "Task", "Metrics", "Trace", "TestCaseVersion", "AnnotationResults", "Trace,Task", "Task,Metrics,Trace"])(
    "with view=%s is its results read one by one, for any answers, over a socket packed or not",
    async (views) => {
      await using world = await makeWorld();
      const { evaluation } = await makeEvaluation(world, 7);
      const path = `/v4/evaluations/${evaluation.id}/test-case-results`;
      const read = async (at: string) => String((await world.send("GET", at, { isText: true })).value);
      const ids: ReadonlyArray<string> = JSON.parse(await read(path)).items.map(({ id }: { id: string }) => id);
      const answers = [
        '"\\u0000 \\ud800 \u2028"',
        "-0",
        "1.0",
        "[]",
        `"${"x".repeat(300_000)}"`,
        "12345678901234567890",
        '""',
      ];
      for (const [index, id] of ids.entries()) {
        const body = `{"label_status":"PENDING","result":{"2":${answers[index]},"1":"first"}}`;
        expect((await world.send("PATCH", `${path}/${id}`, { body })).status).toBe(200);
      }
      const single: Array<string> = [];
      for (const id of ids) single.push(await read(`${path}/${id}?view=${views}`));
      const listener = await world.server.listen();
      const over = async (search: string, encoding: string) => {
        const headers = { "x-api-key": "key-ada", "accept-encoding": encoding };
        return (await fetch(`${listener.url}${path}${search}`, { headers })).text();
      };
      for (const [limit, page] of [
        [100, 1],
        [3, 2],
        [3, 3],
        [1, 5],
      ] as const) {
        const items = single.slice((page - 1) * limit, page * limit).join(",");
        const whole = `{"items":[${items}],"current_page":${page},"items_per_page":${limit},"total_item_count":7}`;
        const search = `?view=${views}&limit=${limit}&page=${page}`;
        expect(await read(path + search)).toBe(whole);
        expect(await over(search, "identity")).toBe(whole);
        expect(await over(search, "gzip")).toBe(whole);
      }
    },
  );
});

describe("an answer of many hundred tasks", () => {
  it("has each as a read of it gives it, in the order asked, over a socket packed or not, and then as not changed", async () => {
    await using world = await makeWorld();
    const { evaluation } = await makeEvaluation(world, 601);
    const path = `/v4/evaluations/${evaluation.id}`;
    const listener = await world.server.listen();
    const over = (at: string, encoding: string, more: RequestInit = {}, etag = "") =>
      fetch(`${listener.url}${path}${at}`, {
        ...more,
        headers: {
          ...{ "x-api-key": "key-ada", "content-type": "application/json" },
          ...{ "accept-encoding": encoding, "if-none-match": etag },
        },
      });
    const list = "/test-case-results?view=Task&limit=1000";
    const { value } = await world.send("GET", path + list, { isText: true });
    const { items, total_item_count } = JSON.parse(String(value));
    expect([items.length, total_item_count]).toEqual([601, 601]);
    for (const encoding of ["identity", "gzip"]) {
      const answer = await over(list, encoding);
      expect(await answer.text()).toBe(value);
      expect((await over(list, encoding, {}, answer.headers.get("etag")!)).status).toBe(304);
    }
    const task_ids = items.map(({ task }: any) => task.id).toReversed();
    const body = JSON.stringify({ task_ids, assigned_to: "ben" });
    const tasks: ReadonlyArray<any> = await (
      await over("/tasks/batch-assign", "identity", { method: "PATCH", body })
    ).json();
    expect(tasks.map(({ id }) => id)).toEqual(task_ids);
    for (const at of [0, 249, 250, 500, 600]) {
      const params = { evaluation_id: evaluation.id, task_id: task_ids[at] };
      expect(tasks[at]).toEqual(await world.call(resources.evaluations.tasks.update, { params, body: {} }));
    }
    const [first, ...rest] = task_ids;
    for (const ids of [[...rest, "missing", first], ["absent"]]) {
      const asked = JSON.stringify({ task_ids: ids, assigned_to: "cleo" });
      const refused = await over("/tasks/batch-assign", "identity", { method: "PATCH", body: asked });
      const missing = ids.find((id) => id.includes("s"));
      expect([refused.status, await refused.text()]).toEqual([404, expect.stringContaining(missing)]);
    }
  });
});
