/**
 * A lease in the hand: a claimed task, how long it surely holds, and what ended it.
 *
 * 1. It holds until the earliest moment at which it could have ended by the server's clock, at any setting of the client's clock and however
 *    either is set meanwhile; from then on it is lost, and nothing is written under it.
 * 2. `signal` aborts once: `marginMillis` before that moment, or as soon as the lease ends in any other way.
 * 3. It ends once, as `end` says: handed in, given back, kept (closed while still ours), or lost, with the reason.
 * 4. With a watch it is lost as soon as the watch sees it (also that the evaluation is archived), and a deadline that is moved is followed;
 *    without one it goes by time only, and a refused write is looked into.
 * 5. Disposing it gives the task back, or keeps it, and leaves no timer and no listener behind. A lease that has ended is not touched.
 */
import type { EventOf, SGPClient, SgpError, TaskRow, Transport, Watch } from "@evalwire/core";
import type { Tasks } from "@evalwire/core/contract";
import { checkOptions, Instant, lifecycle } from "@evalwire/core/contract";
import * as Clock from "effect/Clock";
import type * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import * as Result from "effect/Result";
import type { Claim, Claimed } from "../claim.ts";
import * as Claiming from "../claim.ts";
import type { FollowedWatch } from "../FollowedWatch.ts";
import type { Submission, SubmitArgs } from "../submit.ts";
import * as Submitting from "../submit.ts";
import { diagnose, type LostReason } from "./diagnose.ts";
import * as Lease from "./Lease.ts";
import * as LeaseWindow from "./LeaseWindow.ts";
import { unassign } from "./unassign.ts";

export type { LostReason };

/** How a lease ended. */
export type LeaseEnd =
  | { readonly _tag: "HandedIn"; readonly submission: Submission }
  /** `next` is what the platform gave instead; `null` where giving back claims nothing. */
  | { readonly _tag: "GivenBack"; readonly by: "skip" | "unassign"; readonly next: Claim | null }
  /** Closed while it was still ours; `error` when giving it back failed. */
  | { readonly _tag: "Kept"; readonly error?: SgpError }
  | { readonly _tag: "Lost"; readonly reason: LostReason; readonly error?: SgpError };

/**
 * How a task is given back. `skip` is the documented way, and claims another task, which the next `claim` returns; `unassign` sends
 * `assigned_to: null`, whose meaning is not documented; `keep` sends nothing.
 */
export type GiveBack = (typeof waysBack)[number];

/** @internal */
export const waysBack = ["skip", "unassign", "keep"] as const;

export interface HoldOptions {
  /** A watch of the evaluation, by whichever client; not closed with the lease. */
  readonly watch?: FollowedWatch & Pick<Watch, "onChange" | "status">;
  /**
   * How long before its possible end `signal` aborts, in milliseconds; a tenth of what is left when it is held, 10 s at most, when left out. Where less is left
   * than that, the signal is aborted from the start and says so; the lease holds all the same.
   */
  readonly marginMillis?: number;
  /** Action of disposing on a task that is still ours; `skip` when left out. */
  readonly onDispose?: GiveBack;
}

const optionNames: Record<keyof HoldOptions, true> = { watch: true, marginMillis: true, onDispose: true };

export type HandInArgs = Omit<SubmitArgs, "task" | "heldUntil">;

const longestMargin = 10_000;

// Timers stand still while a machine sleeps; a look at the clock now and then finds out.
const longestSleep = 30_000;

const eventTypes = ["assignment.released", "assignment.extended", "task.status_changed", "task.removed"] as const;

type SeenEvent = EventOf<(typeof eventTypes)[number]>;

const archivedAt = (watch: Pick<Watch, "snapshot">): string | undefined => watch.snapshot().evaluation?.archived_at;

/** The reason with which the signal is aborted. */
export class LeaseEnding extends Error {
  override readonly name = "LeaseEnding";
}

const instantOf = (text: string | null | undefined): number =>
  text === null || text === undefined ? Number.POSITIVE_INFINITY : Instant.epochMillis(text);

export class HeldLease implements AsyncDisposable {
  readonly task: Tasks.Task;
  readonly #services: Context.Context<Transport>;
  readonly #options: HoldOptions;
  readonly #abort = new AbortController();
  readonly #clock: Clock.Clock;
  readonly #start: { readonly wall: number; readonly monotonic: bigint };
  readonly #marginMillis: number;
  readonly #undo: Array<() => void> = [];
  #window: LeaseWindow.LeaseWindow;
  #expiresAt: string | null;
  #end: LeaseEnd | undefined;
  /** Writes under way; what a watch says meanwhile may be their own doing. */
  #writes = 0;
  #missed: SeenEvent | undefined;
  #missedEnd: LeaseEnd | undefined;
  #resolve!: (end: LeaseEnd) => void;

