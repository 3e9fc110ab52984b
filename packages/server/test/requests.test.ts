import { resources } from "@evalwire/core/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createServer } from "../src/index.ts";
import { makeEvaluation, makeWorld, prepare, type World } from "./world.ts";

let world: World;
let evaluationId: string;

beforeAll(async () => {
  world = await makeWorld();
  evaluationId = (await makeEvaluation(world, 2)).evaluation.id;
});

afterAll(() => world.close());

const detailOf = async (method: string, path: string, init?: Parameters<World["send"]>[2]) => {
  const { status, value } = await world.send(method, path, init);
  return { status, detail: value.detail };
};

describe("who is asking", () => {
  it("401 without a key and with a wrong one, wherever a key is needed", async () => {
    for (const key of ["", "key-ad", "key-adaa", "KEY-ADA"]) {
      const answered = await world.send("GET", "/v4/evaluations", { key });
      expect(answered.status).toBe(401);
      expect(answered.value.detail).toMatch(/^Not authenticated/);
      expect(answered.headers.get("www-authenticate")).toBe("ApiKey");
    }
    const response = await world.server.fetch("http://localhost/user-info");
    expect(response.status).toBe(401);
    expect((await detailOf("GET", "/user-info", { key: "" })).detail).toBe((await response.json()).detail);
  });

  it("a wrong key is reported before anything about the body", async () => {
    expect((await world.send("POST", "/v4/evaluations", { key: "wrong", body: "{" })).status).toBe(401);
  });

  it("a key stands for a user", async () => {
    expect((await world.send("GET", "/user-info", { key: "key-ben" })).value).toEqual({
      id: "ben",
      email: "ben@users.invalid",
    });
  });

  it("no server starts without a key, or with one no header can carry", async () => {
    await expect(createServer({ apiKeys: {} })).rejects.toThrow(/apiKeys is empty/);
    await expect(createServer({} as never)).rejects.toThrow(/apiKeys is empty/);
    await expect(createServer({ apiKeys: { " spaced ": "ada" } })).rejects.toThrow(/visible ASCII/);
    await expect(createServer({ apiKeys: { k: "" } })).rejects.toThrow(/needs a user/);
  });

  it("an account that is selected is the only one there is", async () => {
    const selected = (account: string) => ({ headers: { "x-selected-account-id": account } });
    expect((await world.send("GET", "/v4/evaluations", selected("acme"))).value.total_item_count).toBe(1);
    expect((await world.send("GET", "/v4/evaluations", selected("other"))).value.total_item_count).toBe(0);
    expect((await world.send("GET", "/v4/evaluations?account_id=acme", selected("other"))).value.items).toEqual([]);
    expect(await detailOf("GET", `/v4/evaluations/${evaluationId}`, selected("other"))).toEqual({
      status: 404,
      detail: `Evaluation ${evaluationId} not found`,
    });
    const body = { account_id: "acme", name: "n", description: "d" };
    const refused = await detailOf("POST", "/v4/application-specs", { body, ...selected("other") });
    expect(refused.status).toBe(403);
    expect(refused.detail).toContain("x-selected-account-id");
  });
});

describe("a key that is bound to an account", () => {
  it("works only in that account, for any selected or named one", async () => {
    const apiKeys = { free: "ada", "of-acme": { user: "ben", account: "acme" } } as const;
    await using bound = await makeWorld({ apiKeys });
    const specs = "/v4/application-specs";
    const make = (key: string, account_id: string) =>
      bound.send("POST", specs, { key, body: { account_id, name: "n", description: "d" } });
    const theirs = (await make("free", "beta")).value;
    const ours = (await make("of-acme", "acme")).value;
    expect((await bound.send("GET", specs, { key: "of-acme" })).value.items).toEqual([ours]);
    expect((await bound.send("GET", specs, { key: "free" })).value.items).toEqual([theirs, ours]);
    expect((await bound.send("GET", `${specs}/${theirs.id}`, { key: "of-acme" })).status).toBe(404);
    expect((await bound.send("DELETE", `${specs}/${theirs.id}`, { key: "of-acme" })).status).toBe(404);
    expect((await make("of-acme", "beta")).status).toBe(403);
    const selecting = (account: string) => ({ key: "of-acme", headers: { "x-selected-account-id": account } });
    expect((await bound.send("GET", specs, selecting("beta"))).status).toBe(403);
    expect((await bound.send("GET", specs, selecting("acme"))).value.items).toEqual([ours]);
  });
});

