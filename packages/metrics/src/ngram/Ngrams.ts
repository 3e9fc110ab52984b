/**
 * The n-grams of one sequence of tokens, up to some length, and how many of them other sequences share.
 *
 * The n-grams are a tree: each node is its parent's n-gram and one token more, so that a walk through another sequence stops at the
 * first n-gram it does not share. Building and comparing take time linear in tokens × length. All counts are exact.
 */

/** Finds a node's child by token. Open addressing; both keys are compared, so no two n-grams are ever taken for one. */
class Children {
  readonly #mask: number;
  /** Three numbers a slot: parent, token, and the child, which is 0 in a free slot. */
  readonly #slots: Int32Array;

  constructor(expected: number) {
    const count = 1 << (32 - Math.clz32(Math.max(expected + (expected >> 1), 8)));
    this.#mask = count - 1;
    this.#slots = new Int32Array(3 * count);
  }

  /** The child, or the complement of where a new one would be put. */
  find(parent: number, token: number): number {
    let slot = Math.imul(Math.imul(parent, 0x9e3779b1) ^ token, 0x85ebca6b);
    slot = (slot ^ (slot >>> 15)) & this.#mask;
    for (;;) {
      const at = 3 * slot;
      const child = this.#slots[at + 2]!;
      if (child === 0) return ~at;
      if (this.#slots[at + 1] === token && this.#slots[at] === parent) return child;
      slot = (slot + 1) & this.#mask;
    }
  }

  put(at: number, parent: number, token: number, child: number): void {
    this.#slots[at] = parent;
    this.#slots[at + 1] = token;
    this.#slots[at + 2] = child;
  }
}

/** The tree of n-grams of one sequence. Node 0 is the root. */
export class Ngrams {
  /** Length of the longest n-grams counted. */
  readonly order: number;
  /** `totals[n - 1]`: how many n-grams of length n the sequence has, repeats included. */
  readonly totals: ReadonlyArray<number>;
  readonly #children: Children;
  readonly #length: Uint8Array;
  readonly #counts: Int32Array;
  #nodes = 1;

  constructor(tokens: ArrayLike<number>, order: number) {
    const size = tokens.length;
    const capacity = size * order + 1;
    this.order = order;
    this.totals = totalsOf(size, order);
    this.#children = new Children(capacity);
    this.#length = new Uint8Array(capacity);
    this.#counts = new Int32Array(capacity);
    for (let start = 0; start < size; start++) {
      const end = Math.min(start + order, size);
      for (let at = start, node = 0; at < end; at++) {
        let child = this.#children.find(node, tokens[at]!);
        if (child < 0) {
          const free = ~child;
          child = this.#nodes++;
          this.#children.put(free, node, tokens[at]!, child);
          this.#length[child] = at - start + 1;
        }
        this.#counts[child]!++;
        node = child;
      }
    }
  }

  /**
   * `matches[n - 1]`: how many n-grams of length n are shared, each counted at most as often as in this sequence and in the one of
   * `others` where it is most frequent.
   */
  matches(...others: ReadonlyArray<ArrayLike<number>>): Array<number> {
    const most = new Int32Array(this.#nodes);
    const here = others.length > 1 ? new Int32Array(this.#nodes) : most;
    for (const tokens of others) {
      this.#count(tokens, here);
      if (here === most) break;
      for (let node = 1; node < this.#nodes; node++) if (here[node]! > most[node]!) most[node] = here[node]!;
      here.fill(0);
    }
    const matches = new Array<number>(this.order).fill(0);
    for (let node = 1; node < this.#nodes; node++) {
      matches[this.#length[node]! - 1]! += Math.min(this.#counts[node]!, most[node]!);
    }
    return matches;
  }

  #count(tokens: ArrayLike<number>, into: Int32Array): void {
    const size = tokens.length;
    for (let start = 0; start < size; start++) {
      const end = Math.min(start + this.order, size);
      for (let at = start, node = 0; at < end; at++) {
        node = this.#children.find(node, tokens[at]!);
        if (node < 0) break;
        into[node]!++;
      }
    }
  }
}

/** How many n-grams of length 1…order a sequence of this size has. */
export const totalsOf = (size: number, order: number): Array<number> =>
  Array.from({ length: order }, (_, index) => Math.max(size - index, 0));

/** Gives equal tokens equal numbers, from 1 up. One numbering serves the texts of one comparison. */
export class Numbering {
  readonly #numbers = new Map<string, number>();

  /** The numbers of these tokens, in their order; new tokens get new numbers. */
  of(tokens: ReadonlyArray<string>): Int32Array {
    const numbers = new Int32Array(tokens.length);
    for (let at = 0; at < tokens.length; at++) {
      const known = this.#numbers.get(tokens[at]!);
      numbers[at] = known ?? this.#numbers.size + 1;
      if (known === undefined) this.#numbers.set(tokens[at]!, numbers[at]!);
    }
    return numbers;
  }

  /** The numbers of these tokens; 0 for all that have none, which is enough for what is compared with numbered ones. */
  find(tokens: ReadonlyArray<string>): Int32Array {
    const numbers = new Int32Array(tokens.length);
    for (let at = 0; at < tokens.length; at++) numbers[at] = this.#numbers.get(tokens[at]!) ?? 0;
    return numbers;
  }
}
