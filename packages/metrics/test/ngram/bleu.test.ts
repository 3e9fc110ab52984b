import { expect, it } from "vitest";
import { type BleuSmoothing, bleu } from "../../src/ngram/bleu.ts";
import { loadPunkt } from "../../src/punkt.ts";
import { whitespace } from "../../src/tokenize/Tokenizer.ts";
import { wordTokenizer } from "../../src/tokenize/wordTokenize.ts";
import { agrees, golden } from "../golden.ts";

const lines = golden("nltk_bleu");
const tokenizers = { whitespace, "nltk.word_tokenize": wordTokenizer(await loadPunkt()) };

it.each(lines)("gives NLTK's sentence_bleu for $id", ({ prediction, references, cases }) => {
  for (const { params, expected } of cases) {
    const { score } = bleu(prediction, references, {
      tokenizer: tokenizers[params.tokenizer as keyof typeof tokenizers],
      smoothing: Number(params.smoothing.slice("method".length)) as BleuSmoothing,
      weights: params.weights,
    });
    expect(score).toSatisfy(
      (value: number) => agrees(value, expected.score),
      `${JSON.stringify(params)}: ${expected.score}`,
    );
  }
});

it("names its choices", () => {
  expect(bleu("a", ["a", "b"]).signature).toBe(
    "bleu|nrefs:2|case:mixed|tok:word_tokenize(no sentence split)|smooth:0|weights:0.25,0.25,0.25,0.25|impl:nltk-3.8",
  );
});

it("scores an empty candidate 0", () => {
  expect(bleu("", "a b c", { smoothing: 1 }).score).toBe(0);
});

it("refuses an empty list of references, and of weights", () => {
  expect(() => bleu("a", [])).toThrow("No reference to compare with");
  expect(() => bleu("a", "a", { weights: [] })).toThrow("a weight for one n-gram length");
});
