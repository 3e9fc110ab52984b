/** The option `history`: the events report every version that the server had, in its order and with its times. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventChecker } from "../../../src/testing/EventChecker.ts";
import { type ScriptedPlatform, servers } from "../../../src/testing/ScriptedPlatform.ts";
import type { TaskEvent, WatchEvent } from "../../../src/watch/event/Event.ts";
import type { TaskRow } from "../../../src/watch/event/TaskRow.ts";
import { isSame } from "../../../src/watch/event/TaskVersion.ts";
import { patience, record, stage } from "../watching.ts";

type Reported = Array<readonly [row: TaskRow, at: string | undefined]>;

const isOfClock = (event: WatchEvent) => event.type === "assignment.expiring" || event.type === "assignment.expired";

/** The versions that events of a task report, each once, behind the first state. */
const reportedOf = (events: ReadonlyArray<WatchEvent>, taskId: string): Reported => {
  const reported: Reported = [];
  for (const event of events) {
    if (!("taskId" in event) || event.taskId !== taskId || isOfClock(event)) continue;
    const { current, at } = event as TaskEvent & { current: TaskRow; at?: string };
    const last = reported.at(-1);
    if (last === undefined || !isSame(last[0], current) || last[1] !== at) reported.push([current, at]);
  }
  return reported;
};

const short = ({ status, assigned_to, assignment_expires_at, priority, updated_at }: TaskRow): string =>
  [status, assigned_to, assignment_expires_at, priority, updated_at].join(" ");

const versionsOf = (platform: ScriptedPlatform, taskId: string) =>
  platform.versions.get(taskId)!.map(({ row, at }) => [short(row), new Date(at).toISOString()]);

const actions = fc.oneof(
  fc.record({
    kind: fc.constant("claim" as const),
    who: fc.constantFrom("ada", "bob"),
    millis: fc.constantFrom(3_000, 40_000, 900_000),
  }),
  fc.record({
    kind: fc.constantFrom("release" as const, "complete" as const, "redo" as const, "touch" as const, "back" as const),
  }),
  fc.record({ kind: fc.constant("wait" as const), millis: fc.constantFrom(1, 40, 900, 7_000, 31_000, 70_000) }),
);

type Action = typeof actions extends fc.Arbitrary<infer A> ? A : never;

const act = async (on: ReturnType<typeof stage>, id: string, action: Action): Promise<void> => {
  const { platform, clock } = on;
  const row = platform.tasks.get(id)!;
  platform.settle();
  switch (action.kind) {
    case "claim":
      return platform.claim(id, action.who, action.millis);
    case "release":
      return platform.release(id);
    case "complete":
      return platform.complete(id);
    case "redo":
      if (row.status !== "COMPLETED") return;
      return platform.set(id, { status: "PENDING_REDO", label_status: "PENDING", updated_at: platform.iso(0) });
    case "touch":
      return platform.set(id, { priority: (row.priority ?? 0) + 1 });
    // To a state that it had: nothing in it says that it is another version.
    case "back":
      return platform.set(id, { priority: 1, assigned_to: null, assignment_expires_at: null });
    case "wait":
      return clock.advance(action.millis);
  }
};

/**
 * A life, and a last change that shows: a round trip that ends where it began shows in no list until something else does. No two actions fall
 * into one millisecond.
 */
const play = async (on: ReturnType<typeof stage>, life: ReadonlyArray<readonly [string, Action]>, mark: number) => {
  for (const [id, action] of life) {
    await act(on, id, action);
    await on.clock.advance(1);
  }
  for (const id of ["t1", "t2", "t3"]) on.platform.set(id, { priority: mark });
};

const lives = fc.array(fc.tuple(fc.constantFrom("t1", "t2", "t3"), actions), { maxLength: 40, size: "max" });
const options = fc.record({
  history: fc.constant(true),
  requestsPerMinute: fc.constant(600),
  interval: fc.constantFrom(["2 seconds", "1 minute"] as const, ["30 seconds", "30 seconds"] as const),
});

