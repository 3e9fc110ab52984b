/**
 * One evaluation's feed in the log of its shard: a `FeedStore` on JetStream.
 *
 * 1. A reader that resumes is given the entries after its mark when the log reaches back to it, and a snapshot otherwise.
 * 2. A snapshot is a compressed object that a message of the log points at, and the entries since.
 * 3. Beats are not in the log: those of all evaluations of a shard are published together, so that neither their number nor their size
 *    grows with the number of evaluations.
 */
import {
  type BeatEntry,
  type Entry,
  FeedFormatError,
  type FeedSink,
  type FeedSource,
  Fenced,
  Ledger,
  type Mark,
  type NewsEntry,
  placeOf,
  type Receiver,
  type WatchWrite,
} from "@evalwire/core/feed";
import type { Engine } from "../engine/Engine.ts";
import { isPassing } from "../engine/errorCodes.ts";
import type { Names } from "../engine/Names.ts";
import type { Portions } from "../engine/Portions.ts";
import type { Time } from "../engine/Time.ts";
import {
  type Body,
  decodeBody,
  encodeBody,
  Mirror,
  pointerHeaders,
  pointerOf,
  StrangeMessageError,
} from "../log/Body.ts";
import type { LogMessage } from "../log/LogMessage.ts";
import type { LogReader } from "../log/LogReader.ts";
import type { LogWriter } from "../log/LogWriter.ts";
import type { Pulses } from "../log/Pulses.ts";
import type { Pointer, Snapshots } from "../log/Snapshots.ts";
import type { Formats } from "../membership/Formats.ts";

/** Dependencies shared by the feeds of a shard. */
export interface ShardFeedDeps {
  readonly engine: Engine;
  readonly names: Names;
  readonly shard: number;
  readonly snapshots: Snapshots;
  readonly formats: Formats;
  readonly reader: LogReader;
  /** Reads under way, by evaluation; shared by all connections. */
  readonly reading: Map<string, Promise<unknown>>;
  /** The portions they are read in. */
  readonly portions: Portions;
  readonly time: Time;
  /** Entries between two snapshots. */
  readonly snapshotEvery: number;
  readonly onFailure: (error: unknown) => void;
  /** How long the log keeps entries, in milliseconds; 0 for as long as there is room. Default 0. */
  readonly ageMillis?: number;
  /** Called when the log is not complete for an evaluation any more: its publisher is to take a snapshot. */
  readonly onHole?: (key: string) => void;
  /** Receives socket work that is awaited nowhere else, for clocks that are moved by hand. */
  readonly track?: (work: Promise<unknown>) => Promise<unknown>;
}

/** State of an evaluation by its log, up to the log's end. */
interface LogState {
  readonly ledger: Ledger;
  readonly last: Body | undefined;
  readonly pointer: Pointer | undefined;
  /** The entries behind the snapshot. */
  readonly news: ReadonlyArray<NewsEntry>;
  /** The sequence of the last message. */
  readonly sequence: number;
}

/** The entry in a message; a message that is none of the fleet's is reported and passed over. Throws at an entry of another format. */
const bodyOf = ({ formats, onFailure }: ShardFeedDeps, message: LogMessage): Body | undefined => {
  try {
    return decodeBody(message, formats);
  } catch (error) {
    if (!(error instanceof StrangeMessageError)) throw error;
    onFailure(error);
    return undefined;
  }
};

/** Reads everything that a log says of an evaluation; `undefined` when it says nothing, `"hole"` when something is missing in it. */
const stateOf = async (
  deps: ShardFeedDeps,
  evaluationId: string,
  key: string,
): Promise<LogState | "hole" | undefined> => {
  const { reader, snapshots } = deps;
  const end = await reader.last(key);
  if (end === undefined) return undefined;
  const pointer = pointerOf(end);
  // The bucket of snapshots can be without a leader while the log has one: the log may reach back far enough by itself.
  let unread: unknown;
  const parts =
    pointer === undefined
      ? undefined
      : await snapshots.get(pointer.object).catch((error: unknown) => {
          if (!isPassing(error)) throw error;
          unread = error;
          return undefined;
        });
  // Removed since, because a newer one is there.
  if (pointer !== undefined && parts === undefined && unread === undefined) {
    const now = await reader.last(key);
    if (now !== undefined && now.sequence > end.sequence) return stateOf(deps, evaluationId, key);
  }
  let ledger = parts === undefined ? undefined : Ledger.of(evaluationId, parts);
  let last: Body | undefined;
  const news: Array<NewsEntry> = [];
  const isWhole = ledger !== undefined;
  for (const message of await reader.read(key, isWhole ? pointer!.sequence + 1 : 1, end.sequence)) {
    const body = bodyOf(deps, message);
    if (body === undefined) continue;
    const { entry, capabilities } = body;
    if (ledger === undefined || entry.generation !== ledger.mark.generation) {
      // The first entries of the log are not kept any more, or an earlier log of this evaluation ends here.
      ledger = undefined;
      news.length = 0;
      if (entry.number !== 1) continue;
      const { generation, time } = entry;
      ledger = new Ledger({ evaluationId, generation, capabilities, time });
    }
    const place = placeOf(ledger.mark, entry);
    if (place === "hole") {
      ledger = undefined;
      continue;
    }
    if (place !== "next") continue;
    ledger.take(entry);
    ledger.capabilities = capabilities;
    news.push(entry);
    last = body;
  }
  if (ledger === undefined && unread !== undefined) throw unread;
  if (ledger === undefined) return "hole";
  return { ledger, last, pointer: isWhole ? pointer : undefined, news, sequence: end.sequence };
};

