/**
 * How work went: who did how much and when, how long a task took, how much was sent back, how much was accepted at once.
 *
 * It is fed with one task at a time, before and after, and a new report of a task replaces the earlier one. A part of a task's past that
 * cannot be read from its fields (that it was sent back before the first poll) is not known.
 */
import { Instant, lifecycle } from "@evalwire/core/contract";
import { assigneeOf, type Leasable } from "../lease/Lease.ts";
import { SortedSet } from "./SortedSet.ts";

/** A task, as far as views go: a watch's `TaskRow`, or a task of the API. */
export interface QueueTask extends Leasable {
  readonly priority?: number | null | undefined;
  readonly audit_status?: string | null | undefined;
  readonly updated_at?: string | null | undefined;
  /** `completed_at`, `time_spent_labeling_s` and `annotated_by_user_id` of the test case result are used where a watch includes them. */
  readonly included?: Readonly<Record<string, unknown>> | undefined;
}

/** The known past of one task. */
interface Past {
  /** When it was handed in last, in milliseconds since 1970. */
  readonly doneAt: number | undefined;
  readonly doneBy: string | undefined;
  /** When its holder got it, as far as it was seen. */
  readonly heldSince: number | undefined;
  readonly seconds: number | undefined;
  readonly wasHandedIn: boolean;
  readonly wasSentBack: boolean;
  readonly wasFixed: boolean;
  readonly wasApproved: boolean;
}

export interface Throughput {
  /** Tasks handed in within the window. */
  readonly done: number;
  readonly perHour: number;
}

export interface TimeToLabel {
  readonly count: number;
  /** Seconds; `null` while nothing is known. */
  readonly mean: number | null;
  readonly median: number | null;
  readonly p90: number | null;
}

/** A share, with what it is a share of. */
export interface Rate {
  readonly count: number;
  readonly of: number;
  /** Between 0 and 1; `null` of nothing. */
  readonly rate: number | null;
}

interface Stamp {
  readonly id: string;
  readonly value: number;
}

const byValue = (a: Stamp, b: Stamp): number => a.value - b.value || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

const rateOf = (count: number, of: number): Rate => ({ count, of, rate: of === 0 ? null : count / of });

const instant = (value: unknown): number | undefined => {
  const millis = typeof value === "string" ? Instant.epochMillis(value) : Number.NaN;
  return Number.isNaN(millis) ? undefined : millis;
};

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

const hour = 3_600_000;

/** A task's past with one more look at it. */
const pastOf = (
  known: Past | undefined,
  before: QueueTask | undefined,
  task: QueueTask,
  seenAt: number | undefined,
): Past => {
  const isDone = lifecycle.isDone(task.status);
  const included = task.included ?? {};
  const wasDone = before !== undefined && lifecycle.isDone(before.status);
  const isNewlyDone = isDone && !wasDone;
  const holder = assigneeOf(task);
  const isNewlyHeld = before !== undefined && !isDone && holder !== null && holder !== assigneeOf(before);
  const heldSince = isDone || holder === null ? undefined : isNewlyHeld ? seenAt : known?.heldSince;
  const doneAt = isDone
    ? (instant(included["completed_at"]) ??
      (isNewlyDone ? (instant(task.updated_at) ?? seenAt) : (known?.doneAt ?? instant(task.updated_at))))
    : known?.doneAt;
  const measured =
    isNewlyDone && known?.heldSince !== undefined && doneAt !== undefined
      ? (doneAt - known.heldSince) / 1_000
      : undefined;
  const stated = included["time_spent_labeling_s"];
  return {
    doneAt,
    doneBy: isDone ? (text(included["annotated_by_user_id"]) ?? holder ?? undefined) : known?.doneBy,
    heldSince,
    seconds: typeof stated === "number" ? stated : (measured ?? known?.seconds),
    wasHandedIn: isDone || (known?.wasHandedIn ?? false) || task.status === "PENDING_REDO",
    wasSentBack:
      (known?.wasSentBack ?? false) || task.status === "PENDING_REDO" || (wasDone && lifecycle.isOpen(task.status)),
    wasFixed: (known?.wasFixed ?? false) || task.status === "FIXED" || task.audit_status === "FIXED",
    wasApproved: task.audit_status === "APPROVED",
  };
};

