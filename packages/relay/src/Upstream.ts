/**
 * One evaluation as the relay watches it: one watch for any number of readers, none without readers.
 */
import type { SGPClient } from "@evalwire/core";
import type { BeatEntry, Ledger, Mark, NewsEntry, ViewOptions } from "@evalwire/core/feed";
import type * as Clock from "effect/Clock";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import { type Head, type Reader, ReaderLog } from "./ReaderLog.ts";

/** Where an upstream's entries come from: a watch that is published here, or a feed that is published elsewhere. */
export interface Origin {
  /** Its state so far; `undefined` before the first. */
  readonly ledger: Ledger | undefined;
  readonly head: () => Head;
  /** Resolves with the mark from which on it contains everything written by now; `undefined` when that is unknown. */
  readonly settled: () => Promise<Mark | undefined>;
  /** Takes part in the writes of a client, where it is not the one that watches. */
  readonly attach: (client: SGPClient, version: "v4" | "v5") => void;
  /** Resolves when nothing more comes. */
  readonly ended: Promise<unknown>;
  readonly close: () => Promise<void>;
}

export interface UpstreamOptions {
  readonly evaluationId: string;
  /** @param take the next entry; called in order */
  readonly origin: (take: (entry: NewsEntry | BeatEntry) => void) => Origin;
  readonly clock: Clock.Clock;
  /** How long the watch is kept after the last reader has left. */
  readonly idleMillis: number;
  /** Called when it is over, and another one is to be made for the next reader. */
  readonly onEnd: (ledger: Ledger | undefined) => void;
}

const lingerMillis = 15_000;

export class Upstream {
  readonly #options: UpstreamOptions;
  readonly #origin: Origin;
  readonly #logs = new Map<string, ReaderLog>();
  // The timers that forget logs without readers, by view: each can be called off.
  readonly #lingering = new Map<string, () => void>();
  #idle: Fiber.Fiber<void> | undefined;
  #isOver = false;

  constructor(options: UpstreamOptions) {
    this.#options = options;
    this.#origin = options.origin((entry) => {
      for (const log of [...this.#logs.values()]) log.take(entry);
    });
    void this.#origin.ended.then(() => this.#end());
  }

  get readers(): number {
    let count = 0;
    for (const { readers } of this.#logs.values()) count += readers.size;
    return count;
  }

  /** Resolves with the mark from which on the feed contains everything written by now; `undefined` without readers. */
  settled(): Promise<Mark | undefined> {
    return this.#isOver ? Promise.resolve(undefined) : this.#origin.settled();
  }

  /** Shows what a client writes at once, and not with the next poll. */
  attach(client: SGPClient, version: "v4" | "v5"): void {
    this.#origin.attach(client, version);
  }

  /** Gives a reader the feed as it may see it; returns what catches it up, and its undo. */
  read(reader: Reader, view: ViewOptions): { readonly catchUp: () => void; readonly leave: () => void } {
    const key = JSON.stringify(view);
    const log = this.#logs.get(key) ?? this.#open(key, view);
    this.#lingering.get(key)?.();
    this.#lingering.delete(key);
    if (this.#idle !== undefined) void Effect.runPromise(Fiber.interrupt(this.#idle));
    this.#idle = undefined;
    log.add(reader);
    return {
      catchUp: () => log.catchUp(reader),
      leave: () => {
        if (!log.readers.delete(reader)) return;
        if (log.readers.size === 0 && !this.#isOver) this.#linger(key);
        if (this.readers === 0 && !this.#isOver) this.#rest();
      },
    };
  }

  async close(): Promise<void> {
    if (this.#idle !== undefined) await Effect.runPromise(Fiber.interrupt(this.#idle));
    await this.#origin.close();
    this.#end();
  }

  #open(key: string, view: ViewOptions): ReaderLog {
    const { evaluationId } = this.#options;
    const log = new ReaderLog(evaluationId, view, () => {
      const { ledger } = this.#origin;
      return ledger === undefined || ledger.mark.number === 0 ? undefined : { ledger, head: this.#origin.head() };
    });
    this.#logs.set(key, log);
    return log;
  }

  /** Keeps the log of a view for readers who connect again, or poll: they go on by number. */
  #linger(key: string): void {
    const forget = () => {
      this.#lingering.delete(key);
      this.#logs.delete(key);
    };
    const slept = this.#options.clock.sleep(Duration.millis(lingerMillis));
    this.#lingering.set(key, Effect.runCallback(Effect.map(slept, forget)));
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
    for (const callOff of this.#lingering.values()) callOff();
    for (const { readers } of [...this.#logs.values()]) for (const { outlet } of [...readers]) outlet.end();
    this.#options.onEnd(this.#origin.ledger);
  }
}
