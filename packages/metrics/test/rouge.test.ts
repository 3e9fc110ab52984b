import { expect, it } from "vitest";
import { rouge } from "../src/index.ts";

it("counts unigrams, bigrams and the longest common subsequence by default", () => {
  const scores = rouge("police killed the gunman", "police kill the gunman");
  expect(scores).toEqual({
    rouge1: { precision: 0.75, recall: 0.75, fmeasure: 0.75 },
    rouge2: { precision: 1 / 3, recall: 1 / 3, fmeasure: 1 / 3 },
    rougeL: { precision: 0.75, recall: 0.75, fmeasure: 0.75 },
  });
});
