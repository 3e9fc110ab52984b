import * as fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { SGPClient } from "../../../src/SGPClient.ts";
import { ScriptedPlatform } from "../../../src/testing/ScriptedPlatform.ts";
import { SimulatedClock } from "../../../src/testing.ts";
import { Pollers } from "../../../src/watch/Pollers.ts";
import { Limiter } from "../../../src/watch/poll/Budget.ts";
import { Turnstile, type Urgency } from "../../../src/watch/poll/Turnstile.ts";
import { Expiry } from "../../../src/watch/time/Expiry.ts";
import { evaluation, result } from "../source/sgp.ts";
import { randomOf, stage, Tab } from "../watching.ts";

const minute = 60_000;

interface Sent {
  readonly at: number;
  readonly id: string;
  readonly isPage: boolean;
}

/** A server of any evaluations, each with so many tasks, and a client of it. */
const serving = (options: { readonly requestsPerMinute?: number; readonly tasks?: number } = {}) => {
  const { requestsPerMinute, tasks = 3 } = options;
  const clock = new SimulatedClock();
  const sent: Array<Sent> = [];
  const on = { busyUntil: 0, pageSize: 1_000, broken: new Set<string>() };
  const fetch = clock.trackFetch(async (url: string) => {
    const { pathname, searchParams } = new URL(url);
    const [, id = ""] = pathname.match(/evaluations\/([^/]+)/) ?? [];
    const isPage = pathname.endsWith("/test-case-results");
    const headers = { date: new Date(clock.now()).toUTCString() };
    sent.push({ at: clock.now(), id, isPage });
    if (clock.now() < on.busyUntil) {
      const wait = String(Math.ceil((on.busyUntil - clock.now()) / 1_000));
      return Response.json({}, { status: 429, headers: { ...headers, "retry-after": wait } });
    }
    if (on.broken.has(id)) return Response.json({}, { status: 500, headers });
    if (!isPage) return Response.json(evaluation({ id }), { headers });
    const [limit, page] = [Number(searchParams.get("limit")), Number(searchParams.get("page"))];
    const items = Array.from({ length: tasks }, (_, index) => result(`${id}-${index}`));
    const body = { items: items.slice((page - 1) * limit, page * limit), current_page: page, items_per_page: limit };
    return Response.json({ ...body, total_item_count: tasks }, { headers });
  });
  const limits = requestsPerMinute === undefined ? {} : { requestsPerMinute };
  const client = new SGPClient({ apiKey: "k", baseURL: "https://sgp.test", fetch, clock, seed: 1, ...limits });
  return { clock, client, sent, on };
};

const open = ({ client }: ReturnType<typeof serving>, count: number, from = 0, options = {}) =>
  Array.from({ length: count }, (_, index) => client.watch(`e${from + index}`, options));

/** The most requests in any sliding minute. */
const busiest = (sent: ReadonlyArray<Sent>): number => {
  let most = 0;
  let from = 0;
  for (let to = 0; to < sent.length; to++) {
    while (sent[from]!.at <= sent[to]!.at - minute) from++;
    most = Math.max(most, to - from + 1);
  }
  return most;
};

const readyOf = (watches: ReturnType<typeof open>): ReadonlyArray<boolean> =>
  watches.map((watch) => watch.stats().completeScans > 0);

