/** `evalwire preflight`: whether the platform would take an evaluation, tried on the data in hand. */
import { readFile } from "node:fs/promises";
import { locate } from "@evalwire/metrics";
import { BadLine } from "@evalwire/metrics/corpus";
import { openRecords } from "@evalwire/metrics/read";
import { preflight as check, type PreflightReport, type PreflightRow } from "@evalwire/tasks";
import type { Command } from "commander";
import { CommandFailure, fileProblem } from "./CommandFailure.ts";
import type { Session } from "./Session.ts";

interface PreflightOptions {
  readonly config: string;
  readonly questions?: string;
  readonly records?: string;
  readonly json?: true;
}

const examples = `
A record has test_case_data, test_case_output and trace (v4), or is an item (v5); v5 is recognised by "tasks" in the configuration.
Exit code 0 when every place leads somewhere, 3 when the platform would refuse the request.

Examples:
  evalwire preflight --config evaluation.json data.jsonl
  evalwire preflight --config evaluation.json --questions question-set.json data.csv --json | jq .issues`;

export const preflight = (program: Command, session: Session): void => {
  program
    .command("preflight")
    .description("Try the places an evaluation's configuration names on its data, before creating it.")
    .argument("<data...>", 'records: JSON Lines, JSON, CSV, TSV or Parquet, also packed; or "-" for standard input')
    .requiredOption("--config <file>", "the body of evaluations.create, as JSON")
    .option("--questions <file>", "the question set, questions, or their ids, as JSON")
    .option("--records <path>", "where the records are in a JSON document")
    .option("--json", "the report as JSON")
    .addHelpText("after", examples)
    .action((files: ReadonlyArray<string>, options: PreflightOptions) => run(files, options, session));
};

const readJson = async (file: string): Promise<any> => {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw new CommandFailure(`${file}: ${fileProblem(error)}`, 2, { cause: error });
  });
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch (error) {
    throw new CommandFailure(`${file} is not JSON: ${(error as Error).message}`, 2);
  }
  throw new CommandFailure(`${file} holds no JSON object`, 2);
};

async function* recordsOf(
  files: ReadonlyArray<string>,
  options: PreflightOptions,
  { stdin }: Session,
): AsyncGenerator<PreflightRow> {
  for (const given of files) {
    const file = given === "-" ? "standard input" : given;
    const opened = await openRecords(given === "-" ? stdin() : given, { records: options.records }).catch(
      (error: unknown) => {
        throw new CommandFailure(`${file}: ${fileProblem(error)}`, 2, { cause: error });
      },
    );
    try {
      for await (const { value, line } of opened.entries) {
        const where = `${file}, ${opened.unit} ${line}`;
        if (value instanceof BadLine) throw new CommandFailure(`${where}: ${value.problem}`);
        if (typeof value !== "object" || value === null || Array.isArray(value)) {
          throw new CommandFailure(`${where}: a record is an object`);
        }
        const row = value as PreflightRow;
        yield row.id === undefined ? { ...row, id: where } : row;
      }
    } finally {
      await opened.close();
    }
  }
}

const run = async (files: ReadonlyArray<string>, options: PreflightOptions, session: Session): Promise<void> => {
  const evaluation = await readJson(options.config);
  if (Array.isArray(evaluation))
    throw new CommandFailure(`${options.config} holds a list, not the body of evaluations.create`, 2);
  if (files.filter((file) => file === "-").length > 1) throw new CommandFailure("standard input can be read once", 2);
  const questions = options.questions === undefined ? undefined : await readJson(options.questions);
  const rows = recordsOf(files, options, session);
  const report = await check({ evaluation, rows, locate, ...(questions === undefined ? {} : { questions }) });
  const { terminal } = session;
  if (options.json) terminal.data(JSON.stringify(report, null, 2));
  else for (const line of linesOf(report)) terminal.line(line);
  if (!report.ok) throw new CommandFailure(summary(report), 3);
};

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

const summary = ({ rows, failingRows, faults }: PreflightReport): string => {
  const parts = [
    ...(failingRows > 0 ? [`${failingRows} of ${plural(rows, "record")} would be refused`] : []),
    ...(faults.length > 0 ? [`${plural(faults.length, "fault")} in the configuration itself`] : []),
  ];
  return parts.join("; ");
};

const shown = 5;

const linesOf = (report: PreflightReport): ReadonlyArray<string> => {
  if (report.ok) return [`${plural(report.rows, "record")}: every place leads somewhere`];
  return [
    ...report.faults.map(({ at, message }) => `${at}: ${message}`),
    ...report.issues.flatMap(({ at, path, count, rows }) => {
      const more = count > shown ? [`  … and ${count - shown} more`] : [];
      const head = `${at}: ${path} leads nowhere in ${plural(count, "record")}`;
      return [head, ...rows.slice(0, shown).map((row) => `  ${row}`), ...more];
    }),
  ];
};
