import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Lease } from "../../../src/watch/event/TaskRow.ts";
import * as Expiry from "../../../src/watch/time/Expiry.ts";

const epoch = Date.parse("2030-01-01T00:00:00Z");
const at = (millis: number) => new Date(epoch + millis).toISOString();
const lease = (taskId: string, endsIn: number, assignee = "ada"): Lease => ({
  taskId,
  assignee,
  expiresAt: at(endsIn),
});

const leases = fc.uniqueArray(
  fc.record({ task: fc.nat(20), endsIn: fc.integer({ min: -50, max: 400 }), assignee: fc.constantFrom("ada", "bob") }),
  { selector: (one) => one.task, maxLength: 20 },
);
const leads = fc.array(fc.integer({ min: 1, max: 120 }), { maxLength: 4 });
/** One lease for each task: the latest, as a watch keeps them. */
class Held extends Expiry.Expiry {
  readonly #tickets = new Map<string, Expiry.Ticket>();

  set(lease: Lease): void {
    const before = this.#tickets.get(lease.taskId);
    if (before?.expiresAt === lease.expiresAt && before.assignee === lease.assignee) return;
    this.drop(lease.taskId);
    this.#tickets.set(lease.taskId, this.add(lease));
  }

  /** As a watch does that announces every end at once. */
  override advance(now: number): ReadonlyArray<Expiry.Moment> {
    const moments = super.advance(now);
    for (const { lease, lead } of moments) this.remember(lease, lead);
    return moments;
  }

  drop(taskId: string): void {
    const ticket = this.#tickets.get(taskId);
    if (ticket !== undefined) this.cancel(ticket);
    this.#tickets.delete(taskId);
  }
}

const holding = (
  leadMillis: ReadonlyArray<number>,
  held: ReadonlyArray<{ task: number; endsIn: number; assignee: string }>,
) => {
  const expiry = new Held(leadMillis);
  for (const one of held) expiry.set(lease(`t${one.task}`, one.endsIn, one.assignee));
  return expiry;
};

