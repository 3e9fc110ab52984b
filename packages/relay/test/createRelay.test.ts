/** Rights and refusals of a relay. */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Entry, NewsEntry, SnapshotEntry } from "@evalwire/core/feed";
import { createRelay, type TokenKeys } from "@evalwire/relay";
import { describe, expect, it } from "vitest";
import { apiKey, keys, stage } from "./platform.ts";

const feed = "/v4/evaluations/e1/feed";

/** Reads the entries that come while the clock is moved on. */
const listen = (response: Response) => {
  const entries: Array<Entry> = [];
  const ends: Array<string> = [];
  let text = "";
  const done = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body!) {
      text += decoder.decode(chunk, { stream: true });
      const events = text.split("\n\n");
      text = events.pop()!;
      for (const event of events) {
        const data = /^data: (.*)$/m.exec(event)?.[1];
        if (data === undefined) continue;
        if (event.startsWith("event: end")) ends.push(JSON.parse(data).reason);
        else entries.push(JSON.parse(data));
      }
    }
  })();
  return { entries, ends, done };
};

const rowsOf = (entries: ReadonlyArray<Entry>) => {
  const rows = new Map<unknown, ReadonlyArray<unknown>>();
  for (const entry of entries) {
    if (entry.kind === "snapshot") for (const row of (entry as SnapshotEntry).rows) rows.set(row[0], row);
    if (entry.kind !== "news") continue;
    for (const news of (entry as NewsEntry).news) {
      if ("row" in news) rows.set(news.row[0], news.row);
      if ("gone" in news) rows.delete(news.gone);
    }
  }
  return rows;
};

