/**
 * The loop behind a watch, and the only place that waits.
 *
 * It is one fiber with one timer. Each turn it says what is due about leases, sends the next request if it is due and none is
 * under way, and sleeps until the next of these, or until something wakes it: an answer, a write, the environment.
 * Everything it learns goes to the reconciler, everything it decides comes from the scheduler.
 */
import * as Cause from "effect/Cause";
import type * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import * as Random from "effect/Random";
import type { SgpError } from "../../client/SgpError.ts";
import type { TaskRow } from "../event/TaskRow.ts";
import type { IssueLog } from "../IssueLog.ts";
import type { PageSize } from "../source/PageSize.ts";
import type { Answer, Source, Write } from "../source/Source.ts";
import { lookLeadMillis } from "../state/LeaseReports.ts";
import type { OverScan, Reconciler } from "../state/Reconciler.ts";
import type { Scan, ScanResult } from "../state/Scan.ts";
import type { Environment } from "../time/Environment.ts";
import { Sleeper } from "../time/Sleeper.ts";
import type { Period, Reading, Timekeeper } from "../time/Timekeeper.ts";
import type { Polling } from "../WatchOptions.ts";
import type { Limiter } from "./Budget.ts";
import { errorOf, Failures } from "./Failures.ts";
import type { Freshness, Health } from "./Health.ts";
import type { Due, PollScheduler, Step } from "./PollScheduler.ts";
import type { Place, Turnstile } from "./Turnstile.ts";

/** The world, given. */
export interface LoopDeps {
  readonly clock: Clock.Clock;
  readonly random: (typeof Random.Random)["Service"];
  readonly environment: Environment;
  /** Shared by all watches of a client. */
  readonly limiter: Limiter;
  readonly turnstile: Turnstile;
}

/** Dependencies of the loop. */
export interface LoopParts {
  readonly world: LoopDeps;
  readonly source: Source;
  readonly polling: Polling;
  readonly time: Timekeeper;
  readonly scheduler: PollScheduler;
  readonly reconciler: Reconciler;
  readonly health: Health;
  readonly issues: IssueLog;
  readonly pageSize: PageSize | undefined;
  /** Called after each complete scan, and when the loop has ended by itself. */
  readonly onSync: () => void;
}

/** Counters of the work done. */
export interface Tally {
  requests: number;
  failures: number;
  scans: number;
  pagesPerScan: number;
  retrievals: number;
  probes: number;
  histories: number;
  bytes: number;
}

// The timer of a sleeping machine stands still, and is late by what is left of it: no wait is longer than this, or than the
// shortest pause between polls where that is longer.
const pulseMillis = 15_000;

// So many incomplete scans in a row are followed by the next one at once; then the pause grows as when nothing changes.
const hastyScans = 3;

const minuteMillis = 60_000;

// So much time a look before a lease's end has for its way, besides the error of the server's clock: as much as the last answer took.
const lookMarginMillis = { least: 150, most: 1_000 } as const;

export class Loop {
  readonly tally: Tally = {
    requests: 0,
    failures: 0,
    scans: 0,
    pagesPerScan: 0,
    retrievals: 0,
    probes: 0,
    histories: 0,
    bytes: 0,
  };
  readonly #parts: LoopParts;
  readonly #sleeper = new Sleeper();
  #isRequesting = false;
  // When the last page came, in monotonic milliseconds.
  #pageAt = 0;
  // How long the last answer took.
  #tripMillis: number = lookMarginMillis.most;
  // Bytes of the last answer.
  #pageBytes = 0;
  readonly #failures: Failures;

  /** When the writes under way began. */
  readonly #writing = new Map<string, Reading>();

  // Before the client's turnstile, while it turns.
  #place: Place | undefined;

  constructor(parts: LoopParts) {
    this.#parts = parts;
    this.#failures = new Failures(parts.world.limiter, parts.issues);
  }

