/**
 * A subscriber that checks each event against the tasks that the events before it add up to, as `EventChecker` does, and against the
 * server's history and the server's clock.
 *
 * On v5 nothing shows who holds a task, and nothing numbers the versions of an item. So of promise 9 it is held that no event speaks of an
 * assignment; what 9 says of leases, and what 7 and 8 say of the fields of an own write, has nothing to apply to. A state that returns after
 * another one is no going back in time where the item had it again.
 */
import { instantOf, type Lease, leaseOf, type TaskRow, type WatchEvent } from "@evalwire/core";
import { announcementOf, BrokenPromise, EventChecker } from "@evalwire/core/testing";
import { type Field, fields, isSame, type LeaseEnd } from "../world/History.ts";
import type { Facts } from "../world/OwnWrites.ts";
import type { Assertions } from "./Assertions.ts";

/** Facts about the world for a checker to compare with. */
export interface Truth {
  readonly assertions: Assertions;
  /** Every state the server ever had of a task, in order; `null` for its absence. */
  readonly states: (taskId: string) => ReadonlyArray<TaskRow | null>;
  /** The writes to a task through the watched client, and their answers. */
  readonly written: (taskId: string) => ReadonlyArray<Facts>;
  /** Whether it can be so late on the server, in milliseconds since 1970, by what the watch can have heard. */
  readonly isServerPast: (instantMillis: number) => boolean;
  /** Whether that moment of a lease was announced before, to any listener: `taskId assignee expiresAt lead`. */
  readonly wasAnnounced: (moment: string) => boolean;
  /** Whether two complete passes have missed a task since it was last shown, or a look at its test case result has. */
  readonly isMissed: (taskId: string, testCaseResultId: string | null) => boolean;
  /** Whether a subscriber that is not slow has received the removal of a task. */
  readonly wasRemoved: (taskId: string) => boolean;
  /** How a lease ended by the server's own history; `undefined` where it stands, or where the watch cannot know. */
  readonly endOf: (lease: Lease) => LeaseEnd | undefined;
  /** Whether the API shows who holds a task. */
  readonly hasLeases: boolean;
  /** Whether the leader's clock was set: its histories, which are read by their times, may have another order then. */
  readonly isClockSet: () => boolean;
  /** Whether looks wait for histories: one by a server that lags behind is reported then after later ones, where no history comes. */
  readonly isHistoryRead: boolean;
  /** How long a server that answers may lag behind the one that is written to, in milliseconds. */
  readonly lagMillis: number;
  /** A task as an answer last showed it, and how many in a row have shown that; `undefined` when none has. */
  readonly shown: (taskId: string) => { readonly row: TaskRow; readonly times: number } | undefined;
  /** Whether an answer has shown a task so, at any time. */
  readonly wasShown: (row: TaskRow) => boolean;
  /** Whether a lease does not stand any more on the server, or an answer has shown its task without it. */
  readonly isOver: (lease: Lease) => boolean;
  /** Whether the server has ended a lease by its clock. */
  readonly hasEnded: (lease: Lease) => boolean;
}

export type Manner = "prompt" | "slow" | "throwing";

// Times are rounded to milliseconds on both sides.
const roundingMillis = 3;

export class Checker {
  readonly name: string;
  readonly manner: Manner;
  readonly #truth: Truth;
  readonly #events: EventChecker;
  readonly #announcedBefore: ReadonlySet<string>;
  readonly #reached = new Map<string, number>();
  #isDegraded: boolean | undefined;
  #exact = 0;
  #loose = 0;
  #isEnded = false;
  #endedBy: Error | undefined;
  /** Tasks present when it came, and not reported to it yet. */
  #awaited: Map<string, TaskRow> | undefined;

  constructor(
    name: string,
    manner: Manner,
    truth: Truth,
    before: {
      /** The tasks to be replayed to it. */
      readonly awaited?: ReadonlyMap<string, TaskRow>;
      /** The tasks an earlier watch reported to it, and the leases. */
      readonly known?: ReadonlyMap<string, TaskRow>;
      readonly announced?: ReadonlySet<string>;
    },
  ) {
    this.name = name;
    this.manner = manner;
    this.#truth = truth;
    this.#events = new EventChecker(undefined, before.known === undefined ? {} : { before: { tasks: before.known } });
    this.#announcedBefore = before.announced ?? new Set();
    this.#awaited = before.awaited === undefined || before.awaited.size === 0 ? undefined : new Map(before.awaited);
  }

  get received(): ReadonlyArray<WatchEvent> {
    return this.#events.events;
  }

