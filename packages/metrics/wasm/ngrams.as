// N-grams that two sequences share, each counted as often as both have it, for all lengths up to an order at once.

import { ensure } from "./memory";
import { columnsRoom, lay, lift } from "./lcs";

/** The longest n-grams that are counted here. */
const longest: u32 = 9;

/** How many are shared, by length: the words from 0 on. */
const counts = memory.data(10 * 4, 8);

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

const digits: u32 = 11;
const histogram = memory.data(2048 * 4, 8);

/** Sorts keys by `bits` bits from the second on, and gives where they are then. */
function sort(from: usize, to: usize, count: u32, bits: u32): usize {
  // A digit as wide as the keys are many needs no more time for its histogram than for the keys.
  const digit = min(digits, max<u32>(6, 32 - clz(count)));
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

/** By length: how many places of each sequence come before the first that has the n-gram at hand. */
const starts = memory.data(9 * 8, 8);
/** By bit, in how many whole numbers from the top two keys agree that differ first in this bit. */
const agreeing = memory.data(64, 8);

function sweep(sortedKeys: usize, count: u32, order: u32, bits: u32): void {
  for (let bit: u32 = 0; bit < order * bits; bit++) store<u8>(agreeing + bit, <u8>((order * bits - 1 - bit) / bits));
  memory.fill(starts, 0, order << 3);
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
    const theirs = seen - mine;
    for (let length = same; length < order; length++) {
      const start = starts + (length << 3);
      const both = min(mine - load<u32>(start), theirs - load<u32>(start, 4));
      store<u32>(start, mine);
      store<u32>(start, theirs, 4);
      const entry = counts + (length << 2);
      store<u32>(entry, load<u32>(entry) + both);
    }
  }
}

/**
 * For sequences of any length: an n-gram of the longest kind is a number of at most 63 bits, and those that begin alike stand together
 * when they are sorted.
 *
 * @returns false when the sequences have too many different ids for that; nothing is counted then
 */
export function bySorting(one: usize, oneLength: u32, other: usize, otherLength: u32, order: u32, size: u32): bool {
  const count = oneLength + otherLength;
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
