/** Publishes the followed evaluations of one shard, while this replica holds the shard. */
import type { Watch } from "@evalwire/core";
import { type Mark, type Publication, publish, type WatchWrite } from "@evalwire/core/feed";
import type { Msg, Subscription } from "@nats-io/nats-core";
import type { Version } from "../engine/Names.ts";
import { Portions } from "../engine/Portions.ts";
import type { LogWriter } from "../log/LogWriter.ts";
import { Pulses } from "../log/Pulses.ts";
import type { Held } from "../membership/Members.ts";
import type { ShardDeps } from "./ShardDeps.ts";
import { type ShardFeedDeps, ShardSink } from "./ShardFeed.ts";
import { type Want, type WantList, WantLists } from "./WantLists.ts";

/** A replica's request to the publisher of a shard. */
export type Request =
  /** Some evaluations, which are of a list where one is named; or only the list, and `ok` is false where the publisher does not have it. */
  | { readonly kind: "want"; readonly wants?: ReadonlyArray<Want>; readonly list?: WantList }
  | { readonly kind: "write"; readonly key: string; readonly write: WatchWrite }
  | { readonly kind: "snapshot"; readonly key: string }
  /** All beats once more: a reader has missed some. */
  | { readonly kind: "beats" }
  /** Whether the publisher's stream is still the one that is there: a reader knows another. */
  | { readonly kind: "look" };

export interface Reply {
  /** Whether it was heard; false of one that is leaving, or does not publish that evaluation. */
  readonly ok: boolean;
  readonly mark?: Mark;
}

interface Published {
  readonly evaluationId: string;
  readonly version: Version;
  readonly publication: Publication;
  readonly sink: ShardSink;
  readonly watch: () => Watch | undefined;
  wantedUntil: number;
}

interface OfficeLog {
  readonly writer: LogWriter;
  readonly pulses: Pulses;
}

/** An evaluation not requested for this long is not polled any more. */
const idleMillis = 30_000;
/** Evaluations that are opened at once: each is until its first entry is written. */
const openedAtOnce = 8;
/** How often an evaluation beats in the longest silence of its publisher: a beat waits for those of the whole shard. */
const beatsInSilence = 2;

export class ShardOffice {
  readonly held: Held;
  readonly #deps: ShardDeps;
  readonly #shard: number;
  readonly #openLog: () => Promise<{ readonly writer: LogWriter; readonly created: string }>;
  readonly #feedDeps: () => ShardFeedDeps;
  readonly #asks: Subscription;
  readonly #published = new Map<string, Published>();
  readonly #lists = new WantLists();
  readonly #opening = new Map<string, Promise<void>>();
  readonly #portions: Portions;
  #log: Promise<OfficeLog> | undefined;
  #isClosed = false;
  #closing: Promise<void> | undefined;

