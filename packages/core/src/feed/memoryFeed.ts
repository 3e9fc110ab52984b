/**
 * A feed in memory: for tests, and for followers in the publisher's own process.
 *
 * It is the log that the other transports are held to: it refuses what is fenced off, keeps the last `keep` entries of news,
 * and gives those who come later the news they miss or a snapshot. Entries pass through their written form.
 */
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import { checkOptions } from "../contract/unknownNames.ts";
import { decode, type Entry, encode, type Mark, type NewsEntry, type Pulse } from "./Entry.ts";
import { type Election, type FeedStore, Fenced, type Receiver, type Term } from "./Feed.ts";
import { HeldPulse } from "./HeldPulse.ts";
import { Ledger } from "./Ledger.ts";

export interface MemoryFeedOptions {
  /** How many entries of news are kept for those who were away. Default 1,000. */
  readonly keep?: number;
  /** Default: the machine's. */
  readonly clock?: Clock.Clock;
}

const optionNames: Record<keyof MemoryFeedOptions, true> = { keep: true, clock: true };

interface Reader {
  readonly receiver: Receiver;
  from: Mark | undefined;
  hasBegun: boolean;
}

export class MemoryFeed implements FeedStore {
  readonly evaluationId: string;
  readonly #keep: number;
  readonly #readers = new Set<Reader>();
  #news: Array<NewsEntry> = [];
  #ledger: Ledger | undefined;
  #epoch = 0;
  #base = 0;
  readonly #pulse: HeldPulse;
  readonly #carry: (entry: Entry) => Entry;

  /** @param carry how an entry comes to a reader */
  constructor(
    evaluationId: string,
    { keep = 1_000, clock = Context.get(Context.empty(), Clock.Clock) }: MemoryFeedOptions = {},
    carry: (entry: Entry) => Entry = (entry) => decode(encode(entry)),
  ) {
    this.#pulse = new HeldPulse(clock);
    this.#carry = carry;
    this.evaluationId = evaluationId;
    this.#keep = keep;
  }

  /** How many readers it has. */
  get readers(): number {
    return this.#readers.size;
  }

  /** Its current state, to be read at once; `undefined` while it is empty. */
  get ledger(): Ledger | undefined {
    return this.#ledger;
  }

  /** Where the log ends; `undefined` while it is empty. */
  get mark(): Mark | undefined {
    return this.#ledger?.mark;
  }

  /** A copy of what it says now; `undefined` while it is empty. Never fails. */
  async tail(): Promise<Ledger | undefined> {
    return this.#ledger === undefined ? undefined : Ledger.of(this.evaluationId, [...this.#snapshot(this.#ledger)]);
  }

