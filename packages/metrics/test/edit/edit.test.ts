import { expect, it } from "vitest";
import { indel } from "../../src/edit/indel.ts";
import { jaro, jaroWinkler } from "../../src/edit/jaro.ts";
import { levenshtein } from "../../src/edit/levenshtein.ts";
import { golden } from "../golden.ts";

it.each(golden("edit"))("gives RapidFuzz's figures for $id", ({ prediction, references, cases }) => {
  const reference = references[0]!;
  const { distance, score } = levenshtein(prediction, reference);
  expect({
    levenshtein: distance,
    levenshtein_similarity: score,
    indel_ratio: indel(prediction, reference).score,
    jaro: jaro(prediction, reference).score,
    jaro_winkler: jaroWinkler(prediction, reference).score,
  }).toEqual(cases[0]!.expected);
});

it("takes two empty texts for equal", () => {
  expect([levenshtein, indel, jaro, jaroWinkler].map((metric) => metric("", "").score)).toEqual([1, 1, 1, 1]);
});

it.each([
  // Winkler 1990 and Jaro 1989, as RapidFuzz 3.14.6 has them.
  ["CRATE", "TRACE", 0.7333333333333334, 0.7333333333333334],
  ["Paris", "The capital is Paris", 0.5833333333333334, 0.5833333333333334],
  ["MARTHA", "MARHTA", 0.9444444444444445, 0.9611111111111111],
  ["DIXON", "DICKSONX", 0.7666666666666666, 0.8133333333333332],
  ["prefixed", "prefixes", 0.9166666666666666, 0.95],
] as const)("%s and %s are as alike as the papers say", (left, right, plain, winkler) => {
  expect(jaro(left, right).score).toBe(plain);
  expect(jaroWinkler(left, right).score).toBe(winkler);
});

it("weighs the common start by its option, within the range that keeps scores below 1", () => {
  expect(jaroWinkler("MARTHA", "MARHTA", { prefixWeight: 0 }).score).toBe(jaro("MARTHA", "MARHTA").score);
  expect(jaroWinkler("MARTHA", "MARHTA", { prefixWeight: 0.25 }).score).toBeCloseTo(0.9861, 4);
  expect(() => jaroWinkler("a", "a", { prefixWeight: 0.3 })).toThrow(RangeError);
  expect(jaroWinkler("a", "a").signature).toBe(
    "jaro_winkler|case:mixed|unit:codepoint|prefix:4x0.1|above:0.7|impl:rapidfuzz-3.14",
  );
});
