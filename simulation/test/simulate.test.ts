/** The watch's promises, held against the server's own history under two hundred seeds; and the holding itself put to the test. */
import type { Watch } from "@evalwire/core";
import { describe, expect, it } from "vitest";
import { simulate } from "../simulate.ts";
import type { TestDoubles } from "../TestDoubles.ts";

const perTest = 20;

describe("the promises hold", () => {
  it.each(Array.from({ length: 10 }, (_, index) => 1 + index * perTest))("from seed %i", async (from) => {
    for (let seed = from; seed < from + perTest; seed++) {
      const { broken } = await simulate(seed);
      expect(broken, `seed ${seed}`).toBeUndefined();
    }
  });

  it("and a seed plays the same, line by line", async () => {
    for (const seed of [3, 14, 159]) {
      const [once, again] = [await simulate(seed, { isTraced: true }), await simulate(seed, { isTraced: true })];
      expect(once.trace.length).toBeGreaterThan(10);
      expect(again).toEqual(once);
    }
  });
});

it("histories are requested, and report versions that a poll by itself does not", async () => {
  const outcomes = await Promise.all(
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((seed) => simulate(seed, { faults: ["history"] })),
  );
  expect(outcomes.map(({ broken }) => broken)).toEqual(Array.from({ length: 12 }, () => undefined));
  expect(outcomes.reduce((sum, { counts }) => sum + counts.exact, 0)).toBeGreaterThan(10);
});

/** The watch, with the events of its subscribers passed through `emit`. */
const emitting =
  (emit: (event: Parameters<Parameters<Watch["subscribe"]>[0]>[0], listener: (event: unknown) => unknown) => unknown) =>
  (watch: Watch): Watch =>
    new Proxy(watch, {
      get: (target, name) => {
        if (name === "subscribe") {
          return (listener: (event: unknown) => unknown, options: object) =>
            target.subscribe((event) => emit(event, listener), options);
        }
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });

const broken: Record<string, TestDoubles> = {
  "a change that is not reported": {
    watch: emitting((event, listener) => (event.type === "task.status_changed" ? undefined : listener(event))),
  },
  "a lease's end reported twice": {
    watch: emitting(async (event, listener) => {
      await listener(event);
      if (event.type === "assignment.expired") await listener(event);
    }),
  },
  "a server's clock that is read an hour ahead": {
    fetch: (fetch) => async (url, init) => {
      const response = await fetch(url, init);
      const date = Date.parse(response.headers.get("date") ?? "");
      if (Number.isNaN(date)) return response;
      const headers = new Headers(response.headers);
      headers.set("date", new Date(date + 3_600_000).toUTCString());
      return new Response(response.body, { status: response.status, headers });
    },
  },
  "a history without some version": {
    fetch: (fetch) => async (url, init) => {
      const response = await fetch(url, init);
      if (!url.includes("/history") || response.status !== 200) return response;
      const versions = (await response.json()) as ReadonlyArray<unknown>;
      const rest = versions.filter((_, index) => index !== versions.length - 2 || versions.length < 3);
      return new Response(JSON.stringify(rest), { status: 200, headers: response.headers });
    },
  },
  "a cursor that is lost": { cursor: () => undefined },
  "writes that the watch hears nothing of": { writer: "other" },
};

describe("what breaks a promise is found", () => {
  it.each(Object.keys(broken))("%s", async (name) => {
    let found: number | undefined;
    for (let seed = 1; seed <= 60 && found === undefined; seed++) {
      found = (await simulate(seed, { doubles: broken[name]! })).broken?.promise;
    }
    expect(found).toBeGreaterThan(0);
  });
});
