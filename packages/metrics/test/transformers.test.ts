import { expect, it } from "vitest";
import { embeddingCosine } from "../src/cosine.ts";
import { bertScore } from "../src/embedding/bertScore.ts";
import { loadEmbedder, loadTokenEmbedder, type Transformers } from "../src/transformers.ts";

/** Stands for `@huggingface/transformers`: a token per letter, whose vector is [is "a", is "b"]; padding has wild values. */
const stub = (calls: Array<unknown>): Transformers => ({
  AutoTokenizer: {
    from_pretrained: async (...loaded) => {
      calls.push(["tokenizer", ...loaded]);
      return (texts, options) => {
        calls.push(["tokenize", texts, options]);
        const longest = Math.max(...texts.map((text) => Math.min(text.length, options.max_length)));
        const letters = texts.flatMap((text) => Array.from({ length: longest }, (_, at) => text[at]));
        const mask = letters.map((letter) => (letter === undefined ? 0n : 1n));
        const ids = letters.map((letter) => BigInt(letter?.charCodeAt(0) ?? 0));
        const dims = [texts.length, longest];
        return { attention_mask: { data: mask, dims }, input_ids: { data: ids, dims }, letters };
      };
    },
  },
  AutoModel: {
    from_pretrained: async (...loaded) => {
      calls.push(["model", ...loaded]);
      return async (inputs) => {
        const { attention_mask, letters } = inputs as {
          attention_mask: { dims: number[] };
          letters: Array<string | undefined>;
        };
        const data = letters.flatMap((letter) =>
          letter === undefined ? [99, 99] : [Number(letter === "a"), Number(letter === "b")],
        );
        return { last_hidden_state: { data: Float32Array.from(data), dims: [...attention_mask.dims, 2] } };
      };
    },
  },
});

it("averages a text's tokens and leaves padding out", async () => {
  const embedder = await loadEmbedder({ transformers: async () => stub([]) });
  const vectors = await embedder.embed(["a", "aab", "b"]);
  expect(vectors.map((vector) => Array.from(vector))).toEqual([
    [1, 0],
    [2 / 3, 1 / 3],
    [0, 1],
  ]);
  expect((await embeddingCosine("aa", "b", embedder)).score).toBe(0);
});

it("gives the vectors of tokens without the markers at either end and without padding", async () => {
  const embedder = await loadTokenEmbedder({ transformers: async () => stub([]), batchSize: 2 });
  expect(await embedder.embedTokens(["[ab]", "[b]", "[]"])).toEqual([
    { tokens: ["97", "98"], vectors: [Float64Array.of(1, 0), Float64Array.of(0, 1)] },
    { tokens: ["98"], vectors: [Float64Array.of(0, 1)] },
    { tokens: [], vectors: [] },
  ]);
  expect((await bertScore("[ab]", "[b]", embedder)).recall).toBe(1);
  expect((await bertScore("[ab]", "[b]", embedder)).precision).toBe(0.5);
});

it("loads the model it names, and cuts texts where it says", async () => {
  const calls: Array<unknown> = [];
  const embedder = await loadEmbedder({
    model: "folder/model",
    dtype: "q8",
    maximumTokens: 2,
    batchSize: 1,
    loading: { local_files_only: true },
    transformers: async () => stub(calls),
  });
  await embedder.embed(["abb", "b"]);
  const cut = { padding: true, truncation: true, max_length: 2 };
  expect(calls).toEqual([
    ["tokenizer", "folder/model", { local_files_only: true }],
    ["model", "folder/model", { local_files_only: true, dtype: "q8" }],
    ["tokenize", ["abb"], cut],
    ["tokenize", ["b"], cut],
  ]);
  expect(embedder.name).toBe("folder/model(q8,2 tokens,mean)");
});

it("says what to install when the package is not there", async () => {
  // The package is an optional peer and not among this project's own dependencies.
  await expect(loadEmbedder()).rejects.toThrow("npm install @huggingface/transformers");
});
