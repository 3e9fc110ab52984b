import { afterEach, describe, expect, it, vi } from "vitest";
import type { Evaluations } from "../src/contract/index.ts";
import {
  type ClientOptions,
  type Problem,
  SGPClient,
  type SgpError,
  type UnknownMember,
  type UnreadablePart,
} from "../src/index.ts";
import { json, key, script } from "./client/script.ts";
import evaluation from "./fixtures/contract/evaluation.json" with { type: "json" };

afterEach(() => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
});

const scripted = (steps: Parameters<typeof script>[0], options: ClientOptions & { seed?: number } = {}) => {
  const { fetch, asked, clock } = script(steps);
  return {
    asked,
    clock,
    client: new SGPClient({ apiKey: key, baseURL: "https://sgp.test", fetch, clock, ...options }),
  };
};

const refusal = (options: ClientOptions): string => {
  try {
    return `made ${new SGPClient(options)}`;
  } catch (error) {
    expect((error as SgpError).reason._tag).toBe("Invalid");
    return (error as SgpError).message;
  }
};

it("takes key, account and address from the environment", async () => {
  vi.stubEnv("SGP_API_KEY", key);
  vi.stubEnv("SGP_ACCOUNT_ID", "a7");
  vi.stubEnv("SGP_CLIENT_BASE_URL", "http://127.0.0.1:5003/public/");
  const { fetch, asked } = script([json(evaluation)]);
  await new SGPClient({ fetch }).evaluations.retrieve("e1");
  expect(asked[0]?.url.href).toBe("http://127.0.0.1:5003/public/v4/evaluations/e1");
  expect(asked[0]?.headers).toMatchObject({ "x-api-key": key, "x-selected-account-id": "a7" });
});

it("an option goes before the environment, which goes before production", async () => {
  vi.stubEnv("SGP_API_KEY", "another");
  vi.stubEnv("SGP_ACCOUNT_ID", "a7");
  const { fetch, asked } = script([json(evaluation)]);
  await new SGPClient({ fetch, apiKey: key, accountID: null }).evaluations.retrieve("e1");
  expect(asked[0]?.url.href).toBe("https://api.egp.scale.com/v4/evaluations/e1");
  expect(asked[0]?.headers["x-api-key"]).toBe(key);
  expect(asked[0]?.headers).not.toHaveProperty("x-selected-account-id");
});

it("without a fetch it uses the platform's", async () => {
  const fetch = vi.fn(async () => json(evaluation));
  vi.stubGlobal("fetch", fetch);
  await new SGPClient({ apiKey: key }).evaluations.retrieve("e1");
  expect(fetch).toHaveBeenCalledOnce();
});

it("calls a given fetch as a function of its own, which a browser's insists on", async () => {
  const receivers: Array<unknown> = [];
  function fetch(this: unknown) {
    receivers.push(this);
    return Promise.resolve(json(evaluation));
  }
  await new SGPClient({ apiKey: key, fetch }).evaluations.retrieve("e1");
  expect(receivers).toEqual([undefined]);
});

it.each<[ClientOptions, string]>([
  [{}, "SGPClient: apiKey: missing: pass apiKey or set SGP_API_KEY; null if a proxy adds the key"],
  [{ apiKey: "  " }, "SGPClient: apiKey: the key is not a string, or empty"],
  [{ apiKey: 7 as never }, "SGPClient: apiKey: the key is not a string, or empty"],
  [
    { apiKey: "sk-secret\n" },
    "SGPClient: apiKey: the key has characters that no header can hold (a line break copied with it?)",
  ],
  [{ apiKey: key, baseURL: "api.test" }, "SGPClient: baseURL: must be an http or https address"],
  [{ apiKey: key, accountID: "" }, "SGPClient: accountID: is empty"],
  [{ apiKey: key, baseURL: "ftp://api.test" }, "SGPClient: baseURL: must be an http or https address"],
  [{ apiKey: key, baseURL: "https://user:pw@api.test" }, "SGPClient: baseURL: has a user name in it; use apiKey"],
  [{ apiKey: key, baseURL: "https://api.test/?x=1" }, "SGPClient: baseURL: has a query or a fragment"],
  [{ apiKey: key, timeout: 0 }, 'SGPClient: timeout: must be more than 0 ms, such as 5000 or "30 seconds"'],
  [
    { apiKey: key, timeout: "soon" as never },
    'SGPClient: timeout: must be more than 0 ms, such as 5000 or "30 seconds"',
  ],
  [{ apiKey: key, maxRetries: -1 }, "SGPClient: maxRetries: must be a whole number of at least 0"],
  [{ apiKey: key, maxRetries: 1.5 }, "SGPClient: maxRetries: must be a whole number of at least 0"],
  [{ apiKey: key, maxResponseBytes: 0 }, "SGPClient: maxResponseBytes: must be a whole number of at least 1"],
  [
    { apiKey: key, accountID: "a\r\nb" },
    "SGPClient: headers.x-selected-account-id: the value has characters that are not allowed in a header",
  ],
  [
    { apiKey: key, defaultHeaders: { "X-API-Key": "sk-secret" } },
    "SGPClient: defaultHeaders.X-API-Key: the key is set by apiKey",
  ],
  [
    { apiKey: key, maxRetries: -1, timeout: -1 },
    'SGPClient: timeout: must be more than 0 ms, such as 5000 or "30 seconds" (and 1 more in reason.issues)',
  ],
])("options that cannot be right are refused: %#", (options, message) => {
  vi.stubEnv("SGP_API_KEY", "");
  expect(refusal(options)).toBe(message);
});

