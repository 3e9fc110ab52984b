/** The people to whom tasks are or were assigned: their held and finished tasks, their pace, and their verdicts. */
import { leaseOf, type TaskRow } from "@evalwire/core";
import { type Records, resultIdOf } from "./Records.ts";
import { isDone, placeOf } from "./Standing.ts";
import { millisOf } from "./Time.ts";

export interface Person {
  readonly user: string;
  readonly held: number;
  readonly done: number;
  readonly perHour: number;
  /** Seconds; `undefined` where the server says no times. */
  readonly medianSeconds: number | undefined;
  /** Tasks of theirs that are to be redone just now, and their share of all they handed in; `undefined` of none. */
  readonly sentBack: number;
  readonly redoRate: number | undefined;
  /** Of their tasks that an auditor judged, the share accepted as they were; `undefined` while none was judged. */
  readonly firstPassRate: number | undefined;
  /** When they last handed something in, in milliseconds since 1970. */
  readonly lastAt: number | undefined;
}

interface Tally {
  held: number;
  done: number;
  recent: number;
  approved: number;
  fixed: number;
  sentBack: number;
  seconds: Array<number>;
  lastAt: number | undefined;
}

const hour = 3_600_000;

const median = (values: Array<number>): number | undefined => {
  if (values.length === 0) return undefined;
  values.sort((a, b) => a - b);
  const middle = values.length / 2;
  return (values[Math.ceil(middle) - 1]! + values[Math.floor(middle)]!) / 2;
};

/** @param windowMillis over which "per hour" is counted, up to `now` */
export const peopleOf = (
  tasks: Iterable<TaskRow>,
  records: Records,
  now: number,
  windowMillis = hour,
): ReadonlyArray<Person> => {
  const tallies = new Map<string, Tally>();
  const tallyOf = (user: string): Tally => {
    const known = tallies.get(user);
    if (known !== undefined) return known;
    const made = { held: 0, done: 0, recent: 0, approved: 0, fixed: 0, sentBack: 0, seconds: [], lastAt: undefined };
    tallies.set(user, made);
    return made;
  };
  for (const task of tasks) {
    const place = placeOf(task);
    const record = records.get(resultIdOf(task));
    if (!isDone(place)) {
      const lease = leaseOf(task);
      if (lease !== undefined) tallyOf(lease.assignee).held++;
      const redoer = record?.annotatedBy ?? task.assigned_to;
      if (task.status === "PENDING_REDO" && redoer !== null) tallyOf(redoer).sentBack++;
      continue;
    }
    const user = record?.annotatedBy ?? task.assigned_to;
    if (user === null) continue;
    const tally = tallyOf(user);
    tally.done++;
    if (place === "approved") tally.approved++;
    if (place === "fixed") tally.fixed++;
    if (record?.seconds !== undefined) tally.seconds.push(record.seconds);
    const at = record?.completedAt ?? millisOf(task.updated_at);
    if (at === undefined) continue;
    if (at > now - windowMillis) tally.recent++;
    if (tally.lastAt === undefined || at > tally.lastAt) tally.lastAt = at;
  }
  return Array.from(tallies, ([user, { held, done, recent, approved, fixed, sentBack, seconds, lastAt }]) => {
    const judged = approved + fixed + sentBack;
    const handedIn = done + sentBack;
    return {
      user,
      held,
      done,
      perHour: (recent * hour) / windowMillis,
      medianSeconds: median(seconds),
      sentBack,
      redoRate: handedIn === 0 ? undefined : sentBack / handedIn,
      firstPassRate: judged === 0 ? undefined : approved / judged,
      lastAt,
    };
  }).sort((a, b) => (a.user < b.user ? -1 : 1));
};