  begin(state: Ledger, head: Pick<NewsEntry, "base" | "time"> & Pulse): void {
    if (state.mark.epoch < this.#epoch || this.#ledger !== undefined) throw new Fenced(this.#epoch);
    this.adopt(state.copy(), head);
  }

  append(entry: Entry, state: Ledger): void {
    if (entry.epoch < this.#epoch) throw new Fenced(this.#epoch);
    if (entry.kind === "snapshot") return;
    this.#ledger ??= new Ledger({ ...state, generation: entry.generation, time: entry.time });
    const ledger = this.#ledger;
    const expected = ledger.mark.number + (entry.kind === "news" ? 1 : 0);
    if (entry.kind === "news" && entry.epoch === this.#epoch && entry.number === expected - 1) return;
    if (entry.generation !== ledger.mark.generation || entry.number !== expected) throw new Fenced(this.#epoch);
    this.#epoch = entry.epoch;
    this.#base = entry.base;
    if (entry.kind === "beat") this.#pulse.beat(entry);
    else {
      this.#pulse.wrote(entry.time);
      ledger.capabilities = state.capabilities;
      ledger.take(entry);
      this.#news.push(entry);
      if (this.#news.length > this.#keep) this.#news = this.#news.slice(-this.#keep);
    }
    for (const reader of [...this.#readers]) {
      if (reader.hasBegun) this.#give(reader, entry);
      else this.#begin(reader);
    }
  }

  open(from: Mark | undefined, receiver: Receiver): () => void {
    const reader: Reader = { receiver, from, hasBegun: false };
    this.#readers.add(reader);
    queueMicrotask(() => this.#begin(reader));
    return () => void this.#readers.delete(reader);
  }

  /** The entries for a reader that has read up to a mark: the missing news, or a snapshot. */
  since(from: Mark | undefined): ReadonlyArray<Entry> {
    if (this.#ledger === undefined) return [];
    return this.#missed(from) ?? [...this.#snapshot(this.#ledger)];
  }

  /** Takes over what a snapshot of the same feed says, and gives it to its readers; what was known before is forgotten. */
  adopt(ledger: Ledger, head: Pick<NewsEntry, "base" | "time"> & Pulse): void {
    this.#ledger = ledger;
    this.#news = [];
    this.#epoch = ledger.mark.epoch;
    this.#base = head.base;
    this.#pulse.beat(head);
    for (const reader of [...this.#readers]) {
      if (reader.hasBegun) for (const entry of this.#snapshot(ledger)) this.#give(reader, entry);
      else this.#begin(reader);
    }
  }

  /** Forgets the news up to a number, as a log does that is full. */
  trim(number: number): void {
    this.#news = this.#news.filter((entry) => entry.number > number);
  }

  #begin(reader: Reader): void {
    if (reader.hasBegun || this.#ledger === undefined || !this.#readers.has(reader)) return;
    reader.hasBegun = true;
    for (const entry of this.since(reader.from)) this.#give(reader, entry);
    // A beat that is handed on late would bring a dead publisher back to life.
    if (!this.#pulse.isFresh) return;
    const { mark } = this.#ledger;
    this.#give(reader, { kind: "beat", format: 1, ...mark, base: this.#base, ...this.#pulse.now() });
  }

  /** The news after a mark; `undefined` when the log does not reach back to it, or never was there. */
  #missed(from: Mark | undefined): ReadonlyArray<NewsEntry> | undefined {
    const { mark } = this.#ledger!;
    if (from?.generation !== mark.generation || from.number > mark.number) return undefined;
    if (from.number === mark.number) return from.epoch === mark.epoch ? [] : undefined;
    const index = this.#news.findIndex((entry) => entry.number === from.number + 1);
    if (index === -1) return undefined;
    const next = this.#news[index]!;
    const isThere = next.epoch === from.epoch || (next.epoch > from.epoch && next.base === from.number);
    return isThere ? this.#news.slice(index) : undefined;
  }

  #snapshot(ledger: Ledger) {
    return ledger.snapshot({ base: this.#base, ...this.#pulse.now() });
  }

  #give({ receiver }: Reader, entry: Entry): void {
    receiver.take(this.#carry(entry));
  }
}

/** A feed in memory of one evaluation, to be published to and followed. */
export const memoryFeed = (evaluationId: string, options: MemoryFeedOptions = {}): MemoryFeed => {
  checkOptions("memoryFeed", options, optionNames);
  return new MemoryFeed(evaluationId, options);
};

/** An election in memory: one holds office, the others wait in line. */
export class MemoryElection implements Election {
  #epoch = 0;
  #holder: { readonly lost: AbortController } | undefined;
  #waiting: ReadonlyArray<() => void> = [];

  campaign(signal: AbortSignal): Promise<Term> {
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.#waiting = this.#waiting.filter((each) => each !== elect);
        reject(signal.reason);
      };
      const elect = () => {
        signal.removeEventListener("abort", abort);
        const holder = { lost: new AbortController() };
        this.#holder = holder;
        const resign = async () => {
          if (this.#holder === holder) this.#next();
        };
        resolve({ epoch: ++this.#epoch, lost: holder.lost.signal, resign });
      };
      if (signal.aborted) reject(signal.reason);
      else if (this.#holder === undefined) elect();
      else {
        signal.addEventListener("abort", abort, { once: true });
        this.#waiting = [...this.#waiting, elect];
      }
    });
  }

  /** Elects the next candidate although the present holder has not left; it is notified unless `isSilent`, as when it hangs. */
  depose({ isSilent = false } = {}): void {
    const holder = this.#holder;
    this.#next();
    if (!isSilent) holder?.lost.abort();
  }

  #next(): void {
    const [next, ...waiting] = this.#waiting;
    this.#holder = undefined;
    this.#waiting = waiting;
    next?.();
  }
}
