/** A consumer that saves its cursor behind each event, killed at any point: the next process begins where the last save was. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { persistCursor } from "../../src/plugin/persistCursor.ts";
import { ConsumerState } from "../watch/ConsumerState.ts";
import { patience } from "../watch/watching.ts";
import { evaluation, type Tasks } from "./evaluation.ts";

/** The person who holds the task of an index from now on. */
type Change = [index: number, who: string | null];

/** Changes of the tasks before and during a process, and after how many steps of its work it is killed. */
interface Life {
  readonly before: ReadonlyArray<Change>;
  readonly during: ReadonlyArray<Change>;
  readonly steps: number;
}

const changes = fc.array(fc.tuple(fc.nat(2), fc.constantFrom("ada", "bob", null)), { maxLength: 3 });
const life: fc.Arbitrary<Life> = fc.record({
  before: changes,
  during: changes,
  steps: fc.oneof(fc.nat(4), fc.nat(24)),
});

/** Killed between two events of one change; then behind the second of them, before the watch has emitted anything. */
const killedInOneChange: Array<Life> = [
  { before: [], during: [[0, "bob"]], steps: 8 },
  { before: [], during: [[0, "ada"]], steps: 2 },
  { before: [], during: [], steps: 2 },
];

describe("persistCursor", () => {
  it(
    "a process that is killed repeats no event that was handled and saved, and the next one loses none",
    patience,
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(life, { minLength: 2, maxLength: 5 }), async (drawn) => {
          const store = new Map<string, string>();
          const tasks: Tasks = {};
          let version = 0;
          const give = (index: number, who: string | null) => {
            const held = { assigned_to: who!, assignment_expires_at: `2031-01-01T00:00:${10 + (version++ % 50)}Z` };
            tasks[`t${index}`] = { status: "PENDING", ...(who === null ? {} : held) };
          };
          for (const index of [0, 1, 2]) give(index, null);
          let saved = new ConsumerState();
          const last: Life = { before: [], during: [], steps: Number.POSITIVE_INFINITY };
          for (const { before, during, steps } of [...drawn, last]) {
            const state = saved.copy();
            let left = steps;
            let isKilled = false;
            const shelf = {
              get: (key: string) => store.get(key),
              set: (key: string, value: string) => isKilled || store.set(key, value),
            };
            const cursors = persistCursor({ store: shelf, every: "1 hour" });
            const world = evaluation({ plugins: [cursors] });
            for (const change of before) give(...change);
            Object.assign(world.tasks, tasks);
            const live = world.client.watch("e1", {
              interval: ["5 seconds", "5 seconds"],
              ...(await cursors.resume("e1")),
            });
            const events = live.events();
            /** Nothing more is done by a process that was killed; its watch goes on, unseen. */
            const step = async () => {
              if (left-- > 0) return;
              isKilled = true;
              await new Promise(() => undefined);
            };
            const work = async () => {
              for await (const event of events) {
                if (!("taskId" in event)) continue;
                await step();
                state.handle(event);
                await step();
                events.ack(event);
                await cursors.save();
                saved = state.copy();
              }
            };
            void work();
            await world.clock.until(live.ready);
            for (const change of during) {
              give(...change);
              Object.assign(world.tasks, tasks);
              await world.clock.advance("6 seconds");
            }
            const { tasks: rows } = live.snapshot();
            isKilled = true;
            await world.clock.until(world.client.close());
            expect(state.faults).toEqual([]);
            if (steps === last.steps) expect(state.rows).toEqual(rows);
          }
        }),
        { numRuns: 40, examples: [[killedInOneChange]] },
      );
    },
  );
});