  /** The state the events add up to. */
  get state(): ReadonlyMap<string, TaskRow> {
    return this.#events.tasks;
  }

  /** The announcements it received of leases. */
  get moments(): ReadonlySet<string> {
    return this.#events.announced;
  }

  /** Number of changes reported with the history's time of their beginning: as known to be complete, and as perhaps not. */
  get versions(): { readonly exact: number; readonly loose: number } {
    return { exact: this.#exact, loose: this.#loose };
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** The error that ended its subscription, if any. */
  get endedBy(): Error | undefined {
    return this.#endedBy;
  }

  end(error: Error | undefined): void {
    this.#hold(14, !this.#isEnded, () => "is ended twice");
    this.#isEnded = true;
    this.#endedBy = error;
  }

  /** The shortest lead time announced of a lease, 0 after its end; `undefined` when there was none. */
  shortestAnnounced(
    taskId: string,
    assignee: string,
    expiresAt: string,
    leads: ReadonlyArray<number>,
  ): number | undefined {
    return [0, ...leads.toSorted((a, b) => a - b)].find((lead) =>
      this.moments.has(announcementOf({ taskId, assignee, expiresAt }, lead)),
    );
  }

  hear(event: WatchEvent): void {
    this.#hold(14, !this.#isEnded, () => `hears ${event.type} after its end`);
    const isFirst = this.#check(event);
    const isShown = this.#truth.hasLeases || !event.type.startsWith("assignment.");
    this.#hold(9, isShown, () => `${event.type} is reported, and nothing shows assignments`);
    switch (event.type) {
      case "assignment.expiring":
      case "assignment.expired":
        this.#hearMoment(event);
        return;
      case "task.added":
        this.#hearReplay(event.taskId, event.current, event.replay);
        if (isFirst) this.#hearChange(event.taskId, null, event.current, event);
        return;
      case "task.removed":
        // A slow listener's event may have come again meanwhile: the prompt ones have heard it in time.
        this.#hold(
          6,
          this.manner === "slow"
            ? this.#truth.wasRemoved(event.taskId)
            : this.#truth.isMissed(event.taskId, event.previous.test_case_result_id),
          () => `${event.taskId} is reported as removed too soon`,
        );
        this.#isAfterReplay(event);
        if (isFirst) this.#hearChange(event.taskId, event.previous, null, event);
        return;
      case "task.status_changed":
      case "task.updated":
      case "assignment.created":
      case "assignment.released":
      case "assignment.extended":
        this.#isAfterReplay(event);
        if (isFirst) this.#hearChange(event.taskId, event.previous, event.current, event);
        return;
      case "watch.degraded":
        this.#hearState(true, "degraded is reported twice without a recovery");
        return;
      case "watch.recovered":
        this.#hearState(false, "recovery is reported of a watch that was not degraded");
        return;
      case "evaluation.progressed":
      case "evaluation.status_changed":
      case "watch.synced":
        return;
    }
  }

  // The promises that any subscriber can check. Returns whether it is the first event of a change.
  #check(event: WatchEvent): boolean {
    const before = "taskId" in event ? (this.state.get(event.taskId) ?? null) : null;
    try {
      return this.#events.hear(event);
    } catch (error) {
      if (!(error instanceof BrokenPromise)) throw error;
      this.#hold(
        error.promise,
        false,
        () => `${error.message}; before it was ${brief(before)}: ${JSON.stringify(event)}`,
      );
      return false;
    }
  }

  // 3: first everything that was there, as replay.
  #hearReplay(taskId: string, row: TaskRow, replay: boolean): void {
    const awaited = this.#awaited?.get(taskId);
    if (awaited === undefined) return;
    const isIt = this.manner === "slow" || isSame(awaited, row);
    this.#hold(3, isIt && replay, () => `${taskId} is replayed as ${brief(row)}, and was ${brief(awaited)}`);
    this.#awaited!.delete(taskId);
    if (this.#awaited!.size === 0) this.#awaited = undefined;
  }

  #isAfterReplay({ type, taskId }: Change): void {
    const awaited = this.manner === "slow" ? undefined : this.#awaited;
    this.#hold(
      3,
      awaited === undefined,
      () => `${type} ${taskId} comes before what was there: ${[...awaited!.keys()]}`,
    );
  }

  #hearChange(taskId: string, previous: TaskRow | null, current: TaskRow | null, event: Change): void {
    this.#isComplete(taskId, previous, current, event);
    if (previous !== null) this.#hearEnd(leaseOf(previous), current);
    this.#isReal(taskId, current, event);
  }

  // 2: where the history says that nothing lies between two versions, the server never had one there.
  #isComplete(taskId: string, previous: TaskRow | null, current: TaskRow | null, event: Change): void {
    if (event.type === "task.removed" || event.at === undefined || event.origin !== "server") return;
    if (this.#truth.written(taskId).length > 0 || this.manner === "slow" || this.#truth.isClockSet()) return;
    if (event.gap) {
      this.#loose++;
      return;
    }
    this.#exact++;
    const states = this.#truth.states(taskId);
    const isIt = (state: TaskRow | null | undefined, row: TaskRow | null) =>
      state == null || row === null ? (state ?? null) === row : isSame(state, row);
    const isNext = states.some((state, index) => isIt(state, current) && isIt(states[index - 1], previous));
    this.#hold(
      2,
      isNext,
      () =>
        `${event.type} ${taskId} has no gap, and the server had states between ${brief(previous)} and ${brief(current)}`,
    );
  }

  // 9: each lease the clock has ended was reported before the change that shows it, and no other was reported as ended by it.
  #hearEnd(lease: Lease | undefined, current: TaskRow | null): void {
    const next = current === null ? undefined : leaseOf(current);
    if (lease === undefined || this.manner === "slow" || this.#truth.written(lease.taskId).length > 0) return;
    const { taskId, assignee, expiresAt } = lease;
    if (expiresAt === null || (next?.assignee === assignee && next.expiresAt === expiresAt)) return;
    const moment = announcementOf(lease, 0);
    const isAnnounced =
      this.moments.has(moment) || this.#announcedBefore.has(moment) || this.#truth.wasAnnounced(moment);
    // The state of a lagging server is from before the lease, not from after it.
    const states = this.#truth.states(taskId);
    const first = states.findIndex((state) =>
      state === null || current === null ? state === current : isSame(state, current),
    );
    const place = this.#truth.isHistoryRead ? first : this.#placeOf(taskId, current);
    const isEarlier = this.#truth.lagMillis > 0 && place < this.#lastPlaceWith(lease);
    const isByClock = !isEarlier && this.#truth.endOf(lease)?.isByClock === true;
    this.#hold(
      9,
      isAnnounced || !isByClock,
      () => `a lease that the clock ended is not reported as expired: ${moment}`,
    );
  }

  #placeOf(taskId: string, row: TaskRow | null): number {
    return this.#truth
      .states(taskId)
      .findLastIndex((state) => (state === null || row === null ? state === row : isSame(state, row)));
  }

  #lastPlaceWith({ taskId, assignee, expiresAt }: Lease): number {
    return this.#truth
      .states(taskId)
      .findLastIndex((state) => state?.assigned_to === assignee && state.assignment_expires_at === expiresAt);
  }

  // 5: never invented. 2: never back in time.
  #isReal(taskId: string, current: TaskRow | null, event: Change): void {
    const states = this.#truth.states(taskId);
    const written = this.#truth.written(taskId);
    if (written.length > 0 || event.origin !== "server") {
      // An overlay may be seen together with the state beneath: each field was once so, or was written so.
      const isKnown = (field: Field) =>
        states.some((state) => state !== null && state[field] === current?.[field]) ||
        written.some((facts) => facts[field] !== undefined && facts[field] === current?.[field]);
      const invented = current === null ? [] : fields.filter((field) => !isKnown(field));
      this.#hold(5, invented.length === 0, () => `${taskId} was never so: ${invented.join(", ")} of ${brief(current)}`);
      this.#reached.delete(taskId);
      return;
    }
    const from = this.#reached.get(taskId) ?? 0;
    const isIt = (state: TaskRow | null) =>
      state === null || current === null ? state === current : isSame(state, current);
    const at = states.findIndex((state, index) => index >= from && isIt(state));
    if (at !== -1) {
      this.#reached.set(taskId, at);
      return;
    }
    const isByTimes = event.type !== "task.removed" && event.at !== undefined && this.#truth.isClockSet();
    if (isByTimes && states.some(isIt)) return;
    // A slow listener receives states shown, and removals reported, some time ago.
    const wasSo = current === null ? this.#truth.wasRemoved(taskId) : states.some(isIt);
    const isLate = this.manner === "slow" && wasSo;
    if (this.#truth.lagMillis > 0 && (isLate || this.#isShownBack(taskId, current, event))) {
      this.#reached.set(taskId, Math.max(0, states.findLastIndex(isIt)));
      return;
    }
    const wasOnce = states.some(isIt);
    this.#hold(wasOnce ? 2 : 5, false, () =>
      wasOnce ? `${event.type} ${taskId} goes back to ${brief(current)}` : `${taskId} was never ${brief(current)}`,
    );
  }

  /** Whether an answer of a server that lags behind showed it so: an earlier version twice, and reported with a gap. */
  #isShownBack(taskId: string, current: TaskRow | null, { previous, gap }: Change): boolean {
    // Before it was made a task was absent, and two complete scans have seen that.
    if (current === null) return this.#truth.isMissed(taskId, previous?.test_case_result_id ?? null);
    if (this.#truth.isHistoryRead && gap && this.#truth.wasShown(current)) return true;
    const shown = this.#truth.shown(taskId);
    if (shown === undefined || !isSame(shown.row, current)) return false;
    const isOlder = (current.updated_at ?? "") < (previous?.updated_at ?? "");
    return !isOlder || (gap && shown.times >= 2);
  }

  // 10: one after the other. Of what waits for a slow one only the last of each is kept.
  #hearState(isDegraded: boolean, otherwise: string): void {
    this.#hold(10, this.manner === "slow" || this.#isDegraded !== isDegraded, () => otherwise);
    this.#isDegraded = isDegraded;
  }

  // 9: never early, by what the watch can know. 16: not again after a cursor.
  #hearMoment(event: Moment): void {
    const { taskId, assignee, expiresAt } = event.lease;
    const lead = event.type === "assignment.expiring" ? event.leadMillis : 0;
    const moment = announcementOf(event.lease, lead);
    this.#hold(16, !this.#announcedBefore.has(moment), () => `${event.type} was reported before the cursor: ${moment}`);
    // A slow listener's event was emitted earlier, when the clock may have shown another time.
    if (this.manner === "slow") return;
    // So are earlier announcements repeated to a late listener.
    const deadline = instantOf(expiresAt ?? "") ?? Number.NaN;
    // A lease that is gone when its deadline may have come is reported as expired, although the clock's error leaves that open.
    const error = lead === 0 && this.#truth.isOver(event.lease) ? (event.errorMillis ?? 0) * 2 : 0;
    // The server has ended it by its clock, which was set back since: a history reports that afterwards.
    const isEnded = lead === 0 && this.#truth.hasEnded(event.lease);
    const isTime = isEnded || this.#truth.isServerPast(deadline - lead - error) || this.#truth.wasAnnounced(moment);
    this.#hold(9, isTime, () => `${event.type} is reported too early: ${moment}`);
    const facts = [...this.#truth.states(taskId), ...this.#truth.written(taskId)];
    const isReal = facts.some((fact) => fact?.assigned_to === assignee && fact.assignment_expires_at === expiresAt);
    this.#hold(5, isReal, () => `${event.type} is reported of a lease that never was: ${moment}`);
    this.#wasSeen(event, moment);
    const current = this.state.get(taskId);
    const isPresent = current !== undefined && isSame(current, event.current);
    this.#hold(
      9,
      isPresent,
      () => `${event.type} is reported of ${brief(event.current)}, and it is ${brief(current ?? null)}`,
    );
  }

  // 9: what it rests on was seen when it says, so that what was seen after the deadline is never wrong.
  #wasSeen({ type, lease, seenAt }: Moment, moment: string): void {
    const end = this.#truth.endOf(lease);
    if (seenAt === null || end === undefined || this.#truth.wasAnnounced(moment)) return;
    const seen = (instantOf(seenAt) ?? Number.NaN) - this.#truth.lagMillis;
    const isTrue = end.isByClock || end.at >= seen - roundingMillis;
    this.#hold(9, isTrue, () => `${type} says it was seen at ${seenAt}, and ended before: ${moment}`);
  }

  #hold(promise: number, isKept: boolean, what: () => string): void {
    this.#truth.assertions.hold(promise, isKept, () => `${this.name}: ${what()}`);
  }
}

type Moment = Extract<WatchEvent, { readonly type: "assignment.expiring" | "assignment.expired" }>;

type Change = Exclude<
  Extract<WatchEvent, { readonly taskId: string }>,
  { readonly type: "assignment.expiring" | "assignment.expired" }
>;

/** A row in few words. */
export const brief = (row: TaskRow | null): string =>
  row === null
    ? "absent"
    : `{ ${fields
        .filter((field) => row[field] !== null && !["task_type", "test_case_result_id", "test_case_id"].includes(field))
        .map((field) => `${field}: ${row[field]}`)
        .join(", ")} }`;
