import type { TaskRow } from "@evalwire/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { queue } from "../src/index.ts";
import type { QueueTask } from "../src/queue/index.ts";
import { SortedSet } from "../src/queue/SortedSet.ts";

const now = Date.UTC(2030, 0, 1);
const at = (millis: number) => new Date(now + millis).toISOString();

describe("SortedSet", () => {
  it("is a sorted list without repetitions, after any additions and deletions", () => {
    const step = fc.record({ isAdd: fc.boolean(), value: fc.integer({ min: 0, max: 30 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), fc.nat(35), fc.nat(35), (steps, from, to) => {
        const set = new SortedSet<number>((a, b) => a - b);
        const model = new Set<number>();
        for (const { isAdd, value } of steps) {
          if (isAdd) set.add(value);
          else set.delete(value);
          if (isAdd) model.add(value);
          else model.delete(value);
        }
        const sorted = [...model].sort((a, b) => a - b);
        expect([...set]).toEqual(sorted);
        expect(set.size).toBe(sorted.length);
        expect([...set.range(from, to)]).toEqual(sorted.slice(from, Math.max(from, to)));
        expect(set.rank((value) => value < from)).toBe(sorted.filter((value) => value < from).length);
        expect(set.at(from)).toBe(sorted[from]);
      }),
    );
  });
});

const task = (id: number): fc.Arbitrary<QueueTask> =>
  fc.record({
    id: fc.constant(`t${id}`),
    status: fc.constantFrom("NOT_READY", "PENDING", "PENDING_REDO", "COMPLETED", "FIXED", "ESCALATED"),
    assigned_to: fc.constantFrom(null, "ada", "ben", "cy"),
    assignment_expires_at: fc.constantFrom(null, at(-5_000), at(0), at(5_000), at(60_000)),
    priority: fc.constantFrom(0, 1, 5),
    audit_status: fc.constantFrom(null, "UNAUDITED", "APPROVED", "FIXED"),
    updated_at: fc.constantFrom(at(-9e6), at(-60_000), at(-1_000)),
  });

const change = fc
  .nat(11)
  .chain((id) => fc.oneof({ weight: 4, arbitrary: task(id) }, { weight: 1, arbitrary: fc.constant(`t${id}`) }));

describe("QueueIndex", () => {
  it("1. shows after any changes what the views show of the tasks as they are", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        const index = queue.index<QueueTask>();
        const model = new Map<string, QueueTask>();
        for (const each of changes) {
          if (typeof each === "string") {
            index.delete(each);
            model.delete(each);
          } else {
            index.set(each);
            model.set(each.id, each);
          }
        }
        const tasks = [...model.values()];
        const ids = (held: ReadonlyArray<{ readonly task: QueueTask }>) => held.map(({ task }) => task.id).sort();
        expect(ids(index.held(now))).toEqual(ids(queue.held(tasks, now)));
        expect(ids(index.expiring(now, 10_000))).toEqual(ids(queue.expiring(tasks, now, 10_000)));
        expect(ids(index.overdue(now))).toEqual(ids(queue.expired(tasks, now)));
        expect(
          index
            .ready(now)
            .map(({ id }) => id)
            .sort(),
        ).toEqual(
          queue
            .waiting(tasks, now)
            .map(({ id }) => id)
            .sort(),
        );
        const deadlines = index.held(now).map(({ lease }) => Date.parse(lease.expiresAt ?? "9999-01-01"));
        expect(deadlines).toEqual([...deadlines].sort((a, b) => a - b));
        const by = queue.byAssignee(tasks, now);
        expect(new Map([...index.loads(now)].sort())).toEqual(
          new Map([...by].map(([who, held]) => [who, held.length] as const).sort()),
        );
        for (const who of ["ada", "ben", "cy"]) expect(ids(index.heldBy(who, now))).toEqual(ids(by.get(who) ?? []));
        const status = queue.byStatus(tasks);
        const count = (...names: ReadonlyArray<string>) =>
          names.reduce((sum, name) => sum + (status.get(name)?.length ?? 0), 0);
        expect(index.blocked().length).toBe(count("NOT_READY"));
        const counts = index.counts(now);
        expect(counts).toMatchObject({
          total: tasks.length,
          open: count("PENDING", "PENDING_REDO"),
          blocked: count("NOT_READY"),
          done: count("COMPLETED", "FIXED"),
        });
        expect(counts.held + counts.ready + counts.overdue).toBe(counts.open);
        const free = index
          .ready(now)
          .slice(0, counts.ready)
          .map(({ priority }) => priority!);
        expect(free).toEqual([...free].sort((a, b) => b - a));
        expect(index.ready(now, 3)).toEqual(index.ready(now).slice(0, 3));
      }),
    );
  });

  it("1. figures too: a new report of a task replaces the earlier one", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        const index = queue.index<QueueTask>();
        const model = new Map<string, { task: QueueTask; sentBack: boolean; handedIn: boolean; fixed: boolean }>();
        for (const each of changes) {
          if (typeof each === "string") {
            index.delete(each);
            model.delete(each);
            continue;
          }
          const known = model.get(each.id);
          const isDone = ["COMPLETED", "FIXED"].includes(each.status);
          const wasDone = known !== undefined && ["COMPLETED", "FIXED"].includes(known.task.status);
          model.set(each.id, {
            task: each,
            sentBack: known?.sentBack || each.status === "PENDING_REDO" || (wasDone && each.status === "PENDING"),
            handedIn: known?.handedIn || isDone || each.status === "PENDING_REDO",
            fixed: known?.fixed || each.status === "FIXED" || each.audit_status === "FIXED",
          });
          index.set(each);
        }
        const all = [...model.values()];
        expect(index.redoRate()).toMatchObject({
          count: all.filter(({ sentBack }) => sentBack).length,
          of: all.filter(({ handedIn }) => handedIn).length,
        });
        const judged = all.filter(({ task, sentBack, fixed }) => sentBack || fixed || task.audit_status === "APPROVED");
        expect(index.firstPassAcceptance()).toMatchObject({
          count: judged.filter(({ task, sentBack, fixed }) => !sentBack && !fixed && task.audit_status === "APPROVED")
            .length,
          of: judged.length,
        });
        const { all: total, by } = index.throughput(now, 2 * 60_000);
        expect([...by.values()].reduce((sum, { done }) => sum + done, 0)).toBeLessThanOrEqual(total.done);
        expect(total.perHour).toBe(total.done * 30);
      }),
    );
  });

  it("says who did how much, how long it took, and how long the rest will take", () => {
    const done = (id: string, who: string, minutesAgo: number, seconds: number) => ({
      id,
      status: "COMPLETED",
      assigned_to: who,
      included: { completed_at: at(-minutesAgo * 60_000), time_spent_labeling_s: seconds, annotated_by_user_id: who },
    });
    const index = queue.index<QueueTask>([
      done("t1", "ada", 10, 30),
      done("t2", "ada", 20, 40),
      done("t3", "ben", 30, 50),
      done("t4", "ben", 90, 600),
      { id: "t5", status: "PENDING" },
      { id: "t6", status: "NOT_READY" },
    ]);
    const { all, by } = index.throughput(now);
    expect(all).toEqual({ done: 3, perHour: 3 });
    expect([...by]).toEqual([
      ["ada", { done: 2, perHour: 2 }],
      ["ben", { done: 1, perHour: 1 }],
    ]);
    expect(index.timeToLabel()).toEqual({ count: 4, mean: 180, median: 50, p90: 600 });
    expect(index.timeLeft(now)).toMatchObject({ millis: 2_400_000, perHour: 3, method: "poisson-prediction" });
  });

  it("reckons the time left by the time since work began, where that is less than the window", () => {
    const done = (id: string, minutesAgo: number, seconds?: number) => ({
      id,
      status: "COMPLETED",
      included: {
        completed_at: at(-minutesAgo * 60_000),
        ...(seconds === undefined ? {} : { time_spent_labeling_s: seconds }),
      },
    });
    const open = { id: "open", status: "PENDING" };
    // Ten minutes of work, five tasks: thirty an hour.
    const timed = queue.index<QueueTask>([open, ...[8, 6, 4, 2, 0].map((ago) => done(`t${ago}`, ago, 120))]);
    expect(timed.timeLeft(now)).toMatchObject({ perHour: 30, millis: 120_000 });
    // Without knowing how long the first took, its end is where counting begins: four in eight minutes.
    const untimed = queue.index<QueueTask>([open, ...[8, 6, 4, 2, 0].map((ago) => done(`t${ago}`, ago))]);
    expect(untimed.timeLeft(now)).toMatchObject({ perHour: 30, millis: 120_000 });
    expect(queue.index<QueueTask>([open, done("t1", 5)]).timeLeft(now)).toMatchObject({ perHour: 1 });
    expect(timed.timeLeft(now, 240_000)).toMatchObject({ perHour: 30 });
    expect(queue.index<QueueTask>([open]).timeLeft(now).millis).toBeNull();
  });

  it("measures how long a task took where it saw it begin and end", () => {
    const index = queue.index<TaskRow>();
    const row = (more: object) =>
      ({ id: "t1", status: "PENDING", assigned_to: null, updated_at: null, ...more }) as TaskRow;
    const emit = (type: string, current: TaskRow, seconds: number) =>
      index.apply({ type, taskId: "t1", current, time: at(seconds * 1_000), replay: false } as never);
    emit("task.added", row({}), 0);
    emit("assignment.created", row({ assigned_to: "ada" }), 10);
    emit("task.status_changed", row({ assigned_to: "ada", status: "COMPLETED" }), 55);
    expect(index.timeToLabel()).toEqual({ count: 1, mean: 45, median: 45, p90: 45 });
    emit("task.status_changed", row({ assigned_to: "ada", status: "PENDING_REDO" }), 70);
    expect(index.redoRate()).toEqual({ count: 1, of: 1, rate: 1 });
    index.apply({ type: "task.removed", taskId: "t1", previous: row({}) } as never);
    expect(index.redoRate()).toEqual({ count: 0, of: 0, rate: null });
    expect(index.size).toBe(0);
  });
});
