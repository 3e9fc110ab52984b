/** 24. A caller receives nothing that their token does not allow: what calls, their answers and resumed feeds could show. */
import { SGPClient } from "@evalwire/core";
import { type Entry, type FeedSource, follow } from "@evalwire/core/feed";
import { createRelay, issueToken, relayFeed } from "@evalwire/relay";
import { describe, expect, it } from "vitest";
import { apiKey, keys, stage } from "./platform.ts";

const feed = "/v4/evaluations/e1/feed";
const annotator = { may: ["watch", "claim", "submit"] as const };
const patch = (body: unknown) => ({
  method: "PATCH",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

/** Answers with something of every user in each object, as the platform may. */
const crowded = (on: ReturnType<typeof stage>) => {
  const people = {
    created_by_user_id: "zoe",
    annotated_by_user_id: "ben",
    edited_by_user_id: "cleo",
    edited_by: { id: "cleo", email: "cleo@example.org" },
    result: { q1: "an answer of ben" },
  };
  on.sgp.world.more = { ...people, test_case_results: [{ id: "r-t2", annotated_by_user_id: "ben" }] };
  return /zoe|ben|cleo/;
};

describe("Someone who sees only the own tasks", () => {
  it("reads no other person in the answer of a call", async () => {
    const on = stage(2);
    on.sgp.set("t1", { assigned_to: "ada" });
    const others = crowded(on);
    const token = await on.token(annotator as never);
    const answers = [
      await on.ask("/v4/evaluations/e1", { token }),
      await on.ask("/v4/evaluations/e1/test-case-results/r-t1?view=Task", { token }),
      await on.ask("/v4/evaluations/e1/test-case-results/r-t1", { token, ...patch({ label_status: "COMPLETED" }) }),
      await on.ask("/v4/evaluations/e1/claim-task", { token, method: "POST" }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    for (const answer of answers) expect(await answer.text()).not.toMatch(others);
    await on.close();
  });

  it("still reads what they answered themselves", async () => {
    const on = stage(1);
    on.sgp.set("t1", { assigned_to: "ada" });
    on.sgp.world.more = { annotated_by_user_id: "ada", result: { q1: "an answer of hers" } };
    const response = await on.ask("/v4/evaluations/e1/test-case-results/r-t1", {
      token: await on.token(annotator as never),
    });
    expect(await response.json()).toMatchObject({ annotated_by_user_id: "ada", result: { q1: "an answer of hers" } });
    await on.close();
  });

  it.each([
    "/v4/evaluations/e1?view=TestCaseResults",
    "/v4/evaluations/e1?view=AsyncJobs",
    "/v4/evaluations/e1?view=EvaluationConfig&view=TestCaseResults",
    "/v4/evaluations/e1?view=Something",
    "/v4/evaluations/e1/test-case-results?sort_by=assigned_to:asc",
    "/v4/evaluations/e1/test-case-results/r-t1/history",
    "/v4/evaluations/e1/test-case-results/r-t1/history/1",
    "/v4/evaluations/e1/test-case-results/history/1",
    "/v4/evaluations/e1/test-case-results/r-t2",
    "/v4/evaluations",
  ])("does not read %s", async (path) => {
    const on = stage(2);
    on.sgp.set("t1", { assigned_to: "ada" });
    on.sgp.set("t2", { assigned_to: "ben" });
    const response = await on.ask(path, { token: await on.token(annotator as never) });
    expect(response.status).toBe(403);
    expect(((await response.json()) as { detail: string }).detail).toMatch(/^[A-Z].*\.$/);
    await on.close();
  });

  it.each([
    { annotated_by_user_id: "ben" },
    { audit_comment: "Well done." },
    { audit_required: false },
    { test_case_id: "c-t2" },
    { account_id: "a2" },
  ])("does not write %j, which is no answer", async (body) => {
    const on = stage(2);
    on.sgp.set("t1", { assigned_to: "ada" });
    const token = await on.token(annotator as never);
    const path = "/v4/evaluations/e1/test-case-results/r-t1";
    const refused = await on.ask(path, { token, ...patch({ label_status: "COMPLETED", ...body }) });
    expect(refused.status).toBe(403);
    expect(on.sgp.asked.filter(({ method }) => method === "PATCH")).toEqual([]);
    const own = { label_status: "COMPLETED", annotated_by_user_id: "ada", result: { q1: 1 }, time_spent_labeling_s: 3 };
    expect((await on.ask(path, { token, ...patch(own) })).status).toBe(200);
    await on.close();
  });

  it("sees a hidden field in no answer either", async () => {
    const on = stage(1);
    on.sgp.set("t1", { assigned_to: "ada", priority: 77 });
    const token = await on.token({ ...annotator, hidden: ["priority", "test_case_id"] } as never);
    const answers = [
      await on.ask("/v4/evaluations/e1/test-case-results/r-t1?view=Task", { token }),
      await on.ask("/v4/evaluations/e1/test-case-results/r-t1", { token, ...patch({ label_status: "COMPLETED" }) }),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(await answer.text()).not.toMatch(/\b77\b|c-t1/);
    }
    await on.close();
  });

  it("judges no own work under a permit of authorize", async () => {
    const on = stage(1, { authorize: () => ({ user: "ada" }) });
    on.sgp.set("t1", { assigned_to: "ada" });
    const path = "/v4/evaluations/e1/test-case-results/r-t1";
    expect((await on.ask(path, patch({ audit_status: "APPROVED" }))).status).toBe(403);
    expect(on.sgp.asked.filter(({ method }) => method === "PATCH")).toEqual([]);
    expect((await on.ask(path, patch({ label_status: "COMPLETED" }))).status).toBe(200);
    await on.close();
  });

  it.each([400, 403, 404, 409, 422, 500])("reads no other person in the text of the platform's %d", async (status) => {
    const on = stage(1);
    on.sgp.set("t1", { assigned_to: "ada" });
    const detail = "r-t1 was taken over by ben";
    const client = new SGPClient({
      apiKey,
      baseURL: "https://sgp.test",
      clock: on.clock,
      maxRetries: 0,
      fetch: async (url, init) => {
        const isChecked = url.includes("view=Task") && !url.includes("Metrics");
        return isChecked ? on.sgp.fetch(url, init) : Response.json({ detail }, { status });
      },
    });
    await using relay = createRelay({ client, keys, clock: on.clock });
    const ask = async (path: string, init: RequestInit = {}, rows: "own" | "all" = "own") => {
      const authorization = `Bearer ${await on.token({ ...annotator, rows } as never)}`;
      const headers = { "content-type": "application/json", authorization };
      return relay.fetch(new Request(`https://board.test/relay${path}`, { ...init, headers }));
    };
    const path = "/v4/evaluations/e1/test-case-results/r-t1";
    const own = [
      await ask("/v4/evaluations/e1"),
      await ask(`${path}?view=Task,Metrics`),
      await ask(path, { method: "PATCH", body: JSON.stringify({ label_status: "COMPLETED" }) }),
      await ask("/v4/evaluations/e1/claim-task", { method: "POST" }),
    ];
    for (const answer of own) {
      expect(answer.status).toBe(status);
      expect(await answer.json()).toEqual({ detail: expect.not.stringContaining("ben") });
    }
    // With all rows the platform's own text is passed on.
    expect(await (await ask("/v4/evaluations/e1", {}, "all")).json()).toEqual({ detail });
    await client.close();
    await on.close();
  });

  it("sees no others when a permit of authorize says nothing of rows", async () => {
    const on = stage(2, { authorize: () => ({ user: "ada" }) });
    on.sgp.set("t1", { assigned_to: "ada" });
    on.sgp.set("t2", { assigned_to: "ben" });
    expect((await on.ask("/v4/evaluations/e1/test-case-results")).status).toBe(403);
    expect((await on.ask("/v4/evaluations/e1/test-case-results/r-t2")).status).toBe(403);
    expect((await on.ask("/v4/evaluations/e1/test-case-results/r-t1")).status).toBe(200);
    await on.close();
  });
});

describe("authorize", () => {
  it("that lets a token be used lets it do what it may, and no more", async () => {
    const on = stage(1, { authorize: (_, __, claims) => claims !== undefined });
    const token = await on.token({ evaluations: ["e2"] });
    expect((await on.ask("/v4/evaluations/e1", { token })).status).toBe(403);
    expect((await on.ask("/v4/evaluations/e1", { token: await on.token(), method: "DELETE" })).status).toBe(403);
    expect((await on.ask("/v4/evaluations/e1", { token: await on.token() })).status).toBe(200);
    await on.close();
  });

  it("names the user by whom calls are counted", async () => {
    const authorize = ({ headers }: Request) => ({ user: headers.get("cookie")!, rows: "all" as const });
    const on = stage(1, { authorize, limits: { callsPerMinute: 1 } });
    const as = async (cookie: string) => (await on.ask("/v4/evaluations/e1", { headers: { cookie } })).status;
    expect([await as("ada"), await as("ada"), await as("ben")]).toEqual([200, 429, 200]);
    await on.close();
  });
});

/** The first entries of a feed. */
const entriesOf = async (on: ReturnType<typeof stage>, token: string, after?: string) => {
  const headers = after === undefined ? {} : { "last-event-id": after };
  const response = await on.ask(feed, { token, headers });
  const reader = response.body!.getReader();
  let text = "";
  void (async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      text += new TextDecoder().decode(value);
    }
  })();
  await on.clock.advance("12 seconds");
  await reader.cancel();
  const entries = [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data!) as Entry);
  return { entries, id: [...text.matchAll(/^id: (.*)$/gm)].at(-1)![1]! };
};

const shown = (entries: ReadonlyArray<Entry>) =>
  entries.flatMap((entry) => {
    if (entry.kind === "snapshot") return entry.rows.map(([id]) => id);
    return entry.kind === "news" ? entry.news.flatMap((news) => ("row" in news ? [news.row[0]] : [])) : [];
  });

describe("A feed that is resumed", () => {
  it.each([
    ["with more rights", "own", "all", ["t1", "t2"]],
    ["with fewer rights", "all", "own", ["t1"]],
    ["with the same rights", "own", "own", []],
  ] as const)("%s begins with what they show, where that is another", async (_, before, after, rows) => {
    const on = stage(2);
    on.sgp.set("t1", { assigned_to: "ada" });
    on.sgp.set("t2", { assigned_to: "ben" });
    const first = await entriesOf(on, await on.token({ rows: before }));
    const second = await entriesOf(on, await on.token({ rows: after }), first.id);
    expect(shown(second.entries)).toEqual(rows);
    await on.close();
  });

  it.each(["g.1", "a.b.c", "other.1.2", "x".repeat(4_000), "..", "g.1.99999999999999999999999", "g.-1.-1", "%00.1.1"])(
    "from what is no place in it, %s, begins with everything",
    async (after) => {
      const on = stage(2);
      const { entries } = await entriesOf(on, await on.token(), after);
      expect(shown(entries)).toEqual(["t1", "t2"]);
      await on.close();
    },
  );

  it("goes on by number after a while without any reader, and is answered at once where it does not wait", async () => {
    const on = stage(20);
    const token = await on.token();
    const poll = async (after?: string) => {
      const headers = { accept: "application/x-ndjson", ...(after === undefined ? {} : { "last-event-id": after }) };
      const asked = on.ask(`${feed}?wait=0`, { token, headers });
      await on.clock.advance(0);
      const entries = (await (await asked).text())
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Entry);
      const { generation, epoch, number } = entries.at(-1)!;
      return { kinds: entries.map(({ kind }) => kind), at: `${generation}.${epoch}.${number}` };
    };
    await entriesOf(on, token);
    const first = await poll();
    expect(first.kinds).toEqual(["snapshot", "beat"]);
    await on.clock.advance("2 seconds");
    const second = await poll(first.at);
    expect(second.kinds).toEqual(["beat"]);
    on.sgp.set("t3", { priority: 9 });
    await on.clock.advance("10 seconds");
    const third = await poll(second.at);
    expect(third.kinds).toEqual(["news", "beat"]);
    await on.close();
    await on.clock.advance("1 minute");
    expect(on.clock.pending).toBe(0);
  });

  it("from beyond its end, or from a later epoch, begins with everything", async () => {
    const on = stage(2);
    const first = await entriesOf(on, await on.token());
    const [generation, epoch, number] = first.id.split(".") as [string, string, string];
    const base = first.entries.at(-1)!.base;
    for (const after of [`${generation}.${epoch}.${Number(number) + 5}`, `${generation}.${Number(epoch) + 1}.${base}`])
      expect(shown((await entriesOf(on, await on.token(), after)).entries)).toEqual(["t1", "t2"]);
    await on.close();
  });
});

