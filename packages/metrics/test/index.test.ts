import { describe, expect, it } from "vitest";
import * as extended from "../src/extended/index.ts";
import * as metrics from "../src/index.ts";

const text = "The storm keeps the ferry in port until the wind drops.";

/** Each scorer of the root and of what it leaves out, with its best figure. */
const scorers = [
  [metrics.bleu, 1],
  [metrics.chrf, 100],
  [metrics.cosine, 1],
  [metrics.exactMatch, 1],
  [extended.gleu, 1],
  [extended.indel, 1],
  [extended.jaro, 1],
  [extended.jaroWinkler, 1],
  [extended.levenshtein, 1],
  [metrics.sacreBleu, 100],
  [extended.ter, 0],
] as const;

describe("the root of the package", () => {
  it.each(scorers)("%o finds a text like itself, and says how it looked", (scorer, best) => {
    const score = scorer(text, text);
    expect(score).toMatchObject({ score: expect.closeTo(best, 10), signature: expect.stringMatching(/.+\|.+/) });
  });

  it("finds precision, recall and fmeasure of a text and itself to be 1", () => {
    for (const score of [...Object.values(metrics.rouge(text, text)), metrics.f1(text, text)]) {
      expect(score).toMatchObject({ precision: 1, recall: 1, fmeasure: 1 });
    }
  });

  it("has a scorer for every component type of the platform", () => {
    const types = ["rouge", "rouge1", "rouge2", "rougeL", "bleu", "meteor", "cosine_similarity", "f1"];
    expect(Object.keys(metrics.scorers)).toEqual(expect.arrayContaining(types));
  });
});
