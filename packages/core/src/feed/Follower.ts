/**
 * Keeps a snapshot true by a feed, as a poller does by the platform.
 *
 * It holds one connection to its source while it is at work. A hole, an unreadable entry, a lost connection or a silence of two
 * beats makes it connect anew from where it stands; what it knows stays meanwhile.
 */
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import * as Random from "effect/Random";
import { type Reason, SgpError } from "../client/SgpError.ts";
import type { CursorState } from "../watch/Cursor.ts";
import type { Engine } from "../watch/Engine.ts";
import { IssueLog } from "../watch/IssueLog.ts";
import { Health } from "../watch/poll/Health.ts";
import type { WatchStats } from "../watch/Stats.ts";
import type { Capabilities, Source, Write } from "../watch/source/Source.ts";
import type { Environment } from "../watch/time/Environment.ts";
import { instantOf } from "../watch/time/instantOf.ts";
import { Timekeeper } from "../watch/time/Timekeeper.ts";
import {
  type BeatEntry,
  type Entry,
  type Health as FeedHealth,
  type Mark,
  markOf,
  placeOf,
  type SnapshotEntry,
} from "./Entry.ts";
import type { FeedSource } from "./Feed.ts";
import { Ledger } from "./Ledger.ts";
import { Replica } from "./Replica.ts";

export interface World {
  readonly clock: Clock.Clock;
  readonly random: (typeof Random.Random)["Service"];
  readonly environment: Environment;
  /** The writes of the follower's own program. */
  readonly writes: Source["writes"] | undefined;
}

// The timer of a sleeping machine stands still: no wait is longer.
const pulseMillis = 15_000;
// How long an answer is waited for before the feed has said how often it beats.
const firstBeatMillis = 5_000;
const clockSetMillis = 2_000;
const shortestPauseMillis = 200;
const longestPauseMillis = 10_000;

const isFinal = (error: unknown): error is SgpError =>
  error instanceof SgpError && ["Unauthorized", "Forbidden", "NotFound"].includes(error.reason._tag);

const errorOf = ({ error, since }: FeedHealth): SgpError => {
  const { reason, ...about } = error ?? {
    reason: { _tag: "Unreachable", description: `the publisher fails since ${since}` },
  };
  return new SgpError({ reason: reason as Reason, ...about });
};

export class Follower implements Engine {
  capabilities: Capabilities = { assignments: true, deadlines: true, pointReads: true };
  readonly reconciler: Replica;
  readonly issues = new IssueLog();
  readonly time: Timekeeper;
  readonly #source: FeedSource;
  readonly #world: World;
  readonly #health: Health;
  readonly #roster: Map<string, Engine>;
  readonly #onSync = new Set<() => void>();
  readonly #leads = new Map<object, ReadonlyArray<number>>();
  #holds = 0;
  #fiber: Fiber.Fiber<void> | undefined;
  #mark: Mark | undefined;
  #beatMillis = firstBeatMillis;
  #parts: Array<SnapshotEntry> = [];
  #disconnect: (() => void) | undefined;
  // Failed or fruitless connections since the last entry that brought something.
  #tries = 0;
  // Monotonic: when to connect, and when something of a living publisher last came.
  #connectAt = 0;
  #heardAt = 0;
  #heardTime: string | undefined;
  #isSilent = false;
  // By how many milliseconds the server's clock is ahead of the publisher's, at least.
  #ahead: number | undefined;
  #isSynced = false;
  // The log whose picture is shown, and what another one says that is not known to be whole yet.
  #adopted: string | undefined;
  #successor: Ledger | undefined;
  // Of the publisher in office, in its epoch.
  #scans = { epoch: 0, count: 0 };
  #isAwake = false;
  #rouse = () => {};
  readonly #tally = { connections: 0, entries: 0, snapshots: 0, failures: 0, beats: 0 };

