import * as fc from "fast-check";
import { expect, it } from "vitest";
import { ter } from "../../src/ter/ter.ts";
import { splitWhitespace } from "../../src/tokenize/whitespace.ts";
import { plainTranslationEdits } from "../oracle/plainTer.ts";
import { anyText, sentence } from "../texts.ts";

const text = fc.oneof(anyText, sentence);

/** A sequence of words, and the same with runs moved, dropped and repeated. */
const rearranged = fc
  .tuple(
    fc.array(fc.constantFrom(..."abcdefgh"), { maxLength: 40 }),
    fc.array(fc.tuple(fc.nat(), fc.nat({ max: 12 }), fc.nat(), fc.constantFrom("move", "move", "drop", "repeat")), {
      maxLength: 5,
    }),
  )
  .map(([words, changes]) => {
    const changed = [...words];
    for (const [start, length, target, change] of changes) {
      const at = start % (changed.length + 1);
      const run = change === "repeat" ? changed.slice(at, at + length) : changed.splice(at, length);
      if (change !== "drop") changed.splice(target % (changed.length + 1), 0, ...run);
    }
    return [changed.join(" "), words.join(" ")] as const;
  });

it("0 ≤ ter on every pair of strings, and ter(x, x) = 0", () => {
  fc.assert(
    fc.property(text, text, (candidate, reference) => {
      expect(ter(candidate, reference).score).toBeGreaterThanOrEqual(0);
      expect(ter(candidate, candidate).score).toBe(0);
    }),
  );
});

it("edits ≤ words of the longer text", () => {
  fc.assert(
    fc.property(sentence, sentence, (candidate, reference) => {
      const longest = Math.max(splitWhitespace(candidate).length, splitWhitespace(reference).length);
      expect(ter(candidate, reference).edits).toBeLessThanOrEqual(longest);
    }),
  );
});

it("a reference more never costs more edits, and their order does not matter", () => {
  fc.assert(
    fc.property(sentence, sentence, sentence, (candidate, one, other) => {
      const both = ter(candidate, [one, other]);
      expect(both.edits).toBeLessThanOrEqual(ter(candidate, one).edits);
      expect(ter(candidate, [other, one])).toEqual(both);
    }),
  );
});

it("makes the edits that filling the whole table for every shift makes", () => {
  fc.assert(
    fc.property(fc.oneof(rearranged, fc.tuple(sentence, sentence)), ([candidate, reference]) => {
      const plain = plainTranslationEdits(splitWhitespace(candidate), splitWhitespace(reference));
      expect(ter(candidate, reference, { caseSensitive: true }).edits).toBe(plain);
    }),
    { numRuns: 150 },
  );
});

it("widens its beam when the reference is more than fifty times as long", () => {
  const reference = Array.from({ length: 300 }, (_, at) => `w${at}`);
  const candidate = ["w250", "w3", "w299"];
  const plain = plainTranslationEdits(candidate, reference);
  expect(ter(candidate.join(" "), reference.join(" ")).edits).toBe(plain);
});
