/** N-grams by the book: as lists of words in a map. */

/** How often each n-gram of length `n` occurs. */
export const plainNgrams = (tokens: ReadonlyArray<string>, n: number): Map<string, number> => {
  const counts = new Map<string, number>();
  for (let at = 0; at + n <= tokens.length; at++) {
    const key = JSON.stringify(tokens.slice(at, at + n));
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
};

/** Shared n-grams, each as often as in `tokens` and in the one of `others` where it is most frequent. */
export const plainMatches = (
  tokens: ReadonlyArray<string>,
  others: ReadonlyArray<ReadonlyArray<string>>,
  n: number,
): number => {
  let matches = 0;
  for (const [key, count] of plainNgrams(tokens, n)) {
    matches += Math.min(count, Math.max(...others.map((other) => plainNgrams(other, n).get(key) ?? 0)));
  }
  return matches;
};
