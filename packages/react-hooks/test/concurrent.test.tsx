/** Concurrent rendering: a page never shows two states of one watch at once. */
import { act, render } from "@testing-library/react";
import * as React from "react";
import { createRoot } from "react-dom/client";
import { expect, it } from "vitest";
import { useTask, useTasks, useWatchStatus } from "../src/index.ts";
import { stage } from "./harness.tsx";
import { row, rows, watchOf } from "./rows.ts";

const readers = 40;

/** Keeps the thread busy, so that React stops between two readers and lets others run. */
const work = (millis: number) => {
  const until = performance.now() + millis;
  while (performance.now() < until);
};

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

it("does not tear while a transition is rendered in slices and the watch changes between them", async () => {
  const { watch, wrapper: Wrapper } = stage(watchOf("ev_1", rows(3)));
  const commits: Array<string> = [];
  /** The values the readers of one pass saw, in order. */
  const seen: Array<number | null | undefined> = [];
  let changes = 0;
  const Reader = ({ step }: { readonly step: number }) => {
    const priority = useTask("ev_1", "t0")?.priority;
    if (step > 0) {
      seen.push(priority);
      work(3);
      if (seen.length === 5) setImmediate(() => watch.put(row("t0", { priority: ++changes })));
    }
    return <i>{priority},</i>;
  };
  let start = (_: number) => undefined as void;
  let slices = 0;
  const Page = () => {
    const [step, setStep] = React.useState(0);
    start = (next) => React.startTransition(() => setStep(next));
    const host = React.useRef<HTMLParagraphElement>(null);
    React.useLayoutEffect(() => {
      commits.push(`${step}:${host.current?.textContent}`);
    });
    return (
      <p ref={host}>
        {Array.from({ length: readers }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the readers are all alike, and stay where they are.
          <Reader key={index} step={step} />
        ))}
      </p>
    );
  };
  // Not in `act`, which renders everything in one slice.
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: false });
  const root = createRoot(document.body.appendChild(document.createElement("div")));
  root.render(
    <Wrapper>
      <Page />
    </Wrapper>,
  );
  try {
    while (commits.length === 0) await turn();
    await turn();
    start(1);
    while (!commits.some((commit) => commit.startsWith("1:"))) {
      if (seen.length > 0 && seen.length < readers) slices++;
      await turn();
    }
  } finally {
    root.unmount();
    Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  }
  // Otherwise it would have shown nothing: the change came in the middle of a pass.
  expect([slices > 0, changes]).toEqual([true, 1]);
  for (const commit of commits)
    expect(
      new Set(
        commit
          .slice(2)
          .split(",")
          .filter((each) => each !== ""),
      ).size,
    ).toBeLessThanOrEqual(1);
});

it("a deferred list lags behind as a whole, and catches up", async () => {
  const { watch, wrapper } = stage(watchOf("ev_1", rows(2)));
  const shown: Array<readonly [number, number, string]> = [];
  const Page = () => {
    const tasks = useTasks("ev_1");
    const deferred = React.useDeferredValue(tasks);
    shown.push([tasks.length, deferred.length, useWatchStatus("ev_1")._tag]);
    return null;
  };
  render(<Page />, { wrapper });
  await act(async () => watch.put(row("more")));
  expect(shown.at(-1)).toEqual([3, 3, "synced"]);
  expect(shown).toContainEqual([3, 2, "synced"]);
});

it("two components over one watch show the same after every change, in any order of mounting", async () => {
  const { watch, opened, wrapper } = stage(watchOf("ev_1", rows(3)));
  const Count = () => <b>{useTasks("ev_1").length} </b>;
  const { container, rerender } = render(<Count key="a" />, { wrapper });
  rerender([<Count key="b" />, <Count key="a" />]);
  act(() => watch.put(row("x")));
  expect(container.textContent).toBe("4 4 ");
  rerender([<Count key="b" />]);
  act(() => watch.remove("x"));
  expect([container.textContent, opened.length]).toEqual(["3 ", 1]);
});
