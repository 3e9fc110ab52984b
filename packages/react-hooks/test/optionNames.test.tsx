/** Every hook and function that takes options says which name it does not know, at the first render. */
import { renderHook } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import * as hooks from "../src/index.ts";
import { stage } from "./harness.tsx";
import { watchOf } from "./rows.ts";

/** JavaScript: no compiler stands before the call. */
const js = (options: object): any => options;

const config = { components: [{ name: "overlap", type: "rouge1" }] };

it.each<[call: string, refused: () => unknown]>([
  ["useAssignTask", () => hooks.useAssignTask("ev_1", js({ ondone: 1 }))],
  ["useAssignTasks", () => hooks.useAssignTasks("ev_1", js({ ondone: 1 }))],
  ["useAudit", () => hooks.useAudit("ev_1", js({ onEror: 1 }))],
  ["useClaimTask", () => hooks.useClaimTask("ev_1", js({ taskType: 1 }))],
  ["useLease", () => hooks.useLease(null, js({ enable: true }))],
  ["useReleaseTask", () => hooks.useReleaseTask("ev_1", js({ ondone: 1 }))],
  ["useSaveTask", () => hooks.useSaveTask("ev_1", js({ ondone: 1 }))],
  ["useSkipTask", () => hooks.useSkipTask("ev_1", js({ ondone: 1 }))],
  ["useSubmitTask", () => hooks.useSubmitTask("ev_1", js({ ondone: 1 }))],
  ["useEvaluation", () => hooks.useEvaluation("ev_1", js({ initial: 1 }))],
  ["useEvaluations", () => hooks.useEvaluations(js({ versions: "v4" }))],
  ["useMetricScores", () => hooks.useMetricScores(config, [], js({ workers: false }))],
  ["useCountdown", () => hooks.useCountdown(null, js({ watch: "ev_1" }))],
  ["useEvaluationProgress", () => hooks.useEvaluationProgress("ev_1", js({ suspens: true }))],
  ["useExpiringAssignments", () => hooks.useExpiringAssignments("ev_1", js({ with: 5 }))],
  ["useFreshness", () => hooks.useFreshness("ev_1", js({ selects: 1 }))],
  ["useQueue", () => hooks.useQueue("ev_1", js({ priorityorder: "low-first" }))],
  ["useTask", () => hooks.useTask("ev_1", "t1", js({ isequal: 1 }))],
  ["useTaskEvents", () => hooks.useTaskEvents("ev_1", js({ type: [] }))],
  ["useTasks", () => hooks.useTasks("ev_1", js({ orderby: 1 }))],
  ["useWatchStatus", () => hooks.useWatchStatus("ev_1", js({ throwOnErrors: true }))],
  ["selectTasks", () => hooks.selectTasks([], js({ statuses: "PENDING" }))],
  ["dehydrate", () => hooks.dehydrate(watchOf("ev_1", []) as never, js({ versions: "v5" }))],
])("%s", (call, refused) => {
  const { wrapper } = stage(watchOf("ev_1", []));
  expect(() => renderHook(refused, { wrapper })).toThrow(
    new RegExp(`^${call}: \\w+ is not known; did you mean \\w+\\?$`),
  );
  vi.mocked(console.error).mockClear();
});
