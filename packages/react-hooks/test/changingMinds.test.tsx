/** Pages that change their mind: ids that change quickly, selections that are never the same, tasks and components that go in the middle. */
import { SgpError, type TaskRow } from "@evalwire/core";
import type { ScriptedWatch } from "@evalwire/core/testing";
import { SimulatedClock } from "@evalwire/core/testing";
import { act, render, renderHook, screen } from "@testing-library/react";
import { type ReactNode, Suspense } from "react";
import { renderToString } from "react-dom/server";
import { describe, expect, it, vi } from "vitest";
import {
  dehydrate,
  EvalwireProvider,
  hydrate,
  useClaimTask,
  useEvaluation,
  useReleaseTask,
  useRestart,
  useTask,
  useTaskEvents,
  useTasks,
  useWatchStatus,
} from "../src/index.ts";
import { Boundary, fakeClient, settle, stage } from "./harness.tsx";
import { event, isClosed, row, rows, unread, watchOf } from "./rows.ts";

/** A provider whose watches are made as they are opened. */
const board = (grace: number, make: (id: string) => ScriptedWatch = (id) => watchOf(id, [row(`${id}-1`)])) => {
  const clock = new SimulatedClock();
  const opened: Array<ScriptedWatch> = [];
  const client = fakeClient((id) => {
    const watch = make(id);
    opened.push(watch);
    return watch;
  });
  const wrapper = ({ children }: { readonly children: ReactNode }) => (
    <EvalwireProvider client={client} clock={clock} grace={grace}>
      {children}
    </EvalwireProvider>
  );
  const open = () => opened.filter((watch) => !isClosed(watch)).map(({ evaluationId }) => evaluationId);
  return { clock, opened, open, wrapper };
};

describe("an id that changes quickly", () => {
  it.each([0, 10_000])("null, a, b and a again shows a and hears a only, with a grace of %i ms", async (grace) => {
    const { clock, opened, open, wrapper } = board(grace);
    const heard: Array<string> = [];
    const { result, rerender, unmount } = renderHook(
      ({ id }: { id: string | null }) => {
        useTaskEvents(id, { limit: 0, onEvent: ({ evaluationId }) => heard.push(evaluationId) });
        return [useTasks(id).map((task) => task.id), useTask(id, `${id}-1`)?.id, useWatchStatus(id)._tag] as const;
      },
      { wrapper, initialProps: { id: null as string | null } },
    );
    for (const id of ["a", "b", "a"]) {
      rerender({ id });
      expect(result.current).toEqual([[`${id}-1`], `${id}-1`, "synced"]);
    }
    await act(() => clock.advance("11 seconds"));
    expect(open()).toEqual(["a"]);
    await act(async () => {
      for (const watch of opened)
        if (!isClosed(watch)) watch.emit({ ...event("task.updated", "x"), evaluationId: watch.evaluationId } as never);
    });
    expect(heard).toEqual(["a"]);
    unmount();
    await act(() => clock.advance("11 seconds"));
    expect([open(), clock.pending]).toEqual([[], 0]);
  });

  it("while the first read of each is waited for ends with the last one only", async () => {
    const { clock, opened, open, wrapper } = board(0, unread);
    const Count = ({ id }: { id: string }) => <p>{useTasks(id, { suspense: true }).map((task) => task.id)}</p>;
    const page = (id: string) => (
      <Suspense fallback="waiting">
        <Count id={id} />
      </Suspense>
    );
    const { container, rerender } = render(page("a"), { wrapper });
    await settle();
    for (const id of ["b", "a"]) {
      rerender(page(id));
      await settle();
    }
    expect(container.textContent).toBe("waiting");
    const read = (id: string) =>
      act(async () => {
        for (const watch of opened) {
          if (watch.evaluationId !== id || isClosed(watch)) continue;
          watch.put(row(`${id}-1`));
          watch.setStatus({ _tag: "synced", since: "2030-01-01T00:00:00.000Z" });
        }
      });
    await read("b");
    expect(container.textContent).toBe("waiting");
    await read("a");
    expect(container.textContent).toBe("a-1");
    await act(() => clock.advance("6 seconds"));
    expect(open()).toEqual(["a"]);
  });
});

describe("a selection", () => {
  const odd = [0, 1, 1, 0, 1, 0, 0, 1];
  let turn = 0;
  it.each<[string, (() => boolean) | undefined]>([
    ["never", () => false],
    ["now and then", () => odd[turn++ % odd.length] === 1],
    ["by value one level deep, of nested objects that are new each time", undefined],
  ])("that is the same %s renders once a change, and never by itself", async (_, isEqual) => {
    const { watch, wrapper } = stage(watchOf("ev_1", rows(3)));
    let renders = 0;
    const { result } = renderHook(
      () => {
        renders++;
        return useTasks("ev_1", {
          select: (tasks) => ({ by: tasks.map(({ id, status }) => ({ id, status })) }),
          ...(isEqual === undefined ? {} : { isEqual: () => isEqual() }),
        });
      },
      { wrapper },
    );
    await settle();
    const before = renders;
    act(() => watch.put(row("t1", { status: "COMPLETED" })));
    await settle();
    // StrictMode renders twice.
    expect(renders - before).toBeLessThanOrEqual(4);
    if (isEqual === undefined) expect(result.current.by[1]).toEqual({ id: "t1", status: "COMPLETED" });
  });

  it("that throws for a task that is gone reaches the boundary, and a reset shows the page again", async () => {
    const { watch, wrapper } = stage(watchOf("ev_1", rows(1)));
    let isGone = false;
    const statusOf = (task: TaskRow | undefined) => {
      if (isGone && task === undefined) throw new Error("There is no such task any more.");
      return task?.status;
    };
    const One = () => <p>{useTask("ev_1", "t0", { select: statusOf })}</p>;
    const { container } = render(
      <Boundary>
        <One />
      </Boundary>,
      { wrapper },
    );
    expect(container.textContent).toBe("PENDING");
    isGone = true;
    act(() => watch.remove("t0"));
    expect(container.textContent).toBe("There is no such task any more.");
    vi.mocked(console.error).mockClear();
    isGone = false;
    act(() => watch.put(row("t0", { status: "COMPLETED" })));
    act(() => screen.getByRole("button").click());
    expect(container.textContent).toBe("COMPLETED");
  });
});