describe("a budget of all watches of a client", () => {
  it("200 watches under 300 requests a minute are ready when arithmetic allows, and send no more in any minute", async () => {
    const on = serving({ requestsPerMinute: 300 });
    const watches = open(on, 200);
    // An evaluation and a page each.
    await on.clock.advance((400 / 300) * minute);
    expect(readyOf(watches).filter((isReady) => !isReady)).toEqual([]);
    await on.clock.advance("45 seconds");
    expect(busiest(on.sent)).toBeLessThanOrEqual(300);
    expect(on.sent.length).toBeGreaterThan(500);
    await on.client.close();
    expect(on.clock.pending).toBe(0);
  });

  it("first scans go before repeats, the watch that was opened first before later ones", async () => {
    const on = serving({ requestsPerMinute: 30 });
    const early = open(on, 15);
    await on.clock.advance("50 seconds");
    expect(readyOf(early).every(Boolean)).toBe(true);
    const late = open(on, 10, 15);
    const before = on.sent.length;
    await on.clock.advance("1 minute");
    expect(readyOf(late).every(Boolean)).toBe(true);
    const pages = on.sent.slice(before).filter(({ id, isPage }) => isPage && Number(id.slice(1)) >= 15);
    const firsts = [...new Set(pages.map(({ id }) => id))];
    expect(firsts).toEqual(late.map(({ evaluationId }) => evaluationId));
    await on.client.close();
  });

  it("none starves: evaluations whose first scan never ends leave a quarter to the others", async () => {
    const on = serving({ requestsPerMinute: 30, tasks: 400 });
    const [small] = open(on, 1);
    await on.clock.until(small!.ready);
    open(on, 3, 1, { pageSize: 1 });
    await on.clock.advance("5 minutes");
    const before = small!.stats().requests;
    await on.clock.advance("5 minutes");
    expect(small!.stats().requests - before).toBeGreaterThanOrEqual(4);
    expect(busiest(on.sent)).toBeLessThanOrEqual(30);
    await on.client.close();
  });

  it("the budget holds for clients derived from one another, and what is said last counts", async () => {
    const on = serving({ requestsPerMinute: 30 });
    const watches = [...open(on, 10), ...open({ ...on, client: on.client.withOptions({ timeout: 1_000 }) }, 10, 10)];
    await on.clock.advance("2 minutes");
    expect(busiest(on.sent)).toBeLessThanOrEqual(30);
    on.client.withOptions({ requestsPerMinute: 6 });
    await on.clock.advance("1 minute");
    const before = on.sent.length;
    await on.clock.advance("10 minutes");
    expect(busiest(on.sent.slice(before))).toBeLessThanOrEqual(6);
    expect(readyOf(watches).every(Boolean)).toBe(true);
    await on.client.close();
  });

  it("a single watch keeps its own budget inside the client's", async () => {
    const on = serving({ requestsPerMinute: 300 });
    open(on, 1, 0, { requestsPerMinute: 5 });
    open(on, 20, 1);
    await on.clock.advance("10 minutes");
    expect(busiest(on.sent.filter(({ id }) => id === "e0"))).toBeLessThanOrEqual(5);
    await on.client.close();
  });

  it("a budget of less than one request, or of a part of one, is refused at once", () => {
    for (const requestsPerMinute of [0, -1, 1.5, Number.NaN]) {
      expect(() => new SGPClient({ apiKey: "k", requestsPerMinute })).toThrow("requestsPerMinute");
    }
  });
});

describe("after a pause that all had in common", () => {
  const together = (sent: ReadonlyArray<Sent>, within = 1_000): number =>
    Math.max(0, ...sent.map(({ at }) => sent.filter((other) => other.at >= at && other.at < at + within).length));

  it.each([300, undefined])("requests are spread after Retry-After (budget %s)", async (requestsPerMinute) => {
    const on = serving(requestsPerMinute === undefined ? {} : { requestsPerMinute });
    const watches = open(on, 40);
    await on.clock.advance("1 minute");
    expect(readyOf(watches).every(Boolean)).toBe(true);
    on.on.busyUntil = on.clock.now() + 30_000;
    await on.clock.advance("30 seconds");
    const before = on.sent.length;
    await on.clock.advance("20 seconds");
    const after = on.sent.slice(before);
    expect(after.length).toBeGreaterThan(20);
    expect(together(after)).toBeLessThanOrEqual(21);
    await on.client.close();
  });

  it("requests are spread when the network is back", async () => {
    const on = serving();
    const tab = new Tab();
    const watches = open(on, 40, 0, { environment: tab });
    await on.clock.advance("1 minute");
    tab.become({ online: false });
    await on.clock.advance("1 minute");
    const before = on.sent.length;
    tab.become({ online: true });
    await on.clock.advance("30 seconds");
    const after = on.sent.slice(before);
    expect(new Set(after.map(({ id }) => id)).size).toBe(40);
    expect(together(after)).toBeLessThanOrEqual(21);
    expect(readyOf(watches).every(Boolean)).toBe(true);
    await on.client.close();
  });

  it("a single watch waits no longer than the given time", async () => {
    const on = serving();
    const [watch] = open(on, 1);
    await on.clock.until(watch!.ready);
    const until = on.clock.now() + 30_000;
    on.on.busyUntil = until;
    await on.clock.advance("31 seconds");
    expect(on.sent.at(-1)!.at).toBeGreaterThanOrEqual(until);
    await on.client.close();
  });
});

