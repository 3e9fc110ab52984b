/** Watches of one evaluation with different options, and lists that are read in smaller pages. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { isLaterInstant, isSameInstant } from "../../src/contract/sameInstant.ts";
import type { WatchEvent } from "../../src/watch/event/Event.ts";
import type { WatchIssue } from "../../src/watch/IssueLog.ts";
import { PageSize } from "../../src/watch/source/PageSize.ts";
import { evaluation, result, serving, sgp, task } from "./source/sgp.ts";
import { brief, record, stage } from "./watching.ts";

it("options that are ignored are reported only to the watch that requested them", async () => {
  const on = stage(1);
  const heard: Array<[string, WatchIssue]> = [];
  await using first = on.watch({ onIssue: (issue) => heard.push(["first", issue]) });
  await on.clock.until(first.ready);
  await using second = on.watch({ requestsPerMinute: 7, onIssue: (issue) => heard.push(["second", issue]) });
  await on.clock.until(second.ready);
  await using third = on.watch({ pageSize: 5, onIssue: (issue) => heard.push(["third", issue]) });
  await on.clock.until(third.ready);
  const kind = "options-ignored";
  const message = (name: string) => `this evaluation is already watched with other values of: ${name}`;
  expect(heard).toEqual([
    ["second", { kind, message: message("requestsPerMinute") }],
    ["third", { kind, message: message("pageSize") }],
  ]);
  expect([first, second, third].map((each) => each.stats().issues.length)).toEqual([0, 1, 1]);
});

it("a second watch gets the fields that it includes, also of results that have not changed since", async () => {
  const on = sgp(serving(() => [result("1", { result: { q: "yes" } }), result("2")]));
  await using first = on.client.watch("e1");
  await on.clock.until(first.ready);
  expect(first.snapshot().tasks.get("1")?.included).toBeUndefined();
  await using second = on.client.watch("e1", { include: ["result"] });
  await on.clock.advance("5 seconds");
  expect(second.snapshot().tasks.get("1")?.included).toEqual({ result: { q: "yes" } });
  expect(second.stats().issues).toEqual([]);
  const asked = on.asked.length;
  const rows = second.snapshot().tasks;
  await on.clock.advance("5 minutes");
  expect(on.asked.length).toBeGreaterThan(asked);
  // Read once, it is known to be the same.
  expect(second.snapshot().tasks).toBe(rows);
});

it("an instant in another spelling is no event", async () => {
  const zones = (zone: string) => ({ assigned_to: "ada", assignment_expires_at: `2030-01-01T01:00:00${zone}` });
  let zone = "Z";
  const on = sgp(
    serving(() => [result("1", { task: task("1", zones(zone)), updated_at: `2030-01-01T00:00:00${zone}` })]),
  );
  await using live = on.client.watch("e1", { expiring: ["1 minute"] });
  const events: Array<WatchEvent> = record(live, { replay: false });
  await on.clock.until(live.ready);
  for (zone of ["+00:00", ".000+00:00", ".000000Z", "Z", ".0"]) await on.clock.advance("20 minutes");
  const reported = brief(events).filter((each) => !each.startsWith("watch.") && !each.startsWith("evaluation."));
  expect(reported).toEqual(["assignment.expiring 1", "assignment.expired 1"]);
});

it("isSameInstant and isLaterInstant agree with the instants, to the last digit", () => {
  const spelled = fc
    .tuple(fc.nat(5), fc.constantFrom("", ".5", ".50", ".500000", ".500001", ".4999999"), fc.constantFrom(0, 60, -90))
    .map(([second, fraction, offset]) => {
      const local = new Date(Date.UTC(2030, 0, 1, 0, 0, second) + offset * 60_000).toISOString().slice(0, 19);
      const pad = (value: number) => String(Math.trunc(Math.abs(value))).padStart(2, "0");
      const zone = offset === 0 ? "Z" : `${offset < 0 ? "-" : "+"}${pad(offset / 60)}:${pad(offset % 60)}`;
      return { text: `${local}${fraction}${zone}`, at: second * 1e7 + Number(`0${fraction || ".0"}`) * 1e7 };
    });
  fc.assert(
    fc.property(spelled, spelled, (a, b) => {
      expect(isSameInstant(a.text, b.text)).toBe(Math.round(a.at) === Math.round(b.at));
      expect(isLaterInstant(a.text, b.text)).toBe(Math.round(a.at) > Math.round(b.at));
    }),
  );
});

it("3. `replay: false` before `ready` replays nothing, and misses nothing that happens", async () => {
  const on = stage(3);
  await using live = on.watch();
  const events = record(live, { replay: false });
  await on.clock.until(live.ready);
  on.platform.add("t9");
  await on.clock.advance("2 minutes");
  expect(brief(events).filter((each) => each.startsWith("task."))).toEqual(["task.added t9"]);
});

it("a page that times out is requested smaller from where it began, and larger again after scans that came in time", async () => {
  const limits: Array<string> = [];
  let most = 250;
  const items = Array.from({ length: 600 }, (_, index) => result(String(index)));
  const answer = serving(() => items);
  const on = sgp((asked) => {
    if (!asked.path.endsWith("/test-case-results")) return answer(asked);
    const limit = Number(asked.query.get("limit"));
    limits.push(`${limit}/${asked.query.get("page")}`);
    return limit > most ? new Promise<never>(() => undefined) : answer(asked);
  });
  await using live = on.client.watch("e1", { pageSize: 1_000 });
  await on.clock.until(live.ready);
  expect(live.snapshot().tasks.size).toBe(600);
  expect(limits.slice(0, 5)).toEqual(["1000/1", "500/1", "250/1", "250/2", "250/3"]);
  expect(live.stats().issues.map(({ kind }) => kind)).toContain("slow-page");
  most = 1_000;
  await on.clock.advance("30 minutes");
  expect(limits.at(-1)).toBe("1000/1");
});

it.each([
  ["the evaluation's count", 30],
  ["nothing yet", 0],
])(
  "a page of 30 items that does not come in time is requested smaller than the list where that is known: %s",
  async (_, count) => {
    const limits: Array<number> = [];
    const items = Array.from({ length: 30 }, (_, index) => result(String(index)));
    const answer = serving(() => items);
    const on = sgp((asked) => {
      if (asked.path === "/v4/evaluations/e1") return evaluation({ total_test_case_result_count: count });
      if (!asked.path.endsWith("/test-case-results")) return answer(asked);
      const limit = Number(asked.query.get("limit"));
      limits.push(limit);
      return limit > 29 ? new Promise<never>(() => undefined) : answer(asked);
    });
    await using live = on.client.watch("e1");
    await on.clock.until(live.ready);
    expect(live.snapshot().tasks.size).toBe(30);
    expect(limits.slice(0, 3)).toEqual(count === 30 ? [1_000, 25, 25] : [1_000, 500, 250]);
  },
);

it("a page size of a short list is less than the list, a divisor, and no less than a few", () => {
  const after = (total: number, size = 1_000) => {
    const page = new PageSize(size);
    page.shrink(total);
    return page.current;
  };
  expect([after(30), after(101), after(5_000), after(2), after(0), after(30, 16)]).toEqual([25, 100, 500, 10, 10, 8]);
});

it("a page size shrinks to a divisor, and tries a larger one ever more rarely where it fails", () => {
  const size = new PageSize(1_000);
  const sizes = [];
  for (let scans = 0; scans < 40; scans++) {
    if (size.current > 125) while (size.current > 125) size.shrink();
    sizes.push(size.current);
    size.scanned();
  }
  expect(Math.min(...sizes)).toBe(125);
  const prime = new PageSize(7);
  expect([prime.shrink(), prime.current, prime.shrink()]).toEqual([true, 1, false]);
});
