import { expect, it } from "vitest";
import { type PorterMode, porter } from "../../src/index.ts";
import { golden } from "../golden.ts";

const modes: Record<string, PorterMode> = {
  NLTK_EXTENSIONS: "nltk",
  MARTIN_EXTENSIONS: "martin",
  ORIGINAL_ALGORITHM: "original",
};

it.each(golden("porter"))("stems as NLTK's PorterStemmer does: $id", (line) => {
  const words = line.words as Array<string>;
  for (const { params, expected } of line.cases) {
    expect(words.map((word) => porter(word, modes[params.mode]))).toEqual(expected);
  }
});
