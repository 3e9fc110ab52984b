/**
 * ROUGE with the exact numbers of rouge_score 0.1.2 (Google's Python implementation, the one Hugging Face evaluate and the platform
 * use): same tokens, same stems, same doubles. Total: every pair of texts has scores, lone surrogates and empty texts included.
 *
 * Time is linear in the texts for `rouge1` to `rouge9`; for `rougeL` and `rougeLsum` it grows with the product of their lengths
 * over 64, at worst. Memory is linear.
 */

import { listOf, type References } from "../Pairs.ts";
import { fmeasure, Score } from "../Score.ts";
import { named, type RougeTokenizer, type SentenceSplitter, type Tokenizer } from "../tokenize/Tokenizer.ts";
import { engineWith, engine as installed, type Read, type Slot } from "./RougeEngine.ts";

/** `rouge1` … `rouge9` count n-grams, `rougeL` the longest common subsequence, `rougeLsum` its union over lines. */
export type RougeType = `rouge${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | "L" | "Lsum"}`;

export interface RougeOptions<Type extends RougeType = RougeType> {
  /** The types to compute; `["rouge1", "rouge2", "rougeL"]` when absent. */
  readonly types?: ReadonlyArray<Type> | undefined;
  /** Compare Porter stems instead of words (default false); stems are of the `rouge` tokens only. */
  readonly stemmer?: boolean | undefined;
  /**
   * Cuts texts, and lines for `rougeLsum`, into the tokens that are compared, as they are: rouge_score's own parameter. By default
   * tokens consist of the letters a to z and digits only, so texts in other scripts need another one: one of `rougeTokenizers`, or its
   * name. A bundler that leaves `rougeTokenizers` out of a program leaves their names out, too.
   */
  readonly tokenizer?: RougeTokenizer | Tokenizer | undefined;
  /** For `rougeLsum`: sentences stand for the lines of a text. Absent, lines are what `\n` separates. */
  readonly splitSummaries?: SentenceSplitter | undefined;
}

/** Every type there is. */
export const rougeTypes = [..."123456789", "L", "Lsum"].map((end) => `rouge${end}`) as ReadonlyArray<RougeType>;

const defaultTypes = ["rouge1", "rouge2", "rougeL"] as const;

/** Options that were checked, for any number of texts. */
export interface RougePlan {
  readonly types: ReadonlyArray<RougeType>;
  /** The n of the types that count n-grams; 0 for `rougeL`, −1 for `rougeLsum`. */
  readonly orders: ReadonlyArray<number>;
  readonly longest: number;
  readonly stemmer: boolean;
  readonly tokenizer: Tokenizer | undefined;
  readonly splitSummaries: SentenceSplitter | undefined;
}

const unknown = (what: string, name: string, advice: string): RangeError =>
  new RangeError(`rouge: there is no ${what} "${name}"; ${advice}`);

/** @throws RangeError naming an option, a type or a tokenizer that does not exist */
export const rougePlan = (options: RougeOptions): RougePlan => {
  const { types = defaultTypes, stemmer: stems, tokenizer: given, splitSummaries, ...others } = options;
  // Not `checkOptions`: a page that only computes ROUGE does not carry the search for the nearest name.
  for (const name in others)
    if (others[name as never] !== undefined)
      throw unknown("option", name, "there are types, stemmer, tokenizer, splitSummaries");
  // The default tokens have stems, and an engine of their own.
  const tokenizer = given === "rouge" ? undefined : typeof given === "string" ? named[given] : given;
  if (given !== "rouge" && given && !tokenizer) throw unknown("tokenizer", given as string, "import rougeTokenizers");
  const all = types.map((type) => {
    const at = rougeTypes.indexOf(type);
    if (at < 0) throw unknown("type", type, `there are ${rougeTypes}`);
    return at < 9 ? at + 1 : 9 - at;
  });
  const stemmer = stems === true && tokenizer === undefined;
  return { types, orders: all, longest: Math.max(0, ...all), stemmer, tokenizer, splitSummaries };
};

