/**
 * One view of a feed, and all its readers: each entry is encoded once, for any number of readers.
 *
 * A reader that keeps up is given the very bytes that all others are given. One that does not is given nothing until it wants more;
 * then what it missed, joined per task, or a snapshot. So a slow reader holds no more than what is on its way to it.
 */
import { instantOf } from "@evalwire/core";
import {
  type BeatEntry,
  type Entry,
  FeedView,
  joinedEntries,
  type Ledger,
  type Mark,
  type NewsEntry,
  type Pulse,
  placeOf,
  type ViewOptions,
} from "@evalwire/core/feed";
import { healthFor } from "./healthFor.ts";

/** Where a reader's entries go. */
export interface Outlet {
  /** Whether it takes more now. */
  readonly isWilling: () => boolean;
  readonly write: (bytes: Uint8Array) => void;
  /** Nothing more comes. */
  readonly end: () => void;
}

/** The head of a snapshot of this moment. */
export type Head = Pick<NewsEntry, "base" | "time"> & Pulse;

/** How an entry is written for a reader: as an event of SSE, or as a line. */
export type Form = "event" | "line";

const encoder = new TextEncoder();

const written = {
  event: (entry: Entry) =>
    encoder.encode(
      `event: ${entry.kind}\nid: ${entry.generation}.${entry.epoch}.${entry.number}\ndata: ${JSON.stringify(entry)}\n\n`,
    ),
  line: (entry: Entry) => encoder.encode(`${JSON.stringify(entry)}\n`),
};

const newsKept = 512;
// So few entries are given as they are; more are joined.
const joinedFrom = 8;
const rowsInPart = 500;
// For so long a snapshot is shared, in milliseconds.
const snapshotMillis = 1_000;

class Written {
  readonly entry: Entry;
  #bytes: Partial<Record<Form, Uint8Array>> = {};

  constructor(entry: Entry) {
    this.entry = entry;
  }

  as(form: Form): Uint8Array {
    this.#bytes[form] ??= written[form](this.entry);
    return this.#bytes[form];
  }
}

export class Reader {
  readonly outlet: Outlet;
  readonly form: Form;
  at: Mark | undefined;
  /** The snapshot being sent. */
  parts: Array<Written> = [];
  isBehind = true;
  isCatchingUp = false;

  constructor(outlet: Outlet, form: Form, from: Mark | undefined) {
    this.outlet = outlet;
    this.form = form;
    this.at = from;
  }
}

