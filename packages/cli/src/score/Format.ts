/** How results are written: what becomes of each record as it is through, and of the figures at the end. */
import pc from "picocolors";
import type { Terminal } from "../Terminal.ts";
import type { Comparison } from "./Comparison.ts";
import { csvRow } from "./csvRow.ts";
import type { Output } from "./Output.ts";
import type { Summary } from "./Summary.ts";
import { comparisonLines, summaryLines } from "./textTables.ts";

/** A record that is through. */
export interface Through {
  /** Its own id; `undefined` when it has none. */
  readonly id: string | undefined;
  /** Its id, or its place from 0. */
  readonly name: string;
  readonly line: number;
}

export interface Format {
  begin(keys: ReadonlyArray<string>): Promise<unknown> | undefined;
  scored(record: Through, metrics: Readonly<Record<string, number>>): Promise<unknown> | undefined;
  failed(record: Through, message: string): Promise<unknown> | undefined;
  end(summary: Summary, comparison: Comparison | undefined): Promise<unknown> | undefined;
}

export const names = ["table", "json", "csv"] as const;
export type Name = (typeof names)[number];

export interface FormatOptions {
  readonly output: Output;
  readonly terminal: Terminal;
  /** Whether the output is a file: files have no colours. */
  readonly isFile: boolean;
}

const nothing = () => undefined;

/** The figures alone. */
const table = ({ output, terminal, isFile }: FormatOptions): Format => ({
  begin: nothing,
  scored: nothing,
  failed: nothing,
  end: (summary, comparison) => {
    const paint = isFile ? pc.createColors(false) : terminal.paint;
    const lines = summaryLines(summary, paint);
    if (comparison !== undefined) lines.push("", ...comparisonLines(comparison, paint));
    return output.write(`${lines.join("\n")}\n`);
  },
});

/** One object a line: `score` or `error` for each record, `summary` last. */
const json = ({ output }: FormatOptions): Format => {
  const write = (value: unknown) => output.write(`${JSON.stringify(value)}\n`);
  return {
    begin: nothing,
    scored: ({ line, id = null }, scores) => write({ type: "score", line, id, scores }),
    failed: ({ line, id = null }, message) => write({ type: "error", line, id, message }),
    end: ({ records, failed, spreads }, comparison) => {
      const scores = Object.fromEntries(spreads.map(({ key, ...spread }) => [key, spread]));
      return write({ type: "summary", records, failed, scores, ...(comparison === undefined ? {} : { comparison }) });
    },
  };
};

/** A row for each record that was scored; the figures are told on standard error, where they are in nobody's way. */
const csv = ({ output, terminal }: FormatOptions): Format => {
  let keys: ReadonlyArray<string> = [];
  const plain = pc.createColors(false);
  return {
    begin: (all) => {
      keys = all;
      return output.write(csvRow(["id", ...keys]));
    },
    scored: ({ name }, metrics) => output.write(csvRow([name, ...keys.map((key) => String(metrics[key]))])),
    failed: nothing,
    end: (summary, comparison) => {
      for (const line of summaryLines(summary, plain)) terminal.note(line);
      if (comparison !== undefined) for (const line of comparisonLines(comparison, plain)) terminal.note(line);
      return undefined;
    },
  };
};

const formats: Readonly<Record<Name, (options: FormatOptions) => Format>> = { table, json, csv };

export const make = (name: Name, options: FormatOptions): Format => formats[name](options);
