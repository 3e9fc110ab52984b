import { expect, it } from "vitest";
import { loadPunkt } from "../../src/punkt.ts";
import { wordTokenize } from "../../src/tokenize/wordTokenize.ts";
import { golden } from "../golden.ts";

const lines = golden("tokens");
const punkt = await loadPunkt();

it.each(lines)("gives NLTK's sentences and words for $id", ({ prediction, cases }) => {
  const { expected } = cases[0]!;
  expect(punkt.split(prediction)).toEqual(expected.nltk_sent_tokenize);
  expect(wordTokenize(prediction, punkt)).toEqual(expected.nltk_word_tokenize);
  expect(wordTokenize(prediction)).toEqual(expected.nltk_word_tokenize_preserve_line);
});
