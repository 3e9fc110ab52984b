/** How much is done over time, at what pace, and when the rest will be. All instants are in milliseconds since 1970. */
import type { TaskRow } from "@evalwire/core";
import { queue } from "@evalwire/tasks";
import { type Records, resultIdOf } from "./Records.ts";
import { isDone, placeOf } from "./Standing.ts";
import { millisOf } from "./Time.ts";

export interface Point {
  readonly at: number;
  readonly done: number;
}

export interface Pace {
  readonly perHour: number;
  /** Tasks done in the window, and its length. */
  readonly done: number;
  readonly windowMillis: number;
}

export interface End {
  readonly at: number;
  readonly low: number;
  /** `undefined` while the pace is too uncertain to bound it. */
  readonly high: number | undefined;
}

export interface BurnUp {
  readonly points: ReadonlyArray<Point>;
  readonly total: number;
  readonly done: number;
  /** Those of the done ones whose time is not known; they count as done from the beginning on. */
  readonly undated: number;
  /** `undefined` while nothing was done in the window. */
  readonly pace: Pace | undefined;
  /** `undefined` when everything is done, or nothing moves. */
  readonly end: End | undefined;
}

const mostPoints = 240;
const hour = 3_600_000;
const shortestWindow = 10_000;

/** When each finished task was handed in, in ascending order: the server's word, else when its result last changed; not those without either. */
export const doneTimes = (tasks: Iterable<TaskRow>, records: Records): Array<number> => {
  const times: Array<number> = [];
  for (const task of tasks) {
    if (!isDone(placeOf(task))) continue;
    const at = records.get(resultIdOf(task))?.completedAt ?? millisOf(task.updated_at);
    if (at !== undefined) times.push(at);
  }
  // Plain numbers sort several times as fast as by a comparison.
  return Array.from(Float64Array.from(times).sort());
};

/** The pace of the last hour, or of the time since the first task was done where that is shorter. */
export const paceOf = (times: ReadonlyArray<number>, now: number): Pace | undefined => {
  const [first] = times;
  if (first === undefined) return undefined;
  const windowMillis = Math.min(hour, Math.max(shortestWindow, now - first));
  const done = times.length - firstAfter(times, now - windowMillis);
  return done === 0 ? undefined : { done, windowMillis, perHour: (done * hour) / windowMillis };
};

/** The index of the first time that is not before `at`. */
const firstAfter = (times: ReadonlyArray<number>, at: number): number => {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < at) low = middle + 1;
    else high = middle;
  }
  return low;
};

const pointsOf = (times: ReadonlyArray<number>, undated: number, begin: number, now: number): ReadonlyArray<Point> => {
  const points: Array<Point> = [{ at: begin, done: undated }];
  const step = Math.max(1, Math.ceil(times.length / mostPoints));
  for (let index = step - 1; index < times.length; index += step) {
    points.push({ at: times[index]!, done: undated + index + 1 });
  }
  points.push({ at: Math.max(now, times.at(-1) ?? now), done: undated + times.length });
  return points;
};

/**
 * @param createdAt when the evaluation was made; default: when its first task was done
 * @param now by the server's clock
 */
export const burnUpOf = (
  tasks: ReadonlyArray<TaskRow>,
  records: Records,
  now: number,
  createdAt: number | undefined,
): BurnUp => {
  const times = doneTimes(tasks, records);
  const total = tasks.length;
  const pace = paceOf(times, now);
  const done = tasks.reduce((count, task) => (isDone(placeOf(task)) ? count + 1 : count), 0);
  const undated = done - times.length;
  const remaining = total - done;
  const begin = Math.min(createdAt ?? now, times[0] ?? now);
  const base = { points: pointsOf(times, undated, begin, now), total, done, undated, pace };
  if (pace === undefined || remaining <= 0) return { ...base, end: undefined };
  const { millis, low, high } = queue.estimate({ done: pace.done, elapsedMillis: pace.windowMillis, remaining });
  if (millis === null) return { ...base, end: undefined };
  return { ...base, end: { at: now + millis, low: now + low, high: high === null ? undefined : now + high } };
};

/**
 * The outline of where the pace may lead, cut off at `until`: along the earliest end to the total, along the total, and back along the latest one;
 * where there is no latest, nothing more may be done.
 */
export const bandOf = ({ done, total }: BurnUp, { low, high }: End, now: number, until: number): Array<Point> => {
  const along = (end: number | undefined): Point => {
    if (end !== undefined && end <= until) return { at: end, done: total };
    return { at: until, done: end === undefined ? done : done + ((total - done) * (until - now)) / (end - now) };
  };
  const [first, last] = [along(low), along(high)];
  const corner = first.done === total && last.done < total ? [{ at: until, done: total }] : [];
  return [{ at: now, done }, first, ...corner, last];
};
