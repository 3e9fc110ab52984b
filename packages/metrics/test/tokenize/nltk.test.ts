import { expect, it } from "vitest";
import { loadPunkt } from "../../src/punkt.ts";
import type { NltkVersion } from "../../src/tokenize/Tokenizer.ts";
import { treebankWords } from "../../src/tokenize/treebank.ts";
import { wordTokenize } from "../../src/tokenize/wordTokenize.ts";
import { type GoldenLine, golden } from "../golden.ts";

const punkt = await loadPunkt();
const lines: ReadonlyArray<readonly [NltkVersion, GoldenLine]> = [
  ...golden("tokens").map((line) => ["3.8", line] as const),
  ...golden("nltk310")
    .filter(({ metric }) => metric === "tokenize")
    .map((line) => ["3.10", line] as const),
];

it.each(lines)("gives the sentences and words of NLTK %s for $id", (nltk, { prediction, cases }) => {
  const { expected } = cases[0]!;
  expect(punkt.as!(nltk).split(prediction)).toEqual(expected.nltk_sent_tokenize);
  expect(wordTokenize(prediction, punkt, nltk)).toEqual(expected.nltk_word_tokenize);
  expect(wordTokenize(prediction, undefined, nltk)).toEqual(expected.nltk_word_tokenize_preserve_line);
});

it("sets dashes apart, and leaves apostrophes inside words, as NLTK does since 3.10", () => {
  const text = "Paris—the o'clock 'n city's d'accord";
  expect(treebankWords(text)).toEqual(["Paris", "—", "the", "o'clock", "'n", "city", "'s", "d'accord"]);
  expect(treebankWords(text, "3.8")).toEqual(["Paris—the", "o'clock", "'n", "city", "'s", "d'accord"]);
  expect(treebankWords("rock'a")).toEqual(["rock'a"]);
  expect(treebankWords("rock'a", "3.8")).toEqual(["rock", "'", "a"]);
  expect(treebankWords("'hello there")).toEqual(["'", "hello", "there"]);
});
