/** Wrong calls are refused at once, in a sentence that says the right one. */
import * as Effect from "effect/Effect";
import * as Stream from "effect/Stream";
import { firstValueFrom } from "rxjs";
import { describe, expect, it } from "vitest";
import { definePlugin } from "../src/index.ts";
import { taskEvents$ } from "../src/rxjs.ts";
import { SGPClient } from "../src/SGPClient.ts";
import { Sgp } from "../src/Sgp.ts";
import { watchEvents } from "../src/watch/index.ts";

const evaluationOf = (id: string) => ({
  id,
  name: "Notices",
  description: "",
  status: "PENDING",
  account_id: "a1",
  application_spec_id: "s1",
  created_at: "2030-01-01T00:00:00Z",
  created_by_user_id: "ada",
  created_by_identity_type: "user",
});

/** A client of a server that has these paths, and the requested paths. */
const clientOf = (answers: Readonly<Record<string, object>> = {}, options: object = {}) => {
  const asked: Array<string> = [];
  const fetch = async (url: string) => {
    const { pathname } = new URL(url);
    asked.push(pathname);
    const answer = answers[pathname];
    return answer === undefined ? Response.json({ detail: "Not Found" }, { status: 404 }) : Response.json(answer);
  };
  return {
    asked,
    client: new SGPClient({ apiKey: "key", baseURL: "http://localhost", fetch, maxRetries: 0, ...options }),
  };
};

/** JavaScript: no compiler stands before the call. */
const untyped = (value: unknown) => value as never;

describe("an option that is not known is refused with the nearest one", () => {
  it.each<[string, () => unknown, RegExp]>([
    [
      "the client",
      () => new SGPClient(untyped({ apiKey: "k", baseUrl: "http://127.0.0.1:1" })),
      /baseUrl: is not known; did you mean baseURL\?/,
    ],
    [
      "a derived client",
      () => clientOf().client.withOptions(untyped({ timeOut: 5 })),
      /timeOut: is not known; did you mean timeout\?/,
    ],
    ["a client without an object", () => new SGPClient(untyped("key")), /options: must be an object, not string/],
    [
      "a watch",
      () => clientOf().client.watch("e1", untyped({ pollInterval: 5 })),
      /pollInterval: is not known; did you mean interval\?/,
    ],
    [
      "a watch of v5",
      () => clientOf().client.v5.watch("e1", untyped({ pagesize: 5 })),
      /pagesize: is not known; did you mean pageSize\?/,
    ],
    [
      "an option of a subscription",
      () => clientOf().client.watch("e1", untyped({ types: ["assignment.created"] })),
      /types: is an option of watch.subscribe and watch.events, not of watch/,
    ],
    [
      "one time for two",
      () => clientOf().client.watch("e1", untyped({ interval: 5000 })),
      /interval: is a pair of times/,
    ],
    [
      "one lead for a list",
      () => clientOf().client.watch("e1", untyped({ expiring: "5 minutes" })),
      /expiring: is a list of times/,
    ],
  ])("%s", (_, call, sentence) => {
    expect(call).toThrow(sentence);
  });

  it("a subscription, and a type that no event has", async () => {
    await using watch = clientOf().client.watch("e1");
    expect(() => watch.subscribe(() => {}, untyped({ type: ["task.added"] }))).toThrow(
      /type: is not known; did you mean types\?/,
    );
    expect(() => watch.subscribe(() => {}, untyped({ interval: ["1 second", "1 minute"] }))).toThrow(
      /interval: is an option of watch, not of a subscription to it/,
    );
    expect(() => watch.subscribe(() => {}, untyped({ types: ["assignment.create"] }))).toThrow(
      /types\[0\]: "assignment.create" is not known; did you mean assignment.created\?/,
    );
    expect(() => watch.subscribe(() => {}, untyped({ types: "task.added" }))).toThrow(/types: is a list of types/);
    expect(() => watch.events(untyped({ replays: false }))[Symbol.asyncIterator]()).toThrow(/did you mean replay\?/);
  });

  it("a plugin's filter, which is the plugin's failure", () => {
    const problems: Array<unknown> = [];
    const plugin = definePlugin({
      name: "p",
      setup: (host) => void host.on(untyped({ type: ["task.added"] }), () => {}),
    });
    clientOf({}, { plugins: [plugin], onProblem: (problem: { error: Error }) => problems.push(problem.error.message) });
    expect(problems).toEqual(["watch: type: is not known; did you mean types?"]);
  });

  it("one call", async () => {
    const { client, asked } = clientOf();
    await expect(client.evaluations.retrieve("e1", untyped({ timeoutMs: 5 }))).rejects.toThrow(
      /did you mean timeout\?/,
    );
    expect(asked).toEqual([]);
  });

  it("an observable and an Effect stream, whose options are those of the watch and of the subscription", async () => {
    const { client } = clientOf();
    await expect(firstValueFrom(taskEvents$(client, "e1", untyped({ typs: ["task.added"] })))).rejects.toThrow(
      /did you mean types\?/,
    );
    const fetch = async () => Response.json({}, { status: 404 });
    const program = watchEvents("e1", untyped({ replai: true })).pipe(
      Stream.runDrain,
      Effect.provide(Sgp.layer({ apiKey: "k", fetch })),
    );
    await expect(Effect.runPromise(program)).rejects.toThrow(/did you mean replay\?/);
  });
});

describe("a watch of nothing", () => {
  it.each([undefined, null, "", " ", 7])("throws for %j", (id) => {
    const { client, asked } = clientOf();
    for (const { watch } of [client, client.v5])
      expect(() => watch.call(client, untyped(id))).toThrow(/watch: evaluationId: must be the id of an evaluation/);
    expect(asked).toEqual([]);
  });
});

