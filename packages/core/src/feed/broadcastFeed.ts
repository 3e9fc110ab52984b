/**
 * A feed among the tabs of one browser: one of them publishes, all of them read; one connection instead of one a tab.
 *
 * Each tab keeps a copy of the log, from which its followers read and with which it goes on when it is elected. Entries come
 * over a `BroadcastChannel`; a tab that has missed some asks the one that publishes. The office is a Web Lock.
 *
 * 1. A newly elected tab first asks the others who has read further, and goes on from there; unless there are no others: each tab holds
 *    a shared lock.
 * 2. A publishing tab that hides yields to a visible one.
 * 3. A publishing tab that hears of a later epoch writes nothing more; entries of an older epoch are ignored everywhere.
 */
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Random from "effect/Random";
import { invalid } from "../client/SgpError.ts";
import { seeded } from "../client/seeded.ts";
import { checkOptions } from "../contract/unknownNames.ts";
import type { Write } from "../watch/source/Source.ts";
import * as Environment from "../watch/time/Environment.ts";
import type { Watch } from "../watch/Watch.ts";
import { type Locks, takeOffice } from "./BroadcastElection.ts";
import {
  type BeatEntry,
  decode,
  type Entry,
  encode,
  FeedFormatError,
  format,
  type Mark,
  type NewsEntry,
  type Pulse,
  placeOf,
  pulseOf,
  type SnapshotEntry,
} from "./Entry.ts";
import { type Election, type FeedStore, Fenced, type Receiver, type Term } from "./Feed.ts";
import { type FollowOptions, follow, followNames } from "./follow.ts";
import { Ledger } from "./Ledger.ts";
import { type LeadOptions, lead } from "./lead.ts";
import { MemoryFeed } from "./memoryFeed.ts";

/** The part of a `BroadcastChannel` that is used. */
export interface Channel {
  postMessage(message: unknown): void;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  close(): void;
}

export interface BroadcastFeedOptions {
  /** Names the channel and the lock: one for each server and account. Default `evalwire`. */
  readonly name?: string;
  /** How often the publishing tab is heard of. Default 2,000 ms; timers of hidden tabs come once a second. */
  readonly beatMillis?: number;
  readonly clock?: Clock.Clock;
  readonly seed?: string | number;
  /** Default: `BroadcastChannel`. */
  readonly channel?: (name: string) => Channel;
  /** Default: `navigator.locks`. */
  readonly locks?: Locks;
  /** Whether this tab is visible. Default: what the browser says. */
  readonly environment?: Environment.Environment;
}

const optionNames: Record<keyof BroadcastFeedOptions, true> = {
  name: true,
  beatMillis: true,
  clock: true,
  seed: true,
  channel: true,
  locks: true,
  environment: true,
};

type Message =
  | { readonly _tag: "entry"; readonly line: string }
  /** Request to the publisher for the entries after a mark. */
  | { readonly _tag: "ask"; readonly from: Mark | undefined }
  | { readonly _tag: "answer"; readonly to: string; readonly lines: ReadonlyArray<string> }
  /** Request to all tabs whether one has read further. */
  | { readonly _tag: "call"; readonly at: Mark | undefined }
  | { readonly _tag: "further"; readonly to: string; readonly epoch: number; readonly lines: ReadonlyArray<string> }
  | { readonly _tag: "write"; readonly write: Write; readonly key: number }
  | { readonly _tag: "heard"; readonly to: string; readonly key: number; readonly mark: Mark | undefined }
  /** The publishing tab is hidden; a visible one wants the office; it is yielded to that one. */
  | { readonly _tag: "offer" }
  | { readonly _tag: "want" }
  | { readonly _tag: "yield"; readonly to: string };

// How long the answers to a roll call are waited for: a message between tabs takes 2 ms, a busy tab somewhat longer.
const rollCallMillis = 100;
const confirmMillis = 5_000;

/** Whether one has read further than the other. */
const isFurther = (one: Mark, other: Mark | undefined): boolean =>
  other === undefined ||
  one.epoch > other.epoch ||
  (one.generation === other.generation && one.epoch === other.epoch && one.number > other.number);

interface Scope {
  readonly BroadcastChannel?: new (name: string) => Channel;
  readonly navigator?: { readonly locks?: Locks };
}
const scope = globalThis as unknown as Scope;

