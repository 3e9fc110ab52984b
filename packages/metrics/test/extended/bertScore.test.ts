import * as fc from "fast-check";
import { expect, it } from "vitest";
import { bertScore, extendedScorers, type TokenEmbedder, tokenWeights } from "../../src/extended/index.ts";
import { computeMetricsAsync, cosineOfVectors, planMetrics } from "../../src/index.ts";

/** Each word as a vector of its own. */
const vectorOf = (word: string): Array<number> =>
  [3, 5, 7].map((step) => Math.sin(word.charCodeAt(0) * step + word.length));
const embedder: TokenEmbedder = {
  name: "toy",
  embedTokens: async (texts) =>
    texts.map((text) => {
      const tokens = text.split(" ").filter((word) => word !== "");
      return { tokens, vectors: tokens.map(vectorOf) };
    }),
};
const words = fc.array(fc.constantFrom(..."abcdefgh"), { minLength: 1, maxLength: 8 });

it("is the mean of each token's greatest cosine, both ways", async () => {
  await fc.assert(
    fc.asyncProperty(words, words, async (candidate, reference) => {
      const best = (mine: Array<string>, theirs: Array<string>) => {
        const cosines = mine.map((one) =>
          Math.max(...theirs.map((other) => cosineOfVectors(vectorOf(one), vectorOf(other)))),
        );
        return cosines.reduce((sum, cosine) => sum + cosine, 0) / mine.length;
      };
      const score = await bertScore(candidate.join(" "), reference.join(" "), embedder);
      expect(score.precision).toBeCloseTo(best(candidate, reference), 12);
      expect(score.recall).toBeCloseTo(best(reference, candidate), 12);
      const swapped = await bertScore(reference.join(" "), candidate.join(" "), embedder);
      expect([swapped.recall, swapped.precision]).toEqual([score.precision, score.recall]);
      const { fmeasure } = await bertScore(candidate.join(" "), candidate.join(" "), embedder);
      expect(fmeasure).toBeCloseTo(1, 12);
    }),
  );
});

it("has the figures that a hand computes", async () => {
  const meanings: Record<string, Array<number>> = {
    cat: [2, 0],
    dog: [0.8, 0.6],
    sleeps: [0, 1],
    runs: [0, -3],
    red: [0, 0],
  };
  const toy: TokenEmbedder = {
    name: "toy",
    embedTokens: async (texts) =>
      texts.map((text) => ({ tokens: text.split(" "), vectors: text.split(" ").map((word) => meanings[word]!) })),
  };
  const figures = async (candidate: string, reference: string) => {
    const { precision, recall, fmeasure } = await bertScore(candidate, reference, toy);
    return [precision, recall, fmeasure].map((figure) => Number(figure.toFixed(12)));
  };
  // Lengths do not count: [2, 0] and [0.8, 0.6] have the cosine 0.8, "sleeps" and "dog" 0.6.
  expect(await figures("dog sleeps", "cat sleeps")).toEqual([0.9, 0.9, 0.9]);
  // "dog" has 0.8 with "cat"; "cat" 0.8 and "sleeps" 0.6 with "dog": 1.12 / 1.5.
  expect(await figures("dog", "cat sleeps")).toEqual([0.8, 0.7, Number((1.12 / 1.5).toFixed(12))]);
  // Opposites: precision and recall are -1, and F is 0.
  expect(await figures("runs", "sleeps")).toEqual([-1, -1, 0]);
  // A vector of zeros is like nothing.
  expect(await figures("red", "cat")).toEqual([0, 0, 0]);
});

it("weighs tokens, rescales, and takes the best reference; nothing to compare is 0", async () => {
  const weightOf = tokenWeights([["a", "b"], ["a", "c"], ["a"]]);
  expect([weightOf("a"), weightOf("b"), weightOf("z")]).toEqual([0, Math.log(2), Math.log(4)]);
  const weighed = await bertScore("a b", "a b", embedder, { weightOf });
  expect(weighed.fmeasure).toBeCloseTo(1, 12);
  const plain = await bertScore("a b", "c d", embedder);
  const rescaled = await bertScore("a b", "c d", embedder, { baseline: 0.5 });
  expect(rescaled.precision).toBeCloseTo((plain.precision - 0.5) / 0.5, 12);
  expect((await bertScore("a b", ["c d", "a b"], embedder)).fmeasure).toBeCloseTo(1, 12);
  expect((await bertScore("", "a", embedder)).fmeasure).toBe(0);
});

it("refuses what an embedder must not give", async () => {
  const giving = (vectors: Array<Array<number>>): TokenEmbedder => ({
    name: "odd",
    embedTokens: async (texts) => texts.map(() => ({ tokens: ["a"], vectors })),
  });
  await expect(bertScore("a", "b", giving([]))).rejects.toThrow("odd gave 0 vectors for 1 tokens");
  await expect(bertScore("a", "b", { name: "none", embedTokens: async () => [] })).rejects.toThrow(
    "tokens of 0 texts for 2",
  );
  await expect(bertScore("a", "b", embedder, { baseline: 1 })).rejects.toThrow("must be below 1");
});

it("is a component type over the given embedder", async () => {
  const components = [{ name: "b", type: "bertscore", params: { measure: "recall" } }];
  const record = { test_case_output: { output: "a b" }, test_case_data: { expected_output: "a b" } };
  const options = { scorers: extendedScorers, providers: { tokenEmbedder: embedder } };
  expect((await computeMetricsAsync({ components }, record, options)).b).toBeCloseTo(1, 12);
  const [metric] = await planMetrics({ components }, options).measureAsync(record);
  expect(metric!.signature).toBe("bertscore|nrefs:1|embed:toy|idf:no|baseline:0|measure:recall");
  expect(() => planMetrics({ components }, { scorers: extendedScorers })).toThrow("providers.tokenEmbedder");
});
