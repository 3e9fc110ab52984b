/**
 * The n-grams that sequences of tokens share, counted exactly, in time linear in tokens × length.
 *
 * The n-grams of one sequence are a tree: each node is its parent's n-gram and one token more. A node that was reached once is a leaf
 * and knows where; what follows it is read in the sequence itself, so of a text whose longer n-grams are all different few are stored.
 * A walk through another sequence ends at the first n-gram it does not share.
 */
import { KeyTable } from "../rouge/KeyTable.ts";
import { room } from "../rouge/room.ts";

/** Sequences longer than this get room of their own, which is not kept. */
const longestKept = 1 << 15;

/** Room for one tree, by node. All but `lengths` and `starts` are zeros while no tree is there. */
class Room {
  readonly children = new KeyTable(6);
  /** How often the n-gram occurs. */
  counts = new Int32Array(64);
  /** Its length, and where it starts first. */
  lengths = new Int32Array(64);
  starts = new Int32Array(64);
  /** How often the sequence that is walked has it. */
  here = new Int32Array(64);
  /** The most that one of the sequences walked so far has. */
  most = new Int32Array(64);
  /** For a leaf: the greatest length up to which a sequence that was walked goes on as this one does. */
  reach = new Int32Array(64);

  make(size: number, order: number): void {
    // Nodes reached once are at most as many as starts, and of each length half as many were reached twice or more.
    const nodes = 2 + size + Math.ceil((size * order) / 2);
    this.children.clear(2 * size + 1);
    this.counts = room(this.counts, nodes);
    this.lengths = room(this.lengths, nodes);
    this.starts = room(this.starts, nodes);
    this.here = room(this.here, nodes);
    this.most = room(this.most, nodes);
    this.reach = room(this.reach, nodes);
  }

  clear(nodes: number): void {
    this.counts.fill(0, 0, nodes);
    this.most.fill(0, 0, nodes);
    this.reach.fill(0, 0, nodes);
  }
}

/** Kept from call to call. */
const common = new Room();

/** Grows the tree of a sequence and gives its number of nodes; node 0 is the root. */
const grow = (tokens: ArrayLike<number>, order: number, { children, counts, lengths, starts }: Room): number => {
  const size = tokens.length;
  let nodes = 1;
  const leaf = (parent: number, start: number, length: number): void => {
    children.intern(parent, tokens[start + length - 1]!, 0, nodes);
    counts[nodes] = 1;
    lengths[nodes] = length;
    starts[nodes] = start;
    nodes++;
  };
  for (let start = 0; start < size; start++) {
    const longest = Math.min(order, size - start);
    for (let node = 0, length = 1; length <= longest; length++) {
      const child = children.find(node, tokens[start + length - 1]!, 0);
      if (child === 0) {
        leaf(node, start, length);
        break;
      }
      const first = starts[child]!;
      // No leaf any more: where it was reached first now goes on in a leaf below.
      if (counts[child]!++ === 1 && length < order && first + length < size) leaf(child, first, length + 1);
      node = child;
    }
  }
  return nodes;
};

/** Walks through another sequence: counts in `here` what it shares, and notes how far it goes along with leaves. */
const walk = (
  mine: ArrayLike<number>,
  other: ArrayLike<number>,
  order: number,
  { children, counts, starts, here, reach }: Room,
): void => {
  for (let start = 0; start < other.length; start++) {
    const longest = Math.min(order, other.length - start);
    for (let node = 0, length = 1; length <= longest; length++) {
      node = children.find(node, other[start + length - 1]!, 0);
      if (node === 0) break;
      here[node]!++;
      if (counts[node] !== 1) continue;
      const first = starts[node]!;
      while (length < longest && first + length < mine.length && mine[first + length] === other[start + length])
        length++;
      if (length > reach[node]!) reach[node] = length;
      break;
    }
  }
};

/** The counts per length: each n-gram as often as it occurs here and, in `most`, there. What follows a leaf occurs once. */
const matchesIn = (nodes: number, order: number, { counts, lengths, most, reach }: Room): Array<number> => {
  const matches = new Array<number>(order).fill(0);
  for (let node = 1; node < nodes; node++) {
    if (most[node] === 0) continue;
    const length = lengths[node]!;
    matches[length - 1]! += Math.min(counts[node]!, most[node]!);
    for (let longer = length; longer < reach[node]!; longer++) matches[longer]!++;
  }
  return matches;
};

/**
 * For each of `others`, or for all of them together: how many n-grams of length 1 … `order` it shares with `tokens`, at the indices
 * 0 … order - 1. A shared n-gram counts as often as both have it; together, as often as the one of them that has most.
 */
const shared = (
  tokens: ArrayLike<number>,
  others: ReadonlyArray<ArrayLike<number>>,
  order: number,
  together: boolean,
): Array<Array<number>> => {
  const space = tokens.length > longestKept ? new Room() : common;
  space.make(tokens.length, order);
  const nodes = grow(tokens, order, space);
  const results: Array<Array<number>> = [];
  for (const other of others) {
    walk(tokens, other, order, space);
    for (let node = 1; node < nodes; node++) {
      if (space.here[node]! > space.most[node]!) space.most[node] = space.here[node]!;
      space.here[node] = 0;
    }
    if (together) continue;
    results.push(matchesIn(nodes, order, space));
    space.most.fill(0, 0, nodes);
    space.reach.fill(0, 0, nodes);
  }
  if (together) results.push(matchesIn(nodes, order, space));
  space.clear(nodes);
  return results;
};

/** Shared n-grams with each of `others`: `[other][n - 1]`, each counted as often as both have it. */
export const sharedWithEach = (
  tokens: ArrayLike<number>,
  others: ReadonlyArray<ArrayLike<number>>,
  order: number,
): ReadonlyArray<ReadonlyArray<number>> => shared(tokens, others, order, false);

/** Shared n-grams with `others` together: `[n - 1]`, each counted as often as `tokens` and the one of them that has most of it have. */
export const sharedWithAny = (
  tokens: ArrayLike<number>,
  others: ReadonlyArray<ArrayLike<number>>,
  order: number,
): ReadonlyArray<number> => shared(tokens, others, order, true)[0]!;

/** How many n-grams of length 1 … order a sequence of this size has, repeats included. */
export const totalsOf = (size: number, order: number): Array<number> =>
  Array.from({ length: order }, (_, index) => Math.max(size - index, 0));
