import type { TaskRow } from "@evalwire/core";
import { act, render, renderHook, screen } from "@testing-library/react";
import { renderToString } from "react-dom/server";
import { expect, it } from "vitest";
import { useCountdown, useExpiringAssignments, useTasks } from "../src/index.ts";
import { stage } from "./harness.tsx";
import { row, rows, watchOf } from "./rows.ts";

const at = (minutesAndSeconds: string) => `2030-01-01T00:${minutesAndSeconds}Z`;

it("counts down in whole seconds, stays at 0, and is never early", async () => {
  const { clock, wrapper } = stage();
  const { result } = renderHook(() => useCountdown(at("00:02.500")), { wrapper });
  expect(result.current).toBe(3_000);
  await act(() => clock.advance("1 second"));
  expect(result.current).toBe(2_000);
  await act(() => clock.advance("1 second"));
  expect(result.current).toBe(1_000);
  await act(() => clock.advance(999));
  expect(result.current).toBe(1_000);
  await act(() => clock.advance("1 hour"));
  expect(result.current).toBe(0);
});

it("1,000 countdowns share one sleeper, and leave none behind", async () => {
  const { clock, wrapper } = stage();
  const Left = ({ task }: { task: TaskRow }) => <li>{useCountdown(task.assignment_expires_at)}</li>;
  const tasks = rows(1_000).map((task, index) => ({
    ...task,
    assignment_expires_at: at(`10:${String(index % 60).padStart(2, "0")}`),
  }));
  const { unmount } = render(
    tasks.map((task) => <Left key={task.id} task={task} />),
    { wrapper },
  );
  expect(clock.pending).toBe(1);
  await act(() => clock.advance("3 seconds"));
  expect(clock.pending).toBe(1);
  unmount();
  await clock.advance(0);
  expect(clock.pending).toBe(0);
});

it("a countdown that is over renders no more", async () => {
  const { clock, wrapper } = stage();
  let renders = 0;
  renderHook(
    () => {
      renders++;
      return useCountdown(at("00:01"));
    },
    { wrapper },
  );
  await act(() => clock.advance("1 second"));
  const before = renders;
  await act(() => clock.advance("10 seconds"));
  expect(renders).toBe(before);
});

it("goes by the server's clock from the first tick on where a watch knows it", async () => {
  const { watch, clock, wrapper } = stage();
  watch.clock = { offsetMillis: 60_000, errorMillis: 0 };
  const Both = () => {
    useTasks("ev_1");
    return <p>{useCountdown(at("02:00"), { watched: "ev_1" })}</p>;
  };
  render(<Both />, { wrapper });
  await act(() => clock.advance("1 second"));
  expect(screen.getByText("59000")).toBeTruthy();

  // By so much the estimate may be wrong: nothing is over before it surely is.
  watch.clock = { offsetMillis: 60_000, errorMillis: 5_000 };
  await act(() => clock.advance("1 second"));
  expect(screen.getByText("63000")).toBeTruthy();
  watch.clock = { offsetMillis: 60_000, errorMillis: Number.POSITIVE_INFINITY };
  await act(() => clock.advance("1 second"));
  expect(screen.getByText("57000")).toBeTruthy();
});

it("opens no watch by itself", () => {
  const { opened, wrapper } = stage();
  renderHook(() => useCountdown(at("02:00"), { watched: "ev_1" }), { wrapper });
  expect(opened).toEqual([]);
});

it("is undefined without a deadline, with one that names no instant, and on a server", () => {
  const { wrapper: Page } = stage();
  const left = (expiresAt: string | null | undefined) =>
    renderHook(() => useCountdown(expiresAt), { wrapper: Page }).result.current;
  expect([left(null), left(undefined), left("soon")]).toEqual([undefined, undefined, undefined]);
  const Left = () => <p>{String(useCountdown(at("02:00")))}</p>;
  expect(
    renderToString(
      <Page>
        <Left />
      </Page>,
    ),
  ).toBe("<p>undefined</p>");
});

it("follows a clock that jumps at the next tick", async () => {
  const { clock, wrapper } = stage();
  const { result } = renderHook(() => useCountdown(at("30:00")), { wrapper });
  clock.jump("12 hours");
  await act(() => clock.advance("1 second"));
  expect(result.current).toBe(0);
});

it("expiring assignments come as time passes, next first, and render nothing in between", async () => {
  const held = (id: string, expiresAt: string | null) =>
    row(id, { assigned_to: "ada", assignment_expires_at: expiresAt });
  const { watch, clock, wrapper } = stage(
    watchOf("ev_1", [held("late", at("20:00")), held("soon", at("03:00")), held("never", null), row("free")]),
  );
  let renders = 0;
  const { result } = renderHook(
    () => {
      renders++;
      return useExpiringAssignments("ev_1", { within: "2 minutes" }).map((lease) => lease.taskId);
    },
    { wrapper },
  );
  expect(result.current).toEqual([]);
  const before = renders;
  await act(() => clock.advance("59 seconds"));
  expect(renders).toBe(before);
  await act(() => clock.advance("1 second"));
  expect(result.current).toEqual(["soon"]);

  act(() => watch.put(held("sooner", at("01:30"))));
  expect(result.current).toEqual(["sooner", "soon"]);
  await act(() => clock.advance("10 minutes"));
  expect(result.current).toEqual(["sooner", "soon"]);
  act(() => watch.put(held("soon", at("40:00")), row("sooner")));
  expect(result.current).toEqual([]);
});
