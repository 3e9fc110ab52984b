/**
 * The results of an earlier run, to resume from: the JSON lines of `--out`, whole or given up in the middle. Records that were scored
 * are kept; those that could not be are tried again.
 */
import { createReadStream, existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { BadLine, type JsonEntry, jsonEntries } from "@evalwire/metrics/corpus";
import { CommandFailure } from "../CommandFailure.ts";
import type { Corpus } from "./Corpora.ts";
import type { Run } from "./input/Format.ts";
import { exclusive, type Target, targetOf } from "./output/Output.ts";
import * as Scores from "./Scores.ts";

export interface ResumeState {
  /** With all their ids. */
  readonly scores: Scores.Scores;
  /** How many of the scores are of the earlier run: they come first. */
  readonly count: number;
  /** By place, 1 for those that the records have turned out to hold. */
  readonly isSeen: Uint8Array<ArrayBuffer>;
}

/** A row that is kept. */
type Row =
  | { readonly type: "signature"; readonly key: string; readonly signature: string }
  | {
      readonly type: "score";
      readonly id: string | null;
      /** Where it is more than the id. */
      readonly key?: string;
      readonly group?: string;
      readonly scores: Readonly<Record<string, number>>;
    };

const isRow = (value: unknown): value is { readonly type: string } =>
  typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";

const isKept = (value: unknown): value is Row => isRow(value) && (value.type === "signature" || value.type === "score");

const checkRun = (file: string, first: unknown, run: Run): void => {
  if (!isRow(first) || first.type !== "run") {
    throw new CommandFailure(`${file} is not a --format json output: cannot resume from it`, 2);
  }
  if (JSON.stringify(first) !== JSON.stringify({ type: "run", ...run })) {
    throw new CommandFailure(
      `${file} was produced with different settings (configuration, preset, word data or choice of records); run without --resume to start over`,
      2,
    );
  }
};

/** The rows of a file that are kept, and what they say. */
async function* rowsOf(file: string, run: Run, scores: Scores.Scores) {
  let bad: JsonEntry | undefined;
  let isFirst = true;
  for await (const entry of jsonEntries(createReadStream(file))) {
    const { line, value } = entry;
    // The last line may have been cut off when the run was killed; any other was damaged in another way.
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
      const values = run.keys.map((key) => value.scores?.[key]);
      if (!values.every((one) => typeof one === "number")) {
        throw new CommandFailure(`${file}:${line}: damaged: it has no number for each metric`);
      }
      const key = value.key ?? value.id;
      if (typeof key !== "string") {
        throw new CommandFailure(`${file}:${line}: a record without an id: --resume needs ids`, 2);
      }
      if (!scores.ids.add(key)) {
        const advice = "--resume needs each id once; run without --resume, or name another field with --id";
        const id = JSON.stringify(value.id ?? key);
        throw new CommandFailure(`${file}:${line}: an earlier record has the id ${id}, too, and ${advice}`, 2);
      }
      Scores.add(scores, values as ReadonlyArray<number>, value.group);
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
export const load = async (
  file: string,
  run: Run,
  corpora: ReadonlyArray<Corpus>,
  signal: AbortSignal,
): Promise<ResumeState | undefined> => {
  const target = await targetOf(file);
  const source = sourceOf(target);
  if (target.part === undefined || source === undefined) return undefined;
  const scores = Scores.make(run.keys, corpora);
  const kept = `${target.part}.kept`;
  try {
    await pipeline(rowsOf(source, run, scores), await exclusive(kept, target.mode), { signal });
  } catch (error) {
    await rm(kept, { force: true });
    throw error;
  }
  await rename(kept, target.part);
  const count = Scores.count(scores);
  return { scores, count, isSeen: new Uint8Array(count) };
};
