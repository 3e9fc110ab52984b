/**
 * Exact match: whether two texts are equal, after what is to be ignored has been taken out.
 *
 * Source: Hugging Face evaluate `exact_match`.
 */
import { checkOptions } from "../checkOptions.ts";
import { listOf, type References } from "../Pairs.ts";

/** Characters that do not count, in the order in which they are removed. */
export interface ExactMatchOptions {
  /** Every match of these is removed from both texts, as they stand. Default none. */
  readonly ignorePatterns?: ReadonlyArray<RegExp> | undefined;
  /** Default false. */
  readonly ignoreCase?: boolean | undefined;
  /** ASCII punctuation, as Python's `string.punctuation`. Default false. */
  readonly ignorePunctuation?: boolean | undefined;
  /** The digits 0 to 9. Default false. */
  readonly ignoreNumbers?: boolean | undefined;
}

const optionNames: Record<keyof ExactMatchOptions, true> = {
  ignorePatterns: true,
  ignoreCase: true,
  ignorePunctuation: true,
  ignoreNumbers: true,
};

/** Whether the texts match. */
export interface ExactMatchScore {
  /** 0 or 1. */
  readonly score: number;
  /** The choices behind the number, in one line. */
  readonly signature: string;
}

const everywhere = (pattern: RegExp): RegExp => new RegExp(pattern.source, [...new Set(`${pattern.flags}g`)].join(""));

/**
 * 1 if the candidate equals one of the references, else 0. The score of a corpus is the mean.
 *
 * @throws RangeError when the list of references is empty
 * @example
 * ```ts
 * import { exactMatch } from "@evalwire/metrics"
 *
 * exactMatch("Yes!", "yes", { ignoreCase: true, ignorePunctuation: true }).score // => 1
 * ```
 */
export const exactMatch = (
  candidate: string,
  references: References,
  options: ExactMatchOptions = {},
): ExactMatchScore => {
  checkOptions("exactMatch", options, optionNames);
  const { ignorePatterns = [], ignoreCase = false, ignorePunctuation = false, ignoreNumbers = false } = options;
  const patterns = ignorePatterns.map(everywhere);
  const plain = (text: string): string => {
    for (const pattern of patterns) text = text.replace(pattern, "");
    if (ignoreCase) text = text.toLowerCase();
    if (ignorePunctuation) text = text.replace(/[!-/:-@[-`{-~]/g, "");
    return ignoreNumbers ? text.replace(/[0-9]/g, "") : text;
  };
  const list = listOf(references, candidate);
  const answer = plain(candidate);
  const without = patterns.length > 0 ? `|without:${ignorePatterns}` : "";
  return {
    score: list.some((text) => plain(text) === answer) ? 1 : 0,
    signature: `exact_match|nrefs:${list.length}|case:${ignoreCase ? "lc" : "mixed"}|punct:${ignorePunctuation ? "no" : "yes"}|digits:${ignoreNumbers ? "no" : "yes"}${without}`,
  };
};
