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
  const { values, columns, head } = await read(text, { name });
  const known = values
    .filter((value) => typeof value === "object")
    .slice(0, rows)
    .toReversed();
  const sample: Sample = { first: Object.assign({}, ...known), columns, head };
  const reader = from === undefined ? recogniseExport(sample) : exportReaders[from];
  const settled = reader?.settle?.(known.toReversed(), fields) ?? fields;
  const keep = reader?.lookup?.(sample);
  if (keep !== undefined && from === undefined) for (const value of values) keep(value, lookups);
  const records = reader === undefined ? [] : values.flatMap(reader.open(sample, settled, lookups).read);
  return { reader: reader?.name, records };
};
