/** How close an assignment is to its deadline, by absolute lead times: five minutes and one minute mean the same on every task. */
import { lengthOf } from "./Time.ts";

/** `expired` is beyond doubt; `uncertain` is within the error of the clock. */
export type Urgency = "none" | "calm" | "soon" | "urgent" | "uncertain" | "expired";

export const soonMillis = 300_000;
export const urgentMillis = 60_000;

/**
 * @param leftMillis until the deadline by the estimate of the server's clock; `undefined` without a deadline
 * @param errorMillis by how much that estimate may be wrong
 */
export const urgencyOf = (leftMillis: number | undefined, errorMillis: number): Urgency => {
  if (leftMillis === undefined) return "none";
  if (leftMillis + errorMillis <= 0) return "expired";
  if (leftMillis - errorMillis <= 0) return "uncertain";
  if (leftMillis < urgentMillis) return "urgent";
  return leftMillis < soonMillis ? "soon" : "calm";
};

/** The sentence beside it. The error is shown where it would change the seconds that are shown. */
export const phraseOf = (leftMillis: number | undefined, errorMillis: number): string => {
  const urgency = urgencyOf(leftMillis, errorMillis);
  if (leftMillis === undefined) return "no deadline";
  switch (urgency) {
    case "expired":
      return `expired ${lengthOf(-leftMillis)} ago`;
    case "uncertain":
      return `expires about now (± ${lengthOf(errorMillis)})`;
    default:
      return errorMillis >= 1_000 && leftMillis < soonMillis
        ? `expires in ${lengthOf(leftMillis)} (± ${lengthOf(errorMillis)})`
        : `expires in ${lengthOf(leftMillis)}`;
  }
};

export const labels: Readonly<Record<Urgency, string>> = {
  none: "No deadline",
  calm: "On time",
  soon: "Within 5 min",
  urgent: "Within 1 min",
  uncertain: "About now",
  expired: "Expired",
};
