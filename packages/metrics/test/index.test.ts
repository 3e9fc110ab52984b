import { describe, expect, it } from "vitest";
import * as metrics from "../src/index.ts";

const text = "The storm keeps the ferry in port until the wind drops.";

/** Each scorer of the root on a text and itself, with its best figure. */
const scorers: ReadonlyArray<readonly [name: keyof typeof metrics, best: number]> = [
  ["bleu", 1],
  ["chrf", 100],
  ["cosine", 1],
  ["exactMatch", 1],
  ["gleu", 1],
  ["indel", 1],
  ["jaro", 1],
  ["jaroWinkler", 1],
  ["levenshtein", 1],
  ["sacreBleu", 100],
  ["ter", 0],
];

describe("the root of the package", () => {
  it.each(scorers)("%s finds a text like itself, and says how it looked", (name, best) => {
    const score = (metrics[name] as (candidate: string, reference: string) => metrics.Score | { score: number })(
      text,
      text,
    );
    expect(score).toMatchObject({ score: expect.closeTo(best, 10), signature: expect.stringMatching(/.+\|.+/) });
  });

  it.each([metrics.rouge(text, text).rougeL, metrics.f1(text, text)])(
    "precision, recall and fmeasure of a text and itself are 1",
    (score) => {
      expect(score).toMatchObject({ precision: 1, recall: 1, fmeasure: 1 });
    },
  );

  it("has a scorer for every component type of the platform", () => {
    const types = ["rouge", "rouge1", "rouge2", "rougeL", "bleu", "meteor", "cosine_similarity", "f1"];
    expect(Object.keys(metrics.scorers)).toEqual(expect.arrayContaining(types));
  });
});