describe("24. a caller receives nothing that their token does not allow", () => {
  const other: TokenKeys = [{ id: "k1", key: new TextEncoder().encode("another secret of at least 32 bytes!") }];

  it.each([
    ["no token", undefined, 401, "missing"],
    ["one for another evaluation", { evaluations: ["e2"] }, 403, undefined],
    ["one that has expired", { expires: -10 }, 401, "expired"],
    ["one without the right to watch", { may: ["claim" as const] }, 403, undefined],
  ])("%s: %s", async (_, fields, status, problem) => {
    const on = stage();
    const token = fields === undefined ? undefined : await on.token(fields as never);
    const response = await on.ask(feed, token === undefined ? {} : { token });
    expect(response.status).toBe(status);
    const body = (await response.json()) as { detail: string; problem?: string };
    expect(body.problem).toBe(problem);
    expect(body.detail).toMatch(/^[A-Z].*[.…]$/);
    await on.close();
  });

  it("one signed by another key under the same name", async () => {
    const on = stage();
    const response = await on.ask(feed, { token: await on.token({}, other) });
    expect([response.status, ((await response.json()) as { problem: string }).problem]).toEqual([401, "unknown-key"]);
    await on.close();
  });

  it.each(["not.a.token", "a", `${btoa('{"alg":"none","kid":"k1"}')}.${btoa('{"sub":"ada"}')}.`])(
    "what is no token: %s",
    async (token) => {
      const on = stage();
      const response = await on.ask(feed, { token });
      expect(response.status).toBe(401);
      await on.close();
    },
  );

  it("an annotator sees the own tasks only, and of no other person", async () => {
    const on = stage(4);
    on.sgp.set("t1", { assigned_to: "ada", assignment_expires_at: "2030-01-01T01:00:00Z" });
    on.sgp.set("t2", { assigned_to: "ben", assignment_expires_at: "2030-01-01T01:00:00Z" });
    const response = await on.ask(feed, { token: await on.token({ may: ["watch", "claim", "submit"] }) });
    const heard = listen(response);
    await on.clock.advance("20 seconds");
    expect([...rowsOf(heard.entries).keys()]).toEqual(["t1"]);
    // Ben gets what was hers, she gets another: released and gone, and added.
    on.sgp.set("t1", { assigned_to: "ben" });
    on.sgp.set("t3", { assigned_to: "ada", assignment_expires_at: "2030-01-01T01:00:00Z" });
    await on.clock.advance("1 minute");
    expect([...rowsOf(heard.entries).keys()]).toEqual(["t3"]);
    const types = heard.entries.flatMap((entry) =>
      entry.kind === "news"
        ? entry.news.flatMap((news) => ("events" in news ? news.events.map(({ type }) => type) : []))
        : [],
    );
    const last = types.filter((type) => !type.startsWith("evaluation")).slice(-3);
    expect(last).toEqual(["assignment.released", "task.removed", "task.added"]);
    expect(JSON.stringify(heard.entries)).not.toContain("ben");
    await on.close();
  });

  it("an annotator reads no list that shows others, and submits nothing of others", async () => {
    const on = stage(2);
    on.sgp.set("t1", { assigned_to: "ada" });
    on.sgp.set("t2", { assigned_to: "ben" });
    const token = await on.token({ may: ["watch", "claim", "submit"] });
    expect((await on.ask("/v4/evaluations/e1/test-case-results", { token })).status).toBe(403);
    const submit = (id: string) =>
      on.ask(`/v4/evaluations/e1/test-case-results/r-${id}`, {
        method: "PATCH",
        token,
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ label_status: "COMPLETED" }),
      });
    expect((await submit("t2")).status).toBe(403);
    expect(on.sgp.tasks.get("t2")?.["label_status"]).toBeUndefined();
    expect((await submit("t1")).status).toBe(200);
    await on.close();
  });

  it("hidden fields are in no entry", async () => {
    const on = stage(2);
    const heard = listen(await on.ask(feed, { token: await on.token({ hidden: ["priority", "test_case_id"] }) }));
    await on.clock.advance("10 seconds");
    on.sgp.set("t1", { priority: 77 });
    on.sgp.set("t2", { assigned_to: "ben" });
    await on.clock.advance("1 minute");
    expect(rowsOf(heard.entries).get("t2")?.[4]).toBe("ben");
    expect(JSON.stringify(heard.entries)).not.toMatch(/\b77\b|c-t1|c-t2/);
    await on.close();
  });

  it("the platform's key is in nothing that comes out, also when the platform echoes it", async () => {
    const on = stage(1);
    const token = await on.token();
    const heard = listen(await on.ask(feed, { token }));
    await on.clock.advance("10 seconds");
    on.sgp.world.isRefusing = true;
    const answers = [await on.ask("/v4/evaluations/e1", { token })];
    await on.clock.advance("2 minutes");
    await heard.done;
    expect(heard.ends).toEqual(["closed"]);
    expect(answers[0]!.status).toBe(502);
    const out = [
      ...answers.map((answer) => JSON.stringify([...answer.headers])),
      JSON.stringify(heard.entries),
      await answers[0]!.text(),
    ];
    for (const text of out) expect(text).not.toContain(apiKey);
    await on.close();
  });
});

