/**
 * The user's actions on tasks, and their outcomes.
 *
 * 1. Every act ends in one notice: what was done, or why not. Failures stay until they are dismissed.
 * 2. An act that can be taken back says so, and its undo is an act as well. It leaves tasks as they are that were changed since.
 * 3. A notice that says how something is stays no longer than that is so.
 */
import type { SgpError, TaskRow } from "@evalwire/core";
import type { TestCaseResults } from "@evalwire/core/contract";
import { type AssignReport, type Claimed, lifecycle, type Plan } from "@evalwire/tasks";
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
  /** Calls at each change of them. */
  readonly onChange: (listener: () => void) => () => void;
  readonly results: Pick<Results, "refresh" | "snapshot">;
}

/** A task that an act gave from one holder to another; `null` is none. */
interface Moved {
  readonly id: string;
  readonly from: string | null;
  readonly to: string | null;
}

const lastingMillis = 30_000;
const chunkSize = 100;
// Tasks are released one a request.
const atOnce = 4;

/** Whether a task is open and with a person, or with none; one that is not known may be. */
const isWith = (task: TaskRow | undefined, holder: string | null): boolean =>
  task === undefined || (lifecycle.isOpen(task.status) && task.assigned_to === holder);

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

export const makeActs = ({ doing, me, tasks: known, onChange, results }: ActsOptions): Acts => {
  const listeners = new Set<() => void>();
  const hand = new Map<string, Claimed>();
  // Of notices that say how something is: stops looking whether it still is.
  const looking = new Map<number, () => void>();
  let notices: ReadonlyArray<Notice> = [];
  let lastId = 0;

  const change = (next: ReadonlyArray<Notice>) => {
    notices = next;
    for (const listener of [...listeners]) listener();
  };
  const dismiss = (id: number) => {
    looking.get(id)?.();
    looking.delete(id);
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
  const moved = (tasks: ReadonlyArray<TaskRow>, to: string | null): ReadonlyArray<Moved> =>
    tasks.map((task) => ({ id: task.id, from: (known().get(task.id) ?? task).assigned_to, to }));
  /** Gives each task back to whom it was with, unless it is not with whom the act gave it to any more. */
  const giveBack = (tasks: ReadonlyArray<Moved>) => async () => {
    const unchanged = tasks.filter(({ id, to }) => isWith(known().get(id), to));
    const changed = tasks.length - unchanged.length;
    const stay =
      changed === 1
        ? "1 task has been changed since and stays as it is"
        : `${count(changed)} have been changed since and stay as they are`;
    if (unchanged.length === 0) {
      say("notice", `Not undone: ${stay}.`);
      return;
    }
    const byHolder = Map.groupBy(unchanged, ({ from }) => from);
    const underWay = say("notice", `Undoing for ${count(unchanged.length)}…`);
    await attempt("Undo", async () => {
      for (const [holder, some] of byHolder) {
        await give(
          some.map(({ id }) => id),
          holder,
        );
      }
      const done = `Undone: ${count(unchanged.length)} as before`;
      if (changed === 0) say("good", `${done}.`);
      else say("notice", `${done}; ${stay}.`);
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
          const id = say("good", "Claimed. The task is yours until its deadline.");
          const { id: taskId } = outcome.task;
          looking.set(
            id,
            onChange(() => isWith(known().get(taskId), me) || dismiss(id)),
          );
        } else if (outcome._tag === "Lapsed") say("notice", "The claim expired before its answer came; claim again.");
        else say("notice", "There is nothing to claim just now.");
        return true;
      });
      return claimed;
    },
    inHand: (taskId) => hand.get(taskId),
    assign: (tasks, to) =>
      attempt("Reassigning", async () => {
        const undo = giveBack(moved(tasks, to));
        await give(
          tasks.map(({ id }) => id),
          to,
        );
        say("good", `Assigned ${named(tasks)} to ${to}.`, undo);
        return true;
      }),
    release: (tasks) =>
      attempt("Releasing", async () => {
        const undo = giveBack(moved(tasks, null));
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
        const undo = giveBack(done.map(({ taskId, from, to }) => ({ id: taskId, from, to })));
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