export class BroadcastFeed implements FeedStore, Election, AsyncDisposable {
  readonly evaluationId: string;
  readonly beatMillis: number;
  readonly clock: Clock.Clock;
  readonly #name: string;
  readonly #id: string;
  readonly #random: (typeof Random.Random)["Service"];
  readonly #environment: Environment.Environment;
  readonly #locks: Locks;
  readonly #channel: Channel;
  readonly #copy: MemoryFeed;
  readonly #undo: () => void;
  #heardAt: number;
  #topEpoch = 0;
  #parts: Array<SnapshotEntry> = [];
  // Tabs that asked this one before it had anything to give.
  readonly #early: Array<string> = [];
  #askedAt = Number.NEGATIVE_INFINITY;
  #office: { readonly epoch: number; readonly release: () => void } | undefined;
  #hears: ((write: Write) => Promise<Mark | undefined>) | undefined;
  #isOfficeHidden = false;
  #resign: () => void = () => undefined;
  // Takes the office at once, while this tab waits in line for it.
  #claim: () => void = () => undefined;
  #keys = 0;
  #disappear: () => void = () => undefined;
  readonly #confirming = new Map<number, (mark: Mark | undefined) => void>();
  #isClosed = false;

  constructor(evaluationId: string, options: BroadcastFeedOptions = {}) {
    const channel = options.channel ?? (scope.BroadcastChannel && ((name) => new scope.BroadcastChannel!(name)));
    const locks = options.locks ?? scope.navigator?.locks;
    if (channel === undefined || locks === undefined) {
      const message = "needs BroadcastChannel and Web Locks, which this place does not have; watch without it";
      throw invalid([{ path: "broadcastFeed", message }]);
    }
    const none = Context.empty();
    this.evaluationId = evaluationId;
    this.beatMillis = options.beatMillis ?? 2_000;
    this.clock = options.clock ?? Context.get(none, Clock.Clock);
    this.#random = options.seed === undefined ? Context.get(none, Random.Random) : seeded(options.seed);
    this.#id = Array.from({ length: 3 }, () => (this.#random.nextIntUnsafe() >>> 0).toString(36)).join("");
    this.#name = `${options.name ?? "evalwire"}/${evaluationId}`;
    this.#environment = options.environment ?? Environment.browser();
    this.#locks = locks;
    // Followers of this tab read what was read from the channel, or is written to it.
    this.#copy = new MemoryFeed(evaluationId, { clock: this.clock }, (entry) => entry);
    this.#heardAt = this.#now();
    this.#channel = channel(this.#name);
    this.#channel.onmessage = ({ data }) => this.#receive(data);
    this.#undo = this.#environment.subscribe(() => this.#look());
    if (locks.query !== undefined) this.#appear();
    this.#ask();
  }

  /** Whether this tab publishes. */
  get isPublishing(): boolean {
    return this.#office !== undefined;
  }

  /** The feed's current state; `undefined` before its first snapshot. Never fails. */
  async tail(): Promise<Ledger | undefined> {
    return this.#copy.tail();
  }

  append(entry: Entry, state: Ledger): void {
    this.#checkOffice(entry.epoch);
    this.#copy.append(entry, state);
    this.#topEpoch = Math.max(this.#topEpoch, entry.epoch);
    this.#post({ _tag: "entry", line: encode(entry) });
  }