describe("another account's things", () => {
  it("cannot be read through a cursor, nor through a test case an output is for", async () => {
    await using two = await makeWorld();
    const of = (account: string) => ({ headers: { "x-selected-account-id": account } });
    const foreign = await two.send("POST", "/v5/datasets", {
      body: { name: "secret-merger", data: [{ a: 1 }] },
      ...of("beta"),
    });
    await two.send("POST", "/v5/datasets", { body: { name: "mine", data: [{ a: 1 }] }, ...of("acme") });
    const after = (id: string) =>
      two.send("GET", `/v5/datasets?starting_after=${id}&sort_by=name`, of("acme")).then(({ value }) => value.detail);
    const unknown = (await after("none"))[0].msg.replace("none", foreign.value.id);
    expect((await after(foreign.value.id))[0].msg).toBe(unknown);

    const prepared = await prepare(two, 1);
    const spec = await two.send("POST", "/v4/application-specs", {
      body: { account_id: "beta", name: "n", description: "d" },
      ...of("beta"),
    });
    const variant = await two.send("POST", "/v4/application-variants", {
      body: {
        ...{ account_id: "beta", application_spec_id: spec.value.id, name: "v" },
        ...{ version: "OFFLINE", configuration: {} },
      },
      ...of("beta"),
    });
    const send = (test_case_id: string) =>
      two.send("POST", "/v4/application-test-case-outputs/batch", {
        body: [
          {
            ...{ application_variant_id: variant.value.id, evaluation_dataset_version_num: 9, test_case_id },
            output: { generation_output: { summary: "s" } },
          },
        ],
        ...of("beta"),
      });
    const { id } = prepared.testCases[0]!;
    const [said, saidOfNone] = [await send(id), await send("none")];
    expect([said.status, saidOfNone.status]).toEqual([422, 422]);
    expect(JSON.stringify(said.value).replaceAll(id, "none")).toBe(JSON.stringify(saidOfNone.value));
  });
});

describe("a page beyond every number", () => {
  it("is empty, not a fault", async () => {
    for (const query of ["page=922337203685479&limit=10000", "page=9007199254740991&limit=10000"]) {
      const { status, value } = await world.send("GET", `/v4/evaluations?${query}`);
      expect([status, value.items, value.total_item_count]).toEqual([200, [], 1]);
    }
  });
});

describe("which route", () => {
  it("404 and 405 as FastAPI says them", async () => {
    expect(await detailOf("GET", "/v4/nothing")).toEqual({ status: 404, detail: "Not Found" });
    expect(await detailOf("GET", "/v4/evaluations/")).toEqual({ status: 404, detail: "Not Found" });
    const { status, headers, value } = await world.send("DELETE", "/v4/evaluations");
    expect([status, value.detail, headers.get("allow")]).toEqual([405, "Method Not Allowed", "GET, POST"]);
  });

  it("a literal segment goes before a parameter", async () => {
    const path = `/v4/evaluations/${evaluationId}/tasks/batch-assign`;
    expect((await world.send("PATCH", path, { body: { task_ids: [] } })).value).toEqual([]);
  });

  it("ids are unescaped, and a broken escape names nothing", async () => {
    expect((await detailOf("GET", "/v4/evaluations/a%2Fb")).detail).toBe("Evaluation a/b not found");
    expect((await detailOf("GET", "/v4/evaluations/%zz")).detail).toBe("Not Found");
    expect((await detailOf("GET", "/v4/evaluations/__proto__")).status).toBe(404);
  });

  it("health and the OpenAPI document need no key", async () => {
    const health = await world.server.fetch("http://localhost/health");
    expect([health.status, await health.json()]).toEqual([200, { status: "ok" }]);
    const response = await world.server.fetch("http://localhost/openapi.json");
    const document = (await response.json()) as { openapi: string; paths: Record<string, unknown> };
    expect(document.openapi).toMatch(/^3\.1/);
    expect(document.paths).toHaveProperty(["/v4/evaluations/{evaluation_id}/claim-task"]);
  });
});

