/**
 * The lines of a feed: snapshots, news and beats, as they are written and read (format 1, written down in `docs/feed.md`).
 *
 * Entries are plain JSON. News are numbered from 1 and rise by one; a beat and a snapshot carry the number of the last news
 * they know of. Each entry carries the generation of its log and the epoch of its publisher.
 */
import * as Predicate from "effect/Predicate";
import type { Reason } from "../client/SgpError.ts";
import { type Cell, isRow } from "../watch/cursor/Cursor.ts";
import type { EvaluationRow, WatchEvent } from "../watch/event/Event.ts";
import type { Lease } from "../watch/event/TaskRow.ts";
import type { Capabilities } from "../watch/source/Source.ts";

export const format = 1;

/** A place in a feed: after the news with this number. Numbers of different generations have nothing to do with each other. */
export interface Mark {
  /** Names the log: one that was restarted has another one. */
  readonly generation: string;
  /** The election of the publisher that wrote it, counted from 1. */
  readonly epoch: number;
  readonly number: number;
}

interface Head extends Mark {
  readonly format: typeof format;
  /** The number at which the epoch began. */
  readonly base: number;
  /**
   * The first number that the entry stands for, where several were joined to one, or left out because they do not concern the
   * reader. Default: `number` for news; a beat stands for none.
   */
  readonly first?: number;
  /** ISO 8601 by the publisher's clock. */
  readonly time: string;
}

/** How the publisher's own watch is doing. */
export interface Health {
  readonly state: "connecting" | "synced" | "degraded" | "closed";
  /** ISO 8601 by the publisher's clock. */
  readonly since: string;
  readonly error?: { readonly reason: Reason } & Readonly<Record<string, unknown>>;
}

/** An event without what its entry or its task says already: `time`, `evaluationId`, `taskId`, `previous`, `current`. */
export type WireEvent = { readonly type: WatchEvent["type"]; readonly id: string } & Readonly<Record<string, unknown>>;

/** A change: of one task, of one lease by the clock, of the evaluation, or of the publisher's health. */
export type News =
  | { readonly row: ReadonlyArray<Cell>; readonly events: ReadonlyArray<WireEvent> }
  | { readonly gone: string; readonly events: ReadonlyArray<WireEvent> }
  /** The clock's statement about a lease, which the event names. */
  | { readonly clock: WireEvent & { readonly lease: Lease } }
  | { readonly evaluation: EvaluationRow; readonly events: ReadonlyArray<WireEvent> }
  | { readonly health: Health };

export interface NewsEntry extends Head {
  readonly kind: "news";
  readonly news: ReadonlyArray<News>;
}

/** The publisher's knowledge besides the tasks; in each beat and snapshot. */
export interface Pulse {
  /** The longest silence of a living publisher, in milliseconds. */
  readonly beatMillis: number;
  /** The earliest time it could be on the server when this was written, in milliseconds since 1970; `null` while unknown. */
  readonly serverTime: number | null;
  /**
   * By how many milliseconds the publisher's estimate of the server's time, which is so much later than `serverTime`, may be wrong. Absent
   * while `serverTime` is `null`, and where a publisher of an earlier version wrote the entry.
   */
  readonly errorMillis?: number;
  /** How many complete scans the publisher's watch has made in this epoch. */
  readonly scans: number;
}

export interface BeatEntry extends Head, Pulse {
  readonly kind: "beat";
}

/** The announcements made of a lease: moments with a lead of at least so many milliseconds. */
export type Announced = readonly [taskId: string, assignee: string, expiresAt: string, leadMillis: number];

/** One part of the whole state after the news `number`; all parts together are the snapshot. */
export interface SnapshotEntry extends Head, Pulse {
  readonly kind: "snapshot";
  /** From 0. */
  readonly part: number;
  readonly parts: number;
  readonly capabilities: Capabilities;
  readonly evaluation: EvaluationRow | null;
  readonly health: Health;
  /** Whether some publisher has seen a whole scan, so that absence means something. */
  readonly isComplete: boolean;
  readonly rows: ReadonlyArray<ReadonlyArray<Cell>>;
  readonly announced: ReadonlyArray<Announced>;
}

export type Entry = NewsEntry | BeatEntry | SnapshotEntry;

/** Where an entry stands. */
export const markOf = ({ generation, epoch, number }: Mark): Mark => ({ generation, epoch, number });

/** The fields of a beat or a snapshot besides the tasks. */
export const pulseOf = ({ beatMillis, serverTime, errorMillis, scans }: Pulse): Pulse => ({
  beatMillis,
  serverTime,
  ...(errorMillis === undefined ? {} : { errorMillis }),
  scans,
});

/** How an entry lies to a reader that has read up to a mark. */
export type Place =
  /** The next one. */
  | "next"
  /** Already read. */
  | "repeat"
  /** Written by a publisher that has been replaced. */
  | "stale"
  /** Something lies in between, or what was read is not part of this log. */
  | "hole";

/**
 * @param at what was read last
 *
 * @example
 * ```ts
 * import { placeOf } from "@evalwire/core/feed";
 *
 * const at = { generation: "g", epoch: 2, number: 7 };
 * const news = (epoch: number, number: number, base: number) => ({ kind: "news" as const, generation: "g", epoch, number, base });
 * placeOf(at, news(2, 8, 3)); // => "next"
 * placeOf(at, news(1, 8, 0)); // => "stale"
 * placeOf(at, news(2, 9, 3)); // => "hole"
 * placeOf(at, news(3, 8, 6)); // => "hole"
 * ```
 */