  /** Turns until the watch has ended or the fiber is interrupted; then nothing listens any more. */
  readonly run: Effect.Effect<void> = Effect.suspend(() => {
    const undo = this.#begin();
    const turning = Effect.gen({ self: this }, function* () {
      while (!this.#parts.health.isEnded) yield* this.#turn;
    });
    const stop = Effect.sync(() => {
      for (const each of undo) this.#guarded(each, undefined);
    });
    return turning.pipe(
      Effect.catchCause((cause) =>
        Cause.hasInterruptsOnly(cause) ? Effect.void : Effect.sync(() => this.#end(errorOf(cause))),
      ),
      Effect.ensuring(stop),
    );
  });

  /** Something has changed that the next turn is to look at. */
  wake(): void {
    this.#sleeper.wake();
  }

  /** Takes a write that was made through the watched client, or elsewhere on its behalf. */
  hear(write: Write): void {
    const { time } = this.#parts;
    const began = this.#writing.get(write.id) ?? time.reading();
    if (write.phase === "started") this.#writing.set(write.id, began);
    else this.#writing.delete(write.id);
    const at = time.serverTime();
    const made = write.phase === "succeeded" ? time.madeAt(write.date, began) : { earliest: at, latest: at };
    this.#parts.reconciler.takeWrite(write, made);
    const now = this.#parts.time.now();
    this.#parts.scheduler.noteActivity(now);
    if (write.phase !== "started") {
      for (const taskId of write.touched) this.#parts.scheduler.requestRefresh(taskId, now);
      if (write.isSweeping) this.#parts.scheduler.requestFullScan(now);
    }
    this.wake();
  }

  readonly #chance = () => this.#parts.world.random.nextDoubleUnsafe();

  #begin(): ReadonlyArray<() => void> {
    const { world, source, reconciler, health, time, scheduler } = this.#parts;
    if (reconciler.completeScans > 0) reconciler.interrupt();
    reconciler.resume();
    this.#isRequesting = false;
    this.#writing.clear();
    health.connect();
    this.#abandonScan();
    const place = world.turnstile.open(() => this.wake());
    this.#place = place;
    this.#attend();
    time.detectClockJump();
    scheduler.wake(time.now());
    return [
      () => place.close(time.now()),
      source.writes(
        (write) => this.hear(write),
        (resultId) => reconciler.taskOf(resultId),
      ),
      this.#guarded(
        () => world.environment.subscribe(() => this.#attend()),
        () => undefined,
      ),
    ];
  }

  readonly #turn: Effect.Effect<void> = Effect.suspend(() => {
    this.#sleeper.beginTurn();
    this.#noticeClockJump();
    this.#parts.health.checkAge();
    const now = this.#parts.time.now();
    const { scheduler, reconciler } = this.#parts;
    for (const look of reconciler.announce(scheduler.isOnline))
      scheduler.requestLook(look, now, look.isNear ? now + this.#lookDelay() : now);
    const moment = reconciler.expiry.nextAt();
    const untilMoment = moment === undefined ? Number.POSITIVE_INFINITY : this.#parts.time.untilServerTime(moment);
    scheduler.expectLook(untilMoment < minuteMillis);
    const due = this.#isRequesting ? undefined : this.#admitted(scheduler.next(now), now);
    if (due !== undefined && due.at <= now) return this.#send(due.step);
    if (due !== undefined) this.#parts.health.expect(due.at);
    const { impatientAt } = reconciler;
    const wait = Math.min(
      Math.max(pulseMillis, this.#parts.polling.shortestMillis),
      due === undefined ? Number.POSITIVE_INFINITY : due.at - now,
      impatientAt === undefined ? Number.POSITIVE_INFINITY : impatientAt - now,
      untilMoment,
      this.#parts.health.freshUntil - now,
      // Waiting at the turnstile it may come to have something that passes before others.
      due !== undefined && !Number.isFinite(due.at) && scheduler.nextLookAt > now
        ? scheduler.nextLookAt - now
        : Number.POSITIVE_INFINITY,
    );
    return this.#sleeper.sleep(wait);
  });

  /** The same request, when the client's other watches let it pass. */
  #admitted(due: Due, now: number): Due {
    const place = this.#place!;
    if (due.at <= now) {
      const urgency = this.#parts.reconciler.passes === 0 ? "first" : due.isLook === true ? "look" : "repeat";
      return { ...due, at: place.readyAt(now, urgency) };
    }
    place.leave(now);
    return due;
  }

