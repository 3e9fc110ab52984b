import * as fc from "fast-check";
import { expect, it } from "vitest";
import { Ngrams, Numbering, totalsOf } from "../../src/ngram/Ngrams.ts";
import { plainMatches, plainNgrams } from "../oracle/plainNgrams.ts";

const tokens = fc.array(fc.constantFrom("a", "b", "c", "", " "), { maxLength: 30 });
const order = fc.integer({ min: 0, max: 6 });
const lengths = (longest: number) => Array.from({ length: longest }, (_, index) => index + 1);

it("counts what lists of words in a map count", () => {
  fc.assert(
    fc.property(tokens, fc.array(tokens, { minLength: 1, maxLength: 3 }), order, (mine, others, longest) => {
      const numbering = new Numbering();
      const grams = new Ngrams(numbering.of(mine), longest);
      const found = grams.matches(...others.map((other) => numbering.of(other)));
      expect(found).toEqual(lengths(longest).map((n) => plainMatches(mine, others, n)));
      const totals = lengths(longest).map((n) =>
        [...plainNgrams(mine, n).values()].reduce((sum, count) => sum + count, 0),
      );
      expect(grams.totals).toEqual(totals);
      expect(totalsOf(mine.length, longest)).toEqual(totals);
    }),
  );
});

it("shares all of its own n-grams with itself", () => {
  fc.assert(
    fc.property(tokens, order, (mine, longest) => {
      const numbers = new Numbering().of(mine);
      const grams = new Ngrams(numbers, longest);
      expect(grams.matches(numbers)).toEqual(grams.totals);
    }),
  );
});

it("shares as many with another sequence as that one with it", () => {
  fc.assert(
    fc.property(tokens, tokens, order, (left, right, longest) => {
      const numbering = new Numbering();
      const [one, other] = [numbering.of(left), numbering.of(right)];
      expect(new Ngrams(one, longest).matches(other)).toEqual(new Ngrams(other, longest).matches(one));
    }),
  );
});
