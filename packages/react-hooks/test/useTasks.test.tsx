import type { TaskRow } from "@evalwire/core";
import { act, render, renderHook, screen } from "@testing-library/react";
import { memo, useMemo } from "react";
import { expect, it } from "vitest";
import { type TasksOptions, useTask, useTasks } from "../src/index.ts";
import { stage } from "./harness.tsx";
import { row, rows, watchOf } from "./rows.ts";

const byPriority = (a: TaskRow, b: TaskRow) => (b.priority ?? 0) - (a.priority ?? 0);

it("with 10,000 rows live and one row changed, one row renders", () => {
  const { watch, wrapper } = stage(watchOf("ev_1", rows(10_000)));
  const rendered: Array<string> = [];
  const Row = memo(({ task }: { task: TaskRow }) => {
    rendered.push(task.id);
    return <li>{task.status}</li>;
  });
  const Board = () => (
    <ul>
      {useTasks("ev_1").map((task) => (
        <Row key={task.id} task={task} />
      ))}
    </ul>
  );
  const { container } = render(<Board />, { wrapper });
  expect(container.querySelectorAll("li").length).toBe(10_000);

  rendered.length = 0;
  act(() => watch.put(row("t4711", { status: "COMPLETED" })));
  // StrictMode renders each component twice; it is one row all the same.
  expect(new Set(rendered)).toEqual(new Set(["t4711"]));
  expect(screen.getByText("COMPLETED")).toBeTruthy();
});

it("with 10,000 ids, each in a useTask of its own, one row renders and the list does not", () => {
  const { watch, wrapper } = stage(watchOf("ev_1", rows(10_000)));
  const rendered: Array<string> = [];
  const Row = memo(({ id }: { id: string }) => {
    rendered.push(id);
    return <li>{useTask("ev_1", id)?.status}</li>;
  });
  const Board = () => {
    const ids = useMemo(() => rows(10_000).map((task) => task.id), []);
    rendered.push("the list");
    return (
      <ul>
        {ids.map((id) => (
          <Row key={id} id={id} />
        ))}
      </ul>
    );
  };
  render(<Board />, { wrapper });
  rendered.length = 0;
  act(() => watch.put(row("t4711", { status: "COMPLETED" })));
  expect(new Set(rendered)).toEqual(new Set(["t4711"]));
});

it("a filtered list does not render for a task it does not show", () => {
  const { watch, wrapper } = stage(watchOf("ev_1", [row("a", { assigned_to: "ada" }), row("b")]));
  let renders = 0;
  const { result } = renderHook(
    () => {
      renders++;
      return useTasks("ev_1", { assignedTo: "ada" });
    },
    { wrapper },
  );
  const [before, rendersBefore] = [result.current, renders];
  act(() => watch.put(row("b", { priority: 7 })));
  expect(renders).toBe(rendersBefore);
  expect(result.current).toBe(before);
  act(() => watch.put(row("b", { assigned_to: "ada" })));
  expect(result.current.map((task) => task.id)).toEqual(["a", "b"]);
});

it("filters by status, type and holder, and sorts", () => {
  const { wrapper } = stage(
    watchOf("ev_1", [
      row("done", { status: "COMPLETED" }),
      row("low", { priority: 1 }),
      row("high", { priority: 9 }),
      row("redo", { status: "PENDING_REDO", priority: 5 }),
      row("audit", { task_type: "EVALUATION_AUDIT" }),
      row("held", { assigned_to: "ada" }),
    ]),
  );
  const ids = (options: TasksOptions) =>
    renderHook(() => useTasks("ev_1", options).map((task) => task.id), { wrapper }).result.current;

  expect(ids({ status: "COMPLETED" })).toEqual(["done"]);
  expect(ids({ taskType: "EVALUATION_AUDIT" })).toEqual(["audit"]);
  expect(ids({ assignedTo: "ada" })).toEqual(["held"]);
  expect(
    ids({
      assignedTo: null,
      taskType: "EVALUATION_ANNOTATION",
      status: ["PENDING", "PENDING_REDO"],
      orderBy: byPriority,
    }),
  ).toEqual(["high", "redo", "low"]);
  expect(ids({ where: (task) => (task.priority ?? 0) > 4 })).toEqual(["high", "redo"]);
  expect(ids({ status: [] })).toEqual([]);
});

it("new options on every render do not make a new list", () => {
  const { wrapper } = stage(watchOf("ev_1", rows(3)));
  const { result, rerender } = renderHook(
    () => useTasks("ev_1", { status: ["PENDING"], where: () => true, orderBy: (a, b) => byPriority(a, b) }),
    { wrapper },
  );
  const before = result.current;
  rerender();
  expect(result.current).toBe(before);
});

it("options that change take effect at once", () => {
  const { wrapper } = stage(watchOf("ev_1", [row("a"), row("b", { status: "COMPLETED" })]));
  const { result, rerender } = renderHook(({ status }) => useTasks("ev_1", { status }).map((task) => task.id), {
    wrapper,
    initialProps: { status: "PENDING" },
  });
  expect(result.current).toEqual(["a"]);
  rerender({ status: "COMPLETED" });
  expect(result.current).toEqual(["b"]);
});

it("a task appears, changes and goes", () => {
  const { watch, wrapper } = stage();
  const { result } = renderHook(() => useTask("ev_1", "a")?.status, { wrapper });
  expect(result.current).toBeUndefined();
  act(() => watch.put(row("a")));
  expect(result.current).toBe("PENDING");
  act(() => watch.put(row("a", { status: "COMPLETED" })));
  expect(result.current).toBe("COMPLETED");
  act(() => watch.remove("a"));
  expect(result.current).toBeUndefined();
});