/** The choices behind a type's numbers. */
export const rougeSignature = (
  { stemmer, tokenizer, splitSummaries }: RougePlan,
  type: RougeType,
  references: number,
): string =>
  `${type}|${type === "rougeLsum" ? `lines:${splitSummaries?.name ?? "newline"}|` : ""}nrefs:${references}|stem:${stemmer ? "nltk" : "no"}|tok:${tokenizer?.name ?? "rouge"}|impl:rouge_score-0.1.2`;

/** A text as `rougeLsum` sees it has sentences for lines where a splitter is given; the other types see it as it is. */
interface Text {
  readonly words: Read;
  readonly lines: Read;
}

/** Precision, recall and F-measure of each type in turn: those of the first reference with the highest F-measure. */
export const rougeNumbers = (
  { orders, longest, stemmer, tokenizer, splitSummaries }: RougePlan,
  candidate: string,
  references: ReadonlyArray<string>,
): ReadonlyArray<number> => {
  // The splitter is not ours and may score texts itself: it is done before the first text is read.
  const sentences =
    (splitSummaries ?? tokenizer) && orders.includes(-1)
      ? [candidate, ...references].map((text) => splitSummaries?.split(text) ?? text.split("\n"))
      : [];
  const engine = tokenizer ? engineWith(tokenizer) : installed.current;
  engine.begin(stemmer);
  const read = (text: string, lines: ReadonlyArray<string> | undefined, own: Slot, split: Slot): Text => {
    const words = engine.read(text, own);
    return { words, lines: lines ? engine.readLines(lines, split) : words };
  };
  const mine = read(candidate, sentences[0], 0, 1);
  const best: Array<number> = [];
  references.forEach((reference, index) => {
    const theirs = read(reference, sentences[index + 1], 2, 3);
    // Counts that several types need are made once.
    const shared = longest > 0 ? engine.sharedNgrams(mine.words, theirs.words, longest) : [];
    let common = -1;
    for (let type = 0; type < orders.length; type++) {
      const n = orders[type]!;
      const part = n < 0 ? "lines" : "words";
      const [left, right] = [mine[part], theirs[part]];
      let hits = shared[n]!;
      if (n <= 0) {
        // A subsequence common to two single lines is its own union, and no budget binds it.
        if (n === 0 || (left === mine.words && left.lineCount <= 1 && right.lineCount <= 1)) {
          if (common < 0) common = engine.lcs(left, right);
          hits = common;
        } else hits = engine.unionHits(left, right);
      }
      const missing = n > 0 ? n - 1 : 0;
      const precision = hits / Math.max(left.length - missing, 1);
      const recall = hits / Math.max(right.length - missing, 1);
      const f = fmeasure(precision, recall);
      const at = 3 * type;
      if (index === 0 || f > best[at + 2]!) {
        best[at] = precision;
        best[at + 1] = recall;
        best[at + 2] = f;
      }
    }
  });
  return best;
};

/**
 * ROUGE of a candidate against a reference; against several, per type the first reference with the highest F-measure, with its own
 * precision and recall.
 *
 * @param candidate the text to judge
 * @param references the text to compare it with, or several
 * @param options which types, with or without stems
 * @returns for each type a score in [0, 1]
 * @throws RangeError when an option, a type or a tokenizer does not exist, or the list of references is empty
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
 * rouge("จัง หวัด", "จัง หวัด", { tokenizer: "whitespace" }).rouge1.recall; // => 1
 * ```
 */
export const rouge = <const Type extends RougeType = (typeof defaultTypes)[number]>(
  candidate: string,
  references: References,
  options: RougeOptions<Type> = {},
): Record<Type, Score> => {
  const plan = rougePlan(options);
  const list = listOf(references, candidate);
  const numbers = rougeNumbers(plan, candidate, list);
  const scores: Partial<Record<RougeType, Score>> = {};
  plan.types.forEach((type, index) => {
    const at = 3 * index;
    scores[type] = new Score(numbers[at]!, numbers[at + 1]!, numbers[at + 2]!, rougeSignature(plan, type, list.length));
  });
  return scores as Record<Type, Score>;
};
