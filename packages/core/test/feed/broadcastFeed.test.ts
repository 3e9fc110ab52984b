import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BroadcastFeed, shareWatch } from "../../src/feed/broadcastFeed.ts";
import { lead } from "../../src/feed/lead.ts";
import { memoryFeed } from "../../src/feed/memoryFeed.ts";
import { patience, stage } from "../watch/watching.ts";
import { Browser } from "./Browser.ts";
import { beatMillis, type Carrier, conforms } from "./Feed.conformance.ts";

const amongTabs = ({ clock }: ReturnType<typeof stage>): Carrier => {
  const browser = new Browser(clock);
  return {
    lead: (open) => {
      const tab = browser.open(beatMillis);
      const { feed } = tab;
      const candidacy = lead({ election: feed, sink: feed, open, clock, seed: browser.tabs.length, beat: beatMillis });
      feed.hears = async (write) => candidacy.publication?.hear(write);
      return {
        close: async () => {
          tab.thaw();
          await candidacy.close();
          await feed.close();
        },
        // It keeps its lock.
        kill: () => tab.freeze(),
      };
    },
    source: () => browser.open(beatMillis).feed,
    close: async () => {
      for (const tab of browser.tabs) await tab.feed.close();
      await clock.advance("10 seconds");
    },
  };
};

conforms("A feed among tabs", amongTabs);

const withTabs = async (count: number, body: (on: ReturnType<typeof share>) => Promise<void>) => {
  const on = share(count);
  await on.clock.advance("5 seconds");
  try {
    await body(on);
  } finally {
    for (const { tab, watch } of on.shares) {
      tab.thaw();
      await watch.close();
    }
    await on.clock.advance("30 seconds");
  }
  expect(on.clock.pending).toBe(0);
  expect(on.platform.writers).toBe(0);
};

const share = (count: number) => {
  const on = stage(3);
  const browser = new Browser(on.clock);
  const shares: Array<{ tab: ReturnType<Browser["open"]>; watch: ReturnType<typeof shareWatch> }> = [];
  const add = () => {
    const tab = browser.open(1_000);
    const watch = shareWatch(tab.feed, (options) => on.watch({ environment: tab, ...options }), {
      environment: tab,
      seed: 1,
    });
    watch.onChange(() => undefined);
    shares.push({ tab, watch });
    return { tab, watch };
  };
  for (let index = 0; index < count; index++) add();
  const publishing = () =>
    shares.filter(({ tab }) => tab.feed.isPublishing).map(({ tab }) => browser.tabs.indexOf(tab));
  return { ...on, browser, shares, add, publishing };
};

