/** Output formats: the writing of each record as it is done, and of the figures at the end. */
import type { MetricConfig } from "@evalwire/metrics";
import pc from "picocolors";
import type { Terminal } from "../../terminal/Terminal.ts";
import type { Comparison } from "../Comparison.ts";
import { csvRow, spreadsheetSafe } from "../output/csvRow.ts";
import type { Output } from "../output/Output.ts";
import { comparisonLines, type Look, summaryLines } from "../output/textTables.ts";
import type { View } from "../output/View.ts";
import type { Unscored } from "../Scores.ts";
import type { GroupSummary, Summary } from "../Summary.ts";

/** A processed record. */
export interface ProcessedRecord {
  /** Its own id; `undefined` when it has none. */
  readonly id: string | undefined;
  /** Its key for comparing and resuming: its id with the run it belongs to, or its place from 0. */
  readonly name: string;
  /** Its line, or its number in a file without lines. */
  readonly line: number;
  /** Empty where records are not grouped. */
  readonly group: string;
}

/** The computed metrics: two runs with equal ones may be joined. */
export interface Run {
  readonly keys: ReadonlyArray<string>;
  readonly preset: string;
  /** Word data by their names; `null` where none was given. */
  readonly words: Readonly<Record<string, string | null>>;
  readonly config: MetricConfig;
  /** Which records are meant, and what they are known by; absent where nothing was said. */
  readonly view?: Partial<View>;
}

export interface Format {
  begin(run: Run): Promise<unknown> | undefined;
  /** Called once per new signature, before the first record with it. */
  signed(key: string, signature: string): Promise<unknown> | undefined;
  /** Absent where nothing is written of single records. @param values by key, in the order of the run's keys */
  scored?(record: ProcessedRecord, values: ArrayLike<number>): Promise<unknown> | undefined;
  unscored(record: ProcessedRecord, why: keyof Unscored, message: string): Promise<unknown> | undefined;
  end(summary: Summary, comparison: Comparison | undefined): Promise<unknown> | undefined;
}

export const names = ["table", "json", "csv"] as const;
export type Name = (typeof names)[number];

export interface FormatOptions {
  readonly output: Output;
  readonly terminal: Terminal;
  /** Whether the output is a file: files have no colours. */
  readonly isFile: boolean;
  /** Whether texts in CSV are guarded from being taken for formulas. */
  readonly isSpreadsheetSafe: boolean;
  readonly isGrouped: boolean;
  readonly keys: ReadonlyArray<string>;
}

const nothing = () => undefined;

/** At full width: the output may not go to a screen, and nothing must be missing. */
const plain: Look = { paint: pc.createColors(false), room: Number.POSITIVE_INFINITY };

const lookOf = ({ terminal, isFile }: FormatOptions): Look =>
  isFile || !terminal.isInteractive
    ? { ...plain, ...(!isFile && { paint: terminal.paint }) }
    : { paint: terminal.paint, room: terminal.columns };

const figures = (summary: Summary, comparison: Comparison | undefined, look: Look): ReadonlyArray<string> => {
  const lines = summaryLines(summary, look);
  if (comparison !== undefined) lines.push("", ...comparisonLines(comparison, look));
  return lines;
};

/** Only the figures. */
const table = (options: FormatOptions): Format => ({
  begin: nothing,
  signed: nothing,
  unscored: nothing,
  end: (summary, comparison) => {
    const lines = figures(summary, comparison, lookOf(options));
    if (options.isFile) return options.output.write(`${lines.join("\n")}\n`);
    for (const line of lines) options.terminal.line(line);
    return undefined;
  },
});

/** The figures on standard error, where they do not mix with the rows. */
const report = (terminal: Terminal, summary: Summary, comparison: Comparison | undefined): void => {
  const look = terminal.isWatched ? { ...plain, room: terminal.columns } : plain;
  for (const line of figures(summary, comparison, look)) terminal.note(line);
};

const typeOf = { failed: "error", noAnswer: "no_answer", noReference: "no_reference" } as const;

const byKey = ({ metrics }: GroupSummary) => Object.fromEntries(metrics.map(({ key, ...one }) => [key, one]));

const summaryRow = (summary: Summary, comparison: Comparison | undefined) => {
  const { records, failed, noAnswer, noReference, emptyAnswers, repeatedIds, withoutTokens, groups } = summary;
  return {
    ...{ type: "summary", records, failed, noAnswer, noReference, emptyAnswers, scores: byKey(summary) },
    ...(repeatedIds > 0 && { repeatedIds }),
    ...(Object.keys(withoutTokens).length > 0 && { withoutTokens }),
    ...(groups && { groups: groups.map(({ metrics, ...one }) => ({ ...one, scores: byKey({ ...one, metrics }) })) }),
    ...(comparison && { comparison }),
  };
};

/**
 * One object a line: `run` first; `score`, `error`, `no_answer` or `no_reference` for each record; `signature` where one is new;
 * `summary` last.
 */
const json = ({ output, terminal, isFile, isGrouped, keys }: FormatOptions): Format => {
  const write = (value: unknown) => output.write(`${JSON.stringify(value)}\n`);
  const known = ({ line, id, name, group }: ProcessedRecord) => ({
    ...{ line, id: id ?? null },
    ...(id !== undefined && name !== id && { key: name }),
    ...(isGrouped && { group }),
  });
  return {
    begin: (run) => write({ type: "run", ...run }),
    signed: (key, signature) => write({ type: "signature", key, signature }),
    scored: (record, values) =>
      write({ type: "score", ...known(record), scores: Object.fromEntries(keys.map((key, at) => [key, values[at]])) }),
    unscored: (record, why, message) =>
      write({ type: typeOf[why], ...known({ ...record, name: record.id ?? "" }), message }),
    end: (summary, comparison) => {
      if (isFile) report(terminal, summary, comparison);
      return write(summaryRow(summary, comparison));
    },
  };
};

/** A row for each record that was scored; the figures go to standard error. */
const csv = ({ output, terminal, isSpreadsheetSafe, isGrouped, keys }: FormatOptions): Format => {
  const safe = (text: string) => (isSpreadsheetSafe ? spreadsheetSafe(text) : text);
  return {
    begin: () => output.write(csvRow(["id", ...(isGrouped ? ["group"] : []), ...keys].map(safe))),
    signed: nothing,
    scored: ({ id, name, group }, values) =>
      output.write(
        csvRow([
          safe(id ?? name),
          ...(isGrouped ? [safe(group)] : []),
          ...Array.from(values, (value) => String(value)),
        ]),
      ),
    unscored: nothing,
    end: (summary, comparison) => {
      report(terminal, summary, comparison);
      return undefined;
    },
  };
};

const formats: Readonly<Record<Name, (options: FormatOptions) => Format>> = { table, json, csv };

export const make = (name: Name, options: FormatOptions): Format => formats[name](options);
