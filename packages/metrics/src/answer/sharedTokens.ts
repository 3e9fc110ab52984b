import { sharedWithAny } from "../ngram/Ngrams.ts";
import { numbersOf } from "../tokenize/numbersOf.ts";

/** How many tokens two lists share, each counted as often as both hold it. */
export const sharedTokens = (left: ReadonlyArray<string>, right: ReadonlyArray<string>): number => {
  const [one, ...other] = numbersOf([left, right]);
  return sharedWithAny(one!, other, 1)[0]!;
};
