/**
 * The members of the fleet and the holders of its offices. An office is a name that at most one member holds an epoch of: a shard, the budget.
 *
 * 1. An epoch is won by the message `elect.<office>.<epoch>` that is the first of its subject. That is checked on every replica of the
 *    stream where the message is applied; no timer of a server and no clock takes part. No epoch has two winners.
 * 2. Every member beats. A beat names the offices it holds, so that traffic grows with members, and with nothing else. One that was
 *    silent for its lease, which it says, holds nothing any more; silence is timed by the listener's own monotonic clock, less the time
 *    in which the listener itself was held up and could not have heard. One that is new hears all others at once, also those that beat seldom.
 * 3. A member believes in its office until 0.9 leases after it sent the last beat that came back to it through the server. That
 *    belief is a courtesy: what makes late writes harmless is the log's refusal.
 * 4. One that finds its belief over (it was stopped, or cut off) has lost the office, and beats for it no more. There is one exception:
 *    an office whose late writes a log refuses, where the process was held up, and the leader of the epochs says that no other member
 *    has won a higher one. Or a busy machine would give up all its work, with no other replica to take it, again and again.
 */
import type { Subscription } from "@nats-io/nats-core";
import type { Engine } from "../engine/Engine.ts";
import { isError } from "../engine/errorCodes.ts";
import { hear, isJson } from "../engine/hear.ts";
import { explained } from "../engine/inWords.ts";
import type { Names } from "../engine/Names.ts";
import type { Time } from "../engine/Time.ts";
import { nextTurn } from "../engine/Turns.ts";
import type { FormatFacts } from "./Formats.ts";
import { isSettings, type Settings } from "./Settings.ts";

/** A member's own data, for `status`. */
export interface MemberFacts {
  readonly name: string;
  readonly formats: FormatFacts;
  /** `undefined` of an older version. */
  readonly settings?: Settings;
  readonly [fact: string]: unknown;
}

interface Beat {
  readonly member: string;
  readonly count: number;
  readonly offices: Readonly<Record<string, number>>;
  /** It leaves: what it held can be taken at once. */
  readonly isLeaving?: true;
  readonly facts: MemberFacts;
}

const isNumbers = (value: unknown): boolean => Array.isArray(value) && value.every(Number.isFinite);
const isFormats = (value: unknown): boolean =>
  isJson(value) && isNumbers(value["reads"]) && isNumbers(value["writes"]) && Number.isFinite(value["current"]);

export const isBeat = (value: unknown): value is Beat =>
  isJson(value) &&
  typeof value["member"] === "string" &&
  Number.isFinite(value["count"]) &&
  isJson(value["offices"]) &&
  Object.values(value["offices"]).every(Number.isSafeInteger) &&
  isJson(value["facts"]) &&
  typeof value["facts"]["name"] === "string" &&
  isFormats(value["facts"]["formats"]) &&
  isSettings(value["facts"]["settings"]);

export interface Member {
  readonly id: string;
  readonly facts: MemberFacts;
  /** The epochs of the offices that it holds. */
  readonly offices: Readonly<Record<string, number>>;
}

/** An office that was won. */
export interface Held {
  readonly office: string;
  readonly epoch: number;
  /** Aborted when it is lost or given up. */
  readonly lost: AbortSignal;
  /** Gives it up, so that another can take it at once. */
  readonly resign: () => Promise<void>;
}

interface Own extends Held {
  readonly abort: AbortController;
  readonly isFenced: boolean;
  until: number;
  /** Its lease is over, and the leader of the epochs was asked whether it is lost. */
  isInDoubt: boolean;
}

interface Heard extends Member {
  at: number;
}

export interface MembersOptions {
  readonly engine: Engine;
  readonly names: Names;
  readonly time: Time;
  /** A name of this member that no other has: letters and digits. */
  readonly id: string;
  readonly facts: () => MemberFacts;
  readonly leaseMillis: number;
  /** Makes the stream of epochs again, where it was deleted. */
  readonly restore: () => Promise<void>;
  readonly onFailure: (error: unknown) => void;
}

const beatsPerLease = 4;
const epochsKept = 16;
const electTimeoutMillis = 1_000;
/** A timer that is later than this share of a lease says that its process was held up. */
const heldUpShare = 1 / 8;

export class Members {
  readonly #options: MembersOptions;
  readonly #members = new Map<string, Heard>();
  readonly #own = new Map<string, Own>();
  /** The highest epoch that was heard of, by office. */
  readonly #top = new Map<string, number>();
  readonly #former = new Map<string, string>();
  readonly #listeners = new Set<() => void>();
  readonly #sentAt = new Map<number, number>();
  readonly #abort = new AbortController();
  #beats: Subscription | undefined;
  #count = 0;
  #beganAt = 0;
  /** When this member means to look at the others next; later than that, it is held up itself. */
  #lookAt = Number.POSITIVE_INFINITY;
  /** When it was held up last. */
  #heldUpAt = Number.NEGATIVE_INFINITY;
  #wake: () => void = () => undefined;
  #running: Promise<void> | undefined;
  /** Epochs won by any member since this one joined. */
  elections = 0;

