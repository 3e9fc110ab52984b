import { expect, it } from "vitest";
import { indel } from "../../src/edit/indel.ts";
import { jaro, jaroWinkler } from "../../src/edit/jaro.ts";
import { levenshtein } from "../../src/edit/levenshtein.ts";
import { golden } from "../golden.ts";

it.each(golden("edit"))("gives python-Levenshtein's figures for $id", ({ prediction, references, cases }) => {
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

it("counts a common start up to Winkler's four characters when asked to", () => {
  expect(jaroWinkler("DIXON", "DICKSONX", { maximumPrefix: 4 }).score).toBeCloseTo(0.8133, 4);
});
