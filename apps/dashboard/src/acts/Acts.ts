/**
 * The user's actions on tasks, and their outcomes.
 *
 * 1. Every act ends in one notice: what was done, or why not. Failures stay until they are dismissed.
 * 2. An act that can be taken back says so, and its undo is an act as well.
 */
import type { SgpError, TaskRow } from "@evalwire/core";
import type { TestCaseResults } from "@evalwire/core/contract";
import type { AssignReport, Claimed, Plan } from "@evalwire/tasks";
import type { Results } from "../live/Results.ts";
import { resultIdOf } from "../model/Records.ts";
import type { Doing } from "./useDoing.ts";

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
  /** The last claim of a task on this page. */
  inHand(taskId: string): Claimed | undefined;
  /** Each resolves with whether it was done. */
  assign(tasks: ReadonlyArray<TaskRow>, to: string): Promise<boolean>;
  release(tasks: ReadonlyArray<TaskRow>): Promise<boolean>;
  carryOut(plan: Plan, onProgress: (report: AssignReport) => void): Promise<boolean>;
  approve(task: TaskRow, comment: string): Promise<boolean>;
  sendBack(task: TaskRow, comment: string): Promise<boolean>;
  fix(task: TaskRow, answers: Answers, comment: string): Promise<boolean>;
  /** @param seconds that were spent on them */
  submit(task: TaskRow, answers: Answers, seconds: number): Promise<boolean>;
}

export interface ActsOptions {
  readonly doing: Doing;
  readonly me: string;
  /** The tasks as they are known now: the page renders them some time later. */
  readonly tasks: () => ReadonlyMap<string, TaskRow>;
  readonly results: Pick<Results, "refresh" | "snapshot">;
}

const lastingMillis = 30_000;
const chunkSize = 100;
// Tasks are released one a request.
const atOnce = 4;

const count = (tasks: number): string => (tasks === 1 ? "1 task" : `${tasks} tasks`);

/** A failure in the reader's words, as the end of a sentence. */
const messageOf = (error: unknown): string => {
  const { reason, detail, inDoubt, message } = error as Partial<SgpError> & { readonly message?: string };
  const look = inDoubt === true ? "; it may have been done all the same: look before you repeat it" : "";
  switch (reason?._tag) {
    case "Invalid": {
      const said = reason.issues.map((issue) => `${issue.message} (${issue.path.replace(/^body\./, "")})`);
      return detail ?? (said.length === 0 ? "the evaluation server refuses it" : said.join("; "));
    }
    case "Unreachable":
      return `nothing answers${look}`;
    case "Timeout":
      return `no answer came in time${look}`;
    case "RateLimited":
      return "the evaluation server requests a slower pace; try again in a moment";
    case "ServerFault":
      return `${detail ?? `the evaluation server fails (${reason.status})`}${look}`;
    case "NotFound":
      return detail ?? "it is not there any more";
    case "Unauthorized":
    case "Forbidden":
      return detail ?? "it is not allowed";
    default:
      return detail ?? message ?? String(error);
  }
};