  constructor(
    deps: ShardDeps,
    shard: number,
    held: Held,
    open: {
      readonly openLog: () => Promise<{ readonly writer: LogWriter; readonly created: string }>;
      readonly feedDeps: () => ShardFeedDeps;
    },
  ) {
    this.#deps = deps;
    this.#shard = shard;
    this.held = held;
    this.#portions = new Portions(deps.turns, openedAtOnce);
    this.#openLog = open.openLog;
    this.#feedDeps = open.feedDeps;
    this.#asks = deps.engine.nc.subscribe(deps.names.ask(shard), {
      callback: (error, message) => {
        if (error === null) void this.#answer(message);
      },
    });
  }

  /** The published evaluations, for `status`. */
  get status(): ReadonlyArray<{
    readonly evaluationId: string;
    readonly version: Version;
    readonly number: number;
    readonly state: string;
    readonly requests: number;
    readonly tasks: number;
  }> {
    return [...this.#published.values()].map(({ evaluationId, version, publication, watch }) => ({
      evaluationId,
      version,
      number: publication.mark?.number ?? 0,
      state: watch()?.status._tag ?? "connecting",
      requests: watch()?.stats().requests ?? 0,
      tasks: watch()?.stats().tasks ?? 0,
    }));
  }

  /** Publishes what is followed in this replica; failures are reported, and followers request the evaluation again. */
  publish(wants: ReadonlyArray<Want>): void {
    for (const [evaluationId, version] of wants)
      this.#publish(evaluationId, version).catch((error: unknown) => {
        if (!this.#isClosed) this.#deps.onFailure(error);
      });
  }

  /** Releases evaluations that no follower wants any more. */
  attend(): void {
    const now = this.#deps.time.now();
    this.#lists.forget(now);
    for (const [key, { wantedUntil, publication }] of this.#published) {
      if (now < wantedUntil) continue;
      this.#published.delete(key);
      void publication.close();
    }
  }

  /** Stops publishing; what was written stays, and another goes on from there. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#isClosed = true;
    this.#asks.unsubscribe();
    this.#portions.close();
    // Out of office, its log is closed, also where it is opened later. A server that is silent would not let it be opened at all.
    const { lost } = this.held;
    const isLost = new Promise<void>((resolve) => {
      lost.addEventListener("abort", () => resolve(), { once: true });
      if (lost.aborted) resolve();
    });
    await Promise.race([Promise.allSettled(this.#opening.values()), isLost]);
    const all = [...this.#published.values()];
    this.#published.clear();
    // In office, what is under way is written to its end; out of office it cannot be, and the writer is closed.
    await Promise.all(all.map(({ publication }) => publication.close()));
    const over = this.#log?.then(
      ({ pulses, writer }) => {
        pulses.close();
        writer.close();
      },
      () => undefined,
    );
    await Promise.race([over, isLost]);
  }

  async #answer(message: Msg): Promise<void> {
    let reply: Reply = { ok: false };
    try {
      reply = await this.#take(message.json<Request>());
    } catch (error) {
      if (!this.#isClosed) this.#deps.onFailure(error);
    }
    if (message.reply !== undefined && message.reply !== "") message.respond(JSON.stringify(reply));
  }

  async #take(request: Request): Promise<Reply> {
    if (this.#isClosed) return { ok: false };
    switch (request.kind) {
      case "want": {
        const { list } = request;
        const until = this.#deps.time.now() + idleMillis;
        const wants = list === undefined ? request.wants : this.#lists.take(list, request.wants, until);
        if (wants === undefined) return { ok: false };
        // A log that cannot be opened is a reason to request again. Opening them all takes longer than an answer may.
        await this.#opened();
        this.publish(wants);
        return { ok: !this.#isClosed };
      }
      case "write": {
        const published = this.#published.get(request.key);
        if (published === undefined) return { ok: false };
        const mark = await published.publication.hear(request.write);
        return { ok: !this.#isClosed, ...(mark === undefined ? {} : { mark }) };
      }
      case "snapshot":
        this.#published.get(request.key)?.sink.wantSnapshot();
        return { ok: true };
      case "beats":
        (await this.#log)?.pulses.sayAll();
        return { ok: true };
      case "look":
        (await this.#log)?.writer.look();
        return { ok: true };
    }
  }

  #publish(evaluationId: string, version: Version): Promise<void> {
    const { names, time } = this.#deps;
    const key = names.keyOf(evaluationId, version);
    const known = this.#published.get(key);
    if (known !== undefined) {
      known.wantedUntil = time.now() + idleMillis;
      return Promise.resolve();
    }
    const under = this.#opening.get(key);
    if (under !== undefined) return under;
    const opening = this.#open(key, evaluationId, version).finally(() => this.#opening.delete(key));
    this.#opening.set(key, opening);
    return opening;
  }

  async #open(key: string, evaluationId: string, version: Version): Promise<void> {
    const log = await this.#opened();
    const leave = await this.#portions.enter();
    try {
      if (this.#isClosed) leave();
      else void this.#begin(key, evaluationId, version, log).then(leave);
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** Resolves when the first entry is written, or will not be soon. */
  #begin(key: string, evaluationId: string, version: Version, { writer, pulses }: OfficeLog): Promise<unknown> {
    const { time, beatMillis, open, seed, onFailure } = this.#deps;
    const sink = new ShardSink(this.#feedDeps(), evaluationId, key, writer, pulses, beatMillis);
    let watch: Watch | undefined;
    const origin = (cursor: string | undefined) => {
      watch = open(evaluationId, version, cursor === undefined ? {} : { cursor });
      return watch;
    };
    const publication = publish(origin, sink, {
      epoch: this.held.epoch,
      beat: beatMillis / beatsInSilence,
      clock: time.clock,
      onFailure,
      ...(seed === undefined ? {} : { seed }),
    });
    const wantedUntil = time.now() + idleMillis;
    this.#published.set(key, { evaluationId, version, publication, sink, watch: () => watch, wantedUntil });
    void publication.ended.then((end) => {
      if (this.#published.get(key)?.publication === publication) this.#published.delete(key);
      if (!this.#published.has(key)) pulses.drop(key);
      if (end._tag === "Fenced") void this.held.resign();
    });
    return Promise.race([sink.begun, publication.ended]);
  }

  /** The log is opened for the first evaluation: a shard without any has no stream. */
  #opened(): Promise<OfficeLog> {
    this.#log ??= this.#openLog().then(
      ({ writer, created }) => {
        const { engine, names, time, formats, beatMillis } = this.#deps;
        const pulses = new Pulses({
          nc: engine.nc,
          subject: names.pulse(this.#shard),
          epoch: this.held.epoch,
          created,
          periodMillis: beatMillis / beatsInSilence,
          formats,
          time,
        });
        return { writer, pulses };
      },
      (error: unknown) => {
        this.#log = undefined;
        throw error;
      },
    );
    return this.#log;
  }
}