  constructor(options: MembersOptions) {
    this.#options = options;
  }

  get id(): string {
    return this.#options.id;
  }

  /** All members heard of within the lease, this one included, by id. */
  list(): ReadonlyArray<Member> {
    return [...this.#members.values()].filter((each) => this.#isAlive(each)).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** All members heard of within the last twenty leases that have not said goodbye: a silent one may only be cut off. */
  known(): ReadonlyArray<Member> {
    return [...this.#members.values()];
  }

  /** The holder of an office, as far as is known here. */
  holderOf(office: string): { readonly member: string; readonly epoch: number } | undefined {
    let best: { readonly member: string; readonly epoch: number } | undefined;
    for (const member of this.#members.values()) {
      const epoch = member.offices[office];
      if (epoch === undefined || !this.#isAlive(member)) continue;
      if (best === undefined || epoch > best.epoch) best = { member: member.id, epoch };
    }
    const own = this.#own.get(office);
    if (own !== undefined && own.epoch >= (best?.epoch ?? 0)) return { member: this.id, epoch: own.epoch };
    return best?.member === this.id ? undefined : best;
  }

  /** Whether its beats come back to it through a server. */
  get isConnected(): boolean {
    const own = this.#members.get(this.id);
    return own !== undefined && this.#options.time.now() < own.at + this.#options.leaseMillis;
  }

  /** Whether it has listened long enough to know who is there. */
  get isSettled(): boolean {
    const leases = [...this.#members.values()].map((each) => this.#leaseOf(each));
    return this.#options.time.now() >= this.#beganAt + Math.max(this.#options.leaseMillis, ...leases);
  }

  /** The last holder of an office, as far as is known here. */
  formerOf(office: string): string | undefined {
    return this.#former.get(office);
  }

  held(office: string): Held | undefined {
    return this.#own.get(office);
  }

  /** Calls `listener` when members or offices have changed, and at least once a beat; returns its undo. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async start(): Promise<void> {
    const { engine, names, time } = this.#options;
    this.#beganAt = time.now();
    let refused: unknown;
    this.#beats = hear(engine.nc, names.beat, {
      is: isBeat,
      take: (beat) => this.#hear(beat),
      onFailure: this.#options.onFailure,
      refused: (error) => {
        refused = error;
      },
    });
    await engine.nc.flush();
    // Before a server answers a flush it reports the subjects an account may not subscribe to; nothing else reports them.
    if (refused !== undefined) throw explained(refused, "hearing the beats of the fleet");
    this.#running = this.#run();
  }

  /** Gives up every office and says goodbye. */
  async close(): Promise<void> {
    if (this.#abort.signal.aborted) return;
    for (const own of [...this.#own.values()]) this.#lose(own);
    this.beat(true);
    this.#abort.abort();
    this.#wake();
    await this.#running;
    await this.#options.engine.nc.flush().catch(() => undefined);
    this.#beats?.unsubscribe();
  }

  /** Stops without a word, as a process that is killed does; for tests. */
  vanish(): void {
    this.#abort.abort();
    this.#wake();
    this.#beats?.unsubscribe();
  }

  /**
   * Tries once to win the next epoch of an office. Resolves with `undefined` when another member has won it, or when none can.
   *
   * @param isFenced whether everything the holder does goes through a log that refuses an older epoch
   */
  async take(office: string, isFenced = false): Promise<Held | undefined> {
    const known = this.#own.get(office);
    if (known !== undefined) return known;
    try {
      return await this.#attempt(office, isFenced);
    } catch (error) {
      if (!isError(error, "streamNotFound")) throw error;
      // Epochs go on from those that are known here; a log refuses one that is not higher than its own.
      await this.#options.restore();
      return undefined;
    }
  }

  async #attempt(office: string, isFenced: boolean): Promise<Held | undefined> {
    // Before anything is waited for: who loses a race must not take the epoch after it at once.
    const epoch = (this.#top.get(office) ?? (await this.#topOf(office))) + 1;
    const { engine, names, time, id, leaseMillis, onFailure } = this.#options;
    const sentAt = time.now();
    const subject = names.elect(office, epoch);
    try {
      await engine.js.publish(subject, id, {
        expect: { lastSubjectSequence: 0 },
        timeout: electTimeoutMillis,
      });
    } catch (error) {
      const isTaken = isError(error, "wrongLastSequence");
      if (!isTaken) onFailure(error);
      // A publish that was refused or timed out may have been stored all the same.
      if (!(await this.#isOurs(subject))) {
        await this.#topOf(office);
        return undefined;
      }
    }
    const top = await this.#topOf(office);
    if (top > epoch || this.#abort.signal.aborted) return undefined;
    const isOver = time.now() >= sentAt + 0.9 * leaseMillis;
    if (isOver && !(isFenced && this.#isHeldUpLately)) return undefined;
    const abort = new AbortController();
    const own: Own = {
      office,
      epoch,
      abort,
      lost: abort.signal,
      isFenced,
      isInDoubt: false,
      until: sentAt + 0.9 * leaseMillis,
      resign: async () => {
        if (this.#own.get(office) !== own) return;
        this.#lose(own);
        this.beat();
      },
    };
    this.#own.set(office, own);
    this.elections++;
    this.beat();
    this.#wake();
    this.#purge(office, epoch);
    return own;
  }

  /**
   * Whether no higher epoch of an office was won; rejects where most of the nodes cannot say. A leader that is cut off from the others answers
   * reads as before, for longer than they need to elect another: only a write shows that it still leads.
   */
  async isNewest({ office, epoch }: Held): Promise<boolean> {
    const { engine, names, id } = this.#options;
    await engine.js.publish(names.elect(office, epoch), id, { timeout: electTimeoutMillis });
    return (await this.#topOf(office)) <= epoch;
  }

  /** An epoch of an office that was seen elsewhere, in a log. */
  learn(office: string, epoch: number): void {
    this.#top.set(office, Math.max(epoch, this.#top.get(office) ?? 0));
  }

  /** Waits until an office is free, and wins it. Rejects with the signal's reason when it is aborted. */
  async campaign(office: string, signal: AbortSignal): Promise<Held> {
    const { time, leaseMillis } = this.#options;
    for (;;) {
      signal.throwIfAborted();
      this.#abort.signal.throwIfAborted();
      const isFree = this.holderOf(office) === undefined;
      const isNew = this.#top.get(office) === undefined && (await this.#topOf(office).catch(() => 1)) === 0;
      if (isFree && (this.isSettled || isNew)) {
        const held = await this.take(office).catch((error: unknown) => {
          this.#options.onFailure(error);
          return undefined;
        });
        if (held !== undefined) {
          if (!signal.aborted) return held;
          await held.resign();
          throw signal.reason;
        }
        await time.sleep(leaseMillis / beatsPerLease, signal);
      } else await this.#changed(signal);
    }
  }

  #changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        leave();
        signal.removeEventListener("abort", done);
        this.#abort.signal.removeEventListener("abort", done);
        resolve();
      };
      const leave = this.onChange(done);
      signal.addEventListener("abort", done, { once: true });
      this.#abort.signal.addEventListener("abort", done, { once: true });
      if (signal.aborted || this.#abort.signal.aborted) done();
    });
  }

  #isAlive(each: Heard): boolean {
    const { id, at } = each;
    return id === this.id || this.#options.time.now() - this.#heldUp() < at + this.#leaseOf(each);
  }

  #leaseOf({ facts }: Heard): number {
    return facts.settings?.lease ?? this.#options.leaseMillis;
  }

  /** For how long this process has done nothing although it was time: beats may wait in its socket. */
  #heldUp(): number {
    const { time, leaseMillis } = this.#options;
    const late = time.now() - this.#lookAt;
    return late > leaseMillis * heldUpShare ? late : 0;
  }

  get #isHeldUpLately(): boolean {
    const { time, leaseMillis } = this.#options;
    return this.#heldUp() > 0 || time.now() < this.#heldUpAt + leaseMillis;
  }

  #lose(own: Own): void {
    if (this.#own.get(own.office) !== own) return;
    this.#own.delete(own.office);
    own.abort.abort();
    this.#notify();
  }

  /** Its lease is over: it is lost, unless nothing but this process was late, and no other replica has it. */
  #doubt(own: Own): void {
    if (own.isInDoubt) return;
    if (own.isFenced && this.#isHeldUpLately) void this.#ask(own);
    else this.#lose(own);
  }

  async #ask(own: Own): Promise<void> {
    const { time, leaseMillis } = this.#options;
    own.isInDoubt = true;
    const askedAt = time.now();
    const top = await this.#topOf(own.office).catch(() => Number.POSITIVE_INFINITY);
    if (this.#own.get(own.office) !== own) return;
    if (top > own.epoch) return this.#lose(own);
    own.isInDoubt = false;
    own.until = askedAt + 0.9 * leaseMillis;
    this.beat();
    this.#wake();
  }

  #notify(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  async #run(): Promise<void> {
    const { time, leaseMillis } = this.#options;
    const period = leaseMillis / beatsPerLease;
    let beatAt = 0;
    while (!this.#abort.signal.aborted) {
      // Beats of others, and the echo of its own, may be in its socket.
      if (this.#heldUp() > 0) await nextTurn();
      const now = time.now();
      const heldUp = this.#heldUp();
      if (heldUp > 0) this.#heldUpAt = now;
      this.#lookAt = Number.POSITIVE_INFINITY;
      for (const each of this.#members.values()) each.at = Math.min(now, each.at + heldUp);
      // First: one that was stopped past its lease must not renew what others may have taken.
      for (const own of [...this.#own.values()]) if (now >= own.until) this.#doubt(own);
      if (now >= beatAt) {
        this.beat();
        beatAt = now + period;
      }
      this.#forget(now);
      this.#notify();
      const ends = [...this.#own.values()].filter(({ isInDoubt }) => !isInDoubt).map(({ until }) => until);
      const deaths = [...this.#members.values()]
        .filter(({ id }) => id !== this.id)
        .map((each) => each.at + this.#leaseOf(each));
      const next = Math.min(beatAt, ...ends, ...deaths.filter((at) => at > now));
      const rest = new AbortController();
      this.#wake = () => rest.abort();
      this.#lookAt = Math.max(time.now() + 1, next);
      await time.sleep(Math.max(1, next - time.now()), rest.signal);
    }
  }

  /** Forget members that have been gone for a while. */
  #forget(now: number): void {
    for (const [id, each] of this.#members) {
      if (id !== this.id && now > each.at + 20 * this.#leaseOf(each)) this.#members.delete(id);
    }
  }

  /** Says now what else is said with the next beat. */
  beat(isLeaving = false): void {
    const { engine, names, time, id, facts } = this.#options;
    if (engine.nc.isClosed() || this.#abort.signal.aborted) return;
    const count = ++this.#count;
    this.#sentAt.set(count, time.now());
    if (this.#sentAt.size > 20) this.#sentAt.delete(count - 20);
    const offices = Object.fromEntries([...this.#own.values()].map(({ office, epoch }) => [office, epoch]));
    const beat: Beat = { member: id, count, offices, facts: facts(), ...(isLeaving ? { isLeaving: true } : {}) };
    engine.nc.publish(names.beat, JSON.stringify(beat));
  }

  #hear({ member, count, offices, isLeaving, facts }: Beat): void {
    const { time, leaseMillis, id } = this.#options;
    const before = this.#members.get(member);
    if (isLeaving === true) this.#members.delete(member);
    else this.#members.set(member, { id: member, facts, offices, at: time.now() });
    for (const [office, epoch] of Object.entries(offices)) {
      const top = this.#top.get(office) ?? 0;
      if (epoch <= top) continue;
      this.#top.set(office, epoch);
      this.#former.set(office, member);
      if (member !== id) this.elections++;
    }
    if (member === id) {
      const sentAt = this.#sentAt.get(count);
      if (sentAt === undefined) return;
      for (const own of this.#own.values()) {
        if (offices[own.office] === own.epoch && !own.isInDoubt)
          own.until = Math.max(own.until, sentAt + 0.9 * leaseMillis);
      }
      return;
    }
    for (const own of [...this.#own.values()]) if ((offices[own.office] ?? 0) > own.epoch) this.#lose(own);
    const isNews =
      before === undefined || isLeaving === true || JSON.stringify(before.offices) !== JSON.stringify(offices);
    // It is to know who is here before its own lease is over.
    if (before === undefined && isLeaving !== true) this.beat();
    if (isNews) this.#notify();
  }

  /** The highest epoch that was ever won, as the stream's leader says. */
  async #topOf(office: string): Promise<number> {
    const { engine, names } = this.#options;
    const filter = names.elect(office, "*");
    const { state } = await engine.jsm.streams.info(names.electStream, { subjects_filter: filter });
    const epochs = Object.keys(state.subjects ?? {}).map((subject) =>
      Number(subject.slice(subject.lastIndexOf(".") + 1)),
    );
    const top = Math.max(0, this.#top.get(office) ?? 0, ...epochs);
    this.#top.set(office, top);
    return top;
  }

  async #isOurs(subject: string): Promise<boolean> {
    const { engine, names, id, onFailure } = this.#options;
    try {
      const message = await engine.jsm.streams.getMessage(names.electStream, { last_by_subj: subject });
      return message !== null && message.string() === id;
    } catch (error) {
      onFailure(error);
      return false;
    }
  }

  #purge(office: string, epoch: number): void {
    if (epoch % epochsKept !== 0) return;
    const { engine, names } = this.#options;
    // Kept as a number of epochs: a member that tries a purged epoch would win it again, and then finds a higher one.
    engine.jsm.streams
      .purge(names.electStream, { filter: names.elect(office, "*"), keep: epochsKept })
      .catch(this.#options.onFailure);
  }
}
