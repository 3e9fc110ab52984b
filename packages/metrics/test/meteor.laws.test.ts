import * as fc from "fast-check";
import { expect, it } from "vitest";
import { meteor } from "../src/meteor.ts";
import { whitespace } from "../src/tokenize/Tokenizer.ts";
import { plainAlignment } from "./oracle/plainMeteor.ts";
import { anyText, sentence, someSentence } from "./texts.ts";

const related: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["big", new Set(["large", "great"])],
  ["larg", new Set(["big"])],
  ["sat", new Set(["sit"])],
  ["sit", new Set(["sat", "cat"])],
]);
const synonymsOf = (word: string): ReadonlySet<string> => related.get(word) ?? new Set();
const synonyms = { name: "toy", of: synonymsOf };

it("0 ≤ meteor ≤ 1 on every pair of strings", () => {
  fc.assert(
    fc.property(fc.oneof(anyText, sentence), fc.oneof(anyText, sentence), (candidate, reference) => {
      const { score } = meteor(candidate, reference, { synonyms });
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(1);
    }),
  );
});

it("meteor(x, x) = 1 - gamma (1 / n) ^ beta for n different words", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.constantFrom(..."abcdefghij"), { minLength: 1 }), (letters) => {
      const text = letters.join(" ");
      expect(meteor(text, text, { tokenizer: whitespace }).score).toBeCloseTo(1 - 0.5 / letters.length ** 3, 12);
    }),
  );
});

it("meteor against several references is its best against one", () => {
  fc.assert(
    fc.property(sentence, fc.array(sentence, { minLength: 1, maxLength: 4 }), (candidate, references) => {
      const scores = references.map((reference) => meteor(candidate, reference).score);
      expect(meteor(candidate, references).score).toBe(Math.max(...scores));
    }),
  );
});

it("without a penalty, swapping the texts swaps precision and recall", () => {
  fc.assert(
    fc.property(someSentence, someSentence, (left, right) => {
      const there = meteor(left, right);
      const back = meteor(right, left);
      expect([back.precision, back.recall]).toEqual([there.recall, there.precision]);
    }),
  );
});

it("aligns as two loops from the end do", () => {
  fc.assert(
    fc.property(sentence, sentence, (candidate, reference) => {
      const { matches, chunks } = meteor(candidate, reference, { tokenizer: whitespace, synonyms });
      const plain = plainAlignment(
        whitespace.tokenize(candidate) as string[],
        whitespace.tokenize(reference) as string[],
        synonymsOf,
      );
      expect({ matches, chunks }).toEqual(plain);
    }),
    { numRuns: 1000 },
  );
});
