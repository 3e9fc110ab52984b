import { expect, it } from "vitest";
import { type ChrfOptions, type ChrfScore, chrf, corpusChrf } from "../../src/ngram/chrf.ts";
import { pairsOf, unevenBridge } from "../corpus.ts";
import { agrees, golden } from "../golden.ts";

const optionsOf = (params: Readonly<Record<string, any>>): ChrfOptions => ({
  characterOrder: params.char_order,
  wordOrder: params.word_order,
  beta: params.beta,
  lowercase: params.lowercase,
  whitespace: params.whitespace,
  epsilonSmoothing: params.eps_smoothing,
});

const expectScore = (actual: ChrfScore, expected: any): void => {
  expect(agrees(actual.score, expected.score), `${actual.score} is not ${expected.score}: ${actual.signature}`).toBe(
    true,
  );
};

const lines = golden("chrf");
const sentences = lines.filter(({ level }) => level === "sentence");
const corpora = lines.filter(({ level }) => level === "corpus");

it.each(sentences)("gives sacrebleu's sentence_score for $id", ({ prediction, references, cases }) => {
  for (const { params, expected } of cases) expectScore(chrf(prediction, references, optionsOf(params)), expected);
});

it.each(corpora)("gives sacrebleu's corpus_score for $id", (line) => {
  const pairs = pairsOf(line, sentences);
  for (const { params, expected } of line.cases) {
    const actual = corpusChrf(pairs, optionsOf(params));
    expectScore(actual, expected);
    expect(actual.signature).toBe(expected.signature);
  }
});

it("names itself as sacrebleu does", () => {
  expect([chrf("a", "a").name, chrf("a", "a", { wordOrder: 2 }).name]).toEqual(["chrF2", "chrF2++"]);
});

it("takes characters for code points", () => {
  expect(chrf("👍", "👍").score).toBe(100);
  expect(chrf("👍", "👎").score).toBe(0);
});

it("gives a corpus sacrebleu's figures (2.6.0, CHRF().corpus_score)", () => {
  expectScore(corpusChrf(unevenBridge), { score: 73.00243821268046 });
  expectScore(corpusChrf(unevenBridge, { wordOrder: 2, epsilonSmoothing: true }), { score: 70.60757581921217 });
});
