import { act, render, screen, within } from "@testing-library/react";
import { expect, it } from "vitest";
import { EvalwireDevtools } from "../src/devtools/index.tsx";
import { useTasks } from "../src/index.ts";
import { stage } from "./harness.tsx";
import { event, rows, watchOf } from "./rows.ts";

const stats = {
  requests: 12,
  requestsInLastMinute: 7,
  requestsPerMinute: 60,
  failures: 1,
  scans: 4,
  completeScans: 3,
  events: 9,
  tasks: 2,
  leases: 0,
  unconfirmedWrites: 0,
  subscribers: 2,
  clock: { offsetMillis: 120, errorMillis: 500 },
  issues: [],
};

const Board = () => <p>{useTasks("ev_1").length} tasks</p>;

const opened = async () => {
  const watch = watchOf("ev_1", rows(2));
  watch.stats = () => stats as never;
  const staged = stage(watch, { baseURL: "https://sgp.example.invalid" });
  const page = render(
    <>
      <Board />
      <EvalwireDevtools />
    </>,
    { wrapper: staged.wrapper },
  );
  const button = screen.getByRole("button", { name: "evalwire" });
  expect(button.getAttribute("aria-expanded")).toBe("false");
  const before = watch.listeners;
  await act(async () => button.click());
  const panel = await screen.findByRole("region", { name: "evalwire devtools" });
  // Its effects, which listen to the watch, run after it is there.
  await act(async () => undefined);
  return { ...staged, page, button, panel, before };
};

it("shows what a watch costs: polls, budget, gaps, the clock and the last events", async () => {
  const { watch, clock, panel, button } = await opened();
  expect(button.getAttribute("aria-controls")).toBe(panel.id);
  const figure = (name: string) =>
    within(panel).getByRole("rowheader", { name }).parentElement?.querySelector("td")?.textContent;
  expect(within(panel).getByRole("table", { name: "Evaluation ev_1" })).toBeTruthy();
  expect(figure("Polls")).toBe("12 (1 failed)");
  expect(figure("Budget used, last minute")).toBe("7 of 60");
  expect(figure("Server clock minus this one")).toBe("120 ms ± 500 ms");
  await act(async () => {
    watch.emit(event("task.updated", "t0"));
    watch.emit(event("task.updated", "t1", { gap: true }));
  });
  expect(
    within(panel)
      .getAllByRole("listitem")
      .map((item) => item.textContent),
  ).toEqual(["00:00:00 task.updated t1 (gap)", "00:00:00 task.updated t0"]);
  await act(() => clock.advance("1 second"));
  expect(figure("Events, with gaps (since opened)")).toBe("2, 1");
});

it("opens no watch by itself, closes on Escape, and gives the focus back to its button", async () => {
  const { watch, page, panel, button, before, opened: watches } = await opened();
  expect(watches.length).toBe(1);
  act(() => panel.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true })));
  await act(async () => undefined);
  expect(screen.queryByRole("region", { name: "evalwire devtools" })).toBeNull();
  expect(document.activeElement).toBe(button);
  expect(before).toBeGreaterThan(0);
  page.unmount();
  await act(async () => undefined);
  expect(watch.listeners).toBe(0);
});
