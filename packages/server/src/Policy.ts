/**
 * Points the platform's documents leave open, and this server's choices: each choice is an option with a default, listed in
 * `docs/assumptions.md`.
 */
import type { MetricOptions } from "@evalwire/metrics";
import * as Context from "effect/Context";
import type { TaskQueueOptions } from "./store/TaskQueue.ts";

/** The data of a task, for `priorityOf`. */
export interface TaskSubject {
  readonly evaluationId: string;
  readonly taskType: string;
  readonly testCaseId?: string | undefined;
}

export interface PolicyOptions extends TaskQueueOptions {
  /** How long a claimed task stays with the user who claimed it; 900. */
  readonly claimSeconds: number;
  /** How long an assigned one does; default `claimSeconds`; `null`: until it is done. */
  readonly assignSeconds: number | null;
  /** Whether claiming while holding a task gives it a new deadline (`renew`, the default) or leaves the old one (`keep`). */
  readonly claimAgain: "renew" | "keep";
  /** Where a task goes when its lease expires: to its old place in the queue (`kept`, the default) or to the end (`back`). */
  readonly expiredPlace: "kept" | "back";
  /** What `skip_current` gives when nothing but the skipped task is left: `null` (the default) or that task again (`same`). */
  readonly onlySkippedLeft: "null" | "same";
  /**
   * Whether answers are accepted from a user who does not hold the open task, e.g. whose lease has expired: always (`accept`, the
   * default), unless another holds it now (`unless-reclaimed`), or never (`refuse`). Refused answers get a 409.
   */
  readonly lateSubmit: "accept" | "unless-reclaimed" | "refuse";
  /** Handling of answers that break a rule of their questions: a 422 (`check`, the default), or nothing (`accept`). */
  readonly answers: "check" | "accept";
  /** Where a task sent back for revision goes: to its annotator (`annotator`, the default) or the queue. */
  readonly redoBy: "annotator" | "queue";
  /** What `assigned_to: null` does: it unassigns the task (`unassign`, the default), or nothing (`ignore`). */
  readonly assignNull: "unassign" | "ignore";
  /** The priority of a new task; 0. */
  readonly priorityOf: (subject: TaskSubject) => number;
  /** The account of what names none, neither in the body nor by `x-selected-account-id`. */
  readonly defaultAccountId: string;
  /** Names of users where the wire expands an id into a user; unknown ones get an address under `.invalid`. */
  readonly users: Readonly<
    Record<string, { readonly email?: string; readonly first_name?: string; readonly last_name?: string }>
  >;
  /** Word data, embeddings and further scorers for `metric_config`. */
  readonly metrics: MetricOptions;
}

export interface User {
  readonly id: string;
  readonly email: string;
  readonly first_name?: string;
  readonly last_name?: string;
}

export const defaults: Omit<PolicyOptions, "assignSeconds"> = {
  claimSeconds: 900,
  claimAgain: "renew",
  expiredPlace: "kept",
  onlySkippedLeft: "null",
  lateSubmit: "accept",
  answers: "check",
  redoBy: "annotator",
  assignNull: "unassign",
  priorityOrder: "high-first",
  priorityOf: () => 0,
  defaultAccountId: "default",
  users: {},
  metrics: {},
};

export class Policy extends Context.Service<Policy, PolicyOptions>()("evalwire/server/Policy") {}

/** A user as the wire expands one. */
export const userOf = ({ users }: PolicyOptions, id: string): User => ({
  id,
  email: `${encodeURIComponent(id)}@users.invalid`,
  ...users[id],
});

const members = {
  claimAgain: ["renew", "keep"],
  expiredPlace: ["kept", "back"],
  onlySkippedLeft: ["null", "same"],
  lateSubmit: ["accept", "unless-reclaimed", "refuse"],
  answers: ["check", "accept"],
  redoBy: ["annotator", "queue"],
  assignNull: ["unassign", "ignore"],
  priorityOrder: ["high-first", "low-first"],
} as const satisfies { readonly [Name in keyof PolicyOptions]?: ReadonlyArray<PolicyOptions[Name]> };

/** A century: a deadline has to be an instant the wire can write. */
const mostSeconds = 3_155_760_000;

/** The defaults with the given options; an invalid choice or duration is refused here, before anything runs. */
export const make = (options: Partial<PolicyOptions>): PolicyOptions => {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const policy = { ...defaults, assignSeconds: options.claimSeconds ?? defaults.claimSeconds, ...given };
  for (const name of ["claimSeconds", "assignSeconds"] as const) {
    const seconds = policy[name];
    if (seconds === null && name === "assignSeconds") continue;
    if (!(Number.isFinite(seconds) && seconds! > 0)) {
      throw new TypeError(`createServer: ${name} must be a positive number of seconds, not ${String(seconds)}`);
    }
    if (seconds! > mostSeconds) {
      throw new TypeError(`createServer: ${name} must be at most a century, ${mostSeconds} s, not ${seconds}`);
    }
  }
  for (const [name, known] of Object.entries(members)) {
    const chosen = policy[name as keyof typeof members];
    if (!(known as ReadonlyArray<string>).includes(chosen)) {
      throw new TypeError(`createServer: ${name} must be ${known.join(", ")}, not ${String(chosen)}`);
    }
  }
  return policy;
};
