// Words of a text as small integers: a text is cut where its bytes say so, and each word of at most 16 bytes is looked up by those
// bytes themselves. What is not known, or longer, is put on a list for the caller, who names it.

import { allocate, ensure } from "./memory";

/** Slots that are looked at for a word; what finds no place in them is the caller's to keep. So reading is linear for every text. */
const reach: u32 = 16;

/** Bytes of a slot: the word's sixteen, padded with zeros, then its id; an id of 0 is an empty slot. */
const width: u32 = 24;

/** Slots, 2 ** bits of them and `reach` more; how many are taken. */
const fieldSlots = 0;
const fieldBits = 8;
const fieldCount = 12;
const tableBytes = 16;

/** A table of words, of 2 ** bits slots at first. */
export function newTable(bits: u32): usize {
  const table = allocate(tableBytes);
  store<u32>(table, bits, fieldBits);
  ensure(table + fieldSlots, ((1 << bits) + reach) * width);
  return table;
}

/** Forgets all words of a table. */
export function clearTable(table: usize): void {
  memory.fill(load<u32>(table, fieldSlots), 0, ((1 << load<u32>(table, fieldBits)) + reach) * width);
  store<u32>(table, 0, fieldCount);
}

/** By length, the bytes of two words that belong to a word of that length. */
const masks = memory.data(17 * 16, 16);
for (let length: usize = 0; length <= 16; length++) memory.fill(masks + length * 16, 0xff, length);

@inline
function slotOf(slots: usize, shift: u64, low: u64, high: u64): usize {
  return slots + <u32>(((low * 0x9e3779b97f4a7c15) ^ (high * 0xc2b2ae3d27d4eb4f)) >> shift) * width;
}

/** What the hash is shifted by for a table's slots. */
@inline
function shiftOf(table: usize): u64 {
  return 64 - load<u32>(table, fieldBits);
}

/** The id of a word; 0 where the table has none. */
@inline
function find(slots: usize, shift: u64, low: u64, high: u64): u32 {
  let slot = slotOf(slots, shift, low, high);
  let id = load<u32>(slot, 16);
  if (((load<u64>(slot) ^ low) | (load<u64>(slot, 8) ^ high)) == 0) return id;
  for (let step: u32 = 1; step < reach && id != 0; step++) {
    slot += width;
    id = load<u32>(slot, 16);
    if (((load<u64>(slot) ^ low) | (load<u64>(slot, 8) ^ high)) == 0) return id;
  }
  return 0;
}

function place(table: usize, low: u64, high: u64, id: u32): bool {
  let slot = slotOf(load<u32>(table, fieldSlots), shiftOf(table), low, high);
  for (let step: u32 = 0; step < reach; step++) {
    const known = load<u32>(slot, 16);
    if (known == 0 || (load<u64>(slot) == low && load<u64>(slot, 8) == high)) {
      if (known == 0) store<u32>(table, load<u32>(table, fieldCount) + 1, fieldCount);
      store<u64>(slot, low);
      store<u64>(slot, high, 8);
      store<u32>(slot, id, 16);
      return true;
    }
    slot += width;
  }
  return false;
}

/** The most that a table grows to, as a power of two. */
const mostBits: u32 = 17;

/** Doubles a table that is half full. A word that finds no place in the new one is forgotten: it is asked for again. */
function grow(table: usize): void {
  const bits = load<u32>(table, fieldBits);
  if (bits >= mostBits || load<u32>(table, fieldCount) < 1 << (bits - 1)) return;
  const old = <usize>load<u32>(table, fieldSlots);
  const slots = (<u32>1 << bits) + reach;
  store<u64>(table + fieldSlots, 0);
  store<u32>(table, bits + 1, fieldBits);
  store<u32>(table, 0, fieldCount);
  ensure(table + fieldSlots, ((2 << bits) + reach) * width);
  for (let slot: u32 = 0; slot < slots; slot++) {
    const at = old + slot * width;
    if (load<u32>(at, 16) != 0) place(table, load<u64>(at), load<u64>(at, 8), load<u32>(at, 16));
  }
}

/** The text that is read, in UTF-8. */
const text = memory.data(8, 8);

/** Where to put a text of at most so many bytes. */
export function textRoom(bytes: u32): usize {
  return ensure(text, bytes + 80);
}

/** Names a word of the text that was read last. Whether the table keeps it: it does not keep long words, nor any number of them. */
export function name(table: usize, start: u32, length: u32, id: u32): bool {
  if (length > 16) return false;
  const at = load<u32>(text) + start;
  const mask = masks + (length << 4);
  const isKept = place(table, load<u64>(at) & load<u64>(mask), load<u64>(at, 8) & load<u64>(mask, 8), id);
  grow(table);
  return isKept;
}

