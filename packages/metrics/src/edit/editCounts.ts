/**
 * How many tokens of two texts are the same, replaced, left out and put in, in the alignment that RapidFuzz takes among those with the
 * fewest edits.
 *
 * From the end of the table (rows are the reference, columns the hypothesis): a deletion where the cell above is one less; else an
 * insertion where the cell before is one less than the diagonal one; else the diagonal. Both are bits of the rows that the
 * bit-parallel distance works with, so they are kept, block of rows by block of rows; time is the product of the lengths over 32.
 *
 * Source: RapidFuzz 3.14 `distance.Levenshtein.editops`; Myers 1999; Hyyrö 2003.
 */
import { masksOf } from "./masks.ts";

/** The edits that turn a reference into a hypothesis. */
export interface EditCounts {
  readonly hits: number;
  readonly substitutions: number;
  /** Tokens of the reference that the hypothesis lacks. */
  readonly deletions: number;
  /** Tokens of the hypothesis that the reference lacks. */
  readonly insertions: number;
}

/** Words of bits that are kept at once: a longer alignment is worked in blocks of rows, each a second time on the way back. */
const mostKept = 1 << 22;

class Rows {
  readonly #masks: Map<number, Int32Array>;
  readonly #none: Int32Array;
  readonly blocks: number;
  /** By column of the row at hand: whether the cell is one more, or one less, than the one before it. */
  plus: Int32Array;
  minus: Int32Array;

  constructor(hypothesis: Int32Array) {
    this.#masks = masksOf(hypothesis);
    this.blocks = (hypothesis.length + 31) >>> 5;
    this.#none = new Int32Array(this.blocks);
    this.plus = new Int32Array(this.blocks).fill(-1);
    this.minus = new Int32Array(this.blocks);
  }

  /** Works a row, and puts where its cells are one more and one less than those above it into `more` and `less` from `at` on. */
  work(token: number, more: Int32Array, less: Int32Array, at: number): void {
    const mask = this.#masks.get(token) ?? this.#none;
    let rises = 1;
    let falls = 0;
    for (let block = 0; block < this.blocks; block++) {
      const up = this.plus[block]!;
      const down = this.minus[block]!;
      const equal = mask[block]!;
      const vertical = equal | down;
      const entered = equal | falls;
      const horizontal = (((entered & up) + up) ^ up) | entered;
      const above = down | ~(horizontal | up);
      const below = up & horizontal;
      more[at + block] = above;
      less[at + block] = below;
      const shiftedAbove = (above << 1) | rises;
      const shiftedBelow = (below << 1) | falls;
      this.plus[block] = shiftedBelow | ~(vertical | shiftedAbove);
      this.minus[block] = shiftedAbove & vertical;
      rises = above >>> 31;
      falls = below >>> 31;
    }
  }
}

const bitAt = (words: Int32Array, from: number, at: number): number => (words[from + (at >> 5)]! >>> at) & 1;

/** @param reference ids of the reference's tokens, `hypothesis` of the other's; equal ids are equal tokens */
export const editCounts = (reference: Int32Array, hypothesis: Int32Array): EditCounts => {
  const most = Math.min(reference.length, hypothesis.length);
  let start = 0;
  while (start < most && reference[start] === hypothesis[start]) start++;
  let end = 0;
  while (end < most - start && reference.at(-1 - end) === hypothesis.at(-1 - end)) end++;
  const rows = reference.subarray(start, reference.length - end);
  const columns = hypothesis.subarray(start, hypothesis.length - end);
  const counts = { hits: start + end, substitutions: 0, deletions: 0, insertions: 0 };
  const table = new Rows(columns);
  const height = Math.max(Math.floor(mostKept / Math.max(table.blocks, 1)), 1);
  const more = new Int32Array(Math.min(height, rows.length) * table.blocks);
  const less = new Int32Array(more.length);
  const workBlock = (from: number, to: number): void => {
    for (let row = from; row < to; row++) table.work(rows[row]!, more, less, (row - from) * table.blocks);
  };
  /** The rows above each block, as they enter it. */
  const entries: Array<readonly [plus: Int32Array, minus: Int32Array]> = [];
  for (let from = 0; from < rows.length; from += height) {
    entries.push([table.plus.slice(), table.minus.slice()]);
    workBlock(from, Math.min(from + height, rows.length));
  }
  let column = columns.length;
  for (let block = entries.length - 1; block >= 0; block--) {
    const from = block * height;
    let row = Math.min(from + height, rows.length);
    if (block < entries.length - 1) {
      [table.plus, table.minus] = entries[block]!;
      workBlock(from, row);
    }
    while (row > from && column > 0) {
      const at = (row - 1 - from) * table.blocks;
      if (bitAt(more, at, column - 1) === 1) {
        counts.deletions++;
        row--;
      } else {
        column--;
        if (column > 0 && bitAt(less, at, column - 1) === 1) {
          counts.insertions++;
        } else {
          row--;
          if (rows[row] === columns[column]) counts.hits++;
          else counts.substitutions++;
        }
      }
    }
    counts.deletions += row - from;
  }
  counts.insertions += column;
  return counts;
};
