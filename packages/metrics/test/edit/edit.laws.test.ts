import * as fc from "fast-check";
import { expect, it } from "vitest";
import { indel } from "../../src/edit/indel.ts";
import { jaro, jaroWinkler } from "../../src/edit/jaro.ts";
import { levenshtein } from "../../src/edit/levenshtein.ts";
import { plainIndel, plainJaro, plainLevenshtein } from "../oracle/plainEdit.ts";
import { anyText } from "../texts.ts";

const letters = fc.array(fc.constantFrom("a", "b", "c", "😀"), { maxLength: 100 }).map((parts) => parts.join(""));
const text = fc.oneof(letters, anyText);

it.each([
  ["levenshtein", levenshtein, plainLevenshtein],
  ["indel", indel, plainIndel],
] as const)("%s is what the textbook's table gives", (_, metric, plain) => {
  fc.assert(
    fc.property(text, text, (left, right) => {
      expect(metric(left, right).distance).toBe(plain(left, right));
    }),
    { numRuns: 300 },
  );
});

it("jaro is what pairing characters one by one gives", () => {
  fc.assert(
    fc.property(text, text, (left, right) => {
      expect(jaro(left, right).score).toBe(plainJaro(left, right));
    }),
    { numRuns: 300 },
  );
});

it.each([
  ["levenshtein", levenshtein],
  ["indel", indel],
] as const)("%s: d(x, y) = d(y, x), d(x, z) ≤ d(x, y) + d(y, z), and d = 0 exactly for equal texts", (_, metric) => {
  fc.assert(
    fc.property(text, text, text, (x, y, z) => {
      expect(metric(x, y).distance).toBe(metric(y, x).distance);
      expect(metric(x, z).distance).toBeLessThanOrEqual(metric(x, y).distance + metric(y, z).distance);
      expect(metric(x, y).distance === 0).toBe(x === y);
    }),
  );
});

it.each([
  ["levenshtein", levenshtein],
  ["indel", indel],
  ["jaro", jaro],
  ["jaroWinkler", jaroWinkler],
] as const)("0 ≤ %s ≤ 1 on every pair of strings, and 1 for equal ones", (_, metric) => {
  fc.assert(
    fc.property(text, text, (left, right) => {
      const { score } = metric(left, right);
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(1);
      expect(metric(left, left).score).toBe(1);
    }),
  );
});

it("levenshtein ≤ indel ≤ 2 levenshtein", () => {
  fc.assert(
    fc.property(text, text, (left, right) => {
      const { distance } = levenshtein(left, right);
      expect(indel(left, right).distance).toBeGreaterThanOrEqual(distance);
      expect(indel(left, right).distance).toBeLessThanOrEqual(2 * distance);
    }),
  );
});

it("jaroWinkler ≥ jaro", () => {
  fc.assert(
    fc.property(text, text, (left, right) => {
      expect(jaroWinkler(left, right).score).toBeGreaterThanOrEqual(jaro(left, right).score);
    }),
  );
});
