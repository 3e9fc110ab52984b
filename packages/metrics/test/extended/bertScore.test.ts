import * as fc from "fast-check";
import { expect, it } from "vitest";
import { bertScore, extendedScorers, type TokenEmbedder, tokenWeights } from "../../src/extended/index.ts";
import { computeMetricsAsync, cosineOfVectors, planMetrics } from "../../src/index.ts";
import { golden } from "../golden.ts";

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

/** A word's vector, of numbers that single precision holds exactly. */
const exact = (word: string): Array<number> => {
  const letters = Array.from(word).reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  return [3, 4, 5, 6, 7].map((step) => ((letters * step * 7 + word.length * 5) % 97) / 64 + 0.25);
};
const marked: TokenEmbedder = {
  name: "words between markers",
  embedTokens: async (texts) =>
    texts.map((text) => {
      const tokens = text.split(" ").filter((word) => word !== "");
      return { tokens, vectors: tokens.map(exact), markers: ["[CLS]", "[SEP]"].map(exact) };
    }),
};

it("gives the figures of bert_score, with and without idf, for one reference and for several", async () => {
  const lines = golden("bertscore");
  expect(lines.length).toBeGreaterThanOrEqual(30);
  const all = lines.flatMap((line) => line.references);
  const weightOf = tokenWeights((await marked.embedTokens(all)).map(({ tokens }) => tokens));
  for (const { id, prediction, references, cases } of lines) {
    for (const { params, expected } of cases) {
      const options = params.idf ? { weightOf } : {};
      const { precision, recall, fmeasure } = await bertScore(prediction, references, marked, options);
      // bert_score computes in single precision.
      [precision, recall, fmeasure].forEach((figure, at) => {
        expect(Math.abs(figure - expected[at]), `${id} ${JSON.stringify(params)}`).toBeLessThan(5e-7);
      });
    }
  }
});

it("matches tokens with markers, which have no weight of their own", async () => {
  const between: TokenEmbedder = {
    name: "between",
    embedTokens: async (texts) =>
      texts.map((text) => ({ tokens: [text], vectors: [text === "a" ? [1, 0] : [0, 1]], markers: [[0.8, 0.6]] })),
  };
  const { precision, recall } = await bertScore("a", "b", between);
  expect([precision, recall].map((figure) => figure.toFixed(12))).toEqual(["0.800000000000", "0.600000000000"]);
});

it("takes the greatest precision, recall and F over the references, each by itself", async () => {
  const [first, second] = [await bertScore("a b", "a", embedder), await bertScore("a b", "a b c", embedder)];
  const both = await bertScore("a b", ["a", "a b c"], embedder);
  expect(first.recall).toBeGreaterThan(second.recall);
  expect(second.precision).toBeGreaterThan(first.precision);
  expect([both.precision, both.recall]).toEqual([second.precision, first.recall]);
  expect(both.fmeasure).toBe(Math.max(first.fmeasure, second.fmeasure));
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