/** Sequences of ids, read from texts: where the ids are, their number, where the line ends are, their number. */
const sequenceBytes = 32;
const sequences = memory.data(8 * 32, 8);

/** Where a sequence's words are: `ids`, room, `lineEnds`, room, `length`, `lineCount`, each a word of 32 bits. */
export function sequence(slot: u32): usize {
  return sequences + slot * sequenceBytes;
}

/** What a reading leaves to its caller: for each word without id its place in the sequence, its start in the text, its length. */
const missing = memory.data(8, 8);

export function misses(): usize {
  return load<u32>(missing);
}

/** Ends the line where words were read since the last one. */
@inline
function endLine(ends: usize, lines: u32, words: u32): u32 {
  if (words == (lines == 0 ? 0 : load<u32>(ends + (lines << 2) - 4))) return lines;
  store<u32>(ends + (lines << 2), words);
  return lines + 1;
}

@inline
function isBelow(bytes: v128, first: i8, count: i8): v128 {
  return i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(first)), i8x16.splat(count));
}

/** Sixteen bits, one a byte, of letters and digits; lower-cases the bytes. */
@inline
function alphanumerics(at: usize): u64 {
  const bytes = v128.load(at);
  const bit = i8x16.splat(0x20);
  const letters = isBelow(v128.or(bytes, bit), 0x61, 26);
  v128.store(at, v128.or(bytes, v128.and(letters, bit)));
  return <u64>i8x16.bitmask(v128.or(letters, isBelow(bytes, 0x30, 10)));
}

/** Of what is no white space of ASCII as Python sees it. */
@inline
function blacks(at: usize): u64 {
  const bytes = v128.load(at);
  const whites = v128.or(isBelow(bytes, 0x1c, 5), isBelow(bytes, 9, 5));
  return <u64>(i8x16.bitmask(whites) ^ 0xffff);
}

@inline
function bytesOf(at: usize, byte: i8): u64 {
  return <u64>i8x16.bitmask(i8x16.eq(v128.load(at), i8x16.splat(byte)));
}

/**
 * Reads a text of so many bytes into a sequence: its runs of ASCII letters and digits, lower-cased, with the lines they stand in; or,
 * with `stretches`, what stands between white space, as it is, as one line.
 *
 * @returns how many words have no id yet (see `misses`)
 */
export function read(slot: u32, bytes: u32, table: usize, stretches: bool): u32 {
  const from = <usize>load<u32>(text);
  const into = sequence(slot);
  const ids = ensure(into, (bytes << 1) + 16);
  const ends = ensure(into + 8, (bytes << 1) + 16);
  const list = ensure(missing, bytes * 6 + 24);
  const slots = <usize>load<u32>(table, fieldSlots);
  const shift = shiftOf(table);
  // Up to a whole block of 64 bytes behind the text, nothing: no letter, and masked off where it counts as a stretch.
  memory.fill(from + bytes, 0, 80);
  let words: u32 = 0;
  let lines: u32 = 0;
  let missed: u32 = 0;
  let start: i32 = -1;
  let carry: u64 = 0;
  for (let block: u32 = 0; block < bytes; block += 64) {
    const at = from + block;
    let inside: u64;
    let breaks: u64 = 0;
    if (stretches) {
      inside = blacks(at) | (blacks(at + 16) << 16) | (blacks(at + 32) << 32) | (blacks(at + 48) << 48);
      if (bytes - block < 64) inside &= (<u64>1 << (bytes - block)) - 1;
    } else {
      inside =
        alphanumerics(at) |
        (alphanumerics(at + 16) << 16) |
        (alphanumerics(at + 32) << 32) |
        (alphanumerics(at + 48) << 48);
      breaks = bytesOf(at, 10) | (bytesOf(at + 16, 10) << 16) | (bytesOf(at + 32, 10) << 32) | (bytesOf(at + 48, 10) << 48);
    }
    // A one where a word begins or ends.
    let edges = inside ^ ((inside << 1) | carry);
    carry = inside >> 63;
    for (let events = edges | breaks; events != 0; events &= events - 1) {
      const bit = ctz(events);
      const position = block + <u32>bit;
      if (((edges >> bit) & 1) != 0) {
        if (start < 0) {
          start = position;
          continue;
        }
        const length = position - start;
        const word = from + start;
        let id: u32 = 0;
        if (length <= 16) {
          const mask = masks + (length << 4);
          id = find(slots, shift, load<u64>(word) & load<u64>(mask), load<u64>(word, 8) & load<u64>(mask, 8));
        }
        if (id == 0) {
          const entry = list + missed++ * 12;
          store<u32>(entry, words);
          store<u32>(entry, start, 4);
          store<u32>(entry, length, 8);
        }
        store<u32>(ids + (words++ << 2), id);
        start = -1;
      }
      if (((breaks >> bit) & 1) != 0) lines = endLine(ends, lines, words);
    }
  }
  if (start >= 0) {
    const entry = list + missed++ * 12;
    store<u32>(entry, words);
    store<u32>(entry, start, 4);
    store<u32>(entry, bytes - start, 8);
    store<u32>(ids + (words++ << 2), 0);
  }
  lines = endLine(ends, lines, words);
  store<u32>(into, words, 16);
  store<u32>(into, lines, 20);
  return missed;
}

