/** How a feed's entry stands in a log: the entry, with what makes the message readable by itself. */
import { gunzipSync, gzipSync } from "node:zlib";
import type { Capabilities, EvaluationRow, TaskRow } from "@evalwire/core";
import {
  type Cell,
  cellsOf,
  decodeEntry,
  FeedFormatError,
  feedFormat,
  type Ledger,
  type News,
  type NewsEntry,
} from "@evalwire/core/feed";
import { FleetError } from "../engine/FleetError.ts";
import { isJson } from "../engine/hear.ts";
import type { Formats } from "../membership/Formats.ts";
import type { LogMessage } from "./LogMessage.ts";
import type { Pointer } from "./Snapshots.ts";

type Cells = ReadonlyArray<Cell>;

/** Data a consumer needs besides an entry: the changes of each of its news, in order. `null` where there was nothing. */
export type Before = ReadonlyArray<Cells | EvaluationRow | null>;

export interface Body {
  readonly entry: NewsEntry;
  readonly evaluationId: string;
  readonly before: Before;
  readonly capabilities: Capabilities;
  readonly beatMillis: number;
}

const compressedFrom = 64 * 1024;
/** Times its size that a compressed entry may have: some thirty are met. A stranger's megabyte of zeros is a thousand times as long. */
const longestRatio = 250;
const encodingHeader = "Evalwire-Encoding";
const pointerHeader = "Evalwire-Snapshot";

export const encodeBody = (
  { entry, ...more }: Body,
  pointer: Pointer | undefined,
  longestBytes: number,
  formats: Formats,
): { readonly bytes: Uint8Array; readonly headers: Readonly<Record<string, string>> } => {
  const plain = new TextEncoder().encode(JSON.stringify({ ...formats.written(entry), log: more }));
  const isCompressed = plain.length >= compressedFrom;
  const bytes = isCompressed ? gzipSync(plain, { level: 1 }) : plain;
  if (bytes.length + 1_024 > longestBytes)
    throw new FleetError(
      "StoreFull",
      `An entry of evaluation ${more.evaluationId} has ${bytes.length} bytes, and the NATS server takes ${longestBytes}; raise its max_payload.`,
    );
  return { bytes, headers: { ...(isCompressed ? { [encodingHeader]: "gzip" } : {}), ...pointerHeaders(pointer) } };
};

export const pointerHeaders = (pointer: Pointer | undefined): Readonly<Record<string, string>> =>
  pointer === undefined ? {} : { [pointerHeader]: JSON.stringify(pointer) };

/** The newest snapshot that was there when a message was written. */
export const pointerOf = (message: LogMessage): Pointer | undefined => {
  const text = message.header(pointerHeader);
  if (text === undefined) return undefined;
  try {
    const pointer: unknown = JSON.parse(text);
    return isPointer(pointer) ? pointer : undefined;
  } catch {
    // Not written by a fleet. Without a pointer the log is read from its start.
    return undefined;
  }
};

const isPointer = (value: unknown): value is Pointer =>
  isJson(value) &&
  [value["object"], value["generation"]].every((each) => typeof each === "string") &&
  [value["epoch"], value["number"], value["sequence"]].every(Number.isSafeInteger);

/** Why a message of a log is none of this fleet's: damaged, or written by a stranger. Messages around it can be read all the same. */
export class StrangeMessageError extends Error {
  override readonly name = "StrangeMessageError";
}

/** Whether a text is an entry of another version, whose log this version must not go on with. */
const isOfOtherFormat = (text: string): boolean => {
  try {
    const value: unknown = JSON.parse(text);
    return isJson(value) && Number.isInteger(value["format"]) && value["format"] !== feedFormat;
  } catch {
    return false;
  }
};

/**
 * The entry in a message; `undefined` where it carries none. Throws a `FeedFormatError` at an entry of another format, and a
 * `StrangeMessageError` at everything else that is no entry.
 */
export const decodeBody = (message: LogMessage, formats: Formats): Body | undefined => {
  if (message.body.length === 0) return undefined;
  let text = "";
  try {
    const isCompressed = message.header(encodingHeader) === "gzip";
    const maxOutputLength = message.body.length * longestRatio;
    const bytes = isCompressed ? gunzipSync(message.body, { maxOutputLength }) : message.body;
    text = new TextDecoder().decode(bytes);
    const { log, ...entry } = decodeEntry(formats.read(text)) as NewsEntry & { readonly log: Omit<Body, "entry"> };
    if (entry.kind !== "news") throw new Error(`it is a ${entry.kind}`);
    if (!isJson(log) || typeof log.evaluationId !== "string" || !Array.isArray(log.before) || !isJson(log.capabilities))
      throw new Error("it does not say which evaluation it is of");
    return { entry: entry as NewsEntry, ...log };
  } catch (cause) {
    if (cause instanceof FeedFormatError && isOfOtherFormat(text)) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new StrangeMessageError(`Message ${message.sequence} of a log is none of the fleet's: ${why}`, { cause });
  }
};

/** The rows of an evaluation as the log has them, to say what each news has changed. */
export class Mirror {
  #rows = new Map<string, TaskRow>();
  #evaluation: EvaluationRow | undefined;

  constructor(ledger?: Ledger) {
    if (ledger === undefined) return;
    this.#rows = new Map(ledger.tasks);
    this.#evaluation = ledger.evaluation;
  }

  /** The changes made by the news of the next entry, given the state of the log after it. */
  take(entry: NewsEntry, after: Ledger): Before {
    // A task may be in an entry more than once: only its last state is in the ledger, so cells describe the states between.
    const between = new Map<string, Cells | null>();
    const before = entry.news.map((news) => this.#take(news, between));
    for (const taskId of between.keys()) {
      const row = after.tasks.get(taskId);
      if (row === undefined) this.#rows.delete(taskId);
      else this.#rows.set(taskId, row);
    }
    return before;
  }

  #take(news: News, between: Map<string, Cells | null>): Before[number] {
    if ("evaluation" in news) {
      const known = this.#evaluation;
      this.#evaluation = news.evaluation;
      return known ?? null;
    }
    const taskId =
      "row" in news
        ? String(news.row[0])
        : "gone" in news
          ? news.gone
          : "clock" in news
            ? news.clock.lease.taskId
            : undefined;
    if (taskId === undefined) return null;
    const known = this.#rows.get(taskId);
    const cells = between.get(taskId) ?? (known === undefined || between.has(taskId) ? null : cellsOf(known));
    if ("row" in news) between.set(taskId, news.row);
    if ("gone" in news) between.set(taskId, null);
    return cells;
  }
}
