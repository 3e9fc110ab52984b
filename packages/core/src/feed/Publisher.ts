/**
 * Writes a watch to a feed: everything its subscribers receive, and the further contents of its snapshot.
 *
 * 1. The entries add up to the watch: each change is relative to the feed's state before, by any publisher.
 * 2. Its first entry opens the epoch, also where nothing has changed; an empty log begins with the whole state where its sink takes
 *    one. After `beat` without news a beat is written, and one as soon as the server's clock is known.
 * 3. Entries are written one after the other. Changes that wait for a slow sink are joined per task.
 * 4. Refused as a publisher of an older epoch, it writes nothing more.
 */
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import * as Random from "effect/Random";
import type { SgpError } from "../client/SgpError.ts";
import * as Cursor from "../watch/cursor/Cursor.ts";
import * as CursorWriter from "../watch/cursor/CursorWriter.ts";
import type { EvaluationEvent, TaskEvent, WatchEvent } from "../watch/event/Event.ts";
import { eventsOf, eventsOfEvaluation } from "../watch/event/eventsOf.ts";
import type * as TaskRow from "../watch/event/TaskRow.ts";
import * as TaskVersion from "../watch/event/TaskVersion.ts";
import type { Write } from "../watch/source/Source.ts";
import * as Changes from "../watch/state/Changes.ts";
import { Subscription } from "../watch/subscription/Subscription.ts";
import { Sleeper } from "../watch/time/Sleeper.ts";
import type { Watch } from "../watch/Watch.ts";
import {
  type Entry,
  format,
  type Health,
  type Mark,
  type News,
  type NewsEntry,
  type Pulse,
  wireEventOf,
} from "./Entry.ts";
import { type FeedSink, Fenced } from "./Feed.ts";
import { type Beginning, Ledger } from "./Ledger.ts";

/** A watch, or what opens one at the position where the feed stands (as for the option `cursor`). */
export type Origin = Watch | ((cursor: string | undefined) => Watch);

/** How a publication is over. */
export type PublicationEnd =
  | { readonly _tag: "Closed" }
  /** Another publisher was elected. */
  | { readonly _tag: "Fenced"; readonly epoch: number }
  /** The watch was ended by an answer that no retry cures; the followers have been notified. */
  | { readonly _tag: "Ended"; readonly error: SgpError };

export interface Settings {
  readonly epoch: number | undefined;
  readonly generation: string | undefined;
  readonly beatMillis: number;
  readonly clock: Clock.Clock;
  readonly random: (typeof Random.Random)["Service"];
  /** Called with the reason when a write has to be repeated. */
  readonly onFailure: (error: unknown) => void;
}

const newsInEntry = 200;
const capacity = 1_024;
const longestPauseMillis = 10_000;

const isTaskEvent = (event: WatchEvent): event is TaskEvent => "taskId" in event;
const isClocked = (event: TaskEvent) => event.type === "assignment.expiring" || event.type === "assignment.expired";
const isOneChange = (a: TaskEvent, b: WatchEvent): boolean =>
  isTaskEvent(b) &&
  a.taskId === b.taskId &&
  "previous" in a &&
  "previous" in b &&
  a.previous === b.previous &&
  a.current === b.current;

const healthOf = ({ status }: Watch): Health => {
  const { _tag: state, since } = status;
  if (!("error" in status) || status.error === undefined) return { state, since };
  const { cause: _, ...about } = JSON.parse(JSON.stringify({ ...status.error })) as Record<string, unknown>;
  return { state, since, error: about as Health["error"] & {} };
};

const isSameHealth = (a: Health, b: Health): boolean => JSON.stringify(a) === JSON.stringify(b);