export const placeOf = (at: Mark, entry: Mark & Pick<NewsEntry | BeatEntry, "kind" | "base" | "first">): Place => {
  if (entry.generation !== at.generation) return "hole";
  if (entry.epoch < at.epoch) return "stale";
  // Beyond the base of a later epoch nothing of an earlier one counts.
  if (entry.epoch > at.epoch && (entry.kind === "beat" || entry.base !== at.number)) return "hole";
  const ahead = entry.number - at.number;
  if (ahead <= 0) return entry.kind === "beat" && ahead === 0 ? "next" : "repeat";
  const first = entry.first ?? (entry.kind === "news" ? entry.number : entry.number + 1);
  return first <= at.number + 1 ? "next" : "hole";
};

/** Why a line is no entry of this format. */
export class FeedFormatError extends Error {
  override readonly name = "FeedFormatError";
}

type Json = Readonly<Record<string, unknown>>;

const isJson: (value: unknown) => value is Json = Predicate.isObject;
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isWireEvent = (value: unknown) =>
  isJson(value) && typeof value["type"] === "string" && typeof value["id"] === "string";
const areWireEvents = (value: unknown) => Array.isArray(value) && value.every(isWireEvent);
const isLease = (value: unknown) =>
  isJson(value) && typeof value["taskId"] === "string" && typeof value["assignee"] === "string";
const isEvaluation = (value: unknown) => isJson(value) && typeof value["id"] === "string";
const isHealth = (value: unknown) =>
  isJson(value) && typeof value["state"] === "string" && typeof value["since"] === "string";
const isAnnounced = (value: unknown) =>
  Array.isArray(value) && value.length === 4 && typeof value[0] === "string" && typeof value[3] === "number";

// News of a kind that this version does not know is passed over: what must not be passed over has another format number.
const isNews = (value: unknown): boolean => {
  if (!isJson(value)) return false;
  if ("row" in value) return isRow(value["row"]) && areWireEvents(value["events"]);
  if ("gone" in value) return typeof value["gone"] === "string" && areWireEvents(value["events"]);
  if ("clock" in value)
    return isJson(value["clock"]) && isWireEvent(value["clock"]) && isLease(value["clock"]["lease"]);
  if ("evaluation" in value) return isEvaluation(value["evaluation"]) && areWireEvents(value["events"]);
  if ("health" in value) return isHealth(value["health"]);
  return true;
};

const isHead = ({ generation, epoch, base, number, time, first }: Json) =>
  typeof generation === "string" &&
  isCount(epoch) &&
  isCount(base) &&
  isCount(number) &&
  (first === undefined || isCount(first)) &&
  typeof time === "string";
const isPulse = ({ beatMillis, serverTime, errorMillis, scans }: Json) =>
  typeof beatMillis === "number" &&
  beatMillis > 0 &&
  (serverTime === null || typeof serverTime === "number") &&
  (errorMillis === undefined || (typeof errorMillis === "number" && errorMillis >= 0)) &&
  isCount(scans);

const issueOf = (value: Json): string | undefined => {
  if (!isHead(value)) return "its head is damaged";
  switch (value["kind"]) {
    case "news":
      return Array.isArray(value["news"]) && value["news"].every(isNews) ? undefined : "its news are damaged";
    case "beat":
      return isPulse(value) ? undefined : "its beat is damaged";
    case "snapshot": {
      const { part, parts, capabilities, evaluation, health, rows, announced } = value;
      const isWhole =
        isPulse(value) &&
        isCount(part) &&
        isCount(parts) &&
        part < parts &&
        isJson(capabilities) &&
        (evaluation === null || isEvaluation(evaluation)) &&
        isHealth(health) &&
        Array.isArray(rows) &&
        rows.every(isRow) &&
        Array.isArray(announced) &&
        announced.every(isAnnounced);
      return isWhole ? undefined : "its snapshot is damaged";
    }
    default:
      return `its kind is ${JSON.stringify(value["kind"])}`;
  }
};

/** An entry as one line of JSON. */
export const encode = (entry: Entry): string => JSON.stringify(entry);

/**
 * Reads what `encode` wrote.
 *
 * Throws a `FeedFormatError` that says in one sentence what is wrong: a line that was cut, another format, a damaged entry.
 */
export const decode = (line: string): Entry => {
  const fail = (why: string): never => {
    throw new FeedFormatError(`This is no entry of a feed of format ${format}: ${why}.`);
  };
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // SyntaxError, the only thing JSON.parse throws.
    return fail("it is not whole JSON");
  }
  if (!isJson(value)) return fail("it is not an object");
  if (value["format"] !== format) {
    return fail(`it has format ${JSON.stringify(value["format"])}; run a version of evalwire that reads it`);
  }
  const issue = issueOf(value);
  return issue === undefined ? (value as unknown as Entry) : fail(issue);
};

// Fields that the entry or the state contains already.
const saidElsewhere = new Set(["time", "evaluationId", "taskId", "previous", "current"]);

/** The facts of an event that its entry does not say elsewhere. */
export const wireEventOf = (event: WatchEvent): WireEvent =>
  Object.fromEntries(Object.entries(event).filter(([key]) => !saidElsewhere.has(key))) as WireEvent;
