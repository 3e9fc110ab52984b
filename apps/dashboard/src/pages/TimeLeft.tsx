import { useServerNow } from "../live/hooks.ts";
import { millisOf } from "../model/Time.ts";
import { phraseOf, urgencyOf } from "../model/Urgency.ts";

/** How long an assignment has left, every second, with the uncertainty of the clock where it matters. */
export const TimeLeft = ({ expiresAt }: { readonly expiresAt: string | null }) => {
  const { now, errorMillis } = useServerNow();
  const deadline = millisOf(expiresAt);
  const left = deadline === undefined ? undefined : deadline - now;
  return <span className={`time-left urgency-${urgencyOf(left, errorMillis)}`}>{phraseOf(left, errorMillis)}</span>;
};
