import { expect, it } from "vitest";
import { cosine, cosineOfVectors, embeddingCosine } from "../src/cosine.ts";
import { rougeTokens } from "../src/tokenize/rouge.ts";
import { whitespace } from "../src/tokenize/Tokenizer.ts";
import { agrees, golden } from "./golden.ts";

const settings: Record<string, Parameters<typeof cosine>[2]> = {
  "CountVectorizer()": {},
  "CountVectorizer(analyzer=str.split after lower)": { tokenizer: whitespace },
  "CountVectorizer(analyzer=rouge_score tokenize, no stemmer)": { tokenizer: { name: "rouge", tokenize: rougeTokens } },
  "TfidfVectorizer() fit on [prediction, reference]": { weighting: "tfidf" },
};

it.each(golden("cosine"))("gives scikit-learn's cosine for $id", ({ prediction, references, cases }) => {
  for (const { params, expected } of cases) {
    const { score } = cosine(prediction, references[0]!, settings[params.vectorizer]);
    // Where neither text has a word the reference raises an error; here every pair of texts has a score.
    const figure = expected.error === undefined ? expected.score : 0;
    expect(score).toSatisfy((value: number) => agrees(value, figure), `${params.vectorizer}: ${figure}`);
  }
});

it("refuses vectors of different lengths", () => {
  expect(() => cosineOfVectors([1], [1, 2])).toThrow("Vectors of 1 and 2 numbers");
});

it("takes the cosine of embeddings and names the model", async () => {
  const embed = async () => [
    [1, 2],
    [-2, 1],
  ];
  expect(await embeddingCosine("a", "b", { name: "toy", embed })).toEqual({ score: 0, signature: "cosine|embed:toy" });
});

it("says when a model gives too few vectors", async () => {
  await expect(embeddingCosine("a", "b", { name: "toy", embed: async () => [[1]] })).rejects.toThrow(
    "The embedder toy gave 1 vectors for 2 texts.",
  );
});
