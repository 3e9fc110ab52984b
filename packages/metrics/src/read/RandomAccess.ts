/// <reference types="node" />
/** A file of which any part can be read, or bytes in memory: what Parquet and zip archives need. */
import { type FileHandle, open } from "node:fs/promises";
import { ReadError } from "./ReadError.ts";

export interface RandomAccess extends AsyncDisposable {
  readonly byteLength: number;
  /** The bytes from `start` to `end`; to the end of the file when absent. */
  slice(start: number, end?: number): Promise<ArrayBuffer>;
}

export const ofBytes = (bytes: Uint8Array): RandomAccess => ({
  byteLength: bytes.length,
  slice: async (start, end = bytes.length) => bytes.slice(start, end).buffer as ArrayBuffer,
  [Symbol.asyncDispose]: async () => {},
});

const readAt = async (handle: FileHandle, start: number, length: number): Promise<ArrayBuffer> => {
  const buffer = new Uint8Array(length);
  let at = 0;
  while (at < length) {
    const { bytesRead } = await handle.read(buffer, at, length - at, start + at);
    if (bytesRead === 0) throw new ReadError("the file became shorter while it was read");
    at += bytesRead;
  }
  return buffer.buffer;
};

export const ofFile = async (path: string): Promise<RandomAccess> => {
  const handle = await open(path);
  const { size } = await handle.stat();
  let isOpen = true;
  return {
    byteLength: size,
    slice: (start, end = size) => readAt(handle, start, Math.max(0, end - start)),
    [Symbol.asyncDispose]: async () => {
      if (isOpen) {
        isOpen = false;
        await handle.close();
      }
    },
  };
};

/** Largest input that is compressed or comes from a pipe, which has to be held whole. In bytes. */
const largestHeld = 1 << 30;

export const ofPieces = async (pieces: AsyncIterable<Uint8Array>): Promise<RandomAccess> => {
  const parts: Array<Uint8Array> = [];
  let length = 0;
  for await (const piece of pieces) {
    length += piece.length;
    if (length > largestHeld) throw new ReadError("more than 1 GB of Parquet or zip from a pipe; give it as a file");
    parts.push(piece.slice());
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return ofBytes(whole);
};
