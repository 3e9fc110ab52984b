/**
 * The entries of a zip archive, as far as Inspect's `.eval` logs need it: stored, deflated, and Zstandard (method 93), which Inspect
 * writes since 0.3.206 and common unzip programs refuse.
 *
 * Source: PKWARE APPNOTE 6.3.10.
 */
import { inflateRawSync } from "node:zlib";
import { ByteReader, joined } from "./ByteReader.ts";
import type { RandomAccess } from "./RandomAccess.ts";
import { ReadError } from "./ReadError.ts";

export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly packed: number;
  readonly unpacked: number;
  readonly offset: number;
}

const view = (buffer: ArrayBuffer): DataView => new DataView(buffer);

/** An archive's comment may follow its end: so far back it may begin. */
const farthestEnd = 22 + 65_535;

/** Where the directory is: number of entries, offset and size. */
const directoryOf = async (file: RandomAccess): Promise<{ offset: number; size: number }> => {
  const from = Math.max(0, file.byteLength - farthestEnd);
  const tail = view(await file.slice(from));
  for (let at = tail.byteLength - 22; at >= 0; at--) {
    if (tail.getUint32(at, true) !== 0x06054b50) continue;
    const [size, offset] = [tail.getUint32(at + 12, true), tail.getUint32(at + 16, true)];
    if (offset !== 0xffffffff && size !== 0xffffffff) return { offset, size };
    if (at < 20 || tail.getUint32(at - 20, true) !== 0x07064b50) break;
    const end64 = view(await file.slice(Number(tail.getBigUint64(at - 12, true)), from + at - 20));
    return { size: Number(end64.getBigUint64(40, true)), offset: Number(end64.getBigUint64(48, true)) };
  }
  throw new ReadError("zip: the directory is missing; the archive was cut short");
};

/** The 64-bit sizes of an entry, where the 32-bit ones do not do. */
const wide = (extra: DataView, values: { packed: number; unpacked: number; offset: number }) => {
  for (let at = 0; at + 4 <= extra.byteLength; at += 4 + extra.getUint16(at + 2, true)) {
    if (extra.getUint16(at, true) !== 1) continue;
    let next = at + 4;
    for (const key of ["unpacked", "packed", "offset"] as const) {
      if (values[key] !== 0xffffffff) continue;
      values[key] = Number(extra.getBigUint64(next, true));
      next += 8;
    }
  }
  return values;
};

export const zipEntries = async (file: RandomAccess): Promise<ReadonlyArray<ZipEntry>> => {
  const { offset, size } = await directoryOf(file);
  const directory = view(await file.slice(offset, offset + size));
  const entries: Array<ZipEntry> = [];
  for (let at = 0; at + 46 <= directory.byteLength && directory.getUint32(at, true) === 0x02014b50; ) {
    const nameLength = directory.getUint16(at + 28, true);
    const extraLength = directory.getUint16(at + 30, true);
    const commentLength = directory.getUint16(at + 32, true);
    const name = new TextDecoder().decode(new Uint8Array(directory.buffer, at + 46, nameLength));
    const extra = new DataView(directory.buffer, at + 46 + nameLength, extraLength);
    const sizes = {
      packed: directory.getUint32(at + 20, true),
      unpacked: directory.getUint32(at + 24, true),
      offset: directory.getUint32(at + 42, true),
    };
    entries.push({ name, method: directory.getUint16(at + 10, true), ...wide(extra, sizes) });
    at += 46 + nameLength + extraLength + commentLength;
  }
  return entries;
};

/** An entry is held whole. In bytes. */
const largestEntry = 1 << 29;

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

const unzstdWhole = async (bytes: Uint8Array): Promise<Uint8Array> => {
  const { unzstd } = await import("./zstd.ts");
  const parts: Array<Uint8Array> = [];
  for await (const part of unzstd(new ByteReader(one(bytes)))) parts.push(part);
  return parts.length === 0 ? new Uint8Array(0) : joined(parts);
};

/** @throws ReadError for an entry that is encrypted, too large or packed in another way */
export const readZipEntry = async (file: RandomAccess, entry: ZipEntry): Promise<Uint8Array> => {
  const { name, method, packed, unpacked, offset } = entry;
  if (unpacked > largestEntry) throw new ReadError(`zip: ${name} is larger than 512 MB`);
  const local = view(await file.slice(offset, offset + 30));
  const start = offset + 30 + local.getUint16(26, true) + local.getUint16(28, true);
  if ((local.getUint16(6, true) & 1) === 1) throw new ReadError(`zip: ${name} is encrypted`);
  const bytes = new Uint8Array(await file.slice(start, start + packed));
  if (method === 0) return bytes;
  if (method === 93) return unzstdWhole(bytes);
  if (method !== 8) throw new ReadError(`zip: ${name} is packed by method ${method}, which is not read here`);
  try {
    return inflateRawSync(bytes, { maxOutputLength: largestEntry });
  } catch (error) {
    throw new ReadError(`zip: ${name}: ${(error as Error).message}`, { cause: error });
  }
};
