import { expect, it } from "vitest";
import { corpusSacreBleu, type SacreBleuOptions, type SacreBleuScore, sacreBleu } from "../../src/ngram/sacreBleu.ts";
import { pairsOf, unevenBridge } from "../corpus.ts";
import { agrees, golden } from "../golden.ts";

const optionsOf = (params: Readonly<Record<string, any>>): SacreBleuOptions => ({
  tokenizer: params.tokenize,
  smoothing: params.smooth_method,
  smoothingValue: params.smooth_value,
  lowercase: params.lowercase,
  order: params.max_ngram_order,
  effectiveOrder: params.effective_order,
});

const expectScore = (actual: SacreBleuScore, expected: any): void => {
  expect(agrees(actual.score, expected.score), `${actual.score} is not ${expected.score}: ${actual.signature}`).toBe(
    true,
  );
  const parts = {
    bp: actual.brevityPenalty,
    sys_len: actual.candidateLength,
    ref_len: actual.referenceLength,
    counts: actual.matches,
    totals: actual.totals,
    precisions: actual.precisions,
  };
  for (const [name, value] of Object.entries(parts)) {
    if (expected[name] === undefined) continue;
    const [found, wanted] = [[value].flat(), [expected[name]].flat()];
    expect(found.length).toBe(wanted.length);
    expect(
      found.every((figure, at) => agrees(figure, wanted[at])),
      `${name}: ${found} is not ${wanted}`,
    ).toBe(true);
  }
};

const sentences = golden("bleu_sentence");

it.each(sentences)("gives sacrebleu's sentence_score for $id", ({ prediction, references, cases }) => {
  for (const { params, expected } of cases) expectScore(sacreBleu(prediction, references, optionsOf(params)), expected);
});

it.each(golden("bleu_corpus"))("gives sacrebleu's corpus_score for $id", (line) => {
  const pairs = pairsOf(line, sentences);
  for (const { params, expected } of line.cases) {
    const actual = corpusSacreBleu(pairs, optionsOf(params));
    expectScore(actual, expected);
    expect(actual.signature).toBe(expected.signature);
  }
});

it("gives a corpus with unequal numbers of references sacrebleu's figures (2.6.0, BLEU().corpus_score, None for a gap)", () => {
  expect(agrees(corpusSacreBleu(unevenBridge).score, 46.27512198577911)).toBe(true);
  const options = { smoothing: "add-k", lowercase: true, tokenizer: "intl" } as const;
  const { score, signature } = corpusSacreBleu(unevenBridge, options);
  expect(agrees(score, 57.3215525545813)).toBe(true);
  expect(signature).toBe("nrefs:var|case:lc|eff:no|tok:intl|smooth:add-k[1.00]|version:2.6.0");
});

it("names another order than four, which sacrebleu's signature leaves out", () => {
  expect([sacreBleu("a", "a").name, sacreBleu("a", "a", { order: 2 }).name]).toEqual(["BLEU", "BLEU-2"]);
});