describe("A feed of a relay", () => {
  it("has one watch for any number of readers, and none without readers", async () => {
    const on = stage();
    const token = await on.token();
    const aborts = Array.from({ length: 3 }, () => new AbortController());
    for (const { signal } of aborts) listen(await on.ask(feed, { token, signal })).done.catch(() => undefined);
    await on.clock.advance("1 minute");
    expect(on.relay.readers()).toEqual({ feeds: 3, evaluations: 1 });
    const polled = on.sgp.asked.length;
    expect(polled).toBeLessThan(40);
    for (const each of aborts) each.abort();
    await on.clock.advance("40 seconds");
    expect(on.relay.readers()).toEqual({ feeds: 0, evaluations: 0 });
    const after = on.sgp.asked.length;
    await on.clock.advance("10 minutes");
    expect(on.sgp.asked.length).toBe(after);
    expect(on.clock.pending).toBe(0);
    await on.close();
  });

  it.each(["text/event-stream", "application/x-ndjson"])(
    "notices that a reader has left when its request was collected before: %s",
    async (accept) => {
      setFlagsFromString("--expose-gc");
      const collect = runInNewContext("gc") as () => void;
      const on = stage();
      const token = await on.token();
      const first = listen(await on.ask(feed, { token }));
      first.done.catch(() => undefined);
      await on.clock.advance("1 minute");
      const { generation, epoch, number } = first.entries.at(-1)!;
      const abort = new AbortController();
      const headers = { accept, "last-event-id": `${generation}.${epoch}.${number}` };
      const answer = on.ask(feed, { token, signal: abort.signal, headers });
      const turn = () => new Promise((resolve) => setImmediate(resolve));
      while (on.relay.readers().feeds < 2) await turn();
      collect();
      await turn();
      collect();
      abort.abort();
      await on.clock.advance("1 milli");
      expect(on.relay.readers().feeds).toBe(1);
      await answer;
      await on.close();
    },
  );

  it("resumes by number: only what was missed", async () => {
    const on = stage();
    const token = await on.token();
    const abort = new AbortController();
    const first = listen(await on.ask(feed, { token, signal: abort.signal }));
    first.done.catch(() => undefined);
    await on.clock.advance("10 seconds");
    abort.abort();
    const last = first.entries.at(-1)!;
    on.sgp.set("t2", { priority: 5 });
    // Another reader keeps it running.
    const other = listen(await on.ask(feed, { token }));
    await on.clock.advance("20 seconds");
    const id = `${last.generation}.${last.epoch}.${last.number}`;
    const again = listen(await on.ask(feed, { token, headers: { "last-event-id": id } }));
    await on.clock.advance("1 second");
    expect(again.entries.map(({ kind }) => kind)).toEqual(["news", "beat"]);
    expect([...rowsOf(again.entries).keys()]).toEqual(["t2"]);
    const foreign = listen(await on.ask(feed, { token, headers: { "last-event-id": "other.1.2" } }));
    await on.clock.advance("1 second");
    expect(foreign.entries[0]?.kind).toBe("snapshot");
    expect(rowsOf(other.entries)).toEqual(rowsOf(foreign.entries));
    await on.close();
  });

  it("a token that expires in mid-stream ends that stream with a word", async () => {
    const on = stage();
    const heard = listen(await on.ask(feed, { token: await on.token({ expires: 60 }) }));
    await on.clock.advance("50 seconds");
    expect(heard.ends).toEqual([]);
    await on.clock.advance("20 seconds");
    await heard.done;
    expect(heard.ends).toEqual(["token-expired"]);
    expect(on.relay.readers().feeds).toBe(0);
    await on.close();
  });

  it("a permit that ends in mid-stream ends that stream with a word, with or without a token that would go on", async () => {
    const ends = Date.parse("2030-01-01T00:01:00Z") / 1_000;
    const on = stage(1, { authorize: () => ({ user: "ada", expiresAt: ends }) });
    const heard = [listen(await on.ask(feed)), listen(await on.ask(feed, { token: await on.token({ expires: 600 }) }))];
    await on.clock.advance("50 seconds");
    expect(heard.flatMap((each) => each.ends)).toEqual([]);
    await on.clock.advance("20 seconds");
    await Promise.all(heard.map(({ done }) => done));
    expect(heard.map((each) => each.ends)).toEqual([["token-expired"], ["token-expired"]]);
    await on.close();
  });

  it("22. one that never reads holds one buffer, costs the others nothing, and then gets the latest of each task", async () => {
    const on = stage(3);
    const token = await on.token();
    const slow = await on.ask(feed, { token });
    const quick = listen(await on.ask(feed, { token }));
    await on.clock.advance("10 seconds");
    for (let turn = 0; turn < 120; turn++) {
      on.sgp.set(`t${(turn % 3) + 1}`, { priority: turn });
      await on.clock.advance("20 seconds");
    }
    const late = listen(slow);
    await on.clock.advance("10 seconds");
    expect(rowsOf(late.entries)).toEqual(rowsOf(quick.entries));
    expect(late.entries.length).toBeLessThan(quick.entries.length);
    const bytes = JSON.stringify(late.entries).length;
    expect(bytes).toBeLessThan(40_000);
    await on.close();
  });

  it("filters: own tasks, fields, types", async () => {
    const on = stage(2);
    on.sgp.set("t1", { assigned_to: "ada" });
    const token = await on.token();
    const own = listen(await on.ask(`${feed}?tasks=own`, { token }));
    const some = listen(await on.ask(`${feed}?fields=priority`, { token }));
    const types = listen(await on.ask(`${feed}?types=task.updated`, { token }));
    await on.clock.advance("10 seconds");
    on.sgp.set("t1", { priority: 9 });
    on.sgp.set("t2", { assigned_to: "ben" });
    await on.clock.advance("1 minute");
    expect([...rowsOf(own.entries).keys()]).toEqual(["t1"]);
    expect(rowsOf(some.entries).get("t1")?.slice(3, 9)).toEqual([9, "ada", null, null, null, null]);
    const news = types.entries.flatMap((entry) => (entry.kind === "news" ? entry.news : []));
    expect(news.flatMap((each) => ("row" in each ? [each.row[0]] : []))).toEqual(["t1"]);
    await on.close();
  });

  it("is compressed for those who accept it, part by part", async () => {
    const on = stage(50, { compress: true });
    const response = await on.ask(feed, { token: await on.token(), headers: { "accept-encoding": "gzip, br" } });
    expect(response.headers.get("content-encoding")).toBe("gzip");
    const unzipped = new Response(response.body!.pipeThrough(new DecompressionStream("gzip")));
    let text = "";
    // Compressing takes a thread's time, which no simulated clock moves: it is read until the last task has come.
    const read = (async () => {
      for await (const chunk of unzipped.body!) {
        text += new TextDecoder().decode(chunk);
        if (text.includes('"t50"')) return;
      }
    })();
    await on.clock.advance("10 seconds");
    await read;
    expect(text).toContain('"t50"');
    await on.close();
  });

  it("of more feeds than a user may read at once is refused", async () => {
    const on = stage(1, { limits: { feeds: 2 } });
    const token = await on.token();
    const abort = new AbortController();
    await on.ask(feed, { token, signal: abort.signal });
    await on.ask(feed, { token });
    expect((await on.ask(feed, { token })).status).toBe(429);
    abort.abort();
    expect((await on.ask(feed, { token })).status).toBe(200);
    await on.close();
  });
});