/** The token ids of stretches that are not one token: for each the number, then the ids. Its caller writes them. */
const pool = memory.data(8, 8);

/** Room for so many words in the pool, what is there already kept. Gives its place. */
export function poolRoom(words: u32): usize {
  const before = <usize>load<u32>(pool);
  const size = load<u32>(pool, 4);
  const at = ensure(pool, words << 2);
  if (at != before) memory.copy(at, before, size);
  return at;
}

/**
 * The tokens of the stretches read into one slot, in another slot. A stretch's id is twice its token's, or, odd, twice its place in
 * the pool and one.
 */
export function expand(from: u32, slot: u32): void {
  const source = sequence(from);
  const into = sequence(slot);
  const stretches = load<u32>(source, 16);
  const pooled = <usize>load<u32>(pool);
  let count: u32 = 0;
  for (let at: u32 = 0, ids = load<u32>(source); at < stretches; at++) {
    const id = load<u32>(ids + (at << 2));
    count += (id & 1) == 0 ? 1 : load<u32>(pooled + ((id >> 1) << 2));
  }
  let to = ensure(into, (count << 2) + 16);
  for (let at: u32 = 0, ids = load<u32>(source); at < stretches; at++) {
    const id = load<u32>(ids + (at << 2));
    if ((id & 1) == 0) {
      store<u32>(to, id >> 1);
      to += 4;
    } else {
      const entry = pooled + ((id >> 1) << 2);
      const size = load<u32>(entry) << 2;
      memory.copy(to, entry + 4, size);
      to += size;
    }
  }
  store<u32>(into, count, 16);
  store<u32>(into, 1, 20);
}

/** White space outside ASCII as Python sees it. */
function isWideSpace(point: u32): bool {
  return (
    point == 0x85 ||
    point == 0xa0 ||
    point == 0x1680 ||
    (point >= 0x2000 && point <= 0x200a) ||
    point == 0x2028 ||
    point == 0x2029 ||
    point == 0x202f ||
    point == 0x205f ||
    point == 0x3000
  );
}

/** Reads the code points of a text of so many bytes into a sequence, without white space where `blank` is false; gives the greatest. */
export function readCharacters(slot: u32, bytes: u32, blank: bool): u32 {
  let at = <usize>load<u32>(text);
  const end = at + bytes;
  const into = sequence(slot);
  let to = ensure(into, (bytes << 2) + 16);
  const first = to;
  let most: u32 = 0;
  while (at < end) {
    let point: u32 = load<u8>(at);
    if (point < 0x80) {
      at++;
      if (!blank && (point - 9 < 5 || point - 0x1c < 5)) continue;
    } else {
      if (point < 0xe0) {
        point = ((point & 0x1f) << 6) | (load<u8>(at, 1) & 0x3f);
        at += 2;
      } else if (point < 0xf0) {
        point = ((point & 0xf) << 12) | ((load<u8>(at, 1) & 0x3f) << 6) | (load<u8>(at, 2) & 0x3f);
        at += 3;
      } else {
        point =
          ((point & 7) << 18) |
          ((load<u8>(at, 1) & 0x3f) << 12) |
          ((load<u8>(at, 2) & 0x3f) << 6) |
          (load<u8>(at, 3) & 0x3f);
        at += 4;
      }
      if (!blank && isWideSpace(point)) continue;
    }
    store<u32>(to, point);
    to += 4;
    most = max(most, point);
  }
  store<u32>(into, <u32>(to - first) >> 2, 16);
  store<u32>(into, 1, 20);
  return most;
}
