/**
 * The time on the server, with its error bound, from the `Date` header of its answers.
 *
 * Local time here is monotonic time in milliseconds: it measures, cannot be set, and where it stands still while
 * the machine sleeps the server can only be later than estimated, never earlier.
 *
 * An answer with `Date: D` was made at a server time in [D, D + 1 s), between the sending of the request and the
 * arrival of the answer. Each answer therefore bounds the difference of the clocks from both sides, and the bounds of many
 * answers are laid over one another: the estimate becomes finer than the second `Date` is written in.
 *
 * Behind one address there may be several clocks, and one of them may be set:
 *
 * 1. The lowest clock counts, at once: what waits for a server time is never early by any of them.
 * 2. A clock further ahead counts when it has shown itself several times over some seconds and the lower one never meanwhile. Until
 *    then it only widens the error bound.
 * 3. A clock that was believed too soon, since a lower one came back, has to show itself four times as long the next time.
 * 4. Where two were known before a sleep, the first answer after it is of either: of two far apart it counts as one of the clock ahead.
 * 5. Two clocks less than a second apart look like one until two answers contradict each other. From then on an answer narrows the outer
 *    bounds, the lower one of the lowest clock and the upper one of the clock furthest ahead, only where it can be of no other clock.
 */

/** The difference server minus local, known to lie in [`lowest`, `highest`] at the local time `at`; all in milliseconds. */
interface Bounds {
  readonly lowest: number;
  readonly highest: number;
  readonly at: number;
}

/** A clock further ahead than the one that counts. */
interface Ahead extends Bounds {
  /** Since when, by local time, answers have shown it and no other; and how many. */
  readonly since: number;
  readonly answers: number;
}

export interface ServerClock extends Bounds {
  readonly ahead?: Ahead | undefined;
  /** The clock that is furthest ahead of all that have shown themselves. */
  readonly furthest?: Bounds | undefined;
  /**
   * The lower bound by only the answer that gave the upper one of this clock, and the upper bound by only the answer that gave the lower
   * one of the clock furthest ahead: what is left of both where they turn out to be two.
   */
  readonly outer?: Bounds | undefined;
  /** Whether what looked like one clock has turned out to be two. */
  readonly isTwo?: boolean | undefined;
  /** How many times as long as the first time a clock ahead has to show itself. */
  readonly doubt?: number | undefined;
  /**
   * For a clock known by another watcher's report: by how many milliseconds its time may differ from `lowest` and above, if the
   * report had taken no time.
   */
  readonly reportedErrorMillis?: number | undefined;
  /** Since a sleep before which there were two clocks, and until the next answer: by how much one was ahead of the other. */
  readonly apart?: { readonly least: number; readonly most: number } | undefined;
}

/** One answer: its `Date` as milliseconds since 1970, and when, by local time, it was requested and received. */
export interface Sample {
  readonly date: number;
  /** The answer was kept by a cache for so many seconds after it was made (`Age`). */
  readonly ageSeconds?: number | undefined;
  readonly sentAt: number;
  readonly receivedAt: number;
}

/** The resolution of `Date` (RFC 9110, section 5.6.7) and of `Age` (RFC 9111, section 5.1). */
export const resolutionMillis = 1_000;

// Two quartz clocks drift apart by some tens of parts in a million; this is far beyond what a working pair does.
const driftPerMilli = 0.0002;

/** A wait for `earliest` to move on by some time takes so much longer, since the bounds widen meanwhile. */
export const patience = 1 / (1 - driftPerMilli);

// Servers behind one address differ a little, and some write a `Date` they keep for a moment. A difference beyond this is news.
const toleranceMillis = 2_000;

// Servers that differ by less are taken as one clock: to hold them apart would leave bounds as wide as one answer gives them.
const sameMillis = 100;

// Requirements for a clock ahead before it counts.
const answersToBelieve = 3;
const millisToBelieve = 10_000;
const mostDoubt = 64;

// A clock ahead that has not shown itself for so long is gone.
const aheadKeptMillis = 600_000;

const bound = ({ date, ageSeconds, sentAt, receivedAt }: Sample): Bounds => {
  const aged = (ageSeconds ?? 0) * 1_000;
  return {
    lowest: date + aged - receivedAt,
    highest: date + aged + resolutionMillis * (ageSeconds === undefined ? 1 : 2) - sentAt,
    at: receivedAt,
  };
};

/** The bounds as they are at a later local time: the longer ago the last answer, the wider. */
const widened = <B extends Bounds>(bounds: B, at: number): B => {
  const drift = Math.max(0, at - bounds.at) * driftPerMilli;
  return { ...bounds, lowest: bounds.lowest - drift, highest: bounds.highest + drift, at };
};

/** By how much a clock known by another watcher's report may be wrong at a later local time. */
const reportedErrorAt = ({ reportedErrorMillis, at }: ServerClock, now: number): number | undefined =>
  reportedErrorMillis === undefined ? undefined : reportedErrorMillis + Math.max(0, now - at) * driftPerMilli;

