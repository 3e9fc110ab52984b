/** What ROUGE can compare instead of its own tokens, by the names of the `tokenizer` param. */
import { rougeTokens } from "./rouge.ts";
import { tokenizerChar, tokenizerIntl, tokenizerZh } from "./sacrebleu.ts";
import { named, type RougeTokenizer, type Tokenizer, whitespace } from "./Tokenizer.ts";

/** A character that came with each version of Unicode. */
const arrivals = [
  ["17.0", "\u1acf"],
  ["16.0", "\u1c89"],
  ["15.1", "\u2ffc"],
] as const;

/** The Unicode of this runtime, on which its word breaks rest. */
const unicode = arrivals.find(([, character]) => /\P{Cn}/u.test(character))?.[0] ?? "15.0";

let segmenter: Intl.Segmenter | undefined;

/** The words of any language, in lower case, as `Intl.Segmenter` finds them: by dictionary in Thai, Chinese, Japanese and others. */
const words: Tokenizer = {
  name: `words(unicode-${unicode})`,
  tokenize: (text) => {
    segmenter ??= new Intl.Segmenter("und", { granularity: "word" });
    return Array.from(segmenter.segment(text.toLowerCase())).flatMap((one) => (one.isWordLike ? one.segment : []));
  },
};

/**
 * Tokenizers for `rouge`: its own; white space or characters, case kept; sacrebleu's `intl` and `zh`, case kept; and the words of any
 * language, whose name states the Unicode version of the runtime.
 *
 * @example
 * ```ts
 * import { rouge, rougeTokenizers } from "@evalwire/metrics";
 *
 * rouge("สวัสดีชาวโลก", "สวัสดีชาวโลก").rouge1.fmeasure; // => 0
 * rouge("สวัสดีชาวโลก", "สวัสดีชาวโลก", { tokenizer: rougeTokenizers.words }).rouge1.fmeasure; // => 1
 * ```
 */
export const rougeTokenizers = {
  rouge: { name: "rouge", tokenize: (text: string) => rougeTokens(text) },
  whitespace,
  char: tokenizerChar,
  intl: tokenizerIntl,
  zh: tokenizerZh,
  words,
} satisfies Readonly<Record<RougeTokenizer, Tokenizer>>;

Object.assign(named, rougeTokenizers);