describe("What cannot be right is refused when it is said", () => {
  const issue = (fields: object) =>
    issueToken(keys, { user: "ada", evaluations: ["e1"], may: ["watch"], expires: 60, ...fields } as never);

  it.each([
    [{ hidden: ["lable_status"] }, /lable_status.*label_status/],
    [{ hidden: ["assigned_to"] }, /assigned_to/],
    [{ evaluations: "e1" }, /evaluations/],
    [{ evaluations: ["*"] }, /evaluations/],
    [{ may: "watch" }, /may/],
    [{ rows: "mine" }, /rows/],
  ])("issueToken: %j", async (fields, message) => {
    await expect(issue(fields)).rejects.toThrow(TypeError);
    await expect(issue(fields)).rejects.toThrow(message);
  });

  it("createRelay: keys that sign nothing, and two of one name", () => {
    const { client } = stage();
    expect(() => createRelay({ client, keys: [] as never })).toThrow(TypeError);
    expect(() => createRelay({ client, keys: [{ id: "k1", key: new Uint8Array(8) }] })).toThrow(/32 bytes/);
    expect(() => createRelay({ client, keys: [keys[0], keys[0]] })).toThrow(/k1/);
  });

  it("types of events that there are not", async () => {
    const on = stage(1);
    const response = await on.ask(`${feed}?types=task.moved`, { token: await on.token() });
    expect([response.status, await response.json()]).toMatchObject([
      422,
      { detail: expect.stringContaining("task.moved") },
    ]);
    await on.close();
  });
});