it("a request that cannot be made ends a watch", async () => {
  const { client } = clientOf({ "/v4/evaluations/e1": evaluationOf("e1") });
  await using watch = client.watch("..");
  await expect(watch.ready).rejects.toMatchObject({ reason: { _tag: "Invalid" } });
  expect(watch.status._tag).toBe("closed");
});

describe("a 404 on an evaluation that the other version has says so", () => {
  it("v4 called for a method of v5", async () => {
    const { client, asked } = clientOf({ "/v5/evaluations/e1": evaluationOf("e1") });
    const error = await client.evaluations.retrieve("e1").catch((error) => error);
    expect(error.reason._tag).toBe("NotFound");
    expect(error.message).toBe(
      "GET /v4/evaluations/e1: 404, not found (it exists in v5: use client.v5.evaluations and client.v5.watch); check the id and the selected account",
    );
    expect(asked).toEqual(["/v4/evaluations/e1", "/v5/evaluations/e1"]);
    await using watch = client.watch("e1");
    await expect(watch.ready).rejects.toThrow(/it exists in v5: use client.v5.evaluations and client.v5.watch/);
  });

  it("v5 called for a method of v4", async () => {
    const { client } = clientOf({ "/v4/evaluations/e1": evaluationOf("e1") });
    await expect(client.v5.evaluations.retrieve("e1")).rejects.toThrow(
      /it exists in v4: use client.evaluations and client.watch/,
    );
  });

  it("says only what it knows where neither has it", async () => {
    const { client } = clientOf();
    await expect(client.evaluations.retrieve("e1")).rejects.toThrow(
      /^GET \/v4\/evaluations\/e1: 404, not found \(Not Found\); check the id and the selected account$/,
    );
  });
});

describe("a 404 under a baseURL that ends with a version says so", () => {
  const hint = /404, not found \(baseURL ends with \/v4, which each path begins with: leave it out\)/;

  it.each(["http://localhost/v4", "http://localhost/v4/"])("%s", async (baseURL) => {
    const { client, asked } = clientOf({ "/v4/evaluations/e1": evaluationOf("e1") }, { baseURL });
    await expect(client.evaluations.retrieve("e1")).rejects.toThrow(hint);
    await expect(client.evaluations.tasks.update({ evaluation_id: "e1", task_id: "t1" })).rejects.toThrow(hint);
    await using watch = client.watch("e1");
    await expect(watch.ready).rejects.toThrow(hint);
    expect(asked.every((path) => path.startsWith("/v4/v4/"))).toBe(true);
  });

  it("v5, by either version", async () => {
    const { client } = clientOf({}, { baseURL: "http://localhost/api/v5" });
    for (const { evaluations } of [client, client.v5])
      await expect(evaluations.retrieve("e1")).rejects.toThrow(/baseURL ends with \/v5/);
  });

  it("and a server that is there all the same answers", async () => {
    const list = { items: [], total_item_count: 0, current_page: 1, items_per_page: 10 };
    const { client } = clientOf({ "/v4/v4/evaluations": list }, { baseURL: "http://localhost/v4" });
    expect(await client.evaluations.list()).toMatchObject({ items: [] });
  });
});

describe("an argument", () => {
  it.each<[string, object, RegExp]>([
    [
      "in camel case",
      { evaluation_id: "e1", skipCurrent: true },
      /skipCurrent: is not known; did you mean skip_current\?/,
    ],
    ["without a letter", { evaluation_id: "e1", skip_curent: true }, /did you mean skip_current\?/],
    ["with a letter twice", { evaluation_id: "e1", skipp_current: true }, /did you mean skip_current\?/],
    [
      "with two letters changed about",
      { evaluation_id: "e1", taks_type: "x" },
      /taks_type: .* did you mean task_type\?/,
    ],
    ["with another letter", { evaluation_id: "e1", task_tipe: "x" }, /did you mean task_type\?/],
    ["of the path", { evaluationId: "e1" }, /evaluationId: is not known; did you mean evaluation_id\?/],
  ])("%s is refused with the nearest one, and nothing is sent", async (_, args, sentence) => {
    const { client, asked } = clientOf();
    await expect(client.evaluations.claimTask(untyped(args))).rejects.toThrow(sentence);
    await expect(client.evaluations.claimTask(untyped(args))).rejects.toMatchObject({ reason: { _tag: "Invalid" } });
    expect(asked).toEqual([]);
  });

  it.each<[string, object]>([
    ["among the options of the call", { skip_current: true }],
    ["among the options of the call, misspelt", { skipCurrent: true }],
  ])("%s is refused with its place", async (_, options) => {
    const { client, asked } = clientOf();
    await expect(client.evaluations.claimTask("e1", untyped(options))).rejects.toThrow(
      /is an argument: pass \{ evaluation_id, skip_current \} before the options of the call/,
    );
    expect(asked).toEqual([]);
  });

  it("of another name is sent: the platform may know it", async () => {
    const { client, asked } = clientOf();
    const args = { evaluation_id: "e1", skip_current: true, skip_currents: 1, priority: 3 };
    await expect(client.evaluations.claimTask(untyped(args))).rejects.toMatchObject({ status: 404 });
    await expect(client.evaluations.list(untyped({ limit: 1, colour: "red" }))).rejects.toMatchObject({ status: 404 });
    expect(asked).toEqual(["/v4/evaluations/e1/claim-task", "/v4/evaluations"]);
  });
});
