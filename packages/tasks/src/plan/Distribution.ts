/**
 * The assignment of tasks while a plan is made, and the cost of moving one from one person to another.
 *
 * People and tasks are numbers here. One place more than there are people is the pool of unassigned tasks. A task's home is the
 * person who has it already and may keep it. Moving it away from home costs 1, moving it back saves 1.
 */

export interface Item {
  /** The person who has it already and may keep it; -1 when there is none. */
  readonly home: number;
  /** People who must not have it. */
  readonly hiddenFrom: ReadonlyArray<number>;
}

/** The tasks one person has, by what moving them would cost. */
interface Hand {
  readonly items: Set<number>;
  /** How many are at home here. */
  atHome: number;
  /** How many are away from home, or have none. */
  away: number;
  /** Of those away, by the person whose they are. */
  readonly awayFrom: Map<number, number>;
  /** Of those at home and of those away, how many each person must not have. */
  readonly atHomeHidden: Map<number, number>;
  readonly awayHidden: Map<number, number>;
}

/** No task can be moved this way. */
export const impossible = Number.POSITIVE_INFINITY;

const add = (counts: Map<number, number>, key: number, by: number): void => {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
};

export class Distribution {
  readonly pool: number;
  readonly #items: ReadonlyArray<Item>;
  readonly #hands: ReadonlyArray<Hand>;
  readonly #holders: Int32Array;

  /** Everything is in the pool at first. */
  constructor(items: ReadonlyArray<Item>, people: number) {
    this.pool = people;
    this.#items = items;
    this.#holders = new Int32Array(items.length).fill(people);
    this.#hands = Array.from({ length: people + 1 }, () => ({
      items: new Set(),
      atHome: 0,
      away: 0,
      awayFrom: new Map(),
      atHomeHidden: new Map(),
      awayHidden: new Map(),
    }));
    for (let item = 0; item < items.length; item++) this.#count(item, people, 1);
  }

  holderOf(item: number): number {
    return this.#holders[item]!;
  }

  load(person: number): number {
    return this.#hands[person]!.items.size;
  }

  move(item: number, to: number): void {
    this.#count(item, this.#holders[item]!, -1);
    this.#holders[item] = to;
    this.#count(item, to, 1);
  }

  /** Cost of the cheapest move of one task from one person to another: -1, 0, 1 or `impossible`. */
  cost(from: number, to: number): number {
    const hand = this.#hands[from]!;
    const back = hand.awayFrom.get(to) ?? 0;
    if (back > 0) return -1;
    if (hand.away - (hand.awayHidden.get(to) ?? 0) > 0) return 0;
    return hand.atHome - (hand.atHomeHidden.get(to) ?? 0) > 0 ? 1 : impossible;
  }

  /** The first task whose move costs what `cost` says. */
  cheapest(from: number, to: number): number {
    const cost = this.cost(from, to);
    for (const index of this.#hands[from]!.items) {
      const { home, hiddenFrom } = this.#items[index]!;
      if (hiddenFrom.includes(to)) continue;
      if (cost === (home === to ? -1 : home === from ? 1 : 0)) return index;
    }
    throw new Error("The counts of a hand disagree with its tasks.");
  }

  #count(index: number, person: number, by: 1 | -1): void {
    const hand = this.#hands[person]!;
    const { home, hiddenFrom } = this.#items[index]!;
    if (by === 1) hand.items.add(index);
    else hand.items.delete(index);
    if (home === person) {
      hand.atHome += by;
      for (const hidden of hiddenFrom) add(hand.atHomeHidden, hidden, by);
    } else {
      hand.away += by;
      if (home >= 0) add(hand.awayFrom, home, by);
      for (const hidden of hiddenFrom) add(hand.awayHidden, hidden, by);
    }
  }
}
