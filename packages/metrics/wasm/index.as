// What the kernels offer to `src/wasm`. Sequences are named by slot, tables by what `newTable` gave.

import * as Lcs from "./lcs";
import * as Ngrams from "./ngrams";
import * as Union from "./union";
import * as Words from "./words";

export { clearTable, expand, misses, name, newTable, poolRoom, read, readCharacters, sequence, textRoom } from "./words";
export { shared } from "./ngrams";

/** Shared n-grams of all lengths up to `order`, at `shared`; false where they cannot be counted here. */
export function ngrams(one: u32, other: u32, order: u32, size: u32): bool {
  const a = Words.sequence(one);
  const b = Words.sequence(other);
  const aLength = load<u32>(a, 16);
  const bLength = load<u32>(b, 16);
  if (order <= 4 && min(aLength, bLength) <= 128) {
    const isFirst = aLength <= bLength;
    const short = isFirst ? a : b;
    const long = isFirst ? b : a;
    const width = load<u32>(short, 16);
    if (width <= 64) Ngrams.byBits(load<u32>(short), width, load<u32>(long), load<u32>(long, 16), size);
    else Ngrams.byWideBits(load<u32>(short), width, load<u32>(long), load<u32>(long, 16), size);
    return true;
  }
  return Ngrams.bySorting(load<u32>(a), aLength, load<u32>(b), bLength, order, size);
}

export function lcs(one: u32, other: u32, size: u32): u32 {
  const a = Words.sequence(one);
  const b = Words.sequence(other);
  return Lcs.lcs(load<u32>(a), load<u32>(a, 16), load<u32>(b), load<u32>(b, 16), size);
}

export function union(candidate: u32, reference: u32, size: u32): u32 {
  return Union.unionHits(Words.sequence(candidate), Words.sequence(reference), size);
}
