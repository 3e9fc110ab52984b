/**
 * What time it is on the server, and how wrong that may be, from the `Date` header of its answers.
 *
 * Local time here is monotonic time in milliseconds: it measures, nobody can set it, and where it stands still while
 * the machine sleeps the server can only be later than estimated, never earlier.
 *
 * An answer with `Date: D` was made at a server time in [D, D + 1 s), between the sending of the request and the
 * arrival of the answer. Each answer therefore bounds the difference of the clocks from both sides, and the bounds of many
 * answers are laid over one another: the estimate becomes finer than the second `Date` is written in.
 */

/** The difference server minus local, known to lie in [`lowest`, `highest`] at the local time `at`; all in milliseconds. */
export interface ServerClock {
  readonly lowest: number;
  readonly highest: number;
  readonly at: number;
}

/** One answer: its `Date` as milliseconds since 1970, and when, by local time, it was asked for and had. */
export interface Sample {
  readonly date: number;
  readonly sentAt: number;
  readonly receivedAt: number;
}

/** The resolution of `Date` (RFC 9110, section 5.6.7). */
const resolutionMillis = 1_000;

// Two quartz clocks drift apart by some tens of parts in a million; this is far beyond what a working pair does.
const driftPerMilli = 0.0002;

/** Who waits for `earliest` to move on by some time waits so much longer, since the bounds widen meanwhile. */
export const patience = 1 / (1 - driftPerMilli);

// Servers behind one address differ a little, and some write a `Date` they keep for a moment. A difference beyond this is a clock that was set.
const toleranceMillis = 2_000;

const bound = (sample: Sample): ServerClock => ({
  lowest: sample.date - sample.receivedAt,
  highest: sample.date + resolutionMillis - sample.sentAt,
  at: sample.receivedAt,
});

/** The bounds as they are at a later local time: the longer ago the last answer, the wider. */
const widened = (clock: ServerClock, at: number): ServerClock => {
  const drift = Math.max(0, at - clock.at) * driftPerMilli;
  return { lowest: clock.lowest - drift, highest: clock.highest + drift, at };
};

/** The clock after one more answer, and whether the answer contradicts what was known: one of the clocks was set. */
export const observe = (
  clock: ServerClock | undefined,
  sample: Sample,
): { readonly clock: ServerClock; readonly hasJumped: boolean } => {
  const seen = bound(sample);
  if (clock === undefined) return { clock: seen, hasJumped: false };
  const known = widened(clock, seen.at);
  const lowest = Math.max(known.lowest, seen.lowest);
  const highest = Math.min(known.highest, seen.highest);
  if (lowest <= highest) return { clock: { lowest, highest, at: seen.at }, hasJumped: false };
  if (lowest - highest > toleranceMillis) return { clock: seen, hasJumped: true };
  // In a small contradiction both are believed, so that nothing is said too early.
  return {
    clock: {
      lowest: Math.min(known.lowest, seen.lowest),
      highest: Math.max(known.highest, seen.highest),
      at: seen.at,
    },
    hasJumped: false,
  };
};

/** The clock after somebody else's word that it was at least `earliest` there, which came at the local time `at`. */
export const hear = (clock: ServerClock | undefined, earliest: number, at: number): ServerClock => {
  const heard = { lowest: earliest - at, highest: Number.POSITIVE_INFINITY, at };
  if (clock === undefined) return heard;
  // A message that was long on its way says less than is known.
  return { ...heard, lowest: Math.max(widened(clock, at).lowest, heard.lowest) };
};

/** What is left of the estimate after the local clock may have stood still: the server can only be later. */
export const afterSleep = (clock: ServerClock): ServerClock => ({ ...clock, highest: Number.POSITIVE_INFINITY });

/** The earliest time it can be on the server, in milliseconds since 1970. What waits for this is never too early. */
export const earliest = (clock: ServerClock, now: number): number => now + widened(clock, now).lowest;

/** How far from the middle of the bounds the server's time may lie, in milliseconds; infinite just after a sleep. */
export const errorMillis = (clock: ServerClock, now: number): number => {
  const { lowest, highest } = widened(clock, now);
  return (highest - lowest) / 2;
};

/** The middle of the bounds, in milliseconds since 1970, or the lower one where there is no upper. */
export const estimate = (clock: ServerClock, now: number): number => {
  const { lowest, highest } = widened(clock, now);
  return now + (Number.isFinite(highest) ? (lowest + highest) / 2 : lowest);
};
