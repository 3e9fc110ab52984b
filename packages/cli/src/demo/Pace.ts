/** How long things take in the demo, in milliseconds; the people among them draw theirs between two bounds. */
import type * as Duration from "effect/Duration";
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
  /** How long somebody who walked off stays away after the lease is over. */
  readonly away: Bounds;
  readonly auditing: Bounds;
  /** Before an annotator looks again when there was nothing to do. */
  readonly waiting: Bounds;
  /** Between two looks of the watch. */
  readonly polling: readonly [shortest: Duration.Input, longest: Duration.Input];
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
  expiring: "3 seconds",
};

/** Lets a time between the bounds go by. */
export const pass = ([least, most]: Bounds): Effect.Effect<void> =>
  Effect.flatMap(Random.nextIntBetween(least, most), (millis) => Effect.sleep(millis));
