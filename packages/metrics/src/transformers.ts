/**
 * `@evalwire/metrics/transformers`: embedders for `embeddingCosine` and `bertScore` that run a model where the program runs.
 *
 * The optional package `@huggingface/transformers` reads and runs the model; its files come from its cache, a local folder or the
 * Hugging Face hub, as that package is configured. The steps of sentence-transformers around the model are done here: tokens beyond the
 * model's limit are cut off, and the vectors of a text's tokens are averaged.
 */
import { checkOptions } from "./checkOptions.ts";
import type { Embedder } from "./cosine.ts";
import type { TokenEmbedder } from "./embedding/bertScore.ts";

/** A tensor, row by row. */
export interface Tensor {
  readonly data: ArrayLike<number | bigint>;
  readonly dims: ReadonlyArray<number>;
}

/** The parts used of `@huggingface/transformers`. */
export interface Transformers {
  readonly AutoTokenizer: {
    from_pretrained(
      model: string,
      options: object,
    ): Promise<
      (
        texts: Array<string>,
        options: { padding: boolean; truncation: boolean; max_length: number },
      ) => { readonly attention_mask: Tensor; readonly input_ids?: Tensor }
    >;
  };
  readonly AutoModel: {
    from_pretrained(
      model: string,
      options: object,
    ): Promise<(inputs: object) => Promise<{ readonly last_hidden_state: Tensor }>>;
  };
}

/** Which model, and how it is run. */
export interface EmbedderOptions {
  /** Hub name or folder of an ONNX export. Default `Xenova/all-MiniLM-L12-v2`, of the model the platform uses. */
  readonly model?: string | undefined;
  /** Precision of the weights as the export names it; default `fp32`, the model's own. */
  readonly dtype?: string | undefined;
  /** Tokens read of a text; default 128, as sentence-transformers has it for this model. */
  readonly maximumTokens?: number | undefined;
  /** Texts per run of the model; default 32. */
  readonly batchSize?: number | undefined;
  /** Further options for the package's `from_pretrained`, such as `cache_dir`, `revision` or `local_files_only`. */
  readonly loading?: Readonly<Record<string, unknown>> | undefined;
  /** Gives the package; by default it is imported. */
  readonly transformers?: (() => Promise<Transformers>) | undefined;
}

const optionNames: Record<keyof EmbedderOptions, true> = {
  model: true,
  dtype: true,
  maximumTokens: true,
  batchSize: true,
  loading: true,
  transformers: true,
};

const installed = async (): Promise<Transformers> => {
  const name: string = "@huggingface/transformers";
  try {
    return (await import(name)) as Transformers;
  } catch (cause) {
    throw new Error(
      "Embedding texts needs the package @huggingface/transformers: npm install @huggingface/transformers",
      {
        cause,
      },
    );
  }
};

/** The mean over the tokens that are not padding, one vector per text. */
const pooled = (hidden: Tensor, mask: Tensor): Array<Float64Array> => {
  const [texts = 0, tokens = 0, size = 0] = hidden.dims;
  return Array.from({ length: texts }, (_, text) => {
    const sum = new Float64Array(size);
    let count = 0;
    for (let token = text * tokens; token < (text + 1) * tokens; token++) {
      if (Number(mask.data[token]) === 0) continue;
      count++;
      for (let at = 0; at < size; at++) sum[at]! += Number(hidden.data[token * size + at]);
    }
    return sum.map((value) => value / Math.max(count, 1));
  });
};

/**
 * An embedder that runs a sentence-transformers model; loading it takes the time of reading its files.
 *
 * @throws Error saying what to install when `@huggingface/transformers` is not there, or the package's own error when the model's
 * files are not available
 */
export const loadEmbedder = async (options: EmbedderOptions = {}): Promise<Embedder> => {
  checkOptions("loadEmbedder", options, optionNames);
  const { model = "Xenova/all-MiniLM-L12-v2", dtype = "fp32", maximumTokens = 128, batchSize = 32, loading } = options;
  const { AutoModel, AutoTokenizer } = await (options.transformers ?? installed)();
  const tokenize = await AutoTokenizer.from_pretrained(model, { ...loading });
  const run = await AutoModel.from_pretrained(model, { ...loading, dtype });
  const embedBatch = async (texts: ReadonlyArray<string>): Promise<Array<Float64Array>> => {
    const inputs = tokenize([...texts], { padding: true, truncation: true, max_length: maximumTokens });
    const { last_hidden_state } = await run(inputs);
    return pooled(last_hidden_state, inputs.attention_mask);
  };
  return {
    name: `${model}(${dtype},${maximumTokens} tokens,mean)`,
    embed: async (texts) => {
      const vectors: Array<Float64Array> = [];
      for (let start = 0; start < texts.length; start += batchSize) {
        vectors.push(...(await embedBatch(texts.slice(start, start + batchSize))));
      }
      return vectors;
    },
  };
};

/**
 * An embedder of tokens for `bertScore`: the model's last layer, without the markers at either end of a text. bert_score takes an inner
 * layer of each model, so its figures are others; compare scores of one embedder only. Tokens are named by their ids.
 *
 * @throws Error as `loadEmbedder`; RangeError when the tokenizer gives no ids
 */
export const loadTokenEmbedder = async (options: EmbedderOptions = {}): Promise<TokenEmbedder> => {
  checkOptions("loadTokenEmbedder", options, optionNames);
  const { model = "Xenova/all-MiniLM-L12-v2", dtype = "fp32", maximumTokens = 512, batchSize = 32, loading } = options;
  const { AutoModel, AutoTokenizer } = await (options.transformers ?? installed)();
  const tokenize = await AutoTokenizer.from_pretrained(model, { ...loading });
  const run = await AutoModel.from_pretrained(model, { ...loading, dtype });
  const embedBatch = async (texts: ReadonlyArray<string>) => {
    const inputs = tokenize([...texts], { padding: true, truncation: true, max_length: maximumTokens });
    const { attention_mask: mask, input_ids: ids } = inputs;
    if (ids === undefined) throw new RangeError(`The tokenizer of ${model} gives no input_ids.`);
    const { last_hidden_state: hidden } = await run(inputs);
    const [, tokens = 0, size = 0] = hidden.dims;
    return texts.map((_, text) => {
      const places = Array.from({ length: tokens }, (_, at) => text * tokens + at);
      // The first and the last token that are no padding are markers.
      const own = places.filter((place) => Number(mask.data[place]) === 1).slice(1, -1);
      return {
        tokens: own.map((place) => String(ids.data[place])),
        vectors: own.map((place) =>
          Float64Array.from({ length: size }, (_, at) => Number(hidden.data[place * size + at])),
        ),
      };
    });
  };
  return {
    name: `${model}(${dtype},${maximumTokens} tokens,last layer)`,
    embedTokens: async (texts) => {
      const embedded: Array<Awaited<ReturnType<typeof embedBatch>>[number]> = [];
      for (let start = 0; start < texts.length; start += batchSize) {
        embedded.push(...(await embedBatch(texts.slice(start, start + batchSize))));
      }
      return embedded;
    },
  };
};
