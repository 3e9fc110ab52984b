/** The kernels in WebAssembly give what JavaScript gives, for every text. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { chrf, rouge, rougeTypes, sacreBleu, tokenizer13a, whitespace } from "../../src/index.ts";
import { javaScript } from "../../src/kernel/NgramCounter.ts";
import { gleu } from "../../src/ngram/gleu.ts";
import { use } from "../../src/rouge/RougeEngine.ts";
import { Kernels } from "../../src/wasm/Kernels.ts";
import { ngramKernels } from "../../src/wasm/ngramKernels.ts";
import { rougeKernels } from "../../src/wasm/rougeKernels.ts";

const kernels = Kernels.make();
if (kernels === undefined) throw new Error("the WebAssembly kernels do not run here");
const counter = ngramKernels(kernels);
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
      for (const tokenizer of [tokenizer13a, whitespace]) {
        expect(counter.tokens(texts, tokenizer, order)).toEqual(javaScript.tokens(texts, tokenizer, order));
      }
      for (const blank of [false, true]) {
        expect(counter.characters(texts, blank, order)).toEqual(javaScript.characters(texts, blank, order));
      }
    }),
    { numRuns: 60 },
  );
});

it("ROUGE is the same to the last bit, with and without stems", () => {
  fc.assert(
    fc.property(text, text, fc.boolean(), (candidate, reference, stemmer) => {
      use(engine);
      const ours = rouge(candidate, reference, { types: rougeTypes, stemmer });
      use();
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
