/**
 * Whether a watch's snapshot is what it must be, given what the watch was shown and what was written through its client: the row
 * last shown, with every write laid over it that ended later than that look began.
 *
 * This is promises 7 and 8, and the part of 1 and 5 that can be checked at any moment.
 */
import type { TaskRow, WatchSnapshot } from "@evalwire/core";
import type { Row } from "../world/Database.ts";
import { type Field, fields } from "../world/History.ts";
import { isLaidOver, type OwnWrite, type OwnWrites } from "../world/OwnWrites.ts";
import type { Assertions } from "./Assertions.ts";
import type { Looks, Seen } from "./Looks.ts";

/** How a write stands to a look: it counts over it, it may, or the look has confirmed or replaced it. */
type Standing = "counts" | "may" | "past";

/** Whether an answer to an own write said that the task is as a look has shown it. */
const isAnswered = (write: OwnWrite, taskId: string, { row }: Seen): boolean => {
  const facts = write.whole.has(taskId) ? write.effects.get(taskId) : undefined;
  return facts !== undefined && fields.every((field) => facts[field] === undefined || facts[field] === row[field]);
};

/**
 * Whether two looks in a row show the same, of which the first began after every own write that it could be about had ended.
 *
 * @param writes the own writes to the task
 */
const isAgreed = (writes: ReadonlyArray<OwnWrite>, { looks, times }: Seen): boolean => {
  const agreeing = looks.slice(-times);
  return agreeing.some((began, at) => {
    const next = agreeing[at + 1];
    const isWritten = ({ startedAt, endedAt = Number.POSITIVE_INFINITY }: OwnWrite) =>
      endedAt > began && startedAt < (next ?? 0);
    return next !== undefined && !writes.some(isWritten);
  });
};

/** @param hasAgreement whether two looks agree on what the last one showed */
const standing = (write: OwnWrite, taskId: string, seen: Seen | undefined, hasAgreement: boolean): Standing => {
  const ended = write.endedAt ?? Number.POSITIVE_INFINITY;
  if (seen !== undefined && ended < seen.began) {
    // The first look that does not show it may come from a server that lags behind: the second one counts.
    const looksAfter = seen.looks.filter((began) => began > ended).length;
    // So may the first that shows again what was shown before it, although another has confirmed it meanwhile.
    const isDoubtful = looksAfter < 2 || (seen.isFormer && !hasAgreement);
    return write.outcome === "succeeded" && isDoubtful ? "may" : "past";
  }
  return !isLaidOver(write, taskId) || ended === seen?.began ? "may" : "counts";
};

/** How a task may show where looks at it wait. */
interface Waiting {
  readonly rows: ReadonlyArray<Row>;
  /** Whether it need not show at all yet. */
  readonly isNew: boolean;
}

interface Layer {
  readonly standing: Standing;
  readonly write: OwnWrite;
}

const valuesOf = (
  layers: ReadonlyArray<Layer>,
  taskId: string,
  field: Field,
  which: Standing,
): ReadonlyArray<unknown> =>
  layers.flatMap((layer) => {
    const value = layer.write.effects.get(taskId)?.[field];
    return layer.standing === which && value !== undefined ? [value] : [];
  });

export class ShownState {
  readonly #looks: Looks;
  readonly #own: OwnWrites;
  readonly #assertions: Assertions;
  readonly #hasEnded: (taskId: string, row: TaskRow) => boolean;
  readonly #waiting: (taskId: string) => Waiting | undefined;

  /**
   * @param hasEnded whether the end of the lease that a row shows was reported
   * @param waiting states a task may show while it waits for its history, where histories are requested
   */
  constructor(
    looks: Looks,
    own: OwnWrites,
    assertions: Assertions,
    hasEnded: (taskId: string, row: TaskRow) => boolean,
    waiting: (taskId: string) => Waiting | undefined = () => undefined,
  ) {
    this.#waiting = waiting;
    this.#hasEnded = hasEnded;
    this.#looks = looks;
    this.#own = own;
    this.#assertions = assertions;
  }

