import type { WatchEvent } from "@evalwire/core";
import { act, renderHook } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { useTaskEvents, useWatchStore } from "../src/index.ts";
import { settle, stage } from "./harness.tsx";
import { event, isClosed, row, watchOf } from "./rows.ts";

const ids = (events: ReadonlyArray<WatchEvent>) => events.map((one) => one.id);

it("keeps the last events, oldest first", async () => {
  const { watch, wrapper } = stage();
  const { result } = renderHook(() => useTaskEvents("ev_1", { limit: 3 }), { wrapper });
  for (let index = 0; index < 20; index++) await act(async () => watch.emit(event("task.updated", `t${index}`)));
  expect(ids(result.current)).toEqual(["task.updated/t17", "task.updated/t18", "task.updated/t19"]);
});

it("emits the requested types, and present tasks only on request", async () => {
  const { watch, wrapper } = stage(watchOf("ev_1", [row("a")]));
  const live = renderHook(() => useTaskEvents("ev_1", { types: ["task.added", "assignment.expired"] }), { wrapper });
  const all = renderHook(() => useTaskEvents("ev_1", { types: ["task.added"], replay: true }), { wrapper });
  await act(async () => {
    watch.emit(event("assignment.expired", "a"));
    watch.emit(event("task.updated", "a"));
  });
  expect(ids(live.result.current)).toEqual(["assignment.expired/a"]);
  expect(all.result.current).toMatchObject([{ type: "task.added", taskId: "a", replay: true }]);
});

it("calls onEvent of the last render once per event, in order, and not after unmount", async () => {
  const { watch, wrapper } = stage();
  const heard: Array<string> = [];
  const { rerender, unmount } = renderHook(
    ({ name }) => useTaskEvents("ev_1", { limit: 0, onEvent: (one) => heard.push(`${name} ${one.id}`) }),
    { wrapper, initialProps: { name: "first" } },
  );
  await act(async () => watch.emit(event("task.updated", "a")));
  rerender({ name: "second" });
  await act(async () => {
    watch.emit(event("task.updated", "b"));
    watch.emit(event("task.updated", "c"));
  });
  unmount();
  await act(async () => undefined);
  watch.emit(event("task.updated", "d"));
  expect(heard).toEqual(["first task.updated/a", "second task.updated/b", "second task.updated/c"]);
});

it("with a limit of 0 never renders for an event", async () => {
  const { watch, wrapper } = stage();
  let renders = 0;
  const { result } = renderHook(
    () => {
      renders++;
      return useTaskEvents("ev_1", { limit: 0 });
    },
    { wrapper },
  );
  const before = renders;
  await act(async () => watch.emit(event("task.updated", "a")));
  expect([renders, result.current]).toEqual([before, []]);
});

it("subscribes once, in StrictMode and with new types on every render", () => {
  const { watch, wrapper } = stage();
  const joined = [vi.spyOn(watch, "onChange"), vi.spyOn(watch, "subscribe")];
  const { rerender } = renderHook(() => useTaskEvents("ev_1", { types: ["task.added"] }), { wrapper });
  rerender();
  rerender();
  // One for the open watch, one for the events.
  expect([...joined.map(({ mock }) => mock.calls.length), watch.listeners]).toEqual([1, 1, 2]);
});

it("a watch that refuses a subscription is not kept open for it", async () => {
  const watch = watchOf();
  watch.subscribe = () => {
    throw new TypeError("there is no such type");
  };
  const { wrapper } = stage(watch);
  const { result } = renderHook(() => useWatchStore("ev_1"), { wrapper });
  expect(() => result.current.subscribe(() => undefined)).toThrow("there is no such type");
  await settle();
  expect(isClosed(watch)).toBe(true);
});
