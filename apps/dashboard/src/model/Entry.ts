/** A line of the event log: what happened to which task, in the words a person looks for. */
import { type EventOf, instantOf, type WatchEvent } from "@evalwire/core";
import { lifecycle } from "@evalwire/tasks";
import { type Record, type Records, resultIdOf } from "./Records.ts";
import { roughly } from "./Time.ts";

/** How loud: `plain` news, `good` news, something to `notice`, something `bad`. */
export type Tone = "plain" | "good" | "notice" | "bad";

/** Filters of the log. */
export type Kind = "status" | "assignment" | "connection";

export interface Entry {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly tone: Tone;
  readonly kind: Kind;
  readonly who?: string;
  readonly verb: string;
  readonly detail?: string;
  readonly taskId?: string;
  readonly resultId?: string;
  /** Whether the page saw it happen, or read of it later. */
  readonly isRestored: boolean;
}

const sign = { tone: "plain", kind: "assignment" } as const;

type Said = Omit<Entry, "id" | "at" | "taskId" | "resultId" | "isRestored">;

/** How long the lease had left at an instant, in milliseconds; `Infinity` without a deadline. */
const leftMillis = ({ lease }: EventOf<"assignment.expiring" | "assignment.released">, at: number): number =>
  (instantOf(lease.expiresAt ?? "") ?? Number.POSITIVE_INFINITY) - at;

/**
 * When an event happened, by the server's clock, in milliseconds since 1970: nothing happens later than now, and a lease expires at its deadline.
 *
 * @param now by the server's clock
 */
export const timeOf = (event: WatchEvent, now: number): number => {
  if (event.type === "assignment.expired") return Math.min(now, instantOf(event.lease.expiresAt ?? "") ?? now);
  return Math.min(now, instantOf(event.time) ?? now);
};

const statusSaid = (status: string): Pick<Said, "tone" | "verb"> => {
  if (status === "COMPLETED") return { tone: "good", verb: "completed" };
  if (status === "FIXED") return { tone: "good", verb: "fixed by an auditor:" };
  if (status === "PENDING_REDO") return { tone: "notice", verb: "sent back:" };
  return { tone: "plain", verb: `${status.toLowerCase().replaceAll("_", " ")}:` };
};

/** Why the connection was lost; what is left out here stands in the bar under the title while it lasts. */
const lostOf = ({ reason, message }: EventOf<"watch.degraded">["error"]): string => {
  switch (reason) {
    case "Unreachable":
    case "Timeout":
      return "nothing answers";
    case "Offline":
      return "this computer has no network";
    case "Stale":
      return "nothing was read in time";
    case "RateLimited":
      return "the evaluation server requests a slower pace";
    case "ServerFault":
      return "the evaluation server fails";
    case "NotFound":
      return "the evaluation server does not know this evaluation any more";
    case "Unauthorized":
    case "Forbidden":
      return "the evaluation server refuses the key of this dashboard";
    default:
      return message;
  }
};

const whoOf = ({ assigned_to }: { readonly assigned_to: string | null }): Pick<Said, "who"> =>
  assigned_to === null ? {} : { who: assigned_to };