it("a raw key in a browser is refused unless explicitly allowed", async () => {
  const { fetch, asked } = script([json(evaluation), json(evaluation), json(evaluation)]);
  vi.stubGlobal("document", {});
  expect(refusal({ apiKey: key })).toContain("SGPClient: apiKey: a raw key in a browser can be read by every visitor");
  await new SGPClient({ apiKey: key, dangerouslyAllowBrowser: true, fetch }).evaluations.retrieve("e1");
  await new SGPClient({ apiKey: () => key, fetch }).evaluations.retrieve("e1");
  await new SGPClient({ apiKey: null, fetch }).evaluations.retrieve("e1");
  expect(asked.map(({ headers }) => headers["x-api-key"])).toEqual([key, key, undefined]);
});

it("a proxy on the page's own origin is an address", async () => {
  const { fetch, asked } = script([json(evaluation)]);
  vi.stubGlobal("document", {});
  vi.stubGlobal("location", { href: "https://app.test/dashboard/?x=1" });
  await new SGPClient({ apiKey: null, baseURL: "/api", fetch }).evaluations.retrieve("e1");
  expect(asked[0]?.url.href).toBe("https://app.test/api/v4/evaluations/e1");
});

it("a provider of keys is asked before each attempt", async () => {
  let issued = 0;
  const apiKey = async () => `sk-${++issued}`;
  const { client, clock, asked } = scripted([json({}, { status: 503 }), json(evaluation), json(evaluation)], {
    apiKey,
  });
  await clock.until(client.evaluations.retrieve("e1"));
  await client.evaluations.retrieve("e1");
  expect(asked.map(({ headers }) => headers["x-api-key"])).toEqual(["sk-1", "sk-2", "sk-3"]);
});

it.each<[() => string | Promise<string>, "Unreachable" | "Unauthorized", string]>([
  [() => Promise.reject(new Error("no session")), "Unreachable", "apiKey() failed: no session"],
  [
    () => {
      throw new Error("no session");
    },
    "Unreachable",
    "apiKey() failed: no session",
  ],
  [
    () => "",
    "Unauthorized",
    "there is no API key to send (apiKey() gave nothing to send: the key is not a string, or empty); check apiKey",
  ],
])("a provider that fails is an error of its own, and nothing is sent: %#", async (apiKey, _tag, message) => {
  const { client, asked } = scripted([], { apiKey, maxRetries: 0 });
  await expect(client.evaluations.retrieve("e1")).rejects.toMatchObject({
    reason: { _tag },
    message: `GET /v4/evaluations/e1: ${message}`,
  });
  expect(asked).toHaveLength(0);
});

it("per call: headers, a time limit, a number of retries", async () => {
  const { client, clock, asked } = scripted([json({}, { status: 503 }), json(evaluation)], {
    defaultHeaders: { "X-Team": "blue" },
  });
  const call = client.evaluations.retrieve("e1", { maxRetries: 0, headers: { "x-team": "red", "x-trace": "t1" } });
  await expect(clock.until(call)).rejects.toMatchObject({ status: 503, attempts: 1 });
  await client.evaluations.retrieve("e1", { headers: { "x-team": null } });
  expect(asked[0]?.headers).toMatchObject({ "x-team": "red", "x-trace": "t1" });
  expect(asked[1]?.headers).not.toHaveProperty("x-team");
});

