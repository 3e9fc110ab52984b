import { expect, it } from "vitest";
import { sampled, type Timer } from "../../src/live/sampled.ts";

const stage = () => {
  let now = 0;
  let value = 0;
  const due: Array<{ readonly at: number; readonly callback: () => void }> = [];
  const listeners = new Set<() => void>();
  const timer: Timer = {
    now: () => now,
    after: (millis, callback) => {
      const entry = { at: now + millis, callback };
      due.push(entry);
      return () => void due.splice(due.indexOf(entry), 1);
    },
  };
  const source = {
    snapshot: () => value,
    onChange: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  return {
    timer,
    source,
    listeners,
    due,
    set: (next: number) => {
      value = next;
      for (const listener of [...listeners]) listener();
    },
    pass: (millis: number) => {
      now += millis;
      for (const entry of [...due]) {
        if (entry.at > now) continue;
        due.splice(due.indexOf(entry), 1);
        entry.callback();
      }
    },
  };
};

it("1. shows the first change at once, and later ones together", () => {
  const on = stage();
  const store = sampled(on.source, 100, (n) => n * 10, on.timer);
  const seen: Array<number> = [];
  store.onChange(() => seen.push(store.snapshot()));
  on.pass(1_000);
  on.set(1);
  for (let value = 2; value <= 50; value++) on.set(value);
  expect(seen).toEqual([10]);
  on.pass(100);
  expect(seen).toEqual([10, 500]);
});

it("2. stands still while it is held, and shows what came when it is let go", () => {
  const on = stage();
  const store = sampled(on.source, 100, (n) => n, on.timer);
  const seen: Array<number> = [];
  store.onChange(() => seen.push(store.snapshot()));
  on.set(1);
  store.hold(true);
  on.set(2);
  on.pass(1_000);
  expect([store.snapshot(), store.isHeld]).toEqual([1, true]);
  store.hold(false);
  expect(seen).toEqual([1, 2]);
});

it("3. reads through without listeners, and leaves no timer behind", () => {
  const on = stage();
  const store = sampled(on.source, 100, (n) => n, on.timer);
  on.set(3);
  expect(store.snapshot()).toBe(3);
  const leave = store.onChange(() => undefined);
  on.set(4);
  on.set(5);
  leave();
  expect([on.due.length, on.listeners.size, store.snapshot()]).toEqual([0, 0, 5]);
});

it("misses nothing that changes between the first look and the subscription", () => {
  const on = stage();
  const store = sampled(on.source, 100, (n) => n, on.timer);
  expect(store.snapshot()).toBe(0);
  on.set(1);
  store.onChange(() => undefined);
  expect(store.snapshot()).toBe(1);
});
