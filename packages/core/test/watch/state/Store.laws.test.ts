import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leaseOf } from "../../../src/watch/event/TaskRow.ts";
import * as Changes from "../../../src/watch/state/Changes.ts";
import { Store } from "../../../src/watch/state/Store.ts";
import { tasks } from "../rows.ts";

const look = {
  evaluationId: "e1",
  time: "2030-01-01T00:00:00.000Z",
  origin: "server",
  isInterrupted: false,
  replay: false,
} as const;
const status = { _tag: "connecting", since: look.time } as const;

const storeOf = (initial: Changes.Tasks, onFailure: (error: unknown) => void = () => undefined) =>
  new Store({ evaluationId: "e1", evaluation: undefined, tasks: initial, status }, onFailure);

const leasesOf = (all: Changes.Tasks) =>
  new Map([...all.values()].flatMap((row) => [leaseOf(row)].flatMap((lease) => (lease ? [[row.id, lease]] : []))));

describe("Store", () => {
  it("a snapshot never changes, and shows what the changes up to it add up to", () => {
    fc.assert(
      fc.property(fc.array(tasks, { minLength: 1, maxLength: 6 }), (states) => {
        const store = storeOf(new Map());
        const taken = states.map((next) => {
          store.apply(Changes.diff(store.tasks, next), look);
          return { snapshot: store.snapshot(), next: new Map(next) };
        });
        for (const { snapshot, next } of taken) {
          expect(snapshot.tasks).toEqual(next);
          expect(snapshot.leases).toEqual(leasesOf(next));
        }
      }),
    );
  });

  it("snapshot, tasks and leases are the same references until something in them changes", () => {
    fc.assert(
      fc.property(tasks, tasks, (a, b) => {
        const store = storeOf(a);
        const before = store.snapshot();
        expect(store.snapshot()).toBe(before);
        const changes = Changes.diff(a, b);
        store.apply(changes, look);
        const after = store.snapshot();
        expect(after === before).toBe(changes.size === 0);
        expect(after.tasks === before.tasks).toBe(changes.size === 0);
        const [were, are] = [leasesOf(a), leasesOf(b)];
        const isSame = JSON.stringify([...were].sort()) === JSON.stringify([...are].sort());
        expect(after.leases === before.leases).toBe(isSame);
        store.setStatus({ _tag: "synced", since: look.time });
        expect(store.snapshot()).not.toBe(after);
        expect(store.snapshot().tasks).toBe(after.tasks);
      }),
    );
  });

  it("a listener that throws affects no other, and one that leaves from within is not called again", () => {
    const failures: Array<unknown> = [];
    const store = storeOf(new Map(), (error) => failures.push(error));
    const calls: Array<string> = [];
    store.listen(() => {
      throw new Error("no");
    });
    const leave = store.listen(() => {
      calls.push("once");
      leave();
    });
    store.listen(() => calls.push("always"));
    store.setStatus(status);
    store.setStatus(status);
    expect(calls).toEqual(["once", "always", "always"]);
    expect(failures.map(String)).toEqual(["Error: no", "Error: no"]);
  });
});
