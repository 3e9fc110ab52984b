/**
 * Keeps one evaluation's picture true: the loop behind a watch, and the only place that waits.
 *
 * It is one fiber with one timer. Each turn it says what is due about leases, sends the next request if it is due and none is
 * under way, and sleeps until the next of these, or until something wakes it: an answer, a write, the environment.
 * Everything it learns goes to the reconciler, everything it decides comes from the schedule.
 */
import * as Cause from "effect/Cause";
import * as Clock from "effect/Clock";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import * as Latch from "effect/Latch";
import * as Random from "effect/Random";
import { SgpError } from "../client/SgpError.ts";
import type { Position } from "./Cursor.ts";
import { Health } from "./Health.ts";
import { Issues } from "./Issues.ts";
import type { Polling } from "./Options.ts";
import { Reconciler } from "./picture/Reconciler.ts";
import type { Scan, Verdict } from "./picture/Scan.ts";
import type { Answer, Capabilities, Source, Write } from "./source/Source.ts";
import type { TaskRow } from "./TaskRow.ts";
import { type Limiter, longestRetryAfterMillis } from "./time/Budget.ts";
import type { Environment } from "./time/Environment.ts";
import { Schedule, type Step } from "./time/Schedule.ts";
import { Timekeeper } from "./time/Timekeeper.ts";

/** The world, given. */
export interface World {
  readonly clock: Clock.Clock;
  readonly random: (typeof Random.Random)["Service"];
  readonly environment: Environment;
  /** Shared by all watches of a client. */
  readonly limiter: Limiter;
}

// The timer of a sleeping machine stands still, and is late by what is left of it: no wait is longer than this, or than the
// shortest pause between polls where that is longer.
const pulseMillis = 15_000;

/** What the poller has done, counted. */
export interface Tally {
  requests: number;
  failures: number;
  scans: number;
  pagesPerScan: number;
  retrievals: number;
  probes: number;
}

// Whatever is no failure of the world is a mistake of ours: it shows, and does not leave the watch hanging.
const errorOf = (cause: Cause.Cause<SgpError>): SgpError => {
  const error = Cause.squash(cause);
  if (error instanceof SgpError) return error;
  const description = `the watch could not take it in: ${String(error)}`;
  return new SgpError(
    { _tag: "Undecodable", path: "", description, truncated: false },
    { endpoint: "watch", cause: error },
  );
};

export class Poller {
  readonly settings: Polling;
  readonly reconciler: Reconciler;
  readonly issues = new Issues();
  readonly time: Timekeeper;
  readonly schedule: Schedule;
  readonly #health: Health;
  readonly tally: Tally = { requests: 0, failures: 0, scans: 0, pagesPerScan: 0, retrievals: 0, probes: 0 };
  readonly #source: Source;
  readonly #world: World;
  readonly #wake = Latch.makeUnsafe(false);
  readonly #roster: Map<string, Poller>;
  readonly #onSync = new Set<() => void>();
  readonly #leads = new Map<object, ReadonlyArray<number>>();
  #holds = 0;
  #fiber: Fiber.Fiber<void> | undefined;
  #isRequesting = false;
  // When the last page came, in monotonic milliseconds.
  #pageAt = 0;

  /** @param roster the pollers at work, by evaluation: each stands there as long as it works */
  constructor(source: Source, world: World, settings: Polling, roster: Map<string, Poller>, from?: Position) {
    this.#source = source;
    this.#roster = roster;
    this.#world = world;
    this.settings = settings;
    this.time = new Timekeeper(world.clock);
    this.schedule = new Schedule({
      perMinute: settings.requestsPerMinute,
      shortest: settings.shortestMillis,
      longest: settings.longestMillis,
      limiter: world.limiter,
      glances: source.capabilities.glances,
    });
    this.reconciler = new Reconciler(source.evaluationId, this.time, this.issues, from);
    this.#health = new Health(this.reconciler.store, this.time);
  }

  get capabilities(): Capabilities {
    return this.#source.capabilities;
  }

  get store() {
    return this.reconciler.store;
  }

  get isEnded(): boolean {
    return this.#health.isEnded;
  }

