/**
 * ROUGE with the exact numbers of rouge_score 0.1.2 (Google's Python implementation, the one Hugging Face evaluate and the platform
 * use): same tokens, same stems, same doubles. Total: every pair of texts has scores, lone surrogates and empty texts included.
 *
 * Time is linear in the texts for `rouge1` to `rouge9`; for `rougeL` and `rougeLsum` it grows with the product of their lengths
 * over 64, at worst. Memory is linear.
 */

import { listOf, type References } from "../Pairs.ts";
import { ofHits, type Score } from "../Score.ts";
import type { SentenceSplitter, Tokenizer } from "../tokenize/Tokenizer.ts";
import { engineWith, engine as installed, type Read, type RougeEngine, type Slot } from "./RougeEngine.ts";

/** `rouge1` … `rouge9` count n-grams, `rougeL` the longest common subsequence, `rougeLsum` its union over lines. */
export type RougeType = `rouge${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | "L" | "Lsum"}`;

export interface RougeOptions<Type extends RougeType = RougeType> {
  /** What to compute; `["rouge1", "rouge2", "rougeL"]` when absent. */
  readonly types?: ReadonlyArray<Type> | undefined;
  /** Compare Porter stems instead of words (default false); stems are of the `rouge` tokens only. */
  readonly stemmer?: boolean | undefined;
  /**
   * Cuts texts, and lines for `rougeLsum`, into the tokens that are compared, as they are: rouge_score's own parameter. By default
   * tokens consist of the letters a to z and digits only, so texts in other scripts need another one: see `rougeTokenizers`.
   */
  readonly tokenizer?: Tokenizer | undefined;
  /** For `rougeLsum`: sentences stand for the lines of a text. Absent, lines are what `\n` separates. */
  readonly splitSummaries?: SentenceSplitter | undefined;
}

/** Every type there is. */
export const rougeTypes = [..."123456789", "L", "Lsum"].map((end) => `rouge${end}`) as ReadonlyArray<RougeType>;

/** The n of the types that count n-grams; 0 for the others. */
const orders = new Map<string, number>(rougeTypes.map((type, at) => [type, at < 9 ? at + 1 : 0]));

const defaultTypes = ["rouge1", "rouge2", "rougeL"] as const;

/** @throws RangeError naming a type that does not exist */
const longestNgram = (types: ReadonlyArray<RougeType>): number => {
  let longest = 0;
  for (const type of types) {
    const order = orders.get(type);
    if (order === undefined) throw new RangeError(`rouge: there is no type "${type}"; there are ${rougeTypes}`);
    if (order > longest) longest = order;
  }
  return longest;
};

/** A text as `rougeLsum` sees it has sentences for lines where a splitter is given; the other types see it as it is. */
interface Text {
  readonly words: Read;
  readonly lines: Read;
}

/** The scores of a type for two texts in hand: what several types need is counted once. */
const comparison = (engine: RougeEngine, candidate: Text, reference: Text, longest: number) => {
  const shared = longest > 0 ? engine.sharedNgrams(candidate.words, reference.words, longest) : [];
  let common = -1;
  return (type: RougeType, signature: string): Score => {
    const n = orders.get(type)!;
    const part = type === "rougeLsum" ? "lines" : "words";
    const mine = candidate[part];
    const theirs = reference[part];
    // A subsequence common to two single lines is its own union, and no budget binds it.
    const isWhole = type === "rougeL" || (mine === candidate.words && mine.lineCount <= 1 && theirs.lineCount <= 1);
    if (n === 0 && isWhole && common < 0) common = engine.lcs(mine, theirs);
    const hits = n > 0 ? shared[n]! : isWhole ? common : engine.unionHits(mine, theirs);
    const missing = n > 0 ? n - 1 : 0;
    return ofHits(hits, Math.max(mine.length - missing, 0), Math.max(theirs.length - missing, 0), signature);
  };
};

/**
 * ROUGE of a candidate against a reference; against several, per type the first reference with the highest F-measure, with its own
 * precision and recall.
 *
 * @param candidate the text to judge
 * @param references the text to compare it with, or several
 * @param options which types, with or without stems
 * @returns for each type a score in [0, 1]
 * @throws RangeError when a type does not exist, or the list of references is empty
 *
 * Source: C.-Y. Lin, "ROUGE: A Package for Automatic Evaluation of Summaries", 2004; rouge_score 0.1.2.
 *
 * @example
 * ```ts
 * import { rouge } from "@evalwire/metrics";
 *
 * const scores = rouge("Police killed the gunman.", "Police kill the gunman.", { types: ["rouge1", "rougeL"] });
 * scores.rouge1.fmeasure; // => 0.75
 * rouge("Police killed", "Police kill", { types: ["rougeL"], stemmer: true }).rougeL.recall; // => 1
 * ```
 */
export const rouge = <const Type extends RougeType = (typeof defaultTypes)[number]>(
  candidate: string,
  references: References,
  options: RougeOptions<Type> = {},
): Record<Type, Score> => {
  const { splitSummaries, tokenizer } = options;
  const stemmer = options.stemmer === true && tokenizer === undefined;
  const types: ReadonlyArray<RougeType> = options.types ?? defaultTypes;
  const longest = longestNgram(types);
  const list = listOf(references);
  // The splitter is not ours and may score texts itself: it is done before the first text is read.
  const sentences =
    types.includes("rougeLsum") && (splitSummaries ?? tokenizer)
      ? [candidate, ...list].map((text) => splitSummaries?.split(text) ?? text.split("\n"))
      : [];
  const choices = `nrefs:${list.length}|stem:${stemmer ? "nltk" : "no"}|tok:${tokenizer?.name ?? "rouge"}|impl:rouge_score-0.1.2`;

  const engine = tokenizer ? engineWith(tokenizer) : installed;
  engine.begin(stemmer);
  const read = (text: string, lines: ReadonlyArray<string> | undefined, own: Slot, split: Slot): Text => {
    const words = engine.read(text, own);
    return { words, lines: lines === undefined ? words : engine.readLines(lines, split) };
  };
  const mine = read(candidate, sentences[0], 0, 1);
  const best: Partial<Record<RougeType, Score>> = {};
  list.forEach((reference, index) => {
    const theirs = read(reference, sentences[index + 1], 2, 3);
    const scoreOf = comparison(engine, mine, theirs, longest);
    for (const type of types) {
      const lines = type === "rougeLsum" ? `lines:${splitSummaries?.name ?? "newline"}|` : "";
      const score = scoreOf(type, `${type}|${lines}${choices}`);
      const known = best[type];
      if (known === undefined || score.fmeasure > known.fmeasure) best[type] = score;
    }
  });
  return best as Record<Type, Score>;
};
