/** Chance that repeats: numbers in [0, 1) from a seed (mulberry32), and choices made of them. */
export interface Chance {
  readonly next: () => number;
  /** A whole number from 0 up to, and without, `end`. */
  readonly below: (end: number) => number;
  readonly of: <A>(values: ReadonlyArray<A>) => A;
}

export const make = (seed: number): Chance => {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number) => Math.floor(next() * end);
  return { next, below, of: (values) => values[below(values.length)]! };
};
