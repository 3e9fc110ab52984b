/** N-grams that two texts share, each counted as often as both have it: by bits where one text fits a strip, else by sorting. */

import { ensureCapacity } from "../kernel/ensureCapacity.ts";
import { sharedWithEach } from "../kernel/Ngrams.ts";
import * as Strip from "../kernel/Strip.ts";
import type { Tokens } from "./Tokens.ts";

/**
 * How many n-grams two texts share, for n = 1 … `longest`, at the index n. Linear in the texts.
 *
 * @param size every id is below this
 */
export const sharedNgrams = (one: Tokens, other: Tokens, longest: number, size: number): number[] => {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return short.length <= Strip.width ? byBits(short, long, longest, size) : bySorting(short, long, longest);
};

const bySorting = (one: Tokens, other: Tokens, longest: number): number[] => {
  const [shared] = sharedWithEach(one.words(), [other.words()], longest);
  return [0, ...shared!];
};

/** For each token of the longer text: the columns where an n-gram ends in the shorter one that ends here in the longer. Two words. */
let lows = new Int32Array(1024);
let highs = new Int32Array(1024);

const byBits = (short: Tokens, long: Tokens, longest: number, size: number): number[] => {
  lows = ensureCapacity(lows, long.length);
  highs = ensureCapacity(highs, long.length);
  Strip.lay(short.ids, 0, short.length, size);
  const shared = [0];
  for (let n = 1; n <= longest; n++) {
    if (n === 1) beginEnds(long);
    else extendEnds(long);
    shared.push(takeEnds(long.length));
  }
  Strip.lift(short.ids, 0, short.length);
  return shared;
};

/** A single word ends where it stands. */
const beginEnds = ({ ids, length }: Tokens): void => {
  const columnsOf = Strip.laid();
  const low = lows;
  const high = highs;
  for (let at = 0; at < length; at++) {
    low[at] = columnsOf[ids[at]! * 2]!;
    high[at] = columnsOf[ids[at]! * 2 + 1]!;
  }
};

/** An n-gram ends where its last word stands behind an end of the words before. */
const extendEnds = ({ ids, length }: Tokens): void => {
  const columnsOf = Strip.laid();
  const low = lows;
  const high = highs;
  for (let at = length - 1; at > 0; at--) {
    const before = low[at - 1]!;
    low[at] = (before << 1) & columnsOf[ids[at]! * 2]!;
    high[at] = ((high[at - 1]! << 1) | (before >>> 31)) & columnsOf[ids[at]! * 2 + 1]!;
  }
  low[0] = 0;
  high[0] = 0;
};

/** Gives each n-gram of the longer text the first of its ends that none before it has taken; how many got one. Without a branch. */
const takeEnds = (length: number): number => {
  let takenLow = 0;
  let takenHigh = 0;
  let taken = 0;
  const endLows = lows;
  const endHighs = highs;
  for (let at = 0; at < length; at++) {
    const low = endLows[at]! & ~takenLow;
    const high = endHighs[at]! & ~takenHigh;
    const first = low & -low;
    // All ones where there is no low end.
    const isHigh = ~((low | -low) >> 31);
    const second = high & -high & isHigh;
    takenLow |= first;
    takenHigh |= second;
    const any = first | second;
    taken += (any | -any) >>> 31;
  }
  return taken;
};
