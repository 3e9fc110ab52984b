/** The sources of the relay's feeds. */
import type { SGPClient, Watch } from "@evalwire/core";
import {
  type BeatEntry,
  type Entry,
  type FeedSource,
  HeldPulse,
  Ledger,
  type Mark,
  type NewsEntry,
  placeOf,
  publish,
  type SnapshotEntry,
  type WatchWrite,
  writesOf,
} from "@evalwire/core/feed";
import type * as Clock from "effect/Clock";
import type { Head } from "./ReaderLog.ts";
import type { Origin } from "./Upstream.ts";

type Take = (entry: NewsEntry | BeatEntry) => void;

/** A watch, published for the relay's own readers. */
export const ownWatch =
  (options: {
    readonly evaluationId: string;
    readonly open: (options: { readonly cursor?: string }) => Watch;
    /** Where an earlier watch of this evaluation stopped, for its readers to go on from. */
    readonly tail: Ledger | undefined;
    readonly clock: Clock.Clock;
    readonly beatMillis: number;
    readonly onFailure: (error: unknown) => void;
  }) =>
  (take: Take): Origin => {
    const { evaluationId, open, tail, clock, beatMillis, onFailure } = options;
    const publication = publish(
      (cursor) => open(cursor === undefined ? {} : { cursor }),
      {
        evaluationId,
        tail: async () => tail,
        append: (entry) => {
          if (entry.kind !== "snapshot") take(entry);
        },
      },
      { clock, beat: beatMillis, onFailure },
    );
    return {
      get ledger() {
        return publication.ledger;
      },
      head: () => publication.head(),
      settled: () => publication.settled(),
      ended: publication.ended,
      close: () => publication.close(),
    };
  };

/**
 * A feed that is published elsewhere, with its own numbers: a reader that comes from another relay of the same feed goes on where it
 * was. Where the feed cannot go on from what was read, it ends, and readers reconnect.
 */
export class FollowedFeed implements Origin {
  readonly #source: FeedSource;
  readonly #take: Take;
  readonly ended: Promise<unknown>;
  #end: () => void = () => undefined;
  #close: () => void = () => undefined;
  #isOver = false;
  #parts: Array<SnapshotEntry> = [];
  #ledger: Ledger | undefined;
  #base = 0;
  readonly #pulse: HeldPulse;
  #acknowledged: Promise<Mark | undefined> = Promise.resolve(undefined);
  readonly #listening = new Map<SGPClient, () => void>();

  constructor(source: FeedSource, take: Take, clock: Clock.Clock) {
    this.#pulse = new HeldPulse(clock);
    this.#source = source;
    this.#take = take;
    this.ended = new Promise<void>((resolve) => {
      this.#end = resolve;
    });
    this.#open();
  }

  get ledger(): Ledger | undefined {
    return this.#ledger;
  }

  head(): Head {
    return { base: this.#base, ...this.#pulse.now() };
  }

  settled(): Promise<Mark | undefined> {
    return this.#acknowledged;
  }

  /** Brings the writes of a client to the publisher. */
  attach(client: SGPClient, version: "v4" | "v5"): void {
    if (this.#listening.has(client) || this.#isOver) return;
    const undo = writesOf(
      client,
      this.#source.evaluationId,
      version,
    )(
      (write) => this.#hear(write),
      (resultId) => {
        for (const row of this.#ledger?.tasks.values() ?? []) if (row.test_case_result_id === resultId) return row.id;
        return undefined;
      },
    );
    this.#listening.set(client, undo);
  }

  async close(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#close();
    for (const undo of this.#listening.values()) undo();
    this.#listening.clear();
    this.#end();
  }

  #hear(write: WatchWrite): void {
    if (write.phase !== "succeeded" && write.phase !== "unclear") return;
    this.#acknowledged = this.#source.tell?.(write).catch(() => undefined) ?? Promise.resolve(undefined);
  }

  #open(): void {
    if (this.#isOver) return;
    this.#parts = [];
    this.#close = this.#source.open(this.#ledger?.mark, {
      take: (entry) => this.#receive(entry),
      // Readers reconnect, each from its own position.
      end: () => void this.close(),
    });
  }

  #receive(entry: Entry): void {
    if (this.#isOver) return;
    if (entry.kind === "snapshot") {
      this.#parts.push(entry);
      if (entry.part !== entry.parts - 1) return;
      const ledger = Ledger.of(this.#source.evaluationId, this.#parts);
      this.#parts = [];
      if (this.#ledger !== undefined || ledger === undefined) {
        void this.close();
        return;
      }
      this.#ledger = ledger;
      this.#note(entry);
      this.#take({ ...entry, kind: "beat" });
      return;
    }
    const ledger = this.#ledger;
    if (ledger === undefined) return;
    const place = placeOf(ledger.mark, entry);
    if (place === "hole") void this.close();
    if (place !== "next") return;
    if (entry.kind === "news") {
      ledger.take(entry);
      this.#base = entry.base;
      this.#pulse.wrote(entry.time);
    } else this.#note(entry);
    this.#take(entry);
  }

  #note(head: Head): void {
    this.#base = head.base;
    this.#pulse.beat(head);
  }
}
