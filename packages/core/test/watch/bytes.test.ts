/** The bytes a watch receives: counted, bounded, and saved where the server can say that nothing has changed. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SGPClient } from "../../src/SGPClient.ts";
import { SimulatedClock } from "../../src/testing.ts";
import { ByteBudget } from "../../src/watch/poll/ByteBudget.ts";
import type { Write } from "../../src/watch/source/Source.ts";
import type { WatchOptions } from "../../src/watch/WatchOptions.ts";
import { evaluation, result, task } from "./source/sgp.ts";
import { record } from "./watching.ts";

type Serving = {
  readonly hasTags?: boolean;
  readonly refusesTags?: boolean;
  readonly claims?: number;
  readonly version?: "v4" | "v5";
};

/** A server of one evaluation that sends tags and answers 304 where they still hold. */
const serving = ({ hasTags = true, refusesTags = false, claims, version = "v4" }: Serving = {}) => {
  const clock = new SimulatedClock();
  const items = new Map<string, unknown>();
  const sent: Array<{
    readonly at: number;
    readonly isPage: boolean;
    readonly bytes: number;
    readonly status: number;
  }> = [];
  const fetch = clock.trackFetch(async (url: string, init: RequestInit) => {
    const { pathname, searchParams } = new URL(url);
    const isPage = /test-case-results$|evaluation-items$|\/items$/.test(pathname);
    const tag = new Headers(init.headers).get("if-none-match");
    const all = [...items.values()];
    const limit = Number(searchParams.get("limit"));
    const after = searchParams.get("starting_after");
    const from =
      after === null ? (Number(searchParams.get("page") ?? 1) - 1) * limit : [...items.keys()].indexOf(after) + 1;
    const page = all.slice(from, from + limit);
    const list =
      version === "v4"
        ? { items: page, current_page: from / limit + 1, items_per_page: limit, total_item_count: all.length }
        : { items: page, total: all.length, limit, has_more: from + limit < all.length };
    const progress = { items: { total: all.length, successful: 0, failed: 0 } };
    const body = JSON.stringify(
      isPage ? list : { ...evaluation({ total_test_case_result_count: all.length }), tasks: [], progress },
    );
    const headers = new Headers({ date: new Date(clock.now()).toUTCString() });
    // A tag is of one address: here the same text may stand at several.
    const current = `"${body.length}-${[...body].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 7)}"`;
    if (isPage && hasTags) headers.set("etag", current);
    if (isPage && claims !== undefined) {
      headers.set("content-encoding", "gzip");
      headers.set("content-length", String(claims));
    }
    const give = (text: string, status: number) => {
      sent.push({ at: clock.now(), isPage, bytes: text.length, status });
      return new Response(status === 304 ? null : text, { status, headers });
    };
    if (tag !== null && refusesTags) throw new TypeError("the header is not allowed");
    return isPage && hasTags && tag === current ? give("", 304) : give(body, 200);
  });
  const client = new SGPClient({ apiKey: "k", baseURL: "https://sgp.test", fetch, clock, seed: 1 });
  const watch = (options: WatchOptions = {}) =>
    version === "v4" ? client.watch("e1", options) : client.v5.watch("e1", options);
  const received = () => sent.reduce((sum, { bytes }) => sum + bytes, 0);
  return { clock, items, sent, watch, received };
};

const fill = (items: Map<string, unknown>, count: number) => {
  for (let index = 0; index < count; index++) items.set(`${index}`, result(`${index}`));
};

it("counts what it received", async () => {
  const on = serving();
  fill(on.items, 30);
  await using live = on.watch({ pageSize: 10 });
  await on.clock.until(live.ready);
  await on.clock.advance("10 minutes");
  expect(live.stats().bytes).toBe(on.received());
  expect(live.stats().bytes).toBeGreaterThan(0);
});

it("a compressed answer counts as many bytes as were sent", async () => {
  const clock = new SimulatedClock();
  const fetch = clock.trackFetch(async (url: string) => {
    const page = { items: [], current_page: 1, items_per_page: 10, total_item_count: 0 };
    const headers = { "content-encoding": "gzip", "content-length": "17" };
    return Response.json(url.includes("results") ? page : evaluation(), { headers });
  });
  await using live = new SGPClient({ apiKey: "k", baseURL: "https://sgp.test", fetch, clock }).watch("e1");
  await clock.until(live.ready);
  const { bytes, requests } = live.stats();
  expect(bytes).toBe(17 * requests);
});