  /** Other tabs request the state when they need it. */
  begin(state: Ledger, head: Pick<NewsEntry, "base" | "time"> & Pulse): void {
    const { mark } = state;
    this.#checkOffice(mark.epoch);
    this.#copy.begin(state, head);
    this.#topEpoch = Math.max(this.#topEpoch, mark.epoch);
    for (const tab of this.#early.splice(0)) this.#answer(tab, undefined);
    const beat: BeatEntry = { kind: "beat", format, ...mark, ...head };
    this.#post({ _tag: "entry", line: encode(beat) });
  }

  open(from: Mark | undefined, receiver: Receiver): () => void {
    const close = this.#copy.open(from, receiver);
    if (!this.isPublishing) this.#ask();
    return close;
  }

  /** Gives a write to the watch of the publishing tab, which says from where on the feed shows it. Never fails. */
  report(write: Write): Promise<Mark | undefined> {
    if (this.isPublishing) return this.#hears?.(write) ?? Promise.resolve(undefined);
    const key = ++this.#keys;
    const heard = new Promise<Mark | undefined>((resolve) => {
      this.#confirming.set(key, resolve);
    });
    this.#post({ _tag: "write", write, key });
    const tooLate = this.#pause(confirmMillis).then(() => undefined);
    return Promise.race([heard, tooLate]).finally(() => this.#confirming.delete(key));
  }

  /** The receiver of writes while this tab publishes. */
  set hears(hear: ((write: Write) => Promise<Mark | undefined>) | undefined) {
    this.#hears = hear;
  }

  async campaign(signal: AbortSignal): Promise<Term> {
    const office = await takeOffice(
      {
        name: this.#name,
        locks: this.#locks,
        clock: this.clock,
        random: () => this.#random.nextDoubleUnsafe(),
        environment: this.#environment,
        beatMillis: this.beatMillis,
        heardAt: () => this.#heardAt,
        onWait: (claim) => {
          this.#claim = claim;
        },
      },
      signal,
    );
    this.#claim = () => undefined;
    this.#isOfficeHidden = false;
    this.#post({ _tag: "call", at: this.#copy.mark });
    if (!(await this.#isAlone())) await this.#pause(rollCallMillis, signal);
    if (signal.aborted) {
      office.release();
      throw signal.reason;
    }
    const epoch = Math.max(this.#topEpoch, this.#copy.mark?.epoch ?? 0) + 1;
    this.#topEpoch = epoch;
    const own = { epoch, release: office.release };
    this.#office = own;
    const leave = () => {
      if (this.#office === own) this.#office = undefined;
      office.release();
    };
    office.lost.addEventListener("abort", leave, { once: true });
    if (office.lost.aborted) leave();
    const lost = new AbortController();
    office.lost.addEventListener("abort", () => lost.abort(), { once: true });
    if (office.lost.aborted) lost.abort();
    this.#resign = () => lost.abort();
    this.#look();
    return { epoch, lost: lost.signal, resign: async () => leave() };
  }

  /** Stops to publish and to listen. Never fails; a second call does nothing. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#undo();
    this.#office?.release();
    this.#office = undefined;
    for (const resolve of this.#confirming.values()) resolve(undefined);
    this.#disappear();
    this.#channel.onmessage = null;
    this.#channel.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #receive(data: unknown): void {
    const { from, message } = data as { readonly from: string; readonly message: Message };
    switch (message._tag) {
      case "entry":
        this.#take(message.line);
        return;
      case "ask":
        if (!this.isPublishing) return;
        if (this.#copy.mark === undefined) this.#early.push(from);
        else this.#answer(from, message.from);
        return;
      case "answer":
        if (message.to === this.#id) for (const line of message.lines) this.#take(line);
        return;
      case "call": {
        const { mark } = this.#copy;
        const lines = mark !== undefined && isFurther(mark, message.at) ? this.#copy.since(message.at).map(encode) : [];
        this.#post({ _tag: "further", to: from, epoch: this.#topEpoch, lines });
        return;
      }
      case "further":
        if (message.to !== this.#id) return;
        this.#topEpoch = Math.max(this.#topEpoch, message.epoch);
        for (const line of message.lines) this.#take(line);
        return;
      case "write":
        if (!this.isPublishing || this.#hears === undefined) return;
        void this.#hears(message.write).then((mark) => this.#post({ _tag: "heard", to: from, key: message.key, mark }));
        return;
      case "heard":
        if (message.to === this.#id) this.#confirming.get(message.key)?.(message.mark);
        return;
      case "offer":
        this.#isOfficeHidden = true;
        this.#look();
        return;
      case "want":
        if (!this.isPublishing || this.#environment.isVisible()) return;
        this.#post({ _tag: "yield", to: from });
        this.#resign();
        return;
      case "yield":
        this.#isOfficeHidden = false;
        if (message.to === this.#id) this.#claim();
        return;
    }
  }

  #take(line: string): void {
    const entry = this.#read(line);
    if (entry === undefined) return;
    if (entry.kind === "snapshot") {
      this.#takePart(entry);
      return;
    }
    const { mark } = this.#copy;
    const place = mark === undefined ? "hole" : placeOf(mark, entry);
    if (place === "stale" || entry.epoch < this.#topEpoch) return;
    this.#topEpoch = Math.max(this.#topEpoch, entry.epoch);
    this.#heardAt = this.#now();
    if (place === "hole") this.#ask();
    if (place !== "next") return;
    try {
      // The copy has its own ledger; this one only says what is the same for all of them.
      this.#copy.append(entry, this.#copy.ledger!);
    } catch (error) {
      if (!(error instanceof Fenced)) throw error;
      this.#ask();
    }
  }

  #takePart(entry: SnapshotEntry): void {
    if (entry.part === 0) this.#parts = [];
    this.#parts.push(entry);
    if (entry.part !== entry.parts - 1) return;
    const ledger = Ledger.of(this.evaluationId, this.#parts);
    this.#parts = [];
    if (ledger === undefined || !isFurther(ledger.mark, this.#copy.mark)) return;
    this.#topEpoch = Math.max(this.#topEpoch, ledger.mark.epoch);
    this.#heardAt = this.#now();
    const { base, time } = entry;
    this.#copy.adopt(ledger, { base, time, ...pulseOf(entry) });
  }

  #read(line: string): Entry | undefined {
    try {
      return decode(line);
    } catch (error) {
      // A tab with another version of this program: its office is respected, its entries cannot be read.
      if (error instanceof FeedFormatError) return undefined;
      throw error;
    }
  }

  get #presence(): string {
    return `${this.#name}/tab`;
  }

  /** Shows the other tabs, also those that only read, that this one is there. */
  #appear(): void {
    const gone = new Promise<void>((resolve) => {
      this.#disappear = resolve;
    });
    // A page that is being left may hold no locks; then nothing of it answers, either.
    this.#locks.request(this.#presence, { mode: "shared" }, () => gone).catch(() => undefined);
  }

  /** Whether no other tab could have read anything of this feed. */
  async #isAlone(): Promise<boolean> {
    const { held } = (await this.#locks.query?.().catch(() => undefined)) ?? {};
    return held !== undefined && held.filter(({ name }) => name === this.#presence).length <= 1;
  }

  #answer(to: string, from: Mark | undefined): void {
    this.#post({ _tag: "answer", to, lines: this.#copy.since(from).map(encode) });
  }

  /** Throws `Fenced` unless this tab is in office for that epoch. */
  #checkOffice(epoch: number): void {
    const last = this.#copy.mark?.epoch ?? 0;
    if (this.#isClosed || this.#office?.epoch !== epoch || last > epoch)
      throw new Fenced(Math.max(this.#topEpoch, last));
  }

  /** Asks for what is missing; not more often than an answer can come. */
  #ask(): void {
    if (this.isPublishing || this.#now() < this.#askedAt + rollCallMillis) return;
    this.#askedAt = this.#now();
    this.#post({ _tag: "ask", from: this.#copy.mark });
  }

  /** The tab was shown or hidden: a hidden one does not keep the office when a visible one is there. */
  #look(): void {
    const isVisible = this.#environment.isVisible();
    if (this.isPublishing) {
      if (!isVisible) this.#post({ _tag: "offer" });
    } else if (isVisible && this.#isOfficeHidden) this.#post({ _tag: "want" });
  }

  #post(message: Message): void {
    if (!this.#isClosed) this.#channel.postMessage({ from: this.#id, message });
  }

  /** Resolves after a time, or when the signal is aborted. */
  #pause(millis: number, signal?: AbortSignal): Promise<unknown> {
    return Effect.runPromiseExit(this.clock.sleep(Duration.millis(millis)), signal === undefined ? {} : { signal });
  }

  #now(): number {
    return Number(this.clock.monotonicTimeNanosUnsafe()) / 1e6;
  }
}

/**
 * The feed of one evaluation among the tabs of this browser. Throws an `SgpError` with reason `Invalid` where there are no
 * `BroadcastChannel` and Web Locks.
 */
export const broadcastFeed = (evaluationId: string, options: BroadcastFeedOptions = {}): BroadcastFeed => {
  checkOptions("broadcastFeed", options, optionNames);
  return new BroadcastFeed(evaluationId, options);
};

/**
 * A watch that the tabs of a browser share: one of them polls, all of them see the same. Closing it leaves the office to another tab.
 *
 * @param open the watch that this tab publishes while it is elected
 */
export const shareWatch = (feed: BroadcastFeed, open: LeadOptions["open"], options: FollowOptions = {}): Watch => {
  checkOptions("shareWatch", options, followNames);
  const { clock, beatMillis } = feed;
  const seed = options.seed === undefined ? {} : { seed: options.seed };
  const candidacy = lead({ election: feed, sink: feed, open, clock, beat: beatMillis, ...seed });
  feed.hears = async (write) => candidacy.publication?.hear(write);
  const watch = follow(feed, { clock, ...options });
  const close = watch.close.bind(watch);
  watch.close = async () => {
    await candidacy.close();
    await close();
    await feed.close();
  };
  return watch;
};
