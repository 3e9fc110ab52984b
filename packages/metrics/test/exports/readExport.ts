/** An export read the way `evalwire score` reads it. */
import {
  type ExportRecord,
  exportReaders,
  type Fields,
  type Lookups,
  recogniseExport,
  type Sample,
} from "../../src/exports/index.ts";
import { read } from "../read/pieces.ts";

export interface ReadExport {
  readonly reader: string | undefined;
  readonly records: ReadonlyArray<ExportRecord>;
}

export const readExport = async (
  text: string | Uint8Array,
  {
    name,
    from,
    lookups = new Map(),
    rows = Number.POSITIVE_INFINITY,
    ...fields
  }: Fields & {
    readonly name?: string | undefined;
    readonly from?: string;
    readonly lookups?: Lookups;
    readonly rows?: number;
  } = {},
): Promise<ReadExport> => {
  const { values, columns, head, format } = await read(text, { name });
  const all = values.filter((value) => typeof value === "object");
  const sampleOf = (count: number): Sample => ({
    first: Object.assign({}, ...all.slice(0, count).toReversed()),
    columns,
    isText: format === "csv" || format === "tsv",
    head,
  });
  const reader = from === undefined ? recogniseExport(sampleOf(rows)) : exportReaders[from];
  const showing = all.findIndex((row) => reader?.shows?.(row, fields) ?? true);
  const count = showing < rows ? rows : showing + rows;
  const sample = sampleOf(count);
  const settled = reader?.settle?.(all.slice(0, count), fields) ?? fields;
  const keep = reader?.lookup?.(sample);
  if (keep !== undefined && from === undefined) for (const value of values) keep(value, lookups);
  const opened = reader?.open(sample, settled, lookups);
  const records = opened === undefined ? [] : values.flatMap((value, at) => opened.read(value, at));
  return { reader: reader?.name, records };
};