  /** @param roster the followers at work, by evaluation */
  constructor(source: FeedSource, world: World, roster: Map<string, Engine>, from?: CursorState) {
    this.#source = source;
    this.#world = world;
    this.#roster = roster;
    this.time = new Timekeeper(world.clock);
    this.reconciler = new Replica(source.evaluationId, this.time, this.issues, from);
    this.#health = new Health(this.store, this.time);
  }

  get store() {
    return this.reconciler.store;
  }

  get isEnded(): boolean {
    return this.#health.isEnded;
  }

  /** What was read last; `undefined` before the first snapshot. */
  get mark(): Mark | undefined {
    return this.#mark;
  }

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

  setLeads(owner: object, leads: ReadonlyArray<number> | undefined): void {
    if (leads === undefined) this.#leads.delete(owner);
    else this.#leads.set(owner, leads);
    this.reconciler.expiry.setLeads(new Set([...this.#leads.values()].flat()));
    this.#wake();
  }

  onSync(listener: () => void): () => void {
    const entry = () => listener();
    this.#onSync.add(entry);
    return () => void this.#onSync.delete(entry);
  }

  reportListener(error: unknown): void {
    this.issues.report({ kind: "listener-failed", message: `a listener threw: ${String(error)}` });
  }

  hear(write: Write): void {
    this.reconciler.takeWrite(write);
    // Others see a write once it has been carried out: shown to them earlier, a refusal would have to travel after it.
    if (write.phase === "succeeded" || write.phase === "unclear") {
      this.#source.tell?.(write).then(
        (mark) => {
          // Of an unclear write the publisher knows no more than that it is to look: scans confirm it.
          if (mark === undefined || write.phase === "unclear") return;
          this.reconciler.confirm(write.id, mark, this.#mark);
        },
        // Then two scans confirm it.
        () => undefined,
      );
    }
    this.#wake();
  }

  stats(): WatchStats {
    const { store, time } = this;
    const errorMillis = time.errorMillis();
    const offsetMillis = time.offsetMillis();
    return {
      requests: this.#tally.connections,
      requestsInLastMinute: 0,
      requestsPerMinute: 0,
      failures: this.#tally.failures,
      scans: this.#tally.snapshots,
      completeScans: this.reconciler.completeScans,
      pagesPerScan: 0,
      retrievals: 0,
      probes: this.#tally.beats,
      events: store.emitted,
      tasks: store.tasks.size,
      leases: store.leases.size,
      unconfirmedWrites: this.reconciler.unconfirmedWrites,
      subscribers: store.subscribers,
      clock: offsetMillis === null ? null : { offsetMillis, errorMillis: errorMillis ?? 0 },
      issues: this.issues.list(),
    };
  }

  #start(): void {
    const { clock, random } = this.#world;
    this.#roster.set(this.store.evaluationId, this);
    const services = Context.make(Clock.Clock, clock).pipe(Context.add(Random.Random, random));
    this.#fiber = Effect.runForkWith(services)(this.#run);
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

  #signOff(): void {
    const { evaluationId } = this.store;
    if (this.#roster.get(evaluationId) === this) this.#roster.delete(evaluationId);
  }

  readonly #run: Effect.Effect<void> = Effect.suspend(() => {
    const undo = this.#begin();
    const turning = Effect.gen({ self: this }, function* () {
      while (!this.isEnded) yield* this.#turn;
    });
    const stop = Effect.sync(() => {
      this.#close();
      for (const each of undo) each();
    });
    return Effect.ensuring(turning, stop);
  });

  readonly #woken = Effect.callback<void>((resume) => {
    this.#rouse = () => resume(Effect.void);
    if (this.#isAwake) this.#rouse();
  });

