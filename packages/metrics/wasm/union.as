// The hits of ROUGE-Lsum, as `src/rouge/unionLcs.ts` says them, in words of 64 bits.

import { ensure } from "./memory";
import { columnsRoom, lay, lift } from "./lcs";

/** How often the candidate still has each id. Zeros between calls. */
const budgets = memory.data(8, 8);
/** For each id the lines of the candidate that have it: a list through `after`, of the lines in `lineOf`. Zeros between calls. */
const firsts = memory.data(8, 8);
const afters = memory.data(8, 8);
const lineOfs = memory.data(8, 8);
/** The number, from 1, of the reference line that each candidate line was last aligned with. */
const aligneds = memory.data(8, 8);
/** The ids of a reference line that the candidate has, and a bit for each that is in the union. */
const columnsBuffer = memory.data(8, 8);
const unionBuffer = memory.data(8, 8);
const stopsBuffer = memory.data(8, 8);
const statesBuffer = memory.data(8, 8);
const carriesBuffer = memory.data(8, 8);

/** Words of stops kept at once: a longer alignment is worked in blocks of rows, each worked down a second time on the way back. */
const stopsKept: u32 = 1 << 19;

let budget: usize = 0;
let first: usize = 0;
let after: usize = 0;
let lineOf: usize = 0;
let aligned: usize = 0;
let columns: usize = 0;
let union: usize = 0;
let masks: usize = 0;

/** Two sequences with their lines (see `sequence`). @param size every id of both is below this */
export function unionHits(candidate: usize, reference: usize, size: u32): u32 {
  masks = columnsRoom(size);
  index(candidate, size);
  const ids = load<u32>(reference);
  const ends = load<u32>(reference, 8);
  const lineCount = load<u32>(reference, 20);
  let hits: u32 = 0;
  let from: u32 = 0;
  for (let line: u32 = 0; line < lineCount; line++) {
    const to = load<u32>(ends + (line << 2));
    const width = layLine(ids, from, to);
    from = to;
    if (width == 0) continue;
    uniteLine(candidate, width, line + 1);
    hits += spend(width);
  }
  const mine = load<u32>(candidate);
  const length = load<u32>(candidate, 16);
  for (let at: u32 = 0; at < length; at++) {
    const id = load<u32>(mine + (at << 2)) << 2;
    store<u32>(budget + id, 0);
    store<u32>(first + id, 0);
  }
  return hits;
}

function index(candidate: usize, size: u32): void {
  const ids = load<u32>(candidate);
  const ends = load<u32>(candidate, 8);
  const length = load<u32>(candidate, 16);
  const lineCount = load<u32>(candidate, 20);
  budget = ensure(budgets, size << 2);
  first = ensure(firsts, size << 2);
  after = ensure(afters, (length + 1) << 2);
  lineOf = ensure(lineOfs, (length + 1) << 2);
  aligned = ensure(aligneds, (lineCount + 1) << 2);
  let entry: u32 = 0;
  let at: u32 = 0;
  for (let line: u32 = 0; line < lineCount; line++) {
    store<u32>(aligned + (line << 2), 0);
    const end = load<u32>(ends + (line << 2));
    for (; at < end; at++) {
      const id = load<u32>(ids + (at << 2)) << 2;
      store<u32>(budget + id, load<u32>(budget + id) + 1);
      const known = load<u32>(first + id);
      if (known != 0 && load<u32>(lineOf + (known << 2)) == line) continue;
      entry++;
      store<u32>(after + (entry << 2), known);
      store<u32>(lineOf + (entry << 2), line);
      store<u32>(first + id, entry);
    }
  }
}

/** Puts the ids of a reference line that the candidate has into `columns`, none of them hit, and gives their number. */
function layLine(ids: usize, from: u32, to: u32): u32 {
  columns = ensure(columnsBuffer, (to - from + 1) << 2);
  union = ensure(unionBuffer, (((to - from) >> 6) + 1) << 3);
  let width: u32 = 0;
  for (let at = from; at < to; at++) {
    const id = load<u32>(ids + (at << 2));
    store<u32>(columns + (width << 2), id);
    width += <u32>(load<u32>(first + (id << 2)) != 0);
  }
  memory.fill(union, 0, ((width >> 6) + 1) << 3);
  return width;
}

@inline
function hitAt(column: u32): u32 {
  return <u32>(load<u64>(union + ((column >> 6) << 3)) >> (column & 63)) & 1;
}

/** Takes the hits of a line from the budget, as far as it goes. */
function spend(width: u32): u32 {
  let spent: u32 = 0;
  for (let column: u32 = 0; column < width; column++) {
    const left = budget + (load<u32>(columns + (column << 2)) << 2);
    const one = hitAt(column) & <u32>(load<u32>(left) != 0);
    store<u32>(left, load<u32>(left) - one);
    spent += one;
  }
  return spent;
}