  /** Resolves with how it ended; never rejects. */
  readonly ended: Promise<LeaseEnd> = new Promise((resolve) => {
    this.#resolve = resolve;
  });

  /** @internal see `hold` */
  constructor(services: Context.Context<Transport>, claimed: Claimed, options: HoldOptions) {
    this.task = claimed.task;
    this.#services = services;
    this.#options = options;
    this.#clock = Effect.runSyncWith(services)(Clock.Clock);
    this.#start = { wall: this.#clock.currentTimeMillisUnsafe(), monotonic: this.#clock.monotonicTimeNanosUnsafe() };
    this.#window = { heldUntil: claimed.heldUntil, overAt: claimed.overAt, errorMillis: claimed.errorMillis };
    this.#expiresAt = claimed.task.assignment_expires_at ?? null;
    this.#marginMillis = options.marginMillis ?? Math.min(longestMargin, this.remainingMillis() / 10);
    this.#abortWithinMargin();
    const fiber = Effect.runForkWith(services)(this.#untilTheEnd());
    this.#undo.push(() => Effect.runFork(Fiber.interrupt(fiber)));
    if (options.watch !== undefined) this.#listen(options.watch);
  }

  get taskId(): string {
    return this.task.id;
  }

  /**
   * When it ends: the instant by the server's clock, ISO 8601, and how far from it the moment may lie at which we take it to end, in
   * milliseconds; `null` without a deadline, and where nothing is known of the server's clock.
   */
  get deadline(): { readonly expiresAt: string | null; readonly errorMillis: number | null } {
    return { expiresAt: this.#expiresAt, errorMillis: this.#window.errorMillis };
  }

  /** How long it surely holds, in milliseconds: 0 from when it could have ended, and once it has; `Infinity` without a deadline. */
  remainingMillis(): number {
    if (this.#end !== undefined) return 0;
    // A clock that is set back, or timers that stood still, must not make it longer.
    const { wall, monotonic } = this.#start;
    const byMonotonic = Number(this.#clock.monotonicTimeNanosUnsafe() - monotonic) / 1e6;
    const elapsed = Math.max(this.#clock.currentTimeMillisUnsafe() - wall, byMonotonic);
    return Math.max(0, this.#window.heldUntil - (wall + elapsed));
  }

  /** Aborts before it could have ended, or when it ended in any other way. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** How it ended; `undefined` while it holds. */
  get end(): LeaseEnd | undefined {
    this.#expireIfOver();
    return this.#end;
  }

  /** Why it is lost; `undefined` while it holds, and when it ended otherwise. */
  get lost(): LostReason | undefined {
    const { end } = this;
    return end?._tag === "Lost" ? end.reason : undefined;
  }

  /**
   * Hands in the answers; the lease ends with `Done`. Sends nothing once it could have ended, unless `late: "send"`. Rejects with an
   * `SgpError`.
   */
  submit(args: HandInArgs): Promise<Submission> {
    return this.#run(this.handIn("submit", args));
  }

  /** Keeps the answers; the task stays in hand. Rejects with an `SgpError`. */
  save(args: HandInArgs): Promise<Submission> {
    return this.#run(this.handIn("save", args));
  }

  /** Gives the task back: by the documented skip, which claims another one, by default. Rejects with an `SgpError`. */
  giveBack(by: GiveBack = "skip"): Promise<LeaseEnd> {
    return this.#run(this.returning(by));
  }

  /** Stops holding it without a word to the server. */
  close(): void {
    this.#finish({ _tag: "Kept" });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const given = await this.#run(Effect.result(this.returning(this.#options.onDispose ?? "skip")));
    if (Result.isFailure(given)) this.#finish({ _tag: "Kept", error: given.failure });
  }

  /** `submit` and `save` as an Effect; fails with an `SgpError`. */
  handIn(trigger: "submit" | "save", args: HandInArgs): Effect.Effect<Submission, SgpError, Transport> {
    return Effect.suspend(() => {
      const isAskedFor = args.late === "send";
      if (this.end !== undefined && !isAskedFor) {
        return Effect.succeed<Submission>({ _tag: "Late", heldUntil: this.#window.heldUntil });
      }
      // The clock may have been set since the claim: what is left is what counts.
      const heldUntil = this.#clock.currentTimeMillisUnsafe() + this.remainingMillis();
      const work = trigger === "submit" ? Submitting.submit : Submitting.save;
      return work({ ...args, task: this.task, heldUntil }).pipe(
        Effect.tap((submission) => this.#after(trigger, submission)),
        (writing) => this.#writing(writing),
      );
    });
  }

  #writing<A, E, R>(work: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> {
    return Effect.suspend(() => {
      this.#writes++;
      return Effect.ensuring(
        work,
        Effect.sync(() => {
          this.#writes--;
          if (this.#writes > 0) return;
          const missed = this.#missed;
          const missedEnd = this.#missedEnd;
          this.#missed = undefined;
          this.#missedEnd = undefined;
          // It was not ended by us.
          if (missed !== undefined && this.#end === undefined) this.#seen(missed);
          if (missedEnd !== undefined) this.#finish(missedEnd);
          this.#expireIfOver();
        }),
      );
    });
  }

  /** `giveBack` as an Effect; fails with an `SgpError`. */
  returning(by: GiveBack): Effect.Effect<LeaseEnd, SgpError, Transport> {
    return Effect.gen({ self: this }, function* () {
      if (this.end !== undefined) return this.end;
      if (by === "keep") return this.#finish({ _tag: "Kept" });
      const { id, task_entity_parent_id: evaluation_id, task_type } = this.task;
      if (by === "unassign") {
        return yield* this.#writing(
          Effect.map(unassign(evaluation_id, id), () => this.#finish({ _tag: "GivenBack", by, next: null })),
        );
      }
      const skipping = Claiming.skip({ evaluation_id, task_type, task_id: id });
      return yield* this.#writing(Effect.map(skipping, (next) => this.#finish({ _tag: "GivenBack", by, next })));
    });
  }

  #run<A, E>(effect: Effect.Effect<A, E, Transport>): Promise<A> {
    return Effect.runPromiseWith(this.#services)(effect);
  }

  #after(trigger: "submit" | "save", submission: Submission): Effect.Effect<void, never, Transport> {
    return Effect.gen({ self: this }, function* () {
      if (submission._tag === "Done" && trigger === "submit") this.#finish({ _tag: "HandedIn", submission });
      if (submission._tag !== "Conflict") return;
      const reason = yield* diagnose(this.task, this.#expiresAt);
      this.#finish({ _tag: "Lost", reason, error: submission.error });
    });
  }

  #finish(end: LeaseEnd): LeaseEnd {
    if (this.#end !== undefined) return this.#end;
    this.#end = end;
    for (const undo of this.#undo) undo();
    const why = end._tag === "Lost" ? `lost: ${end.reason}` : end._tag === "HandedIn" ? "handed in" : "given up";
    this.#abort.abort(new LeaseEnding(`The lease of task ${this.taskId} has ended (${why}).`));
    this.#resolve(end);
    return end;
  }

  /** A write that began under the lease says itself how it ended. */
  #expireIfOver(): void {
    if (this.remainingMillis() > 0 || this.#writes > 0) return;
    this.#finish({ _tag: "Lost", reason: "expired" });
  }

  #abortWithinMargin(): void {
    const left = this.remainingMillis();
    if (left > this.#marginMillis || this.signal.aborted) return;
    const isFirst = this.#clock.monotonicTimeNanosUnsafe() === this.#start.monotonic;
    const why = isFirst
      ? `holds for ${Math.floor(left)} ms, which is less than the margin of ${this.#marginMillis} ms`
      : "is about to end";
    this.#abort.abort(new LeaseEnding(`The lease of task ${this.taskId} ${why}.`));
  }

  /** Aborts the signal in time, and ends the lease when it could have ended. */
  #untilTheEnd(): Effect.Effect<void> {
    return Effect.gen({ self: this }, function* () {
      for (let left = this.remainingMillis(); left > 0; left = this.remainingMillis()) {
        this.#abortWithinMargin();
        const untilMargin = left - this.#marginMillis;
        // A millisecond more than is needed: a sleep may end a little early.
        const wait = untilMargin > 0 ? untilMargin : left;
        yield* Effect.sleep(Math.min(Math.ceil(wait) + 1, longestSleep));
      }
      this.#abort.abort(new LeaseEnding(`The lease of task ${this.taskId} could have ended.`));
      this.#expireIfOver();
    });
  }

  #listen(watch: NonNullable<HoldOptions["watch"]>): void {
    const unsubscribe = watch.subscribe<SeenEvent["type"]>((event) => this.#seen(event), {
      types: eventTypes,
      replay: false,
    });
    const archivedBefore = archivedAt(watch);
    const isOver = () => {
      const { status } = watch;
      if (status._tag === "closed" && status.error?.reason._tag === "NotFound") {
        this.#archived(status.error);
      } else {
        const at = archivedAt(watch);
        // A watch may still have to see that an evaluation was restored before this task was claimed.
        if (at !== undefined && at !== archivedBefore) this.#archived();
      }
    };
    this.#undo.push(unsubscribe, watch.onChange(isOver));
  }

  /** A write under way learns from its own answer whether it came in time. */
  #archived(error?: SgpError): void {
    const end: LeaseEnd = { _tag: "Lost", reason: "archived", ...(error === undefined ? {} : { error }) };
    if (this.#writes > 0) this.#missedEnd = end;
    else this.#finish(end);
  }

  #seen(event: SeenEvent): void {
    if (event.taskId !== this.taskId || this.#end !== undefined) return;
    if (event.type === "task.removed") {
      this.#finish({ _tag: "Lost", reason: "removed" });
      return;
    }
    if (event.type === "task.status_changed") {
      // A write of ours ends the lease itself, once it is answered.
      if (!lifecycle.isDone(event.current.status)) return;
      if (this.#writes > 0) this.#missed = event;
      else this.#finish({ _tag: "Lost", reason: "finished" });
      return;
    }
    const mine = instantOf(this.#expiresAt);
    if (event.type === "assignment.extended") {
      if (instantOf(event.previousExpiresAt) !== mine) return;
      this.#window = LeaseWindow.moved(this.#window, mine, instantOf(event.lease.expiresAt));
      this.#expiresAt = event.lease.expiresAt;
      return;
    }
    // Another lease of the same task, from before ours, may be reported late.
    if (instantOf(event.lease.expiresAt) !== mine) return;
    if (this.#writes > 0) this.#missed = event;
    else this.#released(event.current);
  }

  #released(row: TaskRow): void {
    const reason = lifecycle.isDone(row.status)
      ? "finished"
      : row.assigned_to !== null && row.assigned_to !== Lease.assigneeOf(this.task)
        ? "reassigned"
        : this.#clock.currentTimeMillisUnsafe() >= this.#window.heldUntil
          ? "expired"
          : "unassigned";
    this.#finish({ _tag: "Lost", reason });
  }
}

/**
 * Takes a claimed task into the hand, over a client.
 *
 * Throws a `RangeError` for what is no `Claimed`, and for options that cannot be right.
 *
 * @param client - the client it was claimed with
 * @param claimed - what `claim` or `skip` returned
 * @param options - `watch`, to learn at once what happens to it; `marginMillis`; `onDispose`
 *
 * @example
 * ```ts
 * import { SGPClient } from "@evalwire/core";
 * import { claim, Lease } from "@evalwire/tasks";
 *
 * const task = {
 *   id: "t1", task_type: "EVALUATION_ANNOTATION", status: "PENDING", priority: 0, account_id: "a1", task_entity_parent_id: "e1",
 *   task_entity_id: "r1", assigned_to: "ada", assignment_expires_at: new Date(Date.now() + 60_000).toISOString(),
 * };
 * const client = new SGPClient({ apiKey: "a key", fetch: async () => Response.json(task) });
 * const claimed = await claim(client, { evaluation_id: "e1" });
 * if (claimed._tag !== "Claimed") throw new Error(claimed._tag);
 * await using lease = Lease.hold(client, claimed, { onDispose: "keep" });
 * lease.signal.aborted; // => false
 * lease.remainingMillis() > 50_000; // => true
 * ```
 */
export const hold = (client: SGPClient, claimed: Claimed, options: HoldOptions = {}): HeldLease => {
  if (claimed?._tag !== "Claimed") {
    const what = (claimed as { readonly _tag?: string } | undefined)?._tag ?? String(claimed);
    throw new RangeError(`Lease.hold: the second argument is a Claimed, not ${what}`);
  }
  checkOptions("Lease.hold", options, optionNames);
  const { marginMillis = 0, onDispose = "skip" } = options;
  if (!(marginMillis >= 0)) {
    throw new RangeError(`Lease.hold: marginMillis must be a number of 0 or more, not ${marginMillis}`);
  }
  if (!waysBack.includes(onDispose)) {
    throw new RangeError(`Lease.hold: onDispose is "skip", "unassign" or "keep", not ${JSON.stringify(onDispose)}`);
  }
  return new HeldLease(client.services, claimed, options);
};
