import { stemOf } from "../stem/porter.ts";

/**
 * The tokens of rouge_score 0.1.2: lower case, every run outside `[a-z0-9]` is a break; with the stemmer, words longer than three
 * characters are stemmed. `don't` is two tokens, `café` is `caf`, a text in Chinese has none.
 *
 * @param text any string
 * @param options `stemmer`: Porter stems instead of words (default false)
 *
 * @example
 * ```ts
 * import { rougeTokens } from "@evalwire/metrics";
 *
 * rougeTokens("Police don't RUN"); // => ["police", "don", "t", "run"]
 * rougeTokens("running shoes", { stemmer: true }); // => ["run", "shoe"]
 * ```
 */
export const rougeTokens = (text: string, options: { readonly stemmer?: boolean } = {}): string[] => {
  const words = text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return options.stemmer ? words.map((word) => (word.length > 3 ? stemOf(word) : word)) : words;
};