export class WorkFigures {
  readonly #pasts = new Map<string, Past>();
  readonly #doneBy = new Map<string, SortedSet<Stamp>>();
  readonly #done = new SortedSet<Stamp>(byValue);
  /** When work on what is done began; when it was done, where that is not known. */
  readonly #begun = new SortedSet<Stamp>(byValue);
  readonly #seconds = new SortedSet<Stamp>(byValue);
  #secondsTotal = 0;
  #handedIn = 0;
  #sentBack = 0;
  #judged = 0;
  #acceptedAtOnce = 0;

  /** @param seenAt when the change was seen, in milliseconds since 1970, where it is one that was seen happening */
  set(before: QueueTask | undefined, task: QueueTask, seenAt: number | undefined): void {
    const known = this.#pasts.get(task.id);
    const past = pastOf(known, before, task, seenAt);
    if (known !== undefined) this.#count(task.id, known, -1);
    this.#pasts.set(task.id, past);
    this.#count(task.id, past, 1);
  }

  delete(id: string): void {
    const known = this.#pasts.get(id);
    if (known === undefined) return;
    this.#count(id, known, -1);
    this.#pasts.delete(id);
  }

  #count(id: string, past: Past, by: 1 | -1): void {
    const change = (set: SortedSet<Stamp>, value: number) =>
      by === 1 ? set.add({ id, value }) : set.delete({ id, value });
    if (past.doneAt !== undefined) {
      change(this.#done, past.doneAt);
      change(this.#begun, past.doneAt - (past.seconds ?? 0) * 1_000);
      if (past.doneBy !== undefined) {
        const own = this.#doneBy.get(past.doneBy) ?? new SortedSet<Stamp>(byValue);
        change(own, past.doneAt);
        if (own.size === 0) this.#doneBy.delete(past.doneBy);
        else this.#doneBy.set(past.doneBy, own);
      }
    }
    if (past.seconds !== undefined) {
      change(this.#seconds, past.seconds);
      this.#secondsTotal += by * past.seconds;
    }
    if (past.wasHandedIn) this.#handedIn += by;
    if (past.wasSentBack) this.#sentBack += by;
    if (past.wasApproved || past.wasFixed || past.wasSentBack) this.#judged += by;
    if (past.wasApproved && !past.wasFixed && !past.wasSentBack) this.#acceptedAtOnce += by;
  }

  /** Tasks handed in within the last `windowMillis`, in all and by person. */
  throughput(
    nowMillis: number,
    windowMillis: number,
  ): { readonly all: Throughput; readonly by: ReadonlyMap<string, Throughput> } {
    if (!(windowMillis > 0)) throw new RangeError(`throughput: windowMillis must be above 0, not ${windowMillis}`);
    const within = (set: SortedSet<Stamp>): Throughput => {
      const from = set.rank(({ value }) => value <= nowMillis - windowMillis);
      const done = set.rank(({ value }) => value <= nowMillis) - from;
      return { done, perHour: (done * hour) / windowMillis };
    };
    const by = new Map([...this.#doneBy].map(([person, set]) => [person, within(set)]));
    return { all: within(this.#done), by };
  }

  /** The work done within the last `windowMillis`, and the part of that time after work had begun. */
  pace(nowMillis: number, windowMillis: number): { readonly done: number; readonly elapsedMillis: number } {
    const { done } = this.throughput(nowMillis, windowMillis).all;
    const begunAt = this.#begun.at(0)?.value ?? Number.NEGATIVE_INFINITY;
    const sinceBegun = nowMillis - begunAt;
    if (done === 0 || sinceBegun <= 0 || sinceBegun >= windowMillis) return { done, elapsedMillis: windowMillis };
    // Counted from the first completion, the first is where counting begins.
    if (begunAt !== this.#done.at(0)?.value) return { done, elapsedMillis: sinceBegun };
    return done === 1 ? { done, elapsedMillis: windowMillis } : { done: done - 1, elapsedMillis: sinceBegun };
  }

  timeToLabel(): TimeToLabel {
    const count = this.#seconds.size;
    const at = (share: number) => this.#seconds.at(Math.min(count - 1, Math.floor(share * count)))?.value ?? null;
    return { count, mean: count === 0 ? null : this.#secondsTotal / count, median: at(0.5), p90: at(0.9) };
  }

  /** Of the tasks handed in at least once, how many were sent back at least once. */
  redoRate(): Rate {
    return rateOf(this.#sentBack, this.#handedIn);
  }

  /** Of the tasks an auditor has judged, how many were approved without having been corrected or sent back. */
  firstPassAcceptance(): Rate {
    return rateOf(this.#acceptedAtOnce, this.#judged);
  }
}
