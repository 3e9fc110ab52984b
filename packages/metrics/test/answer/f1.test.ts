import { expect, it } from "vitest";
import { f1 } from "../../src/answer/f1.ts";
import { loadPunkt } from "../../src/punkt.ts";
import { wordTokenizer } from "../../src/tokenize/wordTokenize.ts";
import { golden } from "../golden.ts";

const punkt = await loadPunkt();

it.each(golden("squad"))("gives the platform's token F1 for $id", ({ prediction, references, cases }) => {
  for (const { params, expected } of cases.filter(({ params }) => params.variant.startsWith("token_f1"))) {
    const tokenizer = wordTokenizer(punkt, "3.8");
    const { precision, recall, fmeasure } = f1(prediction, references[params.reference]!, { tokenizer });
    expect({ precision, recall, f1: fmeasure }).toEqual(expected);
  }
});

it.each(golden("nltk310").filter(({ metric }) => metric === "token_f1"))(
  "gives token F1 over the words of NLTK 3.10 for $id",
  ({ prediction, references, cases }) => {
    for (const { params, expected } of cases) {
      const tokenizer = wordTokenizer(params.tokenizer === "nltk.word_tokenize" ? punkt : undefined);
      const { precision, recall, fmeasure } = f1(prediction, references[params.reference]!, { tokenizer });
      expect({ precision, recall, f1: fmeasure }).toEqual(expected);
    }
  },
);

it("names its choices", () => {
  expect(f1("a", "b").signature).toBe("f1|case:lc|tok:word_tokenize-3.10(no sentence split)");
});
