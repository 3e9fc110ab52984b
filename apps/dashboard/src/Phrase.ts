/** What an event of a watch is called when a person reads it. */
import { type EventOf, instantOf, type WatchEvent } from "@evalwire/core";
import { lifecycle } from "@evalwire/tasks";

/** How loud: `plain` news, `good` news, something to `notice`, something `bad`. */
export type Tone = "plain" | "good" | "notice" | "bad";

/** What the log can be narrowed to. */
export type Kind = "status" | "lease" | "watch";

export interface Phrase {
  readonly tone: Tone;
  readonly kind: Kind;
  readonly who?: string;
  readonly verb: string;
  readonly detail?: string;
  readonly resultId?: string | null;
}

const seconds = (millis: number): string =>
  millis >= 60_000 ? `${Math.round(millis / 60_000)} min` : `${Math.round(millis / 1_000)} s`;

/** How long the lease had left when the event happened, in milliseconds; `Infinity` without a deadline. */
const leftMillis = ({ lease, time }: EventOf<"assignment.expiring" | "assignment.released">): number =>
  (instantOf(lease.expiresAt ?? "") ?? Number.POSITIVE_INFINITY) - (instantOf(time) ?? 0);

/** Whether the announcement came late because the lease is shorter than its lead, or was already running down when first seen. */
const isSudden = (event: EventOf<"assignment.expiring">): boolean => leftMillis(event) < 0.8 * event.leadMillis - 1_000;

/** The phrase of an event, or `undefined` for one that the page shows elsewhere. */
export const phraseOf = (event: WatchEvent): Phrase | undefined => {
  switch (event.type) {
    case "task.added":
      return event.replay ? undefined : { tone: "plain", kind: "status", verb: "added", ...about(event.current) };
    case "task.removed":
      return { tone: "notice", kind: "status", verb: "removed", ...about(event.previous) };
    case "task.updated":
      return undefined;
    case "task.status_changed":
      return { kind: "status", ...about(event.current), ...statusPhrase(event.current.status) };
    case "assignment.created":
      return { tone: "plain", kind: "lease", verb: "took", who: event.lease.assignee, ...about(event.current) };
    case "assignment.extended":
      return { tone: "plain", kind: "lease", verb: "kept", who: event.lease.assignee, ...about(event.current) };
    case "assignment.released":
      // A task that is finished, or whose lease ran out, is let go as well; another line says so already.
      return lifecycle.isDone(event.current.status) || leftMillis(event) <= 0
        ? undefined
        : { tone: "plain", kind: "lease", verb: "let go of", ...about(event.current), who: event.lease.assignee };
    case "assignment.expiring":
      return isSudden(event)
        ? undefined
        : {
            tone: "notice",
            kind: "lease",
            verb: "must hurry with",
            detail: `${seconds(event.leadMillis)} left`,
            ...about(event.current),
            who: event.lease.assignee,
          };
    case "assignment.expired":
      return {
        tone: "bad",
        kind: "lease",
        verb: "ran out of time for",
        ...about(event.current),
        who: event.lease.assignee,
      };
    case "evaluation.progressed":
      return undefined;
    case "evaluation.status_changed":
      return { tone: "good", kind: "watch", verb: `the evaluation is ${event.current.status}` };
    case "watch.synced":
      return {
        tone: "plain",
        kind: "watch",
        verb: event.tasks === 1 ? "watching 1 task" : `watching ${event.tasks} tasks`,
      };
    case "watch.degraded":
      return { tone: "bad", kind: "watch", verb: "out of touch", detail: event.error.message };
    case "watch.recovered":
      return { tone: "good", kind: "watch", verb: "in touch again" };
  }
};

const about = (row: { readonly assigned_to: string | null; readonly test_case_result_id: string | null }) => ({
  resultId: row.test_case_result_id,
  ...(row.assigned_to === null ? {} : { who: row.assigned_to }),
});

const statusPhrase = (status: string): Pick<Phrase, "tone" | "verb"> => {
  if (status === "COMPLETED") return { tone: "good", verb: "finished" };
  if (status === "FIXED") return { tone: "good", verb: "was corrected on" };
  if (status === "PENDING_REDO") return { tone: "notice", verb: "is asked to redo" };
  return { tone: "plain", verb: `${status.toLowerCase().replaceAll("_", " ")}:` };
};
