/** Params of every type, drawn: they are refused with the component's name, or the numbers stay in their documented range. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import {
  extendedScorers,
  gleu,
  jaroWinkler,
  numericDifference,
  ribes,
  rougeS,
  rougeSU,
  rougeW,
} from "../../src/extended/index.ts";
import { bleu, chrf, computeMetrics, MetricError, meteor, planMetrics, sacreBleu, scorers } from "../../src/index.ts";

const all = { ...scorers, ...extendedScorers };
const types = Object.keys(all).filter((type) => type !== "cosine_similarity" && type !== "bertscore");

const names = [
  ..."order char_order word_order min_len max_len smoothing alpha beta gamma weights auto_reweigh prefix_weight".split(
    " ",
  ),
  ..."tokenizer nltk measure use_stemmer lowercase score_types implementation version normalization max_skip".split(
    " ",
  ),
  ..."weight tolerance flags pattern mode unit transform".split(" "),
];
const strange = fc.oneof(
  fc.constantFrom(3e7, 1e9, 1e200, -1, 0, 1, 2, 0.5, 7, 100, 101, Number.MAX_SAFE_INTEGER, -0, 5e-324),
  fc.double(),
  fc.integer(),
);
const value = fc.oneof(
  strange,
  fc.array(strange, { maxLength: 6 }),
  fc.array(fc.array(strange, { maxLength: 3 }), { maxLength: 3 }),
  fc.boolean(),
  fc.constantFrom("nltk", "sacrebleu", "evaluate", "3.8", "3.10", "char", "words", "zh", "squad", "linear", "", null),
);
const params = fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 3 });
const texts = fc
  .array(fc.constantFrom("the", "cat", "sat", "on", "a", "mat", ".", "{}", "12"), { maxLength: 12 })
  .map((words) => words.join(" "));

/** The documented range of each type; without one any finite number will do. */
const mostOf = (type: string, given: Readonly<Record<string, unknown>>): number =>
  ["chrf", "sacrebleu"].includes(type) || (type === "bleu" && given.implementation === "sacrebleu")
    ? 100 + 1e-9
    : ["ter", "wer", "cer", "mer", "wil", "numeric_difference", "bleu"].includes(type)
      ? Number.MAX_VALUE
      : 1 + 1e-9;

it.each(types)("%s", (type) => {
  fc.assert(
    fc.property(params, texts, texts, (given, candidate, reference) => {
      const config = { components: [{ name: "drawn", type, params: given }] };
      const record = { test_case_output: { output: candidate }, test_case_data: { expected_output: reference } };
      try {
        for (const score of Object.values(computeMetrics(config, record, { scorers: extendedScorers }))) {
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(mostOf(type, given));
        }
      } catch (error) {
        if (!(error instanceof MetricError)) throw error;
        expect(error.message).toContain('component "drawn"');
      }
    }),
    { numRuns: 300 },
  );
});

it.each([
  ["bleu", { implementation: "sacrebleu", order: 3e7 }, "params.order must be a number from 1 to 100, not 30000000"],
  ["sacrebleu", { order: 1e9 }, "params.order must be a number from 1 to 100"],
  ["bleu", { implementation: "evaluate", order: 3e6 }, "params.order must be a number from 1 to 100"],
  ["gleu", { max_len: 3e7 }, "params.max_len must be a number from 1 to 100"],
  ["chrf", { char_order: 3e7 }, "params.char_order must be a number from 0 to 100"],
  ["chrf", { beta: 1e200 }, "params.beta must be a number from 0 to 1000"],
  ["meteor", { alpha: 5 }, "params.alpha must be a number from 0 to 1, not 5"],
  ["bleu", { weights: [0.5, -1] }, "a weight of BLEU must be a number from 0 to 100, not -1"],
  ["bleu", { weights: new Array(101).fill(0.1) }, "the number of BLEU's weights must be a number from 1 to 100"],
])("%s with %o is refused at once, by name", (type, given, message) => {
  const config = { components: [{ name: "drawn", type, params: given }] };
  expect(() => planMetrics(config, { scorers: extendedScorers })).toThrow(message);
  expect(() => planMetrics(config, { scorers: extendedScorers })).toThrow('component "drawn"');
});

it("an order above the longest text adds nothing", () => {
  const record = { test_case_output: { output: "the cat sat" }, test_case_data: { expected_output: "the cat sat" } };
  const of = (type: string, given: Record<string, unknown>) =>
    computeMetrics({ components: [{ name: "x", type, params: given }] }, record, { scorers: extendedScorers }).x;
  expect(of("sacrebleu", { order: 100 })).toBe(of("sacrebleu", { order: 3 }));
  expect(of("chrf", { char_order: 100, word_order: 100 })).toBe(of("chrf", { char_order: 9, word_order: 3 }));
  expect(of("gleu", { max_len: 100 })).toBe(of("gleu", { max_len: 3 }));
});

