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

type Version = "v4" | "v5";

/** The writes of other clients than the one that watches: brought to the watch once they have ended. */
class OtherWrites {
  readonly #evaluationId: string;
  readonly #tasks: () => Ledger["tasks"] | undefined;
  readonly #hear: (write: WatchWrite) => void;
  readonly #undo = new Map<SGPClient, () => void>();
  #isOver = false;

  constructor(evaluationId: string, tasks: () => Ledger["tasks"] | undefined, hear: (write: WatchWrite) => void) {
    this.#evaluationId = evaluationId;
    this.#tasks = tasks;
    this.#hear = hear;
  }

  attach(client: SGPClient, version: Version): void {
    if (this.#undo.has(client) || this.#isOver) return;
    // Each client counts its writes by itself.
    const name = this.#undo.size;
    const undo = writesOf(
      client,
      this.#evaluationId,
      version,
    )(
      (write) => {
        if (write.phase === "succeeded" || write.phase === "unclear")
          this.#hear({ ...write, id: `${name}/${write.id}` });
      },
      (resultId) => {
        for (const row of this.#tasks()?.values() ?? []) if (row.test_case_result_id === resultId) return row.id;
        return undefined;
      },
    );
    this.#undo.set(client, undo);
  }

  close(): void {
    this.#isOver = true;
    for (const undo of this.#undo.values()) undo();
    this.#undo.clear();
  }
}

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
    /** The client of that watch, whose writes it hears by itself. */
    readonly client: SGPClient | undefined;
  }) =>
  (take: Take): Origin => {
    const { evaluationId, open, tail, clock, beatMillis, onFailure, client: watching } = options;
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
    // Of the last write of another client; without a mark where the watch cannot take writes that were made elsewhere.
    let heard: Promise<Mark | undefined> | undefined;
    const others = new OtherWrites(
      evaluationId,
      () => publication.ledger?.tasks,
      (write) => {
        heard = publication.hear(write);
      },
    );
    return {
      attach: (client, version) => {
        if (client !== watching) others.attach(client, version);
      },
      get ledger() {
        return publication.ledger;
      },
      head: () => publication.head(),
      settled: async () => (heard !== undefined && (await heard) === undefined ? undefined : publication.settled()),
      ended: publication.ended,
      close: () => {
        others.close();
        return publication.close();
      },
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
  readonly #others: OtherWrites;

  constructor(source: FeedSource, take: Take, clock: Clock.Clock) {
    this.#pulse = new HeldPulse(clock);
    this.#source = source;
    this.#take = take;
    this.#others = new OtherWrites(
      source.evaluationId,
      () => this.#ledger?.tasks,
      (write) => this.#hear(write),
    );
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

  attach(client: SGPClient, version: Version): void {
    this.#others.attach(client, version);
  }

  async close(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#close();
    this.#others.close();
    this.#end();
  }

  #hear(write: WatchWrite): void {
    this.#acknowledged = this.#source.report?.(write).catch(() => undefined) ?? Promise.resolve(undefined);
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
