/** React hooks over a live watch of an evaluation. */
export { EvalwireProvider, type EvalwireProviderProps } from "./EvalwireProvider.tsx";
export type { ActionState } from "./stores/Action.ts";
export type { RemoteState } from "./stores/Remote.ts";
export type { Store } from "./stores/Store.ts";
export type { WatchStore } from "./stores/Watches.ts";
export { type AssignTask, useAssignTask } from "./useAssignTask.ts";
export { type ClaimTask, useClaimTask } from "./useClaimTask.ts";
export { type CountdownOptions, useCountdown } from "./useCountdown.ts";
export { type EvaluationOptions, type RemoteEvaluation, useEvaluation } from "./useEvaluation.ts";
export {
  type EvaluationProgress,
  progressOf,
  type StatusCount,
  useEvaluationProgress,
} from "./useEvaluationProgress.ts";
export { type ExpiringOptions, useExpiringAssignments } from "./useExpiringAssignments.ts";
export { type MetricScores, useMetricScores } from "./useMetricScores.ts";
export { useStore } from "./useStore.ts";
export { useTask } from "./useTask.ts";
export { type TaskEventsOptions, useTaskEvents } from "./useTaskEvents.ts";
export { selectTasks, type TasksOptions, useTasks } from "./useTasks.ts";
export { useWatchStatus } from "./useWatchStatus.ts";
export { useWatchStore, type Watched } from "./useWatchStore.ts";
