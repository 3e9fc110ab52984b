import { expect, it } from "vitest";
import {
  announcementOf,
  BrokenPromise,
  EventChecker,
  ScriptedPlatform,
  SimulatedClock,
  scriptedRow,
  type Truth,
} from "../../src/testing.ts";
import type { WatchEvent } from "../../src/watch/event/Event.ts";

const time = "2030-01-01T00:00:00.000Z";
const base = { id: "x", time, evaluationId: "e1", taskId: "t1", gap: false, origin: "server" } as const;
const [free, done] = [scriptedRow("t1"), scriptedRow("t1", { status: "COMPLETED", label_status: "COMPLETED" })];
const expiresAt = "2030-01-01T00:10:00Z";
const held = scriptedRow("t1", { assigned_to: "ada", assignment_expires_at: expiresAt });
const lease = { taskId: "t1", assignee: "ada", expiresAt };

const added = (current = free): WatchEvent => ({ ...base, type: "task.added", previous: null, current, replay: true });
const claimed: WatchEvent = { ...base, type: "assignment.created", previous: free, current: held, lease };
const finished: WatchEvent = { ...base, type: "task.status_changed", previous: free, current: done };
const expired: WatchEvent = { ...base, type: "assignment.expired", current: held, lease, errorMillis: 0, seenAt: null };

/** A checker's verdict on a history. */
const check = (events: ReadonlyArray<WatchEvent>, truth?: Truth): ReadonlyArray<string> => {
  let emit: (event: WatchEvent) => void = () => undefined;
  const subscribe = (listener: (event: never) => unknown) => {
    emit = (event) => {
      try {
        listener(event as never);
      } catch {
        // It is in the list, too.
      }
    };
    return () => undefined;
  };
  const checker = new EventChecker({ subscribe }, truth);
  for (const event of events) emit(event);
  return checker.violations;
};

const at = (text: string) => ({ now: () => Date.parse(text) });

it.each<[string, ReadonlyArray<WatchEvent>, Truth?]>([
  ["a life in order", [added(), claimed, expired], at(expiresAt)],
  ["a status that moves", [added(), finished], { history: new Map([["t1", [free, done]]]) }],
  ["an expiry without a known server time", [added(), claimed, expired], { hasDate: false }],
])("%s breaks no promise", (_, events, truth) => {
  expect(check(events, truth)).toEqual([]);
});

it.each<[string, string, ReadonlyArray<WatchEvent>, Truth?]>([
  ["a change from a state that was never reported", "2: ", [claimed]],
  ["a state the server never had", "5: ", [added(), finished], { history: new Map([["t1", [free]]]) }],
  ["an expiry reported twice", "9: assignment.expired twice", [added(), claimed, expired, expired], at(expiresAt)],
  ["an expiry reported early", "9: assignment.expired early", [added(), claimed, expired], at("2030-01-01T00:09:59Z")],
  ["an expiry of a lease that is over", "9: ", [added(), { ...expired, current: free } as WatchEvent], at(expiresAt)],
  ["a move that no task makes", "5: ", [added(done), { ...finished, previous: done, current: free } as WatchEvent]],
  [
    "an update of nothing",
    "5: ",
    [added(), { ...base, type: "task.updated", previous: free, current: { ...free }, changed: [] }],
  ],
  [
    "an expiry reported before",
    "9: assignment.expired twice",
    [claimed, expired],
    {
      before: { tasks: new Map([["t1", free]]), announced: [announcementOf(lease, 0)] },
    },
  ],
  ["a move to the same status", "task.status_changed", [added(), { ...finished, current: { ...free } } as WatchEvent]],
  ["something JSON cannot carry", "task.added is no plain JSON", [added({ ...free, priority: Number.NaN })]],
])("it finds %s", (_, violation, events, truth) => {
  expect(check(events, truth)[0]).toContain(violation);
});

it("goes on from what was reported before", () => {
  expect(check([claimed, expired], { before: { tasks: new Map([["t1", free]]) } })).toEqual([]);
});

it("takes events by hand, and says which is the first of a change", () => {
  const checker = new EventChecker(undefined);
  const both = { previous: free, current: { ...held, priority: 7 } };
  expect(checker.hear(added())).toBe(true);
  expect(checker.hear({ ...base, type: "assignment.created", ...both, lease })).toBe(true);
  expect(checker.hear({ ...base, type: "task.updated", ...both, changed: ["priority"] })).toBe(false);
  expect(checker.hear({ ...expired, current: both.current } as WatchEvent)).toBe(false);
  expect(checker.announced).toEqual(new Set([announcementOf(lease, 0)]));
  expect(() => checker.hear(finished)).toThrow(BrokenPromise);
  expect(checker.violations).toEqual(["2: task.status_changed of t1 does not follow the state before it"]);
});

it("agrees with the watch's snapshot", async () => {
  const clock = new SimulatedClock();
  const platform = new ScriptedPlatform(clock, 3);
  await using watch = platform.watch();
  const checker = new EventChecker(watch, platform);
  await clock.until(watch.ready);
  platform.claim("t1", "ada", 60_000);
  platform.complete("t2");
  platform.remove("t3");
  await clock.advance("10 minutes");
  expect(checker.violations).toEqual([]);
  expect(checker.tasks).toEqual(watch.snapshot().tasks);
  expect(checker.count("assignment.expired")).toBe(1);
});
