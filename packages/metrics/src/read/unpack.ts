/// <reference types="node" />
/** Compression, recognised by the first bytes and removed: gzip with all its members, Zstandard with all its frames. */
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { ByteReader } from "./ByteReader.ts";
import { ReadError } from "./ReadError.ts";
import { isGzip } from "./signatures.ts";

async function* gunzip(bytes: ByteReader): AsyncGenerator<Uint8Array> {
  const source = Readable.from(bytes.rest(), { objectMode: false });
  const decoder = createGunzip({ chunkSize: 1 << 18 });
  source.on("error", (error) => decoder.destroy(error));
  try {
    yield* source.pipe(decoder) as AsyncIterable<Buffer>;
  } catch (error) {
    if (!(error as NodeJS.ErrnoException).code?.startsWith("Z_")) throw error;
    throw new ReadError(`gzip: ${(error as Error).message}`, { cause: error });
  } finally {
    source.destroy();
  }
}

export type Packing = "gzip" | "zstd";

/** Enough to recognise a file. */
export const sniffedBytes = 1 << 16;

/** The bytes inside, and what they were packed in. */
export const unpack = async (
  pieces: AsyncIterable<Uint8Array>,
): Promise<{ readonly bytes: ByteReader; readonly packing: Packing | undefined }> => {
  const bytes = new ByteReader(pieces);
  const start = await bytes.peek(4);
  if (isGzip(start)) return { bytes: new ByteReader(gunzip(bytes)), packing: "gzip" };
  // Loaded where it is needed: Node 20 has no Zstandard.
  const { isZstd, unzstd } = await import("./zstd.ts");
  if (isZstd(start)) return { bytes: new ByteReader(unzstd(bytes)), packing: "zstd" };
  return { bytes, packing: undefined };
};
