/** The values at some places of the rising order, without sorting all of them. */

const buckets = 1 << 14;

/**
 * The values that would stand at these places if all were sorted, to the last bit. Takes three passes over the values; sorted is only what
 * shares a bucket with one that is wanted.
 *
 * @param values without NaN
 * @param ranks places from 0, each below the number of values
 */
export const atRanks = (values: ArrayLike<number>, ranks: ReadonlyArray<number>): ReadonlyMap<number, number> => {
  const count = values.length;
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < count; at++) {
    const value = values[at]!;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const scale = buckets / (most - least);
  // Infinite values, a range beyond the largest number or below the smallest: they have no buckets. Nor have equal ones.
  if (!(scale > 0 && scale < Number.POSITIVE_INFINITY)) {
    const sorted = Float64Array.from(values).sort();
    return new Map(ranks.map((rank) => [rank, sorted[rank]!]));
  }
  // Never falls as the value rises, so that buckets keep the order. The largest value's is `buckets` itself: there is one more than that.
  const bucketOf = (value: number): number => ((value - least) * scale) | 0;
  const sizes = new Uint32Array(buckets + 1);
  for (let at = 0; at < count; at++) sizes[bucketOf(values[at]!)]!++;
  const wanted = new Map<number, Float64Array>();
  const placed: Array<{ readonly rank: number; readonly bucket: number; readonly before: number }> = [];
  let bucket = 0;
  let before = 0;
  for (const rank of ranks.toSorted((one, other) => one - other)) {
    while (before + sizes[bucket]! <= rank) before += sizes[bucket++]!;
    placed.push({ rank, bucket, before });
    if (!wanted.has(bucket)) wanted.set(bucket, new Float64Array(sizes[bucket]!));
  }
  // From here on the size of a wanted bucket is where its next value goes.
  const isWanted = new Uint8Array(buckets + 1);
  for (const one of wanted.keys()) {
    isWanted[one] = 1;
    sizes[one] = 0;
  }
  for (let at = 0; at < count; at++) {
    const own = bucketOf(values[at]!);
    if (isWanted[own] === 1) wanted.get(own)![sizes[own]!++] = values[at]!;
  }
  for (const some of wanted.values()) some.sort();
  return new Map(placed.map(({ rank, bucket, before }) => [rank, wanted.get(bucket)![rank - before]!]));
};
