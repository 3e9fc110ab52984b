import { useServerNow } from "../live/hooks.ts";
import { millisOf, timeOfDay } from "../model/Time.ts";
import { phraseOf, urgencyOf } from "../model/Urgency.ts";

/** How long an assignment has left, every second, with the uncertainty of the clock where it matters; while that clock is not known, the deadline itself. */
export const TimeLeft = ({ expiresAt }: { readonly expiresAt: string | null }) => {
  const { isKnown, until, errorMillis } = useServerNow();
  const deadline = millisOf(expiresAt);
  if (!isKnown && deadline !== undefined) return <span className="time-left">until {timeOfDay(deadline)}</span>;
  const left = until(deadline);
  return <span className={`time-left urgency-${urgencyOf(left, errorMillis)}`}>{phraseOf(left, errorMillis)}</span>;
};
