/**
 * The n-grams that sequences of tokens share, counted exactly, in time linear in tokens × order.
 *
 * Two sequences are laid side by side and the places in them sorted by the tokens from there on: a counting sort for each of `order`
 * tokens, the last first. Places with the same n-gram are then neighbours, for any n, and one sweep counts them all.
 */
import { ensureCapacity } from "./ensureCapacity.ts";

/** The tokens as numbers from 1; each sequence ends in `order` symbols of its own, so that no n-gram that goes beyond it is shared. */
let symbols = new Int32Array(1024);
/** Symbols by token. Zeros between calls. */
let names = new Int32Array(1024);
/** The places, as far as they are sorted, and as they are being sorted. */
let places = new Int32Array(1024);
let next = new Int32Array(1024);
/** By symbol: how many places have it, and where the next of them goes. */
let sizes = new Int32Array(1024);
let heads = new Int32Array(1024);

/** As many places have room that is kept from call to call. */
const mostKept = 1 << 16;

const makeRoom = (mine: Int32Array, theirs: Int32Array, order: number): void => {
  const count = mine.length + theirs.length;
  let bound = 0;
  for (const tokens of [mine, theirs]) {
    for (let at = 0; at < tokens.length; at++) if (tokens[at]! >= bound) bound = tokens[at]! + 1;
  }
  names = ensureCapacity(names, bound);
  symbols = ensureCapacity(symbols, count + 2 * order);
  places = ensureCapacity(places, count + 1);
  next = ensureCapacity(next, count + 1);
  sizes = ensureCapacity(sizes, count + 2);
  heads = ensureCapacity(heads, count + 2);
};

const dropRoom = (): void => {
  symbols = places = next = sizes = heads = new Int32Array(0);
};

/** Lays a sequence from a place on, where so many symbols are known, and gives the number of symbols then. */
const layTokens = (tokens: Int32Array, from: number, known: number): number => {
  const symbolOf = names;
  const laid = symbols;
  let count = known;
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!;
    if (symbolOf[token] === 0) symbolOf[token] = ++count;
    laid[from + at] = symbolOf[token]!;
  }
  return count;
};

/** Lays both sequences, and gives the number that every symbol is below. */
const lay = (mine: Int32Array, theirs: Int32Array, order: number): number => {
  const second = mine.length + order;
  const end = second + theirs.length;
  const count = layTokens(theirs, second, layTokens(mine, 0, 0));
  symbols.fill(0, mine.length, second);
  symbols.fill(count + 1, end, end + order);
  for (const tokens of [mine, theirs]) for (let at = 0; at < tokens.length; at++) names[tokens[at]!] = 0;
  return count + 2;
};

/** Sorts the places by the symbols so far behind them; those that have the same one stay as they are. */
const passAt = (offset: number, count: number, bound: number): void => {
  const laid = symbols;
  const from = places;
  const to = next;
  const nextOf = heads;
  for (let symbol = 0, start = 0; symbol < bound; symbol++) {
    nextOf[symbol] = start;
    start += sizes[symbol]!;
  }
  for (let at = 0; at < count; at++) {
    const place = from[at]!;
    to[nextOf[laid[place + offset]!]!++] = place;
  }
  places = to;
  next = from;
};

/** Sorts the places of two sequences of these lengths by the `order` symbols from there on. */
const sort = (mine: number, theirs: number, order: number, bound: number): void => {
  const second = mine + order;
  for (let at = 0; at < mine; at++) places[at] = at;
  for (let at = 0; at < theirs; at++) places[mine + at] = second + at;
  // The sizes for one offset are those for the next one but for a symbol at either end of each sequence.
  sizes.fill(0, 0, bound);
  for (let at = 0; at < mine; at++) sizes[symbols[order + at]!]!++;
  for (let at = 0; at < theirs; at++) sizes[symbols[second + order + at]!]!++;
  for (let offset = order - 1; offset >= 0; offset--) {
    sizes[symbols[offset]!]!++;
    sizes[symbols[mine + offset]!]!--;
    sizes[symbols[second + offset]!]!++;
    sizes[symbols[second + theirs + offset]!]!--;
    passAt(offset, mine + theirs, bound);
  }
};

/**
 * Adds to `shared`, by length, how many n-grams both sequences have, each counted as often as both have it.
 *
 * @param most by length and place, as often as an n-gram of `mine` was counted before: only what goes beyond that is added
 */
const sweep = (
  mine: number,
  theirs: number,
  order: number,
  shared: Array<number>,
  most: Int32Array | undefined,
): void => {
  const laid = symbols;
  const sorted = places;
  // By length of n-gram: how many places of each sequence come before the first that has the n-gram at hand.
  const myStarts = new Array<number>(order).fill(0);
  const theirStarts = new Array<number>(order).fill(0);
  // A last place, where nothing starts that starts anywhere else.
  sorted[mine + theirs] = mine;
  let seenMine = 0;
  for (let seen = 1; seen <= mine + theirs; seen++) {
    const before = sorted[seen - 1]!;
    const place = sorted[seen]!;
    // Without a branch: which sequence a place is of cannot be foreseen.
    seenMine += (before - mine) >>> 31;
    let same = 0;
    while (same < order && laid[place + same] === laid[before + same]) same++;
    for (let length = same; length < order; length++) {
      const start = myStarts[length]!;
      const both = Math.min(seenMine - start, seen - seenMine - theirStarts[length]!);
      myStarts[length] = seenMine;
      theirStarts[length] = seen - seenMine;
      if (most === undefined) shared[length]! += both;
      else if (both > most[length * mine + start]!) {
        shared[length]! += both - most[length * mine + start]!;
        most[length * mine + start] = both;
      }
    }
  }
};

const addShared = (
  mine: Int32Array,
  theirs: Int32Array,
  longest: number,
  shared: Array<number>,
  most?: Int32Array,
): void => {
  // Longer n-grams than the shorter text, neither shares.
  const order = Math.min(longest, mine.length, theirs.length);
  if (order === 0) return;
  const count = mine.length + theirs.length;
  makeRoom(mine, theirs, order);
  sort(mine.length, theirs.length, order, lay(mine, theirs, order));
  sweep(mine.length, theirs.length, order, shared, most);
  if (count > mostKept) dropRoom();
};

/** Shared n-grams with each of `others`: `[other][n - 1]`, each counted as often as both have it. */
export const sharedWithEach = (
  tokens: Int32Array,
  others: ReadonlyArray<Int32Array>,
  order: number,
): ReadonlyArray<ReadonlyArray<number>> =>
  others.map((other) => {
    const shared = new Array<number>(order).fill(0);
    addShared(tokens, other, order, shared);
    return shared;
  });

/** Shared n-grams with `others` together: `[n - 1]`, each counted as often as `tokens` and the one of them that has most of it have. */
export const sharedWithAny = (
  tokens: Int32Array,
  others: ReadonlyArray<Int32Array>,
  order: number,
): ReadonlyArray<number> => {
  const shared = new Array<number>(order).fill(0);
  const most = others.length > 1 ? new Int32Array(tokens.length * Math.min(order, tokens.length)) : undefined;
  for (const other of others) addShared(tokens, other, order, shared, most);
  return shared;
};

/** How many n-grams of length 1 … order a sequence of this size has, repeats included. */
export const totalsOf = (size: number, order: number): Array<number> =>
  new Array<number>(order).fill(size).map((all, index) => Math.max(all - index, 0));