  /** A request goes out. */
  #spend(step: Step): void {
    const now = this.#parts.time.now();
    this.#place!.pass(now, this.#chance);
    this.#parts.scheduler.sent(step, now);
  }

  /** By how much the look before a lease's end can wait: the better the server's clock is known, the closer to the end it may come. */
  #lookDelay(): number {
    const error = this.#parts.time.errorMillis() ?? Number.POSITIVE_INFINITY;
    const margin = Math.min(lookMarginMillis.most, Math.max(lookMarginMillis.least, this.#tripMillis));
    return Math.max(0, lookLeadMillis - 2 * error - margin);
  }

  #send(step: Step): Effect.Effect<void> {
    const { reconciler } = this.#parts;
    const row =
      step._tag === "Task"
        ? reconciler.store.tasks.get(step.taskId)
        : step._tag === "History"
          ? reconciler.history.rowOf(step.taskId)
          : undefined;
    if (step._tag === "Task" && row === undefined) return Effect.sync(() => this.#parts.scheduler.forget(step.taskId));
    this.#isRequesting = true;
    this.#spend(step);
    const request = Effect.suspend(() => this.#request(step, row));
    const { admit } = this.#parts.source;
    return Effect.asVoid(Effect.forkChild(admit === undefined ? request : Effect.andThen(admit, request)));
  }

  /** One request and everything that follows from it. */
  #request(step: Step, row: TaskRow | undefined): Effect.Effect<void> {
    const { reconciler, scheduler, source } = this.#parts;
    const { tally } = this;
    tally.requests++;
    const began = reconciler.begin();
    switch (step._tag) {
      case "Evaluation": {
        tally.probes++;
        const basis = source.basis?.();
        return this.#settle(step, source.evaluation, (evaluation) => {
          const isReread = source.basis?.() !== basis;
          if (isReread) this.#abandonScan();
          const hasMoved = reconciler.takeEvaluation(evaluation, began);
          scheduler.evaluated(this.#parts.time.now(), hasMoved || isReread);
        });
      }
      case "Page": {
        const scan = reconciler.scan();
        if (scan.pages === 0) tally.scans++;
        const sentAt = this.#parts.time.now();
        const known = (taskId: string) => reconciler.store.tasks.get(taskId);
        return this.#settle(
          step,
          this.#parts.source.page(scan.next, known, reconciler.lastPage(scan), reconciler.firstPageAt),
          (page, made) => {
            this.#pageAt = this.#parts.time.now();
            if (page.next !== undefined) this.#parts.pageSize?.came(this.#pageAt - sentAt, this.#pageBytes);
            return this.#takePage(reconciler.takingPage(scan, page, began, made));
          },
        );
      }
      case "History":
        tally.histories++;
        return this.#settle(step, this.#parts.source.history!(row!), (answer) =>
          reconciler.takeHistory(step.taskId, answer),
        );
      case "Task": {
        tally.retrievals++;
        return this.#settle(step, this.#parts.source.readTask(row!), (answer, made) =>
          reconciler.takeTaskRead(step.taskId, answer, began, made),
        );
      }
    }
  }

  /** Takes a page slice by slice. A small one is taken at once; between the slices of a large one others have their turn. */
  #takePage(taking: Generator<undefined, OverScan | undefined, void>): Effect.Effect<void> | undefined {
    const { done, value } = taking.next();
    if (done === true) {
      if (value !== undefined) this.#scanned(value.scan, value.result);
      return undefined;
    }
    let isGoingOn = false;
    const rest = Effect.suspend(() => {
      isGoingOn = true;
      return this.#takePage(taking) ?? Effect.void;
    });
    // A page of which the rest is never taken has not been seen.
    const abandon = Effect.sync(() => {
      if (!isGoingOn) this.#parts.reconciler.abandonScan();
    });
    return Effect.ensuring(Effect.andThen(Effect.yieldNow, rest), abandon);
  }

  /** @param take what follows from the answer; an effect where that is not done at once */
  #settle<A>(
    step: Step,
    work: Effect.Effect<Answer<A>, SgpError>,
    take: (value: A, made: Period) => Effect.Effect<void> | undefined | void,
  ): Effect.Effect<void> {
    const reading = this.#parts.time.reading();
    const heed = (answer: Answer<A>) =>
      Effect.suspend(() => {
        this.#tripMillis = this.#parts.time.now() - reading.at;
        this.#learnTime(answer, reading);
        this.#failures.answered(step);
        this.tally.bytes += answer.bytes ?? 0;
        this.#pageBytes = answer.bytes ?? 0;
        this.#parts.scheduler.succeeded();
        this.#parts.scheduler.received(step, answer.bytes ?? 0, this.#parts.time.now());
        this.#parts.world.limiter.succeeded();
        this.#parts.health.succeed(step._tag);
        const taking = take(answer.value, this.#parts.time.madeAt(answer.date, reading, answer.ageSeconds));
        const taken = () => {
          for (const taskId of this.#parts.reconciler.takeSuspects())
            this.#parts.scheduler.requestRefresh(taskId, this.#parts.time.now());
          this.#rest();
        };
        if (taking) return Effect.andThen(taking, Effect.sync(taken));
        taken();
        return Effect.void;
      });
    return Effect.flatMap(work, heed).pipe(
      Effect.catchCause((cause) =>
        Cause.hasInterruptsOnly(cause)
          ? Effect.void
          : Effect.flatMap(Random.next, (chance) => {
              const error = errorOf(cause);
              const isOver = this.#fail(step, error, chance);
              const ending = isOver
                ? Effect.map(this.#explained(error), (explained) => this.#end(explained))
                : Effect.void;
              return Effect.map(ending, () => this.#rest());
            }),
      ),
    );
  }

  #rest(): void {
    this.#isRequesting = false;
    this.wake();
  }

  #scanned({ pages, beganAt, hasNews }: Scan, { isComplete, reason }: ScanResult): void {
    if (reason !== undefined) {
      this.#parts.issues.report({ kind: "incomplete-scan", message: `a scan did not see everything: ${reason}` });
    }
    this.tally.pagesPerScan = pages;
    this.#parts.pageSize?.scanned();
    const leased = this.#parts.reconciler.store.leases.next(this.#parts.scheduler.leaseRotation);
    const now = this.#parts.time.now();
    const { reconciler, scheduler } = this.#parts;
    // Missing items may have moved while the list was read: the next scan is soon, but not again and again.
    const isWorthHaste = !isComplete && reconciler.incompleteScans <= hastyScans;
    scheduler.confirm(reconciler.doubtful);
    // The pace is that of pages as requested at first: large ones are fewer requests, and as many bytes.
    const weight = Math.max(pages, Math.ceil(reconciler.store.tasks.size / this.#parts.polling.pageSize));
    scheduler.scanned(now, { began: beganAt, pages: weight, hasMoved: hasNews || isWorthHaste, leased });
    // Whether what is missing is gone, the next scan says: soon.
    if (reconciler.isMissing || isWorthHaste) scheduler.requestFullScan(now);
    if (reconciler.passes === 0) return;
    this.#parts.health.sync(this.#freshness(beganAt, now));
    this.#parts.onSync();
  }

  /** How long the snapshot is fresh: until the next scan is sure to be over, with as much time to spare as the longest pause. */
  #freshness(beganAt: number, now: number): Freshness {
    const { scheduler, polling, time } = this.#parts;
    const pause = Math.max(scheduler.nextScanAt - now, polling.longestMillis);
    return { lastSyncedAt: time.timeAt(beganAt), until: now + pause + 2 * (now - beganAt) + polling.longestMillis };
  }

  /** Returns whether the watch is over. */
  #fail(step: Step, error: SgpError, chance: number): boolean {
    this.tally.failures++;
    const now = this.#parts.time.now();
    const { reason } = error;
    if (step._tag === "History") {
      this.#heedRefusal(error, now);
      this.#parts.reconciler.missHistory(step.taskId, error);
      return false;
    }
    this.#parts.reconciler.interrupt();
    if (this.#failures.ends(step, error, now)) return true;
    this.#heedRefusal(error, now);
    if (step._tag === "Page" && reason._tag === "Timeout") this.#shrinkPage();
    this.#parts.scheduler.failed(step, now, chance);
    if (reason._tag === "NotFound") this.#listGone(now);
    const lastPageAt = Math.max(this.#pageAt, this.#parts.reconciler.scan().beganAt);
    if (step._tag === "Page" && now - lastPageAt > this.#parts.polling.longestMillis) this.#abandonScan();
    this.#parts.health.fail(step._tag, error);
    return false;
  }

  /** A missing list says nothing yet: the evaluation's own route decides whether it is gone. Until it has, no look at a task can say so. */
  #listGone(now: number): void {
    this.#parts.reconciler.listGone();
    this.#parts.scheduler.confirm([]);
    this.#parts.scheduler.requestFullScan(now);
  }

  /** The server may request a slower pace. */
  #heedRefusal(error: SgpError, now: number): void {
    const until = this.#failures.heedRefusal(error, now);
    if (until !== undefined) this.#place?.pause(until, this.#chance);
  }

  #shrinkPage(): void {
    const { evaluation, tasks } = this.#parts.reconciler.store;
    this.#failures.shrinkPage(this.#parts.pageSize, Math.max(evaluation?.total ?? 0, tasks.size));
  }

  /** The error that ends the watch, with details from one more request, where the budget allows one. */
  #explained(error: SgpError): Effect.Effect<SgpError> {
    const { source, scheduler, time } = this.#parts;
    if (error.reason._tag !== "NotFound" || source.explain === undefined) return Effect.succeed(error);
    const now = time.now();
    const mayPass = this.#place!.readyAt(now, "first") <= now;
    if (!mayPass || !scheduler.canSend({ _tag: "Evaluation" }, now)) return Effect.succeed(error);
    this.tally.requests++;
    this.#spend({ _tag: "Evaluation" });
    return source.explain(error);
  }

  #end(error: SgpError): void {
    this.#parts.health.end(error);
    this.#parts.onSync();
  }

  /** Takes the environment as it is now. */
  #attend(): void {
    const { environment } = this.#parts.world;
    const isVisible = this.#guarded(() => environment.isVisible(), true);
    const isOnline = this.#guarded(() => environment.isOnline(), true);
    const now = this.#parts.time.now();
    const isBack = this.#parts.scheduler.setEnvironment(isVisible, isOnline, now);
    if (isBack) this.#place?.pause(now, this.#chance);
    this.#parts.health.setOnline(isOnline);
    this.wake();
  }

  /** Calls what the user gave; what it throws is reported, and the watch goes on. */
  #guarded<A>(call: () => A, otherwise: A): A {
    try {
      return call();
    } catch (error) {
      this.#parts.issues.report({ kind: "listener-failed", message: `the environment threw: ${String(error)}` });
      return otherwise;
    }
  }

  #noticeClockJump(): void {
    const jump = this.#parts.time.detectClockJump();
    if (jump !== 0) this.#resync(`the local clock moved by ${jump} ms, or the machine slept`);
  }

  /** Only leases depend on the server's clock: nothing has to be read again. */
  #learnTime({ date, ageSeconds }: Answer<unknown>, reading: Reading): void {
    const { time, reconciler } = this.#parts;
    const before = time.serverTime();
    const differsMillis = time.observe(date, reading, ageSeconds);
    if (differsMillis === 0) return;
    if (differsMillis < 0) reconciler.setBack(time.serverTime() - before);
    const way = differsMillis > 0 ? "ahead of" : "behind";
    const message = `an answer's Date is ${Math.abs(differsMillis)} ms ${way} earlier ones: the server's clock was set, or several servers answer`;
    this.#parts.issues.report({ kind: "clock-differs", message });
  }

  #resync(message: string): void {
    this.#parts.issues.report({ kind: "clock-jump", message });
    this.#parts.reconciler.interrupt();
    this.#abandonScan();
    const now = this.#parts.time.now();
    this.#place?.pause(now, this.#chance);
    this.#parts.scheduler.wake(now);
  }

  #abandonScan(): void {
    this.#parts.reconciler.abandonScan();
    this.#parts.scheduler.abandon();
  }
}