describe("a server that can say that nothing has changed", () => {
  it.each(["v4", "v5"] as const)(
    "sends next to nothing while nothing changes, and each change is seen (%s)",
    async (version) => {
      const item = (id: string, fields = {}) =>
        version === "v4"
          ? result(id, { task: task(id, fields) })
          : { id, evaluation_id: "e1", dataset_id: "d", dataset_item_id: id, data: fields, task_errors: {} };
      const on = serving({ version });
      const plain = serving({ version, hasTags: false });
      for (let index = 0; index < 50; index++) {
        on.items.set(`${index}`, item(`${index}`));
        plain.items.set(`${index}`, item(`${index}`));
      }
      await using live = on.watch({ pageSize: 10, include: ["q"] });
      await using other = plain.watch({ pageSize: 10, include: ["q"] });
      await on.clock.until(live.ready);
      await plain.clock.until(other.ready);
      await on.clock.advance("1 minute");
      await plain.clock.advance("1 minute");
      const before = [on.received(), plain.received()];
      const counts = { on: on.sent.length, plain: plain.sent.length };
      await on.clock.advance("10 minutes");
      await plain.clock.advance("10 minutes");
      // As often asked, so as soon seen; what is left are the evaluation's own answers.
      expect(on.sent.length - counts.on).toBe(plain.sent.length - counts.plain);
      const pages = (each: typeof on) =>
        each.sent
          .slice(5 + 5 * 3)
          .filter(({ isPage }) => isPage)
          .reduce((sum, { bytes }) => sum + bytes, 0);
      expect(pages(on)).toBeLessThan(pages(plain) / 10);
      expect(on.received() - before[0]!).toBeLessThan(plain.received() - before[1]!);
      const events = record(live, { replay: false });
      on.items.set("37", item("37", version === "v4" ? { assigned_to: "ada" } : { q: "yes" }));
      await on.clock.advance("2 minutes");
      expect(new Set(events.flatMap((event) => ("taskId" in event ? [event.taskId] : [])))).toEqual(new Set(["37"]));
      on.items.delete("3");
      await on.clock.advance("5 minutes");
      expect(live.snapshot().tasks.size).toBe(49);
      expect(live.stats().issues).toEqual([]);
    },
  );

  it("what a look at one task has shown and is taken back on the list is seen all the same", async () => {
    const on = serving();
    fill(on.items, 20);
    await using live = on.watch({ pageSize: 10 });
    await on.clock.until(live.ready);
    await on.clock.advance("10 minutes");
    expect(on.sent.filter(({ status }) => status === 304).length).toBeGreaterThan(4);
    (live as unknown as { hear(write: Write): void }).hear({
      id: "w",
      phase: "succeeded",
      patches: [{ taskId: "3", fields: { assigned_to: "ada" } }],
      touched: [],
      isSweeping: false,
    });
    expect(live.snapshot().tasks.get("3")?.assigned_to).toBe("ada");
    await on.clock.advance("5 minutes");
    expect(live.snapshot().tasks.get("3")?.assigned_to).toBe(null);
  });

  it("where the header is refused, every other scan is made without it", async () => {
    const on = serving({ refusesTags: true });
    fill(on.items, 5);
    await using live = on.watch();
    await on.clock.until(live.ready);
    await on.clock.advance("2 minutes");
    on.items.set("3", result("3", { task: task("3", { assigned_to: "ada" }) }));
    await on.clock.advance("3 minutes");
    expect(live.snapshot().tasks.get("3")?.assigned_to).toBe("ada");
  });
});

describe("bytesPerMinute", () => {
  it("over some minutes as many times that, one minute's worth and one answer at most", () => {
    const answers = fc.array(fc.record({ pause: fc.nat(90_000), bytes: fc.nat(30_000) }), { maxLength: 100 });
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 20_000 }), answers, (perMinute, all) => {
        const budget = new ByteBudget(perMinute);
        let now = 0;
        const got = all.map(({ pause, bytes }) => {
          now = budget.readyAt(now + pause);
          budget.received(bytes, now);
          return { at: now, bytes };
        });
        got.forEach((first, from) => {
          let sum = 0;
          for (const { at, bytes } of got.slice(from)) {
            const allowed = ((at - first.at) / 60_000 + 1) * perMinute;
            expect(sum).toBeLessThanOrEqual(allowed + 1e-6 * allowed);
            sum += bytes;
          }
        });
      }),
    );
  });

  it("holds scans back, and the evaluation is looked at all the same", async () => {
    const on = serving({ hasTags: false });
    fill(on.items, 40);
    const scan = JSON.stringify([...on.items.values()]).length;
    await using live = on.watch({ pageSize: 10, bytesPerMinute: Math.round(scan / 5) });
    await on.clock.until(live.ready);
    await on.clock.advance("1 hour");
    expect(on.received()).toBeLessThan(62 * (scan / 5) + scan);
    expect(live.stats().probes).toBeGreaterThan(5);
    expect(live.stats().completeScans).toBeGreaterThan(5);
  });

  it("is a whole number of at least 1", () => {
    const on = serving();
    expect(() => on.watch({ bytesPerMinute: 0 })).toThrow("bytesPerMinute");
    expect(() => on.watch({ bytesPerMinute: 1.5 })).toThrow("bytesPerMinute");
  });
});

it("while nothing moves, scans of many bytes are made less often, and the counts bring the next one forward", async () => {
  const on = serving({ hasTags: false, claims: 12_000_000 });
  fill(on.items, 40);
  await using live = on.watch({ pageSize: 20 });
  await on.clock.until(live.ready);
  await on.clock.advance("20 minutes");
  const scans = live.stats().scans;
  await on.clock.advance("40 minutes");
  // 24 MB are worth four times the longest pause.
  expect(live.stats().scans - scans).toBeLessThanOrEqual(11);
  expect(live.stats().scans - scans).toBeGreaterThanOrEqual(9);
  on.items.set("new", result("new"));
  await on.clock.advance("1 minute");
  expect(live.snapshot().tasks.has("new")).toBe(true);
});
