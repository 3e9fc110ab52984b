/**
 * The hits of ROUGE-Lsum: for each line of the reference, the positions that some line of the candidate aligns with.
 *
 * "Aligns" means one particular longest common subsequence, and which one is part of the number. rouge_score walks back from the end
 * of the table: equal tokens are taken; else it goes left in the candidate where the table is greater there than above, else up in
 * the reference. With no match at (i, j) "left is greater" says that the table steps up at column i of row j, a bit the strips have;
 * so all steps up until the next match or step are one step here.
 *
 * Results of one text are hard to predict from another, also for a processor's branch predictor: the short loops do without branches.
 */
import { ensureCapacity } from "../kernel/ensureCapacity.ts";
import * as Strip from "../kernel/Strip.ts";
import type { Tokens } from "./Tokens.ts";

/** How often the candidate still has each token. Zeros between calls. */
let budget = new Int32Array(1024);
/** For each token the lines of the candidate that have it: a list through `next`, of the lines in `lines`. Zeros between calls. */
let firstEntry = new Int32Array(1024);
let next = new Int32Array(1024);
let lines = new Int32Array(1024);
/** The number, from 1, of the reference line each candidate line was last aligned with. */
let alignedWith = new Int32Array(64);
/** The tokens of a reference line that the candidate has, and a bit for each that is in the union. */
let columns = new Int32Array(128);
let union = new Int32Array(4);

const isHit = (column: number): boolean => ((union[column >> 5]! >>> column) & 1) === 1;

/**
 * How many tokens of the reference the union of alignments hits, each token at most as often as the candidate has it.
 *
 * A pair of lines is aligned only while it can still add to the union: while a token of the reference line is not hit, the candidate
 * lines that have this token are aligned, and no others. A line left out could not have added anything.
 *
 * @param size every id is below this
 */
export const unionHits = (candidate: Tokens, reference: Tokens, size: number): number => {
  index(candidate, size);
  let hits = 0;
  for (let line = 0; line < reference.lineCount; line++) {
    const width = layLine(reference, line);
    if (width === 0) continue;
    uniteLine(candidate, width, line + 1, size);
    hits += spend(width);
  }
  const { ids, length } = candidate;
  for (let at = 0; at < length; at++) {
    budget[ids[at]!] = 0;
    firstEntry[ids[at]!] = 0;
  }
  return hits;
};

const index = (candidate: Tokens, size: number): void => {
  budget = ensureCapacity(budget, size);
  firstEntry = ensureCapacity(firstEntry, size);
  next = ensureCapacity(next, candidate.length + 1);
  lines = ensureCapacity(lines, candidate.length + 1);
  alignedWith = ensureCapacity(alignedWith, candidate.lineCount);
  const { ids, lineEnds, lineCount } = candidate;
  const left = budget;
  const first = firstEntry;
  const after = next;
  const lineOf = lines;
  let entry = 0;
  let at = 0;
  for (let line = 0; line < lineCount; line++) {
    alignedWith[line] = 0;
    for (const end = lineEnds[line]!; at < end; at++) {
      const id = ids[at]!;
      left[id]!++;
      const known = first[id]!;
      if (known !== 0 && lineOf[known] === line) continue;
      entry++;
      after[entry] = known;
      lineOf[entry] = line;
      first[id] = entry;
    }
  }
};

/** Puts the tokens of a reference line that the candidate has into `columns`, none of them hit, and gives their number. */
const layLine = (reference: Tokens, line: number): number => {
  const from = reference.lineStart(line);
  const to = reference.lineEnds[line]!;
  columns = ensureCapacity(columns, to - from);
  union = ensureCapacity(union, ((to - from) >> 5) + 1);
  const { ids } = reference;
  const first = firstEntry;
  const tokens = columns;
  let width = 0;
  for (let at = from; at < to; at++) {
    const id = ids[at]!;
    tokens[width] = id;
    width += -first[id]! >>> 31;
  }
  for (let word = 0; word <= width >> 5; word++) union[word] = 0;
  return width;
};

/** Takes the hits of a line from the budget, as far as it goes. The reference's own never binds: each position is hit once. */
const spend = (width: number): number => {
  const left = budget;
  const tokens = columns;
  const hit = union;
  let spent = 0;
  for (let column = 0; column < width; column++) {
    const id = tokens[column]!;
    const one = (hit[column >> 5]! >>> column) & (-left[id]! >>> 31);
    left[id]! -= one;
    spent += one;
  }
  return spent;
};

