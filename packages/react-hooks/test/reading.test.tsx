/** Options of every hook on a watch: null, enabled, select, versions, waiting and errors. */

import { SgpError } from "@evalwire/core";
import type { ScriptedWatch } from "@evalwire/core/testing";
import { act, render, renderHook, screen } from "@testing-library/react";
import { type ReactNode, Suspense } from "react";
import { describe, expect, it, vi } from "vitest";
import {
  EvalwireProvider,
  useCountdown,
  useEvaluationProgress,
  useExpiringAssignments,
  useFreshness,
  useQueue,
  useRestart,
  useTask,
  useTaskEvents,
  useTasks,
  useWatchStatus,
  type Watched,
} from "../src/index.ts";
import { Boundary, fakeClient, settle, stage } from "./harness.tsx";
import { epoch, isClosed, row, rows, unread, watchOf } from "./rows.ts";

const refused = new SgpError({ reason: { _tag: "Forbidden" }, status: 403 });
const unreachable = new SgpError({ reason: { _tag: "Unreachable", description: "no route to host" } });

describe("without an evaluation", () => {
  const hooks: Record<string, (watched: Watched | null | undefined, options: { enabled?: boolean }) => unknown> = {
    useTasks,
    useTask: (watched, options) => useTask(watched, "t0", options),
    useTaskEvents,
    useExpiringAssignments,
    useEvaluationProgress: (watched, options) => useEvaluationProgress(watched, options).total,
    useWatchStatus,
    useFreshness: (watched, options) => useFreshness(watched, { ...options, select: ({ state }) => state }),
    useQueue: (watched, options) => useQueue(watched, { ...options, select: (queue) => queue.counts().total }),
  };
  const nothing = {
    useTasks: [],
    useTask: undefined,
    useTaskEvents: [],
    useExpiringAssignments: [],
    useEvaluationProgress: 0,
    useWatchStatus: { _tag: "idle" },
    useFreshness: "idle",
    useQueue: 0,
  };
  it.each(Object.entries(hooks))("%s looks at nothing, and at an evaluation once there is one", async (name, hook) => {
    const { opened, wrapper } = stage(watchOf("ev_1", rows(2)));
    type Props = { readonly watched: string | null | undefined; readonly enabled?: boolean };
    const { result, rerender } = renderHook(({ watched, ...options }: Props) => hook(watched, options), {
      wrapper,
      initialProps: { watched: null } as Props,
    });
    const shown = nothing[name as keyof typeof nothing];
    expect([result.current, opened.length]).toEqual([shown, 0]);
    rerender({ watched: undefined });
    rerender({ watched: "ev_1", enabled: false });
    expect([result.current, opened.length]).toEqual([shown, 0]);
    rerender({ watched: "ev_1" });
    expect(opened.length).toBe(1);
    rerender({ watched: null });
    await settle();
    expect([result.current, isClosed(opened[0]!)]).toEqual([shown, true]);
  });

  it("a countdown needs no watch", () => {
    const { wrapper } = stage();
    const { result } = renderHook(() => useCountdown(null, { watched: null }), { wrapper });
    expect(result.current).toBeUndefined();
  });
});

it("looks at v5 through the client's v5, and at both versions of one id apart", () => {
  const opened: Array<string> = [];
  const client = fakeClient((id, _, version = "v4") => {
    opened.push(`${version}/${id}`);
    return watchOf(id, rows(version === "v5" ? 5 : 4));
  });
  const Counts = () => (
    <p>
      {useTasks("ev_1").length} {useTasks({ v5: "ev_1" }).length} {useTasks({ v5: "ev_1" }).length}
    </p>
  );
  const { container } = render(
    <EvalwireProvider client={client}>
      <Counts />
    </EvalwireProvider>,
  );
  expect(container.textContent).toBe("4 5 5");
  expect(opened).toEqual(["v4/ev_1", "v5/ev_1"]);
});

describe("select", () => {
  it("renders when the selection is another, by value one level deep", () => {
    const { watch, wrapper } = stage(watchOf("ev_1", rows(3)));
    let renders = 0;
    const select = (tasks: ReadonlyArray<{ readonly status: string }>) => ({
      open: tasks.filter(({ status }) => status === "PENDING").length,
    });
    const { result } = renderHook(
      () => {
        renders++;
        return useTasks("ev_1", { select });
      },
      { wrapper },
    );
    const [before, first] = [renders, result.current];
    expect(first).toEqual({ open: 3 });
    act(() => watch.put(row("t0", { priority: 7 })));
    expect([renders, result.current]).toEqual([before, first]);
    expect(result.current).toBe(first);
    act(() => watch.put(row("t0", { status: "COMPLETED" })));
    expect(result.current).toEqual({ open: 2 });
  });

  it("goes by the isEqual it is given, and by what the last render selects", () => {
    const { watch, wrapper } = stage(watchOf("ev_1", rows(13)));
    const { result, rerender } = renderHook(
      ({ factor }) =>
        useTasks("ev_1", {
          select: (tasks) => tasks.length * factor,
          isEqual: (a, b) => Math.floor(a / 10) === Math.floor(b / 10),
        }),
      { wrapper, initialProps: { factor: 1 } },
    );
    expect(result.current).toBe(13);
    act(() => watch.put(row("more")));
    expect(result.current).toBe(13);
    rerender({ factor: 10 });
    expect(result.current).toBe(140);
  });
});

