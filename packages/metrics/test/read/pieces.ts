/** Bytes in pieces, and what is read of them. */
import type { JsonEntry } from "../../src/corpus/index.ts";
import { type OpenedRecords, type OpenOptions, openRecords } from "../../src/read/index.ts";

/** The bytes cut into pieces of these sizes, again and again. */
export async function* pieces(
  whole: Uint8Array | string,
  sizes: ReadonlyArray<number> = [1 << 16],
): AsyncGenerator<Uint8Array> {
  const bytes = typeof whole === "string" ? new TextEncoder().encode(whole) : whole;
  let [at, index] = [0, 0];
  while (at < bytes.length) {
    const size = sizes[index++ % sizes.length]!;
    yield bytes.slice(at, at + size);
    at += size;
  }
}

export const entriesOf = async (opened: Pick<OpenedRecords, "entries">): Promise<Array<JsonEntry>> => {
  const all: Array<JsonEntry> = [];
  for await (const entry of opened.entries) all.push(entry);
  return all;
};

export const read = async (
  whole: Uint8Array | string,
  options: OpenOptions & { readonly sizes?: ReadonlyArray<number> } = {},
) => {
  const { sizes, ...rest } = options;
  const opened = await openRecords(pieces(whole, sizes), rest);
  const entries = await entriesOf(opened);
  return { ...opened, entries, values: entries.map(({ value }) => value) };
};
