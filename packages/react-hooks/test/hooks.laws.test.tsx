/** All interleavings of what a watch does and what a page does: what is shown is what the watch knows, and nothing is left behind. */

import type { TaskRow } from "@evalwire/core";
import type { ScriptedWatch } from "@evalwire/core/testing";
import { act, cleanup, render } from "@testing-library/react";
import fc from "fast-check";
import { expect, it } from "vitest";
import { progressOf, selectTasks, useEvaluationProgress, useTask, useTaskEvents, useTasks } from "../src/index.ts";
import { stage } from "./harness.tsx";
import { event, isClosed, row, watchOf } from "./rows.ts";

const ids = ["a", "b", "c", "d"];
const statuses = ["PENDING", "PENDING_REDO", "COMPLETED", "ESCALATED"];
const byId = (a: TaskRow, b: TaskRow) => (a.id < b.id ? -1 : 1);
const open = { status: ["PENDING", "PENDING_REDO"], orderBy: byId };

const List = () => <p data-testid="list">{useTasks("ev_1", open).map((task) => `${task.id}:${task.priority} `)}</p>;
const One = () => <p data-testid="one">{String(useTask("ev_1", "a")?.status)}</p>;
const Held = () => <p data-testid="held">{useEvaluationProgress("ev_1").held}</p>;
const Heard = ({ onEvent }: { onEvent: (id: string) => void }) => {
  // Events the test emitted by hand, not those that follow from its changes.
  useTaskEvents("ev_1", { limit: 2, onEvent: ({ id }) => id.includes("/") && onEvent(id) });
  return null;
};

/** Looks throughout, so that the watch stays the same one. */
const Steady = () => {
  useTasks("ev_1");
  return null;
};

const components = ["list", "one", "held", "heard"] as const;
type Shown = ReadonlySet<(typeof components)[number]>;

/** The text of the page, beside the state of the watch. */
const agrees = (container: HTMLElement, watch: ScriptedWatch, shown: Shown) => {
  const text = (id: string) => container.querySelector(`[data-testid=${id}]`)?.textContent;
  const snapshot = watch.snapshot();
  const tasks = selectTasks(snapshot.tasks.values(), open);
  expect(text("list")).toBe(
    shown.has("list") ? tasks.map((task) => `${task.id}:${task.priority} `).join("") : undefined,
  );
  expect(text("one")).toBe(shown.has("one") ? String(snapshot.tasks.get("a")?.status) : undefined);
  expect(text("held")).toBe(shown.has("held") ? String(progressOf(snapshot).held) : undefined);
};

const onServer = fc.oneof(
  fc.record({
    type: fc.constant("put" as const),
    id: fc.constantFrom(...ids),
    status: fc.constantFrom(...statuses),
    priority: fc.nat(3),
    assigned_to: fc.constantFrom(null, "ada", "bo"),
  }),
  fc.record({ type: fc.constant("remove" as const), id: fc.constantFrom(...ids) }),
  fc.record({ type: fc.constant("emit" as const), id: fc.constantFrom(...ids) }),
);
const onPage = fc.subarray([...components]);
const some = { minLength: 1, maxLength: 8 };

it("for any order of changes, events, mounts and unmounts, the page shows the watch's state", async () => {
  const law = async (
    scheduler: fc.Scheduler,
    changes: ReadonlyArray<typeof onServer extends fc.Arbitrary<infer C> ? C : never>,
    pages: ReadonlyArray<ReadonlyArray<(typeof components)[number]>>,
  ) => {
    const { watch, opened, wrapper } = stage(
      watchOf(
        "ev_1",
        ids.map((id) => row(id)),
      ),
    );
    const heard: Array<string> = [];
    const expected: Array<string> = [];
    let shown: Shown = new Set(components);
    const page = () => (
      <>
        {shown.has("list") ? <List /> : null}
        {shown.has("one") ? <One /> : null}
        {shown.has("held") ? <Held /> : null}
        {shown.has("heard") ? <Heard onEvent={(id) => heard.push(id)} /> : null}
        <Steady />
      </>
    );
    const { container, rerender, unmount } = render(page(), { wrapper });

    const server = changes.map((change) => async () => {
      await act(async () => {
        if (change.type === "put") watch.put(row(change.id, change));
        else if (change.type === "remove") watch.remove(change.id);
        else {
          if (shown.has("heard")) expected.push(`task.updated/${change.id}`);
          watch.emit(event("task.updated", change.id));
        }
      });
      agrees(container, watch, shown);
    });
    const visitor = pages.map((next) => async () => {
      shown = new Set(next);
      // The event log leaves one microtask after its component; until then its events have no listener.
      await act(async () => rerender(page()));
      agrees(container, watch, shown);
    });
    const runs = [scheduler.scheduleSequence(server), scheduler.scheduleSequence(visitor)];
    await scheduler.waitIdle();
    for (const run of runs) expect(run).toMatchObject({ done: true, faulty: false });

    expect(heard).toEqual(expected);
    expect(opened.length).toBe(1);
    unmount();
    await act(async () => undefined);
    expect([isClosed(watch), watch.listeners]).toEqual([true, 0]);
  };
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.array(onServer, some), fc.array(onPage, some), law).afterEach(cleanup),
    { numRuns: 60 },
  );
});