const Waiting = ({ children }: { readonly children: ReactNode }) => (
  <Boundary>
    <Suspense fallback={<p>waiting</p>}>{children}</Suspense>
  </Boundary>
);

describe("suspense", () => {
  it("waits until there is something to show, over one watch that stays open", async () => {
    const { watch, clock, opened, wrapper } = stage(unread("ev_1"));
    const Count = () => <p>{useTasks("ev_1", { suspense: true }).length} tasks</p>;
    const { container } = render(
      <Waiting>
        <Count />
      </Waiting>,
      { wrapper },
    );
    await settle();
    expect(container.textContent).toBe("waiting");
    await act(async () => {
      watch.put(row("a"));
      watch.setStatus({ _tag: "synced", since: epoch });
    });
    expect(container.textContent).toBe("1 tasks");
    await act(() => clock.advance("1 minute"));
    expect([opened.length, isClosed(watch)]).toEqual([1, false]);
  });

  it("a component that is thrown away while it waits leaves nothing behind", async () => {
    const { watch, clock, wrapper } = stage(unread("ev_1"));
    const Count = () => <p>{useTasks("ev_1", { suspense: true }).length} tasks</p>;
    const { unmount } = render(
      <Waiting>
        <Count />
      </Waiting>,
      { wrapper },
    );
    unmount();
    await act(async () => watch.setStatus({ _tag: "synced", since: epoch }));
    await act(() => clock.advance("5 seconds"));
    await settle();
    expect([isClosed(watch), watch.listeners, clock.pending]).toEqual([true, 0, 0]);
  });
});

describe("the end of a watch", () => {
  const watches = (...made: ReadonlyArray<ScriptedWatch>) => {
    const opened: Array<ScriptedWatch> = [];
    const client = fakeClient(() => {
      const next = made[opened.length]!;
      opened.push(next);
      return next;
    });
    const wrapper = ({ children }: { readonly children: ReactNode }) => (
      <EvalwireProvider client={client} grace={0}>
        {children}
      </EvalwireProvider>
    );
    return { opened, wrapper };
  };

  it.each([{ suspense: true }, { throwOnError: true }])(
    "is thrown with %o, and cured by a restart",
    async (options) => {
      const [first, second] = [watchOf("ev_1", rows(1)), watchOf("ev_1", rows(2))];
      const { opened, wrapper } = watches(first, second);
      let restart = () => undefined as void;
      const Restart = () => {
        restart = useRestart();
        return null;
      };
      const Count = () => <p>{useTasks("ev_1", options).length} tasks</p>;
      const { container } = await act(async () =>
        render(
          <>
            <Restart />
            <Waiting>
              <Count />
            </Waiting>
          </>,
          { wrapper },
        ),
      );
      expect(container.textContent).toBe("1 tasks");
      act(() => first.setStatus({ _tag: "closed", since: epoch, error: refused }));
      expect(container.textContent).toContain("not allowed");
      vi.mocked(console.error).mockClear();
      await act(async () => {
        restart();
        screen.getByRole("button").click();
      });
      expect(container.textContent).toBe("2 tasks");
      expect([opened.length, isClosed(first)]).toEqual([2, true]);
    },
  );

  it("is state where throwing is not requested, and a restart opens another for those that are there", async () => {
    const [first, second] = [watchOf("ev_1", rows(1)), watchOf("ev_1", rows(2))];
    const { wrapper } = watches(first, second);
    const heard: Array<string> = [];
    const { result } = renderHook(
      () => {
        useTaskEvents("ev_1", { limit: 0, onEvent: (event) => heard.push(event.id) });
        return { restart: useRestart(), status: useWatchStatus("ev_1"), tasks: useTasks("ev_1").length };
      },
      { wrapper },
    );
    act(() => result.current.restart());
    expect(isClosed(first)).toBe(false);
    act(() => first.setStatus({ _tag: "closed", since: epoch, error: refused }));
    expect(result.current).toMatchObject({ status: { _tag: "closed", error: refused }, tasks: 1 });
    act(() => result.current.restart());
    expect(result.current).toMatchObject({ status: { _tag: "synced" }, tasks: 2 });
    await act(async () =>
      second.emit({ type: "watch.synced", id: "again", time: epoch, evaluationId: "ev_1", tasks: 2 }),
    );
    expect(heard).toEqual(["again"]);
  });

  it("a failing poll is no end: it shows as state, and recovers by itself", () => {
    const { watch, wrapper } = stage(watchOf("ev_1", rows(1)));
    const { result } = renderHook(
      () => ({ tasks: useTasks("ev_1", { throwOnError: true }).length, status: useWatchStatus("ev_1") }),
      { wrapper },
    );
    act(() => watch.setStatus({ _tag: "degraded", since: epoch, error: unreachable }));
    expect(result.current).toMatchObject({ tasks: 1, status: { _tag: "degraded", error: unreachable } });
    act(() => watch.setStatus({ _tag: "synced", since: epoch }));
    expect(result.current).toMatchObject({ tasks: 1, status: { _tag: "synced" } });
  });
});
