/** How each hook that acts does so, by its name, over `@evalwire/tasks`: loaded on demand. */
import type { SGPClient } from "@evalwire/core";
import type { TestCaseResults } from "@evalwire/core/contract";
import * as tasks from "@evalwire/tasks";
import type { Clock } from "effect/Clock";
import { invalid } from "../stores/sgpErrorOf.ts";
import type { Version, Watches, WatchStore } from "../stores/Watches.ts";
import type { ActableTask, ActingHook, ArgumentsOf, AuditArgs, SubmitTaskArgs } from "./Arguments.ts";
import { echoed } from "./echoed.ts";
import { movable } from "./movable.ts";
import { rowsOf } from "./optimistic.ts";
import * as Runs from "./Runs.ts";

export { of as leaseOf } from "./HeldLeases.ts";

/** The target of a run as the hook has it. */
interface Asked {
  readonly hook: ActingHook;
  readonly client: SGPClient;
  readonly evaluationId: string | undefined;
  readonly version: Version;
}

/** Where the effect of it will show. */
interface Shown {
  readonly watches: Watches;
  readonly clock: Clock;
}

/** The target of an action. */
interface Target extends Asked {
  readonly evaluationId: string;
  readonly store: WatchStore;
}

const refuse = ({ hook }: Asked, path: string, message: string): never => {
  throw invalid(path, message, { endpoint: hook });
};

const onlyV4 = (target: Target): void => {
  if (target.version === "v5") refuse(target, "evaluation", "is one of v5, which has no public route for this");
};

const judge = async (target: Target, args: AuditArgs): Promise<tasks.Verdict | tasks.TasksChanged> => {
  const { client, version } = target;
  const { verdict, comment, me } = args;
  if (version === "v5") {
    if (verdict === "fix") return refuse(target, "verdict", "fix is none of v5, which cannot correct answers");
    return tasks.v5.audit[verdict](client, { ids: [args.task.id] });
  }
  const about = {
    task: taskOf(target, args.task),
    ...(comment === undefined ? {} : { comment }),
    ...(me === undefined ? {} : { me }),
  };
  switch (verdict) {
    case "approve":
      return tasks.audit.approve(client, about);
    case "fix":
      return tasks.audit.fix(client, {
        ...about,
        result: (args as { readonly result: TestCaseResults.Answers }).result,
      });
    case "requestRevision":
      return tasks.audit.requestRevision(client, about);
    default:
      return refuse(target, "verdict", `must be approve, fix or requestRevision, not ${String(verdict)}`);
  }
};

const taskOf = (target: Target, task: ActableTask) => {
  const found = movable(target.evaluationId, task);
  return typeof found === "string" ? refuse(target, "task", found) : found;
};

/**
 * What `submit` and `save` are given. A deadline is the server's: until when a task is surely held by the page's clock is what the watch knows of
 * the server's, where it is open and the caller does not say.
 */
const handedIn = (target: Target, args: SubmitTaskArgs): tasks.SubmitArgs => {
  onlyV4(target);
  const task = taskOf(target, args.task);
  const clock = target.store.watch()?.stats().clock;
  const deadline = tasks.Lease.deadline({ expiresAt: task.assignment_expires_at ?? null });
  return { ...(clock && { heldUntil: deadline - clock.offsetMillis - clock.errorMillis }), ...args, task };
};

/** Reports of v5 hold the tasks of v5; a plan and a report of one evaluation never meet those of the other version. */
const assignPlanV5 = tasks.v5.assign as (client: SGPClient, args: any) => Promise<any>;

const acts: { readonly [Hook in ActingHook]: (target: Target, args: ArgumentsOf[Hook]) => Promise<unknown> } = {
  useSubmitTask: async (target, args) => tasks.submit(target.client, handedIn(target, args)),
  useSaveTask: async (target, args) => tasks.save(target.client, handedIn(target, args)),
  useSkipTask: async (target, args) => {
    onlyV4(target);
    return tasks.skip(target.client, { ...args, evaluation_id: target.evaluationId });
  },
  useClaimTask: async (target, { skip, ...own }) => {
    onlyV4(target);
    const args = { ...own, evaluation_id: target.evaluationId };
    return skip === undefined
      ? tasks.claim(target.client, args)
      : tasks.skip(target.client, { ...args, task_id: skip });
  },
  useReleaseTask: async (target, { task_id }) => {
    onlyV4(target);
    if (typeof task_id !== "string" || task_id === "") return refuse(target, "task_id", "is missing");
    const args = { evaluation_id: target.evaluationId, task_id, assigned_to: null };
    // Sent once: sent again after a lost answer it could take the task from a user who claimed it meanwhile.
    return target.client.evaluations.tasks.update(args, { maxRetries: 0 });
  },
  useAudit: judge,
  useAssignTask: async ({ client, evaluationId, version }, { task_ids, assigned_to }) =>
    version === "v4"
      ? tasks.assign(client, { evaluation_id: evaluationId, task_ids, assigned_to })
      : (await client.v5.annotationTasks.batch({ ids: task_ids, assigned_to })).items,
  useAssignTasks: async ({ client, evaluationId, version }, args): Promise<tasks.AssignReport> =>
    version === "v5" ? assignPlanV5(client, args) : tasks.assign(client, { ...args, evaluation_id: evaluationId }),
};

/** The runs of a hook. */
export const runsOf = ({ watches, clock, ...asked }: Asked & Shown): Runs.Runs => {
  const { hook, evaluationId, version } = asked;
  return Runs.make(
    async (args) => {
      if (evaluationId === undefined) return refuse(asked, "evaluation", "is missing: there is none yet");
      return acts[hook]({ ...asked, evaluationId, store: watches.store(evaluationId, version) }, args as never);
    },
    (args) => rowsOf(hook, args),
    (rows) => (evaluationId === undefined ? undefined : echoed(watches.store(evaluationId, version), rows, clock)),
  );
};
