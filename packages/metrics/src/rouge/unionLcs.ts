/**
 * The hits of ROUGE-Lsum: for each line of the reference, the positions that some line of the candidate aligns with.
 *
 * "Aligns" means one particular longest common subsequence, and which one is part of the number. rouge_score walks back from the end
 * of the table: equal tokens are taken; else it goes left in the candidate where the table is greater there than above, else up in
 * the reference. With no match at (i, j) "left is greater" says that the table steps up at column i of row j, a bit the strips have;
 * so all steps up until the next match or step are one step here.
 */
import { room } from "./room.ts";
import * as Strip from "./Strip.ts";
import type { Tokens } from "./Tokens.ts";

/** How often the candidate still has each token. Zeros between calls. */
let budget = new Int32Array(1024);
/** For each token the lines of the candidate that have it: a list through `next`, of the lines in `lines`. Zeros between calls. */
let firstEntry = new Int32Array(1024);
let next = new Int32Array(1024);
let lines = new Int32Array(1024);
/** The number, from 1, of the reference line each candidate line was last aligned with. */
let alignedWith = new Int32Array(64);
/** The tokens of a reference line that the candidate has, and whether each is in the union yet. */
let columns = new Int32Array(128);
let isHit = new Int32Array(128);

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
    for (let column = 0; column < width; column++) {
      // The reference's own budget never binds: it has each token as often as there are positions of it.
      if (isHit[column] === 0 || budget[columns[column]!] === 0) continue;
      budget[columns[column]!]!--;
      hits++;
    }
  }
  for (let at = 0; at < candidate.length; at++) {
    budget[candidate.ids[at]!] = 0;
    firstEntry[candidate.ids[at]!] = 0;
  }
  return hits;
};

const index = (candidate: Tokens, size: number): void => {
  budget = room(budget, size);
  firstEntry = room(firstEntry, size);
  next = room(next, candidate.length + 1);
  lines = room(lines, candidate.length + 1);
  alignedWith = room(alignedWith, candidate.lineCount);
  alignedWith.fill(0, 0, candidate.lineCount);
  let entry = 0;
  for (let line = 0; line < candidate.lineCount; line++) {
    for (let at = candidate.lineStart(line); at < candidate.lineEnds[line]!; at++) {
      const id = candidate.ids[at]!;
      budget[id]!++;
      if (firstEntry[id] !== 0 && lines[firstEntry[id]!] === line) continue;
      entry++;
      next[entry] = firstEntry[id]!;
      lines[entry] = line;
      firstEntry[id] = entry;
    }
  }
};

/** Puts the tokens of a reference line that the candidate has into `columns`, and gives their number. */
const layLine = (reference: Tokens, line: number): number => {
  const from = reference.lineStart(line);
  const to = reference.lineEnds[line]!;
  columns = room(columns, to - from);
  isHit = room(isHit, to - from);
  let width = 0;
  for (let at = from; at < to; at++) {
    const id = reference.ids[at]!;
    if (firstEntry[id] !== 0) columns[width++] = id;
  }
  isHit.fill(0, 0, width);
  return width;
};

const uniteLine = (candidate: Tokens, width: number, mark: number, size: number): void => {
  const fits = width <= Strip.width;
  if (fits) Strip.lay(columns, 0, width, size);
  for (let column = 0; column < width; column++) {
    for (let entry = firstEntry[columns[column]!]!; entry !== 0 && isHit[column] === 0; entry = next[entry]!) {
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
/** The states of the strips above each block of rows, block by block. */
let states = new Int32Array(64);
let carries = new Int32Array(1024);
let zeros = new Int32Array(1024);

/** Marks in `isHit` the columns that a walk back from the end of the table takes. */
const align = (rows: Int32Array, start: number, end: number, width: number, size: number): void => {
  if (width <= 32 && end - start <= stops.length) {
    Strip.runNarrow(rows, start, end, stops);
    walkBack(rows, start, end, width - 1, 0);
    return;
  }
  const words = Math.ceil(width / Strip.width) * 2;
  const height = Math.min(end - start, Math.max(Math.floor(stopsKept / words), 1));
  const blocks = Math.ceil((end - start) / height);
  states = room(states, (blocks + 1) * words);
  stops = room(stops, height * words);
  carries = room(carries, height);
  zeros = room(zeros, height);
  for (let word = 0; word < words; word++) states[word] = -1;
  for (let block = 0; block < blocks - 1; block++) {
    workBlock(rows, start + block * height, start + (block + 1) * height, width, size, block, height);
  }
  let column = width - 1;
  for (let block = blocks - 1; block >= 0 && column >= 0; block--) {
    const from = start + block * height;
    const to = Math.min(from + height, end);
    workBlock(rows, from, to, width, size, block, height);
    column = walkBack(rows, from, to, column, height);
  }
};

/** Works a block of rows down all strips. The stops of a row's words are `height` apart. */
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
  const words = Math.ceil(width / Strip.width) * 2;
  for (let word = 0; word < words; word += 2) {
    const at = (block + 1) * words + word;
    states[at] = states[at - words]!;
    states[at + 1] = states[at + 1 - words]!;
    const left = word * 32;
    const right = Math.min(left + Strip.width, width);
    const carryIn = word === 0 ? zeros : carries;
    if (!isLaid) Strip.lay(columns, left, right, size);
    Strip.runKeeping(rows, from, to, carryIn, carries, states, at, stops, word * height, height);
    if (!isLaid) Strip.lift(columns, left, right);
  }
};

/** Walks back over a block of rows from a column, and gives the column it leaves the block at; below 0 it has left the table. */
const walkBack = (rows: Int32Array, from: number, to: number, column: number, height: number): number => {
  for (let row = to - 1; row >= from && column >= 0; row--) {
    // All steps up at once: to the next stop at or below the column.
    let word = column >> 5;
    let bits = stops[word * height + row - from]! & (-1 >>> (31 - (column & 31)));
    while (bits === 0 && --word >= 0) bits = stops[word * height + row - from]!;
    column = word * 32 + 31 - Math.clz32(bits);
    if (column >= 0 && columns[column] === rows[row]) isHit[column--] = 1;
  }
  return column;
};