/** Both bounds laid over one another; `undefined` where they are of two clocks. */
const merged = (known: Bounds, seen: Bounds): Bounds | undefined => {
  const lowest = Math.max(known.lowest, seen.lowest);
  const highest = Math.min(known.highest, seen.highest);
  return lowest <= highest ? { lowest, highest, at: seen.at } : undefined;
};

/** By how much a clock differs, where that is more than servers behind one address do. */
const newsOf = (differsMillis: number): number =>
  Math.abs(differsMillis) > toleranceMillis ? Math.round(differsMillis) : 0;

const isKept = <B extends Bounds>(ahead: B | undefined, at: number): ahead is B =>
  ahead !== undefined && at - ahead.at < aheadKeptMillis;

/** Whether answers have shown that the clock furthest ahead is not the one that counts. */
const areTwo = (own: Bounds, furthest: Bounds): boolean => furthest.lowest - own.highest > sameMillis;

/** The clock furthest ahead after an answer; `own` is the clock that counts, as it was before. */
const furthestOf = (clock: ServerClock, own: Bounds, seen: Bounds): Bounds => {
  const known = clock.furthest ?? clock;
  if (!isKept(known, seen.at)) return seen;
  const now = widened<Bounds>(known, seen.at);
  const both = merged(now, seen);
  if (both === undefined) return seen.lowest > now.highest ? seen : known;
  if (clock.isTwo !== true || seen.lowest > own.highest) return both;
  // It may be of the lower clock: then it says nothing of the upper bound, and this clock has not shown itself.
  return { ...known, lowest: Math.max(known.lowest, seen.lowest + now.highest - known.highest) };
};

/** The clock that counts after an answer that can be of it; `undefined` where it cannot. */
const ownOf = (clock: ServerClock, known: Bounds, seen: Bounds, furthest: Bounds): Bounds | undefined => {
  const both = merged(known, seen);
  if (both === undefined || clock.isTwo !== true) return both;
  // It may be of the other clock: then it says nothing of the lower bound.
  return seen.highest >= widened<Bounds>(furthest, seen.at).lowest ? { ...both, lowest: known.lowest } : both;
};

/** The clock after an answer, with its outer bounds restored where the answer shows that what looked like one clock are two. */
const heldApart = (clock: ServerClock, next: ServerClock, seen: Bounds): ServerClock => {
  const { at } = seen;
  const before = widened<Bounds>(clock.outer ?? clock, at);
  const furthest = widened<Bounds>(next.furthest ?? next, at);
  const outer = {
    lowest: seen.highest <= next.highest ? seen.lowest : before.lowest,
    highest: seen.lowest >= furthest.lowest ? seen.highest : before.highest,
    at,
  };
  const known = isKept(clock.furthest, at) ? clock.furthest : clock;
  const wasTwo = areTwo(widened<Bounds>(clock, at), widened<Bounds>(known, at));
  // In time drift explains the difference again: one clock, as far as can be known.
  if (clock.isTwo === true && known !== clock) return { ...next, outer, isTwo: !wasTwo || areTwo(next, furthest) };
  if (wasTwo || !areTwo(next, furthest)) return { ...next, outer };
  const highest = Math.max(furthest.highest, outer.highest);
  const lowest = Math.min(next.lowest, outer.lowest);
  return { ...next, lowest, furthest: { ...furthest, highest }, outer, isTwo: true };
};

/**
 * The clock after the first answer since a sleep before which there were two; `undefined` where nothing but that answer counts.
 *
 * Of clocks far apart the answer counts as one of the clock ahead. Of others it may be of either, and says of both as much as follows from
 * how far apart they were.
 */
const afterWaking = (
  known: Bounds,
  seen: Bounds,
  { least, most }: NonNullable<ServerClock["apart"]>,
): ServerClock | undefined => {
  const { at } = seen;
  const lowest = Math.max(known.lowest, seen.lowest - most);
  if (least > resolutionMillis) {
    const highest = seen.highest - least;
    return lowest <= highest ? { lowest, highest, at, ahead: { ...seen, since: at, answers: 1 } } : undefined;
  }
  const own = { lowest, highest: seen.highest, at };
  if (lowest > own.highest) return undefined;
  const furthest = { lowest: Math.max(seen.lowest, known.lowest + least), highest: seen.highest + most, at };
  const outer = { lowest, highest: furthest.highest, at };
  const ahead = { ...furthest, since: at, answers: 0 };
  return { ...own, ahead, furthest, outer, isTwo: least > sameMillis };
};

/**
 * The clock after one more answer.
 *
 * @returns the clock, and by how many milliseconds the answer's clock is ahead (or, negative, behind) of the one that counted before, where
 *   that is news: another clock was met for the first time, or began to count
 */
