/** ROUGE as rouge_score 0.1.2 computes it. */
import { ofHits, type Score } from "../Score.ts";
import { rougeTokens } from "../tokenize/rouge.ts";

/** `rouge1` … `rouge9` count n-grams, `rougeL` the longest common subsequence, `rougeLsum` its union over lines. */
export type RougeType = `rouge${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | "L" | "Lsum"}`;

export interface RougeOptions<Type extends RougeType = RougeType> {
  /** What to compute; `["rouge1", "rouge2", "rougeL"]` when absent. */
  readonly types?: ReadonlyArray<Type>;
  /** Compare Porter stems instead of words (default false). */
  readonly stemmer?: boolean;
  /** For `rougeLsum`: gives the sentences of a text, which then stand for its lines. */
  readonly splitSummaries?: ((text: string) => Iterable<string>) | undefined;
}

const ngrams = (tokens: ReadonlyArray<string>, n: number): Map<string, number> => {
  const counts = new Map<string, number>();
  for (let at = 0; at + n <= tokens.length; at++) {
    const key = tokens.slice(at, at + n).join(" ");
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
};

const ngramScore = (
  candidate: ReadonlyArray<string>,
  reference: ReadonlyArray<string>,
  n: number,
  signature: string,
) => {
  const theirs = ngrams(reference, n);
  let hits = 0;
  for (const [key, count] of ngrams(candidate, n)) hits += Math.min(count, theirs.get(key) ?? 0);
  return ofHits(hits, Math.max(candidate.length - n + 1, 0), Math.max(reference.length - n + 1, 0), signature);
};

/** table[i][j] = length of a longest common subsequence of the first i tokens of `left` and the first j of `right`. */
const lcsTable = (left: ReadonlyArray<string>, right: ReadonlyArray<string>): Uint32Array[] => {
  const table = [new Uint32Array(right.length + 1)];
  for (let i = 1; i <= left.length; i++) {
    const row = new Uint32Array(right.length + 1);
    for (let j = 1; j <= right.length; j++) {
      row[j] = left[i - 1] === right[j - 1] ? table[i - 1]![j - 1]! + 1 : Math.max(table[i - 1]![j]!, row[j - 1]!);
    }
    table.push(row);
  }
  return table;
};

const sequenceScore = (candidate: ReadonlyArray<string>, reference: ReadonlyArray<string>, signature: string): Score =>
  ofHits(
    lcsTable(reference, candidate)[reference.length]![candidate.length]!,
    candidate.length,
    reference.length,
    signature,
  );

const counts = (lines: ReadonlyArray<ReadonlyArray<string>>): Map<string, number> => {
  const left = new Map<string, number>();
  for (const token of lines.flat()) left.set(token, (left.get(token) ?? 0) + 1);
  return left;
};

const unionScore = (
  candidate: ReadonlyArray<ReadonlyArray<string>>,
  reference: ReadonlyArray<ReadonlyArray<string>>,
  signature: string,
): Score => {
  const mine = counts(candidate);
  const theirs = counts(reference);
  let hits = 0;
  for (const line of reference) {
    const union = new Set<number>();
    for (const other of candidate) {
      const table = lcsTable(line, other);
      let i = line.length;
      let j = other.length;
      while (i > 0 && j > 0) {
        if (line[i - 1] === other[j - 1]) {
          union.add(i - 1);
          i--;
          j--;
        } else if (table[i]![j - 1]! > table[i - 1]![j]!) j--;
        else i--;
      }
    }
    for (const at of [...union].sort((x, y) => x - y)) {
      const token = line[at]!;
      const budget = mine.get(token)!;
      const otherBudget = theirs.get(token)!;
      if (budget > 0 && otherBudget > 0) {
        hits++;
        mine.set(token, budget - 1);
        theirs.set(token, otherBudget - 1);
      }
    }
  }
  return ofHits(hits, candidate.flat().length, reference.flat().length, signature);
};

/**
 * ROUGE of a candidate against a reference, with rouge_score's exact numbers; against several, per type the first reference with the
 * highest F-measure.
 *
 * @example
 * ```ts
 * import { rouge } from "@evalwire/metrics";
 *
 * const scores = rouge("police killed the gunman", "police kill the gunman", { types: ["rouge1"] });
 * scores.rouge1.fmeasure; // => 0.75
 * ```
 */
export const rouge = <const Type extends RougeType = "rouge1" | "rouge2" | "rougeL">(
  candidate: string,
  reference: string | ReadonlyArray<string>,
  options: RougeOptions<Type> = {},
): Record<Type, Score> => {
  const types: ReadonlyArray<RougeType> = options.types ?? ["rouge1", "rouge2", "rougeL"];
  const tokens = (text: string) => rougeTokens(text, { stemmer: options.stemmer ?? false });
  const lines = (text: string) => [...(options.splitSummaries?.(text) ?? text.split("\n"))].map(tokens);
  if (typeof reference !== "string" && reference.length === 0)
    throw new RangeError("rouge: the list of references is empty");
  const best: Partial<Record<RougeType, Score>> = {};
  for (const text of typeof reference === "string" ? [reference] : reference) {
    for (const type of types) {
      const signature = `${type}|stem:${options.stemmer ? "nltk" : "no"}`;
      const score =
        type === "rougeLsum"
          ? unionScore(lines(candidate), lines(text), signature)
          : type === "rougeL"
            ? sequenceScore(tokens(candidate), tokens(text), signature)
            : ngramScore(tokens(candidate), tokens(text), Number(type.slice(5)), signature);
      const known = best[type];
      if (known === undefined || score.fmeasure > known.fmeasure) best[type] = score;
    }
  }
  return best as Record<Type, Score>;
};