/** The entries after a mark; `undefined` when it is none of this log, or lies before its snapshot. */
const missedSince = (
  from: Mark | undefined,
  { ledger, pointer, news }: LogState,
): ReadonlyArray<NewsEntry> | undefined => {
  if (from === undefined || from.generation !== ledger.mark.generation || from.number > ledger.mark.number)
    return undefined;
  if (from.number === ledger.mark.number && from.epoch === ledger.mark.epoch) return [];
  const isAtSnapshot = pointer?.number === from.number && pointer.epoch === from.epoch;
  const index = news.findIndex(({ number, epoch }) => number === from.number && epoch === from.epoch);
  if (index === -1 && !isAtSnapshot) return undefined;
  return news.slice(index + 1);
};

export const feedSource = (
  deps: ShardFeedDeps,
  evaluationId: string,
  key: string,
  report?: (write: WatchWrite) => Promise<Mark | undefined>,
): FeedSource => ({
  evaluationId,
  open: (from, receiver) => new Reading(deps, evaluationId, key, from, receiver).open(),
  ...(report === undefined ? {} : { report }),
});

/** One connection of a follower. */
class Reading {
  readonly #deps: ShardFeedDeps;
  readonly #evaluationId: string;
  readonly #key: string;
  readonly #from: Mark | undefined;
  readonly #receiver: Receiver;
  #leave: () => void = () => undefined;
  #isOver = false;
  #isCatchingUp = true;
  #isLive = false;
  #held: Array<LogMessage> = [];
  #at: Mark | undefined;
  #beat: BeatEntry | undefined;

  constructor(deps: ShardFeedDeps, evaluationId: string, key: string, from: Mark | undefined, receiver: Receiver) {
    this.#deps = deps;
    this.#evaluationId = evaluationId;
    this.#key = key;
    this.#from = from;
    this.#receiver = receiver;
  }

