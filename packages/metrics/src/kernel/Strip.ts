/**
 * Sixty-four columns of the table of longest common subsequences, worked down row by row as two words of bits: bit i of a row is 0
 * where the table steps up from column i to i + 1.
 *
 *     u = S & M[row];  S = (S + u) | (S - u)
 *
 * M[row] has a 1 in each column whose token is the row's; S starts as all ones. (H. Hyyrö, "Bit-parallel LCS-length computation
 * revisited", AWOCA 2004.) A table wider than a strip is worked strip by strip, the carry of each row's sum going to the next strip,
 * so that a row of the whole table is never needed.
 *
 * One strip is laid at a time: `lay`, any number of `run`s, `lift`.
 */
import { ensureCapacity } from "./ensureCapacity.ts";

/** Columns of a strip. */
export const width = 64;

/** For each token, by its id, the columns that have it: two words. Zeros while no strip is laid. */
let masks = new Int32Array(2048);

/** Lays the columns `from` … `to`, at most 64, under the strip. @param size every id is below this */
export const lay = (columns: Int32Array, from: number, to: number, size: number): void => {
  masks = ensureCapacity(masks, size * 2);
  for (let at = from; at < to; at++) masks[columns[at]! * 2 + ((at - from) >> 5)]! |= 1 << (at - from);
};

/** Takes the same columns away. */
export const lift = (columns: Int32Array, from: number, to: number): void => {
  for (let at = from; at < to; at++) masks[columns[at]! * 2 + ((at - from) >> 5)] = 0;
};

/** The columns of each token, as they lie: two words at twice its id. */
export const laid = (): Int32Array => masks;

/** Number of ones of a 32-bit word. */
export const ones = (word: number): number => {
  let count = word - ((word >>> 1) & 0x5555_5555);
  count = (count & 0x3333_3333) + ((count >>> 2) & 0x3333_3333);
  return Math.imul((count + (count >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
};

/** Works the first `height` rows down a table that is one strip wide, and gives the number of steps in its last row: the LCS. */
export const runAlone = (rows: Int32Array, height: number): number => {
  const columnsOf = masks;
  let low = -1;
  let high = -1;
  for (let row = 0; row < height; row++) {
    const mask = rows[row]! * 2;
    let u = low & columnsOf[mask]!;
    const sum = (low + u) | 0;
    const carry = (u | (low & ~sum)) >>> 31;
    low = sum | (low ^ u);
    u = high & columnsOf[mask + 1]!;
    high = (((high + u) | 0) + carry) | (high ^ u);
  }
  return ones(~low) + ones(~high);
};

/**
 * Works the rows `from` … `to` down one word of the strip, and keeps of each the columns at which a walk back through the table does
 * not go up: those where the row has the column's token, or where the table steps up.
 *
 * @param word 0 for the strip's first 32 columns, 1 for the others
 * @param carryIn one bit a row, from index 0: the carry into this word
 * @param carryOut takes the carry out of it; may be the same array
 * @param state S of the row before `from`
 * @param stops where the stops go, from `kept` on
 * @returns S of the last row
 */
export const runKeeping = (
  rows: Int32Array,
  from: number,
  to: number,
  word: number,
  carryIn: Int32Array,
  carryOut: Int32Array,
  state: number,
  stops: Int32Array,
  kept: number,
): number => {
  const columnsOf = masks;
  for (let row = from; row < to; row++) {
    const columns = columnsOf[rows[row]! * 2 + word]!;
    const u = state & columns;
    const sum = (((state + u) | 0) + carryIn[row - from]!) | 0;
    carryOut[row - from] = (u | (state & ~sum)) >>> 31;
    state = sum | (state ^ u);
    stops[kept + row - from] = ~state | columns;
  }
  return state;
};
