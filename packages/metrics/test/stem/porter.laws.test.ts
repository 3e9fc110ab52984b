import fc from "fast-check";
import { expect, it } from "vitest";
import { type PorterMode, porter } from "../../src/index.ts";

const mode = fc.constantFrom<Array<PorterMode>>("nltk", "martin", "original");
const syllable = fc.constantFrom(
  "a",
  "e",
  "y",
  "b",
  "t",
  "ll",
  "ion",
  "al",
  "ing",
  "ed",
  "iz",
  "at",
  "ous",
  "ness",
  "i",
  "😀",
  "中",
);
const word = fc.oneof(
  fc.array(syllable, { maxLength: 8 }).map((parts) => parts.join("")),
  fc.string({ unit: "binary", maxLength: 12 }),
);

it("a stem is no longer than its word", () => {
  fc.assert(
    fc.property(word, mode, (any, of) => {
      expect(porter(any, of).length).toBeLessThanOrEqual(any.toLowerCase().length);
    }),
  );
});

it("stem(W) = stem(w): case is ignored", () => {
  fc.assert(
    fc.property(fc.array(syllable, { minLength: 3, maxLength: 8 }), mode, (parts, of) => {
      const lower = parts.join("");
      expect(porter(lower.toUpperCase(), of)).toBe(porter(lower, of));
    }),
  );
  expect([porter("news"), porter("NEWS")]).toEqual(["news", "news"]);
});

it("stem(w) = w for words of consonants that do not end in s", () => {
  const consonants = fc.string({ unit: fc.constantFrom(..."bcdfghjklmnpqrtvwxz"), maxLength: 10 });
  fc.assert(
    fc.property(consonants, mode, (plain, of) => {
      expect(porter(plain, of)).toBe(plain);
    }),
  );
});

it("a stem is its own stem, from the second or third time on", () => {
  fc.assert(
    fc.property(word, mode, (any, of) => {
      let stem = porter(any, of);
      // Each time it changes, it changes to a shorter one, or in its last letter.
      for (let times = 0; times < 2 * any.length + 2; times++) stem = porter(stem, of);
      expect(porter(stem, of)).toBe(stem);
    }),
  );
});

it("a character outside the BMP is one letter, like any other that is no vowel", () => {
  fc.assert(
    fc.property(word, mode, (any, of) => {
      const narrow = any.replace(/[\ud800-\udfff]/g, "");
      const wide = narrow.replaceAll("中", "😀");
      expect(porter(wide, of)).toBe(porter(narrow, of).replaceAll("中", "😀"));
    }),
  );
});

it("a run of y alternates between consonant and vowel, however long", () => {
  const long = 1_000_000;
  // An even run ends in a vowel after a consonant, which step 1c turns into i; an odd one in two equal consonants, of which one goes.
  const stem = `${"y".repeat(long - 1)}i`;
  expect(porter(`${"y".repeat(long)}ing`) === stem).toBe(true);
  expect(porter(`${"y".repeat(long + 1)}ing`) === stem).toBe(true);
});