describe("queries", () => {
  it("a bad one is reported by name, everything wrong at once", async () => {
    expect(await detailOf("GET", "/v4/evaluations?page=x&limit=0&include_archived=maybe&view=Task,Nope")).toEqual({
      status: 422,
      detail: [
        {
          loc: ["query", "page"],
          msg: "Input should be a valid integer, unable to parse string as an integer",
          type: "int_parsing",
        },
        {
          loc: ["query", "include_archived"],
          msg: "Input should be a valid boolean, unable to interpret input",
          type: "bool_parsing",
        },
        { loc: ["query", "limit"], msg: "Input should be greater than or equal to 1", type: "greater_than_equal" },
      ],
    });
    expect((await detailOf("GET", "/v4/evaluations?limit=10001")).detail).toEqual([
      { loc: ["query", "limit"], msg: "Input should be less than or equal to 10000", type: "less_than_equal" },
    ]);
    expect((await detailOf("GET", "/v4/evaluations?view=AsyncJobs,Nope")).detail).toEqual([
      {
        loc: ["query", "view", 1],
        msg: "Input should be 'ApplicationSpec', 'AsyncJobs', 'EvaluationConfig', 'EvaluationDatasets' or 'TestCaseResults'",
        type: "enum",
      },
    ]);
  });

  it("lists may be joined, repeated, or both", async () => {
    const path = `/v4/evaluations/${evaluationId}/test-case-results`;
    const shown = async (query: string) => Object.keys((await world.send("GET", path + query)).value.items[0]);
    const wanted = ["task", "test_case_version", "metrics"];
    expect(await shown("?view=Task,TestCaseVersion,Metrics")).toEqual(expect.arrayContaining(wanted));
    expect(await shown("?view=Task&view=TestCaseVersion&view=Metrics")).toEqual(expect.arrayContaining(wanted));
    expect(await shown("?view=Task,TestCaseVersion&view=Metrics")).toEqual(expect.arrayContaining(wanted));
    expect(await shown("?view=&unheard=of")).not.toContain("task");
  });
});

describe("what a caller repeats", () => {
  it("a view requested 400 times is one view", async () => {
    const path = `/v4/evaluations/${evaluationId}/test-case-results?view=`;
    const once = await world.send("GET", `${path}Task`);
    const often = await world.send("GET", path + Array.from({ length: 400 }, () => "Task").join(","));
    expect(often.value).toEqual(once.value);
  });

  it("a million bad items are reported by the first hundred", async () => {
    const body = Array.from({ length: 200_000 }, () => 1);
    const { status, detail } = await detailOf("POST", "/v4/application-test-case-outputs/batch", { body });
    expect([status, detail.length]).toEqual([422, 100]);
  });

  it("a tag with a comma is found, whole or among others", async () => {
    const body = { name: "d", data: [{ a: 1 }], tags: ["x,y", "z"] };
    await world.send("POST", "/v5/datasets", { body });
    const found = async (query: string) => (await world.send("GET", `/v5/datasets?${query}`)).value.items.length;
    expect(await found("tags=x,y")).toBe(1);
    expect(await found("tags=x%2Cy&tags=z")).toBe(1);
    expect(await found("tags=z,z")).toBe(1);
    expect(await found("tags=x")).toBe(0);
  });
});

