/** The compared texts: a candidate text with one reference text or several; and a corpus of such pairs, of which counts are added up. */

/** One reference text, or several of which a metric takes the best or pools the n-grams, as its reference implementation does. */
export type References = string | ReadonlyArray<string>;

/** A candidate and its references; pairs of one corpus need not have equally many. */
export interface Pair {
  readonly candidate: string;
  readonly references: References;
}

/**
 * The references as a list.
 *
 * @throws RangeError when the list is empty: there is nothing to compare with.
 */
export const listOf = (references: References): ReadonlyArray<string> => {
  if (typeof references === "string") return [references];
  if (references.length === 0) {
    throw new RangeError("No reference to compare with.");
  }
  return references;
};

/** Counts of many pairs added up, and how many references each pair has: undefined when not all equally many. */
export interface Sum {
  readonly counts: ReadonlyArray<number>;
  readonly references: number | undefined;
}

/** Adds up what `countsOf` gives for each pair, `size` numbers; the pairs are read once and not kept. */
export const summed = (pairs: Iterable<Pair>, countsOf: (pair: Pair) => ReadonlyArray<number>, size: number): Sum => {
  const counts = new Array<number>(size).fill(0);
  const numbers = new Set<number>();
  for (const pair of pairs) {
    countsOf(pair).forEach((count, at) => {
      counts[at]! += count;
    });
    numbers.add(listOf(pair.references).length);
  }
  return { counts, references: numbers.size === 1 ? [...numbers][0] : undefined };
};

/** A metric whose score of a corpus is made of summed counts: those of any selection of pairs can be added up without the texts. */
export interface CorpusMetric {
  /** The counts of one pair, always equally many. */
  readonly countsOf: (pair: Pair) => ReadonlyArray<number>;
  /** The score of summed counts. */
  readonly scoreOf: (counts: ReadonlyArray<number>) => number;
  /** The choices behind it; without a number of references where pairs do not have equally many. */
  readonly signatureOf: (references?: number) => string;
  readonly isLessBetter: boolean;
}
