/** React hooks over a live watch of an evaluation. */

export type {
  ActableTask,
  AssignTaskArgs,
  AssignTasksArgs,
  AuditArgs,
  ClaimArguments,
  ClaimRequest,
  OptimisticRow,
  ReleaseTaskArgs,
  SkipTaskArgs,
  SubmitTaskArgs,
} from "./act/Arguments.ts";
export type { HeldLease } from "./act/HeldLease.ts";
export { type Assigned, type AssignTask, useAssignTask } from "./act/useAssignTask.ts";
export { type AssignTasks, useAssignTasks } from "./act/useAssignTasks.ts";
export { type Audited, useAudit } from "./act/useAudit.ts";
export { type ClaimTask, type ClaimTaskOptions, useClaimTask } from "./act/useClaimTask.ts";
export { type LeaseOptions, useLease } from "./act/useLease.ts";
export type { Mutation, MutationOptions } from "./act/useMutation.ts";
export { useReleaseTask } from "./act/useReleaseTask.ts";
export { useSaveTask } from "./act/useSaveTask.ts";
export { useSkipTask } from "./act/useSkipTask.ts";
export { useSubmitTask } from "./act/useSubmitTask.ts";
export { type Dehydrated, dehydrate, hydrate } from "./dehydrate.ts";
export { EvalwireProvider, type EvalwireProviderProps, useClient, useRestart } from "./EvalwireProvider.tsx";
export { preload } from "./preload.ts";
export {
  type EvaluationOf,
  type EvaluationOptions,
  type RemoteEvaluation,
  useEvaluation,
} from "./remote/useEvaluation.ts";
export {
  type EvaluationFilters,
  type EvaluationIn,
  type EvaluationList,
  type EvaluationsOptions,
  type RemoteEvaluations,
  useEvaluations,
} from "./remote/useEvaluations.ts";
export type { RemoteOptions, RemoteResult } from "./remote/useRemote.ts";
export type { MetricScores, MetricScoresOptions } from "./scores/ScoreQueue.ts";
export { useMetricScores } from "./scores/useMetricScores.ts";
export type { ActionState } from "./stores/Action.ts";
export type { Store } from "./stores/Store.ts";
export type { Version, WatchStore } from "./stores/Watches.ts";
export type { WatchState } from "./stores/WatchState.ts";
export { useStore } from "./useStore.ts";
export { type CountdownOptions, useCountdown } from "./watch/useCountdown.ts";
export {
  type EvaluationProgress,
  progressOf,
  type StatusCount,
  useEvaluationProgress,
} from "./watch/useEvaluationProgress.ts";
export { type ExpiringOptions, useExpiringAssignments } from "./watch/useExpiringAssignments.ts";
export { type Freshness, useFreshness } from "./watch/useFreshness.ts";
export { type QueueHookOptions, type QueueViews, useQueue } from "./watch/useQueue.ts";
export { useTask } from "./watch/useTask.ts";
export { type TaskEventsOptions, useTaskEvents } from "./watch/useTaskEvents.ts";
export { selectTasks, type TasksOptions, useTasks } from "./watch/useTasks.ts";
export { type Idle, type StatusOf, useWatchStatus } from "./watch/useWatchStatus.ts";
export { useWatchStore } from "./watch/useWatchStore.ts";
export type { EvaluationId, Nothing, ReadOptions, Watched } from "./watch/Watched.ts";