const saidOf = (event: WatchEvent, at: number): Said | undefined => {
  switch (event.type) {
    case "task.added":
      return event.replay ? undefined : { tone: "plain", kind: "status", verb: "added" };
    case "task.removed":
      return { tone: "notice", kind: "status", verb: "removed" };
    case "task.updated":
      return event.changed.includes("audit_status") && event.current.audit_status === "APPROVED"
        ? { tone: "good", kind: "status", verb: "approved" }
        : undefined;
    case "task.status_changed": {
      // An auditor's work is not the annotator's: no person is named where the row does not say who did it.
      const isAudit = event.current.status === "FIXED" || event.current.status === "PENDING_REDO";
      return { kind: "status", ...(isAudit ? {} : whoOf(event.current)), ...statusSaid(event.current.status) };
    }
    case "assignment.created":
      return { ...sign, verb: "claimed", who: event.lease.assignee };
    case "assignment.extended":
      return { ...sign, verb: "extended", who: event.lease.assignee };
    case "assignment.released":
      // Where the work was handed in or the deadline passed, another line says so.
      return lifecycle.isDone(event.current.status) || leftMillis(event, at) <= 0
        ? undefined
        : { ...sign, verb: "released", who: event.lease.assignee };
    case "assignment.expiring":
      // The lease is shorter than this lead, or was already that short when first seen.
      return leftMillis(event, at) < 0.95 * event.leadMillis - 2_000
        ? undefined
        : {
            tone: "notice",
            kind: "assignment",
            verb: "expiring:",
            detail: `in ${roughly(event.leadMillis)}`,
            who: event.lease.assignee,
          };
    case "assignment.expired":
      return { tone: "bad", kind: "assignment", verb: "expired:", who: event.lease.assignee };
    case "evaluation.progressed":
    case "watch.synced":
      return undefined;
    case "evaluation.status_changed":
      return { tone: "good", kind: "status", verb: `the evaluation is ${event.current.status.toLowerCase()}` };
    case "watch.degraded":
      return { tone: "bad", kind: "connection", verb: "connection lost", detail: lostOf(event.error) };
    case "watch.recovered":
      return { tone: "good", kind: "connection", verb: "connection restored" };
  }
};

/**
 * The line of an event, or `undefined` for one that the page shows elsewhere.
 *
 * @param at when it happened, in milliseconds since 1970
 */
export const entryOf = (event: WatchEvent, at: number): Entry | undefined => {
  const said = saidOf(event, at);
  if (said === undefined) return undefined;
  const row = "taskId" in event ? (event.current ?? event.previous) : undefined;
  return {
    ...said,
    id: event.id,
    at,
    isRestored: false,
    ...(row == null ? {} : { taskId: row.id }),
    ...(row == null ? {} : { resultId: resultIdOf(row) }),
  };
};

const restoredOf = (record: Record): ReadonlyArray<Entry> => {
  const base = { kind: "status", resultId: record.id, isRestored: true } as const;
  const entries: Array<Entry> = [];
  if (record.completedAt !== undefined) {
    const who = record.annotatedBy === undefined ? {} : { who: record.annotatedBy };
    entries.push({
      ...base,
      ...who,
      id: `${record.id}/completed`,
      at: record.completedAt,
      tone: "good",
      verb: "completed",
    });
  }
  const isJudged = record.auditStatus === "APPROVED" || record.auditStatus === "FIXED";
  if (isJudged && record.updatedAt !== undefined) {
    const verb = record.auditStatus === "APPROVED" ? "approved" : "fixed";
    const who = record.editedBy === undefined ? {} : { who: record.editedBy };
    entries.push({ ...base, ...who, id: `${record.id}/${verb}`, at: record.updatedAt, tone: "good", verb });
  }
  return entries;
};

/** Key of an event: its kind and its result. */
const signOf = ({ resultId, verb }: Entry): string => `${resultId} ${verb.replace(/:$/, "")}`;

/** Those of the restored events that are not among what the page saw itself. */
export const unseen = (earlier: ReadonlyArray<Entry>, live: ReadonlyArray<Entry>): ReadonlyArray<Entry> => {
  const seen = new Set(live.map(signOf));
  return earlier.filter((entry) => !seen.has(signOf(entry)));
};

/** Events before `before` by the server's timestamps, newest first, at most `limit` lines. */
export const restored = (records: Records, before: number, limit: number): ReadonlyArray<Entry> => {
  const entries: Array<Entry> = [];
  for (const record of records.values()) {
    for (const entry of restoredOf(record)) if (entry.at < before) entries.push(entry);
  }
  return entries.sort((a, b) => b.at - a.at).slice(0, limit);
};
