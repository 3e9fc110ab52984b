import { createReadStream, readFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { type MetricConfig, MetricError, type MetricPlan, type MetricRecord, planMetrics } from "@evalwire/metrics";
import type { Command } from "commander";
import { CommandFailure } from "./CommandFailure.ts";
import type { Session } from "./Session.ts";
import * as Table from "./Table.ts";

interface ScoreOptions {
  readonly config: string;
  readonly json?: true;
}

const examples = `
A record is one JSON object a line: { "id"?, "test_case_data": {…}, "test_case_output": {…}, "trace"?: […] } for v4, or
{ "item": {…} } for v5; a metric's mappings say which of its texts are compared.

Examples:
  evalwire score --config metric_config.json records.jsonl
  cat records.jsonl | evalwire score --config metric_config.json --json -`;

/** `evalwire score`: a `metric_config` computed over records in a file. */
export const score = (program: Command, session: Session): void => {
  program
    .command("score")
    .description("Compute a metric_config over records, one JSON object a line.")
    .argument("<records>", 'JSONL file, or "-" for standard input')
    .requiredOption("-c, --config <file>", "JSON file with the metric_config")
    .option("--json", "each record's scores as one JSON object a line, and a summary as the last")
    .addHelpText("after", examples)
    .action((records: string, options: ScoreOptions) => compute(records, options, session));
};

interface Spread {
  readonly scores: Array<number>;
}

const compute = async (records: string, options: ScoreOptions, { terminal, stop }: Session): Promise<void> => {
  const plan = readPlan(options.config);
  const spreads = new Map(plan.keys.map((key) => [key, { scores: [] } as Spread]));
  let count = 0;
  for await (const { line, record } of readRecords(records, stop)) {
    const scores = measure(plan, record, `${records}:${line}`);
    count++;
    for (const [key, score] of Object.entries(scores)) spreads.get(key)?.scores.push(score);
    if (options.json) terminal.line(JSON.stringify({ type: "score", line, id: record.id ?? null, scores }));
  }
  const rows = Array.from(spreads, ([key, { scores }]) => ({ key, ...spreadOf(scores) }));
  if (options.json) {
    const scores = Object.fromEntries(rows.map(({ key, ...spread }) => [key, spread]));
    return terminal.line(JSON.stringify({ type: "summary", records: count, scores }));
  }
  const right = (head: string) => ({ head, align: "right" }) as const;
  const figure = (value: number | null) => (value === null ? "–" : value.toFixed(4));
  const table = Table.lines(
    [{ head: "Metric" }, right("Mean"), right("Least"), right("Median"), right("Most")],
    rows.map(({ key, mean, least, median, most }) => [key, ...[mean, least, median, most].map(figure)]),
    terminal.paint,
  );
  for (const line of table) terminal.line(line);
  terminal.line(terminal.paint.dim(`  over ${count} records`));
};

/** `null` where there are no scores: there is no mean of nothing. */
const spreadOf = (scores: Array<number>) => {
  if (scores.length === 0) return { mean: null, least: null, median: null, most: null };
  scores.sort((a, b) => a - b);
  const middle = scores.length / 2;
  return {
    mean: scores.reduce((sum, score) => sum + score, 0) / scores.length,
    least: scores[0]!,
    median: (scores[Math.ceil(middle) - 1]! + scores[Math.floor(middle)]!) / 2,
    most: scores.at(-1)!,
  };
};

const because = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const readPlan = (file: string): MetricPlan => {
  try {
    return planMetrics(JSON.parse(readFileSync(file, "utf8")) as MetricConfig);
  } catch (error) {
    throw new CommandFailure(`${file}: ${because(error)}`, 2, { cause: error });
  }
};

const measure = (plan: MetricPlan, record: MetricRecord, where: string): Record<string, number> => {
  try {
    return Object.fromEntries(plan.measure(record).map(({ key, value }) => [key, value]));
  } catch (error) {
    if (error instanceof MetricError) throw new CommandFailure(`${where}: ${error.message}`, 1, { cause: error });
    throw error;
  }
};

/** The records of a file with their line numbers; empty lines are passed over. */
async function* readRecords(file: string, signal: AbortSignal) {
  const input = file === "-" ? process.stdin : createReadStream(file);
  const failed = new Promise<never>((_, reject) => input.once("error", reject));
  failed.catch(() => undefined);
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY, signal })[Symbol.asyncIterator]();
  for (let line = 1; ; line++) {
    const next = await Promise.race([lines.next(), failed]);
    if (next.done) return;
    if (next.value.trim() !== "") yield { line, record: readRecord(next.value, `${file}:${line}`) };
  }
}

const readRecord = (text: string, where: string): MetricRecord => {
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch (error) {
    throw new CommandFailure(`${where}: ${because(error)}`, 1, { cause: error });
  }
  if (typeof record === "object" && record !== null && !Array.isArray(record)) return record as MetricRecord;
  throw new CommandFailure(`${where}: expected a JSON object`, 1);
};
