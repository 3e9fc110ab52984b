/**
 * One evaluation as the relay watches it: one watch however many read, none when nobody does.
 */
import type { Watch } from "@evalwire/core";
import { type Ledger, type Mark, type Publication, publish, type ViewOptions } from "@evalwire/core/feed";
import type * as Clock from "effect/Clock";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import { type Reader, ReaderLog } from "./ReaderLog.ts";

export interface UpstreamOptions {
  readonly evaluationId: string;
  readonly open: (options: { readonly cursor?: string }) => Watch;
  /** Where an earlier watch of this evaluation stopped, for its readers to go on from. */
  readonly tail: Ledger | undefined;
  readonly clock: Clock.Clock;
  readonly beatMillis: number;
  /** How long the watch is kept after the last reader has left. */
  readonly idleMillis: number;
  readonly onFailure: (error: unknown) => void;
  /** Told when it is over, and another one is to be made for the next reader. */
  readonly onEnd: (ledger: Ledger | undefined) => void;
}

export class Upstream {
  readonly #options: UpstreamOptions;
  readonly #publication: Publication;
  readonly #logs = new Map<string, ReaderLog>();
  #idle: Fiber.Fiber<void> | undefined;
  #isOver = false;

  constructor(options: UpstreamOptions) {
    this.#options = options;
    const { evaluationId, open, tail, clock, beatMillis, onFailure } = options;
    this.#publication = publish(
      (cursor) => open(cursor === undefined ? {} : { cursor }),
      {
        evaluationId,
        tail: async () => tail,
        append: (entry) => {
          if (entry.kind === "snapshot") return;
          for (const log of [...this.#logs.values()]) log.take(entry);
        },
      },
      { clock, beat: beatMillis, onFailure },
    );
    void this.#publication.ended.then(() => this.#end());
  }

  get readers(): number {
    let count = 0;
    for (const { readers } of this.#logs.values()) count += readers.size;
    return count;
  }

  /** Resolves with the mark from which on the feed says what has been written by now; `undefined` when nobody reads. */
  settled(): Promise<Mark | undefined> {
    return this.#isOver ? Promise.resolve(undefined) : this.#publication.settled();
  }

  /** Gives a reader the feed as it may see it; returns what catches it up, and its undo. */
  read(reader: Reader, view: ViewOptions): { readonly catchUp: () => void; readonly leave: () => void } {
    const key = JSON.stringify(view);
    const log = this.#logs.get(key) ?? this.#open(key, view);
    if (this.#idle !== undefined) void Effect.runPromise(Fiber.interrupt(this.#idle));
    this.#idle = undefined;
    log.add(reader);
    return {
      catchUp: () => log.catchUp(reader),
      leave: () => {
        if (!log.readers.delete(reader)) return;
        if (log.readers.size === 0) this.#logs.delete(key);
        if (this.readers === 0 && !this.#isOver) this.#rest();
      },
    };
  }

  async close(): Promise<void> {
    if (this.#idle !== undefined) await Effect.runPromise(Fiber.interrupt(this.#idle));
    await this.#publication.close();
    this.#end();
  }

  #open(key: string, view: ViewOptions): ReaderLog {
    const { evaluationId } = this.#options;
    const log = new ReaderLog(evaluationId, view, () => {
      const { ledger } = this.#publication;
      return ledger === undefined || ledger.mark.number === 0 ? undefined : { ledger, head: this.#publication.head() };
    });
    this.#logs.set(key, log);
    return log;
  }

  #rest(): void {
    const { clock, idleMillis } = this.#options;
    this.#idle = Effect.runFork(
      Effect.andThen(
        clock.sleep(Duration.millis(idleMillis)),
        Effect.sync(() => {
          this.#idle = undefined;
          if (this.readers === 0) void this.close();
        }),
      ),
    );
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const { readers } of [...this.#logs.values()]) for (const { outlet } of [...readers]) outlet.end();
    this.#options.onEnd(this.#publication.ledger);
  }
}
