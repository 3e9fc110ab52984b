/**
 * A publisher's heartbeats for its evaluations between entries, in one message for all that beat within a moment.
 *
 * 1. However many evaluations a shard has, its beats are at most `1 / window` messages a second, or more where one would be too long.
 */
import type { BeatEntry } from "@evalwire/core/feed";
import type { NatsConnection } from "@nats-io/nats-core";
import type { Time } from "../engine/Time.ts";
import type { PulseMessage } from "./LogReader.ts";

const beatsInMessage = 1_000;

export class Pulses {
  readonly #options: {
    readonly nc: NatsConnection;
    readonly subject: string;
    readonly epoch: number;
    /** When the shard's stream was made. */
    readonly created: string;
    readonly windowMillis: number;
    readonly time: Time;
  };
  #beats = new Map<string, BeatEntry>();
  #cancel: (() => void) | undefined;

  constructor(
    nc: NatsConnection,
    subject: string,
    facts: { readonly epoch: number; readonly created: string; readonly windowMillis: number; readonly time: Time },
  ) {
    this.#options = { nc, subject, ...facts };
  }

  add(key: string, beat: BeatEntry): void {
    this.#beats.set(key, beat);
    const { windowMillis, time } = this.#options;
    if (windowMillis === 0) this.flush();
    else this.#cancel ??= time.after(windowMillis, () => this.flush());
  }

  flush(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const { nc, subject, epoch, created } = this.#options;
    const all = [...this.#beats];
    this.#beats = new Map();
    for (let from = 0; from < all.length; from += beatsInMessage) {
      const beats = Object.fromEntries(all.slice(from, from + beatsInMessage));
      const message: PulseMessage = { created, epoch, beats };
      // Without a connection the message is dropped: readers act on its absence.
      if (!nc.isClosed()) nc.publish(subject, JSON.stringify(message));
    }
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#beats.clear();
  }
}
