import fc from "fast-check";
import { expect, it } from "vitest";
import { lcs } from "../../src/kernel/lcs.ts";
import { Tokens } from "../../src/rouge/Tokens.ts";
import { unionHits } from "../../src/rouge/unionLcs.ts";
import { plainLcs, plainUnionHits } from "../oracle/plainRouge.ts";

const size = 12;

/** Ids below `size`, long enough to cross one, two and several words of bits. */
const sequence = fc
  .tuple(fc.integer({ min: 2, max: size }), fc.constantFrom(0, 5, 33, 64, 65, 200, 300))
  .chain(([below, maxLength]) => fc.array(fc.integer({ min: 1, max: below - 1 }), { maxLength }));

const tokensOf = (lines: ReadonlyArray<ReadonlyArray<number>>): Tokens => {
  const tokens = new Tokens().clear(lines.flat().length * 2);
  for (const line of lines) {
    for (const id of line) tokens.ids[tokens.length++] = id;
    tokens.breakLine();
  }
  return tokens;
};

it("lcs(a, b) = the last cell of the textbook table", () => {
  fc.assert(
    fc.property(sequence, sequence, (left, right) => {
      expect(lcs(tokensOf([left]), tokensOf([right]), size)).toBe(plainLcs(left, right));
    }),
    { numRuns: 300 },
  );
});

it("lcs(a, b) = lcs(b, a) = lcs(reversed a, reversed b)", () => {
  fc.assert(
    fc.property(sequence, sequence, (left, right) => {
      const [one, other] = [tokensOf([left]), tokensOf([right])];
      const [eno, rehto] = [tokensOf([left.toReversed()]), tokensOf([right.toReversed()])];
      expect(lcs(one, other, size)).toBe(lcs(other, one, size));
      expect(lcs(one, other, size)).toBe(lcs(eno, rehto, size));
    }),
  );
});

it("lcs(a + x, b + x) = lcs(a, b) + 1", () => {
  fc.assert(
    fc.property(sequence, sequence, (left, right) => {
      const before = lcs(tokensOf([left]), tokensOf([right]), size);
      expect(lcs(tokensOf([[...left, 1]]), tokensOf([[...right, 1]]), size)).toBe(before + 1);
    }),
  );
});

it("union hits = those of a literal walk back through the table of every pair of lines", () => {
  const lines = fc.array(sequence, { maxLength: 6 });
  fc.assert(
    fc.property(lines, lines, (candidate, reference) => {
      expect(unionHits(tokensOf(candidate), tokensOf(reference), size)).toBe(plainUnionHits(candidate, reference));
    }),
    { numRuns: 300 },
  );
});

it("union hits of lines too long for one block of rows are the literal ones as well", () => {
  // 33.5 million cells fill a block; these lines make 36 million.
  const long = (length: number, step: number) =>
    Array.from({ length }, (_, index) => 1 + (((index * step) ^ (index >> 3)) % 11));
  const candidate = [long(6000, 7), long(9, 5)];
  const reference = [long(6000, 3), long(40, 2)];
  expect(unionHits(tokensOf(candidate), tokensOf(reference), size)).toBe(plainUnionHits(candidate, reference));
});
