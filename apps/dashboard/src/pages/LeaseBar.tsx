import { soonMillis, urgencyOf, urgentMillis } from "../model/Urgency.ts";

interface LeaseBarProps {
  /** Until the deadline by the server's clock; `undefined` without one. */
  readonly leftMillis: number | undefined;
  /** By how much that may be wrong. */
  readonly errorMillis: number;
}

/** The time the whole bar stands for: the same time on every task, so that bars can be compared. */
const wholeMillis = 900_000;

const at = (millis: number): number => (100 * Math.min(wholeMillis, Math.max(0, millis))) / wholeMillis;

/** How long an assignment has left, drawn: marks at one and five minutes, and a band as wide as the clock is uncertain. The phrase beside it says the same. */
export const LeaseBar = ({ leftMillis, errorMillis }: LeaseBarProps) => {
  if (leftMillis === undefined) return null;
  const [least, most] = [at(leftMillis - errorMillis), at(leftMillis + errorMillis)];
  return (
    <svg
      className={`lease-bar lease-${urgencyOf(leftMillis, errorMillis)}`}
      viewBox="0 0 100 10"
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <rect className="lease-track" width={100} height={10} />
      <rect className="lease-left" width={least} height={10} />
      <rect className="lease-band" x={least} width={most - least} height={10} />
      {[urgentMillis, soonMillis].map((mark) => (
        <line key={mark} className="lease-mark" x1={at(mark)} x2={at(mark)} y1={0} y2={10} />
      ))}
    </svg>
  );
};