describe("Expiry", () => {
  it("expired(a, b) ++ expired(b, c) = expired(a, c)", () => {
    fc.assert(
      fc.property(leads, leases, fc.nat(300), fc.nat(300), (leadMillis, held, toB, toC) => {
        const [inTwo, inOne] = [holding(leadMillis, held), holding(leadMillis, held)];
        const two = [...inTwo.advance(epoch + toB), ...inTwo.advance(epoch + toB + toC)];
        expect(two).toEqual(inOne.advance(epoch + toB + toC));
      }),
    );
  });

  it("announces, in order, exactly the moments a plain list of all moments has up to now: never early, none missed, none twice", () => {
    fc.assert(
      fc.property(leads, leases, fc.integer({ min: -100, max: 500 }), (leadMillis, held, now) => {
        const model = held
          .flatMap((one) =>
            [...new Set([...leadMillis, 0])].map((lead) => ({
              task: `t${one.task}`,
              lead,
              at: epoch + one.endsIn - lead,
            })),
          )
          .filter((moment) => moment.at <= epoch + now)
          .sort((a, b) => a.at - b.at || (a.task < b.task ? -1 : a.task > b.task ? 1 : b.lead - a.lead));
        const announced = holding(leadMillis, held).advance(epoch + now);
        expect(announced.map((moment) => ({ task: moment.lease.taskId, lead: moment.lead, at: moment.at }))).toEqual(
          model,
        );
      }),
    );
  });

  it("each moment of a lease is announced at most once, for any sets and deletions in between", () => {
    const move = fc.oneof(
      fc.record({ _tag: fc.constant("set" as const), task: fc.nat(3), endsIn: fc.constantFrom(10, 50, 90) }),
      fc.record({ _tag: fc.constant("delete" as const), task: fc.nat(3) }),
      fc.record({ _tag: fc.constant("advance" as const), by: fc.nat(30) }),
    );
    fc.assert(
      fc.property(leads, fc.array(move, { maxLength: 60 }), (leadMillis, commands) => {
        const expiry = new Held(leadMillis);
        const announced: Array<string> = [];
        let now = epoch;
        for (const one of commands) {
          if (one._tag === "set") expiry.set(lease(`t${one.task}`, one.endsIn));
          else if (one._tag === "delete") expiry.drop(`t${one.task}`);
          else {
            now += one.by;
            for (const moment of expiry.advance(now)) {
              expect(moment.at).toBeLessThanOrEqual(now);
              announced.push(`${moment.lease.taskId} ${moment.lease.expiresAt} ${moment.lead}`);
            }
          }
        }
        expect(new Set(announced).size).toBe(announced.length);
      }),
    );
  });

  it("nextAt() is the instant of the first moment advance() returns", () => {
    fc.assert(
      fc.property(leads, leases, (leadMillis, held) => {
        const expiry = holding(leadMillis, held);
        const next = expiry.nextAt();
        const first = holding(leadMillis, held).advance(Number.POSITIVE_INFINITY)[0];
        expect(next).toBe(first?.at);
        if (next !== undefined) expect(expiry.advance(next - 1)).toEqual([]);
      }),
    );
  });

  it("a lease that is replaced or given up is not announced any more", () => {
    const expiry = new Held([5]);
    expiry.set(lease("extended", 10));
    expiry.set(lease("released", 10));
    expiry.set(lease("extended", 100));
    expiry.drop("released");
    expect(expiry.advance(epoch + 90)).toEqual([]);
    expect(expiry.nextAt()).toBe(epoch + 95);
    expect(expiry.size).toBe(1);
  });

  it("cancelled leases leave nothing behind, however many come and go between two questions", () => {
    const expiry = new Held();
    for (let round = 0; round < 1_000; round++) {
      for (let task = 0; task < 10; task++) expiry.set(lease(`t${task}`, 1_000_000 + round));
      if (round % 3 === 0) expiry.nextAt();
    }
    expect(expiry.size).toBe(10);
    for (let task = 0; task < 10; task++) expiry.drop(`t${task}`);
    expect(expiry.nextAt()).toBeUndefined();
    expect(expiry.size).toBe(0);
  });

  it("a deadline further away than a timer can count is announced at its time", () => {
    const far = 2 ** 31 * 5;
    const expiry = new Held();
    expiry.set(lease("far", far));
    expect(expiry.advance(epoch + far - 1)).toEqual([]);
    expect(expiry.advance(epoch + far)).toHaveLength(1);
  });

  it("a deadline that is no date has no moments, and no deadline has none either", () => {
    const expiry = new Held([5]);
    expiry.set({ taskId: "t", assignee: "ada", expiresAt: "tomorrow" });
    expiry.set({ taskId: "u", assignee: "ada", expiresAt: null });
    expect(expiry.advance(Number.POSITIVE_INFINITY)).toEqual([]);
    expect(expiry.size).toBe(0);
  });

  it("other leads do not repeat announcements", () => {
    const expiry = new Held([50]);
    expiry.set(lease("t", 100));
    expect(expiry.advance(epoch + 60).map((moment) => moment.lead)).toEqual([50]);
    expiry.setLeads([80, 50, 20]);
    expect(expiry.advance(epoch + 70)).toEqual([]);
    expect(expiry.advance(epoch + 200).map((moment) => moment.lead)).toEqual([20, 0]);
    expiry.setLeads([50]);
    expect(expiry.advance(epoch + 300)).toEqual([]);
  });

  it("a lease is not forgotten for late announcements of earlier ones", () => {
    const expiry = new Held([300_000]);
    const at = (minute: number) => `2030-01-01T00:0${minute}:00Z`;
    const announced = (minute: number) => [{ assignee: "ada", expiresAt: at(minute), lead: 300_000 }];
    expiry.restore("t", announced(9));
    for (const minute of [1, 2, 3]) expiry.restore("t", announced(minute));
    expect(expiry.announced("t").map(({ expiresAt }) => expiresAt)).toEqual([at(9), at(1), at(2), at(3)]);
  });

  it("announcements of another one are taken over", () => {
    const first = new Held([50]);
    first.set(lease("t", 100));
    first.advance(epoch + 60);
    const second = new Held([50]);
    second.restore("t", first.announced("t"));
    second.set(lease("t", 100));
    expect(second.advance(epoch + 200).map((moment) => moment.lead)).toEqual([0]);
  });

  it("of moments of one task at one instant the longer lead comes first", () => {
    const expiry = new Expiry.Expiry([50]);
    expiry.add(lease("t1", 50));
    expiry.add(lease("t1", 100, "bob"));
    expect(expiry.advance(epoch + 50).map(({ lead }) => lead)).toEqual([50, 50, 0]);
    const other = new Expiry.Expiry([50]);
    other.add(lease("t1", 100, "bob"));
    other.add(lease("t1", 50));
    expect(other.advance(epoch + 50).map(({ lead }) => lead)).toEqual([50, 50, 0]);
  });

  it("a moment that another watch announces while it is waited for is not announced again, nor waited for", () => {
    fc.assert(
      fc.property(fc.constantFrom(0, 10, 50), fc.boolean(), (announced, isWaiting) => {
        const expiry = new Expiry.Expiry([50, 10]);
        if (!isWaiting) expiry.remember(lease("t1", 100), announced);
        expiry.add(lease("t1", 100));
        if (isWaiting) {
          expect(expiry.nextAt()).toBe(epoch + 50);
          expiry.restore("t1", [{ ...lease("t1", 100), expiresAt: at(100), lead: announced }]);
        } else {
          const next = [50, 10, 0].find((lead) => lead < announced);
          expect(expiry.nextAt()).toBe(next === undefined ? undefined : epoch + 100 - next);
        }
        const leadsOf = (now: number) => expiry.advance(epoch + now).map(({ lead }) => lead);
        expect([...leadsOf(50), ...leadsOf(90), ...leadsOf(100)]).toEqual(
          [50, 10, 0].filter((lead) => lead < announced),
        );
      }),
    );
  });

  it("a warning that comes after the end is none: it does not count as announced", () => {
    const expiry = new Expiry.Expiry([50]);
    expiry.add(lease("t1", 100));
    expect(expiry.advance(epoch + 100).map(({ lead }) => lead)).toEqual([50, 0]);
    expect(expiry.announced("t1")).toEqual([]);
    expiry.add(lease("t2", 200));
    expiry.advance(epoch + 199);
    expect(expiry.announced("t2")).toMatchObject([{ lead: 50 }]);
  });

  it("other leads hold for leases that were added and have not been read yet, too", () => {
    const expiry = new Expiry.Expiry();
    expiry.add(lease("t1", 100));
    expiry.nextAt();
    expiry.add(lease("t2", 90));
    expiry.setLeads([50]);
    expect(expiry.advance(epoch + 50).map(({ lease: { taskId }, lead }) => [taskId, lead])).toEqual([
      ["t2", 50],
      ["t1", 50],
    ]);
  });

  it("of tasks that are gone the one that went last is remembered longest, also when it had gone before", () => {
    const most = 10_000;
    const expiry = new Expiry.Expiry();
    for (let index = 0; index <= most; index++) expiry.remember(lease(`t${index}`, 100), 0);
    for (let index = 0; index < most; index++) expiry.forget(`t${index}`);
    expiry.forget("t0");
    expiry.forget(`t${most}`);
    expect([0, 1, 2, most].map((index) => expiry.announced(`t${index}`).length)).toEqual([1, 0, 1, 1]);
  });

  it("of leases that are long over the one that ends last is remembered, and no other but the last two", () => {
    const expiry = new Expiry.Expiry();
    const hour = 3_600_000;
    const all = [
      lease("t1", 10 * hour),
      lease("t1", hour, "bob"),
      lease("t1", 2 * hour, "eve"),
      lease("t1", 20 * hour),
    ];
    for (const one of all) expiry.remember(one, 0);
    expect(all.map((one) => expiry.hasEnded(one))).toEqual([true, false, true, true]);
  });

  it("what was announced stays announced, also where a longer lead is remembered later", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100), { minLength: 1 }), (announced) => {
        const expiry = new Expiry.Expiry();
        for (const lead of announced) expiry.remember(lease("t1", 100), lead);
        expect(expiry.announcedOf(lease("t1", 100))?.lead).toBe(Math.min(...announced));
      }),
    );
  });

  it("cancelling twice is cancelling once", () => {
    const expiry = new Expiry.Expiry();
    const ticket = expiry.add(lease("t1", 100));
    expiry.add(lease("t2", 100));
    expiry.cancel(ticket);
    expiry.cancel(ticket);
    expect(expiry.size).toBe(1);
    expect(expiry.advance(epoch + 100).map(({ lease: { taskId } }) => taskId)).toEqual(["t2"]);
    expiry.cancel(ticket);
    expect(expiry.size).toBe(0);
  });

  it("100,000 leases come and go, and those that stay are announced in order", () => {
    const expiry = new Held();
    const count = 100_000;
    for (let index = 0; index < count; index++) expiry.set(lease(`t${index}`, (index * 7919) % count));
    for (let index = 0; index < count; index += 2) expiry.drop(`t${index}`);
    const announced = expiry.advance(epoch + count);
    expect(announced).toHaveLength(count / 2);
    expect(announced.every((moment, index) => index === 0 || announced[index - 1]!.at <= moment.at)).toBe(true);
    expect(expiry.nextAt()).toBeUndefined();
  });

  it("remembers what was announced of the lease before, also where an earlier one ends later", () => {
    const expiry = new Held([60_000]);
    const leaseTo = (minute: number) => ({
      taskId: "t1",
      assignee: "ada",
      expiresAt: `2030-01-01T00:${minute}:00.000Z`,
    });
    for (const minute of [33, 29, 28]) expiry.remember(leaseTo(minute), 60_000);
    expect(expiry.announcedOf(leaseTo(29))?.lead).toBe(60_000);
    expect(expiry.announcedOf(leaseTo(33))?.lead).toBe(60_000);
  });

  it("a task that is gone is remembered for a minute: what a server that lags behind shows again is not announced again", () => {
    fc.assert(
      fc.property(leads, fc.nat(300), fc.integer({ min: 0, max: 120_000 }), (leadMillis, until, pause) => {
        const expiry = new Held(leadMillis);
        const shown = lease("t", 200);
        expiry.set(shown);
        const before = expiry.advance(epoch + until).map(({ lead }) => lead);
        expiry.drop("t");
        expiry.forget("t");
        expiry.advance(epoch + until + pause);
        const isRemembered = before.length > 0 && pause < 60_000;
        expect(expiry.announced("t").length).toBe(isRemembered ? 1 : 0);
        expiry.keep("t");
        expiry.set(shown);
        const again = expiry.advance(epoch + until + pause + 200).map(({ lead }) => lead);
        if (isRemembered) expect(again.filter((lead) => before.includes(lead))).toEqual([]);
        // It is there again: nothing of it is forgotten any more.
        expiry.advance(epoch + until + pause + 200_000);
        expect(expiry.hasEnded(shown)).toBe(true);
      }),
    );
  });

  it("of tasks that are gone it remembers so many, for any time", () => {
    const expiry = new Held();
    for (let index = 0; index < 12_000; index++) {
      expiry.remember(lease(`t${index}`, 100), 0);
      expiry.forget(`t${index}`);
    }
    expect(new Map(expiry.remembered).size).toBe(10_000);
    // Before the first answer the server's time is not known.
    expiry.advance(Number.NEGATIVE_INFINITY);
    expect(expiry.announced("t11999")).toHaveLength(1);
    for (const after of [0, 59_999]) {
      expiry.advance(epoch + after);
      expect(expiry.announced("t11999")).toHaveLength(1);
    }
    expiry.advance(epoch + 60_000);
    expect(new Map(expiry.remembered).size).toBe(0);
  });

  it("what was announced of a lease is known while a server that lags behind by a minute may show it again", () => {
    const announcement = fc.record({ after: fc.integer({ min: 5, max: 60 }), lead: fc.constantFrom(0, 2, 60) });
    fc.assert(
      fc.property(fc.array(announcement, { minLength: 1, maxLength: 30 }), (announcements) => {
        const expiry = new Held();
        let now = 0;
        const announced: Array<{ readonly lease: Lease; readonly ends: number; readonly lead: number }> = [];
        for (const [index, { after, lead }] of announcements.entries()) {
          now += after;
          const ends = now + lead;
          announced.push({ lease: lease("t", ends * 1_000, `user-${index}`), ends, lead });
          expiry.remember(announced.at(-1)!.lease, lead * 1_000);
          const shown = announced.filter((one) => one.ends >= now - 60);
          if (shown.length > 8) continue;
          for (const one of shown) expect(expiry.announcedOf(one.lease)?.lead).toBe(one.lead * 1_000);
        }
        expect(expiry.announced("t").length).toBeLessThanOrEqual(8);
      }),
    );
  });
});
