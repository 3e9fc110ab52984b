/** How a follower reconnects: 21, for any beat of its feed. */
import { describe, expect, it } from "vitest";
import type { FeedSource } from "../../src/feed/Feed.ts";
import { follow } from "../../src/feed/follow.ts";
import { memoryFeed } from "../../src/feed/memoryFeed.ts";
import { publish } from "../../src/feed/publish.ts";
import { stage } from "../watch/watching.ts";

describe("A follower whose source does not answer for a minute", () => {
  for (const beat of ["300 millis", "1 second", "5 seconds"] as const) {
    it(`keeps connecting, and is synced once it answers, at a beat of ${beat}`, async () => {
      const { clock, watch } = stage(2);
      const feed = memoryFeed("e1", { clock });
      await using _publication = publish(() => watch(), feed, { clock, seed: 1, beat });
      await clock.advance("5 seconds");
      let isAnswering = true;
      const openedAt: Array<number> = [];
      const leaves = new Set<() => void>();
      const source: FeedSource = {
        evaluationId: "e1",
        open: (from, receiver) => {
          openedAt.push(clock.now());
          if (!isAnswering) return () => undefined;
          const leave = feed.open(from, receiver);
          leaves.add(leave);
          return leave;
        },
      };
      await using follower = follow(source, { clock, seed: 1 });
      follower.onChange(() => undefined);
      await clock.advance("10 seconds");
      expect(follower.status._tag).toBe("synced");
      // Connections that are there fall silent, and new ones are never answered.
      isAnswering = false;
      for (const leave of leaves) leave();
      const before = openedAt.length;
      await clock.advance("1 minute");
      expect(follower.status._tag).toBe("degraded");
      expect(openedAt.length - before).toBeGreaterThanOrEqual(4);
      isAnswering = true;
      await clock.advance("22 seconds");
      expect(follower.status._tag).toBe("synced");
    });
  }
});
