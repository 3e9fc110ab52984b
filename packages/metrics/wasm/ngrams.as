// N-grams that two sequences share, each counted as often as both have it, for all lengths up to an order at once.

import { ensure } from "./memory";
import { columnsRoom, lay, lift } from "./lcs";

/** The longest n-grams that are counted here. */
const longest: u32 = 8;

/** How many are shared, by length: the words from 0 on. */
const counts = memory.data(8 * 4, 16);

export function shared(): usize {
  return counts;
}

/**
 * Where one sequence has at most 64 ids: the places at which an n-gram of the longer one ends in the shorter one are the bits of a
 * word, and each n-gram of the longer one takes the first of them that is left.
 */
export function byBits(short: usize, width: u32, long: usize, height: u32, size: u32): void {
  const masks = columnsRoom(size);
  lay(masks, short, width);
  let firsts: u64 = 0;
  let seconds: u64 = 0;
  let thirds: u64 = 0;
  let takenFirsts: u64 = 0;
  let takenSeconds: u64 = 0;
  let takenThirds: u64 = 0;
  let takenFourths: u64 = 0;
  const end = long + (height << 2);
  for (let at = long; at < end; at += 4) {
    const columns = load<u64>(masks + (load<u32>(at) << 3));
    const fourths = (thirds << 1) & columns;
    thirds = (seconds << 1) & columns;
    seconds = (firsts << 1) & columns;
    firsts = columns;
    let free = firsts & ~takenFirsts;
    takenFirsts |= free & -free;
    free = seconds & ~takenSeconds;
    takenSeconds |= free & -free;
    free = thirds & ~takenThirds;
    takenThirds |= free & -free;
    free = fourths & ~takenFourths;
    takenFourths |= free & -free;
  }
  lift(masks, short, width);
  store<u32>(counts, <u32>popcnt(takenFirsts));
  store<u32>(counts, <u32>popcnt(takenSeconds), 4);
  store<u32>(counts, <u32>popcnt(takenThirds), 8);
  store<u32>(counts, <u32>popcnt(takenFourths), 12);
}

/** By id, the columns of a sequence of up to 128 ids: two words. Zeros between calls. */
const wideColumns = memory.data(8, 8);

/** The first free bit of the higher word, where the lower one has none. */
@inline
function firstHigh(freeLow: u64, freeHigh: u64): u64 {
  return select<u64>(freeHigh & -freeHigh, 0, freeLow == 0);
}

/** The same for one sequence of at most 128 ids. */
export function byWideBits(short: usize, width: u32, long: usize, height: u32, size: u32): void {
  const masks = ensure(wideColumns, size << 4);
  for (let at: u32 = 0; at < width; at++) {
    const mask = masks + (load<u32>(short + (at << 2)) << 4) + ((at >> 6) << 3);
    store<u64>(mask, load<u64>(mask) | (<u64>1 << (at & 63)));
  }
  let low1: u64 = 0, high1: u64 = 0, low2: u64 = 0, high2: u64 = 0, low3: u64 = 0, high3: u64 = 0;
  let taken1: u64 = 0, taken2: u64 = 0, taken3: u64 = 0, taken4: u64 = 0;
  let takenHigh1: u64 = 0, takenHigh2: u64 = 0, takenHigh3: u64 = 0, takenHigh4: u64 = 0;
  const end = long + (height << 2);
  for (let at = long; at < end; at += 4) {
    const mask = masks + (load<u32>(at) << 4);
    const columnLow = load<u64>(mask);
    const columnHigh = load<u64>(mask, 8);
    const low4 = (low3 << 1) & columnLow;
    const high4 = ((high3 << 1) | (low3 >> 63)) & columnHigh;
    high3 = ((high2 << 1) | (low2 >> 63)) & columnHigh;
    low3 = (low2 << 1) & columnLow;
    high2 = ((high1 << 1) | (low1 >> 63)) & columnHigh;
    low2 = (low1 << 1) & columnLow;
    high1 = columnHigh;
    low1 = columnLow;
    let free = low1 & ~taken1;
    takenHigh1 |= firstHigh(free, high1 & ~takenHigh1);
    taken1 |= free & -free;
    free = low2 & ~taken2;
    takenHigh2 |= firstHigh(free, high2 & ~takenHigh2);
    taken2 |= free & -free;
    free = low3 & ~taken3;
    takenHigh3 |= firstHigh(free, high3 & ~takenHigh3);
    taken3 |= free & -free;
    free = low4 & ~taken4;
    takenHigh4 |= firstHigh(free, high4 & ~takenHigh4);
    taken4 |= free & -free;
  }
  for (let at: u32 = 0; at < width; at++) {
    v128.store(masks + (load<u32>(short + (at << 2)) << 4), i64x2.splat(0));
  }
  store<u32>(counts, <u32>(popcnt(taken1) + popcnt(takenHigh1)));
  store<u32>(counts, <u32>(popcnt(taken2) + popcnt(takenHigh2)), 4);
  store<u32>(counts, <u32>(popcnt(taken3) + popcnt(takenHigh3)), 8);
  store<u32>(counts, <u32>(popcnt(taken4) + popcnt(takenHigh4)), 12);
}

