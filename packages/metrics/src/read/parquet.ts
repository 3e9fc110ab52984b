/**
 * Parquet, one row group at a time. 64-bit integers and decimals keep their digits as text where a double would not; times are ISO 8601
 * with the digits the file has; a column of bytes that are not declared to be text gives their number, which is no text.
 */
import type { AsyncBuffer, FileMetaData, SchemaElement, SchemaTree } from "hyparquet";
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

/** Where the decimals of a column are: itself, in its fields, or in each of its items. */
interface Decimals {
  readonly scale?: number;
  readonly fields?: ReadonlyMap<string, Decimals>;
  readonly each?: Decimals;
}

const isDecimal = ({ converted_type, logical_type }: SchemaElement): boolean =>
  converted_type === "DECIMAL" || logical_type?.type === "DECIMAL";

const decimalsOf = ({ element, children }: SchemaTree): Decimals => {
  if (isDecimal(element)) return { scale: element.scale ?? 0 };
  // A list has its items, and a map its values, two levels down.
  const items = ["LIST", "MAP"].includes(element.converted_type ?? "") ? children[0]?.children.at(-1) : undefined;
  if (items !== undefined) return { each: decimalsOf(items) };
  return { fields: new Map(children.map((child) => [child.element.name, decimalsOf(child)])) };
};

/** An integer in the bytes of its two's complement, the highest first. */
const integerOf = (bytes: Uint8Array): bigint => {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return BigInt.asIntN(8 * bytes.length, value);
};

/** A number if it has the digits that the file has, else their text. */
const decimalOf = (value: unknown, scale: number): unknown => {
  const unscaled =
    value instanceof Uint8Array
      ? integerOf(value)
      : typeof value === "bigint" || typeof value === "number"
        ? BigInt(value)
        : undefined;
  if (unscaled === undefined) return value;
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, "0");
  const at = digits.length - scale;
  const text = `${unscaled < 0n ? "-" : ""}${digits.slice(0, at)}${scale > 0 ? `.${digits.slice(at)}` : ""}`;
  return String(Number(text)) === text ? Number(text) : text;
};

const damaged = (error: unknown): ReadError => {
  const problem = error instanceof Error ? error.message : String(error);
  return new ReadError(`Parquet: the file is damaged, cut short or of a kind that is not read (${problem})`, {
    cause: error,
  });
};

/** Plain JSON of what hyparquet gives. */
const plain = (value: unknown, decimals: Decimals | undefined): unknown => {
  const { scale, fields, each = decimals } = decimals ?? {};
  if (Array.isArray(value)) return value.map((one) => plain(one, each));
  if (ArrayBuffer.isView(value) && !(value instanceof Uint8Array)) {
    return Array.from(value as unknown as ArrayLike<unknown>, (one) => plain(one, each));
  }
  if (scale !== undefined) return decimalOf(value, scale);
  if (typeof value === "bigint") return exactInteger(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return { bytes: value.length };
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, plain(one, fields === undefined ? each : fields.get(key))]),
    );
  }
  return value;
};

const unitsPerSecond = { MILLIS: 1000n, MICROS: 1_000_000n, NANOS: 1_000_000_000n } as const;

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
    throw damaged(error);
  });
  const schema = parquetSchema(metadata);
  const columns = schema.children.map(({ element }) => element.name);
  const decimals = decimalsOf(schema);
  // Left to hyparquet, a decimal is a product of doubles: 3 tenths would be 0.30000000000000004.
  const undeclared = metadata.schema.map((element): SchemaElement => {
    if (!isDecimal(element)) return element;
    const { converted_type, logical_type, ...raw } = element;
    return raw;
  });
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
        metadata: { ...metadata, schema: undeclared },
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
        throw damaged(error);
      });
      for (let at = 0; at < rows.length; at++) {
        yield { line: from + at + 1, value: plain(rows[at], decimals) };
        rows[at] = undefined as never;
      }
      from = to;
    }
  }
  return { columns, rows: Number(metadata.num_rows), entries: entries() };
};
