import { expect, it } from "vitest";
import { embeddingCosine } from "../src/cosine.ts";
import { bertScore } from "../src/embedding/bertScore.ts";
import { loadEmbedder, loadTokenEmbedder, type Transformers } from "../src/transformers.ts";

/**
 * Stands for `@huggingface/transformers`: a token per letter between the markers `[` and `]`, whose vector is
 * [is "a", is "b", is a marker]. As that package does, it cuts a long text with the marker behind it; padding has wild values.
 */
const stub = (calls: Array<unknown> = [], around = ["[", "]"]): Transformers => ({
  AutoTokenizer: {
    from_pretrained: async (...loaded) => {
      calls.push(["tokenizer", ...loaded]);
      return (texts, options) => {
        calls.push(["tokenize", texts, options]);
        const marked = options.add_special_tokens === false ? texts : texts.map((text) => around.join(text));
        const cut = marked.map((text) => text.slice(0, options.max_length));
        const longest = Math.max(...cut.map((text) => text.length));
        const letters = cut.flatMap((text) => Array.from({ length: longest }, (_, at) => text[at]));
        const mask = letters.map((letter) => (letter === undefined ? 0n : 1n));
        const ids = letters.map((letter) => BigInt(letter?.charCodeAt(0) ?? 0));
        const dims = [texts.length, longest];
        return { attention_mask: { data: mask, dims }, input_ids: { data: ids, dims } };
      };
    },
  },
  AutoModel: {
    from_pretrained: async (...loaded) => {
      calls.push(["model", ...loaded]);
      return async (inputs) => {
        const { input_ids } = inputs as { input_ids: { data: Array<bigint>; dims: Array<number> } };
        const letters = input_ids.data.map((id) => String.fromCharCode(Number(id)));
        const data = letters.flatMap((letter) =>
          letter === "\0" ? [99, 99, 99] : [letter === "a", letter === "b", "[]".includes(letter)].map(Number),
        );
        return { last_hidden_state: { data: Float32Array.from(data), dims: [...input_ids.dims, 3] } };
      };
    },
  },
});

it("averages a text's tokens and markers and leaves padding out", async () => {
  const embedder = await loadEmbedder({ transformers: async () => stub() });
  const vectors = await embedder.embed(["a", " aab\n", ""]);
  expect(vectors.map((vector) => Array.from(vector))).toEqual([
    [1 / 3, 0, 2 / 3],
    [2 / 5, 1 / 5, 2 / 5],
    [0, 0, 1],
  ]);
  expect((await embeddingCosine("aa", "aa", embedder)).score).toBeCloseTo(1, 12);
});

it("gives the vectors of tokens without padding, and those of markers apart", async () => {
  const embedder = await loadTokenEmbedder({ transformers: async () => stub(), batchSize: 2 });
  const [a, b, marker] = [Float64Array.of(1, 0, 0), Float64Array.of(0, 1, 0), Float64Array.of(0, 0, 1)];
  expect(await embedder.embedTokens(["ab", "b", ""])).toEqual([
    { tokens: ["97", "98"], vectors: [a, b], markers: [marker, marker] },
    { tokens: ["98"], vectors: [b], markers: [marker, marker] },
    { tokens: [], vectors: [], markers: [marker, marker] },
  ]);
  expect((await bertScore("ab", "b", embedder)).recall).toBe(1);
  expect((await bertScore("ab", "b", embedder)).precision).toBe(0.5);
});

it("cuts a long text before the marker behind it, not with it", async () => {
  const options = { transformers: async () => stub(), maximumTokens: 4 };
  const [cut, short] = await (await loadEmbedder(options)).embed(["abbb", "ab"]);
  expect(cut).toEqual(short);
  const [first] = await (await loadTokenEmbedder(options)).embedTokens(["abbb", "a"]);
  expect(first).toMatchObject({ tokens: ["97", "98"], markers: { length: 2 } });
});

it("knows tokenizers that put a marker at one end only, or none", async () => {
  const tokensOf = async (around: Array<string>) => {
    const embedder = await loadTokenEmbedder({ transformers: async () => stub([], around) });
    const [{ tokens, markers } = { tokens: [] }] = await embedder.embedTokens(["ab"]);
    return [tokens.length, markers?.length];
  };
  expect(await tokensOf(["", "]"])).toEqual([2, 1]);
  expect(await tokensOf(["[", ""])).toEqual([2, 1]);
  expect(await tokensOf(["", ""])).toEqual([2, 0]);
});

it("loads the model it names, and cuts texts where it says", async () => {
  const calls: Array<unknown> = [];
  const options = {
    model: "folder/model",
    dtype: "q8",
    maximumTokens: 3,
    batchSize: 1,
    loading: { local_files_only: true },
    transformers: async () => stub(calls),
  };
  const embedder = await loadEmbedder(options);
  await embedder.embed(["abb", "b"]);
  const cut = { padding: true, truncation: true, max_length: 3 };
  expect(calls).toEqual([
    ["tokenizer", "folder/model", { local_files_only: true }],
    ["tokenize", ["a"], { add_special_tokens: true }],
    ["tokenize", ["a"], { add_special_tokens: false }],
    ["model", "folder/model", { local_files_only: true, dtype: "q8" }],
    ["tokenize", ["abb"], cut],
    ["tokenize", ["b"], cut],
  ]);
  expect(embedder.name).toBe("folder/model(q8,3 tokens,mean)");
  await expect(loadEmbedder({ ...options, maximumTokens: 2 })).rejects.toThrow("maximumTokens must be above 2");
});

it("says what to install when the package is not there", async () => {
  // The package is an optional peer and not among this project's own dependencies.
  await expect(loadEmbedder()).rejects.toThrow("npm install @huggingface/transformers");
});