  /** Keeps the poller at work until the returned function is called; after the last of them it resolves when nothing is left at work. */
  hold(): () => Promise<void> {
    if (this.isEnded) return async () => undefined;
    this.#holds++;
    if (this.#fiber === undefined) this.#start();
    let isHeld = true;
    return async () => {
      if (!isHeld) return;
      isHeld = false;
      this.#holds--;
      if (this.#holds === 0) await this.#stop();
    };
  }

  /** Announces leases so many milliseconds before their end, until `owner` is set to none. */
  setLeads(owner: object, leads: ReadonlyArray<number> | undefined): void {
    if (leads === undefined) this.#leads.delete(owner);
    else this.#leads.set(owner, leads);
    this.reconciler.expiry.setLeads(new Set([...this.#leads.values()].flat()));
    this.#wake.openUnsafe();
  }

  /** Calls `listener` after each complete scan, and when the poller has ended; returns its undo. */
  onSync(listener: () => void): () => void {
    const entry = () => listener();
    this.#onSync.add(entry);
    return () => void this.#onSync.delete(entry);
  }

  /** Takes note of what a subscriber threw. */
  reportListener(error: unknown): void {
    this.issues.report({ kind: "listener-failed", message: `a listener threw: ${String(error)}` });
  }

  #start(): void {
    const { clock, random, environment } = this.#world;
    const undo = [
      this.#source.writes(
        (write) => this.#hear(write),
        (resultId) => this.#taskOf(resultId),
      ),
      environment.subscribe(() => this.#attend()),
    ];
    if (this.reconciler.completeScans > 0) this.reconciler.interrupt();
    this.reconciler.resume();
    this.#roster.set(this.store.evaluationId, this);
    this.#isRequesting = false;
    this.#health.connect();
    this.#abandonScan();
    this.#attend();
    this.time.jolt();
    this.schedule.wake(this.time.now());
    const loop = Effect.whileLoop({
      while: () => !this.isEnded,
      body: () => this.#turn,
      step: () => undefined,
    });
    this.#fiber = Effect.runFork(
      loop.pipe(
        Effect.catchCause((cause) =>
          Effect.sync(() => {
            if (!Cause.hasInterruptsOnly(cause)) this.#end(errorOf(cause));
          }),
        ),
        Effect.ensuring(
          Effect.sync(() => {
            for (const each of undo) each();
          }),
        ),
        Effect.provideService(Clock.Clock, clock),
        Effect.provideService(Random.Random, random),
      ),
    );
  }

  async #stop(): Promise<void> {
    const fiber = this.#fiber;
    this.#signOff();
    if (fiber === undefined) return;
    this.#fiber = undefined;
    await Effect.runPromise(Fiber.interrupt(fiber));
    // Somebody may have come back meanwhile.
    if (this.#fiber === undefined && !this.isEnded) this.#health.connect();
  }

  readonly #turn: Effect.Effect<void> = Effect.suspend(() => {
    this.#wake.closeUnsafe();
    this.#noticeJolt();
    for (const taskId of this.reconciler.announce()) this.schedule.heat(taskId, this.time.now());
    const now = this.time.now();
    const due = this.#isRequesting ? undefined : this.schedule.next(now);
    if (due !== undefined && due.at <= now) return this.#send(due.step);
    if (due !== undefined) this.#health.expect(due.at);
    const moment = this.reconciler.expiry.nextAt();
    const wait = Math.min(
      Math.max(pulseMillis, this.settings.shortestMillis),
      due === undefined ? Number.POSITIVE_INFINITY : due.at - now,
      moment === undefined ? Number.POSITIVE_INFINITY : this.time.untilServerTime(moment),
    );
    return Effect.raceFirst(Effect.sleep(Duration.millis(Math.max(1, Math.ceil(wait)))), this.#wake.await);
  });

  #send(step: Step): Effect.Effect<void> {
    const row = step._tag === "Glance" ? this.store.tasks.get(step.taskId) : undefined;
    if (step._tag === "Glance" && row === undefined) return Effect.sync(() => this.schedule.cool(step.taskId));
    this.#isRequesting = true;
    this.schedule.sent(step, this.time.now());
    return Effect.asVoid(Effect.forkChild(this.#request(step, row)));
  }

  /** One request and everything that follows from it. */
  #request(step: Step, row: TaskRow | undefined): Effect.Effect<void> {
    const { reconciler, schedule, tally } = this;
    tally.requests++;
    const began = reconciler.begin();
    switch (step._tag) {
      case "Evaluation":
        tally.probes++;
        return this.#settle(step, this.#source.evaluation, (evaluation) =>
          schedule.evaluated(this.time.now(), reconciler.takeEvaluation(evaluation)),
        );
      case "Page": {
        const scan = reconciler.scan();
        if (scan.pages === 0) tally.scans++;
        const known = (taskId: string) => reconciler.store.tasks.get(taskId);
        return this.#settle(step, this.#source.page(scan.next, known), (page) => {
          this.#pageAt = this.time.now();
          const over = reconciler.takePage(scan, page, began);
          if (over !== undefined) this.#scanned(over.scan, over.verdict);
        });
      }
      case "Glance": {
        tally.retrievals++;
        return this.#settle(step, this.#source.glance(row!), (glance) =>
          reconciler.takeGlance(step.taskId, glance, began),
        );
      }
    }
  }

  #settle<A>(step: Step, work: Effect.Effect<Answer<A>, SgpError>, take: (value: A) => void): Effect.Effect<void> {
    const heed = (answer: Answer<A>) =>
      Effect.sync(() => {
        if (this.time.observe(answer)) this.#resync("the server's clock and ours have moved apart");
        this.schedule.succeeded();
        this.#world.limiter.succeeded();
        this.#health.succeed(step._tag);
        take(answer.value);
        this.#rest();
      });
    return Effect.flatMap(work, heed).pipe(
      Effect.catchCause((cause) =>
        Cause.hasInterruptsOnly(cause)
          ? Effect.void
          : Effect.map(Random.next, (chance) => {
              this.#fail(step, errorOf(cause), chance);
              this.#rest();
            }),
      ),
    );
  }

  #rest(): void {
    this.#isRequesting = false;
    this.#wake.openUnsafe();
  }

  #scanned({ pages, beganAt, hasNews }: Scan, { isComplete }: Verdict): void {
    this.tally.pagesPerScan = pages;
    const leased = this.store.leases.next(this.schedule.rounds);
    const now = this.time.now();
    this.schedule.scanned(now, { began: beganAt, pages, hasMoved: hasNews || !isComplete, leased });
    // Whether what is missing is gone, the next scan says: soon.
    if (this.reconciler.isMissing || !isComplete) this.schedule.sweep(now);
    if (!isComplete) return;
    this.#health.sync();
    for (const listener of [...this.#onSync]) listener();
  }

  #fail(step: Step, error: SgpError, chance: number): void {
    this.tally.failures++;
    this.reconciler.interrupt();
    const now = this.time.now();
    const { reason } = error;
    const isRefusal = reason._tag === "Unauthorized" || reason._tag === "Forbidden";
    if ((isRefusal && step._tag !== "Glance") || (reason._tag === "NotFound" && step._tag === "Evaluation")) {
      this.#end(error);
      return;
    }
    if (reason._tag === "RateLimited" || (reason._tag === "ServerFault" && reason.retryAfterMillis !== undefined)) {
      if (!this.#world.limiter.refused(now, reason.retryAfterMillis)) {
        const message = `the server asks to wait ${reason.retryAfterMillis} ms; the watch waits ${longestRetryAfterMillis} ms`;
        this.issues.report({ kind: "excessive-retry-after", message });
      }
    }
    this.schedule.failed(step, now, chance);
    // What a list that is not there means, the evaluation itself says.
    if (reason._tag === "NotFound") this.schedule.sweep(now);
    const lastPageAt = Math.max(this.#pageAt, this.reconciler.scan().beganAt);
    if (step._tag === "Page" && now - lastPageAt > this.settings.longestMillis) this.#abandonScan();
    this.#health.fail(step._tag, error);
  }

  #signOff(): void {
    const { evaluationId } = this.store;
    if (this.#roster.get(evaluationId) === this) this.#roster.delete(evaluationId);
  }

  #end(error: SgpError): void {
    this.#signOff();
    this.#health.end(error);
    for (const listener of [...this.#onSync]) listener();
  }

  #hear(write: Write): void {
    this.reconciler.takeWrite(write);
    const now = this.time.now();
    this.schedule.quicken();
    if (write.phase !== "started") {
      for (const taskId of write.touched) this.schedule.heat(taskId, now);
      if (write.isSweeping) this.schedule.sweep(now);
    }
    this.#wake.openUnsafe();
  }

  #taskOf(resultId: string): string | undefined {
    for (const row of this.store.tasks.values()) if (row.test_case_result_id === resultId) return row.id;
    return undefined;
  }

  /** Takes the environment as it is now. */
  #attend(): void {
    const { environment } = this.#world;
    this.schedule.setEnvironment(environment.isVisible(), environment.isOnline(), this.time.now());
    this.#wake.openUnsafe();
  }

  #noticeJolt(): void {
    const jolt = this.time.jolt();
    if (jolt !== 0) this.#resync(`the local clock moved by ${jolt} ms, or the machine slept`);
  }

  #resync(message: string): void {
    this.issues.report({ kind: "clock-jump", message });
    this.reconciler.interrupt();
    this.#abandonScan();
    this.schedule.wake(this.time.now());
  }

  #abandonScan(): void {
    this.reconciler.abandonScan();
    this.schedule.abandon();
  }
}