describe("Calls through a relay", () => {
  it("are made with the key behind the wall, and answered with their validators", async () => {
    const on = stage();
    const token = await on.token();
    const response = await on.ask("/v4/evaluations/e1", { token });
    expect([response.status, response.headers.get("etag")]).toEqual([200, '"v1"']);
    expect(((await response.json()) as { name: string }).name).toBe("Summaries");
    const again = await on.ask("/v4/evaluations/e1", { token, headers: { "if-none-match": '"v1"' } });
    expect(again.status).toBe(304);
    expect(on.sgp.asked.every(({ headers }) => headers.get("authorization") === null)).toBe(true);
    await on.close();
  });

  it.each([
    ["a route that no right covers", "PATCH", "/v4/evaluations/e1", { name: "x" }, 403],
    ["a route of no evaluation", "GET", "/v4/question-sets", undefined, 403],
    ["a path that is no route", "GET", "/v4/nothing", undefined, 404],
    ["a path that climbs", "GET", "/v4/evaluations/..%2f..%2fadmin/feed", undefined, 404],
    ["a write to a feed", "POST", feed, {}, 405],
  ])("%s is refused", async (_, method, path, body, status) => {
    const on = stage();
    const init =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
    const response = await on.ask(path, { method, token: await on.token(), ...init });
    expect(response.status).toBe(status);
    expect(on.sgp.asked).toEqual([]);
    await on.close();
  });

  it.each(["/v4/evaluations/e1", "/v5/live/v4/evaluations/e1", "/v4/v4/evaluations/e1"])(
    "are found behind the path where it is mounted: %s",
    async (path) => {
      const on = stage();
      expect((await on.ask(path, { token: await on.token() })).status).toBe(200);
      expect(on.sgp.asked.map((each) => each.path)).toEqual(["/v4/evaluations/e1"]);
      await on.close();
    },
  );

  const assign = (body: string, headers: Record<string, string> = {}) => ({
    method: "PATCH",
    body,
    headers: { "content-type": "application/json", ...headers },
  });
  const path = "/v4/evaluations/e1/tasks/t1";

  it.each([
    ["of another site's page", assign("{}", { origin: "https://evil.test" }), 403],
    ["that a browser says comes from another site", assign("{}", { "sec-fetch-site": "cross-site" }), 403],
    ["of a form", assign("assigned_to=ada", { "content-type": "application/x-www-form-urlencoded" }), 415],
    ["that is no JSON", assign("{"), 400],
    ["that is too long", assign(JSON.stringify({ assigned_to: "x".repeat(2_000_000) })), 413],
    ["that is no object", assign("[]"), 422],
  ])("a write %s is refused", async (_, init, status) => {
    const on = stage();
    const response = await on.ask(path, { ...init, token: await on.token() });
    expect(response.status).toBe(status);
    expect(on.sgp.asked).toEqual([]);
    await on.close();
  });

  it("a page of a named origin may, as its preflight says", async () => {
    const on = stage(1, { origins: ["https://app.test"] });
    const origin = { origin: "https://app.test" };
    const preflight = await on.ask(path, { method: "OPTIONS", headers: origin });
    expect([preflight.status, preflight.headers.get("access-control-allow-origin")]).toEqual([204, "https://app.test"]);
    const response = await on.ask(path, {
      ...assign('{"assigned_to":"ada"}', origin),
      token: await on.token(),
    });
    expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([200, "https://app.test"]);
    expect((await on.ask(path, { method: "OPTIONS", headers: { origin: "https://evil.test" } })).status).toBe(403);
    await on.close();
  });

  it("too many in a minute are refused with when to come back, and one user's are not another's", async () => {
    const on = stage(1, { limits: { callsPerMinute: 3 } });
    const [ada, ben] = [await on.token(), await on.token({ user: "ben" })];
    const statuses: Array<number> = [];
    for (let count = 0; count < 5; count++) statuses.push((await on.ask("/v4/evaluations/e1", { token: ada })).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    expect((await on.ask("/v4/evaluations/e1", { token: ben })).status).toBe(200);
    const refused = await on.ask("/v4/evaluations/e1", { token: ada });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    await on.clock.advance("30 seconds");
    expect((await on.ask("/v4/evaluations/e1", { token: ada })).status).toBe(200);
    await on.close();
  });

  it("authorize decides instead of a token, and sees the call", async () => {
    const seen: Array<string> = [];
    const on = stage(1, {
      authorize: (request, call) => {
        seen.push(call.kind === "route" ? call.name : call.kind);
        return request.headers.get("cookie") === "session=ada" && { user: "ada", rows: "all" };
      },
    });
    const refused = await on.ask("/v4/evaluations/e1");
    expect(refused.status).toBe(403);
    expect(await refused.json()).toEqual({ detail: "That is not allowed, or no user is signed in." });
    expect((await on.ask("/v4/evaluations/e1", { headers: { cookie: "session=ada" } })).status).toBe(200);
    expect(seen).toEqual(["evaluations.retrieve", "evaluations.retrieve"]);
    await on.close();
  });

  it("without keys and authorize there is no relay", () => {
    const on = stage();
    expect(() => createRelay({ client: on.client })).toThrow(/needs keys or authorize/);
    expect(keys).toHaveLength(1);
  });
});
