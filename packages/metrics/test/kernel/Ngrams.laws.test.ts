import * as fc from "fast-check";
import { expect, it } from "vitest";
import { intern } from "../../src/kernel/intern.ts";
import { sharedWithAny, sharedWithEach, totalsOf } from "../../src/kernel/Ngrams.ts";
import { plainMatches, plainNgrams } from "../oracle/plainNgrams.ts";

const few = fc.array(fc.constantFrom("a", "b", "c", "", " "), { maxLength: 40 });
const many = fc.array(fc.integer({ min: 0, max: 99 }).map(String), { maxLength: 40 });
/** A run of tokens, twice over with something else between. */
const repeated = fc.tuple(many, few).map(([run, between]) => [...run, ...between, ...run]);
const tokens = fc.oneof(few, many, repeated);
const order = fc.integer({ min: 0, max: 7 });
const lengths = (longest: number) => Array.from({ length: longest }, (_, index) => index + 1);

it("counts what lists of words in a map count", () => {
  fc.assert(
    fc.property(tokens, fc.array(tokens, { minLength: 1, maxLength: 3 }), order, (mine, others, longest) => {
      const [numbers, ...theirs] = intern([mine, ...others]) as [Int32Array, ...Array<Int32Array>];
      expect(sharedWithAny(numbers, theirs, longest)).toEqual(
        lengths(longest).map((n) => plainMatches(mine, others, n)),
      );
      expect(sharedWithEach(numbers, theirs, longest)).toEqual(
        others.map((other) => lengths(longest).map((n) => plainMatches(mine, [other], n))),
      );
      expect(totalsOf(mine.length, longest)).toEqual(
        lengths(longest).map((n) => [...plainNgrams(mine, n).values()].reduce((sum, count) => sum + count, 0)),
      );
    }),
    { numRuns: 1000 },
  );
});

it("shares all of its own n-grams with itself", () => {
  fc.assert(
    fc.property(tokens, order, (mine, longest) => {
      const numbers = intern([mine])[0]!;
      expect(sharedWithAny(numbers, [numbers], longest)).toEqual(totalsOf(mine.length, longest));
    }),
  );
});

it("shares as many with another sequence as that one with it", () => {
  fc.assert(
    fc.property(tokens, tokens, order, (left, right, longest) => {
      const [one, other] = intern([left, right]) as [Int32Array, Int32Array];
      expect(sharedWithAny(one, [other], longest)).toEqual(sharedWithAny(other, [one], longest));
    }),
  );
});
