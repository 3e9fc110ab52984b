/** Where the tasks of an evaluation stand; every task is in exactly one place. */
import { leaseOf, type TaskRow } from "@evalwire/core";

/** In the order work flows; `redo` and `redoing` are the loop back from an audit. */
export const places = [
  "notReady",
  "waiting",
  "held",
  "redo",
  "redoing",
  "completed",
  "approved",
  "fixed",
  "other",
] as const;

export type Place = (typeof places)[number];

export const labels: Readonly<Record<Place, string>> = {
  notReady: "Not ready",
  waiting: "Waiting",
  held: "In progress",
  redo: "Sent back, waiting",
  redoing: "Being redone",
  completed: "Completed",
  approved: "Approved",
  fixed: "Fixed by an auditor",
  other: "Other status",
};

export type Standing = Readonly<Record<Place, number>>;

/** A status this version does not know is `other`. */
export const placeOf = (task: TaskRow): Place => {
  switch (task.status) {
    case "NOT_READY":
      return "notReady";
    case "PENDING":
      return leaseOf(task) === undefined ? "waiting" : "held";
    case "PENDING_REDO":
      return leaseOf(task) === undefined ? "redo" : "redoing";
    case "COMPLETED":
      return task.audit_status === "APPROVED" ? "approved" : task.audit_status === "FIXED" ? "fixed" : "completed";
    case "FIXED":
      return "fixed";
    default:
      return "other";
  }
};

export const isDone = (place: Place): boolean => place === "completed" || place === "approved" || place === "fixed";

export const standingOf = (tasks: Iterable<TaskRow>): Standing => {
  const standing = Object.fromEntries(places.map((place) => [place, 0])) as Record<Place, number>;
  for (const task of tasks) standing[placeOf(task)]++;
  return standing;
};

export const doneOf = ({ completed, approved, fixed }: Standing): number => completed + approved + fixed;

export const totalOf = (standing: Standing): number => places.reduce((sum, place) => sum + standing[place], 0);
