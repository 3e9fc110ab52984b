// The length of a longest common subsequence, as `src/kernel/lcs.ts` says it, in words of 64 bits.

import { ensure } from "./memory";

/** By id, the columns of a strip that have it. Zeros between calls. */
const columnsOf = memory.data(8, 8);

/** Room for the columns of ids below `size`, zeros. */
export function columnsRoom(size: u32): usize {
  return ensure(columnsOf, size << 3);
}

/** The columns from 0 on of at most 64 ids. */
export function lay(masks: usize, ids: usize, count: u32): void {
  for (let at: u32 = 0; at < count; at++) {
    const mask = masks + (load<u32>(ids + (at << 2)) << 3);
    store<u64>(mask, load<u64>(mask) | (<u64>1 << at));
  }
}

export function lift(masks: usize, ids: usize, count: u32): void {
  for (let at: u32 = 0; at < count; at++) store<u64>(masks + (load<u32>(ids + (at << 2)) << 3), 0);
}

const names = memory.data(8, 8);
const columns = memory.data(8, 8);
const rows = memory.data(8, 8);
const wide = memory.data(8, 8);
const carries = memory.data(8, 8);

/** A wide strip is four words of 63 bits: their sums have room for the carry, which is their top bit. */
const bits: u32 = 63;
const full: u64 = 0x7fff_ffff_ffff_ffff;
const stripWidth: u32 = 4 * bits;

/** @param size every id of both sequences is below this */
export function lcs(left: usize, leftLength: u32, right: usize, rightLength: u32, size: u32): u32 {
  let short = left;
  let width = leftLength;
  let long = right;
  let height = rightLength;
  if (width > height) {
    short = right;
    width = rightLength;
    long = left;
    height = leftLength;
  }
  if (width <= 64) return ofNarrow(short, width, long, height, size);
  if (width <= stripWidth) return ofStrips(short, width, long, height, size);
  return ofCommon(short, width, long, height, size);
}

function ofNarrow(short: usize, width: u32, long: usize, height: u32, size: u32): u32 {
  const masks = columnsRoom(size);
  lay(masks, short, width);
  let state: u64 = -1;
  const end = long + (height << 2);
  for (let row = long; row < end; row += 4) {
    const u = state & load<u64>(masks + (load<u32>(row) << 3));
    state = (state + u) | (state - u);
  }
  lift(masks, short, width);
  return <u32>popcnt(~state);
}

/** Drops what only one of the texts has, and numbers the rest from 1: their masks are then close together. */
function ofCommon(short: usize, shortLength: u32, long: usize, longLength: u32, size: u32): u32 {
  const name = ensure(names, size << 2);
  const laid = ensure(columns, shortLength << 2);
  const worked = ensure(rows, longLength << 2);
  let width: u32 = 0;
  let height: u32 = 0;
  let fresh: i32 = 1;
  for (let at: u32 = 0; at < longLength; at++) store<i32>(name + (load<u32>(long + (at << 2)) << 2), -1);
  for (let at: u32 = 0; at < shortLength; at++) {
    const entry = name + (load<u32>(short + (at << 2)) << 2);
    let known = load<i32>(entry);
    if (known == 0) continue;
    if (known < 0) {
      known = fresh++;
      store<i32>(entry, known);
    }
    store<i32>(laid + (width++ << 2), known);
  }
  for (let at: u32 = 0; at < longLength; at++) {
    const known = load<i32>(name + (load<u32>(long + (at << 2)) << 2));
    store<i32>(worked + (height << 2), known);
    height += <u32>(known > 0);
  }
  for (let at: u32 = 0; at < longLength; at++) store<i32>(name + (load<u32>(long + (at << 2)) << 2), 0);
  return ofStrips(laid, width, worked, height, fresh);
}

function ofStrips(short: usize, width: u32, long: usize, height: u32, size: u32): u32 {
  const masks = ensure(wide, size << 5);
  const carried = ensure(carries, height);
  memory.fill(carried, 0, height);
  let length: u32 = 0;
  for (let from: u32 = 0; from < width; from += stripWidth) {
    const to = min(from + stripWidth, width);
    for (let at = from; at < to; at++) {
      const word = (at - from) / bits;
      const mask = masks + (load<u32>(short + (at << 2)) << 5) + (word << 3);
      store<u64>(mask, load<u64>(mask) | (<u64>1 << (at - from - word * bits)));
    }
    length += runStrip(masks, long, height, carried);
    for (let at = from; at < to; at++) {
      const mask = masks + (load<u32>(short + (at << 2)) << 5);
      v128.store(mask, i64x2.splat(0));
      v128.store(mask, i64x2.splat(0), 16);
    }
  }
  return length;
}

function runStrip(masks: usize, long: usize, height: u32, carried: usize): u32 {
  let first = full;
  let second = full;
  let third = full;
  let fourth = full;
  for (let row: u32 = 0; row < height; row++) {
    const mask = masks + (load<u32>(long + (row << 2)) << 5);
    let u = first & load<u64>(mask);
    let sum = first + u + load<u8>(carried + row);
    first = (sum | (first ^ u)) & full;
    u = second & load<u64>(mask, 8);
    sum = second + u + (sum >> 63);
    second = (sum | (second ^ u)) & full;
    u = third & load<u64>(mask, 16);
    sum = third + u + (sum >> 63);
    third = (sum | (third ^ u)) & full;
    u = fourth & load<u64>(mask, 24);
    sum = fourth + u + (sum >> 63);
    fourth = (sum | (fourth ^ u)) & full;
    store<u8>(carried + row, <u8>(sum >> 63));
  }
  return <u32>(popcnt(first ^ full) + popcnt(second ^ full) + popcnt(third ^ full) + popcnt(fourth ^ full));
}
