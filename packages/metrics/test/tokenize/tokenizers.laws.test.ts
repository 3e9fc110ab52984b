import * as fc from "fast-check";
import { expect, it } from "vitest";
import { words } from "../../src/cosine.ts";
import { loadPunkt } from "../../src/punkt.ts";
import { sacrebleuTokenizers } from "../../src/tokenize/sacrebleu.ts";
import { type Tokenizer, whitespace } from "../../src/tokenize/Tokenizer.ts";
import { tercom } from "../../src/tokenize/tercom.ts";
import { splitWhitespace } from "../../src/tokenize/whitespace.ts";
import { wordTokenizer } from "../../src/tokenize/wordTokenize.ts";
import { anyText } from "../texts.ts";

const punkt = await loadPunkt();
const tokenizers: ReadonlyArray<Tokenizer> = [
  whitespace,
  words,
  wordTokenizer(),
  wordTokenizer(punkt),
  ...Object.values(sacrebleuTokenizers),
  tercom(),
  tercom({ normalized: true, noPunctuation: true, asianSupport: true, caseSensitive: true }),
];
const bare = (text: string): string => splitWhitespace(text).join("");

it.each(tokenizers)("$name gives tokens without white space, none empty, for every string", ({ tokenize }) => {
  fc.assert(
    fc.property(anyText, (text) => {
      for (const token of tokenize(text)) expect(splitWhitespace(token)).toEqual([token]);
    }),
    { numRuns: 500 },
  );
});

it.each([whitespace, sacrebleuTokenizers.char, sacrebleuTokenizers.intl, sacrebleuTokenizers.zh])(
  "$name only inserts white space",
  ({ tokenize }) => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(tokenize(text).join("")).toBe(bare(text));
      }),
      { numRuns: 500 },
    );
  },
);

it("13a only inserts white space where there are no entities and no lines", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const plain = text.replace(/[&<\n]/g, "");
      expect(sacrebleuTokenizers["13a"].tokenize(plain).join("")).toBe(bare(plain));
    }),
    { numRuns: 500 },
  );
});

it("word_tokenize only inserts white space where there are no double quotes", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const plain = text.replace(/["`']/g, "");
      expect(wordTokenizer().tokenize(plain).join("")).toBe(bare(plain));
    }),
    { numRuns: 500 },
  );
});

it("sentences are pieces of the text in its order, and lose nothing but white space", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const sentences = punkt.split(text);
      let from = 0;
      for (const sentence of sentences) {
        const at = text.indexOf(sentence, from);
        expect(at).toBeGreaterThanOrEqual(0);
        from = at + sentence.length;
      }
      expect(bare(sentences.join(""))).toBe(bare(text));
    }),
    { numRuns: 500 },
  );
});
