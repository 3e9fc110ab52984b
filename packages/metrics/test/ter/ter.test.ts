import { expect, it } from "vitest";
import { corpusTer, type TerOptions, type TerScore, ter } from "../../src/ter/ter.ts";
import { tercom } from "../../src/tokenize/tercom.ts";
import { splitWhitespace } from "../../src/tokenize/whitespace.ts";
import { bridge, pairsOf } from "../corpus.ts";
import { agrees, golden } from "../golden.ts";

const optionsOf = (params: Readonly<Record<string, any>>): TerOptions => ({
  normalized: params.normalized,
  noPunctuation: params.no_punct,
  asianSupport: params.asian_support,
  caseSensitive: params.case_sensitive,
});

const expectScore = (actual: TerScore, expected: any): void => {
  expect(actual.edits).toBe(expected.num_edits);
  expect(actual.referenceLength).toBe(expected.ref_length);
  expect(agrees(actual.score, expected.score), `${actual.score} is not ${expected.score}`).toBe(true);
};

const lines = golden("ter");
const sentences = lines.filter(({ level }) => level === "sentence");
const corpora = lines.filter(({ level }) => level === "corpus");

it.each(sentences)("gives sacrebleu's sentence_score for $id", ({ prediction, references, cases }) => {
  for (const { params, expected } of cases) expectScore(ter(prediction, references, optionsOf(params)), expected);
});

it.each(corpora)("gives sacrebleu's corpus_score for $id", (line) => {
  const pairs = pairsOf(line, sentences);
  for (const { params, expected } of line.cases) {
    const actual = corpusTer(pairs, optionsOf(params));
    expectScore(actual, expected);
    expect(actual.signature).toBe(expected.signature);
  }
});

it.each(golden("tokens"))("gives Tercom's tokens for $id", ({ prediction, cases }) => {
  const tokenizer = tercom({ normalized: true, noPunctuation: true, asianSupport: true });
  expect(tokenizer.tokenize(prediction)).toEqual(splitWhitespace(cases[0]!.expected.ter_normalized_nopunct_asian));
});

it("counts everything as an edit when the reference is empty", () => {
  expect([ter("a b", "").score, ter("", "").score, ter("", "a b").score]).toEqual([100, 0, 100]);
});

it("gives a corpus sacrebleu's figures (2.6.0, TER().corpus_score)", () => {
  expectScore(corpusTer(bridge), { score: 44.44444444444444, num_edits: 8, ref_length: 18 });
  const options = { normalized: true, noPunctuation: true };
  expectScore(corpusTer(bridge, options), { score: 22.22222222222222, num_edits: 4, ref_length: 18 });
});
