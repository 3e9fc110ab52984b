/** Records drawn again and again: MT19937 with a given seed, so that the same data and seed give the same figures everywhere. */
import { MersenneTwister } from "../kernel/MersenneTwister.ts";
import { batched } from "./batches.ts";
import type { Values } from "./coded.ts";
import { rowSums } from "./rowSums.ts";

/** How often to draw, and with which seed. */
export interface ResampleOptions {
  /** Default 1000. */
  readonly samples?: number | undefined;
  /** An integer from 0 to 2³² - 1; default 12345. */
  readonly seed?: number | undefined;
  /** Share of the samples inside an interval; default 0.95. */
  readonly confidence?: number | undefined;
}

/** How a long run of draws goes. */
export interface ResampleRun extends ResampleOptions {
  /** Awaited after each sample with the number of those drawn: to show it, to leave room for other work, to end it by throwing. */
  readonly onSample?: ((drawn: number, samples: number) => Promise<unknown> | undefined) | undefined;
  /**
   * Most rows of a sample, at least 2: more records are first joined, at random, into batches of one size, and whole batches are drawn
   * or swapped. The time then no longer grows with the records, and the width of an interval moves by about 1 / sqrt(2 × batches) of
   * itself, far less than it does with the seed. Default: each record is drawn by itself.
   */
  readonly batches?: number | undefined;
}

/** @throws RangeError when `samples`, `confidence`, `seed` or `batches` make no sense */
export const drawsOf = ({ samples = 1000, seed = 12345, confidence = 0.95, batches }: ResampleRun) => {
  if (!Number.isInteger(samples) || samples < 1)
    throw new RangeError(`Samples must be a whole number, not ${samples}.`);
  if (!(confidence > 0 && confidence < 1)) throw new RangeError(`Confidence must lie in (0, 1), not ${confidence}.`);
  if (batches !== undefined && !(Number.isInteger(batches) && batches >= 2))
    throw new RangeError(`Batches must be a whole number from 2, not ${batches}.`);
  return { samples, random: new MersenneTwister(seed), tail: (1 - confidence) / 2, batches };
};

/** Draws that give up control after each sample, with the number of those drawn. */
export type Draws<A> = Generator<number, A, undefined>;

export const atOnce = <A>(draws: Draws<A>): A => {
  for (;;) {
    const step = draws.next();
    if (step.done === true) return step.value;
  }
};

export const inSteps = async <A>(draws: Draws<A>, samples: number, onSample: ResampleRun["onSample"]): Promise<A> => {
  for (;;) {
    const step = draws.next();
    if (step.done === true) return step.value;
    const pause = onSample?.(step.value, samples);
    if (pause !== undefined) await pause;
  }
};

/** The statistic of `samples` resamples, with replacement, in rising order. */
export const resampled = (
  values: ArrayLike<number>,
  statistic: (values: Float64Array) => number,
  samples: number,
  random: MersenneTwister,
): Float64Array => {
  const draw = new Float64Array(values.length);
  return Float64Array.from({ length: samples }, () => {
    for (let at = 0; at < draw.length; at++) draw[at] = values[random.below(draw.length)]!;
    return statistic(draw);
  }).sort();
};

/** The means of each column in `samples` resamples, in rising order. All columns see the same rows: one draw serves them all. */
export function* resampledMeans(
  given: ReadonlyArray<Values>,
  samples: number,
  random: MersenneTwister,
  batches?: number,
): Draws<ReadonlyArray<Float64Array>> {
  const { columns, sizes } = batched(given, batches, random);
  const rows = columns[0]?.length ?? 0;
  const means = columns.map(() => new Float64Array(samples));
  const drawn = new Uint32Array(rows);
  const sumsOf = rowSums(sizes === undefined ? columns : [...columns, sizes]);
  for (let sample = 0; sample < samples; sample++) {
    random.fillBelow(drawn, rows);
    const sums = sumsOf(drawn);
    const records = sizes === undefined ? rows : sums.at(-1)!;
    means.forEach((column, at) => {
      column[sample] = sums[at]! / records;
    });
    yield sample + 1;
  }
  return means.map((column) => column.sort());
}

/** How many of `samples` random swaps of signs give each column a mean at least as large, either way, as the one observed. */
export function* swapped(
  given: ReadonlyArray<Float64Array>,
  samples: number,
  random: MersenneTwister,
  batches?: number,
): Draws<ReadonlyArray<number>> {
  const { columns } = batched(given, batches, random);
  const rows = columns[0]?.length ?? 0;
  const enough = given.map(leastAsLarge);
  const asLarge = columns.map(() => 0);
  const signs = new Int8Array(rows);
  for (let sample = 0; sample < samples; sample++) {
    for (let at = 0; at < rows; at++) signs[at] = random.next() & 1 ? -1 : 1;
    columns.forEach((differences, column) => {
      let sum = 0;
      for (let at = 0; at < rows; at++) sum += differences[at]! * signs[at]!;
      if (Math.abs(sum) >= enough[column]!) asLarge[column]!++;
    });
    yield sample + 1;
  }
  return asLarge;
}

/** The least absolute sum that counts as large as the observed one: sums of the same terms in another order differ in their last bits. */
export const leastAsLarge = (differences: Float64Array): number => {
  let [sum, size] = [0, 0];
  for (const difference of differences) {
    sum += difference;
    size += Math.abs(difference);
  }
  return Math.abs(sum) - 1e-12 * size;
};
