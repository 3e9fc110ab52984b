/**
 * Makes a distribution the best there is: by moving tasks around in circles as long as a circle saves anything.
 *
 * This is minimum-cost flow by cancelling negative cycles (M. Klein, "A primal method for minimal cost flows", Management Science 14,
 * 1967), over people instead of tasks: between two people only the cheapest move matters. A further node stands for the loads
 * themselves, so that giving one person more and another less is a circle as well. A distribution without a negative cycle is
 * optimal: by cost first (unassigned tasks, then loads far from their shares) and for moves after that.
 */
import { type Distribution, impossible } from "./Distribution.ts";

export interface Limits {
  readonly share: number;
  readonly least: number;
  readonly most: number;
}

/** Cost of one more unit for a person who has `load`: nothing between the whole numbers around the share, ever more outside. */
const marginal = (share: number, load: number): number =>
  load < share && share < load + 1 ? 0 : 2 * (load - share) + 1;

// Shares are rounded to this, so that sums of costs are exact.
const resolution = 1 << 10;

/** Costs as one whole number each: what goes first weighs more than everything after it together. */
const scales = (people: number, tasks: number) => {
  const balance = 2 * (people + 3);
  return { balance: balance * resolution, missing: balance * resolution * (2 * tasks + 2) };
};

/** Rounds a share as costs have it. */
export const rounded = (share: number): number => Math.round(share * resolution) / resolution;

class Graph {
  readonly size: number;
  /** The node of the loads. */
  readonly loads: number;
  readonly #costs: Float64Array;
  readonly #distribution: Distribution;
  readonly #limits: ReadonlyArray<Limits>;
  readonly #scale: ReturnType<typeof scales>;

  constructor(distribution: Distribution, limits: ReadonlyArray<Limits>, tasks: number) {
    this.#distribution = distribution;
    this.#limits = limits;
    this.#scale = scales(limits.length, tasks);
    this.loads = limits.length + 1;
    this.size = limits.length + 2;
    this.#costs = new Float64Array(this.size * this.size).fill(impossible);
    for (let person = 0; person < this.loads; person++) this.refresh(person);
  }

  cost(from: number, to: number): number {
    return this.#costs[from * this.size + to]!;
  }

  /** Reads the costs of tasks leaving a person, and of a change of their load, again. */
  refresh(person: number): void {
    const { pool } = this.#distribution;
    const row = person * this.size;
    for (let to = 0; to <= pool; to++) {
      this.#costs[row + to] = to === person ? impossible : this.#distribution.cost(person, to);
    }
    const load = this.#distribution.load(person);
    const { missing, balance } = this.#scale;
    if (person === pool) {
      this.#costs[row + this.loads] = missing;
      this.#costs[this.loads * this.size + pool] = load > 0 ? -missing : impossible;
      return;
    }
    const { share, least, most } = this.#limits[person]!;
    this.#costs[row + this.loads] = load < most ? balance * marginal(share, load) : impossible;
    this.#costs[this.loads * this.size + person] = load > least ? -balance * marginal(share, load - 1) : impossible;
  }

  /** A circle whose moves save something, as its nodes in order; `undefined` when there is none. */
  negativeCycle(): ReadonlyArray<number> | undefined {
    const distance = new Float64Array(this.size);
    const before = new Int32Array(this.size).fill(-1);
    for (let round = 0; round <= this.size; round++) {
      let isChanged = false;
      for (let from = 0; from < this.size; from++) {
        const row = from * this.size;
        const start = distance[from]!;
        for (let to = 0; to < this.size; to++) {
          const reached = start + this.#costs[row + to]!;
          if (reached < distance[to]!) {
            distance[to] = reached;
            before[to] = from;
            isChanged = true;
          }
        }
      }
      if (!isChanged) return undefined;
      const cycle = cycleIn(before);
      if (cycle !== undefined) return cycle;
    }
    throw new Error("Distances keep falling without a cycle.");
  }
}

/** A circle among predecessors; while distances are relaxed such a circle is always a negative one. */
const cycleIn = (before: Int32Array): ReadonlyArray<number> | undefined => {
  const seen = new Int32Array(before.length).fill(-1);
  for (let start = 0; start < before.length; start++) {
    let node = start;
    while (node >= 0 && seen[node] === -1) {
      seen[node] = start;
      node = before[node]!;
    }
    if (node < 0 || seen[node] !== start) continue;
    const cycle = [node];
    for (let next = before[node]!; next !== node; next = before[next]!) cycle.push(next);
    return cycle.reverse();
  }
  return undefined;
};

/** Improves the distribution until nothing can be gained. People are the indices of `limits`. */
export const improve = (distribution: Distribution, limits: ReadonlyArray<Limits>, tasks: number): void => {
  const graph = new Graph(distribution, limits, tasks);
  for (let cycle = graph.negativeCycle(); cycle !== undefined; cycle = graph.negativeCycle()) {
    const steps = cycle.map((from, index) => [from, cycle[(index + 1) % cycle.length]!] as const);
    const moves = steps
      .filter(([from, to]) => from !== graph.loads && to !== graph.loads)
      .map(([from, to]) => [distribution.cheapest(from, to), to] as const);
    for (const [item, to] of moves) distribution.move(item, to);
    for (const person of cycle) if (person !== graph.loads) graph.refresh(person);
  }
};
