/** How results are written: what becomes of each record as it is through, and of the figures at the end. */
import type { MetricConfig } from "@evalwire/metrics";
import pc from "picocolors";
import type { Terminal } from "../Terminal.ts";
import type { Comparison } from "./Comparison.ts";
import { csvRow } from "./csvRow.ts";
import type { Output } from "./Output.ts";
import type { Summary } from "./Summary.ts";
import { comparisonLines, type Look, summaryLines } from "./textTables.ts";

/** A record that is through. */
export interface Through {
  /** Its own id; `undefined` when it has none. */
  readonly id: string | undefined;
  /** Its id, or its place from 0. */
  readonly name: string;
  readonly line: number;
}

/** What is computed: two runs with equal ones may be put together. */
export interface Run {
  readonly keys: ReadonlyArray<string>;
  readonly preset: string;
  /** Word data by their names; `null` where none was given. */
  readonly words: Readonly<Record<string, string | null>>;
  readonly config: MetricConfig;
}

export interface Format {
  begin(run: Run): Promise<unknown> | undefined;
  /** Told once of each signature of a key, before the first record that has it. */
  signed(key: string, signature: string): Promise<unknown> | undefined;
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

/** As wide as it gets: nobody may be looking, and nothing must be missing. */
const plain: Look = { paint: pc.createColors(false), room: Number.POSITIVE_INFINITY };

const lookOf = ({ terminal, isFile }: FormatOptions): Look =>
  isFile || !terminal.isInteractive
    ? { ...plain, ...(!isFile && { paint: terminal.paint }) }
    : { paint: terminal.paint, room: terminal.columns };

/** The figures alone. */
const table = (options: FormatOptions): Format => ({
  begin: nothing,
  signed: nothing,
  scored: nothing,
  failed: nothing,
  end: (summary, comparison) => {
    const look = lookOf(options);
    const lines = summaryLines(summary, look);
    if (comparison !== undefined) lines.push("", ...comparisonLines(comparison, look));
    return options.output.write(`${lines.join("\n")}\n`);
  },
});

/** The figures for whoever is there, on standard error, where they are in nobody's way. */
const tell = (terminal: Terminal, summary: Summary, comparison: Comparison | undefined): void => {
  const look = terminal.isWatched ? { ...plain, room: terminal.columns } : plain;
  for (const line of summaryLines(summary, look)) terminal.note(line);
  if (comparison !== undefined) for (const line of comparisonLines(comparison, look)) terminal.note(line);
};

/** One object a line: `run` first, `score` or `error` for each record, `signature` where one is new, `summary` last. */
const json = ({ output, terminal, isFile }: FormatOptions): Format => {
  const write = (value: unknown) => output.write(`${JSON.stringify(value)}\n`);
  return {
    begin: (run) => write({ type: "run", ...run }),
    signed: (key, signature) => write({ type: "signature", key, signature }),
    scored: ({ line, id = null }, scores) => write({ type: "score", line, id, scores }),
    failed: ({ line, id = null }, message) => write({ type: "error", line, id, message }),
    end: (summary, comparison) => {
      if (isFile) tell(terminal, summary, comparison);
      const { records, failed, spreads } = summary;
      const scores = Object.fromEntries(spreads.map(({ key, ...spread }) => [key, spread]));
      return write({ type: "summary", records, failed, scores, ...(comparison === undefined ? {} : { comparison }) });
    },
  };
};

/** A row for each record that was scored; the figures are told. */
const csv = ({ output, terminal }: FormatOptions): Format => {
  let keys: ReadonlyArray<string> = [];
  return {
    begin: (run) => {
      keys = run.keys;
      return output.write(csvRow(["id", ...keys]));
    },
    signed: nothing,
    scored: ({ name }, metrics) => output.write(csvRow([name, ...keys.map((key) => String(metrics[key]))])),
    failed: nothing,
    end: (summary, comparison) => {
      tell(terminal, summary, comparison);
      return undefined;
    },
  };
};

const formats: Readonly<Record<Name, (options: FormatOptions) => Format>> = { table, json, csv };

export const make = (name: Name, options: FormatOptions): Format => formats[name](options);
