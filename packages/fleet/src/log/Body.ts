/** How a feed's entry stands in a log: the entry, with what makes the message readable by itself. */
import { gunzipSync, gzipSync } from "node:zlib";
import type { Capabilities, EvaluationRow, TaskRow } from "@evalwire/core";
import { type Cell, cellsOf, decodeEntry, type Ledger, type News, type NewsEntry } from "@evalwire/core/feed";
import { FleetError } from "../engine/FleetError.ts";
import type { Formats } from "../membership/Formats.ts";
import type { LogMessage } from "./LogReader.ts";
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
  return text === undefined ? undefined : (JSON.parse(text) as Pointer);
};

/** The entry in a message; `undefined` where it carries none. Throws a `FeedFormatError` at another format. */
export const decodeBody = (message: LogMessage, formats: Formats): Body | undefined => {
  if (message.body.length === 0) return undefined;
  const bytes = message.header(encodingHeader) === "gzip" ? gunzipSync(message.body) : message.body;
  const { log, ...entry } = decodeEntry(formats.read(new TextDecoder().decode(bytes))) as NewsEntry & {
    readonly log: Omit<Body, "entry">;
  };
  return { entry: entry as NewsEntry, ...log };
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
