/**
 * Which work to audit: a sample that can be drawn again.
 *
 * 1. The same seed and items give the same sample, in any order of the items.
 * 2. The sample has `size` items, or `share` of them rounded up; per annotator where `annotatorOf` says whose each is.
 * 3. Every item of an annotator (of all, without `annotatorOf`) is as likely as every other; with `disagreementOf` those with most come first
 *    and the seed decides among equals.
 */
import { checkOptions } from "@evalwire/core/contract";

export interface SampleOptions<T> {
  /** How many items, in all or, with `annotatorOf`, of each annotator. Give this or `share`. */
  readonly size?: number;
  /** Which share of the items, between 0 and 1, rounded up. */
  readonly share?: number;
  /** Another seed is another sample. */
  readonly seed: string | number;
  /** Whose work an item is: a sample of each annotator's. */
  readonly annotatorOf?: (item: T) => string;
  /** How much the judges of an item disagree, e.g. the spread of their ratings: most first instead of at random. */
  readonly disagreementOf?: (item: T) => number;
}

const optionNames: Record<keyof SampleOptions<unknown>, true> = {
  size: true,
  share: true,
  seed: true,
  annotatorOf: true,
  disagreementOf: true,
};

/** A whole number of 32 bits that looks drawn, for a text: FNV-1a with the finisher of MurmurHash3. */
const lot = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
};

const drawn = <T extends { readonly id: string }>(
  items: ReadonlyArray<T>,
  options: SampleOptions<T>,
): ReadonlyArray<T> => {
  const { size, share = 0, seed, disagreementOf = () => 0 } = options;
  const count = size ?? Math.ceil(share * items.length);
  return items
    .map((item) => ({ item, most: disagreementOf(item), lot: lot(`${seed}\u0000${item.id}`) }))
    .sort((a, b) => b.most - a.most || a.lot - b.lot || (a.item.id < b.item.id ? -1 : 1))
    .slice(0, count)
    .map(({ item }) => item);
};

/**
 * Draws the items to audit.
 *
 * @throws RangeError for a size or share that is none, for both or neither, without a seed, and for a disagreement that is no number
 *
 * @example
 * ```ts
 * import { audit } from "@evalwire/tasks";
 *
 * const work = ["a", "b", "c", "d"].map((id, index) => ({ id, by: index < 3 ? "ada" : "ben", spread: index }));
 * const each = audit.sample(work, { size: 1, seed: "week 3", annotatorOf: ({ by }) => by });
 * each.map(({ by }) => by); // => ["ada", "ben"]
 * audit.sample(work, { share: 0.5, seed: 1, disagreementOf: ({ spread }) => spread }).map(({ id }) => id); // => ["d", "c"]
 * ```
 */
export const sample = <T extends { readonly id: string }>(
  items: Iterable<T>,
  options: SampleOptions<T>,
): ReadonlyArray<T> => {
  if (typeof items?.[Symbol.iterator] !== "function")
    throw new RangeError("sample: the first argument is a list of items with ids");
  if (typeof options !== "object" || options === null) {
    throw new RangeError("sample: the second argument is an object with seed, and size or share");
  }
  checkOptions("sample", options, optionNames);
  const { size, share, seed, annotatorOf, disagreementOf } = options;
  if (typeof seed !== "string" && typeof seed !== "number") {
    throw new RangeError(
      `sample: seed is a text or a number, by which the sample can be drawn again, not ${typeof seed}`,
    );
  }
  if ((size === undefined) === (share === undefined)) throw new RangeError("sample: give size or share, and not both");
  if (size !== undefined && !(Number.isInteger(size) && size >= 0)) {
    throw new RangeError(`sample: size must be a whole number of 0 or more, not ${size}`);
  }
  if (share !== undefined && !(share >= 0 && share <= 1)) {
    throw new RangeError(`sample: share must lie between 0 and 1, not ${share}`);
  }
  const all = [...items];
  const odd = disagreementOf && all.find((item) => Number.isNaN(disagreementOf(item)));
  if (odd !== undefined) throw new RangeError(`sample: the disagreement of item ${odd.id} is no number`);
  if (annotatorOf === undefined) return drawn(all, options);
  const byAnnotator = new Map<string, Array<T>>();
  for (const item of all) {
    const own = byAnnotator.get(annotatorOf(item));
    if (own === undefined) byAnnotator.set(annotatorOf(item), [item]);
    else own.push(item);
  }
  const names = [...byAnnotator.keys()].sort();
  return names.flatMap((name) => drawn(byAnnotator.get(name)!, options));
};
