/**
 * One shard as one replica sees it: it reads the shard's log for the replica's followers, informs the publisher which evaluations are
 * wanted, and publishes them itself while it is in office.
 */
import { type FeedSource, Fenced, type Mark, type WatchWrite } from "@evalwire/core/feed";
import type { StreamInfo } from "@nats-io/jetstream";
import { millis } from "@nats-io/nats-core";
import { logConfig } from "../engine/configs.ts";
import { isError } from "../engine/errorCodes.ts";
import { FleetError } from "../engine/FleetError.ts";
import type { Version } from "../engine/Names.ts";
import { Portions } from "../engine/Portions.ts";
import { differencesOf, ensureStream } from "../engine/Streams.ts";
import { LogReader } from "../log/LogReader.ts";
import { LogWriter } from "../log/LogWriter.ts";
import type { Held, Members } from "../membership/Members.ts";
import type { ShardDeps } from "./ShardDeps.ts";
import { feedSource, type ShardFeedDeps } from "./ShardFeed.ts";
import { type Reply, type Request, ShardOffice } from "./ShardOffice.ts";
import { type WantList, wantListOf } from "./WantLists.ts";

interface Wanted {
  readonly evaluationId: string;
  readonly version: Version;
  followers: number;
}

/** How often a replica says again what it wants. */
export const wantMillis = 10_000;
/** The pause before a lost stream is made again. */
const remakeMillis = 500;
const askTimeoutMillis = 1_000;
const firstPauseMillis = 25;
/** Followers wait only for this when a publisher has died. */
const longestPauseMillis = 100;
/** Evaluations that are read from the log at once. */
const readAtOnce = 8;
/** Most evaluations named in one request. */
const wantsInRequest = 2_000;

export class Shard {
  readonly number: number;
  readonly #deps: ShardDeps;
  readonly #wanted = new Map<string, Wanted>();
  readonly #abort = new AbortController();
  readonly #reading = new Map<string, Promise<unknown>>();
  readonly #portions: Portions;
  #reader: LogReader | undefined;
  #created: Promise<string> | undefined;
  #wasMade = false;
  /** How long its stream keeps messages; 0 for as long as there is room. */
  #ageMillis = 0;
  #problem: string | undefined;
  #office: ShardOffice | undefined;
  #leaving: Promise<void> | undefined;
  #isSaying = false;
  // Said since to whom, and when.
  #said = { holder: "", digest: "", at: Number.NEGATIVE_INFINITY };
  #news = new Set<string>();
  #hurry: () => void = () => undefined;

  constructor(number: number, deps: ShardDeps) {
    this.number = number;
    this.#deps = deps;
    this.#portions = new Portions(deps.turns, readAtOnce);
  }

  get office(): string {
    return `s${this.number}`;
  }

  /** The evaluations published here; `undefined` while another replica holds the shard. */
  get publications(): ShardOffice["status"] | undefined {
    return this.#office?.status;
  }

  get wanted(): number {
    return this.#wanted.size;
  }

  /** Whether its log is read here. */
  get isReading(): boolean {
    return this.#reader?.isAtWork ?? false;
  }