export class Publisher {
  readonly #sink: FeedSink;
  readonly #origin: Origin;
  readonly #settings: Settings;
  readonly #fiber: Fiber.Fiber<void>;
  readonly ended: Promise<PublicationEnd>;
  #end: (end: PublicationEnd) => void = () => undefined;
  #watch: Watch | undefined;
  #ledger: Ledger | undefined;
  #epoch = 0;
  #base = 0;
  #isOpen = false;
  #isStopped = false;
  // Whether the log had a state before, whose tasks may be gone: two whole scans show it.
  #isSucceeding = false;
  // Whether the last beat gave the server's time.
  #hasSentClock = false;
  readonly #queue: Subscription;
  #held: WatchEvent | undefined;
  #undo: ReadonlyArray<() => void> = [];
  #waiters: Array<(mark: Mark | undefined) => void> = [];
  readonly #sleeper = new Sleeper();

  constructor(origin: Origin, sink: FeedSink, settings: Settings) {
    this.#origin = origin;
    this.#sink = sink;
    this.#settings = settings;
    this.#queue = new Subscription({ accepts: () => true, overflow: "latest-per-task", capacity }, () => undefined);
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    const { clock, random } = settings;
    const services = Context.make(Clock.Clock, clock).pipe(Context.add(Random.Random, random));
    this.#fiber = Effect.runForkWith(services)(this.#run);
  }

  get mark(): Mark | undefined {
    return this.#isOpen ? this.#ledger?.mark : undefined;
  }

  /** The feed's state so far; `undefined` until the log's end has been read. */
  get ledger(): Ledger | undefined {
    return this.#ledger;
  }

