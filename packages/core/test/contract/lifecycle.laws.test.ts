import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as Lifecycle from "../../src/contract/lifecycle.ts";

const known = fc.constantFrom(...Lifecycle.statuses);
const trigger = fc.constantFrom(...Lifecycle.triggers);
const unknownTag = fc.string().filter((text) => !Lifecycle.isKnown(text));
const status = fc.oneof(known, unknownTag);
const pairs = Lifecycle.statuses.flatMap((from) => Lifecycle.statuses.map((to) => [from, to] as const));
const leaseTriggers: ReadonlyArray<Lifecycle.Trigger> = ["claim", "skip", "expire"];

describe("the table", () => {
  it("a status and a trigger lead to at most one status", () => {
    const keys = Lifecycle.moves.map((move) => `${move.from}/${move.trigger}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("names only known statuses and triggers, and uses each of them", () => {
    expect(new Set(Lifecycle.moves.map((move) => move.trigger))).toEqual(new Set(Lifecycle.triggers));
    expect(new Set(Lifecycle.moves.map((move) => move.to))).toEqual(new Set(Lifecycle.statuses));
    expect(new Set(Lifecycle.moves.map((move) => move.from))).toEqual(new Set([null, ...Lifecycle.statuses]));
  });

  it("canMove(a, b) = some trigger t has move(a, t) = b", () => {
    for (const [from, to] of pairs) {
      const reached = Lifecycle.triggers.some((each) => Lifecycle.move(from, each) === to);
      expect([from, to, Lifecycle.canMove(from, to)]).toEqual([from, to, reached]);
    }
  });

  it("triggersFrom(a) = the triggers t with move(a, t) defined", () => {
    for (const from of Lifecycle.statuses) {
      const expected = Lifecycle.triggers.filter((each) => Lifecycle.move(from, each) !== undefined);
      expect(new Set(Lifecycle.triggersFrom(from))).toEqual(new Set(expected));
    }
  });

  it("every status is reached from nothing", () => {
    const reached = new Set<string | null>([null]);
    for (const _ of Lifecycle.statuses)
      for (const move of Lifecycle.moves) if (reached.has(move.from)) reached.add(move.to);
    expect(reached).toEqual(new Set([null, ...Lifecycle.statuses]));
  });

  it("a task that exists is never created again", () => {
    for (const from of Lifecycle.statuses) {
      expect(Lifecycle.move(from, "create")).toBeUndefined();
      expect(Lifecycle.move(from, "createNotReady")).toBeUndefined();
    }
  });
});

describe("leases", () => {
  it("exactly the open statuses can be claimed, skipped and expire", () => {
    for (const from of Lifecycle.statuses)
      for (const each of leaseTriggers)
        expect([from, each, Lifecycle.move(from, each) !== undefined]).toEqual([from, each, Lifecycle.isOpen(from)]);
  });

  it("a lease given, moved, given up or expired leaves the status", () => {
    for (const move of Lifecycle.moves)
      if ([...leaseTriggers, "assign"].includes(move.trigger)) expect(move.to).toBe(move.from);
  });

  it("finished work is not assigned again", () => {
    for (const from of Lifecycle.statuses)
      if (Lifecycle.isDone(from)) expect(Lifecycle.move(from, "assign")).toBeUndefined();
  });
});

describe("kinds of status", () => {
  it("open, done and NOT_READY share no status and leave none out", () => {
    for (const each of Lifecycle.statuses) {
      const kinds = [Lifecycle.isOpen(each), Lifecycle.isDone(each), each === "NOT_READY"];
      expect([each, kinds.filter(Boolean).length]).toEqual([each, 1]);
    }
  });

  it("isTerminal(a) = no b other than a with canMove(a, b)", () => {
    expect(Lifecycle.statuses.filter(Lifecycle.isTerminal)).toEqual(["FIXED"]);
    for (const from of Lifecycle.statuses)
      expect(Lifecycle.isTerminal(from)).toBe(
        !pairs.some(([a, b]) => a === from && a !== b && Lifecycle.canMove(a, b)),
      );
  });

  it("every submit ends in done, and every open status can be submitted", () => {
    for (const from of Lifecycle.statuses) {
      const to = Lifecycle.move(from, "submit");
      expect([from, to === undefined ? false : Lifecycle.isDone(to)]).toEqual([from, Lifecycle.isOpen(from)]);
    }
  });
});

describe("strangers", () => {
  it("an unknown status is neither open, done nor terminal, and nothing moves from or to it", () => {
    fc.assert(
      fc.property(unknownTag, status, trigger, (unknown, other, each) => {
        expect(Lifecycle.isOpen(unknown)).toBe(false);
        expect(Lifecycle.isDone(unknown)).toBe(false);
        expect(Lifecycle.isTerminal(unknown)).toBe(false);
        expect(Lifecycle.canMove(unknown, other)).toBe(false);
        expect(Lifecycle.canMove(other, unknown)).toBe(false);
        expect(Lifecycle.move(unknown, each)).toBeUndefined();
        expect(Lifecycle.triggersFrom(unknown)).toEqual([]);
      }),
    );
  });

  it("names from Object.prototype are strangers too", () => {
    for (const name of ["constructor", "__proto__", "toString"]) {
      expect(Lifecycle.isKnown(name)).toBe(false);
      expect(Lifecycle.move(name, "submit")).toBeUndefined();
    }
  });
});

describe("what an update of the result means", () => {
  const patch = fc.record(
    {
      result: fc.constantFrom(null, {}, { q: "a" }),
      label_status: fc.constantFrom(null, "PENDING", "COMPLETED", "FAILED"),
      audit_status: fc.constantFrom(null, "UNAUDITED", "APPROVED", "FIXED"),
    },
    { requiredKeys: [] },
  );

  it("an update of an open task without a verdict is a submit, a save, or nothing", () => {
    fc.assert(
      fc.property(fc.constantFrom("PENDING", "PENDING_REDO"), patch, (from, { audit_status: _, ...work }) => {
        const cause = Lifecycle.triggerOf(from, work);
        expect([undefined, "submit", "save"]).toContain(cause);
        if (cause !== undefined) expect(Lifecycle.move(from, cause)).toBeDefined();
      }),
    );
  });

  it("label_status PENDING never finishes a task", () => {
    fc.assert(
      fc.property(known, patch, (from, { audit_status: _, ...work }) => {
        const cause = Lifecycle.triggerOf(from, { ...work, label_status: "PENDING" });
        expect(["save", "requestRevision"]).toContain(cause);
      }),
    );
  });

  it("a verdict goes before the answers sent with it", () => {
    fc.assert(
      fc.property(status, patch, (from, work) => {
        expect(Lifecycle.triggerOf(from, { ...work, audit_status: "APPROVED" })).toBe("approve");
        expect(Lifecycle.triggerOf(from, { ...work, audit_status: "FIXED" })).toBe("fix");
      }),
    );
  });

  it("an update without answers, label or verdict means nothing, nor does a label of FAILED", () => {
    fc.assert(
      fc.property(status, (from) => {
        expect(Lifecycle.triggerOf(from, {})).toBeUndefined();
        expect(Lifecycle.triggerOf(from, { audit_status: "UNAUDITED" })).toBeUndefined();
        expect(Lifecycle.triggerOf(from, { label_status: "FAILED", result: { q: "a" } })).toBeUndefined();
      }),
    );
  });
});
