/**
 * One file of records through `scoreCorpus`. Memory is bounded by the records on their way; of the others only numbers are kept, ids
 * where two files are to be compared, and the texts of a few worst cases.
 */
import type { MetricConfig, MetricPlan, MetricRecord, Preset } from "@evalwire/metrics";
import { scoreCorpus } from "@evalwire/metrics/corpus";
import { nodePool } from "@evalwire/metrics/node";
import { CommandFailure } from "../CommandFailure.ts";
import type { Session } from "../Session.ts";
import type { Format } from "./Format.ts";
import * as Input from "./Input.ts";
import { progressLine } from "./progressLine.ts";
import * as Scores from "./Scores.ts";
import * as WorstCases from "./WorstCases.ts";

export interface RunOptions {
  readonly config: MetricConfig;
  readonly plan: MetricPlan;
  readonly preset: Preset;
  /** 1 for this thread alone. */
  readonly workers: number;
  readonly onError: "skip" | "fail";
  readonly keepIds: boolean;
  /** Told of each record; absent for the other file of a comparison. */
  readonly format?: Format | undefined;
  /** Offered each record. */
  readonly worst?: ReadonlyArray<WorstCases.WorstCases> | undefined;
}

const redrawMillis = 100;

/** A line that is redrawn now and then, not with every record. */
const progressOf = ({ terminal }: Session) => {
  let shownAt = Number.NEGATIVE_INFINITY;
  return (progress: Parameters<typeof progressLine>[0]): void => {
    const now = performance.now();
    if (now - shownAt < redrawMillis) return;
    shownAt = now;
    terminal.progress(progressLine(progress, terminal.paint));
  };
};

/**
 * @param file a path, or `-` for standard input
 * @throws CommandFailure for a bad record with `onError: "fail"`; the system's error for a file that cannot be read
 */
export const run = async (file: string, options: RunOptions, session: Session): Promise<Scores.Scores> => {
  const { config, plan, preset, workers, onError, keepIds, format, worst } = options;
  const { terminal, stop } = session;
  const input = Input.open(file);
  const total = terminal.isWatched && file !== "-" ? await Input.countLines(file) : undefined;
  await using pool = workers > 1 ? nodePool({ config, workers, preset }) : undefined;
  const scores = Scores.make(plan.keys);
  const show = progressOf(session);
  const results = scoreCorpus(input.records, plan, { pool, total, signal: stop, now: () => performance.now() });
  for await (const result of results) {
    const { line, value } = input.take(result.index);
    const id = Input.idOf(value);
    const record = { id, name: result.id, line };
    if (result._tag === "scored") {
      Scores.add(scores, result);
      if (keepIds) scores.ids.push(result.id);
      if (worst !== undefined) WorstCases.offer(worst, value as MetricRecord, { ...result, line });
      await format?.scored(record, result.metrics);
    } else {
      scores.failed++;
      const message = Input.problemOf(value) ?? result.error.message;
      const where = `${input.name}:${line}: ${message}`;
      if (onError === "fail") throw new CommandFailure(where, 1, { cause: result.error });
      terminal.note(`evalwire: ${where}`);
      await format?.failed(record, message);
    }
    show(result.progress);
  }
  terminal.progress(undefined);
  return scores;
};