describe("with the option history", () => {
  it("the events report the server's versions: all, in order, with its times, and no gap", patience, async () => {
    await fc.assert(
      fc.asyncProperty(
        lives,
        options,
        fc.boolean(),
        fc.constantFrom(2, 1_000),
        async (life, asked, givesBack, pageSize) => {
          const on = stage(3, { pageSize });
          on.platform.givesBack = givesBack;
          const live = on.watch(asked);
          const checker = new EventChecker(live, on.platform);
          await on.clock.until(live.ready);
          await play(on, life, -1);
          await on.clock.advance("4 minutes");
          expect(checker.violations).toEqual([]);
          for (const id of ["t1", "t2", "t3"]) {
            const reported = reportedOf(checker.events, id);
            expect(reported.map(([row]) => short(row))).toEqual(versionsOf(on.platform, id).map(([row]) => row));
            expect(reported.slice(1).map(([, at]) => at)).toEqual(
              versionsOf(on.platform, id)
                .slice(1)
                .map(([, at]) => at),
            );
          }
          const gaps = checker.events.filter((event) => "gap" in event && event.gap && !isOfClock(event));
          expect(gaps).toEqual([]);
          expect(live.snapshot().tasks.size).toBe(3);
          await live.close();
          expect(on.clock.pending).toBe(0);
        },
      ),
      { numRuns: 120 },
    );
  });

  it("every event has an id of its own", patience, async () => {
    await fc.assert(
      fc.asyncProperty(lives, async (life) => {
        const on = stage(3);
        const live = on.watch({ history: true, requestsPerMinute: 600 });
        const events = record(live);
        await on.clock.until(live.ready);
        await play(on, life, -1);
        await on.clock.advance("4 minutes");
        const ids = events.filter((event) => "at" in event).map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        await live.close();
      }),
      { numRuns: 40 },
    );
  });

  it("a watch that begins at a cursor reports later changes, version by version", patience, async () => {
    await fc.assert(
      fc.asyncProperty(lives, lives, options, async (before, meanwhile, asked) => {
        const on = stage(3);
        const first = on.watch(asked);
        const events = record(first);
        await on.clock.until(first.ready);
        await play(on, before, -1);
        const cursor = first.cursor();
        await first.close();
        const reported = events.length;
        await play(on, meanwhile, -2);
        const second = on.watch({ ...asked, cursor });
        const later = record(second);
        await on.clock.advance("4 minutes");
        // The first is closed: its whole queue was delivered.
        expect(events.length).toBe(reported);
        for (const id of ["t1", "t2", "t3"]) {
          const all = [...reportedOf(events, id), ...reportedOf(later, id)];
          expect(all.map(([row]) => short(row))).toEqual(versionsOf(on.platform, id).map(([row]) => row));
        }
        await second.close();
      }),
      { numRuns: 80 },
    );
  });

  it(
    "with any faults, for any answers of histories, the end is the server's state and nothing is invented",
    patience,
    async () => {
      const faults = fc.array(
        fc.oneof(
          fc.constantFrom(...Object.values(servers)).map((reason) => ({ _tag: "Fail" as const, reason })),
          fc.constantFrom(300, 20_000, 90_000).map((millis) => ({ _tag: "Slow" as const, millis })),
        ),
        { maxLength: 8 },
      );
      await fc.assert(
        fc.asyncProperty(
          lives,
          faults,
          fc.nat(3),
          fc.constantFrom(4, 20, 600),
          async (life, bad, lag, requestsPerMinute) => {
            const on = stage(3);
            on.platform.faultsOf.history = [...bad];
            on.platform.historyOf = (versions) => versions.slice(0, Math.max(0, versions.length - lag));
            const live = on.watch({ history: true, requestsPerMinute });
            const checker = new EventChecker(live, on.platform);
            await on.clock.until(live.ready);
            await play(on, life, -1);
            on.platform.faultsOf.history = [];
            await on.clock.advance("5 minutes");
            expect(checker.violations).toEqual([]);
            expect(checker.tasks).toEqual(live.snapshot().tasks);
            for (const [id, row] of on.platform.tasks) expect(short(live.snapshot().tasks.get(id)!)).toBe(short(row));
            expect(live.status._tag).toBe("synced");
            await live.close();
          },
        ),
        { numRuns: 120 },
      );
    },
  );

  it(
    "time does not go back in what is reported: after sleeps, with answers that have no date, and after the server's clock was set",
    patience,
    async () => {
      const turns = fc.oneof(
        fc.record({ kind: fc.constant("sleep" as const), millis: fc.constantFrom(60_000, 43_200_000) }),
        fc.record({ kind: fc.constant("set" as const), millis: fc.constantFrom(-300_000, -7_200_000, 300_000) }),
        fc.record({ kind: fc.constant("date" as const), hasDate: fc.boolean() }),
        // Histories that are not available for a while: the look is reported without them.
        fc.record({ kind: fc.constant("none" as const), failures: fc.integer({ min: 1, max: 6 }) }),
      );
      const step = fc.oneof({ weight: 4, arbitrary: fc.tuple(fc.constantFrom("t1", "t2"), actions) }, turns);
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40, size: "max" }), options, async (steps, asked) => {
          const on = stage(2);
          const { platform, clock } = on;
          const live = on.watch(asked);
          const events = record(live);
          await clock.until(live.ready);
          for (const one of steps) {
            if (Array.isArray(one)) await act(on, one[0], one[1]);
            else if (one.kind === "date") platform.hasDate = one.hasDate;
            else if (one.kind === "none")
              platform.faultsOf.history = Array.from({ length: one.failures }, () => ({
                _tag: "Fail",
                reason: servers.down,
              }));
            else {
              platform.offsetMillis += one.millis;
              if (one.kind === "sleep") clock.jump(one.millis);
            }
            await clock.advance(1);
          }
          await clock.advance("4 minutes");
          for (const id of ["t1", "t2"]) {
            const states = platform.versions.get(id)!.map(({ row }) => short(row));
            let reached = 0;
            for (const [row] of reportedOf(events, id)) {
              reached = states.indexOf(short(row), reached);
              expect(reached).toBeGreaterThanOrEqual(0);
            }
          }
          await live.close();
        }),
        { numRuns: 150 },
      );
    },
  );
});
