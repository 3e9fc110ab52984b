/**
 * The n-grams that sequences of tokens share, counted exactly, in time linear in tokens × order.
 *
 * Two sequences are laid side by side and the places in them sorted by the tokens from there on: a counting sort for each of `order`
 * tokens, the last first. Places with the same n-gram are then neighbours, whatever n is, and one sweep counts them all.
 */
import { room } from "../rouge/room.ts";

/** More places get room of their own, which is not kept. */
const mostKept = 1 << 16;

class Room {
  /** The tokens as numbers from 1; each sequence ends in `order` symbols of its own, so that no n-gram that goes beyond it is shared. */
  symbols = new Int32Array(1024);
  /** Symbols by token. Zeros between calls. */
  names = new Int32Array(1024);
  /** The places, as far as they are sorted, and as they are being sorted. */
  places = new Int32Array(1024);
  next = new Int32Array(1024);
  /** By symbol: how many places have it, and where the next of them goes. */
  sizes = new Int32Array(1024);
  heads = new Int32Array(1024);
  /** By length of n-gram: how many places of each sequence come before the first that has the n-gram at hand. */
  startsMine = new Int32Array(64);
  startsTheirs = new Int32Array(64);

  make(bound: number, places: number, order: number): void {
    this.symbols = room(this.symbols, places + 2 * order);
    this.names = room(this.names, bound);
    this.places = room(this.places, places + 1);
    this.next = room(this.next, places + 1);
    this.sizes = room(this.sizes, places + 2);
    this.heads = room(this.heads, places + 2);
    this.startsMine = room(this.startsMine, order);
    this.startsTheirs = room(this.startsTheirs, order);
  }
}

/** Kept from call to call. */
const common = new Room();

/** Lays a sequence from a place on, where so many symbols are known, and gives the number of symbols then. */
const layTokens = ({ symbols, names }: Room, tokens: Int32Array, from: number, known: number): number => {
  let count = known;
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!;
    if (names[token] === 0) names[token] = ++count;
    symbols[from + at] = names[token]!;
  }
  return count;
};

/** Lays both sequences, and gives the number that every symbol is below. */
const lay = (space: Room, mine: Int32Array, theirs: Int32Array, order: number): number => {
  const second = mine.length + order;
  const end = second + theirs.length;
  const count = layTokens(space, theirs, second, layTokens(space, mine, 0, 0));
  space.symbols.fill(0, mine.length, second);
  space.symbols.fill(count + 1, end, end + order);
  for (let at = 0; at < mine.length; at++) space.names[mine[at]!] = 0;
  for (let at = 0; at < theirs.length; at++) space.names[theirs[at]!] = 0;
  return count + 2;
};

/** Sorts the places of two sequences of these lengths by the `order` symbols from there on. */
const sort = (space: Room, mine: number, theirs: number, order: number, bound: number): void => {
  const { symbols, sizes, heads } = space;
  const second = mine + order;
  for (let at = 0; at < mine; at++) space.places[at] = at;
  for (let at = 0; at < theirs; at++) space.places[mine + at] = second + at;
  // The sizes for one offset are those for the next one but for a symbol at either end of each sequence.
  sizes.fill(0, 0, bound);
  for (let at = 0; at < mine; at++) sizes[symbols[order + at]!]!++;
  for (let at = 0; at < theirs; at++) sizes[symbols[second + order + at]!]!++;
  for (let offset = order - 1; offset >= 0; offset--) {
    sizes[symbols[offset]!]!++;
    sizes[symbols[mine + offset]!]!--;
    sizes[symbols[second + offset]!]!++;
    sizes[symbols[second + theirs + offset]!]!--;
    for (let symbol = 0, start = 0; symbol < bound; symbol++) {
      heads[symbol] = start;
      start += sizes[symbol]!;
    }
    const { places, next } = space;
    for (let at = 0; at < mine + theirs; at++) {
      const place = places[at]!;
      next[heads[symbols[place + offset]!]!++] = place;
    }
    space.places = next;
    space.next = places;
  }
};

/**
 * Adds to `shared`, by length, how many n-grams both sequences have, each counted as often as both have it.
 *
 * @param most by length and place, as often as an n-gram of `mine` was counted before: only what goes beyond that is added
 */
const sweep = (
  { symbols, places, startsMine, startsTheirs }: Room,
  mine: number,
  theirs: number,
  order: number,
  shared: Array<number>,
  most: Int32Array | undefined,
): void => {
  startsMine.fill(0, 0, order);
  startsTheirs.fill(0, 0, order);
  // A last place, where nothing starts that starts anywhere else.
  places[mine + theirs] = mine;
  let seenMine = 0;
  for (let seen = 1; seen <= mine + theirs; seen++) {
    const before = places[seen - 1]!;
    const place = places[seen]!;
    // Without a branch: which sequence a place is of cannot be foreseen.
    seenMine += (before - mine) >>> 31;
    let same = 0;
    while (same < order && symbols[place + same] === symbols[before + same]) same++;
    for (let length = same; length < order; length++) {
      const start = startsMine[length]!;
      const both = Math.min(seenMine - start, seen - seenMine - startsTheirs[length]!);
      startsMine[length] = seenMine;
      startsTheirs[length] = seen - seenMine;
      if (most === undefined) shared[length]! += both;
      else if (both > most[length * mine + start]!) {
        shared[length]! += both - most[length * mine + start]!;
        most[length * mine + start] = both;
      }
    }
  }
};

const boundOf = (tokens: Int32Array): number => {
  let bound = 0;
  for (let at = 0; at < tokens.length; at++) if (tokens[at]! >= bound) bound = tokens[at]! + 1;
  return bound;
};

const addShared = (
  mine: Int32Array,
  theirs: Int32Array,
  order: number,
  shared: Array<number>,
  most?: Int32Array,
): void => {
  const places = mine.length + theirs.length;
  const space = places > mostKept ? new Room() : common;
  space.make(Math.max(boundOf(mine), boundOf(theirs)), places, order);
  sort(space, mine.length, theirs.length, order, lay(space, mine, theirs, order));
  sweep(space, mine.length, theirs.length, order, shared, most);
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
  const most = others.length > 1 ? new Int32Array(tokens.length * order) : undefined;
  for (const other of others) addShared(tokens, other, order, shared, most);
  return shared;
};

/** How many n-grams of length 1 … order a sequence of this size has, repeats included. */
export const totalsOf = (size: number, order: number): Array<number> =>
  Array.from({ length: order }, (_, index) => Math.max(size - index, 0));
