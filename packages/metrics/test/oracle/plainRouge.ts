/**
 * ROUGE as plainly as it can be written: lists of words, a table of numbers, a literal walk back. Slow, and obviously what the
 * definition says.
 */
import type { RougeType } from "../../src/index.ts";
import { rougeTokens } from "../../src/index.ts";

export interface PlainScore {
  readonly precision: number;
  readonly recall: number;
  readonly fmeasure: number;
}

type Words = ReadonlyArray<string | number>;

/** table[i][j]: the length of a longest common subsequence of the first i words of `left` and the first j of `right`. */
export const lcsTable = (left: Words, right: Words): ReadonlyArray<Uint16Array> => {
  const table = [new Uint16Array(right.length + 1)];
  for (let i = 1; i <= left.length; i++) {
    const above = table[i - 1]!;
    const row = new Uint16Array(right.length + 1);
    for (let j = 1; j <= right.length; j++) {
      row[j] = left[i - 1] === right[j - 1] ? above[j - 1]! + 1 : Math.max(above[j]!, row[j - 1]!);
    }
    table.push(row);
  }
  return table;
};

export const plainLcs = (left: Words, right: Words): number => lcsTable(left, right)[left.length]![right.length]!;

/** The indices in `reference` of the longest common subsequence that rouge_score's walk back finds. */
export const plainAlignment = (reference: Words, candidate: Words): ReadonlyArray<number> => {
  const table = lcsTable(reference, candidate);
  const taken: Array<number> = [];
  let i = reference.length;
  let j = candidate.length;
  while (i > 0 && j > 0) {
    if (reference[i - 1] === candidate[j - 1]) {
      taken.unshift(i - 1);
      i--;
      j--;
    } else if (table[i]![j - 1]! > table[i - 1]![j]!) j--;
    else i--;
  }
  return taken;
};

const countsOf = (items: Words): Map<string | number, number> => {
  const counts = new Map<string | number, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
};

/** Hits of ROUGE-Lsum: both budgets are kept, as rouge_score does. */
export const plainUnionHits = (candidate: ReadonlyArray<Words>, reference: ReadonlyArray<Words>): number => {
  const mine = countsOf(candidate.flat());
  const theirs = countsOf(reference.flat());
  let hits = 0;
  for (const line of reference) {
    const union = new Set(candidate.flatMap((other) => plainAlignment(line, other)));
    for (const index of [...union].sort((one, other) => one - other)) {
      const word = line[index]!;
      if (mine.get(word)! > 0 && theirs.get(word)! > 0) {
        mine.set(word, mine.get(word)! - 1);
        theirs.set(word, theirs.get(word)! - 1);
        hits++;
      }
    }
  }
  return hits;
};

const ngrams = (words: Words, n: number): Array<string> =>
  words.slice(0, Math.max(words.length - n + 1, 0)).map((_, at) => words.slice(at, at + n).join(" "));

const scoreOf = (hits: number, mine: number, theirs: number): PlainScore => {
  const precision = hits / Math.max(mine, 1);
  const recall = hits / Math.max(theirs, 1);
  return { precision, recall, fmeasure: hits > 0 ? (2 * precision * recall) / (precision + recall) : 0 };
};

/** One type of ROUGE against one reference; lines are what `\n` separates. */
export const plainRouge = (type: RougeType, candidate: string, reference: string, stemmer: boolean): PlainScore => {
  const tokens = (text: string) => rougeTokens(text, { stemmer });
  const [mine, theirs] = [tokens(candidate), tokens(reference)];
  if (type === "rougeL") return scoreOf(plainLcs(mine, theirs), mine.length, theirs.length);
  if (type === "rougeLsum") {
    const hits = plainUnionHits(candidate.split("\n").map(tokens), reference.split("\n").map(tokens));
    return scoreOf(hits, mine.length, theirs.length);
  }
  const n = Number(type.slice("rouge".length));
  const [ours, wanted] = [ngrams(mine, n), countsOf(ngrams(theirs, n))];
  let hits = 0;
  for (const [ngram, count] of countsOf(ours)) hits += Math.min(count, wanted.get(ngram) ?? 0);
  return scoreOf(hits, ours.length, ngrams(theirs, n).length);
};