  /** A sentence where its log keeps messages by other limits than the option says. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Messages of its log that were not given here yet. */
  async lag(): Promise<number> {
    const { engine, names } = this.#deps;
    const { state } = await engine.jsm.streams.info(names.logStream(this.number));
    return Math.max(0, state.last_seq - (this.#reader?.position ?? 0));
  }

  /** The feed of an evaluation in this shard's log. */
  source(evaluationId: string, version: Version): FeedSource {
    const key = this.#deps.names.keyOf(evaluationId, version);
    return {
      evaluationId,
      open: (from, receiver) => {
        let close: (() => void) | undefined;
        let isOver = false;
        const leave = this.#want(key, evaluationId, version);
        this.prepare().then(
          () => {
            if (!isOver) close = feedSource(this.#feedDeps(), evaluationId, key).open(from, receiver);
          },
          (error: unknown) => {
            if (isOver) return;
            this.#deps.onFailure(error);
            receiver.end();
          },
        );
        return () => {
          isOver = true;
          leave();
          close?.();
        };
      },
      report: (write) => this.#forward(key, write),
    };
  }

  /** Makes the shard's stream unless it is there; resolves with when it was made. */
  prepare(): Promise<string> {
    this.#created ??= this.#make().then(
      ({ created }) => String(created),
      (error: unknown) => {
        this.#created = undefined;
        throw error;
      },
    );
    return this.#created;
  }

  async #make(): Promise<StreamInfo> {
    const { engine, names, limits, time, onFailure } = this.#deps;
    const wanted = logConfig(names, this.number, limits);
    const missing = async () => {
      // A server ends the consumers of a stream before it has removed its files: one that is recreated at once has both.
      if (this.#wasMade) await time.sleep(remakeMillis, this.#abort.signal);
    };
    const made = await ensureStream(engine, wanted, time, missing, ["max_age", "max_bytes", "duplicate_window"]);
    this.#wasMade = true;
    this.#ageMillis = millis(made.config.max_age);
    const { max_age = 0, max_bytes = -1 } = wanted;
    const others = differencesOf({ ...made.config, max_age, max_bytes }, made.config);
    const problem =
      others.length === 0
        ? undefined
        : `The log ${wanted.name} keeps messages by other limits than retention says: ${others.join(", ")}; those of the log count until it is changed (nats stream edit).`;
    if (problem !== undefined && problem !== this.#problem) onFailure(new FleetError("OtherOptions", problem));
    this.#problem = problem;
    return made;
  }

  /** The office was won: evaluations of this shard are published here until it is lost. */
  serve(held: Held): void {
    if (this.#office !== undefined) return;
    const office = new ShardOffice(this.#deps, this.number, held, {
      openLog: () => this.#openLog(held),
      feedDeps: () => this.#feedDeps(),
    });
    this.#office = office;
    // Evaluations followed here need no request.
    office.publish([...this.#wanted.values()].map(({ evaluationId, version }) => [evaluationId, version] as const));
    const over = () => {
      if (this.#office === office) this.#office = undefined;
      void office.close();
      this.#say();
    };
    held.lost.addEventListener("abort", over, { once: true });
    if (held.lost.aborted) over();
    this.#say();
  }

  /** Publishes to the end, then gives the office up, so that another replica goes on at once. */
  leave(): Promise<void> {
    const office = this.#office;
    if (office === undefined) return Promise.resolve();
    this.#leaving ??= office
      .close()
      .then(() => office.held.resign())
      .finally(() => {
        this.#leaving = undefined;
      });
    return this.#leaving;
  }

  /** Called at each beat, and when members or offices have changed. */
  attend(): void {
    const { members, time } = this.#deps;
    this.#office?.attend();
    if (this.#wanted.size === 0) return;
    const holder = this.#holder(members);
    const isOther = holder !== "" && holder !== this.#said.holder;
    // The pause was for a vacant office.
    if (isOther) this.#hurry();
    if (isOther || this.#news.size > 0 || time.now() >= this.#said.at + wantMillis) this.#say();
  }

  async close(): Promise<void> {
    this.#abort.abort();
    this.#portions.close();
    await this.leave();
    await this.#reader?.close();
  }

  #holder(members: Members): string {
    const holder = members.holderOf(this.office);
    return holder === undefined ? "" : `${holder.member}/${holder.epoch}`;
  }

  #feedDeps(): ShardFeedDeps {
    const { engine, names, snapshots, formats, time, snapshotEvery } = this.#deps;
    const onFailure = (error: unknown) => {
      // The stream may be gone: the next replica to need it recreates it.
      if (isError(error, "streamNotFound")) this.#created = undefined;
      this.#deps.onFailure(error);
    };
    this.#reader ??= new LogReader({
      engine,
      names,
      shard: this.number,
      formats,
      time,
      onFailure: (error) => {
        this.#created = undefined;
        onFailure(error);
      },
      // One of the two knows a stream that is not there any more: the publisher is to look, too.
      onRecreated: () => void this.#ask({ kind: "look" }).catch(() => undefined),
      onMissed: () => void this.#ask({ kind: "beats" }).catch(() => undefined),
    });
    return {
      engine,
      names,
      shard: this.number,
      snapshots,
      formats,
      reader: this.#reader,
      reading: this.#reading,
      portions: this.#portions,
      time,
      snapshotEvery,
      onFailure,
      ageMillis: this.#ageMillis,
      onHole: (key) => void this.#ask({ kind: "snapshot", key }).catch(() => undefined),
    };
  }

  async #openLog(held: Held): Promise<{ readonly writer: LogWriter; readonly created: string }> {
    const { engine, names, time, members, onFailure } = this.#deps;
    const created = await this.prepare();
    const stream = names.logStream(this.number);
    const writer = new LogWriter({ engine, stream, created, epoch: held.epoch, writer: members.id, time, onFailure });
    writer.over.addEventListener("abort", () => {
      const { reason } = writer.over;
      if (reason instanceof Fenced) members.learn(this.office, reason.epoch);
      this.#created = undefined;
      void held.resign();
    });
    const close = () => writer.close();
    held.lost.addEventListener("abort", close, { once: true });
    if (held.lost.aborted) close();
    // Later writes of an earlier publisher are refused from here on; its writes so far can be read.
    await writer.write(names.log(this.number, "opening"), "");
    return { writer, created };
  }

  #want(key: string, evaluationId: string, version: Version): () => void {
    const wanted = this.#wanted.get(key) ?? { evaluationId, version, followers: 0 };
    this.#wanted.set(key, wanted);
    wanted.followers++;
    this.#news.add(key);
    this.#say();
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      wanted.followers--;
      if (wanted.followers === 0 && this.#wanted.get(key) === wanted) this.#wanted.delete(key);
    };
  }

  /** Sends the wanted evaluations to the publisher, repeatedly until it has answered. */
  #say(): void {
    if (this.#isSaying || this.#wanted.size === 0 || this.#abort.signal.aborted) return;
    this.#isSaying = true;
    void this.#sayAll().finally(() => {
      this.#isSaying = false;
    });
  }

