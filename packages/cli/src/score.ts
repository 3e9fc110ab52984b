import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { type MetricConfig, type Preset, planMetrics } from "@evalwire/metrics";
import { type PresetName, presets } from "@evalwire/metrics/presets";
import { type Command, InvalidArgumentError, Option } from "commander";
import * as Argument from "./Argument.ts";
import { CommandFailure } from "./CommandFailure.ts";
import type { Session } from "./Session.ts";
import * as Comparison from "./score/Comparison.ts";
import * as Format from "./score/Format.ts";
import { histogramSvg } from "./score/histogramSvg.ts";
import * as Output from "./score/Output.ts";
import * as Report from "./score/Report.ts";
import { type RunOptions, run } from "./score/run.ts";
import * as Summary from "./score/Summary.ts";
import * as WorstCases from "./score/WorstCases.ts";

interface ScoreOptions {
  readonly config: string;
  readonly format: Format.Name;
  readonly json?: true;
  readonly out?: string;
  readonly workers: number;
  readonly compare?: string;
  readonly plot?: string;
  readonly preset: PresetName;
  readonly onError: "skip" | "fail";
  readonly seed: number;
  readonly samples: number;
}

const examples = `
A record is one JSON object a line: { "id"?, "test_case_data": {…}, "test_case_output": {…}, "trace"?: […] } for v4, or
{ "item": {…} } for v5; a metric's mappings say which of its texts are compared.

Examples:
  evalwire score --config metric_config.json records.jsonl
  cat records.jsonl | evalwire score --config metric_config.json --format json -
  evalwire score --config metric_config.json --format csv --out scores.csv --workers 4 records.jsonl
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
    .requiredOption("-c, --config <file>", "JSON file with the metric_config")
    .addOption(new Option("-f, --format <name>", "how results are written").choices(Format.names).default("table"))
    .option("--json", "the same as --format json")
    .option("-o, --out <file>", "write the results to a file instead of standard output")
    .option("-w, --workers <count>", "threads that score; 1 is this one alone", Argument.workers, 1)
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
    .addHelpText("after", examples)
    .action((records: string, options: ScoreOptions) => compute(records, options, session));
};

const readConfig = (file: string, preset: Preset): Pick<RunOptions, "config" | "plan"> => {
  try {
    const config = JSON.parse(readFileSync(file, "utf8")) as MetricConfig;
    return { config, plan: planMetrics(config, { preset }) };
  } catch (error) {
    throw new CommandFailure(`${file}: ${error instanceof Error ? error.message : String(error)}`, 2, { cause: error });
  }
};

/** What is read must not be written over: by the time it is noticed it would be gone. */
const refuseOverwriting = (
  written: ReadonlyArray<string | undefined>,
  read: ReadonlyArray<string | undefined>,
): void => {
  const taken = new Set(read.flatMap((file) => (file === undefined || file === "-" ? [] : [resolve(file)])));
  for (const file of written) {
    if (file === undefined) continue;
    if (taken.has(resolve(file))) throw new CommandFailure(`${file} is read or written already; give another file`, 2);
    taken.add(resolve(file));
  }
};

const compute = async (records: string, options: ScoreOptions, session: Session): Promise<void> => {
  const { compare, plot, workers, onError, seed, samples, out } = options;
  const preset = presets[options.preset];
  if (records === "-" && compare === "-") throw new CommandFailure("standard input cannot be both sides", 2);
  refuseOverwriting([out, plot], [records, compare, options.config]);
  const { terminal } = session;
  const { config, plan } = readConfig(options.config, preset);
  const worst = plot === undefined ? undefined : WorstCases.make(config, { preset });
  await using output = await Output.open(out, terminal);
  const name = options.json ? "json" : options.format;
  const format = Format.make(name, { output, terminal, isFile: out !== undefined });
  const common = { config, plan, preset, workers, onError, keepIds: compare !== undefined };
  await format.begin(plan.keys);
  const scores = await run(records, { ...common, format, worst }, session);
  const other = compare === undefined ? undefined : await run(compare, common, session);
  const draws = { seed, samples };
  const summary = Summary.of(scores, draws);
  const comparison = other && Comparison.of({ name: records, scores }, { name: compare ?? "", scores: other }, draws);
  await format.end(summary, comparison);
  if (plot === undefined) return;
  const { columns } = scores;
  await writeFile(
    plot,
    /svg$/i.test(plot)
      ? histogramSvg(summary.spreads, columns)
      : Report.html({ source: records, summary, columns, worst: worst ?? [], comparison }),
  );
};