it("opening many watches costs each the same: the list of open ones is not gone through each time", () => {
  const on = serving();
  let reads = 0;
  for (let index = 0; index < 500; index++) {
    const watch = on.client.watch("e0");
    Object.defineProperty(watch, "status", {
      get: () => {
        reads++;
        return { _tag: "synced", since: 0 };
      },
    });
  }
  expect(reads).toBeLessThan(2 * 500);
  return on.client.close();
});

it("a watch with lead times that others have already moves no lease", async () => {
  const on = stage(3);
  const moved = vi.spyOn(Expiry.prototype, "setLeads");
  const watches = Array.from({ length: 50 }, () => on.watch());
  const other = on.watch({ expiring: ["7 seconds"] });
  expect(moved).toHaveBeenCalledTimes(2);
  await other.close();
  await Promise.all(watches.slice(1).map((watch) => watch.close()));
  expect(moved).toHaveBeenCalledTimes(3);
  await watches[0]!.close();
  moved.mockRestore();
});

describe("a look at a lease that is about to end", () => {
  it("passes before others that wait, and never two in a row while others wait", () => {
    const urgencies = fc.array(fc.constantFrom<Urgency>("first", "look", "repeat"), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(urgencies, fc.integer({ min: 1, max: 60 }), (wanted, requestsPerMinute) => {
        const limiter = new Limiter();
        const turnstile = new Turnstile(limiter, { requestsPerMinute });
        const places = wanted.map(() => turnstile.open(() => undefined));
        const others = wanted.filter((urgency) => urgency !== "look").length;
        const ready = (now: number) => places.map((place, index) => place.readyAt(now, wanted[index]!));
        const passed: Array<{ readonly index: number; readonly at: number }> = [];
        let now = 0;
        for (let turn = 0; turn < 40; turn++) {
          // Each sends again as soon as it can.
          ready(now);
          const at = ready(now);
          const index = at.findIndex(Number.isFinite);
          expect(at.filter(Number.isFinite)).toHaveLength(1);
          now = Math.max(now, at[index]!);
          passed.push({ index, at: now });
          places[index]!.pass(now, () => 0.5);
        }
        for (const [turn, { index }] of passed.entries()) {
          const before = passed[turn - 1];
          const areBothLooks = before !== undefined && wanted[before.index] === "look" && wanted[index] === "look";
          expect(areBothLooks && others > 0, `turn ${turn}`).toBe(false);
        }
        const looks = passed.filter(({ index }) => wanted[index] === "look").length;
        if (wanted.includes("look")) expect(looks).toBeGreaterThanOrEqual(passed.length / 4 - 1);
        for (const { at } of passed) {
          const inMinute = passed.filter((one) => one.at > at - minute + 0.001 && one.at <= at).length;
          expect(inMinute).toBeLessThanOrEqual(requestsPerMinute);
        }
      }),
    );
  });

  it("none of its requests keeps a watch from the others where the budget lets one a minute pass", async () => {
    const on = serving({ requestsPerMinute: 20, tasks: 3 });
    const watches = open(on, 20, 0, { interval: ["2 seconds", "2 seconds"] });
    await on.clock.advance("10 minutes");
    for (const watch of watches) expect(watch.stats().completeScans).toBeGreaterThanOrEqual(4);
    await on.client.close();
  });

  it("is in time although the client's budget is used up", async () => {
    const clock = new SimulatedClock();
    const pollers = new Pollers(undefined, { requestsPerMinute: 30 });
    const platforms = Array.from({ length: 30 }, () => new ScriptedPlatform(clock, 1));
    const watches = platforms.map((platform, index) => {
      const source = { ...platform.source, evaluationId: `e${index}` };
      const polls = { kind: "v4", clock, random: randomOf(index), source: () => source } as const;
      return pollers.watch(polls, `e${index}`, { interval: ["2 seconds", "2 seconds"], expiring: [] });
    });
    for (const watch of watches) await clock.until(watch.ready);
    const [first] = platforms;
    first!.givesBack = true;
    first!.claim("t1", "ada", 600_000);
    const deadline = first!.now() + 600_000;
    const expired: Array<number> = [];
    watches[0]!.subscribe(() => void expired.push(first!.now() - deadline), { types: ["assignment.expired"] });
    await clock.advance("11 minutes");
    expect(expired).toHaveLength(1);
    expect(expired[0]).toBeLessThanOrEqual(6_500);
    await Promise.all(watches.map((watch) => watch.close()));
  });
});