const names = memory.data(8, 8);
const renamed = memory.data(8, 8);
const keys = memory.data(8, 8);
const sorted = memory.data(8, 8);

/** Numbers from 1 for the ids, in the order in which they come; zeros between calls. Gives the last number. */
function rename(ids: usize, length: u32, into: usize, name: usize, last: u32): u32 {
  for (let at: u32 = 0; at < length; at++) {
    const entry = name + (load<u32>(ids + (at << 2)) << 2);
    let known = load<u32>(entry);
    if (known == 0) {
      known = ++last;
      store<u32>(entry, known);
    }
    store<u32>(into + (at << 2), known);
  }
  return last;
}

function forget(ids: usize, length: u32, name: usize): void {
  for (let at: u32 = 0; at < length; at++) store<u32>(name + (load<u32>(ids + (at << 2)) << 2), 0);
}

/** From the end: the key of a place is its own number, then those behind it; behind the end stands `pad`. The side comes last. */
function layKeys(ids: usize, length: u32, into: usize, order: u32, bits: u32, pad: u64, side: u64): void {
  let key: u64 = 0;
  for (let at: u32 = 0; at < order; at++) key = (key << bits) | pad;
  const top = bits * (order - 1);
  for (let at = <i32>length - 1; at >= 0; at--) {
    key = (key >> bits) | (<u64>load<u32>(ids + (at << 2)) << top);
    store<u64>(into + (at << 3), (key << 1) | side);
  }
}

/** The most bits that are sorted by at once. */
const digits: u32 = 11;
const histogram = memory.data(2048 * 4, 8);

/** Sorts keys by `bits` bits from the second on, and gives where they are then. */
function sort(from: usize, to: usize, count: u32, bits: u32): usize {
  // A digit as wide as the keys are many needs no more time for its histogram than for the keys; all digits are about as wide.
  const passes = (bits - 1) / min(digits, max<u32>(6, 32 - clz(count))) + 1;
  const digit = (bits - 1) / passes + 1;
  const values: u32 = 1 << digit;
  for (let shift: u32 = 1; shift <= bits; shift += digit) {
    memory.fill(histogram, 0, values << 2);
    for (let at: u32 = 0; at < count; at++) {
      const slot = histogram + (<u32>((load<u64>(from + (at << 3)) >> shift) & (values - 1)) << 2);
      store<u32>(slot, load<u32>(slot) + 1);
    }
    let start: u32 = 0;
    for (let value: u32 = 0; value < values; value++) {
      const slot = histogram + (value << 2);
      const size = load<u32>(slot);
      store<u32>(slot, start);
      start += size;
    }
    for (let at: u32 = 0; at < count; at++) {
      const key = load<u64>(from + (at << 3));
      const slot = histogram + (<u32>((key >> shift) & (values - 1)) << 2);
      const place = load<u32>(slot);
      store<u32>(slot, place + 1);
      store<u64>(to + (place << 3), key);
    }
    const swap = from;
    from = to;
    to = swap;
  }
  return from;
}

