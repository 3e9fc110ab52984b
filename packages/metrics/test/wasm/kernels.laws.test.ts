/** The kernels in WebAssembly give what JavaScript gives, for every text. */
import fc from "fast-check";
import { expect, it } from "vitest";
import {
  chrf,
  f1,
  meteor,
  rouge,
  rougeTypes,
  sacreBleu,
  type Tokenizer,
  tokenizer13a,
  whitespace,
  wordTokenizer,
} from "../../src/index.ts";
import * as NgramCounter from "../../src/kernel/NgramCounter.ts";
import { use } from "../../src/kernel/Replaceable.ts";
import { gleu } from "../../src/ngram/gleu.ts";
import { loadPunkt } from "../../src/punkt.ts";
import * as RougeEngine from "../../src/rouge/RougeEngine.ts";
import { Kernels } from "../../src/wasm/Kernels.ts";
import { ngramKernels } from "../../src/wasm/ngramKernels.ts";
import { rougeKernels } from "../../src/wasm/rougeKernels.ts";

const kernels = Kernels.make();
if (kernels === undefined) throw new Error("the WebAssembly kernels do not run here");
const counter = ngramKernels(kernels);
const { javaScript } = NgramCounter;
const punkt = await loadPunkt();
const tokenizers: ReadonlyArray<Tokenizer> = [
  tokenizer13a,
  whitespace,
  ...([undefined, punkt] as const).flatMap((sentences) =>
    (["3.8", "3.10"] as const).map((nltk) => wordTokenizer(sentences, nltk)),
  ),
];
const engine = rougeKernels(kernels);

/** Few words, so that texts share some; with marks, scripts, white space and what has no form in UTF-8. */
const word = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      "the",
      "cat",
      "cats",
      "sat",
      "on",
      "a",
      "mat",
      "running",
      "ran",
      "3.14",
      "U.S.",
      "don't",
    ),
  },
  { weight: 2, arbitrary: fc.string({ maxLength: 20, unit: "binary" }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "İstanbul",
      "\u212aelvin",
      "é",
      "“quoted”",
      "&amp;",
      "<skipped>",
      "-\n",
      "\0",
      "\ud800",
      "\u2003",
      "\x1c",
      "漢字",
      "x".repeat(40),
      "ж".repeat(9),
      "a".repeat(16),
      "a".repeat(17),
    ),
  },
);
const separator = fc.constantFrom(" ", " ", " ", "\n", "\t", "  ");
/** Lengths on both sides of the places where the kernels change their way: 64, 128, 252 words. */
const text = fc
  .constantFrom(0, 3, 12, 63, 70, 130, 300)
  .chain((maxLength) => fc.array(fc.tuple(word, separator), { maxLength, size: "max" }))
  .map((parts) => parts.flat().join(""));

it("n-grams of tokens and characters are the same numbers", () => {
  fc.assert(
    fc.property(fc.array(text, { minLength: 2, maxLength: 3 }), fc.integer({ min: 1, max: 9 }), (texts, order) => {
      for (const tokenizer of tokenizers) {
        expect(counter.tokens(texts, tokenizer, order)).toEqual(javaScript.tokens(texts, tokenizer, order));
      }
      for (const blank of [false, true]) {
        expect(counter.characters(texts, blank, order)).toEqual(javaScript.characters(texts, blank, order));
      }
    }),
    { numRuns: 60 },
  );
});

/** Sentences, where words hang on what stands around them. */
const prose = fc
  .array(
    fc.tuple(
      fc.oneof(
        word,
        fc.constantFrom(
          ...[
            "Mr.",
            "end.",
            'end."',
            "end.)",
            ")",
            "]",
            "what?!",
            "--he",
            ")--he",
            '"',
            "''",
            "“Yes.”",
            "’s",
            "'tis",
            "can't",
          ],
          ...[
            "don't.",
            "...",
            ".",
            "x",
            "x.",
            "No.5",
            "a.m.",
            "`",
            "gonna",
            '!"',
            "«oui»",
            "\ufeff",
            "é.",
            "The",
            "He's",
          ],
        ),
      ),
      fc.constantFrom(" ", " ", " ", "\n", "  ", "", "\x1d"),
    ),
    { maxLength: 40, size: "max" },
  )
  .map((parts) => parts.flat().join(""));