it("an unknown member of an enum is kept, and reported once", async () => {
  const reported: Array<UnknownMember | UnreadablePart> = [];
  const odd = { ...evaluation, status: "ARCHIVING" };
  const page = { items: [odd, odd], current_page: 1, items_per_page: 100, total_item_count: 2 };
  const { client } = scripted([json(odd), json(page), json({ ...evaluation, status: "THAWING" })], {
    onUnknown: (unknown) => reported.push(unknown),
  });
  expect((await client.evaluations.retrieve("e1")).status).toBe("ARCHIVING");
  await client.evaluations.list();
  await client.evaluations.retrieve("e1");
  const known = ["PENDING", "COMPLETED", "FAILED"];
  expect(reported).toEqual([
    { endpoint: "evaluations.retrieve", path: "status", member: "ARCHIVING", known },
    { endpoint: "evaluations.retrieve", path: "status", member: "THAWING", known },
  ]);
});

describe("an answer that is not quite what the contract says", () => {
  const counts = { current_page: 1, items_per_page: 100 };

  it("loses a field that is wrong and may be missing, and nothing else", async () => {
    const reported: Array<UnknownMember | UnreadablePart> = [];
    const odd = { ...evaluation, completed_at: "yesterday", later: { of: "another version" } };
    const { client } = scripted([json(odd), json(odd)], { onUnknown: (unknown) => reported.push(unknown) });
    const { completed_at: _, ...rest } = odd;
    expect(await client.evaluations.retrieve("e1")).toEqual(rest);
    expect(await client.evaluations.retrieve("e1")).toEqual(rest);
    const message = "Expected an ISO 8601 date and time";
    expect(reported).toEqual([{ endpoint: "evaluations.retrieve", path: "completed_at", message, cost: "field" }]);
  });

  it("loses a row of which nothing can be kept, never the list, and the walk goes on behind it", async () => {
    const reported: Array<UnknownMember | UnreadablePart> = [];
    const rows = (...ids: ReadonlyArray<string>) => ids.map((id) => ({ ...evaluation, id }));
    const bad = { ...evaluation, id: "bad", name: 7 };
    const { client, asked } = scripted(
      [
        json({ ...counts, items: [...rows("a"), bad], total_item_count: 6 }),
        json({ ...counts, items: [{ ...bad, id: "worse" }, 7], total_item_count: 6 }),
        json({ ...counts, items: rows("b", "c"), total_item_count: 6 }),
      ],
      { onUnknown: (unknown) => reported.push(unknown) },
    );
    const ids: Array<string> = [];
    for await (const { id } of client.evaluations.list()) ids.push(id);
    expect(ids).toEqual(["a", "b", "c"]);
    expect(asked).toHaveLength(3);
    expect(reported).toEqual([
      {
        endpoint: "evaluations.list",
        path: "items[1]",
        message: "Expected string, got a number (at name)",
        cost: "item",
      },
      { endpoint: "evaluations.list", path: "items[1]", message: "Expected object, got a number", cost: "item" },
    ]);
  });

  it("is refused where nothing of it can be kept, with the place", async () => {
    const { client } = scripted([
      json({ ...evaluation, name: 7 }),
      json({ ...counts, items: {}, total_item_count: 1 }),
    ]);
    await expect(client.evaluations.retrieve("e1")).rejects.toMatchObject({
      reason: { _tag: "Undecodable", path: "name" },
    });
    await expect(client.evaluations.list()).rejects.toMatchObject({ reason: { _tag: "Undecodable", path: "items" } });
  });

  it("is reported to onProblem where onUnknown is absent", async () => {
    const problems: Array<Problem> = [];
    const { client } = scripted([json({ ...evaluation, completed_at: 7 })], {
      onProblem: (problem) => problems.push(problem),
    });
    await client.evaluations.retrieve("e1");
    expect(problems).toEqual([
      {
        source: "reading the answer of evaluations.retrieve",
        error: "left out completed_at: Expected string | null, got a number",
      },
    ]);
  });
});

