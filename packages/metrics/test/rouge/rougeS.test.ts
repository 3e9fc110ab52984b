import * as fc from "fast-check";
import { expect, it } from "vitest";
import { rougeS, rougeSU, rougeW } from "../../src/extended/index.ts";
import { rouge, rougeTokenizers } from "../../src/index.ts";
import { plainLcs } from "../oracle/plainRouge.ts";

it.each([
  // Lin 2004, section 5.1: S1 is the reference.
  ["police kill the gunman", 0.5],
  ["the gunman kill police", 1 / 6],
  ["the gunman police killed", 1 / 3],
])("has the ROUGE-S of Lin 2004 for %s", (candidate, score) => {
  expect(rougeS(candidate, "police killed the gunman").fmeasure).toBeCloseTo(score, 12);
});

it("has the ROUGE-W of Lin 2004, section 4", () => {
  expect(rougeW("a b c d h i k", "a b c d e f g", { weight: 2 }).fmeasure).toBeCloseTo(4 / 7, 12);
  expect(rougeW("a h b k c i d", "a b c d e f g", { weight: 2 }).fmeasure).toBeCloseTo(2 / 7, 12);
});

const words = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 14 });

it("ROUGE-S counts what two loops over places count", () => {
  const pairsOf = (text: ReadonlyArray<string>, skip: number) =>
    text.flatMap((one, at) => text.slice(at + 1, at + 2 + skip).map((other) => `${one} ${other}`));
  const shared = (mine: ReadonlyArray<string>, theirs: ReadonlyArray<string>) => {
    const left = [...theirs];
    return mine.filter((one) => {
      const at = left.indexOf(one);
      if (at >= 0) left.splice(at, 1);
      return at >= 0;
    }).length;
  };
  const skips = fc.oneof(fc.integer({ min: 0, max: 6 }), fc.constant(Number.POSITIVE_INFINITY));
  fc.assert(
    fc.property(words, words, skips, (candidate, reference, maxSkip) => {
      const [mine, theirs] = [pairsOf(candidate, maxSkip), pairsOf(reference, maxSkip)];
      const score = rougeS(candidate.join(" "), reference.join(" "), { maxSkip });
      expect(score.precision).toBe(shared(mine, theirs) / Math.max(mine.length, 1));
      expect(score.recall).toBe(shared(mine, theirs) / Math.max(theirs.length, 1));
      const unigrams = rougeSU(candidate.join(" "), reference.join(" "), { maxSkip });
      const hits = shared(mine, theirs) + shared(candidate, reference);
      expect(unigrams.precision).toBe(hits / Math.max(mine.length + candidate.length, 1));
    }),
    { numRuns: 500 },
  );
});

it("without words between, ROUGE-S is ROUGE-2; without a weight, ROUGE-W is no more than ROUGE-L", () => {
  fc.assert(
    fc.property(words, words, (candidate, reference) => {
      const [mine, theirs] = [candidate.join(" "), reference.join(" ")];
      const { rouge2 } = rouge(mine, theirs, { types: ["rouge2"] });
      expect(rougeS(mine, theirs, { maxSkip: 0 })).toEqual(rouge2);
      const together = rougeW(mine, theirs, { weight: 1 });
      expect(together.recall * reference.length).toBeLessThanOrEqual(
        plainLcs(
          candidate.map((word) => word.charCodeAt(0)),
          reference.map((word) => word.charCodeAt(0)),
        ) + 1e-9,
      );
      for (const { fmeasure } of [together, rougeW(mine, theirs), rougeSU(mine, theirs)]) {
        expect(fmeasure).toBeGreaterThanOrEqual(0);
        expect(fmeasure).toBeLessThanOrEqual(1);
      }
      if (candidate.length > 0) expect(rougeW(mine, mine, { weight: 1.7 }).fmeasure).toBeCloseTo(1, 12);
    }),
  );
});

it("takes the best of several references, stems and tokenizers, and names its choices", () => {
  const { fmeasure, signature } = rougeSU("running dogs", ["cats", "run dog"], { stemmer: true, maxSkip: 2 });
  expect(fmeasure).toBe(1);
  expect(signature).toBe("rougeSU|skip:2|nrefs:2|stem:nltk|tok:rouge|impl:lin-2004");
  expect(rougeW("สวัสดี", "สวัสดี", { tokenizer: rougeTokenizers.char }).fmeasure).toBeCloseTo(1, 12);
  expect(() => rougeS("a", "a", { maxSkip: -1 })).toThrow(RangeError);
  expect(() => rougeW("a", "a", { weight: 11 })).toThrow(RangeError);
});
