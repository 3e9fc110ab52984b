/**
 * Lines of JSON in blocks of bytes. A block of a file owns the lines that begin in it, so that any thread can read its own.
 */
import { isUtf8 } from "node:buffer";
import { fstatSync, readSync } from "node:fs";
import { BadLine, entryOf, type JsonEntry } from "@evalwire/metrics/corpus";

export type LineEnd = "\n" | "\r";

/** A longer line is a bad one. In bytes. */
const longestLine = 1 << 26;

/** Bytes that are read at once: they are still in the processor's cache when they are looked at. */
const step = 1 << 17;

const fill = (
  file: number,
  buffer: Uint8Array,
  from: number,
  position: number,
  onFilled: (to: number) => void = () => {},
): number => {
  let at = from;
  while (at < buffer.length) {
    const count = readSync(file, buffer, at, Math.min(step, buffer.length - at), position + at - from);
    if (count === 0) break;
    at += count;
    onFilled(at);
  }
  return at;
};

/** Bytes read beyond a block at first, for the line that goes over its border. */
const margin = 1 << 14;

/** Reads lines into memory of its own, which it uses again: fresh memory for each block would wait for the collector outside of its heap. */
export class LineReader {
  #kept = Buffer.alloc(0);

  /**
   * The lines of an open file that begin at `from` or later, and before `to`: valid until the next call. A line that is too long is cut, and
   * reported as such.
   *
   * @param look receives, piece by piece, all bytes that these lines depend on: theirs, and those that show where they begin
   */
  read(file: number, from: number, to: number, end: LineEnd, look: (bytes: Uint8Array) => void = () => {}): Uint8Array {
    const code = end.charCodeAt(0);
    // The byte before shows whether a line begins at `from`.
    const begin = Math.max(0, from - 1);
    const size = to - begin + margin;
    if (this.#kept.length < size) this.#kept = Buffer.allocUnsafeSlow(size);
    let buffer = this.#kept.subarray(0, size);
    let looked = 0;
    const lookUntil = (edge: number) => {
      if (edge > looked) look(buffer.subarray(looked, edge));
      looked = Math.max(looked, edge);
    };
    let filled = fill(file, buffer, 0, begin, (at) => lookUntil(Math.min(at, to - begin)));
    const first = from === 0 ? 0 : buffer.subarray(0, filled).indexOf(code) + 1;
    if ((from > 0 && first === 0) || begin + first >= to) return buffer.subarray(0, 0);
    for (;;) {
      const last = buffer.subarray(0, filled).indexOf(code, to - 1 - begin);
      const isTooLong = filled - first > longestLine + (to - begin);
      if (last >= 0 || isTooLong || filled < buffer.length || begin + filled >= fstatSync(file).size) {
        const stop = last >= 0 ? last + 1 : filled;
        lookUntil(stop);
        return buffer.subarray(first, stop);
      }
      const wider = Buffer.allocUnsafeSlow(2 * buffer.length);
      buffer.copy(wider, 0, 0, filled);
      buffer = wider;
      filled = fill(file, buffer, filled, begin + filled);
    }
  }
}

const blank = /^\s*$/;

const openingBrace = 123;

/**
 * The records of whole lines, with their lines from 1; empty lines are skipped. Each line becomes a text of its own: one of the whole block
 * would be a large object, whose memory the system hands out and takes back again and again.
 */
export function* entriesOfLines(bytes: Uint8Array, end: LineEnd): Generator<JsonEntry> {
  const code = end.charCodeAt(0);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isWellFormed = isUtf8(buffer);
  let line = 0;
  for (let start = 0; start < buffer.length; ) {
    const found = buffer.indexOf(code, start);
    const stop = found < 0 ? buffer.length : found;
    line++;
    if (stop - start > longestLine) {
      yield { line, value: new BadLine(line, `longer than ${longestLine} characters`) };
    } else if (!isWellFormed && !isUtf8(buffer.subarray(start, stop))) {
      yield { line, value: new BadLine(line, "not UTF-8") };
    } else if (stop > start) {
      const marked = buffer.toString("utf8", start, stop);
      const text = marked.charCodeAt(0) === 0xfeff ? marked.slice(1) : marked;
      if (buffer[start] === openingBrace || !blank.test(text)) yield entryOf(text, line);
    }
    start = stop + 1;
  }
}

/** How many lines there are: the last one counts without its line end, too. */
export const countLines = (bytes: Uint8Array, end: LineEnd): number => {
  const code = end.charCodeAt(0);
  let count = 0;
  for (let at = bytes.indexOf(code); at >= 0; at = bytes.indexOf(code, at + 1)) count++;
  return bytes.length > 0 && bytes.at(-1) !== code ? count + 1 : count;
};

/** Pieces of bytes put together into blocks of whole lines, of at least this size; each has a buffer of its own. */
export async function* lineBlocks(
  pieces: AsyncIterable<Uint8Array>,
  end: LineEnd,
  least: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const code = end.charCodeAt(0);
  let parts: Array<Uint8Array> = [];
  let length = 0;
  const joined = (last?: Uint8Array): Uint8Array<ArrayBuffer> => {
    const whole = new Uint8Array(length + (last?.length ?? 0));
    let at = 0;
    for (const part of last === undefined ? parts : [...parts, last]) {
      whole.set(part, at);
      at += part.length;
    }
    parts = [];
    length = 0;
    return whole;
  };
  for await (const piece of pieces) {
    const last = length + piece.length < least ? -1 : piece.lastIndexOf(code);
    if (last < 0) {
      parts.push(piece);
      length += piece.length;
      if (length > longestLine + least && !parts.some((part) => part.includes(code))) yield joined();
      continue;
    }
    yield joined(piece.subarray(0, last + 1));
    if (last + 1 < piece.length) {
      parts.push(piece.subarray(last + 1));
      length = piece.length - last - 1;
    }
  }
  if (length > 0) yield joined();
}