it("words that hang on what stands around them are the same, and so are METEOR and F1 over them", () => {
  const synonyms = { name: "toy", of: (word: string) => (word === "cat" ? ["mat", "sat"] : []) };
  const measured = (texts: readonly [string, string], tokenizer: Tokenizer) => [
    meteor(...texts, { tokenizer, synonyms }),
    f1(...texts, { tokenizer }),
  ];
  fc.assert(
    fc.property(prose, prose, (...texts) => {
      for (const tokenizer of tokenizers) {
        const words = counter.numbered(texts, tokenizer);
        texts.forEach((text, at) => {
          const { length, tokenAt } = words[at]!;
          expect(Array.from({ length }, (_, place) => tokenAt(place))).toEqual(tokenizer.tokenize(text));
        });
        use(NgramCounter.counter, counter);
        const ours = measured(texts, tokenizer);
        use(NgramCounter.counter);
        expect(ours).toEqual(measured(texts, tokenizer));
      }
    }),
    { numRuns: 300 },
  );
});

it("METEOR knows no stem by a number of before it forgot them all", () => {
  use(NgramCounter.counter, counter);
  const matches = (one: string, other: string) => meteor(one, other, { tokenizer: whitespace }).matches;
  expect(matches("runs walked", "walking run")).toBe(2);
  // More characters of stems than are kept.
  meteor("a".repeat(1 << 21), "b".repeat(1 << 21), { tokenizer: tokenizers[0]! });
  expect(matches("hopped skips", "jumps slept")).toBe(0);
  // One of each pair was known before, the other was not.
  expect(matches("walked runs", "running walks")).toBe(2);
  use(NgramCounter.counter);
});

it("more tokenizers than are kept give their own words", () => {
  const texts = ["one two", "two one."];
  const many = Array.from(
    { length: 40 },
    (_, at): Tokenizer => ({
      name: `cut ${at}`,
      tokenize: (text) => whitespace.tokenize(text).map((one) => one.slice(0, 1 + (at % 4))),
      isLocal: () => true,
    }),
  );
  for (const tokenizer of [...many, ...many.toReversed()]) {
    expect(counter.tokens(texts, tokenizer, 2)).toEqual(javaScript.tokens(texts, tokenizer, 2));
  }
});

it("ROUGE is the same to the last bit, with and without stems", () => {
  fc.assert(
    fc.property(text, text, fc.boolean(), (candidate, reference, stemmer) => {
      use(RougeEngine.engine, engine);
      const ours = rouge(candidate, reference, { types: rougeTypes, stemmer });
      use(RougeEngine.engine);
      expect(ours).toEqual(rouge(candidate, reference, { types: rougeTypes, stemmer }));
    }),
    { numRuns: 60 },
  );
});

it("a tokenizer says truly in which texts each stretch decides its own tokens", () => {
  fc.assert(
    fc.property(text, (value) => {
      for (const tokenizer of [tokenizer13a, whitespace]) {
        if (tokenizer.isLocal?.(value) !== true) continue;
        expect(whitespace.tokenize(value).flatMap((stretch) => tokenizer.tokenize(stretch))).toEqual(
          tokenizer.tokenize(value),
        );
      }
    }),
    { numRuns: 100 },
  );
});

it("says that they do not run where WebAssembly is forbidden, and leaves JavaScript in place", () => {
  const { WebAssembly } = globalThis;
  Object.defineProperty(globalThis, "WebAssembly", { configurable: true, value: undefined });
  try {
    expect(Kernels.make()).toBeUndefined();
  } finally {
    Object.defineProperty(globalThis, "WebAssembly", { configurable: true, value: WebAssembly });
  }
  expect([chrf("a b", "a b").score, gleu("a b", "a b").score, sacreBleu("a b c d", "a b c d").score]).toEqual([
    100, 1, 100.00000000000004,
  ]);
});
