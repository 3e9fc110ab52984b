/**
 * One key's part of a worker: claims one task at a time, has it worked on, and hands the answer in.
 *
 * 1. It holds at most one task.
 * 2. Every answer a handler returns is stored, or reported as lost.
 * 3. A task whose handler failed `tries` times is given back by a skip and not worked on again.
 * 4. When only tasks are left that it does not work on, it rests as when there are none.
 */
import { SgpError, Transport } from "@evalwire/core";
import { checkAnswers, Evaluations, type QuestionSets } from "@evalwire/core/contract";
import type * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Result from "effect/Result";
import { type Claim, type Claimed, claim } from "../claim.ts";
import { type GiveBack, HeldLease, type LeaseEnd } from "../lease/HeldLease.ts";
import { assigneeOf } from "../lease/Lease.ts";
import { growing } from "../pause.ts";
import { type Attempt, attempt, errorOf, read, type Starter, tooSlow } from "./attempt.ts";
import type { Bell } from "./Bell.ts";
import { type HandedIn, handIn } from "./handIn.ts";
import type { Material } from "./Material.ts";
import type { HandlerResult, Settings, WorkContext } from "./Options.ts";
import type { Stopping } from "./Stopping.ts";
import type { Happened } from "./WorkerEvent.ts";

/** State shared by the lanes of a worker. */
export interface Shared {
  readonly settings: Settings;
  readonly material: Material;
  readonly stopping: Stopping;
  /** Rings when there may be something to claim. */
  readonly work: Bell;
  /** Which lane has which task in hand. */
  readonly inHand: Map<string, { readonly lane: number; readonly user: string | null }>;
  /** Tasks that failed for good, with what they failed with. */
  readonly poisoned: Map<string, Error>;
  /** Tasks the handler declined: that they are free again is no reason to wake. */
  readonly declined: Set<string>;
  /** Failed tries by task, until one succeeds. */
  readonly tries: Map<string, number>;
  /** The users whose tasks the lanes were given. */
  readonly users: Set<string>;
  readonly start: Starter;
}

type Emit = (event: Happened) => void;

/** A task after it was worked on. */
type After =
  /** The lease is over, one way or the other. */
  | { readonly _tag: "Over" }
  /** The task is to be given back for good or for now. */
  | { readonly _tag: "PassOver" }
  | { readonly _tag: "Fatal"; readonly error: Error };

const isFatal = ({ reason }: SgpError): boolean =>
  reason._tag === "Unauthorized" ||
  reason._tag === "Forbidden" ||
  reason._tag === "NotFound" ||
  reason._tag === "Invalid";

const workable = "EVALUATION_ANNOTATION";

export class Lane {
  readonly #number: number;
  readonly #shared: Shared;
  readonly #services: Context.Context<Transport>;
  readonly #emit: Emit;
  /** Tasks passed over since something was last worked on. */
  readonly #passedOver = new Set<string>();
  #failures = 0;
  #idles = 0;
  #lapses = 0;

  constructor(number: number, shared: Shared, services: Context.Context<Transport>, emit: Emit) {
    this.#number = number;
    this.#shared = shared;
    this.#services = services;
    this.#emit = emit;
  }

  /** Works until the worker stops, nothing is left (where that stops it), or an error that nothing cures. */
  run(): Effect.Effect<void, never, Transport> {
    return this.#loop().pipe(
      Effect.map((error) => this.#emit({ type: "lane.stopped", ...(error === undefined ? {} : { error }) })),
    );
  }

