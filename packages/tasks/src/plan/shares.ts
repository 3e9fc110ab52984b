/**
 * How much of the work is each person's: a share in proportion to their weight, within what they must and may have.
 */

export interface Claimant {
  readonly weight: number;
  /** Tasks they have in any case: those pinned to them. */
  readonly least: number;
  /** Tasks they can have at most. */
  readonly most: number;
}

const sum = (values: ReadonlyArray<number>): number => values.reduce((total, value) => total + value, 0);

// Each step halves the interval; after so many the doubles between its ends are used up.
const steps = 200;

/**
 * Shares of `count` tasks: `level * weight`, raised to `least` and cut at `most`, with the one level at which they add up to
 * `count`, or to what fits. Fractions; equal people have equal shares.
 */
export const shares = (people: ReadonlyArray<Claimant>, count: number): ReadonlyArray<number> => {
  // Only what weights are to one another counts; as parts of the heaviest none is too large or too small to reckon with.
  const heaviest = people.reduce((most, { weight }) => Math.max(most, weight), 0);
  const at = (level: number) =>
    people.map(({ weight, least, most }) =>
      Math.min(Math.max(level * (heaviest > 0 ? weight / heaviest : 0), least), Math.max(most, least)),
    );
  if (!(heaviest > 0)) return at(0);
  const lightest = people.reduce((least, { weight }) => (weight > 0 ? Math.min(least, weight / heaviest) : least), 1);
  let low = 0;
  let high = count / lightest;
  if (sum(at(high)) <= count) return at(high);
  for (let step = 0; step < steps; step++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (sum(at(middle)) <= count) low = middle;
    else high = middle;
  }
  return at(low);
};
