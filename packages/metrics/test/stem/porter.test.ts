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

it.each(golden("nltk310").filter(({ metric }) => metric === "porter_stem"))(
  "looks irregular words up in any case, as NLTK does since 3.10: $id",
  (line) => {
    const [{ expected }] = line.cases.filter(({ params }) => params.to_lowercase) as [(typeof line.cases)[0]];
    expect((line.words as Array<string>).map((word) => porter(word))).toEqual(expected);
  },
);
