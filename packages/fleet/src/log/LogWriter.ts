/**
 * The one writer of a shard's log in one epoch.
 *
 * 1. Each message expects the id of the one before it (`<epoch>.<n>.<writer>`), so that the log itself refuses a writer that has been replaced.
 *    This expectation is checked where a message is applied, on every replica; one on the sequence of a subject is not.
 * 2. Messages are stored in the order in which they were given, each once, however often a write has to be repeated.
 * 3. A write whose fate is unclear is never given up and never replaced: the log is read to find out.
 * 4. A write resolves when it is stored on a majority of the nodes, and rejects with `Fenced` only when another epoch was seen, the stream was
 *    deleted or recreated (the next elected writer begins the new log from its start), or the log has lost what it had confirmed.
 */
import { Fenced } from "@evalwire/core/feed";
import type { JetStreamManager, StoredMsg } from "@nats-io/jetstream";
import { type MsgHdrs, headers as makeHeaders } from "@nats-io/nats-core";
import { type Engine, requestTimeoutMillis } from "../engine/Engine.ts";
import { isError } from "../engine/errorCodes.ts";
import { explained } from "../engine/inWords.ts";
import type { Time } from "../engine/Time.ts";

const windowSize = 32;
const longestPauseMillis = 500;
const pauseMillis = (failures: number): number => Math.min(longestPauseMillis, 10 * 2 ** failures);

/** Where a log ends. */
export interface LogEnd {
  /** When its stream was made. */
  readonly created: string;
  /** 0 while nothing was written. */
  readonly sequence: number;
  /** The id of the last message; `undefined` when it is not kept any more, or has none. */
  readonly id: { readonly epoch: number; readonly n: number; readonly writer: string } | undefined;
}

export const idOf = (text: string | undefined): LogEnd["id"] => {
  const [, epoch, n, writer] = /^(\d+)\.(\d+)\.(\w+)$/.exec(text ?? "") ?? [];
  return epoch === undefined ? undefined : { epoch: Number(epoch), n: Number(n), writer: writer! };
};

/** Reads the end of a log from its leader: a replica could be behind. */
export const endOf = async (jsm: JetStreamManager, stream: string): Promise<LogEnd> => {
  for (let tries = 0; ; tries++) {
    const info = await jsm.streams.info(stream);
    const { state } = info;
    const created = String(info.created);
    if (state.last_seq === 0 || state.messages === 0) return { created, sequence: state.last_seq, id: undefined };
    const last: StoredMsg | null = await jsm.streams.getMessage(stream, { seq: state.last_seq });
    if (last !== null) return { created, sequence: last.seq, id: idOf(last.header?.get("Nats-Msg-Id")) };
    // Trimmed between the two questions, or deleted by hand.
    if (tries === 2) return { created, sequence: state.last_seq, id: undefined };
  }
};

interface Item {
  readonly subject: string;
  readonly body: Uint8Array | string;
  readonly headers: Readonly<Record<string, string>>;
  /** Assigned when it is sent first. */
  n: number;
  readonly resolve: (sequence: number) => void;
  readonly reject: (error: unknown) => void;
}

export interface LogWriterOptions {
  readonly engine: Pick<Engine, "js" | "jsm">;
  readonly stream: string;
  /** When the stream was made, as its writer found it: one that was recreated since is another log. */
  readonly created: string;
  readonly epoch: number;
  /** Letters and digits that no other writer has. */
  readonly writer: string;
  readonly time: Time;
  /** Called with the reason when a write has to be repeated. */
  readonly onFailure: (error: unknown) => void;
}

export class LogWriter {
  readonly #options: LogWriterOptions;
  readonly #abort = new AbortController();
  #waiting: Array<Item> = [];
  #inFlight: Array<Item> = [];
  #n = 0;
  /** The expectation of the next message: an id, or the sequence found by reading. */
  #after: { readonly sequence: number } | { readonly id: string } = { sequence: 0 };
  #isBroken = true;
  /** The last sequence that the log has confirmed. */
  #confirmed = 0;
  // Since the last write that was taken.
  #failures = 0;
  #recovery: Promise<void> | undefined;
  readonly #sends = new Set<Promise<void>>();
  #error: unknown;

  constructor(options: LogWriterOptions) {
    this.#options = options;
  }

  get epoch(): number {
    return this.#options.epoch;
  }

  /** Aborted when nothing can be written any more. */
  get over(): AbortSignal {
    return this.#abort.signal;
  }

