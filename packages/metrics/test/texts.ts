/** Texts for laws: any string at all, and sentences of few words, so that they share some. */
import * as fc from "fast-check";

/** Any sequence of UTF-16 units, lone surrogates included, rich in the characters that rules look at. */
export const anyText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ..." \t\n\u00a0\u2028\u0085.,;:!?'\"`()[]{}<>-_/&%$#@*0123456789aAsStTnN",
        "..",
        "''",
        "``",
        "'s ",
        "n't ",
        "&amp;",
        "-\n",
      ),
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
      fc.constantFrom("\ud83d\ude00", "\ud840\udc00", "日本", "ß", "İ", "é", "cannot", "gonna", "Mr.", "U.S."),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(""));

const words = [
  "the",
  "The",
  "a",
  "cat",
  "cats",
  "sat",
  "sits",
  "sitting",
  "on",
  "mat",
  "big",
  "large",
  "quickly",
  "quick",
];

/** Up to fourteen words out of fourteen. */
export const sentence: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...words), { maxLength: 14 })
  .map((chosen) => chosen.join(" "));

/** A sentence with at least one word. */
export const someSentence: fc.Arbitrary<string> = sentence.filter((text) => text !== "");
