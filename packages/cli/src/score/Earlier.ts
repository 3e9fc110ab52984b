/**
 * The results of an earlier run, to go on from: the JSON lines of `--out`, whole or given up in the middle. Records that were scored
 * are had; those that could not be are tried again.
 */
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { BadLine, type JsonEntry, jsonEntries } from "@evalwire/metrics/corpus";
import { CommandFailure } from "../CommandFailure.ts";
import type { Run } from "./Format.ts";
import { type Target, targetOf } from "./Output.ts";
import * as Scores from "./Scores.ts";

export interface Earlier {
  /** With the places of all their ids. */
  readonly scores: Scores.Scores;
  /** How many of the scores are of the earlier run: they come first. */
  readonly count: number;
}

/** A row that is kept. */
type Row =
  | { readonly type: "signature"; readonly key: string; readonly signature: string }
  | { readonly type: "score"; readonly id: string | null; readonly scores: Readonly<Record<string, number>> };

const isRow = (value: unknown): value is { readonly type: string } =>
  typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";

const isKept = (value: unknown): value is Row => isRow(value) && (value.type === "signature" || value.type === "score");

const checkRun = (file: string, first: unknown, run: Run): void => {
  if (!isRow(first) || first.type !== "run") {
    throw new CommandFailure(`${file} is not what --format json writes: --resume cannot go on from there`, 2);
  }
  if (JSON.stringify(first) !== JSON.stringify({ type: "run", ...run })) {
    throw new CommandFailure(
      `${file} was made with another configuration, preset or word data: without --resume it is made anew`,
      2,
    );
  }
};

/** The rows of a file that are kept, and what they say. */
async function* rowsOf(file: string, run: Run, scores: Scores.Scores) {
  const { places } = scores;
  let bad: JsonEntry | undefined;
  let isFirst = true;
  for await (const entry of jsonEntries(createReadStream(file))) {
    const { line, value } = entry;
    // The last line may have been cut off when the run was killed; any other was damaged by somebody else.
    if (bad !== undefined) throw new CommandFailure(`${file}:${bad.line}: ${(bad.value as BadLine).problem}`);
    if (value instanceof BadLine && !isFirst) {
      bad = entry;
      continue;
    }
    if (isFirst) checkRun(file, value, run);
    isFirst = false;
    if (!isKept(value)) {
      if (isRow(value) && value.type === "run") yield `${JSON.stringify(value)}\n`;
      continue;
    }
    if (value.type === "signature") scores.signatures.get(value.key)?.add(value.signature);
    else {
      if (value.id === null) throw new CommandFailure(`${file}:${line}: a record without an id: --resume needs ids`, 2);
      if (places.has(value.id)) throw new CommandFailure(`${file}:${line}: the id ${JSON.stringify(value.id)} again`);
      places.set(value.id, Scores.count(scores));
      Scores.add(scores, value.scores);
    }
    yield `${JSON.stringify(value)}\n`;
  }
}

/** Where an earlier run's results are: given up in the middle, or whole; `undefined` when there are none. */
const sourceOf = ({ path, part }: Target): string | undefined =>
  [part, path].find((file) => file !== undefined && existsSync(file));

/**
 * Reads what is there, and leaves the rows that are kept in the file's part, to be added to.
 *
 * @throws CommandFailure when it was made by a run of another kind, or has records without ids
 */
export const take = async (file: string, run: Run, signal: AbortSignal): Promise<Earlier | undefined> => {
  const target = await targetOf(file);
  const source = sourceOf(target);
  if (target.part === undefined || source === undefined) return undefined;
  const scores = Scores.make(run.keys);
  const kept = `${target.part}.kept`;
  try {
    await pipeline(rowsOf(source, run, scores), createWriteStream(kept), { signal });
  } catch (error) {
    await rm(kept, { force: true });
    throw error;
  }
  await rename(kept, target.part);
  return { scores, count: Scores.count(scores) };
};
