/**
 * A reader knows the shape of one tool's exports: which rows are records, where the system's answer and the references stand, what
 * pairs the records of two runs, and by what the several runs differ that one file may hold.
 */

/** A file's own metadata, read before its rows. */
export interface Sample {
  /** The first row. */
  readonly first: unknown;
  /** Of a table. */
  readonly columns: ReadonlyArray<string> | undefined;
  /** Whether every cell is a text, as in CSV, where an empty one may stand for none; where it has columns when absent. */
  readonly isText?: boolean | undefined;
  /** Of a JSON document: what stands around the rows, and the path of their list. */
  readonly head: { readonly value: unknown; readonly list: string | undefined };
}

export const isTextTable = ({ isText, columns }: Sample): boolean => isText ?? columns !== undefined;

/** Where answer and references stand, if the caller has said so: paths in a row, keys joined by dots. */
export interface Fields {
  readonly candidate?: string | undefined;
  readonly reference?: string | undefined;
  /** Where a reader has found references to stand by their name, in those of its rows that have it. */
  readonly named?: string | undefined;
}

/** A row that should be a record and cannot be read as one. */
export const unreadable = (item: unknown, id: string | undefined, problem: string): ExportRecord => ({
  ...{ id, answer: null, references: [], run: {}, item, problem },
});

/** One record of an export. */
export interface ExportRecord {
  /** Pairs it with the same case of another run; `undefined` where the tool keeps none: then its place does. */
  readonly id: string | undefined;
  /** The system's text; `null` where it gave none, which is not the same as an empty one. */
  readonly answer: string | null;
  /** The texts to compare with; none where the tool has none. */
  readonly references: ReadonlyArray<string>;
  /** Which of the several runs in the file it belongs to. */
  readonly run: Readonly<Record<string, string>>;
  /** More names to choose records by, which follow from the run. */
  readonly names?: Readonly<Record<string, string>> | undefined;
  /** The row, for locators (`item.…`) and filters. */
  readonly item: unknown;
  /** The record's other fields besides answer and references, under the names of a v4 record. */
  readonly testCase?: Readonly<Record<string, unknown>> | undefined;
  readonly output?: unknown;
  /** The reason why the row cannot be read; it is a bad record then. */
  readonly problem?: string | undefined;
}

/** A file of rows, ready to be read. */
export interface OpenedExport {
  /**
   * The records of a row: several where a row holds several runs, none where it is no record. Rows may come in any order.
   *
   * @param place of a row of CSV or TSV among the others, from 0
   */
  readonly read: (row: unknown, place?: number) => ReadonlyArray<ExportRecord>;
  /** Where the answer is read, in a word for the reader of a message. */
  readonly candidate: string;
  readonly reference: string;
}

export interface ExportReader {
  /** As `--from` has it. */
  readonly name: string;
  readonly title: string;
  readonly recognises: (sample: Sample) => boolean;
  /**
   * Where the texts of the whole file stand, by its first rows: a single row may lack the fields that others have, and must not be read by
   * another one. A place that was given is kept.
   */
  readonly settle?: (rows: ReadonlyArray<unknown>, fields: Fields) => Fields;
  /**
   * Whether a row shows where the texts of its file stand; absent where each row does. Rows that do not, such as those that still wait for
   * annotators, may come first: then others are looked at.
   */
  readonly shows?: (row: unknown, fields: Fields) => boolean;
  /** The reason for it, should no row of a file with these first ones be a record. */
  readonly lacks?: (rows: ReadonlyArray<unknown>) => string | undefined;
  /** @throws ExportError where the file cannot be read, or it has to be said where a text stands */
  readonly open: (sample: Sample, fields: Fields, lookups: Lookups) => OpenedExport;
  /** The field in which rows of one case differ, where a tool writes several. */
  readonly repeatsBy?: string;
  /** Whether the tool writes Python's NaN and Infinity into JSON. */
  readonly writesPython?: true;
  /** A file that others are joined with: kept, instead of read as records. */
  readonly lookup?: (sample: Sample) => ((row: unknown, lookups: Lookups) => void) | undefined;
}

/** Kept rows of the files that records are joined with, by kind and id. */
export type Lookups = Map<string, Map<string, unknown>>;

/** The thing an export lacks, in one sentence with what to do. */
export class ExportError extends Error {
  override readonly name = "ExportError";
}
