/**
 * Keeps a snapshot true by a feed, as a poller does by the platform.
 *
 * It holds one connection to its source while it is at work. A hole, an unreadable entry, a lost connection or a silence of two
 * beats makes it reconnect from its position; its state stays meanwhile.
 */
import type * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import * as Random from "effect/Random";
import { withoutSecrets } from "../client/http/Credentials.ts";
import { Listeners } from "../client/Listeners.ts";
import { type Reason, SgpError } from "../client/SgpError.ts";
import type { CursorState } from "../watch/cursor/Cursor.ts";
import type { Engine } from "../watch/Engine.ts";
import { EngineRun } from "../watch/EngineRun.ts";
import { IssueLog } from "../watch/IssueLog.ts";
import { type Freshness, Health } from "../watch/poll/Health.ts";
import type { WatchStats } from "../watch/Stats.ts";
import type { Capabilities, Source, Write } from "../watch/source/Source.ts";
import type { Environment } from "../watch/time/Environment.ts";
import { Sleeper } from "../watch/time/Sleeper.ts";
import { Timekeeper } from "../watch/time/Timekeeper.ts";
import type { Entry, Health as FeedHealth, Mark } from "./Entry.ts";
import type { FeedSource } from "./Feed.ts";
import { FeedReader } from "./FeedReader.ts";
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
  readonly reconciler: Replica;
  readonly issues = new IssueLog();
  readonly time: Timekeeper;
  readonly #source: FeedSource;
  readonly #world: World;
  readonly #health: Health;
  readonly #reader: FeedReader;
  readonly #onSync = new Listeners((error) => this.reportListener(error));
  readonly #leads = new Map<object, ReadonlyArray<number>>();
  #disconnect: (() => void) | undefined;
  // Failed or fruitless connections since the last entry that brought something.
  #tries = 0;
  // Monotonic: when to connect, and when something of a living publisher last came.
  #connectAt = 0;
  #heardAt = 0;
  #progressAt = Number.NEGATIVE_INFINITY;
  // Why the last connection ended, where nothing has been heard since.
  #failure = "";
  #heardTime: string | undefined;
  #isSilent = false;
  #isSynced = false;
  readonly #sleeper = new Sleeper();
  readonly #run: EngineRun<Engine>;
  readonly #tally = { connections: 0, failures: 0 };

  /** @param roster the followers at work, by evaluation */
  constructor(source: FeedSource, world: World, roster: Map<string, Engine>, from?: CursorState) {
    this.#source = source;
    this.#world = world;
    this.time = new Timekeeper(world.clock);
    this.reconciler = new Replica(source.evaluationId, this.time, this.issues, from);
    this.#health = new Health(this.store, this.time);
    this.#reader = new FeedReader(this.reconciler, this.time, {
      progressed: () => {
        this.#tries = 0;
      },
      health: (health) => this.#catchHealth(health),
    });
    const { clock, random } = world;
    const onRest = () => this.#health.connect();
    this.#run = new EngineRun<Engine>({ engine: this, roster, clock, random, run: this.#turns, onRest });
  }

  get capabilities(): Capabilities {
    return this.#reader.capabilities;
  }

  get store() {
    return this.reconciler.store;
  }

  get isEnded(): boolean {
    return this.#health.isEnded;
  }

  /** The last entry read; `undefined` before the first snapshot. */
  get mark(): Mark | undefined {
    return this.#reader.mark;
  }

  hold(): () => Promise<void> {
    return this.#run.hold();
  }

  setLeads(owner: object, leads: ReadonlyArray<number> | undefined): void {
    if (leads === undefined) this.#leads.delete(owner);
    else this.#leads.set(owner, leads);
    this.reconciler.expiry.setLeads(new Set([...this.#leads.values()].flat()));
    this.#sleeper.wake();
  }

  onSync(listener: () => void): () => void {
    return this.#onSync.add(listener);
  }

  reportListener(error: unknown): void {
    this.issues.report({ kind: "listener-failed", message: `a listener threw: ${String(error)}` });
  }

  hear(write: Write): void {
    this.reconciler.takeWrite(write);
    // Others see a write once it is done: shown to them earlier, a refusal would have to travel after it.
    if (write.phase === "succeeded" || write.phase === "unclear") {
      this.#source.report?.(write).then(
        (mark) => {
          // Of an unclear write the publisher knows no more than that it is to look: scans confirm it.
          if (mark === undefined || write.phase === "unclear") return;
          this.reconciler.confirm(write.id, mark, this.#reader.mark);
        },
        // Then two scans confirm it.
        () => undefined,
      );
    }
    this.#sleeper.wake();
  }

  stats(): WatchStats {
    const { store, time } = this;
    const errorMillis = time.errorMillis();
    const offsetMillis = time.offsetMillis();
    return {
      requests: this.#tally.connections,
      requestsInLastMinute: 0,
      requestsPerMinute: 0,
      bytes: 0,
      failures: this.#tally.failures,
      scans: this.#reader.tally.snapshots,
      completeScans: this.reconciler.completeScans,
      pagesPerScan: 0,
      retrievals: 0,
      probes: this.#reader.tally.beats,
      histories: 0,
      events: store.emitted,
      tasks: store.tasks.size,
      leases: store.leases.size,
      unconfirmedWrites: this.reconciler.unconfirmedWrites,
      subscribers: store.subscribers,
      waiting: store.waiting,
      clock: offsetMillis === null || errorMillis === null ? null : { offsetMillis, errorMillis },
      issues: this.issues.list(),
    };
  }

  readonly #turns: Effect.Effect<void> = Effect.suspend(() => {
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
    this.#sleeper.beginTurn();
    const jolt = this.time.detectClockJump();
    if (jolt !== 0) {
      this.issues.report({ kind: "clock-jump", message: `the local clock moved by ${jolt} ms, or the machine slept` });
      this.#reconnectNow();
    }
    this.reconciler.announce(this.#isSilent);
    const now = this.time.now();
    if (this.#disconnect === undefined && now >= this.#connectAt) this.#connect();
    const silentAt = this.#heardAt + 2 * this.#reader.beatMillis;
    if (now >= silentAt) return Effect.map(Random.next, (chance) => this.#fallSilent(now, chance));
    const moment = this.reconciler.expiry.nextAt();
    const { impatientAt } = this.reconciler;
    const wait = Math.min(
      pulseMillis,
      silentAt - now,
      impatientAt === undefined ? Number.POSITIVE_INFINITY : impatientAt - now,
      this.#disconnect === undefined ? this.#connectAt - now : Number.POSITIVE_INFINITY,
      moment === undefined ? Number.POSITIVE_INFINITY : this.time.untilServerTime(moment),
    );
    return this.#sleeper.sleep(wait);
  });

  #connect(): void {
    this.#reader.restart();
    this.#tally.connections++;
    // A new connection is given as long as the one before it, however long it was waited for.
    if (this.#isSilent) this.#heardAt = this.time.now();
    let isOver = false;
    const close = this.#source.open(this.#reader.mark, {
      take: (entry) => {
        if (!isOver) this.#take(entry);
      },
      progress: () => {
        if (!isOver) this.#progressAt = this.time.now();
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

  /** Reconnects at once. */
  #reconnectNow(): void {
    this.#close();
    this.#tries = 0;
    this.#connectAt = this.time.now();
    this.#sleeper.wake();
  }

  /** Reconnects after a pause that grows with each failed try; the first try is immediate. */
  #reconnect(chance = 1): void {
    this.#close();
    const longest = Math.min(longestPauseMillis, shortestPauseMillis * 2 ** this.#tries);
    this.#connectAt = this.time.now() + (this.#tries === 0 ? 0 : longest * (0.5 + chance / 2));
    this.#tries++;
    this.#sleeper.wake();
  }

  #ended(error: unknown): void {
    if (isFinal(error)) {
      this.#end(error);
      return;
    }
    this.#tally.failures++;
    if (error !== undefined)
      this.#failure = `: ${withoutSecrets(error instanceof Error ? error.message : String(error))}`;
    this.#reconnect(this.#world.random.nextDoubleUnsafe());
  }

  #end(error: SgpError): void {
    this.#run.signOff();
    this.#close();
    this.#health.end(error);
    this.#synced();
    this.#sleeper.wake();
  }

  #fallSilent(now: number, chance: number): void {
    const patience = 2 * this.#reader.beatMillis;
    this.#heardAt = now;
    // An entry is still coming in: a new connection would only begin with it again.
    const isComing = now - this.#progressAt < patience;
    if (isComing && this.#reader.mark === undefined) return;
    const error = new SgpError({
      reason: { _tag: "Unreachable", description: `no beat of the feed for ${patience / 1_000} s${this.#failure}` },
      endpoint: "follow",
      at: now,
    });
    this.#tally.failures++;
    this.#isSilent = true;
    this.#health.fail("Silence", error, this.#heardTime);
    // One that already waits for its next connection keeps its time: put off at each silence, it would never come.
    if (!isComing && this.#disconnect !== undefined) this.#reconnect(chance);
  }

  #take(entry: Entry): void {
    if (this.isEnded) return;
    const sign = this.#reader.take(entry);
    if (sign === "hole" || sign === "unreadable") this.#reconnect(this.#world.random.nextDoubleUnsafe());
    if (sign === "hole" || sign === "nothing") return;
    if (sign !== "alive" && this.#isSilent) return;
    this.#heard();
  }

  #heard(): void {
    this.#heardAt = this.time.now();
    this.#heardTime = this.time.time();
    if (this.#reader.mark === undefined || this.isEnded) return;
    this.#isSilent = false;
    this.#failure = "";
    this.#health.succeed("Silence");
    if (this.reconciler.completeScans > 0 && !this.#isSynced) {
      this.#isSynced = true;
      this.#health.sync(this.#freshness());
      this.#synced();
    } else if (this.#isSynced) this.#health.sync(this.#freshness());
    this.#sleeper.wake();
  }

  /** The state from a feed is fresh until the beats stay away. */
  #freshness(): Freshness {
    return { lastSyncedAt: this.time.time(), until: this.time.now() + 2 * this.#reader.beatMillis };
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
    this.#onSync.notify();
  }
}