describe("bodies", () => {
  const post = (body: unknown, headers = {}) => detailOf("POST", "/v4/application-specs", { body, headers });

  it("a number larger than any is refused as such", async () => {
    const path = `/v4/evaluations/${evaluationId}/test-case-results`;
    const { id } = (await world.send("GET", path)).value.items[0];
    for (const number of ["1e999", "-1e999"]) {
      const { detail } = await detailOf("PATCH", `${path}/${id}`, { body: `{"result":{"q":${number}}}` });
      expect(detail).toEqual([
        { loc: ["body", "result", "q"], msg: "Input should be a finite number", type: "finite_number" },
      ]);
    }
  });

  it("each kind of damage has FastAPI's words", async () => {
    expect(await post({ account_id: 1, description: null })).toEqual({
      status: 422,
      detail: [
        { loc: ["body", "account_id"], msg: "Input should be a valid string", type: "string_type" },
        { loc: ["body", "name"], msg: "Field required", type: "missing" },
        { loc: ["body", "description"], msg: "Input should be a valid string", type: "string_type" },
      ],
    });
    expect((await post("")).detail).toEqual([{ loc: ["body"], msg: "Field required", type: "missing" }]);
    expect((await post("[]")).detail).toEqual([
      {
        loc: ["body"],
        msg: "Input should be a valid dictionary or object to extract fields from",
        type: "model_attributes_type",
      },
    ]);
    expect((await post('{"name": ')).detail).toMatchObject([{ loc: ["body", 9], type: "json_invalid" }]);
    const patch = { result: { q: { deep: 1 } }, time_spent_labeling_s: 1.5, label_status: "DONE", view: 1 };
    const { detail } = await detailOf("PATCH", `/v4/evaluations/${evaluationId}/test-case-results/x`, { body: patch });
    expect(detail.map(({ loc, type }: { loc: unknown; type: unknown }) => [loc, type])).toEqual([
      [["body", "time_spent_labeling_s"], "int_from_float"],
    ]);
  });

  it("of a union, the member that was meant is complained about", async () => {
    const body = { account_id: "a", name: "n", description: "d", type: "default", evaluation_config_id: 4 };
    const { detail } = await detailOf("POST", "/v4/evaluations", { body });
    expect(detail.map(({ loc }: { loc: unknown }) => loc)).toEqual([
      ["body", "evaluation_config_id"],
      ["body", "application_spec_id"],
    ]);
  });

  it("what is not sent as JSON is not read, so that no form of another page is", async () => {
    const text = JSON.stringify({ account_id: "a", name: "n", description: "d" });
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]) {
      expect((await post(text, { "content-type": type })).status).toBe(422);
    }
    for (const type of ["application/json; charset=utf-8", "application/vnd.acme+json", "APPLICATION/JSON"]) {
      expect((await post(text, { "content-type": type })).status).toBe(200);
    }
  });

  it("what cannot be read at all is 400, what is too much is 413", async () => {
    expect((await post(`{"a": ${"[".repeat(1000)}${"]".repeat(1000)}}`)).status).toBe(400);
    const bytes = await world.server.fetch("http://localhost/v4/application-specs", {
      method: "POST",
      headers: { "x-api-key": "key-ada", "content-type": "application/json" },
      body: new Uint8Array([0x22, 0xff, 0x22]),
    });
    expect(bytes.status).toBe(400);
    await using small = await makeWorld({ maxBodyBytes: 100 });
    const answered = await small.send("POST", "/v4/application-specs", { body: { name: "x".repeat(100) } });
    expect([answered.status, answered.value.detail]).toEqual([413, "Request body is larger than 100 bytes"]);
  });

  it("__proto__ is a name like any other", async () => {
    const text = '{"account_id":"a","name":"n","description":"d","__proto__":{"polluted":true}}';
    const { value } = await world.send("POST", "/v4/application-specs", { body: text });
    expect(Object.hasOwn(value, "__proto__")).toBe(true);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("no body will do where {} would", async () => {
    const claim = `/v4/evaluations/${evaluationId}/claim-task`;
    for (const body of [undefined, "", "null", {}]) {
      expect((await world.send("POST", claim, { body })).value.assigned_to).toBe("ada");
    }
  });
});