  check(snapshot: WatchSnapshot): void {
    const ids = new Set([...snapshot.tasks.keys(), ...this.#looks.seen.keys()]);
    for (const write of this.#own.all) for (const taskId of write.whole) ids.add(taskId);
    for (const taskId of ids) this.#checkTask(taskId, snapshot.tasks.get(taskId));
  }

  /** Whether a write shows in the moment it starts. */
  checkStarted(write: OwnWrite, snapshot: WatchSnapshot): void {
    for (const [taskId, facts] of write.effects) {
      const row = snapshot.tasks.get(taskId);
      if (row === undefined || write.unknown.has(taskId)) continue;
      for (const field of fields) {
        const value = facts[field];
        if (value === undefined) continue;
        this.#assertions.hold(
          7,
          row[field] === value,
          () => `${write.what} has begun, and ${field} shows ${row[field]}`,
        );
      }
    }
  }

  #checkTask(taskId: string, row: TaskRow | undefined): void {
    const seen = this.#looks.seen.get(taskId);
    const own = this.#own.of(taskId);
    const hasAgreement =
      seen !== undefined &&
      isAgreed(
        this.#own.all.filter(({ effects }) => effects.has(taskId)),
        seen,
      );
    const layers = own.map((write) => ({ write, standing: standing(write, taskId, seen, hasAgreement) }));
    const isGiven = layers.some((layer) => layer.standing === "counts" && layer.write.whole.has(taskId));
    const mayBeGiven = layers.some((layer) => layer.standing !== "past" && layer.write.whole.has(taskId));
    if (row === undefined) {
      const isThere = (seen !== undefined && this.#waiting(taskId)?.isNew !== true) || isGiven;
      this.#assertions.hold(
        seen === undefined ? 7 : 1,
        !isThere,
        () => `${taskId} was shown, and the snapshot lacks it`,
      );
      return;
    }
    if (!this.#assertions.hold(5, seen !== undefined || mayBeGiven, () => `${taskId} is there and was never shown`))
      return;
    // An earlier version than is known is no news before a second look agrees.
    const isEarlier = seen !== undefined && (seen.row.updated_at ?? "") < (row.updated_at ?? "");
    // Nor is a lease whose end was reported.
    const isOver =
      seen !== undefined &&
      seen.row.assignment_expires_at !== row.assignment_expires_at &&
      this.#hasEnded(taskId, { ...row, ...seen.row });
    // Nor is what an own write's answer said, where a look has shown something else since: it is what the writes after it have replaced.
    // Nor is what was shown before an own write, also where others have changed the task since.
    const isReplaced =
      seen !== undefined &&
      seen.looks.length > 1 &&
      own.some(
        (write) =>
          isAnswered(write, taskId, seen) ||
          (seen.isFormer && (write.endedAt ?? Number.POSITIVE_INFINITY) < seen.began),
      );
    if ((isEarlier || isOver || isReplaced) && !hasAgreement) return;
    for (const field of fields) this.#checkField(taskId, field, row, seen, layers);
  }

  #checkField(taskId: string, field: Field, row: TaskRow, seen: Seen | undefined, layers: ReadonlyArray<Layer>): void {
    const counting = valuesOf(layers, taskId, field, "counts");
    const possible = [...counting, ...valuesOf(layers, taskId, field, "may")];
    if (counting.length === 0 && seen !== undefined) possible.push(seen.row[field]);
    for (const one of this.#waiting(taskId)?.rows ?? []) possible.push(one[field]);
    // Another holder has another deadline, which only the server knows.
    const names = ({ write, standing: each }: Layer) =>
      each !== "past" && "assigned_to" in (write.effects.get(taskId) ?? {});
    if (field === "assignment_expires_at" && layers.some(names)) possible.push(null);
    if (possible.length === 0) return;
    const promise = counting.length > 0 ? 7 : layers.length > 0 ? 8 : 1;
    this.#assertions.hold(
      promise,
      possible.includes(row[field]),
      () => `${field} of ${taskId} shows ${row[field]}; it is ${possible.join(" or ")}`,
    );
  }
}