// FNV-1a: the same on every relay, so that a reader can go on at another one.
const hashOf = (text: string): string => {
  let hash = 0x811c9dc5;
  for (const byte of encoder.encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(36);
};

/** A reader's generation names its view, too: what was read with other rights or filters is nothing to go on from. */
const suffixOf = (view: ViewOptions): string =>
  Object.keys(view).length === 0 ? "" : `~${hashOf(JSON.stringify(view))}`;

export class ReaderLog {
  readonly #suffix: string;
  readonly #seesOwnOnly: boolean;
  readonly #view: FeedView;
  readonly #ledger: () => { readonly ledger: Ledger; readonly head: Head } | undefined;
  readonly readers = new Set<Reader>();
  #news: Array<Written> = [];
  #hasBegun = false;
  /** The last snapshot written, and the publisher's time in it. */
  #snapshot: { readonly number: number; readonly at: number; readonly parts: ReadonlyArray<Written> } | undefined;

  constructor(
    evaluationId: string,
    options: ViewOptions,
    ledger: () => { readonly ledger: Ledger; readonly head: Head } | undefined,
  ) {
    this.#suffix = suffixOf(options);
    this.#seesOwnOnly = options.holder !== undefined;
    this.#view = new FeedView(evaluationId, options);
    this.#ledger = ledger;
    this.#begin();
  }

  /** Takes the next entry of the feed. */
  take(entry: NewsEntry | BeatEntry): void {
    // The view began with the state the ledger already has.
    if (!this.#hasBegun) {
      this.#begin();
      for (const reader of [...this.readers]) this.catchUp(reader);
      return;
    }
    const seen = entry.kind === "beat" ? this.#view.beat(entry) : this.#view.take(entry);
    if (seen === undefined) return;
    const bytes = new Written(this.#shown(seen));
    if (seen.kind === "news") {
      this.#snapshot = undefined;
      this.#news.push(bytes);
      if (this.#news.length > newsKept * 2) this.#news = this.#news.slice(-newsKept);
    }
    for (const reader of [...this.readers]) this.#give(reader, bytes);
  }

  add(reader: Reader): void {
    this.readers.add(reader);
    this.catchUp(reader);
  }

  /** Gives a reader what it missed, as far as it takes it. */
  catchUp(reader: Reader): void {
    const now = this.#ledger();
    // Writing to a stream may request more before it returns.
    if (now === undefined || !this.#hasBegun || reader.isCatchingUp) return;
    const { outlet, form } = reader;
    reader.isCatchingUp = true;
    while (reader.isBehind && outlet.isWilling()) {
      const part = reader.parts.shift();
      if (part !== undefined) {
        outlet.write(part.as(form));
        if (reader.parts.length === 0)
          reader.at = this.#markOf(now.ledger).generation === part.entry.generation ? part.entry : undefined;
        continue;
      }
      const missed = this.#missed(reader.at);
      if (missed === undefined) {
        reader.parts = [...this.#parts(now.ledger, now.head)];
        continue;
      }
      if (missed.length === 0) {
        reader.isBehind = false;
        const mark = this.#markOf(now.ledger);
        const beat: BeatEntry = { kind: "beat", format: 1, ...mark, ...now.head, first: (reader.at?.number ?? 0) + 1 };
        outlet.write(written[form](beat));
        reader.at = mark;
        break;
      }
      const next =
        missed.length < joinedFrom
          ? missed[0]!
          : new Written(joinedEntries(missed.map(({ entry }) => entry as NewsEntry)));
      outlet.write(next.as(form));
      reader.at = next.entry;
    }
    reader.isCatchingUp = false;
  }

  /** An entry as its readers receive it. */
  #shown<E extends Entry>(entry: E): E {
    const named = this.#suffix === "" ? entry : { ...entry, generation: `${entry.generation}${this.#suffix}` };
    if (named.kind === "snapshot") return { ...named, health: healthFor(named.health, this.#seesOwnOnly) };
    if (named.kind !== "news" || !named.news.some((news) => "health" in news)) return named;
    const news = named.news.map((each) =>
      "health" in each ? { health: healthFor(each.health, this.#seesOwnOnly) } : each,
    );
    return { ...named, news };
  }

  #markOf({ mark }: Ledger): Mark {
    return { ...mark, generation: `${mark.generation}${this.#suffix}` };
  }

  #begin(): void {
    const now = this.#ledger();
    if (now === undefined) return;
    this.#view.begin(now.ledger);
    this.#hasBegun = true;
  }

  #give(reader: Reader, bytes: Written): void {
    if (reader.isBehind) {
      this.catchUp(reader);
      return;
    }
    if (!reader.outlet.isWilling()) {
      reader.isBehind = true;
      return;
    }
    reader.outlet.write(bytes.as(reader.form));
    reader.at = bytes.entry;
  }

  /** The news after a mark; `undefined` when they are not kept any more, or the mark is none of this feed. */
  #missed(at: Mark | undefined): ReadonlyArray<Written> | undefined {
    const now = this.#ledger();
    if (at === undefined || now === undefined) return undefined;
    const mark = this.#markOf(now.ledger);
    // One who read an earlier epoch to its end goes on in the next.
    const isOfThisEpoch = at.epoch === mark.epoch || (at.epoch < mark.epoch && at.number === now.head.base);
    if (at.generation !== mark.generation || !isOfThisEpoch || at.number > mark.number) return undefined;
    const index = this.#news.findIndex(({ entry }) => entry.number > at.number);
    if (index === -1) return this.#covers(at.number) ? [] : undefined;
    const next = this.#news[index]!;
    return placeOf(at, next.entry as NewsEntry) === "next" ? this.#news.slice(index) : undefined;
  }

  // Whether nothing that concerns this view came after a number.
  #covers(number: number): boolean {
    const last = this.#news.at(-1)?.entry;
    return last === undefined ? number >= this.#beganAt() : number >= last.number;
  }

  #beganAt(): number {
    return this.#ledger()?.ledger.mark.number ?? 0;
  }

  // Readers that come together share a snapshot; its pulse says the server's time, so later ones are given another.
  #parts(ledger: Ledger, head: Head): ReadonlyArray<Written> {
    const { number } = ledger.mark;
    const at = instantOf(head.time) ?? Number.NaN;
    const kept = this.#snapshot;
    if (kept?.number === number && Math.abs(at - kept.at) < snapshotMillis) return kept.parts;
    const parts = [...this.#view.snapshot(ledger, head, rowsInPart)].map((part) => new Written(this.#shown(part)));
    this.#snapshot = { number, at, parts };
    return parts;
  }
}
