import * as fc from "fast-check";
import { expect, it } from "vitest";
import { cosine, cosineOfVectors } from "../src/cosine.ts";
import { anyText, sentence, someSentence } from "./texts.ts";

const text = fc.oneof(anyText, sentence);

it.each(["counts", "tfidf"] as const)(
  "0 ≤ cosine(x, y) = cosine(y, x) ≤ 1 over %s, on every pair of strings",
  (weighting) => {
    fc.assert(
      fc.property(text, text, (left, right) => {
        const { score } = cosine(left, right, { weighting });
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
        expect(cosine(right, left, { weighting }).score).toBeCloseTo(score, 14);
      }),
    );
  },
);

it("cosine(x, x x x) = 1: only proportions count", () => {
  fc.assert(
    fc.property(someSentence, (words) => {
      fc.pre(/\w\w/.test(words));
      expect(cosine(words, `${words} ${words} ${words}`).score).toBeCloseTo(1, 14);
    }),
  );
});

it("cosineOfVectors(x, k y) = sign(k) cosineOfVectors(x, y)", () => {
  const number = fc.integer({ min: -100, max: 100 });
  const vectors = fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(vectors, fc.integer({ min: -5, max: 5 }), (pairs, factor) => {
      const left = pairs.map(([x]) => x);
      const right = pairs.map(([, y]) => y);
      const scaled = right.map((y) => factor * y);
      expect(cosineOfVectors(left, scaled)).toBeCloseTo(Math.sign(factor) * cosineOfVectors(left, right), 12);
    }),
  );
});
