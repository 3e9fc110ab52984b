import {
  type AssignTask,
  type AssignTasks,
  type Audited,
  type ClaimTask,
  type EvaluationId,
  type Mutation,
  useAssignTask,
  useAssignTasks,
  useAudit,
  useClaimTask,
  useReleaseTask,
  useSubmitTask,
} from "@evalwire/react-hooks";
import { useMemo } from "react";

/** Actions on the tasks of an evaluation; each rejects with its error. */
export interface Doing {
  readonly claim: ClaimTask["mutateAsync"];
  readonly assign: AssignTask["mutateAsync"];
  readonly release: ReturnType<typeof useReleaseTask>["mutateAsync"];
  readonly assignPlan: AssignTasks["mutateAsync"];
  readonly audit: Mutation<Parameters<ReturnType<typeof useAudit>["mutateAsync"]>[0], Audited>["mutateAsync"];
  readonly submit: ReturnType<typeof useSubmitTask>["mutateAsync"];
}

/** The same object as long as the evaluation is the same. */
export const useDoing = (evaluation: EvaluationId): Doing => {
  const { mutateAsync: claim } = useClaimTask(evaluation);
  const { mutateAsync: assign } = useAssignTask(evaluation);
  const { mutateAsync: release } = useReleaseTask(evaluation);
  const { mutateAsync: assignPlan } = useAssignTasks(evaluation);
  const { mutateAsync: audit } = useAudit(evaluation);
  const { mutateAsync: submit } = useSubmitTask(evaluation);
  return useMemo(
    () => ({ claim, assign, release, assignPlan, audit, submit }),
    [claim, assign, release, assignPlan, audit, submit],
  );
};
