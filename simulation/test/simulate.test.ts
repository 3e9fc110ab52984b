/** The watch's promises on both versions of the API, held against the server's own history. */
import process from "node:process";
import { describe, expect, it } from "vitest";
import { make } from "../Plan.ts";
import { simulate } from "../simulate.ts";

/** Four times as many as it takes to find what `broken.test.ts` breaks (9 at most); as many as one likes by `SEEDS`, and by `npm run simulate`. */
const seeds = Number(process.env["SEEDS"] ?? 40);
const perTest = 10;
const v5Seeds = 8;

describe("the promises hold", () => {
  it.each(Array.from({ length: Math.ceil(seeds / perTest) }, (_, index) => 1 + index * perTest))(
    "from seed %i",
    async (from) => {
      for (let seed = from; seed < from + perTest; seed++) {
        const { broken } = await simulate(seed, { api: "v4" });
        expect(broken, `seed ${seed}`).toBeUndefined();
      }
    },
  );

  it("on v5, too", async () => {
    let events = 0;
    for (let seed = 1; seed <= v5Seeds; seed++) {
      const { broken, counts } = await simulate(seed, { api: "v5" });
      expect(broken, `seed ${seed} on v5`).toBeUndefined();
      events += counts.events;
    }
    expect(events).toBeGreaterThan(10 * v5Seeds);
  });

  it("and a seed plays the same, line by line", async () => {
    for (const [seed, api] of [
      [3, "v4"],
      [14, "v4"],
      [159, "v4"],
      [14, "v5"],
    ] as const) {
      const options = { isTraced: true, api };
      const [once, again] = [await simulate(seed, options), await simulate(seed, options)];
      expect(once.trace.length).toBeGreaterThan(10);
      expect(again).toEqual(once);
    }
  });
});

it("the version of the API is drawn apart from everything else", () => {
  const seeds = Array.from({ length: 400 }, (_, seed) => seed);
  const drawn = seeds.filter((seed) => make(seed).api === "v5");
  expect(drawn.length).toBeGreaterThan(60);
  expect(drawn.length).toBeLessThan(140);
  for (const seed of drawn.slice(0, 20)) {
    const [v4, v5] = [make(seed, 30, undefined, "v4"), make(seed, 30, undefined, "v5")];
    expect({ ...v5, api: "v4", steps: [] }).toEqual({ ...v4, steps: [] });
  }
});

it("histories are requested, and report versions that a poll by itself does not", async () => {
  const outcomes = await Promise.all(
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((seed) => simulate(seed, { faults: ["history"], api: "v4" })),
  );
  expect(outcomes.map(({ broken }) => broken)).toEqual(Array.from({ length: 12 }, () => undefined));
  expect(outcomes.reduce((sum, { counts }) => sum + counts.exact, 0)).toBeGreaterThan(10);
});
