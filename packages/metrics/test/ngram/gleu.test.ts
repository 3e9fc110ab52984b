import { expect, it } from "vitest";
import { corpusGleu, type GleuOptions, gleu } from "../../src/ngram/gleu.ts";
import { tokenizer13a } from "../../src/tokenize/sacrebleu.ts";
import { whitespace } from "../../src/tokenize/Tokenizer.ts";
import { bridge, pairsOf } from "../corpus.ts";
import { golden } from "../golden.ts";

const optionsOf = (params: Readonly<Record<string, any>>): GleuOptions => ({
  tokenizer: params.tokenizer === "13a" ? tokenizer13a : whitespace,
  minimumOrder: params.min_len,
  maximumOrder: params.max_len,
});

const lines = golden("gleu");
const sentences = lines.filter(({ level }) => level === "sentence");
const corpora = lines.filter(({ level }) => level === "corpus");

it.each(sentences)("gives NLTK's sentence_gleu for $id", ({ prediction, references, cases }) => {
  for (const { params, expected } of cases) {
    expect(gleu(prediction, references, optionsOf(params)).score).toBe(expected.score);
  }
});

it.each(corpora)("gives NLTK's corpus_gleu for $id", (line) => {
  const pairs = pairsOf(line, sentences);
  for (const { params, expected } of line.cases) {
    expect(corpusGleu(pairs, optionsOf(params)).score).toBe(expected.score);
  }
});

it("names its choices", () => {
  expect(gleu("a", "a").signature).toBe("gleu|nrefs:1|case:mixed|tok:13a|order:1-4|impl:nltk-3.10");
});

it("gives a corpus NLTK's figure (3.8, corpus_gleu over white-space tokens)", () => {
  expect(corpusGleu(bridge, { tokenizer: whitespace }).score).toBe(0.46296296296296297);
});