describe("A path", () => {
  it.each([
    "/v4/evaluations/e1%2Ffeed",
    "/v4/evaluations/e1%2F..%2Fe2/feed",
    "/v4//evaluations/e1",
    "/v4/evaluations//e1",
    "/v4/evaluations/e1/",
    "/V4/evaluations/e1",
    "/v4/Evaluations/e1",
    "/v4/evaluations/%2e%2e/e1",
    "/v4/evaluations/e1/feed/",
    "/v4/evaluations/%/feed",
    "/v4/user-info",
    "/v4/evaluations/e1/tasks",
    "/health",
    "/v6/evaluations/e1",
  ])("outside of the contract leads nowhere: %s", async (path) => {
    const on = stage(1);
    expect((await on.ask(path, { token: await on.token({ evaluations: "*" }) })).status).toBe(404);
    expect(on.sgp.asked).toEqual([]);
    await on.close();
  });

  it.each(["PUT", "HEAD", "DELETE", "patch", "PROPFIND"])("by a method that no right covers: %s", async (method) => {
    const on = stage(1);
    const response = await on.ask("/v4/evaluations/e1", { method, token: await on.token() });
    expect([403, 404, 405]).toContain(response.status);
    expect(on.sgp.asked).toEqual([]);
    await on.close();
  });
});

