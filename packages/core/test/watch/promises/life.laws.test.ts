/** Promises of a watch on its poller and its end: 11 and 14. Each law has the number of its sentence in the module comment of `Watch`. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { faultCommands, play } from "../commands.ts";
import { apis, brief, patience, record, stage } from "../watching.ts";

describe.each(apis)("A watch on %s promises", (api) => {
  describe("11. one poller per client and evaluation", () => {
    it("is shared by all watches and subscribers, and its polls never overlap", async () => {
      const on = stage(3, { api });
      on.platform.latencyMillis = 5_000;
      const open = [on.watch(), on.watch(), on.watch()];
      for (const live of open) for (let count = 0; count < 3; count++) record(live);
      await on.clock.advance("2 minutes");
      const reference = stage(3, { api });
      reference.platform.latencyMillis = 5_000;
      const single = reference.watch();
      await reference.clock.advance("2 minutes");
      expect(on.platform.requests).toHaveLength(reference.platform.requests.length);
      expect(on.platform.mostInFlight).toBe(1);
      await Promise.all([...open, single].map((live) => live.close()));
    });

    it("stops after the last and not before", async () => {
      const on = stage(1, { api });
      const [first, second] = [on.watch(), on.watch()];
      await on.clock.until(first.ready);
      await first.close();
      const before = on.platform.requests.length;
      await on.clock.advance("2 minutes");
      expect(on.platform.requests.length).toBeGreaterThan(before);
      await second.close();
      const after = on.platform.requests.length;
      await on.clock.advance("10 minutes");
      expect(on.platform.requests).toHaveLength(after);
      expect(on.clock.pending).toBe(0);
    });

    it("rests after the last listener and catches up for the next; who leaves and comes back at once interrupts nothing", async () => {
      const on = stage(1, { api });
      await using live = on.watch();
      const undo = live.onChange(() => undefined);
      await on.clock.until(live.ready);
      undo();
      const back = live.onChange(() => undefined);
      await on.clock.advance("1 second");
      expect(live.status._tag).toBe("synced");
      back();
      await on.clock.advance("1 second");
      expect([on.clock.pending, on.tab.listeners, on.platform.writers]).toEqual([0, 0, 0]);
      on.platform.complete("t1");
      const events = record(live, { types: ["task.added", "task.status_changed", "watch.synced"] });
      await on.clock.advance("10 seconds");
      expect(brief(events)).toEqual(["task.added t1", "task.status_changed t1", "watch.synced"]);
      expect(events[1]).toMatchObject({ gap: true });
    });

    it("shares the poller of others who set one to work while it rested", async () => {
      const on = stage(2, { api });
      await using first = on.watch();
      const leave = first.onChange(() => undefined);
      await on.clock.until(first.ready);
      leave();
      await on.clock.advance("1 second");
      await using second = on.watch();
      await on.clock.until(second.ready);
      const events = record(first, { types: ["task.added", "task.status_changed"] });
      on.platform.requests.length = 0;
      on.platform.complete("t1");
      await on.clock.advance("10 seconds");
      expect(brief(events)).toEqual(["task.added t1", "task.added t2", "task.status_changed t1"]);
      expect(first.snapshot()).toBe(second.snapshot());
      expect(first.stats()).toEqual(second.stats());
    });

    it("restarts its scan after it has rested in the middle of one", async () => {
      const on = stage(6, { api });
      on.platform.pageSize = 2;
      await using live = on.watch();
      const leave = live.onChange(() => undefined);
      while (on.platform.requests.at(-1)?.page !== 2) await on.clock.advance(1);
      leave();
      await on.clock.advance("1 minute");
      on.platform.requests.length = 0;
      live.onChange(() => undefined);
      await on.clock.advance("10 seconds");
      const third = api === "v4" ? 3 : 2;
      expect(on.platform.requests.flatMap(({ page }) => page ?? []).slice(0, 3)).toEqual([1, 2, third]);
    });

    it("a loop that is left stops it", async () => {
      const on = stage(1, { api });
      const live = on.watch();
      const seen = (async () => {
        for await (const event of live) return event.type;
        return undefined;
      })();
      await on.clock.advance("10 seconds");
      expect(await seen).toBe("evaluation.progressed");
      await on.clock.advance("1 second");
      expect([on.clock.pending, on.tab.listeners, on.platform.writers]).toEqual([0, 0, 0]);
      await live.close();
    });

    it("says when other options than those at work are requested", async () => {
      const on = stage(1, { api });
      const issues: Array<string> = [];
      await using _first = on.watch({ requestsPerMinute: 30 });
      await using second = on.watch({ requestsPerMinute: 10, interval: ["2 seconds", "1 minute"] });
      issues.push(...second.stats().issues.map(({ message }) => message));
      expect(issues).toEqual([expect.stringContaining("other values of: requestsPerMinute")]);
    });
  });

  describe("14. after close()", () => {
    it("nothing is left, whenever it comes: no timer, no listener, no request, no event", patience, async () => {
      await fc.assert(
        fc.asyncProperty(
          faultCommands(12),
          fc.integer({ min: 0, max: 5_000 }),
          fc.integer({ min: 0, max: 4_000 }),
          async (commands, after, latencyMillis) => {
            const on = stage(4, { api });
            on.platform.pageSize = 2;
            on.platform.latencyMillis = latencyMillis;
            const controller = new AbortController();
            const live = on.watch({ signal: controller.signal });
            const events = record(live);
            let changes = 0;
            live.onChange(() => changes++);
            const looping = (async () => {
              for await (const _event of live);
            })();
            await play(on, live, commands);
            await on.clock.advance(after);
            const isWriting = on.clock.pending;
            await live.close();
            await live.close();
            await looping;
            expect(on.clock.pending).toBeLessThan(isWriting + 1);
            const [reported, changed, asked] = [events.length, changes, on.platform.requests.length];
            await on.clock.advance("10 minutes");
            expect([events.length, changes, on.platform.requests.length]).toEqual([reported, changed, asked]);
            expect([on.clock.pending, on.tab.listeners, on.platform.writers, on.platform.inFlight]).toEqual([
              0, 0, 0, 0,
            ]);
            expect(live.status._tag).toBe("closed");
          },
        ),
        { numRuns: 40 },
      );
    });

    it("a subscription made later ends at once, and ready rejects if it never came", async () => {
      const on = stage(1, { api });
      const live = on.watch();
      await live.close();
      await expect(live.ready).rejects.toMatchObject({ reason: { _tag: "Aborted" } });
      const ends: Array<unknown> = [];
      live.subscribe(() => undefined, { onEnd: (error) => ends.push(error) });
      for await (const event of live) ends.push(event);
      expect(ends).toEqual([undefined]);
    });

    it("a signal closes the watch or a subscription, and keeps no listener of those that are closed", async () => {
      const on = stage(1, { api });
      const controller = new AbortController();
      const { signal } = controller;
      let listeners = 0;
      const add = signal.addEventListener.bind(signal);
      const remove = signal.removeEventListener.bind(signal);
      signal.addEventListener = (...args: Parameters<typeof add>) => {
        listeners++;
        add(...args);
      };
      signal.removeEventListener = (...args: Parameters<typeof remove>) => {
        listeners--;
        remove(...args);
      };
      for (let count = 0; count < 20; count++) {
        const live = on.watch({ signal });
        live.subscribe(() => undefined, { signal })();
        await live.close();
      }
      expect(listeners).toBe(0);
      const live = on.watch({ signal });
      const other = on.watch();
      const ends: Array<unknown> = [];
      other.subscribe(() => undefined, { signal, onEnd: (error) => ends.push(error) });
      controller.abort();
      expect(live.status._tag).toBe("closed");
      expect(ends).toEqual([undefined]);
      expect(other.status._tag).toBe("connecting");
      await other.close();
      expect(on.watch({ signal }).status._tag).toBe("closed");
    });

    it("leaving an await using block closes it", async () => {
      const on = stage(1, { api });
      {
        await using live = on.watch();
        await on.clock.until(live.ready);
      }
      expect([on.clock.pending, on.platform.writers]).toEqual([0, 0]);
    });
  });
});