export const makeActs = ({ doing, me, tasks: known, results }: ActsOptions): Acts => {
  const listeners = new Set<() => void>();
  const hand = new Map<string, Claimed>();
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
    return id;
  };
  const attempt = async (what: string, work: () => Promise<boolean>): Promise<boolean> => {
    try {
      return await work();
    } catch (error) {
      say("bad", `${what} failed: ${messageOf(error)}`);
      return false;
    }
  };
  const titleOf = (task: TaskRow) => `“${results.snapshot().byId.get(resultIdOf(task))?.title ?? task.id}”`;
  const named = (tasks: ReadonlyArray<TaskRow>) => (tasks.length === 1 ? titleOf(tasks[0]!) : count(tasks.length));
  /** Assigns tasks to a person, or unassigns them. */
  const give = async (ids: ReadonlyArray<string>, to: string | null): Promise<void> => {
    if (to === null) {
      for (let index = 0; index < ids.length; index += atOnce) {
        await Promise.all(ids.slice(index, index + atOnce).map((task_id) => doing.release({ task_id })));
      }
      return;
    }
    for (let index = 0; index < ids.length; index += chunkSize) {
      await doing.assign({ task_ids: ids.slice(index, index + chunkSize), assigned_to: to });
    }
  };
  const current = (tasks: ReadonlyArray<TaskRow>) => tasks.map((task) => known().get(task.id) ?? task);
  /** Gives each task back to whom it was with. */
  const giveBack = (tasks: ReadonlyArray<Pick<TaskRow, "id" | "assigned_to">>) => async () => {
    const byHolder = Map.groupBy(tasks, ({ assigned_to }) => assigned_to);
    const underWay = say("notice", `Undoing for ${count(tasks.length)}…`);
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
    dismiss(underWay);
  };
  /** The message of a move that was not done. */
  const judged = async (
    what: string,
    task: TaskRow,
    work: Promise<{ readonly _tag: string } | object>,
  ): Promise<boolean> => {
    // Also where the answer is lost: then only the server knows the outcome.
    const outcome: { readonly _tag?: string } = await work.finally(() => results.refresh(resultIdOf(task)));
    // v5 answers with the tasks it changed, and fails otherwise.
    const tag = outcome._tag ?? "Done";
    if (tag === "Done") {
      say("good", `${what} ${titleOf(task)}.`);
      return true;
    }
    const why: Readonly<{ [tag: string]: string }> = {
      NotPossible: "the task is in no state for it",
      NotAllowed: "it is your own work, which another user has to judge",
      Conflict: "the server says it is in another state by now",
      Late: "the assignment has expired",
      Invalid: "the answers break a rule of their questions",
      Unconfirmed: "the answer of the server was lost; look again in a moment",
    };
    say("bad", `Not done for ${titleOf(task)}: ${why[tag] ?? tag}.`);
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
        const outcome = await doing.claim();
        if (outcome._tag === "Claimed") {
          claimed = outcome.task.id;
          hand.set(claimed, outcome);
          say("good", "Claimed. The task is yours until its deadline.");
        } else if (outcome._tag === "Lapsed") say("notice", "The claim expired before its answer came; claim again.");
        else say("notice", "There is nothing to claim just now.");
        return true;
      });
      return claimed;
    },
    inHand: (taskId) => hand.get(taskId),
    assign: (tasks, to) =>
      attempt("Reassigning", async () => {
        const undo = giveBack(current(tasks));
        await give(
          tasks.map(({ id }) => id),
          to,
        );
        say("good", `Assigned ${named(tasks)} to ${to}.`, undo);
        return true;
      }),
    release: (tasks) =>
      attempt("Releasing", async () => {
        const undo = giveBack(current(tasks));
        await give(
          tasks.map(({ id }) => id),
          null,
        );
        say("good", `Released ${named(tasks)}.`, undo);
        return true;
      }),
    carryOut: (plan, onProgress) =>
      attempt("The plan", async () => {
        const report = await doing.assignPlan({ plan, onProgress });
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
      attempt("Approving", () =>
        judged("Approved", task, doing.audit({ verdict: "approve", task, me, ...commented(comment) })),
      ),
    sendBack: (task, comment) =>
      attempt("Sending back", () =>
        judged("Sent back", task, doing.audit({ verdict: "requestRevision", task, me, ...commented(comment) })),
      ),
    fix: (task, result, comment) =>
      attempt("Fixing", () =>
        judged(
          "Fixed",
          task,
          doing.audit({ verdict: "fix", task, me, result: result as TestCaseResults.Answers, ...commented(comment) }),
        ),
      ),
    submit: (task, result, time_spent_labeling_s) =>
      attempt("Handing in", () =>
        judged(
          "Handed in",
          task,
          doing.submit({ task, result: result as TestCaseResults.Answers, time_spent_labeling_s }),
        ),
      ),
  };
};
