/**
 * Parquet, one row group at a time. 64-bit integers and decimals keep their digits as text where a double would not; times are ISO 8601
 * with the digits the file has; a column of bytes that are not declared to be text gives their number, which is no text.
 */
import type { AsyncBuffer, FileMetaData, SchemaElement } from "hyparquet";
import type { JsonEntry } from "../corpus/jsonLines.ts";
import { parseJson } from "../corpus/parseJson.ts";
import { ReadError } from "./ReadError.ts";

export type { AsyncBuffer };

/** A row group is decoded whole: a larger one would not fit beside everything else. In bytes, unpacked. */
const largestGroup = 1 << 30;

const exactInteger = (value: bigint): number | string => {
  const double = Number(value);
  return Number.isSafeInteger(double) ? double : String(value);
};

const isoOf = (since: bigint, perSecond: bigint): string => {
  const seconds = since / perSecond - (since % perSecond < 0n ? 1n : 0n);
  const rest = since - seconds * perSecond;
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return `${whole}.${String(rest).padStart(String(perSecond).length - 1, "0")}Z`;
};

/** Plain JSON of what hyparquet gives. */
const plain = (value: unknown): unknown => {
  if (typeof value === "bigint") return exactInteger(value);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Uint8Array) return { bytes: value.length };
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<unknown>, plain);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
  }
  return value;
};

const unitsPerSecond = { MILLIS: 1000n, MICROS: 1_000_000n, NANOS: 1_000_000_000n } as const;

const decimalColumns = (schema: ReadonlyArray<SchemaElement>): ReadonlyArray<string> =>
  schema
    .filter((one) => one.converted_type === "DECIMAL" || one.logical_type?.type === "DECIMAL")
    .filter(({ precision = 0 }) => precision > 15)
    .map(({ name }) => name);

export interface ParquetTable {
  readonly columns: ReadonlyArray<string>;
  readonly rows: number;
  readonly entries: AsyncIterable<JsonEntry>;
}

/** @throws ReadError for a file that is damaged, or holds what cannot be read without loss */
export const readParquet = async (file: AsyncBuffer): Promise<ParquetTable> => {
  const { parquetMetadataAsync, parquetReadObjects, parquetSchema } = await import("hyparquet");
  const { compressors } = await import("hyparquet-compressors");
  const metadata: FileMetaData = await parquetMetadataAsync(file).catch((error: unknown) => {
    throw new ReadError(`Parquet: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  });
  const columns = parquetSchema(metadata).children.map(({ element }) => element.name);
  const lossy = decimalColumns(metadata.schema);
  if (lossy.length > 0) {
    throw new ReadError(
      `Parquet: the decimals of ${lossy.join(", ")} have more digits than can be read exactly; write the column as text`,
    );
  }
  async function* entries(): AsyncGenerator<JsonEntry> {
    let from = 0;
    for (const group of metadata.row_groups) {
      const size = Number(group.total_byte_size);
      if (size > largestGroup) {
        throw new ReadError(
          `Parquet: a row group of ${Math.round(size / 2 ** 20)} MB is too large; write the file with smaller ones`,
        );
      }
      const to = from + Number(group.num_rows);
      const rows = await parquetReadObjects({
        file,
        metadata,
        compressors,
        rowStart: from,
        rowEnd: to,
        utf8: false,
        parsers: {
          timestampFromMilliseconds: (millis) => isoOf(millis, unitsPerSecond.MILLIS),
          timestampFromMicroseconds: (micros) => isoOf(micros, unitsPerSecond.MICROS),
          timestampFromNanoseconds: (nanos) => isoOf(nanos, unitsPerSecond.NANOS),
          jsonFromBytes: (bytes) => (bytes === undefined ? undefined : parseJson(new TextDecoder().decode(bytes))),
        },
      }).catch((error: unknown) => {
        throw new ReadError(`Parquet: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
      });
      for (let at = 0; at < rows.length; at++) {
        yield { line: from + at + 1, value: plain(rows[at]) };
        rows[at] = undefined as never;
      }
      from = to;
    }
  }
  return { columns, rows: Number(metadata.num_rows), entries: entries() };
};
