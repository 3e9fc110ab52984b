import * as fc from "fast-check";
import { expect, it } from "vitest";
import { exactMatch } from "../../src/answer/exactMatch.ts";
import { f1 } from "../../src/answer/f1.ts";
import { squad, squadNormalize } from "../../src/answer/squad.ts";
import { anyText, sentence, someSentence } from "../texts.ts";

const text = fc.oneof(anyText, sentence);

it("0 ≤ f1 ≤ 1 on every pair of strings, and swapping them swaps precision and recall", () => {
  fc.assert(
    fc.property(text, text, (left, right) => {
      const there = f1(left, right);
      const back = f1(right, left);
      expect([back.precision, back.recall, back.fmeasure]).toEqual([there.recall, there.precision, there.fmeasure]);
      expect(Math.max(there.precision, there.recall, there.fmeasure)).toBeLessThanOrEqual(1);
      expect(Math.min(there.precision, there.recall, there.fmeasure)).toBeGreaterThanOrEqual(0);
    }),
  );
});

it("f1(x, x) = 1 for a text with words, and does not see their order", () => {
  fc.assert(
    fc.property(someSentence, (words) => {
      expect(f1(words, words).fmeasure).toBe(1);
      expect(f1(words.split(" ").reverse().join(" "), words).fmeasure).toBe(1);
    }),
  );
});

it("a word more that both texts have never lowers f1", () => {
  fc.assert(
    fc.property(sentence, sentence, (left, right) => {
      expect(f1(`${left} more`, `${right} more`).fmeasure).toBeGreaterThanOrEqual(f1(left, right).fmeasure);
    }),
  );
});

it("squadNormalize(squadNormalize(x)) = squadNormalize(x)", () => {
  fc.assert(
    fc.property(text, (answer) => {
      expect(squadNormalize(squadNormalize(answer))).toBe(squadNormalize(answer));
    }),
  );
});

it.each(["1.1", "2.0"] as const)("squad %s: 0 ≤ f1 ≤ 1, and an exact match of a word has f1 = 1", (version) => {
  fc.assert(
    fc.property(text, text, (candidate, reference) => {
      const found = squad(candidate, reference, { version });
      expect(found.f1).toBeGreaterThanOrEqual(0);
      expect(found.f1).toBeLessThanOrEqual(1);
      if (found.exactMatch === 1 && squadNormalize(reference) !== "") expect(found.f1).toBe(1);
      const swapped = squad(reference, candidate, { version });
      expect([swapped.f1, swapped.exactMatch]).toEqual([found.f1, found.exactMatch]);
    }),
  );
});

it("exactMatch is equality, and what is ignored can only turn 0 into 1", () => {
  fc.assert(
    fc.property(text, text, (candidate, reference) => {
      const strict = exactMatch(candidate, reference).score;
      expect(strict).toBe(candidate === reference ? 1 : 0);
      const options = { ignoreCase: true, ignorePunctuation: true, ignoreNumbers: true };
      expect(exactMatch(candidate, reference, options).score).toBeGreaterThanOrEqual(strict);
    }),
  );
});