  /**
   * Stores a message. Resolves with its sequence in the log; rejects with `Fenced` when another epoch was seen, and with the reason
   * of `close`.
   */
  write(subject: string, body: Uint8Array | string, headers: Readonly<Record<string, string>> = {}): Promise<number> {
    return new Promise((resolve, reject) => {
      if (this.#error !== undefined) return reject(this.#error);
      this.#waiting.push({ subject, body, headers, n: 0, resolve, reject });
      this.#pump();
    });
  }

  /** Looks whether the stream is still the one that was opened. */
  look(): void {
    this.#isBroken = true;
    this.#pump();
  }

  /** Gives up what is under way, and writes nothing more. */
  close(reason: unknown = new Error("The log's writer was closed.")): void {
    if (this.#error !== undefined) return;
    this.#error = reason;
    this.#abort.abort(reason);
    for (const { reject } of [...this.#inFlight, ...this.#waiting]) reject(reason);
    this.#inFlight = [];
    this.#waiting = [];
  }

  #pump(): void {
    if (this.#error !== undefined) return;
    if (this.#isBroken) {
      this.#recovery ??= this.#recover().finally(() => {
        this.#recovery = undefined;
        if (!this.#isBroken) this.#pump();
      });
      return;
    }
    while (this.#waiting.length > 0 && this.#inFlight.length < windowSize) {
      const item = this.#waiting.shift()!;
      if (item.n === 0) item.n = ++this.#n;
      this.#inFlight.push(item);
      const send = this.#send(item).finally(() => this.#sends.delete(send));
      this.#sends.add(send);
    }
  }

  async #send(item: Item): Promise<void> {
    const { engine, stream, epoch, writer } = this.#options;
    const id = `${epoch}.${item.n}.${writer}`;
    const after = this.#after;
    this.#after = { id };
    try {
      const own: MsgHdrs = makeHeaders();
      for (const [name, value] of Object.entries(item.headers)) own.set(name, value);
      const expect = "id" in after ? { lastMsgID: after.id } : { lastSequence: after.sequence };
      const ack = await engine.js.publish(item.subject, item.body, {
        msgID: id,
        expect: { streamName: stream, ...expect },
        timeout: requestTimeoutMillis,
        headers: own,
      });
      this.#done(item, ack.seq);
    } catch (error) {
      this.#failed(error);
    }
  }

  #done(item: Item, sequence: number): void {
    const index = this.#inFlight.indexOf(item);
    // Found stored by reading, or given up, meanwhile.
    if (index === -1) return;
    this.#inFlight.splice(index, 1);
    this.#failures = 0;
    this.#confirmed = Math.max(this.#confirmed, sequence);
    item.resolve(sequence);
    this.#pump();
  }

  #failed(error: unknown): void {
    if (this.#error !== undefined) return;
    const isRefused = isError(error, "wrongLastSequence", "wrongLastId");
    if (!this.#isBroken) {
      this.#failures++;
      // Refused once: another writer has written, which reading shows. Refused repeatedly: not expected.
      if (!isRefused || this.#failures > 2) this.#options.onFailure(explained(error, "writing to the log"));
    }
    this.#isBroken = true;
    this.#pump();
  }

  /** Finds out by reading what was stored, and where to go on. */
  async #recover(): Promise<void> {
    const { engine, stream, created, epoch, writer, time, onFailure } = this.#options;
    // A store that is full refuses each write at once.
    if (this.#failures > 1) await time.sleep(pauseMillis(this.#failures), this.#abort.signal);
    for (let tries = 0; this.#error === undefined; tries++) {
      try {
        // A message still in flight could be stored after we looked for it.
        await Promise.all(this.#sends);
        const end = await endOf(engine.jsm, stream);
        if (this.#error !== undefined) return;
        // Continued in a recreated log, entries would stand there without the beginning that they follow.
        if (end.created !== created) return this.close(new Fenced(epoch));
        // A cluster whose nodes were all killed can lose the end of a log. Followers may have read it: what is written now is of another epoch.
        if (end.sequence < this.#confirmed) return this.close(new Fenced(epoch));
        const isOurs = end.id?.epoch === epoch && end.id.writer === writer;
        if (end.id !== undefined && !isOurs && end.id.epoch >= epoch) return this.close(new Fenced(end.id.epoch));
        const stored = isOurs ? end.id!.n : 0;
        const unsure = this.#inFlight;
        this.#inFlight = [];
        // The messages of an epoch follow one another without a gap.
        for (const item of unsure) if (item.n <= stored) item.resolve(end.sequence - (stored - item.n));
        if (stored > 0) this.#confirmed = end.sequence;
        this.#waiting = [...unsure.filter(({ n }) => n > stored), ...this.#waiting];
        this.#n = Math.max(this.#n, stored);
        this.#after = { sequence: end.sequence };
        this.#isBroken = false;
        return;
      } catch (error) {
        // Deleted: the next elected writer recreates it.
        if (isError(error, "streamNotFound")) return this.close(new Fenced(epoch));
        if (tries === 0) onFailure(error);
        await time.sleep(pauseMillis(tries), this.#abort.signal);
      }
    }
  }
}