  #loop(): Effect.Effect<Error | undefined, never, Transport> {
    return Effect.gen({ self: this }, function* () {
      const { settings, stopping, inHand } = this.#shared;
      const { evaluationId: evaluation_id, taskType: task_type } = settings;
      /** The task that a skip claimed in place of the one it gave back. */
      let next: Claim | undefined;
      while (!stopping.isSoft || next?._tag === "Claimed") {
        const rings = this.#shared.work.rings;
        const claimed: Result.Result<Claim, SgpError> | undefined =
          next === undefined
            ? yield* stopping.unlessHard(Effect.result(claim({ evaluation_id, task_type })))
            : Result.succeed(next);
        // The claim's outcome is not known; the next worker is given the task, if there is one.
        if (claimed === undefined) return undefined;
        next = undefined;
        if (Result.isFailure(claimed)) {
          const error = yield* this.#afterFailure(claimed.failure);
          if (error !== undefined) return error;
          continue;
        }
        this.#failures = 0;
        const held = claimed.success;
        if (held._tag === "Lapsed") {
          // By the server's clock it may hold for another moment; until that is over the same claim gives the same answer.
          yield* stopping.pause(yield* growing(this.#lapses++, [500, 30_000]));
          continue;
        }
        this.#lapses = 0;
        if (held._tag === "NothingLeft") {
          if (settings.stopWhenEmpty) return undefined;
          yield* this.#rest(rings);
          continue;
        }
        const user = assigneeOf(held.task);
        const other = inHand.get(held.task.id);
        // Another user's lane may still wait for the answer by which it gives the task back, or for its handler.
        if (other !== undefined && other.user === user) {
          return new Error(
            `Lane ${this.#number} was given task ${held.task.id}, which lane ${other.lane} has in hand: their keys belong to one user, who holds one task at a time.`,
          );
        }
        const entry = { lane: this.#number, user };
        inHand.set(held.task.id, entry);
        if (user !== null) this.#shared.users.add(user);
        const lease = new HeldLease(this.#services, held, {
          ...(settings.watch === undefined ? {} : { watch: settings.watch }),
          onDispose: "keep",
        });
        const after = yield* this.#take(held, lease).pipe(
          Effect.flatMap((taken) =>
            taken._tag === "PassOver" ? this.#passOver(lease) : Effect.succeed({ ...taken, next: undefined }),
          ),
          Effect.ensuring(
            Effect.sync(() => {
              lease.close();
              if (inHand.get(held.task.id) === entry) inHand.delete(held.task.id);
            }),
          ),
        );
        if (after._tag === "Fatal") return after.error;
        next = after.next;
        // Round and round over tasks it does not work on, there is nothing to do.
        if (next?._tag === "Claimed" && this.#passedOver.has(next.task.id) && !stopping.isSoft) {
          yield* this.#giveBackUnseen(next);
          if (settings.stopWhenEmpty) return undefined;
          yield* this.#rest(rings);
          next = undefined;
        }
      }
      return undefined;
    });
  }

  /** Waits after a failed request, or says why there is no point in waiting. */
  #afterFailure(error: SgpError): Effect.Effect<Error | undefined, never, Transport> {
    return Effect.gen({ self: this }, function* () {
      if (isFatal(error)) return error;
      if (error.reason._tag === "Conflict" && (yield* this.#shared.stopping.unlessHard(this.#isArchived())))
        return error;
      const waitMillis = yield* growing(this.#failures++, [500, 30_000]);
      this.#emit({ type: "lane.failed", error, waitMillis });
      yield* this.#shared.stopping.pause(waitMillis);
      return undefined;
    });
  }

  #isArchived(): Effect.Effect<boolean, never, Transport> {
    const { evaluationId: evaluation_id } = this.#shared.settings;
    return Effect.flatMap(Transport, ({ call }) => call(Evaluations.retrieve, { evaluation_id })).pipe(
      Effect.map(({ archived_at }) => (archived_at ?? null) !== null),
      Effect.catchTag("SgpError", ({ reason }) => Effect.succeed(reason._tag === "NotFound")),
    );
  }

  /** Waits until there may be something to do; not where the bell has rung since it had rung so often. */
  #rest(rings: number): Effect.Effect<void> {
    return Effect.gen({ self: this }, function* () {
      const { settings, stopping, work } = this.#shared;
      const waitMillis = yield* growing(this.#idles++, settings.idleMillis);
      this.#emit({ type: "lane.idle", waitMillis });
      this.#passedOver.clear();
      if (work.rings !== rings) return;
      yield* Effect.raceFirst(work.wait(waitMillis), stopping.pause(waitMillis));
    });
  }

  #take(claimed: Claimed, lease: HeldLease): Effect.Effect<After, never, Transport> {
    return Effect.gen({ self: this }, function* () {
      const { task } = claimed;
      const { poisoned, stopping } = this.#shared;
      this.#emit({ type: "task.claimed", taskId: task.id, expiresAt: lease.deadline.expiresAt });
      if (stopping.isSoft) return yield* this.#stopWith(lease);
      if (poisoned.has(task.id)) return { _tag: "PassOver" };
      if (task.task_type !== workable) {
        const reason = `no public route takes answers to a task of type ${task.task_type}`;
        this.#emit({ type: "task.skipped", taskId: task.id, reason });
        poisoned.set(task.id, new Error(reason));
        return { _tag: "PassOver" };
      }
      const worked = yield* this.#work(claimed, lease);
      if (worked._tag !== "PassOver") {
        this.#passedOver.clear();
        this.#idles = 0;
      }
      return worked;
    });
  }