const uniteLine = (candidate: Tokens, width: number, mark: number, size: number): void => {
  const fits = width <= Strip.width;
  if (fits) Strip.lay(columns, 0, width, size);
  for (let column = 0; column < width; column++) {
    for (let entry = firstEntry[columns[column]!]!; entry !== 0 && !isHit(column); entry = next[entry]!) {
      const line = lines[entry]!;
      if (alignedWith[line] === mark) continue;
      alignedWith[line] = mark;
      align(candidate.ids, candidate.lineStart(line), candidate.lineEnds[line]!, width, size);
    }
  }
  if (fits) Strip.lift(columns, 0, width);
};

/** Words of stops kept at once: a longer alignment is worked in blocks of rows, each worked down a second time on the way back. */
const stopsKept = 1 << 20;

let stops = new Int32Array(4096);
/** S above each block of rows, block by block, word by word. */
let states = new Int32Array(64);
let carries = new Int32Array(1024);
let zeros = new Int32Array(1024);

/** Adds to the union the columns that a walk back from the end of the table takes. */
const align = (rows: Int32Array, start: number, end: number, width: number, size: number): void => {
  if (width <= 32 && end - start <= carries.length) {
    Strip.runKeeping(rows, start, end, 0, zeros, carries, -1, stops, 0);
    walkBackNarrow(rows, start, end, width);
    return;
  }
  const words = (width + 31) >> 5;
  const height = Math.min(end - start, Math.max(Math.floor(stopsKept / words), 1));
  const blocks = Math.ceil((end - start) / height);
  states = ensureCapacity(states, (blocks + 1) * words);
  stops = ensureCapacity(stops, height * words);
  carries = ensureCapacity(carries, height);
  zeros = ensureCapacity(zeros, height);
  for (let word = 0; word < words; word++) states[word] = -1;
  let column = width - 1;
  for (let turn = 1 - blocks; turn < blocks && column >= 0; turn++) {
    // Down to the last block, and from there back up: 0, 1, 2, 1, 0.
    const block = blocks - 1 - Math.abs(turn);
    const from = start + block * height;
    const to = Math.min(from + height, end);
    workBlock(rows, from, to, width, size, block, height);
    if (turn >= 0) column = walkBack(rows, from, to, column, height);
  }
};

/** Works a block of rows down the whole width. The stops of a row's words are `height` apart. */
const workBlock = (
  rows: Int32Array,
  from: number,
  to: number,
  width: number,
  size: number,
  block: number,
  height: number,
): void => {
  const isLaid = width <= Strip.width;
  const words = (width + 31) >> 5;
  for (let word = 0; word < words; word++) {
    const left = word * 32;
    const right = Math.min(left + 32, width);
    const at = block * words + word;
    const carryIn = word === 0 ? zeros : carries;
    if (!isLaid) Strip.lay(columns, left, right, size);
    states[at + words] = Strip.runKeeping(
      rows,
      from,
      to,
      isLaid ? word : 0,
      carryIn,
      carries,
      states[at]!,
      stops,
      word * height,
    );
    if (!isLaid) Strip.lift(columns, left, right);
  }
};

/** Walks back over a block of rows from a column, and gives the column it leaves the block at; below 0 it has left the table. */
const walkBack = (rows: Int32Array, from: number, to: number, column: number, height: number): number => {
  const kept = stops;
  const tokens = columns;
  for (let row = to - 1; row >= from && column >= 0; row--) {
    // All steps up at once: to the next stop at or below the column.
    let word = column >> 5;
    let bits = kept[word * height + row - from]! & (-1 >>> (31 - (column & 31)));
    while (bits === 0 && --word >= 0) bits = kept[word * height + row - from]!;
    column = word * 32 + 31 - Math.clz32(bits);
    if (column >= 0 && tokens[column] === rows[row]) {
      union[word]! |= 1 << column;
      column--;
    }
  }
  return column;
};

/** The same for a table of at most 32 columns, whose union is one word. */
const walkBackNarrow = (rows: Int32Array, from: number, to: number, width: number): void => {
  const kept = stops;
  const tokens = columns;
  let below = -1 >>> (32 - width);
  let taken = 0;
  for (let row = to - 1; row >= from; row--) {
    const bits = kept[row - from]! & below;
    if (bits === 0) break;
    const column = 31 - Math.clz32(bits);
    const differs = tokens[column]! ^ rows[row]!;
    const match = (1 << column) & ~((differs | -differs) >> 31);
    taken |= match;
    // The columns up to this one, which goes when it is taken.
    below = (-1 >>> (31 - column)) ^ match;
  }
  union[0]! |= taken;
};
