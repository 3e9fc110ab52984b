/** The promises of a feed, checked against the server's own history under a hundred seeds; and a test of the checks themselves. */
import type { Entry } from "@evalwire/core/feed";
import { describe, expect, it } from "vitest";
import { type FeedOptions, simulateFeed } from "../feed/simulateFeed.ts";

/** As many as one likes by `pnpm --filter @evalwire/simulation simulate:feed`. */
const perTest = 20;

describe("a feed keeps its promises", () => {
  it.each(Array.from({ length: 5 }, (_, index) => 1 + index * perTest))("from seed %i", async (from) => {
    for (let seed = from; seed < from + perTest; seed++) {
      const { broken } = await simulateFeed(seed);
      expect(broken, `seed ${seed}`).toBeUndefined();
    }
  });

  it("and a seed plays the same", async () => {
    for (const seed of [3, 14]) expect(await simulateFeed(seed)).toEqual(await simulateFeed(seed));
  });
});

// Numbers that hide what is missing.
const renumbered = (): ((entry: Entry) => Entry) => {
  let number = 0;
  return (entry) => {
    if (entry.kind === "snapshot") number = entry.number;
    if (entry.kind === "news") number++;
    return { ...entry, number };
  };
};

const broken: Record<string, () => FeedOptions> = {
  // Rare as things are: the older publisher has to be cut off for longer than its office, and come back.
  "a log that refuses no writer": () => ({
    doubles: { isFenced: false },
    weights: { freeze: 30, thaw: 12, join: 15, quiet: 25 },
  }),
  "holes that the numbers hide": () => ({ doubles: { change: renumbered() } }),
  "a task that is left out of the news": () => ({
    doubles: {
      change: (entry) =>
        entry.kind === "news"
          ? { ...entry, news: entry.news.filter((one) => !("row" in one) || one.row[2] !== "COMPLETED") }
          : entry,
    },
  }),
  "a publisher's clock that is an hour ahead": () => ({
    doubles: {
      change: (entry) =>
        entry.kind === "news" || entry.serverTime === null
          ? entry
          : { ...entry, serverTime: entry.serverTime + 3_600_000 },
    },
  }),
};

describe("what breaks a promise is found", () => {
  it.each(Object.keys(broken))("%s", async (name) => {
    let found: number | undefined;
    for (let seed = 1; seed <= 300 && found === undefined; seed++) {
      found = (await simulateFeed(seed, broken[name]!())).broken?.promise;
    }
    expect(found).toBeGreaterThan(0);
  });
});
