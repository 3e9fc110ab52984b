/** A board that goes for a moment keeps its state. */

import type { WatchOptions } from "@evalwire/core";
import type { ScriptedWatch } from "@evalwire/core/testing";
import { SimulatedClock } from "@evalwire/core/testing";
import { act, render } from "@testing-library/react";
import * as React from "react";
import { describe, expect, it } from "vitest";
import { EvalwireProvider, useTasks, useWatchStatus } from "../src/index.ts";
import { fakeClient, settle } from "./harness.tsx";
import { isClosed, row, rows, unread, watchOf } from "./rows.ts";

const Board = () => (
  <p>
    {useWatchStatus("ev_1")._tag} {useTasks("ev_1").length} tasks
  </p>
);

/** Each watch that is opened begins as the next of `made`. */
const stage = (...made: ReadonlyArray<ScriptedWatch>) => {
  const clock = new SimulatedClock();
  const opened: Array<WatchOptions> = [];
  const client = fakeClient((_, options = {}) => {
    const watch = made[opened.length]!;
    opened.push(options);
    return watch;
  });
  const page = (board: React.ReactNode, by = client) => (
    <EvalwireProvider client={by} clock={clock} grace="10 seconds">
      {board}
    </EvalwireProvider>
  );
  return { clock, opened, page };
};

// React 18 has no <Activity>: what it does to effects is what unmounting does, which the other tests see there, too.
const { Activity } = React;
describe.skipIf(Activity === undefined)("hidden by <Activity>", () => {
  it("shows what changed meanwhile, without another watch", async () => {
    const watch = watchOf("ev_1", rows(50));
    const { clock, opened, page } = stage(watch);
    const hidden = (mode: "visible" | "hidden") =>
      page(
        <Activity mode={mode}>
          <Board />
        </Activity>,
      );
    const { container, rerender } = render(hidden("visible"));
    expect(container.textContent).toBe("synced 50 tasks");
    rerender(hidden("hidden"));
    await act(() => clock.advance("9 seconds"));
    watch.put(row("new"));
    rerender(hidden("visible"));
    expect(container.textContent).toBe("synced 51 tasks");
    expect([opened.length, isClosed(watch)]).toEqual([1, false]);
    await act(() => clock.advance("1 minute"));
    expect(isClosed(watch)).toBe(false);
  });
});

it("unmounted for less than the grace time it is as if it had been there, and after it the watch is closed", async () => {
  const watch = watchOf("ev_1", rows(50));
  const { clock, opened, page } = stage(watch);
  const { container, rerender } = render(page(<Board />));
  for (let round = 0; round < 3; round++) {
    rerender(page(null));
    await act(() => clock.advance("9 seconds"));
    rerender(page(<Board />));
    expect(container.textContent).toBe("synced 50 tasks");
  }
  expect(opened.length).toBe(1);
  rerender(page(null));
  await act(() => clock.advance("10 seconds"));
  await settle();
  expect([isClosed(watch), watch.listeners, clock.pending]).toEqual([true, 0, 0]);
});

it("after the grace time the last state is there at once, the watch resumes at its cursor, and no partial scan shows", async () => {
  const [first, second] = [watchOf("ev_1", rows(50)), unread("ev_1")];
  const { clock, opened, page } = stage(first, second);
  const seen: Array<string> = [];
  const Seen = () => {
    const { length } = useTasks("ev_1");
    const { _tag } = useWatchStatus("ev_1");
    React.useEffect(() => {
      seen.push(`${_tag} ${length}`);
    });
    return null;
  };
  const { rerender } = render(page(<Seen />));
  rerender(page(null));
  const left = first.cursor();
  await act(() => clock.advance("1 hour"));
  seen.length = 0;
  rerender(page(<Seen />));
  expect(opened[1]).toEqual({ cursor: left });
  act(() => second.put(row("t0")));
  act(() => {
    second.put(...rows(51));
    second.setStatus({ _tag: "synced", since: "2030-01-01T01:00:00Z" });
  });
  expect(new Set(seen)).toEqual(new Set(["connecting 50", "synced 51"]));
});

it("another client closes what the first has left at once", async () => {
  const [first, second] = [watchOf("ev_1", rows(1)), watchOf("ev_1", rows(2))];
  const { page } = stage(first);
  const { container, rerender } = render(page(<Board />));
  rerender(
    page(
      <Board />,
      fakeClient(() => second),
    ),
  );
  await settle();
  expect(container.textContent).toBe("synced 2 tasks");
  expect([isClosed(first), isClosed(second)]).toEqual([true, false]);
});

it("keeps the states of the last evaluations only", async () => {
  const clock = new SimulatedClock();
  const cursors: Array<string | undefined> = [];
  let last = watchOf("ev_none");
  const client = fakeClient((id, options = {}) => {
    cursors.push(options.cursor);
    last = watchOf(id, rows(1));
    return last;
  });
  const One = ({ id }: { readonly id: string }) => <p>{useTasks(id).length}</p>;
  const page = (id: string) => (
    <EvalwireProvider client={client} clock={clock} grace={0}>
      <One id={id} />
    </EvalwireProvider>
  );
  const { rerender } = render(page("ev_0"));
  for (const id of [1, 2, 3, 4, 5, 6, 7, 8, 9]) {
    rerender(page(`ev_${id}`));
    await settle();
  }
  cursors.length = 0;
  const ninth = last.cursor();
  for (const id of [0, 9]) {
    rerender(page(`ev_${id}`));
    await settle();
  }
  expect(cursors).toEqual([undefined, ninth]);
});
