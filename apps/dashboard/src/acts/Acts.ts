/**
 * What somebody at the page does to tasks, and what became of it.
 *
 * 1. Every act ends in one notice: what was done, or why not. Failures stay until they are dismissed.
 * 2. An act that can be taken back says so, and its undo is an act as well.
 */
import type { SGPClient, TaskRow } from "@evalwire/core";
import { type AssignReport, assign, audit, claim, type Plan, submit } from "@evalwire/tasks";
import type { Results } from "../live/Results.ts";

export interface Notice {
  readonly id: number;
  readonly tone: "good" | "notice" | "bad";
  readonly text: string;
  readonly undo?: () => Promise<void>;
}

type Answers = Readonly<{ [questionId: string]: unknown }>;

export interface Acts {
  snapshot(): ReadonlyArray<Notice>;
  onChange(listener: () => void): () => void;
  dismiss(id: number): void;
  /** Gives the id of the task that was claimed, if any. */
  claim(): Promise<string | undefined>;
  /** Each resolves with whether it was done. */
  assign(tasks: ReadonlyArray<TaskRow>, to: string): Promise<boolean>;
  release(tasks: ReadonlyArray<TaskRow>): Promise<boolean>;
  carryOut(plan: Plan, onProgress: (report: AssignReport) => void): Promise<boolean>;
  approve(task: TaskRow, comment: string): Promise<boolean>;
  sendBack(task: TaskRow, comment: string): Promise<boolean>;
  fix(task: TaskRow, answers: Answers, comment: string): Promise<boolean>;
  submit(task: TaskRow, answers: Answers): Promise<boolean>;
}

export interface ActsOptions {
  readonly client: SGPClient;
  readonly evaluationId: string;
  readonly me: string;
  readonly results: Pick<Results, "refresh" | "snapshot">;
}

const lastingMillis = 30_000;
const chunkSize = 100;

const count = (tasks: number): string => (tasks === 1 ? "1 task" : `${tasks} tasks`);

const messageOf = (error: unknown): string => {
  const { detail, message } = error as { readonly detail?: string; readonly message?: string };
  return detail ?? message ?? String(error);
};