  #work(claimed: Claimed, lease: HeldLease): Effect.Effect<After, never, Transport> {
    return Effect.gen({ self: this }, function* () {
      const { task } = claimed;
      const { settings, material, stopping, start } = this.#shared;
      let millis = 0;
      for (;;) {
        const before = yield* this.#ifOver(lease);
        if (before !== undefined) return before;
        if (lease.signal.aborted) {
          // Too little is left to begin anything.
          yield* stopping.pause(lease.remainingMillis() + 1);
          continue;
        }
        const number = (this.#shared.tries.get(task.id) ?? 0) + 1;
        const stuff = yield* stopping.unlessHard(
          Effect.result(Effect.all([material.result(task), material.questionSet()])),
        );
        if (stuff === undefined) continue;
        if (Result.isFailure(stuff)) {
          const { reason } = stuff.failure;
          // The test case result of this task is gone; that says nothing of others.
          if (reason._tag === "NotFound" || reason._tag === "Invalid") {
            const failed = yield* this.#failed(lease, number, stuff.failure);
            if (failed !== undefined) return failed;
            continue;
          }
          const error = yield* this.#afterFailure(stuff.failure);
          if (error !== undefined) return { _tag: "Fatal", error };
          continue;
        }
        const [result, set] = stuff.success;
        const context: Omit<WorkContext, "signal"> = {
          task,
          result,
          testCase: result.test_case_version ?? undefined,
          questions: set?.questions ?? [],
          lease,
          attempt: number,
          log: (message, fields) =>
            this.#emit({ type: "handler.log", taskId: task.id, message, ...(fields === undefined ? {} : { fields }) }),
        };
        const tried = yield* attempt({
          start,
          context,
          timeLimitMillis: settings.timeLimitMillis,
          graceMillis: settings.graceMillis,
          stop: stopping.signal,
          onLate: (answer) => this.#emit({ type: "answer.lost", taskId: task.id, reason: "aborted", answer }),
        });
        millis += tried.millis;
        const answer = this.#answerOf(tried.attempt, task.id);
        if (answer === "stopped") return yield* this.#stopWith(lease);
        const end = answer instanceof Error ? answer : yield* this.#use(answer, lease, set, millis);
        if (!(end instanceof Error)) return end;
        const failed = yield* this.#failed(lease, number, end);
        if (failed !== undefined) return failed;
      }
    });
  }