it("several lists of weights give one number each, named by the weights", () => {
  const record = { test_case_output: { output: "the cat sat" }, test_case_data: { expected_output: "the cat slept" } };
  const weights = [[1], [0.5, 0.5]];
  const plan = planMetrics({ components: [{ name: "b", type: "bleu", params: { weights, nltk: "3.8" } }] });
  expect(plan.measure(record).map(({ key, value: score, signature }) => [key, score.toFixed(3), signature])).toEqual([
    ["b/1", "0.667", expect.stringContaining("tok:word_tokenize-3.8(no sentence split)|smooth:0|weights:1;0.5,0.5")],
    ["b/0.5,0.5", "0.577", expect.stringContaining("|of:0.5,0.5")],
  ]);
});

it("says which components see nothing of a text that has letters", () => {
  const components = [
    { name: "plain", type: "rouge1" },
    { name: "words", type: "rouge", params: { tokenizer: "words" } },
    { name: "counts", type: "cosine_similarity", params: { vectors: "counts" } },
    { name: "bleu", type: "bleu" },
    { name: "S", type: "rougeS" },
    { name: "SU by letters", type: "rougeSU", params: { tokenizer: "char" } },
    { name: "W", type: "rougeW" },
  ];
  const { withoutTokens } = planMetrics({ components }, { scorers: extendedScorers });
  const of = (candidate: string, ...references: Array<string>) =>
    withoutTokens(new Array(components.length).fill({ candidate, references }));
  expect(of("สวัสดี", "สวัสดี")).toEqual(["plain", "S", "W"]);
  expect(of("hello", "hello", "你")).toEqual(["plain", "counts", "S", "W"]);
  expect(of("", "hello")).toEqual([]);
  expect(of("…", "12")).toEqual([]);
});

const [one, other] = ["the cat sat on 2", "a cat sat on 3"];
const byNumber: Readonly<Record<string, (number: number) => number>> = {
  "sacreBleu, order": (order) => sacreBleu(one, other, { order }).score / 100,
  "chrf, character order": (characterOrder) => chrf(one, other, { characterOrder }).score / 100,
  "chrf, word order": (wordOrder) => chrf(one, other, { wordOrder }).score / 100,
  "chrf, beta": (beta) => chrf(one, other, { beta }).score / 100,
  "gleu, longest": (maximumOrder) => gleu(one, other, { maximumOrder }).score,
  "gleu, shortest": (minimumOrder) => gleu(one, other, { minimumOrder }).score,
  "meteor, alpha": (alpha) => meteor(one, other, { alpha }).score,
  "meteor, beta": (beta) => meteor(one, other, { beta }).score,
  "meteor, gamma": (gamma) => meteor(one, other, { gamma }).score,
  "bleu, weight": (weight) => bleu(one, other, { weights: [weight, 0.5] }).score,
  "ribes, alpha": (alpha) => ribes(one, other, { alpha }).score,
  "ribes, beta": (beta) => ribes(one, other, { beta }).score,
  "rougeS, skip": (maxSkip) => rougeS(one, other, { maxSkip }).fmeasure,
  "rougeSU, skip": (maxSkip) => rougeSU(one, other, { maxSkip }).fmeasure,
  "rougeW, weight": (weight) => rougeW(one, other, { weight }).fmeasure,
  "jaroWinkler, weight": (prefixWeight) => jaroWinkler(one, other, { prefixWeight }).score,
  "numericDifference, tolerance": (tolerance) => numericDifference("1", "2", { tolerance }).score,
};

it.each(Object.entries(byNumber))("%s: any number is refused, or gives a score in its range", (_, scoreOf) => {
  const numbers = [3e7, 1e9, 1e308, Number.POSITIVE_INFINITY, Number.NaN, 0, -1, 1.5, 1e200, 5e-324];
  for (const number of numbers) {
    let score: number;
    try {
      score = scoreOf(number);
    } catch (error) {
      expect(error).toBeInstanceOf(RangeError);
      continue;
    }
    expect(score).toBeGreaterThanOrEqual(0);
    expect(score).toBeLessThanOrEqual(1 + 1e-9);
  }
});

it("a message stays short for any content of the configuration", () => {
  const long = "{{".repeat(100_000);
  const wrong = (more: object) => () => planMetrics({ components: [{ name: "drawn", type: "rouge1", ...more }] });
  for (const more of [{ mappings: { candidate: long } }, { name: long, params: { order: 1 } }, { type: long }]) {
    try {
      wrong(more)();
    } catch (error) {
      expect(String(error).length).toBeLessThan(2600);
    }
  }
  const config = { components: [{ name: "drawn", type: "rouge1", mappings: { candidate: long, reference: "a" } }] };
  expect(() => computeMetrics(config, { id: long, a: "x" })).toThrow(/^.{1,2600}$/s);
});
