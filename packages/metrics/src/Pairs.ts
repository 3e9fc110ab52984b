/** The compared texts: a candidate text with one reference text or several; and a corpus of such pairs, of which counts are added up. */

/** One reference text, or several of which a metric takes the best or pools the n-grams, as its reference implementation does. */
export type References = string | ReadonlyArray<string>;

/** A candidate and its references; pairs of one corpus need not have equally many. */
export interface Pair {
  readonly candidate: string;
  readonly references: References;
}

/** @throws RangeError when the value is no text: without a compiler before the call, a number would be scored or fail somewhere inside */
export const checkText = (text: unknown, what = "reference"): void => {
  if (typeof text !== "string") throw RangeError(`The ${what} must be a text, not ${typeof text}`);
};

/**
 * The references as a list.
 *
 * @throws RangeError when the list is empty, for there is nothing to compare with, and when it or the candidate is no text
 */
export const listOf = (references: References, candidate: string): ReadonlyArray<string> => {
  const list: ReadonlyArray<string> = [references].flat();
  checkText(candidate, "candidate");
  for (const text of list) checkText(text);
  if (!list.length) throw RangeError("There is no reference");
  return list;
};

/**
 * The pairs of a corpus.
 *
 * @throws RangeError when there are none to go through, or one of them is no pair
 */
export function* pairsOf(pairs: Iterable<Pair>): Generator<Pair> {
  if (typeof pairs?.[Symbol.iterator] !== "function")
    throw new RangeError("A corpus must be an iterable of pairs { candidate, references }.");
  for (const pair of pairs) {
    checkText(pair?.candidate, "candidate");
    yield pair;
  }
}

/** Counts of many pairs added up, and how many references each pair has: undefined when not all equally many. */
export interface Sum {
  readonly counts: ReadonlyArray<number>;
  readonly references: number | undefined;
}

/** Adds up what `countsOf` gives for each pair, `size` numbers; the pairs are read once and not kept. */
export const summed = (pairs: Iterable<Pair>, countsOf: (pair: Pair) => ReadonlyArray<number>, size: number): Sum => {
  const counts = new Array<number>(size).fill(0);
  const numbers = new Set<number>();
  for (const pair of pairsOf(pairs)) {
    countsOf(pair).forEach((count, at) => {
      counts[at]! += count;
    });
    numbers.add(listOf(pair.references, pair.candidate).length);
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
  /** Whether the score is in percent; a share of 1 when absent. */
  readonly isPercent?: boolean | undefined;
}
