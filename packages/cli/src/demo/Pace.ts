/** How long things take in the demo, in milliseconds; the people among them draw theirs between two bounds. */
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Random from "effect/Random";

/** The least and the most it can take. */
export type Bounds = readonly [least: number, most: number];

export interface Pace {
  readonly claimSeconds: number;
  /** From claiming a task to handing in the answers. */
  readonly working: Bounds;
  /** From one task to the next. */
  readonly pausing: Bounds;
  /** How long a person who walked off stays away after the lease is over. */
  readonly away: Bounds;
  readonly auditing: Bounds;
  /** Before an annotator looks again when there was nothing to do. */
  readonly waiting: Bounds;
  /** Between two looks of the watch. */
  readonly polling: readonly [shortest: Duration.Input, longest: Duration.Input];
  readonly requestsPerMinute: number;
  /** How long before its end a lease is announced as expiring. */
  readonly expiring: Duration.Input;
}

/** About three quarters of a minute for 66 tasks and five people. */
export const brisk: Pace = {
  claimSeconds: 8,
  working: [1_100, 3_000],
  pausing: [200, 700],
  away: [400, 1_600],
  auditing: [180, 520],
  waiting: [500, 1_100],
  polling: ["400 millis", "2 seconds"],
  requestsPerMinute: 600,
  expiring: "3 seconds",
};

// A lease so short that a busy machine cannot work within it would not be the demo's fault.
const leastClaimSeconds = 5;

/** The same, so many times as fast. */
export const faster = (pace: Pace, factor: number): Pace => {
  const sooner = ([least, most]: Bounds): Bounds => [Math.ceil(least / factor), Math.ceil(most / factor)];
  const millis = (duration: Duration.Input) => Duration.toMillis(Duration.fromInputUnsafe(duration)) / factor;
  return {
    claimSeconds: Math.max(leastClaimSeconds, Math.round(pace.claimSeconds / factor)),
    working: sooner(pace.working),
    pausing: sooner(pace.pausing),
    away: sooner(pace.away),
    auditing: sooner(pace.auditing),
    waiting: sooner(pace.waiting),
    polling: [Math.max(50, millis(pace.polling[0])), Math.max(100, millis(pace.polling[1]))],
    requestsPerMinute: pace.requestsPerMinute * factor,
    expiring: millis(pace.expiring),
  };
};

/** Lets a time between the bounds go by. */
export const pass = ([least, most]: Bounds): Effect.Effect<void> =>
  Effect.flatMap(Random.nextIntBetween(least, most), (millis) => Effect.sleep(millis));