describe("an action", () => {
  const claimed = () => {
    let answer: (value: unknown) => void = () => undefined;
    let refuse: (error: unknown) => void = () => undefined;
    let calls = 0;
    const evaluations = {
      claimTask: () => {
        calls++;
        return new Promise((resolve, reject) => {
          answer = resolve;
          refuse = reject;
        });
      },
    };
    return {
      more: { evaluations },
      calls: () => calls,
      answer: (value: unknown) => answer(value),
      refuse: (error: unknown) => refuse(error),
    };
  };

  it("on a task that is removed in the middle leaves no optimistic row behind", async () => {
    const { watch, wrapper } = stage(watchOf("ev_1", [row("t0", { assigned_to: "ada" })]));
    const { result } = renderHook(() => [useReleaseTask("ev_1"), useTask("ev_1", "t0")] as const, { wrapper });
    await act(async () => result.current[0].mutate({ task_id: "t0" }));
    await act(async () => watch.remove("t0"));
    await settle();
    expect(result.current[1]).toBeUndefined();
    expect(result.current[0].optimistic.size).toBe(0);
    expect(result.current[0].state._tag).toBe("failed");
  });

  it("started twice and left in the middle does not touch the page that comes back", async () => {
    const server = claimed();
    const { wrapper } = stage(watchOf("ev_1"), server.more);
    const first = renderHook(() => useClaimTask("ev_1"), { wrapper });
    const outcomes: Array<string> = [];
    await act(async () => {
      for (const _ of [1, 2])
        first.result.current.mutateAsync({}).then(
          () => outcomes.push("done"),
          () => outcomes.push("failed"),
        );
    });
    first.unmount();
    const second = renderHook(() => useClaimTask("ev_1"), { wrapper });
    await act(async () => server.refuse(new SgpError({ reason: { _tag: "Forbidden" }, status: 403 })));
    expect(outcomes).toEqual(["failed", "failed"]);
    expect([second.result.current.state._tag, second.result.current.isRunning]).toEqual(["idle", false]);
  });

  it("whose outcome is reset while it is running shows nothing of it later", async () => {
    const server = claimed();
    const { wrapper } = stage(watchOf("ev_1"), server.more);
    const { result } = renderHook(() => useClaimTask("ev_1"), { wrapper });
    await act(async () => result.current.mutate({}));
    act(() => result.current.reset());
    await act(async () => server.refuse(new SgpError({ reason: { _tag: "Forbidden" }, status: 403 })));
    expect(result.current.state._tag).toBe("idle");
  });
});

it("a first read that fails while it is waited for is read again by the boundary's reset and a restart", async () => {
  let calls = 0;
  const retrieve = async () => {
    calls++;
    if (calls === 1) throw new SgpError({ reason: { _tag: "NotFound" }, status: 404 });
    return { name: "summaries" };
  };
  const { wrapper } = stage(watchOf("ev_1"), { evaluations: { retrieve } });
  let restart = () => undefined as void;
  const Restart = () => {
    restart = useRestart();
    return null;
  };
  const Name = () => <p>{useEvaluation("ev_1", { suspense: true }).value?.name}</p>;
  const { container } = render(
    <>
      <Restart />
      <Boundary>
        <Suspense fallback="waiting">
          <Name />
        </Suspense>
      </Boundary>
    </>,
    { wrapper },
  );
  await settle();
  expect(container.querySelector("button")).not.toBeNull();
  vi.mocked(console.error).mockClear();
  await act(async () => {
    restart();
    screen.getByRole("button").click();
  });
  expect([container.textContent, calls]).toEqual(["summaries", 2]);
});

it("what a server read of another evaluation is shown for that one only, without a mismatch", async () => {
  const read = watchOf("ev_2", rows(2));
  const initialData = hydrate(dehydrate(read as never));
  const { client, clock } = stage(watchOf("ev_1", rows(5)));
  const Counts = () => (
    <p>
      {useTasks("ev_1").length} {useTasks("ev_2").length} {useTasks({ v5: "ev_2" }).length}
    </p>
  );
  const page = (
    <EvalwireProvider client={client} clock={clock} grace={0} initialData={initialData}>
      <Counts />
    </EvalwireProvider>
  );
  const html = renderToString(page);
  expect(html.replaceAll("<!-- -->", "")).toBe("<p>0 2 0</p>");
  const container = document.createElement("div");
  container.innerHTML = html;
  document.body.append(container);
  render(page, { container, hydrate: true });
  await settle();
  expect(container.textContent).toMatch(/^5 /);
});