  open(): () => void {
    this.#leave = this.#deps.reader.listen(this.#key, {
      message: (message) => this.#hear(message),
      beat: (entry) => this.#hearBeat(entry),
      end: () => this.#end(undefined),
    });
    this.#startCatchUp();
    return () => {
      this.#isOver = true;
      this.#leave();
    };
  }

  #end(error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#leave();
    this.#receiver.end(error);
  }

  #startCatchUp(): void {
    const { track = (work) => work } = this.#deps;
    void track(this.#catchUp());
  }

  async #catchUp(): Promise<void> {
    this.#isCatchingUp = true;
    try {
      await this.#deps.reader.ready();
      if (this.#isOver) return;
      const state = await this.#readState();
      if (this.#isOver) return;
      this.#isCatchingUp = false;
      if (state === undefined || state === "hole") {
        if (state === "hole") this.#deps.onHole?.(this.#key);
        // Nothing is there yet, or not from its beginning: the next message is a reason to look again.
        const isMore = this.#held.length > 0;
        this.#held = [];
        if (isMore) this.#startCatchUp();
        return;
      }
      this.#begin(state);
    } catch (error) {
      if (!this.#isOver) this.#deps.onFailure(this.#explain(error));
      this.#end(undefined);
    }
  }

  #explain(error: unknown): unknown {
    if (!isPassing(error)) return error;
    const message = `The log of ${this.#evaluationId} cannot be read now: ${(error as Error).message}`;
    return new Error(message, { cause: error });
  }

  /**
   * A follower that hears nothing for two beats reconnects. On a busy machine reading may take longer: a read under way for an earlier
   * connection is reused, or none would ever finish. The numbers show whether entries came between.
   */
  #readState(): Promise<LogState | "hole" | undefined> {
    const { reading } = this.#deps;
    const known = reading.get(this.#key);
    if (known !== undefined) return known as Promise<LogState | "hole" | undefined>;
    const state = this.#readInTurn().finally(() => reading.delete(this.#key));
    reading.set(this.#key, state);
    return state;
  }

  async #readInTurn(): Promise<LogState | "hole" | undefined> {
    const leave = await this.#deps.portions.enter();
    try {
      const state = await stateOf(this.#deps, this.#evaluationId, this.#key);
      await this.#deps.portions.turn();
      return state;
    } finally {
      leave();
    }
  }

  #begin(state: LogState): void {
    const { ledger, last, sequence } = state;
    const missed = missedSince(this.#from, state);
    const heard = this.#deps.reader.beatOf(this.#key);
    const beat = heard?.entry;
    const isOfEpoch = beat?.epoch === ledger.mark.epoch;
    const { serverTime, scans } = isOfEpoch ? beat : { serverTime: null, scans: 0 };
    const errorMillis = isOfEpoch ? beat.errorMillis : undefined;
    const beatMillis = last?.beatMillis ?? beat?.beatMillis ?? 5_000;
    const base = last?.entry.base ?? 0;
    const isAlive = isOfEpoch && heard?.isFresh === true;
    const time = isAlive ? beat.time : (last?.entry.time ?? new Date(this.#deps.time.wall()).toISOString());
    const pulse = { beatMillis, serverTime, scans, ...(errorMillis === undefined ? {} : { errorMillis }) };
    for (const entry of missed ?? ledger.snapshot({ base, time, ...pulse })) this.#give(entry);
    this.#at = ledger.mark;
    this.#isLive = true;
    // A beat that is handed on late would bring a dead publisher back to life.
    if (heard?.isFresh === true && this.#beat === undefined) this.#beat = beat;
    const held = this.#held;
    this.#held = [];
    for (const message of held) if (message.sequence > sequence) this.#hear(message);
    this.#giveBeat();
  }

  #give(entry: Entry): void {
    if (!this.#isOver) this.#receiver.take(entry);
  }

  #hear(message: LogMessage): void {
    if (this.#isOver) return;
    if (!this.#isLive) {
      if (this.#isCatchingUp) this.#held.push(message);
      else this.#startCatchUp();
      return;
    }
    try {
      const entry = bodyOf(this.#deps, message)?.entry;
      if (entry === undefined) return;
      this.#at = entry;
      this.#give(entry);
      this.#giveBeat();
    } catch (error) {
      if (!(error instanceof FeedFormatError)) throw error;
      // Written by another version: what it says cannot be read, and nothing is made up for it.
      this.#deps.onFailure(error);
    }
  }

  #hearBeat(entry: BeatEntry): void {
    if (!this.#isLive) return;
    const isStuck = this.#beat !== undefined && this.#beat.number > (this.#at?.number ?? 0);
    const stuck = this.#beat;
    this.#beat = entry;
    // The entry named by the last heartbeat has not arrived since: the follower is to find the hole.
    if (isStuck) this.#give(stuck!);
    else this.#giveBeat();
  }

  /** A beat is given when everything it speaks of was: it may overtake the log. */
  #giveBeat(): void {
    const beat = this.#beat;
    const at = this.#at;
    if (beat === undefined || at === undefined) return;
    const isAhead = beat.generation !== at.generation || beat.epoch > at.epoch || beat.number > at.number;
    if (isAhead) return;
    this.#beat = undefined;
    this.#give(beat);
  }
}

/** Writes one evaluation's feed by the writer of its shard. */
export class ShardSink implements FeedSink {
  readonly evaluationId: string;
  readonly #deps: ShardFeedDeps;
  readonly #key: string;
  readonly #writer: LogWriter;
  readonly #pulses: Pulses;
  readonly #beatMillis: number;
  #mirror = new Mirror();
  #pointer: Pointer | undefined;
  #older: Pointer | undefined;
  #sinceSnapshot = 0;
  #isTakingSnapshot = false;
  #isWanted = false;
  // Of the last message of this evaluation, and when it was written, in monotonic milliseconds.
  #sequence = 0;
  #writtenAt: number;
  #last: Mark | undefined;
  readonly #begun = Promise.withResolvers<void>();

  constructor(
    deps: ShardFeedDeps,
    evaluationId: string,
    key: string,
    writer: LogWriter,
    pulses: Pulses,
    beatMillis: number,
  ) {
    this.#deps = deps;
    this.evaluationId = evaluationId;
    this.#key = key;
    this.#writer = writer;
    this.#pulses = pulses;
    this.#beatMillis = beatMillis;
    this.#writtenAt = deps.time.now();
  }

  /** Resolves when its first entry is written, or when the first attempt has failed. */
  get begun(): Promise<void> {
    return this.#begun.promise;
  }

  async tail(): Promise<Ledger | undefined> {
    try {
      const state = await this.#tail();
      // The watch is opened next.
      await this.#deps.portions.turn();
      return state;
    } catch (error) {
      this.#begun.resolve();
      throw error;
    }
  }

  async #tail(): Promise<Ledger | undefined> {
    const found = await stateOf(this.#deps, this.evaluationId, this.#key);
    // The missing entries cannot be recovered: another log of this evaluation begins, and followers receive the differences.
    const state = found === "hole" ? undefined : found;
    this.#mirror = new Mirror(state?.ledger);
    this.#pointer = state?.pointer;
    this.#sinceSnapshot = state?.news.length ?? 0;
    if (state === undefined) return undefined;
    this.#sequence = state.sequence;
    this.#last = state.ledger.mark;
    if (this.#last.epoch > this.#writer.epoch) throw new Fenced(this.#last.epoch);
    return state.ledger;
  }

  async append(entry: Entry, state: Ledger): Promise<void> {
    try {
      await this.#append(entry, state);
    } finally {
      this.#begun.resolve();
    }
  }

  async #append(entry: Entry, state: Ledger): Promise<void> {
    if (entry.epoch < this.#writer.epoch) throw new Fenced(this.#writer.epoch);
    if (entry.kind === "beat") {
      this.#pulses.add(this.#key, { ...entry, beatMillis: this.#beatMillis });
      if (this.#isSnapshotDue) this.#startSnapshot(entry, this.#partsOf(entry, state));
      return;
    }
    if (entry.kind === "snapshot" || this.#isWritten(entry)) return;
    const { capabilities } = state;
    const before = this.#mirror.take(entry, state);
    const body = { entry, evaluationId: this.evaluationId, before, capabilities, beatMillis: this.#beatMillis };
    const { names, shard, engine } = this.#deps;
    const longestBytes = engine.nc.info?.max_payload ?? 1_048_576;
    const { bytes, headers } = encodeBody(body, this.#pointer, longestBytes, this.#deps.formats);
    this.#last = { generation: entry.generation, epoch: entry.epoch, number: entry.number };
    this.#sinceSnapshot++;
    const parts = this.#isSnapshotDue ? this.#partsOf(entry, state) : undefined;
    this.#sequence = await this.#writer.write(names.log(shard, this.#key), bytes, headers);
    this.#writtenAt = this.#deps.time.now();
    if (parts !== undefined) this.#startSnapshot(entry, parts);
  }

  /** Takes a snapshot at the next entry or beat. */
  wantSnapshot(): void {
    this.#isWanted = true;
  }

  #isWritten({ generation, epoch, number }: NewsEntry): boolean {
    const last = this.#last;
    return last !== undefined && last.generation === generation && last.epoch === epoch && number <= last.number;
  }

  get #isSnapshotDue(): boolean {
    if (this.#isTakingSnapshot) return false;
    const { snapshotEvery, ageMillis = 0, time } = this.#deps;
    // The last message of a quiet evaluation would be dropped, and with it what points at the snapshot.
    const isAging = ageMillis > 0 && time.now() >= this.#writtenAt + ageMillis / 3;
    return this.#isWanted || isAging || this.#sinceSnapshot >= snapshotEvery;
  }

  #partsOf({ base, time }: NewsEntry | BeatEntry, state: Ledger): ReadonlyArray<Entry> {
    this.#isTakingSnapshot = true;
    this.#isWanted = false;
    return [...state.snapshot({ base, time, beatMillis: this.#beatMillis, serverTime: null, scans: 0 })];
  }

  #startSnapshot(entry: Mark, parts: ReadonlyArray<Entry>): void {
    const { track = (work) => work } = this.#deps;
    void track(this.#takeSnapshot(entry, parts, this.#sequence));
  }

  /** A snapshot counts once the log points at it: a replaced publisher cannot put an older one in its place. */
  async #takeSnapshot(entry: Mark, parts: ReadonlyArray<Entry>, sequence: number): Promise<void> {
    const { generation, epoch, number } = entry;
    const { snapshots, names, shard, onFailure } = this.#deps;
    const object = `${this.#key}.${generation}.${epoch}.${number}.${sequence}`;
    try {
      await snapshots.put(object, parts);
      const pointer = { object, generation, epoch, number, sequence };
      await this.#writer.write(names.log(shard, this.#key), "", pointerHeaders(pointer));
      const outdated = this.#older;
      this.#older = this.#pointer;
      this.#pointer = pointer;
      this.#writtenAt = this.#deps.time.now();
      this.#sinceSnapshot = 0;
      if (outdated !== undefined && outdated.object !== object) await snapshots.remove(outdated.object);
    } catch (error) {
      // Tried again with a later entry; until then readers read more of the log.
      if (!(error instanceof Fenced) && !this.#writer.over.aborted) onFailure(error);
    } finally {
      this.#isTakingSnapshot = false;
    }
  }
}