/** By bit, in how many whole numbers from the top two keys agree that differ first in this bit. */
const agreeing = memory.data(64, 8);
/** By number of agreements, eight lanes: all ones for the lengths of n-gram that are longer. */
const longer = memory.data(9 * 32, 16);
for (let same: usize = 0; same < 9; same++) memory.fill(longer + same * 32 + same * 4, 0xff, 32 - same * 4);

/** Counts by length, a lane each: four in the first vector, four in the second, which shorter orders leave alone. */
function sweep(sortedKeys: usize, count: u32, order: u32, bits: u32): void {
  for (let bit: u32 = 0; bit < order * bits; bit++) store<u8>(agreeing + bit, <u8>((order * bits - 1 - bit) / bits));
  // How many places of each sequence come before the first that has the n-gram at hand.
  let myStarts = i32x4.splat(0);
  let theirStarts = i32x4.splat(0);
  let found = i32x4.splat(0);
  let myLongStarts = i32x4.splat(0);
  let theirLongStarts = i32x4.splat(0);
  let foundLong = i32x4.splat(0);
  let mine: u32 = 0;
  let before = load<u64>(sortedKeys);
  for (let seen: u32 = 1; seen <= count; seen++) {
    mine += <u32>(before & 1) ^ 1;
    let same: u32 = 0;
    if (seen < count) {
      const key = load<u64>(sortedKeys + (seen << 3));
      const differing = (key ^ before) >> 1;
      before = key;
      if (differing == 0) continue;
      same = load<u8>(agreeing + <u32>(63 - clz(differing)));
    }
    const ours = i32x4.splat(mine);
    const theirs = i32x4.splat(seen - mine);
    const lanes = longer + (same << 5);
    const ends = v128.load(lanes);
    const both = i32x4.min_s(i32x4.sub(ours, myStarts), i32x4.sub(theirs, theirStarts));
    found = i32x4.add(found, v128.and(both, ends));
    myStarts = v128.bitselect(ours, myStarts, ends);
    theirStarts = v128.bitselect(theirs, theirStarts, ends);
    if (order > 4) {
      const longEnds = v128.load(lanes, 16);
      const longBoth = i32x4.min_s(i32x4.sub(ours, myLongStarts), i32x4.sub(theirs, theirLongStarts));
      foundLong = i32x4.add(foundLong, v128.and(longBoth, longEnds));
      myLongStarts = v128.bitselect(ours, myLongStarts, longEnds);
      theirLongStarts = v128.bitselect(theirs, theirLongStarts, longEnds);
    }
  }
  v128.store(counts, found);
  v128.store(counts, foundLong, 16);
}

/**
 * For sequences of any length: an n-gram of the longest kind is a number of at most 63 bits, and those that begin alike stand together
 * when they are sorted.
 *
 * @returns false when the order is too long, or the sequences have too many different ids, for that; nothing is counted then
 */
export function bySorting(one: usize, oneLength: u32, other: usize, otherLength: u32, order: u32, size: u32): bool {
  const count = oneLength + otherLength;
  if (order > longest) return false;
  memory.fill(counts, 0, longest << 2);
  if (count == 0) return true;
  const name = ensure(names, size << 2);
  const laid = ensure(renamed, count << 2);
  const second = laid + (oneLength << 2);
  const last = rename(other, otherLength, second, name, rename(one, oneLength, laid, name, 0));
  forget(one, oneLength, name);
  forget(other, otherLength, name);
  // All zeros and all ones pad the two sides, so that what reaches behind an end is no n-gram of the other side.
  const bits = 32 - clz(last + 1);
  if (order * bits > 63) return false;
  const from = ensure(keys, count << 3);
  layKeys(laid, oneLength, from, order, bits, 0, 0);
  layKeys(second, otherLength, from + (oneLength << 3), order, bits, (<u64>1 << bits) - 1, 1);
  // The side does not order: it only has to stay with its key.
  sweep(sort(from, ensure(sorted, count << 3), count, order * bits), count, order, bits);
  return true;
}