function uniteLine(candidate: usize, width: u32, mark: u32): void {
  const ids = load<u32>(candidate);
  const ends = load<u32>(candidate, 8);
  const fits = width <= 64;
  if (fits) lay(masks, columns, width);
  for (let column: u32 = 0; column < width; column++) {
    let entry = load<u32>(first + (load<u32>(columns + (column << 2)) << 2));
    for (; entry != 0 && hitAt(column) == 0; entry = load<u32>(after + (entry << 2))) {
      const line = load<u32>(lineOf + (entry << 2));
      if (load<u32>(aligned + (line << 2)) == mark) continue;
      store<u32>(aligned + (line << 2), mark);
      const start = line == 0 ? 0 : load<u32>(ends + (line << 2) - 4);
      const height = load<u32>(ends + (line << 2)) - start;
      if (fits && height <= stopsKept) alignNarrow(ids + (start << 2), height, width);
      else alignWide(ids + (start << 2), height, width, fits);
    }
  }
  if (fits) lift(masks, columns, width);
}

/**
 * Works the rows down the columns that are laid, keeping of each the columns at which a walk back does not go up: those that have the
 * row's id, or where the table steps up. Then walks back, all steps up at once.
 */
function alignNarrow(rows: usize, height: u32, width: u32): void {
  const stops = ensure(stopsBuffer, height << 3);
  let state: u64 = -1;
  for (let row: u32 = 0; row < height; row++) {
    const here = load<u64>(masks + (load<u32>(rows + (row << 2)) << 3));
    const u = state & here;
    state = (state + u) | (state ^ u);
    store<u64>(stops + (row << 3), ~state | here);
  }
  let below = <u64>-1 >> (64 - width);
  let taken: u64 = 0;
  for (let row = <i32>height - 1; row >= 0; row--) {
    const bits = load<u64>(stops + (row << 3)) & below;
    if (bits == 0) break;
    const column = 63 - clz(bits);
    const isMatch = <u64>(load<u32>(columns + (<u32>column << 2)) == load<u32>(rows + (row << 2)));
    const match = isMatch << column;
    taken |= match;
    below = (<u64>-1 >> (63 - column)) ^ match;
  }
  store<u64>(union, load<u64>(union) | taken);
}

function alignWide(rows: usize, length: u32, width: u32, isLaid: bool): void {
  const words = (width + 63) >> 6;
  const height = min(length, max<u32>(stopsKept / words, 1));
  const blocks = <i32>((length + height - 1) / height);
  const states = ensure(statesBuffer, ((<u32>blocks + 1) * words) << 3);
  const stops = ensure(stopsBuffer, (height * words) << 3);
  const carries = ensure(carriesBuffer, height);
  for (let word: u32 = 0; word < words; word++) store<u64>(states + (word << 3), -1);
  let column = <i32>width - 1;
  for (let turn = 1 - blocks; turn < blocks && column >= 0; turn++) {
    // Down to the last block, and from there back up: 0, 1, 2, 1, 0.
    const block = <u32>(blocks - 1 - abs(turn));
    const from = block * height;
    const count = min(height, length - from);
    workBlock(rows + (from << 2), count, width, states + ((block * words) << 3), words, stops, height, carries, isLaid);
    if (turn >= 0) column = walkBack(rows + (from << 2), count, column, stops, height);
  }
}

/** Works a block of rows down the whole width, word by word. The stops of a row's words are `height` words apart. */
function workBlock(
  rows: usize,
  count: u32,
  width: u32,
  states: usize,
  words: u32,
  stops: usize,
  height: u32,
  carries: usize,
  isLaid: bool,
): void {
  memory.fill(carries, 0, count);
  for (let word: u32 = 0; word < words; word++) {
    const left = columns + (word << 8);
    const laid = min<u32>(64, width - (word << 6));
    const kept = stops + ((word * height) << 3);
    if (!isLaid) lay(masks, left, laid);
    let state = load<u64>(states + (word << 3));
    for (let row: u32 = 0; row < count; row++) {
      const here = load<u64>(masks + (load<u32>(rows + (row << 2)) << 3));
      const u = state & here;
      const sum = state + u + load<u8>(carries + row);
      store<u8>(carries + row, <u8>((u | (state & ~sum)) >> 63));
      state = sum | (state ^ u);
      store<u64>(kept + (row << 3), ~state | here);
    }
    store<u64>(states + ((word + words) << 3), state);
    if (!isLaid) lift(masks, left, laid);
  }
}

/** Walks back over a block of rows from a column, and gives the column it leaves the block at; below 0 it has left the table. */
function walkBack(rows: usize, count: u32, from: i32, stops: usize, height: u32): i32 {
  let column = from;
  for (let row = <i32>count - 1; row >= 0 && column >= 0; row--) {
    let word = column >> 6;
    let bits = load<u64>(stops + ((word * height + row) << 3)) & (<u64>-1 >> (63 - (column & 63)));
    while (bits == 0 && --word >= 0) bits = load<u64>(stops + ((word * height + row) << 3));
    column = bits == 0 ? -1 : (word << 6) + 63 - <i32>clz(bits);
    if (column >= 0 && load<u32>(columns + (column << 2)) == load<u32>(rows + (row << 2))) {
      const place = union + (word << 3);
      store<u64>(place, load<u64>(place) | (<u64>1 << (column & 63)));
      column--;
    }
  }
  return column;
}