export const makeActs = ({ client, evaluationId, me, results }: ActsOptions): Acts => {
  const evaluation_id = evaluationId;
  const listeners = new Set<() => void>();
  let notices: ReadonlyArray<Notice> = [];
  let lastId = 0;

  const change = (next: ReadonlyArray<Notice>) => {
    notices = next;
    for (const listener of [...listeners]) listener();
  };
  const dismiss = (id: number) => {
    if (notices.some((notice) => notice.id === id)) change(notices.filter((notice) => notice.id !== id));
  };
  const say = (tone: Notice["tone"], text: string, undo?: () => Promise<void>) => {
    const id = ++lastId;
    const undone = async () => {
      dismiss(id);
      await undo?.();
    };
    change([...notices, { id, tone, text, ...(undo === undefined ? {} : { undo: undone }) }].slice(-4));
    if (tone === "good") setTimeout(() => dismiss(id), lastingMillis);
  };
  const attempt = async (what: string, work: () => Promise<boolean>): Promise<boolean> => {
    try {
      return await work();
    } catch (error) {
      say("bad", `${what} failed: ${messageOf(error)}`);
      return false;
    }
  };
  const titleOf = (task: TaskRow) =>
    `“${results.snapshot().byId.get(task.test_case_result_id ?? "")?.title ?? task.id}”`;
  const named = (tasks: ReadonlyArray<TaskRow>) => (tasks.length === 1 ? titleOf(tasks[0]!) : count(tasks.length));
  const movable = (task: TaskRow) => ({
    id: task.id,
    status: task.status,
    assigned_to: task.assigned_to,
    assignment_expires_at: task.assignment_expires_at,
    task_entity_parent_id: evaluationId,
    task_entity_id: task.test_case_result_id ?? "",
  });

  /** Gives tasks to a person, or to nobody. */
  const give = async (ids: ReadonlyArray<string>, to: string | null): Promise<void> => {
    if (to === null) {
      for (const task_id of ids) {
        await client.evaluations.tasks.update({ evaluation_id, task_id, assigned_to: null } as never);
      }
      return;
    }
    for (let index = 0; index < ids.length; index += chunkSize) {
      await assign(client, { evaluation_id, task_ids: ids.slice(index, index + chunkSize), assigned_to: to });
    }
  };
  /** Gives each task back to whom it was with. */
  const giveBack = (tasks: ReadonlyArray<Pick<TaskRow, "id" | "assigned_to">>) => async () => {
    const byHolder = Map.groupBy(tasks, ({ assigned_to }) => assigned_to);
    await attempt("Undo", async () => {
      for (const [holder, some] of byHolder) {
        await give(
          some.map(({ id }) => id),
          holder,
        );
      }
      say("good", `Undone: ${count(tasks.length)} as before.`);
      return true;
    });
  };
  /** What a carried out move says where it was not done. */
  const judged = async (
    what: string,
    task: TaskRow,
    work: Promise<{ readonly _tag: string; readonly reason?: string; readonly status?: unknown }>,
  ): Promise<boolean> => {
    // Also where the answer is lost: then the server knows what became of it.
    const outcome = await work.finally(() => results.refresh(task.test_case_result_id ?? ""));
    if (outcome._tag === "Done") {
      say("good", `${what} ${titleOf(task)}.`);
      return true;
    }
    const why: Readonly<{ [tag: string]: string }> = {
      NotPossible: "the task is in no state for it",
      NotAllowed: outcome.reason ?? "it is your own work",
      Conflict: "the server says it is in another state by now",
      Late: "the assignment has expired",
      Invalid: "the answers break a rule of their questions",
      Unconfirmed: "the answer of the server was lost; look again in a moment",
    };
    say("bad", `Not done for ${titleOf(task)}: ${why[outcome._tag] ?? outcome._tag}.`);
    return false;
  };
  const commented = (comment: string) => (comment.trim() === "" ? {} : { comment: comment.trim() });

  return {
    snapshot: () => notices,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dismiss,
    claim: async () => {
      let claimed: string | undefined;
      await attempt("Claiming", async () => {
        const outcome = await claim(client, { evaluation_id });
        if (outcome._tag === "Claimed") {
          claimed = outcome.task.id;
          say("good", "Claimed. The task is yours until its deadline.");
        } else if (outcome._tag === "Lapsed") say("notice", "The claim expired before its answer came; claim again.");
        else say("notice", "There is nothing to claim just now.");
        return true;
      });
      return claimed;
    },
    assign: (tasks, to) =>
      attempt("Reassigning", async () => {
        await give(
          tasks.map(({ id }) => id),
          to,
        );
        say("good", `Assigned ${named(tasks)} to ${to}.`, giveBack(tasks));
        return true;
      }),
    release: (tasks) =>
      attempt("Releasing", async () => {
        await give(
          tasks.map(({ id }) => id),
          null,
        );
        say("good", `Released ${named(tasks)}.`, giveBack(tasks));
        return true;
      }),
    carryOut: (plan, onProgress) =>
      attempt("The plan", async () => {
        const report = await assign(client, { evaluation_id, plan, onProgress });
        const done = plan.moves.filter(({ taskId }) => report.outcomes.get(taskId)?._tag === "Assigned");
        const undo = giveBack(done.map(({ taskId, from }) => ({ id: taskId, assigned_to: from })));
        const { Refused, Unknown, NotSent, Ignored } = report.counts;
        const missed = Refused + Unknown + NotSent + Ignored;
        const text = `Assigned ${count(done.length)} by plan`;
        if (missed === 0) say("good", `${text}.`, undo);
        else say("bad", `${text}; ${count(missed)} not: ${messageOf(report.error ?? "refused by the server")}`, undo);
        return missed === 0;
      }),
    approve: (task, comment) =>
      attempt("Approving", async () =>
        judged("Approved", task, audit.approve(client, { task: movable(task), me, ...commented(comment) })),
      ),
    sendBack: (task, comment) =>
      attempt("Sending back", async () =>
        judged("Sent back", task, audit.requestRevision(client, { task: movable(task), me, ...commented(comment) })),
      ),
    fix: (task, answers, comment) =>
      attempt("Fixing", async () => {
        const args = { task: movable(task), me, result: answers as never, ...commented(comment) };
        return judged("Fixed", task, audit.fix(client, args));
      }),
    submit: (task, answers) =>
      attempt("Handing in", async () =>
        judged("Handed in", task, submit(client, { task: movable(task), result: answers as never })),
      ),
  };
};