  /** After a failed try: the task's outcome, or `undefined`, after a pause, when it is tried again. */
  #failed(lease: HeldLease, number: number, error: Error): Effect.Effect<After | undefined, never, Transport> {
    return Effect.gen({ self: this }, function* () {
      const { settings, stopping, tries, poisoned } = this.#shared;
      const { taskId } = lease;
      tries.set(taskId, number);
      const isLast = number >= settings.tries;
      this.#emit({ type: "task.failed", taskId, attempt: number, isLast, error });
      if (isLast) {
        tries.delete(taskId);
        poisoned.set(taskId, error);
        this.#emit({ type: "task.poisoned", taskId, attempts: number, error });
      }
      const over = yield* this.#ifOver(lease);
      if (over !== undefined) return over;
      if (isLast) return { _tag: "PassOver" };
      yield* stopping.pause(Math.min(yield* growing(number - 1, [1_000, 30_000]), lease.remainingMillis()));
      return undefined;
    });
  }

  /** Result of a try: an answer to check, the reason why there is none, or that the worker stops without one. */
  #answerOf(tried: Attempt, taskId: string): HandlerResult | Error | "stopped" {
    switch (tried._tag) {
      case "Answered":
        return read(tried.value, taskId);
      case "Threw":
        return errorOf(tried.error);
      case "Cut":
        if (tried.by === "timeLimit") {
          if ("value" in tried) this.#emit({ type: "answer.lost", taskId, reason: "aborted", answer: tried.value });
          return tooSlow(this.#shared.settings.timeLimitMillis);
        }
        // An answer after the signal, while the lease still holds, is as valid as one before.
        if ("value" in tried) return read(tried.value, taskId);
        return tried.by === "stop" ? "stopped" : new Error("The lease ended before the handler was done.");
    }
  }

  /** Hands an answer in, or says why this try failed. */
  #use(
    answer: HandlerResult,
    lease: HeldLease,
    set: QuestionSets.QuestionSet | undefined,
    millis: number,
  ): Effect.Effect<After | Error, never, Transport> {
    return Effect.gen({ self: this }, function* () {
      const { settings, material, stopping } = this.#shared;
      const { taskId } = lease;
      if ("skip" in answer) {
        this.#shared.declined.add(taskId);
        this.#emit({ type: "task.skipped", taskId, reason: answer.skip });
        return { _tag: "PassOver" } as const;
      }
      const { result } = answer;
      if (settings.isChecked && set !== undefined) {
        const checked = yield* Effect.result(
          Effect.try({ try: () => checkAnswers(set, result, { forms: settings.forms }), catch: errorOf }),
        );
        if (Result.isFailure(checked)) return checked.failure;
        const { issues } = checked.success;
        if (issues.length > 0) {
          // The set may have been changed since it was read; the next try reads it again.
          material.forget();
          return new Error(`The answer breaks a rule: ${issues.map(({ message }) => message).join("; ")}.`);
        }
      }
      const time_spent_labeling_s = answer.time_spent_labeling_s ?? Math.round(millis / 1_000);
      const end = yield* handIn(lease, { result, time_spent_labeling_s }, stopping, settings.graceMillis);
      return this.#afterHandIn(end, lease, answer, millis);
    });
  }

  #afterHandIn(end: HandedIn, { taskId }: HeldLease, answer: HandlerResult, millis: number): After | Error {
    switch (end._tag) {
      case "Stored":
        this.#shared.tries.delete(taskId);
        if ("result" in answer) this.#emit({ type: "task.submitted", taskId, result: answer.result, millis });
        return { _tag: "Over" };
      case "Refused":
        if (end.isServers) this.#shared.material.forget();
        return end.error;
      case "Lost": {
        const error = end.error === undefined ? {} : { error: end.error };
        this.#emit({ type: "answer.lost", taskId, reason: end.reason, answer, ...error });
        return { _tag: "Over" };
      }
    }
  }

  /** Whether the lease is over, or the worker stops, so that no further try is made. */
  #ifOver(lease: HeldLease): Effect.Effect<After | undefined, never, Transport> {
    return Effect.suspend((): Effect.Effect<After | undefined, never, Transport> => {
      if (lease.lost !== undefined) {
        this.#emit({ type: "lease.lost", taskId: lease.taskId, reason: lease.lost });
        return Effect.succeed({ _tag: "Over" });
      }
      return this.#shared.stopping.isSoft ? this.#stopWith(lease) : Effect.succeed(undefined);
    });
  }

  /** Gives a task back; when the worker stops hard, an answer is waited for no longer than the time of grace. */
  #returning(lease: HeldLease, by: GiveBack): Effect.Effect<Result.Result<LeaseEnd, SgpError>, never, Transport> {
    const { settings, stopping } = this.#shared;
    return Effect.map(
      stopping.within(settings.graceMillis, Effect.result(lease.returning(by))),
      (given) =>
        given ??
        Result.fail(new SgpError({ reason: { _tag: "Aborted" }, cause: stopping.signal.reason, inDoubt: true })),
    );
  }

  /** Gives the task back because the worker stops. */
  #stopWith(lease: HeldLease): Effect.Effect<After, never, Transport> {
    return Effect.gen({ self: this }, function* () {
      const { giveBack: by } = this.#shared.settings;
      const { taskId } = lease;
      if (lease.lost !== undefined) this.#emit({ type: "lease.lost", taskId, reason: lease.lost });
      if (lease.end !== undefined) return { _tag: "Over" };
      const given = yield* this.#returning(lease, by);
      const error = Result.isFailure(given) ? { error: given.failure } : {};
      this.#emit({ type: "task.given_back", taskId, by, ...error });
      return { _tag: "Over" };
    });
  }

  /** Skips a task that is not worked on; what the platform gives instead is next. */
  #passOver(lease: HeldLease): Effect.Effect<After & { readonly next: Claim | undefined }, never, Transport> {
    return Effect.gen({ self: this }, function* () {
      this.#passedOver.add(lease.taskId);
      const given = yield* this.#returning(lease, "skip");
      if (Result.isFailure(given)) {
        const error = yield* this.#afterFailure(given.failure);
        return error === undefined ? { _tag: "Over", next: undefined } : { _tag: "Fatal", error, next: undefined };
      }
      const next = given.success._tag === "GivenBack" ? (given.success.next ?? undefined) : undefined;
      return { _tag: "Over", next };
    });
  }

  /** Gives back a task that is not even begun. */
  #giveBackUnseen(claimed: Claimed): Effect.Effect<void, never, Transport> {
    const lease = new HeldLease(this.#services, claimed, { onDispose: "keep" });
    return Effect.asVoid(this.#stopWith(lease)).pipe(Effect.ensuring(Effect.sync(() => lease.close())));
  }
}
