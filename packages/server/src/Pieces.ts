/**
 * Long answers as bytes, in memory that is used again once they were sent: the first use of a page of new memory costs the system more than
 * all that is written to it.
 *
 * 1. A piece holds whole values, with commas between them. A short answer is one piece of its own.
 * 2. Memory comes back only by `giveBack`, each piece once; what does not is left to the collector.
 * 3. At most eight megabytes lie idle.
 */
import * as Content from "./Content.ts";

const size = 256 * 1024;
const mostIdle = 32;
/** So many characters are worth a piece of that size. */
const long = 16 * 1024;

const idle: Array<Buffer<ArrayBuffer>> = [];
const lent = new WeakSet<ArrayBufferLike>();

const take = (): Buffer<ArrayBuffer> => {
  const memory = idle.pop() ?? Buffer.allocUnsafeSlow(size);
  lent.add(memory.buffer);
  return memory;
};

/** The memory of an answer that is no longer read. */
export const giveBack = (content: Content.Content): void => {
  for (const piece of Content.pieces(content)) {
    if (typeof piece === "string" || !lent.delete(piece.buffer)) continue;
    if (idle.length < mostIdle) idle.push(Buffer.from(piece.buffer));
  }
};

export interface Writer {
  /** Adds a value, as JSON. */
  readonly add: (text: string) => void;
  /** Everything added, in pieces that have no commas between them; ends the writer. */
  readonly end: () => ReadonlyArray<Content.Bytes>;
}

const comma = 0x2c;
/** More bytes than this no character of a text takes. */
const widest = 3;

export const writer = (): Writer => {
  const pieces: Array<Content.Bytes> = [];
  let waiting: Array<string> = [];
  let waitingLength = 0;
  let memory: Buffer<ArrayBuffer> | undefined;
  let end = 0;

  const endPiece = (): void => {
    if (memory !== undefined && end > 0) pieces.push(memory.subarray(0, end));
    memory = undefined;
    end = 0;
  };

  /** Whether the text and a comma have room behind what is there. */
  const fits = (text: string, room: number): boolean =>
    text.length * widest < room || (text.length < room && Buffer.byteLength(text) < room);

  const write = (text: string): void => {
    if (!fits(text, size - end)) endPiece();
    if (!fits(text, size)) {
      pieces.push(Buffer.from(text));
      return;
    }
    memory ??= take();
    if (end > 0) memory[end++] = comma;
    end += memory.write(text, end);
  };

  return {
    add: (text) => {
      if (waitingLength >= long) return write(text);
      waiting.push(text);
      waitingLength += text.length;
      if (waitingLength < long) return;
      for (const one of waiting) write(one);
      waiting = [];
    },
    end: () => {
      if (waiting.length > 0) return [Buffer.from(waiting.join(","))];
      endPiece();
      return pieces;
    },
  };
};
