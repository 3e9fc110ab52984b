/**
 * One evaluation behind a fetch: tasks that a test changes, and a client of them that lives by a simulated clock.
 */

import { type Problem, SGPClient, type SGPClientOptions } from "../../src/index.ts";
import { SimulatedClock } from "../../src/testing.ts";
import { json, key } from "../client/script.ts";
import fullEvaluation from "../fixtures/contract/evaluation.json" with { type: "json" };
import fullTask from "../fixtures/contract/task.json" with { type: "json" };

const { task_entity: result, ...task } = fullTask;

export interface Tasks {
  [id: string]: { status: string; assigned_to?: string; assignment_expires_at?: string };
}

/** @param options those of the client; a function where they need the clock */
export const evaluation = (options: SGPClientOptions | ((clock: SimulatedClock) => SGPClientOptions) = {}) => {
  const clock = new SimulatedClock({ startAt: "2030-01-01T00:00:00Z" });
  const tasks: Tasks = { t1: { status: "PENDING" }, t2: { status: "PENDING" } };
  const problems: Array<Problem> = [];
  const items = () =>
    Object.entries(tasks).map(([id, state]) => ({
      ...result,
      id: `r-${id}`,
      evaluation_id: "e1",
      task: {
        ...task,
        id,
        task_entity_id: `r-${id}`,
        task_entity_parent_id: "e1",
        assigned_to: null,
        assignment_expires_at: null,
        ...state,
      },
    }));
  const counts = () => ({
    total_test_case_result_count: Object.keys(tasks).length,
    completed_test_case_result_count: Object.values(tasks).filter(({ status }) => status === "COMPLETED").length,
  });
  const fetch = clock.trackFetch(async (url: string) => {
    const { pathname } = new URL(url);
    const date = new Date(clock.now()).toUTCString();
    if (pathname === "/v4/evaluations/e1")
      return json({ ...fullEvaluation, id: "e1", ...counts() }, { headers: { date } });
    if (pathname === "/v4/evaluations/e1/test-case-results") {
      const total_item_count = Object.keys(tasks).length;
      return json({ items: items(), current_page: 1, items_per_page: 1_000, total_item_count }, { headers: { date } });
    }
    return json(null);
  });
  const client = new SGPClient({
    apiKey: key,
    baseURL: "https://sgp.test",
    clock,
    seed: 1,
    fetch,
    onProblem: (problem) => problems.push(problem),
    ...(typeof options === "function" ? options(clock) : options),
  });
  const told = () =>
    problems.map(({ source, error }) => `${source}: ${error instanceof Error ? error.message : error}`);
  return { clock, client, tasks, problems, told, fetch };
};