  /** Facts for the head of a snapshot of this moment. */
  head(): Pick<NewsEntry, "base" | "time"> & Pulse {
    return { base: this.#base, time: this.#time(), ...this.#pulse() };
  }

  /** Takes a follower's write; resolves with the mark from which on the feed shows it. */
  async hear(write: Write): Promise<Mark | undefined> {
    const watch = this.#watch as (Watch & { hear?: (write: Write) => void }) | undefined;
    if (watch?.hear === undefined || this.#isStopped) return undefined;
    watch.hear(write);
    return this.settled();
  }

  /** Resolves with the mark from which on the feed says everything that the watch has heard by now. */
  async settled(): Promise<Mark | undefined> {
    // Subscribers are served in microtasks: some later the queue holds what the write did.
    await microtasks();
    if (this.#isStopped) return undefined;
    return new Promise((resolve) => {
      this.#waiters.push(resolve);
      this.#sleeper.wake();
    });
  }

  async close(): Promise<void> {
    await Effect.runPromise(Fiber.interrupt(this.#fiber));
    await this.ended;
  }

  readonly #run: Effect.Effect<void> = Effect.suspend(() => this.#publish()).pipe(
    Effect.tap((end) => Effect.sync(() => this.#end(end))),
    Effect.ensuring(Effect.suspend(() => Effect.promise(() => this.#stop()))),
    Effect.ensuring(Effect.sync(() => this.#end({ _tag: "Closed" }))),
    Effect.asVoid,
  );

  #publish(): Effect.Effect<PublicationEnd> {
    return Effect.gen({ self: this }, function* () {
      const tail = yield* this.#insist(() => this.#sink.tail());
      if (tail instanceof Fenced) return { _tag: "Fenced", epoch: tail.epoch } as const;
      const watch = this.#open(tail);
      let beatAt = 0;
      if (tail === undefined && this.#sink.begin !== undefined) {
        yield* this.#untilShown(watch);
        const head = this.#beginWhole(watch);
        const begun = yield* this.#insist(async () => this.#sink.begin!(this.#ledger!, head));
        if (begun instanceof Fenced) return { _tag: "Fenced", epoch: begun.epoch } as const;
        this.#isOpen = true;
        this.#hasSentClock = head.serverTime !== null;
        beatAt = this.#now() + this.#settings.beatMillis;
      } else {
        this.#begin(watch, tail);
        // Tasks already present are emitted in microtasks: the first entry is to contain them, too.
        yield* Effect.promise(microtasks);
      }
      for (;;) {
        this.#sleeper.beginTurn();
        const news = this.#next();
        if (news !== undefined) this.#ledger!.take(news);
        if (this.#isDrained) this.#answer();
        const { status } = this.#watch!;
        if (news === undefined && status._tag === "closed") {
          return status.error === undefined
            ? ({ _tag: "Closed" } as const)
            : ({ _tag: "Ended", error: status.error } as const);
        }
        const isDue = this.#now() >= beatAt || (!this.#hasSentClock && this.#pulse().serverTime !== null);
        const entry = news ?? (isDue ? this.#beat() : undefined);
        if (entry === undefined) {
          yield* this.#sleeper.sleep(beatAt - this.#now());
          continue;
        }
        const written = yield* this.#insist(async () => this.#sink.append(entry, this.#ledger!));
        if (written instanceof Fenced) return { _tag: "Fenced", epoch: written.epoch } as const;
        this.#isOpen = true;
        if (entry.kind === "beat") this.#hasSentClock = entry.serverTime !== null;
        beatAt = this.#now() + this.#settings.beatMillis;
      }
    });
  }

  /** Does `work` until it succeeds; only being fenced off ends the trying. */
  #insist<A>(work: () => Promise<A>): Effect.Effect<A | Fenced> {
    return Effect.gen({ self: this }, function* () {
      for (let tries = 0; ; tries++) {
        const result = yield* Effect.promise(() =>
          work().then(
            (value) => ({ value }),
            (error: unknown) => ({ error }),
          ),
        );
        if ("value" in result) return result.value;
        if (result.error instanceof Fenced) return result.error;
        this.#settings.onFailure(result.error);
        const pause = Math.min(longestPauseMillis, 100 * 2 ** tries) * (0.5 + (yield* Random.next) / 2);
        yield* Effect.sleep(Duration.millis(pause));
      }
    });
  }

  #open(tail: Ledger | undefined): Watch {
    const cursor = tail === undefined ? undefined : CursorWriter.encode(tail.position());
    const watch = typeof this.#origin === "function" ? this.#origin(cursor) : this.#origin;
    this.#watch = watch;
    this.#epoch = this.#settings.epoch ?? (tail?.mark.epoch ?? 0) + 1;
    this.#base = tail?.mark.number ?? 0;
    this.#undo = [watch.onChange(this.#wake)];
    return watch;
  }

  /** Resolves when a watch has something to say; at the latest after one beat. */
  #untilShown(watch: Watch): Effect.Effect<void> {
    return Effect.gen({ self: this }, function* () {
      const until = this.#now() + this.#settings.beatMillis;
      for (;;) {
        this.#sleeper.beginTurn();
        const { status, tasks } = watch.snapshot();
        const left = until - this.#now();
        if (status._tag !== "connecting" || tasks.size > 0 || left <= 0) return;
        yield* this.#sleeper.sleep(left);
      }
    });
  }

  /** Begins an empty log with the state of the watch as a whole; returns the head of its snapshot. */
  #beginWhole(watch: Watch): ReturnType<Publisher["head"]> {
    this.#ledger = Ledger.from(this.#beginning(watch), this.#epoch, watch.snapshot(), healthOf(watch));
    this.#subscribe(watch, "later");
    return this.head();
  }

  #begin(watch: Watch, tail: Ledger | undefined): void {
    this.#isSucceeding = tail !== undefined;
    this.#ledger = tail ?? new Ledger(this.#beginning(watch));
    this.#ledger.capabilities = watch.capabilities;
    this.#subscribe(watch, true);
  }

  #beginning({ capabilities }: Watch): Beginning {
    const generation = this.#settings.generation ?? this.#name();
    return { evaluationId: this.#sink.evaluationId, generation, capabilities, time: this.#time() };
  }

  #subscribe(watch: Watch, replay: true | "later"): void {
    const push = (event: WatchEvent) => {
      this.#queue.push([event]);
      this.#wake();
    };
    this.#undo = [...this.#undo, watch.subscribe(push, { replay, transient: true, onEnd: this.#wake })];
  }

  // All events of one change come in one microtask: they are taken together, after it.
  readonly #wake = (): void => queueMicrotask(() => this.#sleeper.wake());

  get #isDrained(): boolean {
    return this.#held === undefined && !this.#queue.isWanted;
  }

  /** Everything heard so far is written, or is about to be. */
  #answer(): void {
    const mark = { ...this.#ledger!.mark, epoch: this.#epoch };
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const resolve of waiters) resolve(mark);
  }

  async #stop(): Promise<void> {
    this.#isStopped = true;
    for (const resolve of this.#waiters.splice(0)) resolve(undefined);
    for (const undo of this.#undo) undo();
    this.#queue.close();
    if (typeof this.#origin === "function") await this.#watch?.close();
  }

  /** The next entry of news, when there is something to say. */
  #next(): NewsEntry | undefined {
    const news: Array<News> = [];
    let time: string | undefined;
    for (let event = this.#take(); event !== undefined; event = this.#take()) {
      if (news.length >= newsInEntry || (time !== undefined && event.time !== time)) {
        this.#held = event;
        break;
      }
      const some = this.#newsOf(event, news);
      if (some === undefined) continue;
      time = event.time;
      news.push(some);
    }
    if (this.#held === undefined && news.length < newsInEntry) news.push(...this.#unsaid(news));
    if (news.length === 0 && this.#isOpen) return undefined;
    return { kind: "news", ...this.#head(this.#ledger!.mark.number + 1, time), news };
  }

  #take(): WatchEvent | undefined {
    const held = this.#held;
    this.#held = undefined;
    return held ?? this.#queue.take();
  }

  /** The news of an event and of those of the same change behind it; none when the feed contains it already. */
  #newsOf(event: WatchEvent, earlier: ReadonlyArray<News>): News | undefined {
    if (!isTaskEvent(event)) return this.#newsOfEvaluation(event, earlier);
    if (isClocked(event)) {
      const { lease } = event as Extract<TaskEvent, { lease: TaskRow.Lease }>;
      const lead = event.type === "assignment.expiring" ? event.leadMillis : 0;
      return this.#ledger!.isAnnounced(lease, lead) ? undefined : { clock: wireEventOf(event) as never };
    }
    const events: Array<TaskEvent> = [event];
    for (let next = this.#take(); next !== undefined; next = this.#take()) {
      if (!isOneChange(event, next)) {
        this.#held = next;
        break;
      }
      events.push(next as TaskEvent);
    }
    const { taskId, current } = event;
    const known = this.#known(taskId, earlier);
    const previous = "previous" in event ? event.previous : undefined;
    const isChained =
      known === undefined ? previous === null : previous !== null && TaskVersion.isSame(known, previous!);
    const isReplayed = event.type === "task.added" && event.replay && this.#isSucceeding;
    const change = Changes.between(known, current ?? undefined);
    if (change === undefined) return undefined;
    const { evaluationId, time, origin } = event;
    const look = { evaluationId, time, origin, isInterrupted: true, replay: false };
    const carried = (isChained && !isReplayed ? events : eventsOf(change, look)).map(wireEventOf);
    return current === null ? { gone: taskId, events: carried } : { row: Cursor.cellsOf(current), events: carried };
  }

  #newsOfEvaluation(event: WatchEvent, earlier: ReadonlyArray<News>): News | undefined {
    if (event.type !== "evaluation.progressed" && event.type !== "evaluation.status_changed") return undefined;
    const before = earlier.findLast((one) => "evaluation" in one)?.evaluation ?? this.#ledger!.evaluation;
    const events = eventsOfEvaluation(before, event.current, event.time);
    return events.length === 0 ? undefined : { evaluation: event.current, events: events.map(wireEventOf) };
  }

  /** A task as the feed says after some news that are not written yet. */
  #known(taskId: string, earlier: ReadonlyArray<News>): TaskRow.TaskRow | undefined {
    for (let index = earlier.length - 1; index >= 0; index--) {
      const news = earlier[index]!;
      if ("row" in news && news.row[0] === taskId) return Cursor.rowOf(news.row);
      if ("gone" in news && news.gone === taskId) return undefined;
    }
    return this.#ledger!.tasks.get(taskId);
  }

  /** The parts of the snapshot that no event reported. */
  #unsaid(earlier: ReadonlyArray<News>): ReadonlyArray<News> {
    const watch = this.#watch!;
    const ledger = this.#ledger!;
    const news: Array<News> = [];
    const { evaluation } = watch.snapshot();
    const said = earlier.findLast((one) => "evaluation" in one)?.evaluation ?? ledger.evaluation;
    if (evaluation !== undefined && !isSameEvaluation(said, evaluation)) {
      const events = eventsOfEvaluation(said, evaluation, this.#time());
      news.push({ evaluation, events: events.map((event: EvaluationEvent) => wireEventOf(event)) });
    }
    if (this.#isSucceeding && watch.stats().completeScans >= 2) {
      this.#isSucceeding = false;
      news.push(...this.#gone());
    }
    const health = healthOf(watch);
    // A watch that its owner closes says nothing about the evaluation: another publisher may go on.
    const isLeft = health.state === "closed" && health.error === undefined;
    // `synced` is only reported of a state that has been written.
    const isEarly =
      health.state === "synced" && !ledger.isComplete && !this.#isWritten(watch.snapshot().tasks, earlier);
    if (!isLeft && !isEarly && !isSameHealth(health, ledger.health)) news.push({ health });
    return news;
  }

  #isWritten(tasks: ReadonlyMap<string, unknown>, news: ReadonlyArray<News>): boolean {
    for (const taskId of tasks.keys()) if (this.#known(taskId, news) === undefined) return false;
    return true;
  }

  /** The tasks of an earlier publisher that this one's watch has never seen. */
  #gone(): ReadonlyArray<News> {
    const { evaluationId, tasks } = this.#watch!.snapshot();
    const look = { evaluationId, time: this.#time(), origin: "server" as const, isInterrupted: true, replay: false };
    return [...this.#ledger!.tasks.values()]
      .filter(({ id }) => !tasks.has(id))
      .map((previous) => ({
        gone: previous.id,
        events: eventsOf({ _tag: "Removed", previous }, look).map(wireEventOf),
      }));
  }

  #beat(): Entry {
    return { kind: "beat", ...this.#head(this.#ledger!.mark.number), ...this.#pulse() };
  }

  #head(number: number, time = this.#time()) {
    const { generation } = this.#ledger!.mark;
    return { format, generation, epoch: this.#epoch, base: this.#base, number, time } as const;
  }

  #pulse(): Pulse {
    const { clock = null, completeScans: scans = 0 } = this.#watch?.stats() ?? {};
    const now = this.#settings.clock.currentTimeMillisUnsafe();
    // Both figures are whole milliseconds: rounded, they may be one too high together.
    const { beatMillis } = this.#settings;
    if (clock === null) return { beatMillis, serverTime: null, scans };
    const errorMillis = clock.errorMillis + 1;
    return { beatMillis, serverTime: now + clock.offsetMillis - errorMillis, errorMillis, scans };
  }

  /** Monotonic milliseconds. */
  #now(): number {
    return Number(this.#settings.clock.monotonicTimeNanosUnsafe()) / 1e6;
  }

  #time(): string {
    return new Date(this.#settings.clock.currentTimeMillisUnsafe()).toISOString();
  }

  #name(): string {
    const { random } = this.#settings;
    return Array.from({ length: 3 }, () => (random.nextIntUnsafe() >>> 0).toString(36)).join("");
  }
}

const microtasks = async (): Promise<void> => {
  for (let turn = 0; turn < 8; turn++) await Promise.resolve();
};

const isSameEvaluation = (a: object | undefined, b: object): boolean => JSON.stringify(a) === JSON.stringify(b);