  #wake(): void {
    this.#isAwake = true;
    this.#rouse();
  }

  #begin(): ReadonlyArray<() => void> {
    const { environment, writes } = this.#world;
    this.#health.connect();
    this.#isSilent = false;
    this.#isSynced = false;
    this.#heardAt = this.time.now();
    this.reconciler.resume();
    this.time.detectClockJump();
    this.#reconnectNow();
    return [
      writes?.(
        (write) => this.hear(write),
        (resultId) => this.reconciler.taskOf(resultId),
      ) ?? (() => undefined),
      environment.subscribe(() => {
        if (environment.isOnline() && this.#disconnect === undefined) this.#reconnectNow();
      }),
    ];
  }

  readonly #turn: Effect.Effect<void> = Effect.suspend(() => {
    this.#isAwake = false;
    const jolt = this.time.detectClockJump();
    if (jolt !== 0) {
      this.issues.report({ kind: "clock-jump", message: `the local clock moved by ${jolt} ms, or the machine slept` });
      this.#reconnectNow();
    }
    this.reconciler.announce();
    const now = this.time.now();
    if (this.#disconnect === undefined && now >= this.#connectAt) this.#connect();
    const silentAt = this.#heardAt + 2 * this.#beatMillis;
    if (now >= silentAt) return Effect.map(Random.next, (chance) => this.#fallSilent(now, chance));
    const moment = this.reconciler.expiry.nextAt();
    const wait = Math.min(
      pulseMillis,
      silentAt - now,
      this.#disconnect === undefined ? this.#connectAt - now : Number.POSITIVE_INFINITY,
      moment === undefined ? Number.POSITIVE_INFINITY : this.time.untilServerTime(moment),
    );
    return Effect.raceFirst(Effect.sleep(Duration.millis(Math.max(1, Math.ceil(wait)))), this.#woken);
  });

  #connect(): void {
    this.#parts = [];
    this.#tally.connections++;
    let isOver = false;
    const close = this.#source.open(this.#mark, {
      take: (entry) => {
        if (!isOver) this.#take(entry);
      },
      end: (error) => {
        if (isOver) return;
        isOver = true;
        this.#disconnect = undefined;
        this.#ended(error);
      },
    });
    if (isOver) return;
    this.#disconnect = () => {
      isOver = true;
      this.#disconnect = undefined;
      close();
    };
  }

  #close(): void {
    this.#disconnect?.();
  }

  /** Connects anew at once. */
  #reconnectNow(): void {
    this.#close();
    this.#tries = 0;
    this.#connectAt = this.time.now();
    this.#wake();
  }

  /** Connects anew after a pause that grows with each fruitless try; the first one comes at once. */
  #reconnect(chance = 1): void {
    this.#close();
    const longest = Math.min(longestPauseMillis, shortestPauseMillis * 2 ** this.#tries);
    this.#connectAt = this.time.now() + (this.#tries === 0 ? 0 : longest * (0.5 + chance / 2));
    this.#tries++;
    this.#wake();
  }

  #ended(error: unknown): void {
    if (isFinal(error)) {
      this.#end(error);
      return;
    }
    this.#tally.failures++;
    this.#reconnect(this.#world.random.nextDoubleUnsafe());
  }

  #end(error: SgpError): void {
    this.#signOff();
    this.#close();
    this.#health.end(error);
    this.#synced();
    this.#wake();
  }

  #fallSilent(now: number, chance: number): void {
    const seconds = (2 * this.#beatMillis) / 1_000;
    const error = new SgpError({
      reason: { _tag: "Unreachable", description: `no beat of the feed for ${seconds} s` },
      endpoint: "follow",
      at: now,
    });
    this.#tally.failures++;
    this.#isSilent = true;
    this.#health.fail("Silence", error, this.#heardTime);
    // The next connection is given as long.
    this.#heardAt = now;
    this.#reconnect(chance);
  }

  #take(entry: Entry): void {
    if (this.isEnded) return;
    this.#tally.entries++;
    if (entry.kind === "snapshot") {
      this.#takePart(entry);
      // A log can give a snapshot long after its publisher has died.
      if (this.#isSilent) return;
    } else if (this.#mark === undefined) return;
    else {
      const place = placeOf(this.#mark, entry);
      if (place === "hole") this.#reconnect(this.#world.random.nextDoubleUnsafe());
      if (place === "hole" || place === "stale") return;
      if (place === "next" && entry.kind === "news") {
        this.#mark = markOf(entry);
        this.#tries = 0;
        if (this.#successor === undefined) this.#catchHealth(this.reconciler.takeNews(entry, this.#mark));
        else {
          this.#successor.take(entry);
          this.#adopt();
        }
      } else if (entry.kind === "beat") {
        if (place === "next") this.#mark = markOf(entry);
        this.#takePulse(entry);
        this.reconciler.takeBeat(entry.epoch, entry.scans);
        this.#adopt();
      }
    }
    this.#heard();
  }

  #takePart(entry: SnapshotEntry): void {
    if (entry.part === 0) this.#parts = [];
    this.#parts.push(entry);
    if (entry.part !== entry.parts - 1) return;
    const ledger = Ledger.of(this.store.evaluationId, this.#parts);
    this.#parts = [];
    if (ledger === undefined) {
      this.#reconnect(this.#world.random.nextDoubleUnsafe());
      return;
    }
    const { mark } = ledger;
    const isOlder =
      this.#mark !== undefined &&
      mark.generation === this.#mark.generation &&
      (mark.epoch < this.#mark.epoch || (mark.epoch === this.#mark.epoch && mark.number < this.#mark.number));
    if (isOlder) return;
    this.#tally.snapshots++;
    this.#tries = 0;
    this.#mark = mark;
    this.capabilities = ledger.capabilities;
    this.#takePulse(entry);
    this.#successor = ledger;
    this.#adopt();
  }

  /**
   * Takes over what a log says that has been begun anew, once that is known to be whole: until then what was known before is
   * shown, and not an empty board. A task that one scan has missed is gone after the second.
   */
  #adopt(): void {
    const ledger = this.#successor;
    if (ledger === undefined) return;
    const isAnyMissing = [...this.store.tasks.keys()].some((taskId) => !ledger.tasks.has(taskId));
    const isOfSameLog = this.#adopted === ledger.mark.generation;
    const isKnown = isOfSameLog || !isAnyMissing || (ledger.isComplete && this.#scans.count >= 2);
    if (isKnown) {
      this.#successor = undefined;
      this.#adopted = ledger.mark.generation;
      this.reconciler.takeSnapshot(ledger);
    }
    this.#catchHealth(ledger.health);
  }

  #takePulse({ beatMillis, serverTime, scans, epoch, time }: BeatEntry | SnapshotEntry): void {
    this.#tally.beats++;
    this.#tries = 0;
    this.#beatMillis = beatMillis;
    // How far the server is ahead of the publisher changes when one of their clocks is set, never by a slow connection.
    const written = instantOf(time);
    const ahead = serverTime === null || written === undefined ? undefined : serverTime - written;
    const hasJumped = ahead === undefined || Math.abs(ahead - (this.#ahead ?? ahead)) > clockSetMillis;
    this.#ahead = ahead;
    // A publisher that has made no scan does not know yet; one that has, and still does not, reads answers without a date.
    if (serverTime !== null || scans > 0) this.time.hear(serverTime ?? undefined, hasJumped);
    this.#scans = { epoch, count: scans };
  }

  #heard(): void {
    this.#heardAt = this.time.now();
    this.#heardTime = this.time.time();
    if (this.#mark === undefined || this.isEnded) return;
    this.#isSilent = false;
    this.#health.succeed("Silence");
    if (this.reconciler.completeScans > 0 && !this.#isSynced) {
      this.#isSynced = true;
      this.#health.sync();
      this.#synced();
    }
    this.#wake();
  }

  #catchHealth(health: FeedHealth | undefined): void {
    if (health === undefined) return;
    switch (health.state) {
      case "degraded":
        this.#health.fail("Publisher", errorOf(health));
        return;
      case "connecting":
      case "synced":
        this.#health.succeed("Publisher");
        return;
      case "closed":
        this.#end(errorOf(health));
        return;
    }
  }

  #synced(): void {
    for (const listener of [...this.#onSync]) listener();
  }
}