  async #sayAll(): Promise<void> {
    const { members, time } = this.#deps;
    for (let pause = firstPauseMillis; !this.#abort.signal.aborted && this.#wanted.size > 0; ) {
      const holder = this.#holder(members);
      const isAll = holder !== this.#said.holder || time.now() >= this.#said.at + wantMillis;
      const keys = isAll ? [...this.#wanted.keys()] : [...this.#news];
      if (keys.length === 0) return;
      this.#news.clear();
      try {
        if (holder === "") throw new Error("no replica holds the shard");
        const list = isAll ? wantListOf(keys) : undefined;
        if (!(await this.#repeat(holder, list))) await this.#sendWants(keys, list);
        if (list !== undefined) this.#said = { holder, digest: list.digest, at: time.now() };
        pause = firstPauseMillis;
      } catch {
        // The office is vacant, or it has just changed hands: send again soon.
        for (const key of keys) this.#news.add(key);
        const rest = new AbortController();
        this.#hurry = () => rest.abort();
        await time.sleep(pause, AbortSignal.any([rest.signal, this.#abort.signal]));
        pause = Math.min(longestPauseMillis, pause * 2);
      }
    }
  }

  /** Whether the publisher goes on with the list that it was sent before. */
  async #repeat(holder: string, list: WantList | undefined): Promise<boolean> {
    if (list === undefined || holder !== this.#said.holder || list.digest !== this.#said.digest) return false;
    const { ok } = await this.#ask({ kind: "want", list });
    return ok;
  }

  async #sendWants(keys: ReadonlyArray<string>, list: WantList | undefined): Promise<void> {
    for (let from = 0; from < keys.length; from += wantsInRequest) {
      const some = keys.slice(from, from + wantsInRequest).flatMap((key) => this.#wanted.get(key) ?? []);
      const wants = some.map(({ evaluationId, version }) => [evaluationId, version] as const);
      const { ok } = await this.#ask({ kind: "want", wants, ...(list === undefined ? {} : { list }) });
      if (!ok) throw new Error("the publisher is leaving");
    }
  }

  async #ask(request: Request): Promise<Reply> {
    const { engine, names } = this.#deps;
    const message = await engine.nc.request(names.ask(this.number), JSON.stringify(request), {
      timeout: askTimeoutMillis,
    });
    return message.json<Reply>();
  }

  async #forward(key: string, write: WatchWrite): Promise<Mark | undefined> {
    const { time } = this.#deps;
    // The publisher may be changing: repeat a write until one has received it, or until scans have made it superfluous.
    for (let tries = 0; tries < 8 && !this.#abort.signal.aborted; tries++) {
      try {
        const { ok, mark } = await this.#ask({ kind: "write", key, write });
        if (ok) return mark;
      } catch {
        // Vacant office, or no answer.
      }
      await time.sleep(100 * (tries + 1), this.#abort.signal);
    }
    return undefined;
  }
}