it("an error of a callback is reported to onProblem and breaks no call", async () => {
  const problems: Array<Problem> = [];
  const error = new Error("not my day");
  const { client } = scripted([json({ ...evaluation, status: "ARCHIVING" })], {
    onProblem: (problem) => problems.push(problem),
    onUnknown: () => {
      throw error;
    },
  });
  expect((await client.evaluations.retrieve("e1")).status).toBe("ARCHIVING");
  expect(problems).toEqual([{ source: "onUnknown", error }]);
});

it("without an onProblem, or with one that throws, the console gets it", async () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const fail = (message: string) => () => {
    throw new Error(message);
  };
  for (const options of [{}, { onProblem: fail("nor mine") }]) {
    const { client } = scripted([json({ ...evaluation, status: "ARCHIVING" })], {
      ...options,
      onUnknown: fail("not my day"),
    });
    await client.evaluations.retrieve("e1");
  }
  const lines = log.mock.calls.map(([line, error]) => `${line} ${error}`);
  log.mockRestore();
  const reported = "evalwire: onUnknown failed: Error: not my day";
  expect(lines).toEqual([reported, reported, "evalwire: onProblem failed: Error: nor mine"]);
});

it("the rejection is the SgpError, and its stack leads to the caller", async () => {
  const { client } = scripted([json({}, { status: 404 })]);
  const lookUp = async () => await client.evaluations.retrieve("e1");
  const error: SgpError = await lookUp().catch((error) => error);
  expect(error.stack?.split("\n")[0]).toBe(`SgpError: ${error.message}`);
  expect(error.stack).toContain("lookUp");
});

it("a client derived from another has its own options, the other's clock, and its view of writes", async () => {
  const { client, clock, asked } = scripted([json(null), json({}, { status: 503 }), json(evaluation)]);
  const seen: Array<string> = [];
  client.transport.writes.subscribe(({ endpoint, phase }) => seen.push(`${endpoint.name} ${phase}`));
  const derived = client.withOptions({ defaultHeaders: { "x-team": "red" } });
  await derived.evaluations.claimTask("e1");
  expect(seen).toEqual(["evaluations.claimTask started", "evaluations.claimTask succeeded"]);
  expect(asked[0]?.headers["x-team"]).toBe("red");
  const call = derived.evaluations.retrieve("e1");
  await clock.until(call);
  expect(asked[2]!.at - asked[1]!.at).toBeLessThanOrEqual(500);
});

it("an option that is undefined stays that of the client another is derived from", async () => {
  const asked: Array<Record<string, string>> = [];
  const fetch = async (_: string, init: RequestInit) => {
    asked.push(init.headers as Record<string, string>);
    return Response.json(null);
  };
  const client = new SGPClient({ apiKey: "own", accountID: "acme", baseURL: "http://own.test", fetch });
  const derived = client.withOptions({ apiKey: undefined, accountID: undefined, baseURL: undefined, fetch: undefined });
  expect(derived.baseURL).toBe("http://own.test");
  await derived.evaluations.claimTask("e1");
  expect(asked).toEqual([expect.objectContaining({ "x-api-key": "own", "x-selected-account-id": "acme" })]);
});

it("writes to another account or server are not announced to this one's listeners", async () => {
  const { client } = scripted([json(null), json(null)]);
  const seen: Array<string> = [];
  client.transport.writes.subscribe(({ phase }) => seen.push(phase));
  await client.withOptions({ accountID: "another" }).evaluations.claimTask("e1");
  await client.withOptions({ baseURL: "https://other.test" }).evaluations.claimTask("e1");
  expect(seen).toEqual([]);
});

it("the same seed waits the same; the waits of one client differ", async () => {
  const waits = async () => {
    const { client, clock, asked } = scripted(() => new TypeError("fetch failed"), { seed: 7, maxRetries: 1 });
    for (let call = 0; call < 3; call++) await clock.until(client.evaluations.retrieve("e1").catch(() => undefined));
    return [0, 2, 4].map((first) => asked[first + 1]!.at - asked[first]!.at);
  };
  const first = await waits();
  expect(await waits()).toEqual(first);
  expect(new Set(first).size).toBe(3);
});

it("hands on the JSON itself, fields of later versions and all", async () => {
  const later = { ...evaluation, invented_later: { deep: [1, null] } };
  const { client } = scripted([json(later)]);
  const answer: Evaluations.Evaluation = await client.evaluations.retrieve("e1");
  expect(answer).toEqual(later);
});
