/**
 * Zstandard, all frames of a file. Node's decoder before version 26 stops after the first frame, and gives nothing for a file that
 * begins with a skippable one; so frames are cut here by their block headers, and each is given to a decoder of its own.
 *
 * Source: RFC 8878, section 3.1.
 */
import { Readable } from "node:stream";
import { constants, createZstdDecompress } from "node:zlib";
import type { ByteReader } from "./ByteReader.ts";
import { ReadError } from "./ReadError.ts";

const frameMagic = 0xfd2fb528;

const word = (bytes: Uint8Array, at = 0): number =>
  (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;

const isSkippable = (magic: number): boolean => magic >>> 4 === 0x184d2a5;

export const isZstd = (bytes: Uint8Array): boolean =>
  bytes.length >= 4 && (word(bytes) === frameMagic || isSkippable(word(bytes)));

const cutShort = () => new ReadError("zstd: the file ends in the middle of a frame; it was cut short");

async function* exactly(bytes: ByteReader, count: number): AsyncGenerator<Uint8Array> {
  if ((yield* bytes.pass(count)) > 0) throw cutShort();
}

const taken = async (bytes: ByteReader, count: number): Promise<Uint8Array> => {
  const part = await bytes.take(count);
  if (part === undefined) throw cutShort();
  return part;
};

/** One frame, as it stands. */
async function* frame(bytes: ByteReader): AsyncGenerator<Uint8Array> {
  const start = await taken(bytes, 5);
  const descriptor = start[4]!;
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const sizeFlag = descriptor >>> 6;
  const sizeBytes = sizeFlag === 0 ? (isSingleSegment ? 1 : 0) : 1 << sizeFlag;
  yield start;
  yield* exactly(bytes, (isSingleSegment ? 0 : 1) + [0, 1, 2, 4][descriptor & 3]! + sizeBytes);
  for (let isLast = false; !isLast; ) {
    const header = await taken(bytes, 3);
    const bits = header[0]! | (header[1]! << 8) | (header[2]! << 16);
    const type = (bits >>> 1) & 3;
    if (type === 3) throw new ReadError("zstd: a damaged block");
    isLast = (bits & 1) === 1;
    yield header;
    yield* exactly(bytes, type === 1 ? 1 : bits >>> 3);
  }
  if ((descriptor & 4) !== 0) yield* exactly(bytes, 4);
}

async function* decoded(bytes: ByteReader): AsyncGenerator<Uint8Array> {
  const source = Readable.from(frame(bytes), { objectMode: false });
  const decoder = createZstdDecompress({ chunkSize: 1 << 18, params: { [constants.ZSTD_d_windowLogMax]: 27 } });
  source.on("error", (error) => decoder.destroy(error));
  try {
    yield* source.pipe(decoder) as AsyncIterable<Buffer>;
  } catch (error) {
    if (error instanceof ReadError || !String((error as NodeJS.ErrnoException).code).startsWith("ZSTD_")) throw error;
    throw new ReadError(`zstd: ${(error as Error).message}`, { cause: error });
  } finally {
    source.destroy();
  }
}

/** @throws ReadError for a file that is cut short, damaged, or followed by something else */
export async function* unzstd(bytes: ByteReader): AsyncGenerator<Uint8Array> {
  for (;;) {
    const start = await bytes.peek(4);
    if (start.length === 0) return;
    if (start.length < 4) throw cutShort();
    const magic = word(start);
    if (magic === frameMagic) yield* decoded(bytes);
    else if (isSkippable(magic)) {
      const size = word(await taken(bytes, 8), 4);
      for await (const _ of exactly(bytes, size));
    } else throw new ReadError("zstd: something other than a frame follows the last one");
  }
}
