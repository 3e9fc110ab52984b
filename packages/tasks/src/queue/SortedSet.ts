/**
 * Values in order, each once, with their ranks: a treap whose nodes know how many they stand for.
 *
 * 1. Adding, deleting and finding by rank or bound costs O(log n), expected over the priorities, for any order of the calls.
 * 2. The same calls give the same tree: priorities come from a generator that begins alike in every set.
 *
 * @source Seidel and Aragon, "Randomized Search Trees", Algorithmica 16 (1996).
 */

interface Node<T> {
  readonly value: T;
  readonly priority: number;
  size: number;
  left: Node<T> | undefined;
  right: Node<T> | undefined;
}

type Tree<T> = Node<T> | undefined;

const sizeOf = (tree: Tree<unknown>): number => tree?.size ?? 0;

const counted = <T>(node: Node<T>): Node<T> => {
  node.size = sizeOf(node.left) + sizeOf(node.right) + 1;
  return node;
};

/** All of `left` stands before all of `right`. */
const joined = <T>(left: Tree<T>, right: Tree<T>): Tree<T> => {
  if (left === undefined) return right;
  if (right === undefined) return left;
  if (left.priority > right.priority) {
    left.right = joined(left.right, right);
    return counted(left);
  }
  right.left = joined(left, right.left);
  return counted(right);
};

export class SortedSet<T> {
  readonly #order: (a: T, b: T) => number;
  #root: Tree<T>;
  #seed = 0x2545f491;

  /** @param order below 0 where `a` stands before `b`, and 0 only where they are the same value */
  constructor(order: (a: T, b: T) => number) {
    this.#order = order;
  }

  get size(): number {
    return sizeOf(this.#root);
  }

  add(value: T): void {
    const [before, rest] = this.#split(this.#root, (each) => this.#order(each, value) < 0);
    const [, after] = this.#split(rest, (each) => this.#order(each, value) <= 0);
    const node: Node<T> = { value, priority: this.#draw(), size: 1, left: undefined, right: undefined };
    this.#root = joined(joined(before, node), after);
  }

  delete(value: T): void {
    const [before, rest] = this.#split(this.#root, (each) => this.#order(each, value) < 0);
    const [, after] = this.#split(rest, (each) => this.#order(each, value) <= 0);
    this.#root = joined(before, after);
  }

  /** How many stand in front of the first for which `isBefore` no longer holds; it holds for none behind that. */
  rank(isBefore: (value: T) => boolean): number {
    let rank = 0;
    for (let at = this.#root; at !== undefined; ) {
      if (isBefore(at.value)) {
        rank += sizeOf(at.left) + 1;
        at = at.right;
      } else at = at.left;
    }
    return rank;
  }

  /** The value with so many in front of it. */
  at(rank: number): T | undefined {
    let left = rank;
    for (let at = this.#root; at !== undefined; ) {
      const before = sizeOf(at.left);
      if (left === before) return at.value;
      if (left < before) at = at.left;
      else {
        left -= before + 1;
        at = at.right;
      }
    }
    return undefined;
  }

  /** The values from one rank to another, the latter left out. */
  *range(from: number, to: number): IterableIterator<T> {
    const open: Array<Node<T>> = [];
    let skip = from;
    let left = to - from;
    for (let at = this.#root; at !== undefined; ) {
      const before = sizeOf(at.left);
      if (skip <= before) {
        open.push(at);
        at = at.left;
      } else {
        skip -= before + 1;
        at = at.right;
      }
    }
    for (let node = open.pop(); node !== undefined && left > 0; node = open.pop()) {
      yield node.value;
      left--;
      for (let at = node.right; at !== undefined; at = at.left) open.push(at);
    }
  }

  [Symbol.iterator](): IterableIterator<T> {
    return this.range(0, this.size);
  }

  #split(tree: Tree<T>, isLeft: (value: T) => boolean): readonly [Tree<T>, Tree<T>] {
    if (tree === undefined) return [undefined, undefined];
    if (isLeft(tree.value)) {
      const [left, right] = this.#split(tree.right, isLeft);
      tree.right = left;
      return [counted(tree), right];
    }
    const [left, right] = this.#split(tree.left, isLeft);
    tree.left = right;
    return [left, counted(tree)];
  }

  // Xorshift (Marsaglia, 2003), 32 bits.
  #draw(): number {
    this.#seed ^= this.#seed << 13;
    this.#seed ^= this.#seed >>> 17;
    this.#seed ^= this.#seed << 5;
    return this.#seed >>> 0;
  }
}
