import { expect, it } from "vitest";
import { type BleuOptions, type BleuSmoothing, bleu, corpusBleu } from "../../src/ngram/bleu.ts";
import { loadPunkt } from "../../src/punkt.ts";
import { type NltkVersion, whitespace } from "../../src/tokenize/Tokenizer.ts";
import { wordTokenizer } from "../../src/tokenize/wordTokenize.ts";
import { agrees, type GoldenCase, type GoldenLine, golden } from "../golden.ts";

const punkt = await loadPunkt();
const tokenizersOf = (nltk: NltkVersion) => ({ whitespace, "nltk.word_tokenize": wordTokenizer(punkt, nltk) });
const optionsOf = (params: GoldenCase["params"], nltk: NltkVersion): BleuOptions => ({
  tokenizer: tokenizersOf(nltk)[params.tokenizer as "whitespace"],
  smoothing: Number(params.smoothing.slice("method".length)) as BleuSmoothing,
  weights: params.weights,
  autoReweigh: params.auto_reweigh,
});
const newer = golden("nltk310");
const lines: ReadonlyArray<readonly [NltkVersion, GoldenLine]> = [
  ...golden("nltk_bleu").map((line) => ["3.8", line] as const),
  ...newer.filter(({ metric }) => metric === "nltk_sentence_bleu").map((line) => ["3.10", line] as const),
];

const check = (scores: ReadonlyArray<number>, { params, expected }: GoldenCase): void => {
  // Where NLTK refuses smoothing 6, there is a score here.
  if (expected.error !== undefined) return;
  const wanted = [expected.score ?? expected.scores].flat();
  const agree = wanted.length === scores.length && wanted.every((score, at) => agrees(scores[at]!, score));
  expect(agree, `${JSON.stringify(params)}: ${wanted}, not ${scores}`).toBe(true);
};

it.each(lines)("gives the sentence_bleu of NLTK %s for $id", (nltk, { prediction, references, cases }) => {
  for (const one of cases) check(bleu(prediction, references, optionsOf(one.params, nltk)).scores, one);
});

it.each(newer.filter(({ metric }) => metric === "nltk_corpus_bleu"))("gives NLTK's corpus_bleu for $id", (line) => {
  const byId = new Map(newer.map((one) => [one.id, one]));
  const pairs = line.items!.map((id) => ({
    candidate: byId.get(id)!.prediction,
    references: byId.get(id)!.references,
  }));
  for (const one of line.cases) check(corpusBleu(pairs, optionsOf(one.params, "3.10")).scores, one);
});

it("of a corpus without pairs is 0", () => {
  expect(corpusBleu([]).score).toBe(0);
});

it("names its choices", () => {
  expect(bleu("a", ["a", "b"]).signature).toBe(
    "bleu|nrefs:2|case:mixed|tok:word_tokenize-3.10(no sentence split)|smooth:0|weights:0.25,0.25,0.25,0.25|impl:nltk-3.10",
  );
});

it("scores an empty candidate 0", () => {
  expect(bleu("", "a b c", { smoothing: 1 }).score).toBe(0);
});

it("refuses an empty list of references, and of weights", () => {
  expect(() => bleu("a", [])).toThrow("There is no reference");
  expect(() => bleu("a", "a", { weights: [] })).toThrow(
    "the number of BLEU's weights must be a number from 1 to 100, not 0",
  );
  expect(() => bleu("a", "a", { weights: [0.5, -1] })).toThrow(
    "a weight of BLEU must be a number from 0 to 100, not -1",
  );
});