describe("The tabs of a browser", () => {
  it("poll as one, and all see the same", async () => {
    await withTabs(4, async ({ clock, platform, shares, publishing }) => {
      expect(publishing()).toEqual([0]);
      expect(platform.writers).toBe(1);
      platform.claim("t1", "ada", 600_000);
      await clock.advance("20 seconds");
      for (const { watch } of shares) expect(watch.snapshot().tasks).toEqual(platform.rows());
    });
  });

  it.each(["crash", "close"] as const)("go on when the one that polls is gone (%s)", async (how) => {
    await withTabs(3, async ({ clock, platform, shares, publishing }) => {
      const [first] = shares;
      if (how === "crash") first!.tab.crash();
      else await first!.watch.close();
      await clock.advance("1 second");
      expect(publishing().at(-1)).toBe(1);
      platform.claim("t2", "ada", 600_000);
      await clock.advance("20 seconds");
      for (const { watch } of shares.slice(1)) expect(watch.snapshot().tasks).toEqual(platform.rows());
    });
  });

  it("take the office from a frozen one, which stops when it thaws and reads on", async () => {
    await withTabs(3, async ({ clock, platform, shares, publishing }) => {
      shares[0]!.tab.freeze();
      await clock.advance("10 seconds");
      expect(publishing()).toContain(1);
      platform.claim("t2", "ada", 600_000);
      await clock.advance("10 seconds");
      shares[0]!.tab.thaw();
      await clock.advance("10 seconds");
      expect(publishing()).toHaveLength(1);
      expect(publishing()).not.toContain(0);
      for (const { watch } of shares) expect(watch.snapshot().tasks).toEqual(platform.rows());
      expect(platform.writers).toBe(1);
    });
  });

  it("yield the office to a visible one when they hide, and keep it while none is visible", async () => {
    await withTabs(3, async ({ clock, shares, publishing }) => {
      shares[1]!.tab.become({ visible: false });
      shares[0]!.tab.become({ visible: false });
      await clock.advance("5 seconds");
      expect(publishing()).toEqual([2]);
      shares[2]!.tab.become({ visible: false });
      await clock.advance("5 seconds");
      expect(publishing()).toEqual([2]);
      shares[1]!.tab.become({ visible: true });
      await clock.advance("5 seconds");
      expect(publishing()).toEqual([1]);
    });
  });

  it("a hidden one waits long before it takes the office, since timers of hidden tabs are slow", async () => {
    await withTabs(2, async ({ clock, shares, publishing }) => {
      shares[1]!.tab.become({ visible: false });
      shares[0]!.tab.freeze();
      await clock.advance("100 seconds");
      expect(publishing()).toEqual([0]);
      await clock.advance("40 seconds");
      expect(publishing()).toContain(1);
    });
  });

  it("one that comes late sees what the others see at once, also without a change", async () => {
    await withTabs(2, async ({ clock, platform, add }) => {
      const { watch } = add();
      await clock.advance("50 millis");
      expect(watch.snapshot().tasks).toEqual(platform.rows());
      expect(watch.status._tag).toBe("synced");
    });
  });

  it("begin with one whole state: a first tab writes no task to the channel, and does not wait where there is no other", async () => {
    const on = share(0);
    on.platform.latencyMillis = 20;
    const said: Array<string> = [];
    const post = on.browser.post.bind(on.browser);
    on.browser.post = (from, name, data) => {
      said.push(JSON.stringify(data));
      post(from, name, data);
    };
    const first = on.add();
    // As long as the evaluation and its tasks take to read, and less than the others would be waited for.
    await on.clock.advance("90 millis");
    expect(first.watch.snapshot().tasks).toEqual(on.platform.rows());
    expect(said.length).toBeGreaterThan(0);
    expect(said.filter((line) => line.includes("t1"))).toEqual([]);
    const second = on.add();
    await on.clock.advance("50 millis");
    expect(second.watch.snapshot().tasks).toEqual(on.platform.rows());
    for (const { watch } of [first, second]) await watch.close();
    await on.clock.advance("30 seconds");
  });

  it("that begin with the first pages go on with the others", async () => {
    const on = share(0);
    on.platform.pageSize = 1;
    const { watch } = on.add();
    await on.clock.advance("50 millis");
    expect(watch.snapshot().tasks.size).toBe(1);
    await on.clock.advance("5 seconds");
    expect(watch.snapshot().tasks).toEqual(on.platform.rows());
    expect(watch.status._tag).toBe("synced");
    await watch.close();
    await on.clock.advance("30 seconds");
  });

  it("tabs that ask before there is anything to say are answered as soon as there is", async () => {
    const on = share(0);
    on.platform.latencyMillis = 300;
    const first = on.add();
    // Whenever the first has read its tasks, some tab has just asked.
    while (first.watch.snapshot().tasks.size === 0) {
      on.add();
      await on.clock.advance("40 millis");
    }
    // Less than it takes until the next beat.
    await on.clock.advance("100 millis");
    expect(on.shares.length).toBeGreaterThan(8);
    for (const { watch } of on.shares) expect(watch.snapshot().tasks).toEqual(on.platform.rows());
    for (const { watch } of on.shares) await watch.close();
    await on.clock.advance("30 seconds");
  });

  it(
    "for any order of messages and locks: one tab publishes in the end, and all show the true state",
    patience,
    async () => {
      const action = fc.record({
        what: fc.constantFrom("freeze", "thaw", "crash", "add", "hide", "show", "change", "wait"),
        which: fc.nat(4),
      });
      await fc.assert(
        fc.asyncProperty(fc.scheduler(), fc.array(action, { maxLength: 14 }), async (scheduler, actions) => {
          const on = stage(2);
          const browser = new Browser(on.clock, () => scheduler.schedule(Promise.resolve()));
          const gone = new Set<number>();
          const tabs: Array<{ tab: ReturnType<Browser["open"]>; watch: ReturnType<typeof shareWatch> }> = [];
          const add = () => {
            const tab = browser.open(1_000);
            const watch = shareWatch(tab.feed, (options) => on.watch({ environment: tab, ...options }), {
              environment: tab,
              seed: 1,
            });
            watch.onChange(() => undefined);
            tabs.push({ tab, watch });
          };
          const run = async (millis: number) => {
            for (let left = millis; left > 0; left -= 250) {
              while (scheduler.count() > 0) {
                await scheduler.waitOne();
                await on.clock.advance(0);
              }
              await on.clock.advance(250);
            }
          };
          add();
          add();
          await run(1_000);
          for (const { what, which } of actions) {
            const index = which % tabs.length;
            const { tab } = tabs[index]!;
            if (what === "freeze") tab.freeze();
            else if (what === "thaw") tab.thaw();
            else if (what === "crash" && tabs.length - gone.size > 1) {
              gone.add(index);
              tab.crash();
            } else if (what === "add" && tabs.length < 5) add();
            else if (what === "hide" || what === "show") tab.become({ visible: what === "show" });
            else if (what === "change") on.platform.set("t1", { priority: which });
            await run(what === "wait" ? 3_000 : 250);
          }
          const left = tabs.filter((_, index) => !gone.has(index));
          for (const { tab } of left) {
            tab.thaw();
            tab.become({ visible: true });
          }
          on.platform.set("t2", { priority: 77 });
          await run(90_000);
          expect(left.filter(({ tab }) => tab.feed.isPublishing)).toHaveLength(1);
          for (const { watch } of left) {
            expect(watch.snapshot().tasks).toEqual(on.platform.rows());
            expect(watch.status._tag).toBe("synced");
          }
          for (const { tab, watch } of tabs) {
            tab.thaw();
            await watch.close();
          }
          await run(1_000);
        }),
        { numRuns: 15 },
      );
    },
  );

  it("without BroadcastChannel or Web Locks it is refused with a sentence", () => {
    const { channel } = { channel: () => ({ postMessage: () => {}, onmessage: null, close: () => {} }) };
    const locks = globalThis.navigator;
    Object.defineProperty(globalThis, "navigator", { value: undefined, configurable: true });
    try {
      expect(() => new BroadcastFeed("e1", { channel })).toThrow(/needs BroadcastChannel and Web Locks/);
    } finally {
      Object.defineProperty(globalThis, "navigator", { value: locks, configurable: true });
    }
    expect(memoryFeed("e1").readers).toBe(0);
  });
});