export const observe = (
  clock: ServerClock | undefined,
  sample: Sample,
): { readonly clock: ServerClock; readonly differsMillis: number } => {
  const seen = bound(sample);
  if (clock === undefined) return { clock: seen, differsMillis: 0 };
  const { at } = seen;
  const known = widened<Bounds>({ lowest: clock.lowest, highest: clock.highest, at: clock.at }, at);
  const ahead = isKept(clock.ahead, at) ? clock.ahead : undefined;
  const furthest = furthestOf(clock, known, seen);
  const apart = (next: ServerClock) => heldApart(clock, next, seen);
  const doubt = clock.doubt ?? 1;
  const woken = clock.apart && afterWaking(known, seen, clock.apart);
  if (woken !== undefined) return { clock: { furthest, doubt, ...woken }, differsMillis: 0 };
  const own = ownOf(clock, known, seen, furthest);
  // Its own clock again: one ahead has to start over to show itself.
  if (own !== undefined)
    return { clock: apart({ ...own, ahead: ahead && { ...ahead, answers: 0 }, furthest, doubt }), differsMillis: 0 };
  if (seen.highest < known.lowest) {
    const differsMillis = newsOf(seen.highest - known.lowest);
    const before = { ...known, since: at, answers: 0 };
    const doubtNow = differsMillis === 0 ? doubt : Math.min(mostDoubt, doubt * 4);
    return { clock: apart({ ...seen, ahead: before, furthest, doubt: doubtNow }), differsMillis };
  }
  const again = ahead && merged(widened<Bounds>(ahead, at), seen);
  const isFirst = again === undefined;
  const since = ahead === undefined || isFirst || ahead.answers === 0 ? at : ahead.since;
  const answers = ahead === undefined || isFirst ? 1 : ahead.answers + 1;
  const now: Ahead = { ...(again ?? seen), since, answers };
  const differsMillis = newsOf(seen.lowest - known.highest);
  if (answers >= answersToBelieve && at - since >= millisToBelieve * doubt) {
    return { clock: { lowest: now.lowest, highest: now.highest, at, furthest, doubt }, differsMillis };
  }
  return { clock: apart({ ...known, ahead: now, furthest, doubt }), differsMillis: isFirst ? differsMillis : 0 };
};

/** The bounds at a local time: from the lowest clock's lower bound to the upper one of the clock furthest ahead. */
const around = (clock: ServerClock, now: number): Bounds => {
  const known = widened<Bounds>(clock, now);
  if (!isKept(clock.furthest, now)) return known;
  return { ...known, highest: Math.max(known.highest, widened<Bounds>(clock.furthest, now).highest) };
};

/** By how many milliseconds the clock that is furthest ahead may be later than the one that counts; 0 where there is one. */
export const apartMillis = (clock: ServerClock, now: number): number => {
  const { highest } = widened<Bounds>(clock, now);
  return Number.isFinite(highest) ? around(clock, now).highest - highest : 0;
};

/**
 * The clock after another watcher's report that it was at least `earliest` there, which came at the local time `at`.
 *
 * @param errorMillis by how much that one's estimate may be wrong, where it was said
 */
export const hear = (
  clock: ServerClock | undefined,
  earliest: number,
  at: number,
  errorMillis?: number | undefined,
): ServerClock => {
  const heard = { lowest: earliest - at, highest: Number.POSITIVE_INFINITY, at, reportedErrorMillis: errorMillis };
  if (clock === undefined) return heard;
  const { lowest } = widened<Bounds>(clock, at);
  if (lowest <= heard.lowest) return heard;
  // A message that was long on its way says less than is known.
  return { ...heard, lowest, reportedErrorMillis: reportedErrorAt(clock, at) ?? errorMillis };
};

/** The remaining estimate after the local clock may have stood still: the server can only be later. */
export const afterSleep = ({ lowest, highest, at, ahead, doubt, apart }: ServerClock): ServerClock => ({
  lowest,
  highest: Number.POSITIVE_INFINITY,
  at,
  doubt,
  apart: isKept(ahead, at) ? { least: Math.max(0, ahead.lowest - highest), most: ahead.highest - lowest } : apart,
});

/** The earliest time it can be on the server, in milliseconds since 1970. A wait for this is never too early. */
export const earliest = (clock: ServerClock, now: number): number => now + widened<Bounds>(clock, now).lowest;

/** The latest time it can be by the clock that counts, in milliseconds since 1970; infinite just after a sleep. */
export const latest = (clock: ServerClock, now: number): number => now + widened<Bounds>(clock, now).highest;

/**
 * How far from the estimate the server's time may lie, in milliseconds; infinite just after a sleep. For another watcher's report the time that
 * the report took, which is unknown, comes on top.
 */
export const errorMillis = (clock: ServerClock, now: number): number => {
  const { lowest, highest } = around(clock, now);
  return Number.isFinite(highest) ? (highest - lowest) / 2 : (reportedErrorAt(clock, now) ?? Number.POSITIVE_INFINITY);
};

/** The middle of the bounds, in milliseconds since 1970, or the lower one where there is no upper. */
export const estimate = (clock: ServerClock, now: number): number => {
  const { lowest, highest } = around(clock, now);
  return now + (Number.isFinite(highest) ? (lowest + highest) / 2 : lowest + (reportedErrorAt(clock, now) ?? 0));
};
