import * as fc from "fast-check";
import { expect, it } from "vitest";
import { type BleuSmoothing, bleu } from "../../src/ngram/bleu.ts";
import { chrf, corpusChrf } from "../../src/ngram/chrf.ts";
import { corpusGleu, gleu } from "../../src/ngram/gleu.ts";
import { corpusSacreBleu, sacreBleu } from "../../src/ngram/sacreBleu.ts";
import { whitespace } from "../../src/tokenize/Tokenizer.ts";
import { agrees } from "../golden.ts";
import { plainMatches, plainNgrams } from "../oracle/plainNgrams.ts";
import { anyText, sentence } from "../texts.ts";

const smoothings: ReadonlyArray<BleuSmoothing> = [0, 1, 2, 3, 4, 5, 6, 7];
const metrics: ReadonlyArray<readonly [string, number, (candidate: string, references: string | string[]) => number]> =
  [
    ...smoothings.map(
      (smoothing) =>
        [
          `bleu, smoothing ${smoothing}`,
          // The means of smoothing 5 and 7 start from one more than a precision.
          smoothing === 5 || smoothing === 7 ? 2 : 1,
          (candidate: string, references: string | string[]) => bleu(candidate, references, { smoothing }).score,
        ] as const,
    ),
    ["sacreBleu", 100, (candidate, references) => sacreBleu(candidate, references).score],
    [
      "sacreBleu, effective order, zh",
      100,
      (candidate, references) => sacreBleu(candidate, references, { effectiveOrder: true, tokenizer: "zh" }).score,
    ],
    ["sacreBleu, intl", 100, (candidate, references) => sacreBleu(candidate, references, { tokenizer: "intl" }).score],
    ["sacreBleu, char", 100, (candidate, references) => sacreBleu(candidate, references, { tokenizer: "char" }).score],
    ["chrf", 100, (candidate, references) => chrf(candidate, references).score],
    ["chrf++", 100, (candidate, references) => chrf(candidate, references, { wordOrder: 2 }).score],
    ["gleu", 1, (candidate, references) => gleu(candidate, references).score],
  ];

it.each(metrics)("0 ≤ %s ≤ %d on every pair of strings", (_, most, metric) => {
  fc.assert(
    fc.property(fc.oneof(anyText, sentence), fc.oneof(anyText, sentence), (candidate, reference) => {
      const score = metric(candidate, reference);
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(most * (1 + 1e-12));
    }),
  );
});

it.each(metrics)("%s does not see the order of references", (_, _most, metric) => {
  fc.assert(
    fc.property(sentence, fc.array(sentence, { minLength: 1, maxLength: 4 }), (candidate, references) => {
      expect(metric(candidate, [...references].reverse())).toBe(metric(candidate, references));
    }),
  );
});

it.each([
  ["bleu", 1, (text: string) => bleu(text, text).score],
  ["sacreBleu", 100, (text: string) => sacreBleu(text, text).score],
  ["chrf++", 100, (text: string) => chrf(text, text, { wordOrder: 2 }).score],
  ["gleu", 1, (text: string) => gleu(text, text).score],
] as const)("%s(x, x) = %d for texts of four words and more", (_, most, metric) => {
  fc.assert(
    fc.property(sentence, (text) => {
      fc.pre(text.split(" ").length >= 4);
      expect(agrees(metric(text), most)).toBe(true);
    }),
  );
});

it("gleu(x, y) = gleu(y, x)", () => {
  fc.assert(
    fc.property(sentence, sentence, (left, right) => {
      expect(gleu(left, right).score).toBe(gleu(right, left).score);
    }),
  );
});

it("chrf(x, y) = chrf(y, x) when beta is 1", () => {
  fc.assert(
    fc.property(sentence, sentence, (left, right) => {
      const options = { beta: 1, wordOrder: 2 };
      expect(agrees(chrf(left, right, options).score, chrf(right, left, options).score)).toBe(true);
    }),
  );
});

it("a corpus of one pair scores as the pair", () => {
  fc.assert(
    fc.property(sentence, fc.array(sentence, { minLength: 1, maxLength: 3 }), (candidate, references) => {
      const pairs = [{ candidate, references }];
      expect(corpusSacreBleu(pairs)).toEqual(sacreBleu(candidate, references));
      expect(corpusChrf(pairs)).toEqual(chrf(candidate, references));
      expect(corpusGleu(pairs)).toEqual(gleu(candidate, references));
    }),
  );
});

it("a corpus does not see the order of its pairs", () => {
  const pair = fc.record({ candidate: sentence, references: sentence });
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 5 }), (pairs) => {
      const turned = [...pairs].reverse();
      expect(corpusSacreBleu(turned)).toEqual(corpusSacreBleu(pairs));
      expect(corpusChrf(turned)).toEqual(corpusChrf(pairs));
      expect(corpusGleu(turned)).toEqual(corpusGleu(pairs));
    }),
  );
});

/** Texts of two words, which share long n-grams by chance. */
const coins = fc.array(fc.constantFrom("a", "b"), { minLength: 4, maxLength: 12 }).map((words) => words.join(" "));

it("bleu is the geometric mean of plainly counted precisions, times the brevity penalty", () => {
  fc.assert(
    fc.property(coins, fc.array(coins, { minLength: 1, maxLength: 3 }), (candidate, references) => {
      const mine = whitespace.tokenize(candidate);
      const others = references.map(whitespace.tokenize);
      const precisions = [1, 2, 3, 4].map((n) => plainMatches(mine, others, n) / Math.max(mine.length - n + 1, 1));
      fc.pre(precisions.every((precision) => precision > 0));
      const closest = others
        .map((other) => other.length)
        .sort((a, b) => Math.abs(a - mine.length) - Math.abs(b - mine.length) || a - b)[0]!;
      const penalty = mine.length > closest ? 1 : Math.exp(1 - closest / mine.length);
      const product = precisions.reduce((all, precision) => all * precision, 1);
      const { score } = bleu(candidate, references, { tokenizer: whitespace });
      expect(agrees(score, penalty * product ** 0.25)).toBe(true);
    }),
  );
});

it("gleu is shared n-grams over the larger number of n-grams, plainly counted", () => {
  fc.assert(
    fc.property(sentence, sentence, (candidate, reference) => {
      const [mine, other] = [whitespace.tokenize(candidate), whitespace.tokenize(reference)];
      const lengths = [1, 2, 3, 4];
      const size = (tokens: ReadonlyArray<string>) =>
        lengths.flatMap((n) => [...plainNgrams(tokens, n).values()]).reduce((sum, count) => sum + count, 0);
      const matches = lengths.reduce((sum, n) => sum + plainMatches(mine, [other], n), 0);
      const expected = matches / (Math.max(size(mine), size(other)) || 1);
      expect(gleu(candidate, reference, { tokenizer: whitespace }).score).toBe(expected);
    }),
  );
});