describe("what a body names has to exist", () => {
  it("a builder says which output is missing, and lets them miss when requested", async () => {
    const { call, attempt } = world;
    const [dataset] = (await call(resources.evaluationDatasets.list, {})).items;
    const [spec] = (await call(resources.applicationSpecs.list, {})).items;
    const variant = await call(resources.applicationVariants.create, {
      body: { account_id: "acme", application_spec_id: spec!.id, name: "b", version: "OFFLINE", configuration: {} },
    });
    const { items } = await call(resources.evaluationDatasets.testCases.list, {
      params: { evaluation_dataset_id: dataset!.id },
    });
    const body = {
      account_id: "acme",
      application_spec_id: spec!.id,
      application_variant_id: variant.id,
      evaluation_dataset_id: dataset!.id,
      name: "n",
      description: "d",
    };
    const output = (ignore_missing: boolean) => ({
      application_variant_id: variant.id,
      evaluation_dataset_version_num: 1,
      test_case_id: items[0]!.id,
      output: { generation_output: { summary: "s" } },
      ignore_missing,
    });
    await call(resources.applicationTestCaseOutputs.batch, { body: [output(false)] });
    const refused = await attempt(resources.evaluations.create, { body });
    expect(refused.status).toBe(422);
    expect(refused.value.detail[0].msg).toContain(`no output for 1 of the 2 test cases of version 1: ${items[1]!.id}`);
    await call(resources.applicationTestCaseOutputs.batch, { body: [output(true)] });
    const made = await call(resources.evaluations.create, { body });
    expect(made.total_test_case_result_count).toBe(1);

    const at = (data_loc: ReadonlyArray<string>, optional: boolean) =>
      attempt(resources.evaluations.create, {
        body: { ...body, annotation_config: { components: [[{ data_loc, optional }]] } },
      });
    const nowhere = await at(["test_case_output", "output", "title"], false);
    expect(nowhere.value.detail).toEqual([
      {
        loc: ["body", "annotation_config", "components", 0, 0, "data_loc"],
        msg: `Value error, test_case_output.output.title leads nowhere for test case ${items[0]!.id}`,
        type: "value_error",
      },
    ]);
    expect((await at(["test_case_output", "output", "title"], true)).status).toBe(200);
    const metric = (fields: object) =>
      attempt(resources.evaluations.create, {
        body: { ...body, metric_config: { components: [{ name: "m", type: "rouge1", ...fields }] } },
      });
    const unknown = await metric({ mappings: { candidate: ["test_case_output", "output", "nothing"] } });
    expect(unknown.value.detail[0].loc).toEqual(["body", "metric_config"]);
    expect(unknown.value.detail[0].msg).toContain('component "m"');
  });
});

describe("what every answer carries", () => {
  it("a date, and an id that is its own", async () => {
    const first = await world.send("GET", "/health");
    const second = await world.send("GET", "/v4/nothing");
    expect(first.headers.get("content-type")).toBe("application/json");
    expect(Date.parse(first.headers.get("date") ?? "")).not.toBeNaN();
    expect(first.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(second.headers.get("x-request-id")).not.toBe(first.headers.get("x-request-id"));
  });

  it("nothing of what went wrong inside, which is reported instead", async () => {
    const reported: Array<unknown> = [];
    const failing = {
      prepare: () => {
        throw new Error("secret path");
      },
    };
    await using broken = await makeWorld({
      metrics: { scorers: { rouge1: failing as never } },
      onError: (error) => reported.push(error),
    });
    const body = {
      name: "e",
      data: [{ a: "b" }],
      tasks: [{ task_type: "metric", configuration: { type: "rouge1", candidate: "item.a", reference: "item.a" } }],
    };
    const { status, value } = await broken.send("POST", "/v5/evaluations", { body });
    expect([status, value]).toEqual([500, { detail: "Internal Server Error" }]);
    expect(String(reported[0])).toContain("secret path");
    expect((await broken.send("GET", "/v5/evaluations")).value.total).toBe(0);
  });
});
