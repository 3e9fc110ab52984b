/**
 * Reads the entries of a feed into a replica, and says of each what its connection has to know.
 *
 * The state of a restarted log is shown once it is known to be complete.
 */
import type { Capabilities } from "../watch/source/Source.ts";
import { instantOf } from "../watch/time/instantOf.ts";
import type { Timekeeper } from "../watch/time/Timekeeper.ts";
import { type BeatEntry, type Entry, type Health, type Mark, markOf, placeOf, type SnapshotEntry } from "./Entry.ts";
import { Ledger } from "./Ledger.ts";
import type { Replica } from "./Replica.ts";

// How long an answer is waited for before the feed has said how often it beats.
const firstBeatMillis = 5_000;
const clockSetMillis = 2_000;

/**
 * Meaning of an entry for the connection: `alive`, the publisher is at work; `snapshot`, which a log can give long after its publisher has
 * died; `hole`, something is missing before it; `unreadable`, it is a snapshot that does not fit together; `nothing`.
 */
export type Sign = "alive" | "snapshot" | "hole" | "unreadable" | "nothing";

export interface ReaderEvents {
  /** Something new was read. */
  readonly progressed: () => void;
  /** The publisher's own data. */
  readonly health: (health: Health | undefined) => void;
}

export class FeedReader {
  capabilities: Capabilities = { assignments: true, deadlines: true, pointReads: true };
  readonly tally = { entries: 0, snapshots: 0, beats: 0 };
  readonly #replica: Replica;
  readonly #time: Timekeeper;
  readonly #on: ReaderEvents;
  #mark: Mark | undefined;
  #beatMillis = firstBeatMillis;
  #parts: Array<SnapshotEntry> = [];
  // By how many milliseconds the server's clock is ahead of the publisher's, at least.
  #ahead: number | undefined;
  // The log whose state is shown, and what another one says that is not known to be whole yet.
  #adopted: string | undefined;
  #successor: Ledger | undefined;
  #successorTime = "";
  // Of the publisher in office, in its epoch.
  #scans = { epoch: 0, count: 0 };

  constructor(replica: Replica, time: Timekeeper, on: ReaderEvents) {
    this.#replica = replica;
    this.#time = time;
    this.#on = on;
  }

  /** The last entry read; `undefined` before the first snapshot. */
  get mark(): Mark | undefined {
    return this.#mark;
  }

  /** How often the publisher gives a sign of life. */
  get beatMillis(): number {
    return this.#beatMillis;
  }

  /** A new connection begins with a whole snapshot, or with the entry after the last. */
  restart(): void {
    this.#parts = [];
  }

  take(entry: Entry): Sign {
    this.tally.entries++;
    if (entry.kind === "snapshot") return this.#takePart(entry);
    if (this.#mark === undefined) return "nothing";
    const place = placeOf(this.#mark, entry);
    if (place === "hole") return "hole";
    if (place === "stale") return "nothing";
    if (place === "next" && entry.kind === "news") {
      this.#mark = markOf(entry);
      this.#on.progressed();
      if (this.#successor === undefined) this.#on.health(this.#replica.takeNews(entry, this.#mark));
      else {
        this.#successor.take(entry);
        this.#successorTime = entry.time;
        this.#adopt();
      }
    } else if (entry.kind === "beat") {
      if (place === "next") this.#mark = markOf(entry);
      this.#takePulse(entry);
      this.#replica.takeBeat(entry.epoch, entry.scans);
      this.#adopt();
    }
    return "alive";
  }

  #takePart(entry: SnapshotEntry): Sign {
    if (entry.part === 0) this.#parts = [];
    this.#parts.push(entry);
    if (entry.part !== entry.parts - 1) return "snapshot";
    const ledger = Ledger.of(this.#replica.store.evaluationId, this.#parts);
    this.#parts = [];
    if (ledger === undefined) return "unreadable";
    const { mark } = ledger;
    const isOlder =
      this.#mark !== undefined &&
      mark.generation === this.#mark.generation &&
      (mark.epoch < this.#mark.epoch || (mark.epoch === this.#mark.epoch && mark.number < this.#mark.number));
    if (isOlder) return "snapshot";
    this.tally.snapshots++;
    this.#on.progressed();
    this.#mark = mark;
    this.capabilities = ledger.capabilities;
    this.#takePulse(entry);
    this.#successor = ledger;
    this.#successorTime = entry.time;
    this.#adopt();
    return "snapshot";
  }

  /**
   * Takes over the state of a restarted log, once that is known to be complete: until then the earlier state is
   * shown, and not an empty one. A task that one scan has missed is gone after the second.
   */
  #adopt(): void {
    const ledger = this.#successor;
    if (ledger === undefined) return;
    const isAnyMissing = [...this.#replica.store.tasks.keys()].some((taskId) => !ledger.tasks.has(taskId));
    const isOfSameLog = this.#adopted === ledger.mark.generation;
    const isKnown = isOfSameLog || !isAnyMissing || (ledger.isComplete && this.#scans.count >= 2);
    if (isKnown) {
      this.#successor = undefined;
      this.#adopted = ledger.mark.generation;
      this.#replica.takeSnapshot(ledger, this.#successorTime);
    }
    this.#on.health(ledger.health);
  }

  #takePulse({ kind, beatMillis, serverTime, errorMillis, scans, epoch, time }: BeatEntry | SnapshotEntry): void {
    this.tally.beats++;
    this.#on.progressed();
    this.#beatMillis = beatMillis;
    // How far the server is ahead of the publisher changes when one of their clocks is set, never by a slow connection.
    const written = instantOf(time);
    const ahead = serverTime === null || written === undefined ? undefined : serverTime - written;
    const hasJumped = ahead === undefined || Math.abs(ahead - (this.#ahead ?? ahead)) > clockSetMillis;
    this.#ahead = ahead;
    // A publisher that has made no scan does not know yet; one that has, and still does not, reads answers without a date.
    // A log can give a snapshot long after it was written: the error of its time is unknown.
    const error = kind === "beat" ? errorMillis : undefined;
    if (serverTime !== null || scans > 0) this.#time.hear(serverTime ?? undefined, error, hasJumped);
    this.#scans = { epoch, count: scans };
  }
}
