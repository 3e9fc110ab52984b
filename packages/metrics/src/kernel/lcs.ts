/** The length of a longest common subsequence: one strip where 64 columns suffice, else strip by strip of 124. */
import { ensureCapacity } from "./ensureCapacity.ts";
import * as Strip from "./Strip.ts";

/** Token ids; only the first `length` count. */
export interface Sequence {
  readonly ids: Int32Array;
  readonly length: number;
}

/** The tokens of both texts that the other has, under new ids from 1. */
let columns = new Int32Array(1024);
let rows = new Int32Array(1024);
/** New ids by old ones. Zeros between calls. */
let renamed = new Int32Array(1024);

/**
 * The length of a longest common subsequence of two token sequences; time is their product over 64 or so, memory their sum.
 *
 * @param size every id is below this, and none below 0
 */
export const lcs = (left: Sequence, right: Sequence, size: number): number => {
  const [short, long] = left.length < right.length ? [left, right] : [right, left];
  if (short.length > Strip.width) return ofCommon(short, long, size);
  Strip.lay(short.ids, 0, short.length, size);
  const length = Strip.runAlone(long.ids, long.length);
  Strip.lift(short.ids, 0, short.length);
  return length;
};

/**
 * Drops the tokens that only one of the texts has, which no common subsequence has either, and numbers the others from 1: their masks
 * are then close together.
 */
const ofCommon = (short: Sequence, long: Sequence, size: number): number => {
  renamed = ensureCapacity(renamed, size);
  columns = ensureCapacity(columns, short.length);
  rows = ensureCapacity(rows, long.length);
  const names = renamed;
  let width = 0;
  let height = 0;
  let fresh = 1;
  for (let at = 0; at < long.length; at++) names[long.ids[at]!] = -1;
  for (let at = 0; at < short.length; at++) {
    const id = short.ids[at]!;
    if (names[id] === 0) continue;
    if (names[id]! < 0) names[id] = fresh++;
    columns[width++] = names[id]!;
  }
  for (let at = 0; at < long.length; at++) {
    const name = names[long.ids[at]!]!;
    if (name > 0) rows[height++] = name;
  }
  for (let at = 0; at < long.length; at++) names[long.ids[at]!] = 0;
  return stripByStrip(width, height, fresh);
};

/** A wide strip is four words of 31 bits: their sums have room for the carry, which is their top bit. */
const words = 4;
const bits = 31;
const full = 0x7fff_ffff;

/** For each token, by its new id, the columns of the strip that have it: four words. Zeros between calls. */
let masks = new Int32Array(4096);
/** One bit a row: the carry into the strip, then that out of it. */
let carries = new Uint8Array(1024);

const stripByStrip = (width: number, height: number, size: number): number => {
  masks = ensureCapacity(masks, size * words);
  if (carries.length < height) carries = new Uint8Array(height * 2);
  carries.fill(0, 0, height);
  let length = 0;
  for (let from = 0; from < width; from += words * bits) {
    const to = Math.min(from + words * bits, width);
    for (let at = from; at < to; at++) {
      const column = at - from;
      masks[columns[at]! * words + Math.floor(column / bits)]! |= 1 << (column % bits);
    }
    length += runWide(height);
    for (let at = from; at < to; at++) masks[columns[at]! * words + Math.floor((at - from) / bits)] = 0;
  }
  return length;
};

/** Works all rows down the strip, as `Strip` says, and gives the number of steps in its last row. */
const runWide = (height: number): number => {
  const columnsOf = masks;
  const tokens = rows;
  const carried = carries;
  let first = full;
  let second = full;
  let third = full;
  let fourth = full;
  for (let row = 0; row < height; row++) {
    const mask = tokens[row]! * words;
    let u = first & columnsOf[mask]!;
    let sum = (((first + u) | 0) + carried[row]!) | 0;
    first = (sum | (first ^ u)) & full;
    u = second & columnsOf[mask + 1]!;
    sum = (((second + u) | 0) + (sum >>> 31)) | 0;
    second = (sum | (second ^ u)) & full;
    u = third & columnsOf[mask + 2]!;
    sum = (((third + u) | 0) + (sum >>> 31)) | 0;
    third = (sum | (third ^ u)) & full;
    u = fourth & columnsOf[mask + 3]!;
    sum = (((fourth + u) | 0) + (sum >>> 31)) | 0;
    fourth = (sum | (fourth ^ u)) & full;
    carried[row] = sum >>> 31;
  }
  return Strip.ones(first ^ full) + Strip.ones(second ^ full) + Strip.ones(third ^ full) + Strip.ones(fourth ^ full);
};
