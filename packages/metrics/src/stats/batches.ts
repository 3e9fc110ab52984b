/**
 * Records joined at random into batches, so that drawing a large set again and again costs what drawing its batches does.
 *
 * 1. Each record is in one batch; all batches but the last have the same number of records.
 * 2. Which records meet does not depend on their order: sorted records give batches that differ as those of shuffled ones do.
 */
import type { MersenneTwister } from "../kernel/MersenneTwister.ts";
import { countOf, decoded, sumAt, type Values } from "./coded.ts";

/** The drawn rows, by their place in every column. */
export interface Rows {
  /** Sums of each batch by column, or the values as they are. */
  readonly columns: ReadonlyArray<ArrayLike<number>>;
  /** Records of each batch; absent where each row is a record. */
  readonly sizes: Float64Array | undefined;
}

const shuffled = (count: number, random: MersenneTwister): Uint32Array => {
  const places = new Uint32Array(count);
  for (let at = 0; at < count; at++) {
    const other = random.below(at + 1);
    places[at] = places[other]!;
    places[other] = at;
  }
  return places;
};

/** @param most the largest number of batches; with no more records than these, or without it, the rows are the records */
export const batched = (columns: ReadonlyArray<Values>, most: number | undefined, random: MersenneTwister): Rows => {
  const records = columns[0] === undefined ? 0 : countOf(columns[0]);
  if (most === undefined || records <= most) return { columns: columns.map(decoded), sizes: undefined };
  const size = Math.ceil(records / most);
  const count = Math.ceil(records / size);
  const places = shuffled(records, random);
  const sums = columns.map((values) => {
    const own = new Float64Array(count);
    for (let batch = 0; batch < count; batch++) {
      own[batch] = sumAt(values, places, batch * size, Math.min((batch + 1) * size, records));
    }
    return own;
  });
  const sizes = new Float64Array(count).fill(size);
  sizes[count - 1] = records - size * (count - 1);
  return { columns: sums, sizes };
};
