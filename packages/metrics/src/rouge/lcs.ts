/** The length of a longest common subsequence, 64 columns of the table at a time. */
import { room } from "./room.ts";
import * as Strip from "./Strip.ts";

/** Token ids; only the first `length` count. */
export interface Sequence {
  readonly ids: Int32Array;
  readonly length: number;
}

const state = new Int32Array(2);
let carries = new Int32Array(1024);
/** The carries into the first strip. */
let zeros = new Int32Array(1024);
/** For `keepCommon`: the tokens of both texts that the other has, under new ids. */
let columns = new Int32Array(1024);
let rows = new Int32Array(1024);
/** New ids by old ones. Zeros between calls. */
let renamed = new Int32Array(1024);

/**
 * The length of a longest common subsequence of two token sequences; time is their product over 64, memory their sum.
 *
 * @param size every id is above 0 and below this
 */
export const lcs = (left: Sequence, right: Sequence, size: number): number => {
  const [short, long] = left.length < right.length ? [left, right] : [right, left];
  return short.length > Strip.width
    ? keepCommon(short, long, size)
    : stripByStrip(short.ids, short.length, long.ids, long.length, size);
};

/**
 * Drops the tokens that only one of the texts has, which no common subsequence has either, and numbers the others from 1: the strip's
 * masks are then close together.
 */
const keepCommon = (short: Sequence, long: Sequence, size: number): number => {
  renamed = room(renamed, size);
  columns = room(columns, short.length);
  rows = room(rows, long.length);
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
  return stripByStrip(columns, width, rows, height, fresh);
};

const stripByStrip = (columns: Int32Array, width: number, rows: Int32Array, height: number, size: number): number => {
  carries = room(carries, height);
  zeros = room(zeros, height);
  let length = 0;
  for (let from = 0; from < width; from += Strip.width) {
    const to = Math.min(from + Strip.width, width);
    state[0] = -1;
    state[1] = -1;
    Strip.lay(columns, from, to, size);
    Strip.run(rows, 0, height, from === 0 ? zeros : carries, carries, state, 0);
    Strip.lift(columns, from, to);
    length += Strip.ones(~state[0]!) + Strip.ones(~state[1]!);
  }
  return length;
};
