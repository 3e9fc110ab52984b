/** Promises of a watch to a consumer that is stopped and resumes: 16. Each law has the number of its sentence in the module comment of `Watch`. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { WatchEvent } from "../../../src/watch/event/Event.ts";
import { ConsumerState } from "../ConsumerState.ts";
import { calmCommands, play } from "../commands.ts";
import { apis, brief, patience, record, stage } from "../watching.ts";

const isClocked = (event: WatchEvent) => event.type === "assignment.expiring" || event.type === "assignment.expired";

describe.each(apis)("A watch on %s promises", (api) => {
  describe("16. a consumer's cursor", () => {
    it("loses no unhandled event, and repeats no handled one", patience, async () => {
      await fc.assert(
        fc.asyncProperty(
          calmCommands(25),
          calmCommands(10),
          fc.integer({ min: 1, max: 40 }),
          fc.constantFrom(1, 3, 1_024),
          fc.boolean(),
          fc.boolean(),
          async (before, after, handles, capacity, isClosedFirst, isOfWatch) => {
            const on = stage(3, { api });
            const first = on.watch();
            const prompt = record(first, { transient: true });
            const state = new ConsumerState();
            let left = handles;
            // It handles so many events, and then has one in hand that it never finishes.
            const place = first.subscribe(
              (event) => {
                if (left === 0) return new Promise(() => undefined);
                left--;
                return state.handle(event);
              },
              { capacity },
            );
            await play(on, first, before);
            await on.clock.advance("2 minutes");
            const emitted = prompt.filter(isClocked).map(({ id }) => id);
            const missing = emitted.filter((id) => !state.clocked.has(id));
            if (isClosedFirst) await first.close();
            const cursor = isOfWatch ? first.cursor() : place.cursor();
            if (!isClosedFirst) await first.close();
            await play(on, first, after);
            await using second = on.watch({ cursor });
            const events = record(second);
            await on.clock.advance("3 minutes");
            for (const event of events) state.handle(event);
            expect(state.faults).toEqual([]);
            expect(state.rows).toEqual(on.platform.rows());
            expect(missing.filter((id) => !state.clocked.has(id))).toEqual([]);
          },
        ),
        { numRuns: 150 },
      );
    });

    it("`for await` finishes an event when it requests the next; `ack` does it before", async () => {
      const on = stage(3, { api });
      await using live = on.watch();
      await on.clock.until(live.ready);
      const events = live.events();
      const iterator = events[Symbol.asyncIterator]();
      const resumed = async () => {
        const again = on.watch({ cursor: events.cursor() });
        const reported = record(again, { types: ["task.added"] });
        await on.clock.advance("3 minutes");
        await again.close();
        return brief(reported);
      };
      await iterator.next();
      const { value: second } = await iterator.next();
      expect(await resumed()).toEqual(["task.added t2", "task.added t3"]);
      events.ack(second!);
      expect(await resumed()).toEqual(["task.added t3"]);
    });

    it("of an event whose listener is at work says that it is not handled", async () => {
      const on = stage(2, { api });
      await using live = on.watch();
      await on.clock.until(live.ready);
      let finish: () => void = () => undefined;
      const place = live.subscribe(() => new Promise<void>((resolve) => (finish = resolve)), { types: ["task.added"] });
      await on.clock.advance(0);
      const rows = () => place.cursor().split("\n").length - 2;
      expect(rows()).toBe(0);
      finish();
      await on.clock.advance(0);
      expect(rows()).toBe(1);
      expect(live.cursor()).toBe(place.cursor());
    });

    it("manual: no more than `capacity` events are given without an ack, in any order", async () => {
      const on = stage(5, { api });
      await using live = on.watch();
      await on.clock.until(live.ready);
      const given: Array<WatchEvent> = [];
      const place = live.subscribe((event) => void given.push(event), {
        ack: "manual",
        capacity: 2,
        types: ["task.added"],
      });
      await on.clock.advance(0);
      expect(brief(given)).toEqual(["task.added t1", "task.added t2"]);
      place.ack(given[1] as never);
      await on.clock.advance(0);
      expect(brief(given)).toEqual(["task.added t1", "task.added t2", "task.added t3"]);
      const again = on.watch({ cursor: place.cursor() });
      const reported = record(again, { types: ["task.added"] });
      await on.clock.advance("3 minutes");
      expect(brief(reported).toSorted()).toEqual(["t1", "t3", "t4", "t5"].map((id) => `task.added ${id}`));
      await again.close();
    });

    // On v5 a change is one event.
    it.skipIf(api === "v5")("the rest of a change of which one event is handled is delivered unchanged", async () => {
      const on = stage(1, { api });
      await using live = on.watch();
      await on.clock.until(live.ready);
      const given: Array<WatchEvent> = [];
      const place = live.subscribe((event) => void given.push(event), {
        ack: "manual",
        types: ["assignment.created", "task.updated"],
      });
      on.platform.claim("t1", "ada", 600_000);
      on.platform.set("t1", { priority: 7 });
      await on.clock.advance("3 minutes");
      expect(brief(given)).toEqual(["assignment.created t1", "task.updated t1"]);
      place.ack(given[0] as never);
      const again = on.watch({ cursor: place.cursor() });
      const reported = record(again, { types: ["assignment.created", "task.updated"] });
      await on.clock.advance("3 minutes");
      expect(reported).toEqual([given[1]]);
      await again.close();
    });

    it("of two consumers the one behind counts, unless it only looks on", async () => {
      const on = stage(2, { api });
      await using live = on.watch();
      await on.clock.until(live.ready);
      record(live);
      await on.clock.advance(0);
      const whole = live.cursor();
      const leave = live.subscribe(() => new Promise(() => undefined), { transient: true });
      await on.clock.advance(0);
      expect(live.cursor()).toBe(whole);
      leave();
      live.subscribe(() => new Promise(() => undefined));
      await on.clock.advance(0);
      expect(live.cursor()).not.toBe(whole);
    });
  });
});
