/**
 * One file of records through `scoreCorpus`. Memory is bounded by the records on their way; of the others only numbers are kept, ids
 * where they are needed again, and the texts of a few worst cases.
 */
import type { MetricConfig, MetricPlan, MetricRecord, Preset } from "@evalwire/metrics";
import { type CorpusOptions, type JsonEntry, scoreCorpus } from "@evalwire/metrics/corpus";
import { nodePool } from "@evalwire/metrics/node";
import { CommandFailure } from "../CommandFailure.ts";
import type { Session } from "../Session.ts";
import type { Earlier } from "./Earlier.ts";
import type { Format } from "./Format.ts";
import * as Input from "./Input.ts";
import * as Pace from "./Pace.ts";
import * as WorstCases from "./report/WorstCases.ts";
import * as Scores from "./Scores.ts";
import type { Asked } from "./WordData.ts";

export interface RunOptions {
  readonly config: MetricConfig;
  readonly plan: MetricPlan;
  readonly preset: Preset;
  /** Threads besides this one; 0 for this one alone. */
  readonly workers: number;
  /** Word data that the workers load for themselves. */
  readonly asked: Asked;
  readonly onError: "skip" | "fail";
  /** Whether ids are needed again: then each may occur once. */
  readonly keepIds: boolean;
  /** Told of each record; absent for the other file of a comparison. */
  readonly format?: Format | undefined;
  /** Offered each record. */
  readonly worst?: ReadonlyArray<WorstCases.WorstCases> | undefined;
  /** Records that are had already: they are not scored again. */
  readonly earlier?: Earlier | undefined;
}

/** Bad records that are told one by one on standard error: a file of nothing else would say nothing else. */
const toldFailures = 20;

/** Beside this module, as a source or as built. */
const setup = new URL(import.meta.url.endsWith(".ts") ? "./workerSetup.ts" : "./workerSetup.js", import.meta.url);

/** A record that an earlier run has is offered to the worst cases and not scored again. */
const resuming = ({ earlier, plan, worst = [] }: RunOptions): Pick<CorpusOptions<JsonEntry>, "isDone"> => {
  if (earlier === undefined) return {};
  return {
    isDone: (id, { line, value }) => {
      const place = earlier.scores.places.get(id);
      if (place === undefined || place >= earlier.count) return false;
      if (worst.length > 0) {
        const metrics = Object.fromEntries(plan.keys.map((key) => [key, Scores.valuesOf(earlier.scores, key)[place]!]));
        WorstCases.offer(worst, value as MetricRecord, { id, line, metrics });
      }
      return true;
    },
  };
};

/** What has one id twice can be neither compared nor gone on from, whatever becomes of bad records. */
const keepId = (scores: Scores.Scores, id: string, where: string): void => {
  if (scores.places.has(id))
    throw new CommandFailure(`${where}: an earlier line has the id ${JSON.stringify(id)}, too`);
  scores.places.set(id, Scores.count(scores));
};

/**
 * @param file a path, or `-` for standard input
 * @throws CommandFailure for a bad record with `onError: "fail"`; the system's error for a file that cannot be read
 */
export const run = async (file: string, options: RunOptions, session: Session): Promise<Scores.Scores> => {
  const { config, plan, preset, workers, asked, onError, keepIds, format, worst, earlier } = options;
  const { terminal, stop } = session;
  const input = Input.open(file, session);
  if (terminal.isWatched) terminal.progress(`  reading ${input.name}`);
  const total = terminal.isWatched && file !== "-" ? await Input.countLines(file, stop) : undefined;
  await using pool = workers > 0 ? nodePool({ config, workers, preset, setup, setupData: asked }) : undefined;
  await pool?.ready.catch((error: Error) => {
    throw new CommandFailure(error.message, 1, { cause: error });
  });
  const scores = earlier?.scores ?? Scores.make(plan.keys);
  const show = Pace.ofRecords(session);
  let signed: Readonly<Record<string, string>> | undefined;
  const results = scoreCorpus(input.records, plan, {
    recordOf: ({ value }) => value,
    ...resuming(options),
    pool,
    total,
    signal: stop,
    now: () => performance.now(),
  });
  for await (const result of results) {
    const { line, value } = result.record;
    const record = { id: Input.idOf(value), name: result.id, line };
    if (result._tag === "scored") {
      if (result.signatures !== signed)
        for (const key of Scores.sign(scores, result.signatures) ?? [])
          await format?.signed(key, result.signatures[key]!);
      signed = result.signatures;
      if (keepIds) keepId(scores, result.id, `${input.name}:${line}`);
      Scores.add(scores, result.metrics);
      if (worst !== undefined) WorstCases.offer(worst, value as MetricRecord, { ...result, line });
      const written = format?.scored(record, result.metrics);
      if (written !== undefined) await written;
    } else {
      scores.failed++;
      const message = Input.problemOf(value) ?? result.error.message;
      const where = `${input.name}:${line}: ${message}`;
      if (onError === "fail") throw new CommandFailure(where, 1, { cause: result.error });
      if (scores.failed <= toldFailures) terminal.note(`evalwire: ${where}`);
      else if (scores.failed === toldFailures + 1) terminal.note("evalwire: further bad records are counted alone");
      await format?.failed(record, message);
    }
    show(result.progress);
  }
  terminal.progress(undefined);
  return scores;
};
