/** The records of a block, scored: what a worker does with the lines it is given, and the main thread where there is none. */
import type { JsonEntry } from "@evalwire/metrics/corpus";
import type { BlockResult } from "./BlockResult.ts";
import type { Selected } from "./Choice.ts";
import { type RecordContext, ScoredRecords } from "./ScoredRecords.ts";

export interface ScoreContext extends RecordContext {
  readonly select: (entry: JsonEntry) => ReadonlyArray<Selected>;
}

export interface Entries {
  readonly entries: Iterable<JsonEntry>;
  readonly lines: number;
  readonly bytes: number;
  /** Keys of records that an earlier run has. */
  readonly done?: ReadonlySet<string> | undefined;
}

export const scoreBlock = async (
  { entries, lines, bytes, done }: Entries,
  context: ScoreContext,
): Promise<BlockResult> => {
  const records = new ScoredRecords(context);
  for (const entry of entries) {
    for (const selected of context.select(entry)) {
      if (done !== undefined && selected.key !== undefined && done.has(selected.key)) continue;
      const pending = records.take(selected, entry.line);
      if (pending !== undefined) await pending;
    }
  }
  return records.result(lines, bytes);
};