describe("The health of a feed", () => {
  const failing = {
    "no connection": () => Promise.reject(new TypeError("connect ECONNREFUSED sgp.internal")),
    "the platform's own words": async () =>
      Response.json({ detail: "r-t2 was taken over by ben" }, { status: 500, headers: { "x-request-id": "req-7" } }),
    "what cannot be read": async () => Response.json({ items: [{ id: "r-t2", task: "ben" }], page: "ben" }),
  };
  it.each([
    ["own", "no connection", /^relay: the platform cannot be reached$/],
    ["own", "the platform's own words", /^relay: 500, the server failed; try again later$/],
    ["own", "what cannot be read", /^relay: /],
    ["all", "no connection", /the platform cannot be reached$/],
    ["all", "the platform's own words", /taken over by ben/],
  ] as const)("says to one who sees %s rows of %s: %s", async (rows, failure, message) => {
    const on = stage(2);
    let fails: (() => Promise<Response>) | undefined;
    const client = new SGPClient({
      apiKey,
      baseURL: "https://sgp.internal",
      clock: on.clock,
      maxRetries: 0,
      fetch: on.clock.trackFetch(async (url, init) => (fails === undefined ? on.sgp.fetch(url, init) : fails())),
    });
    const relay = createRelay({ client, keys, clock: on.clock });
    const token = await on.token({ rows });
    // The cryptography of a token takes no time of the clock.
    const page = (url: string, init: RequestInit) =>
      on.clock.track(relay.fetch(new Request(new URL(url, "https://board.test"), init)));
    const reading = relayFeed("https://board.test/relay", { evaluationId: "e1", token, fetch: page, clock: on.clock });
    const texts: Array<string> = [];
    const seen: FeedSource = {
      evaluationId: "e1",
      open: (from, receiver) =>
        reading.open(from, {
          ...receiver,
          take: (entry) => {
            texts.push(JSON.stringify(entry));
            receiver.take(entry);
          },
        }),
    };
    const early = follow(seen, { clock: on.clock });
    await on.clock.until(early.ready);
    fails = failing[failure];
    await on.clock.advance("2 minutes");
    // One who comes later reads it in the snapshot.
    const late = follow(seen, { clock: on.clock });
    late.onChange(() => undefined);
    await on.clock.advance("10 seconds");
    for (const { status } of [early, late]) {
      expect(status._tag).toBe("degraded");
      expect("error" in status && status.error?.message).toMatch(message);
    }
    for (const text of texts) expect(text).not.toMatch(rows === "own" ? /ben|internal|r-t2|req-7/ : /internal/);
    await Promise.all([early.close(), late.close()]);
    await relay.close();
    await client.close();
    await on.close();
  });
});
