import { queue } from "@evalwire/tasks";
import { act, cleanup, renderHook } from "@testing-library/react";
import fc from "fast-check";
import { expect, it } from "vitest";
import { useQueue } from "../src/index.ts";
import { settle, stage } from "./harness.tsx";
import { row, watchOf } from "./rows.ts";

const start = Date.UTC(2030, 0, 1);
const held = (id: string, minutes: number) =>
  row(id, { assigned_to: "ada", assignment_expires_at: new Date(start + minutes * 60_000).toISOString() });

it("after any changes the views are those of the tasks as they are", async () => {
  const change = fc.record({
    id: fc.constantFrom("a", "b", "c", "d"),
    status: fc.constantFrom("PENDING", "PENDING_REDO", "COMPLETED", "NOT_READY"),
    assigned_to: fc.constantFrom(null, "ada", "ben"),
    priority: fc.nat(3),
    isGone: fc.boolean(),
  });
  await fc.assert(
    fc
      .asyncProperty(fc.array(change, { maxLength: 12 }), async (changes) => {
        const { watch, wrapper } = stage(watchOf("ev_1", [held("a", 5), row("b")]));
        const views = ({ counts, ready, held }: { counts: any; ready: any; held: any }) => [
          counts(),
          ready()
            .map(({ id }: { id: string }) => id)
            .toSorted(),
          held()
            .map(({ task }: { task: { id: string } }) => task.id)
            .toSorted(),
        ];
        const { result } = renderHook(() => useQueue("ev_1", { select: views }), { wrapper });
        for (const { isGone, ...fields } of changes) {
          await act(async () => {
            if (isGone) watch.remove(fields.id);
            else watch.put(row(fields.id, fields));
          });
          const rebuilt = queue.index([...watch.snapshot().tasks.values()]);
          expect(result.current).toEqual(
            views({
              counts: () => rebuilt.counts(start),
              ready: () => rebuilt.ready(start),
              held: () => rebuilt.held(start),
            }),
          );
        }
      })
      .afterEach(cleanup),
    { numRuns: 30 },
  );
});

it("only time moves a lease from held to overdue, and an unchanged selection renders nothing", async () => {
  const { clock, wrapper } = stage(watchOf("ev_1", [held("a", 1), row("b")]));
  let renders = 0;
  const select = (views: { counts: () => queue.QueueCounts }) => views.counts();
  const { result } = renderHook(
    () => {
      renders++;
      return useQueue("ev_1", { select });
    },
    { wrapper },
  );
  expect(result.current).toMatchObject({ held: 1, overdue: 0, ready: 1 });
  const before = renders;
  await act(() => clock.advance("59 seconds"));
  expect(renders).toBe(before);
  await act(() => clock.advance("1 second"));
  expect(result.current).toMatchObject({ held: 0, overdue: 1 });
});

it("all components of a watch share one index, which goes with the last", async () => {
  const { watch, wrapper } = stage(watchOf("ev_1", [row("a")]));
  const first = renderHook(() => [useQueue("ev_1")?.counts().total, useQueue("ev_1")?.ready(5).length], { wrapper });
  expect(first.result.current).toEqual([1, 1]);
  // One listener of the open watch, one of the index.
  expect(watch.listeners).toBe(2);
  first.unmount();
  await settle();
  expect(watch.listeners).toBe(0);
});
