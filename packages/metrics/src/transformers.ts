/**
 * `@evalwire/metrics/transformers`: embedders for `embeddingCosine` and `bertScore` that run a model where the program runs.
 *
 * The optional package `@huggingface/transformers` reads and runs the model; its files come from its cache, a local folder or the
 * Hugging Face hub, as that package is configured. The steps of sentence-transformers around the model are done here: blanks around a
 * text and tokens beyond the model's limit are cut off, and the vectors of a text's tokens and markers are averaged.
 */
import { checkOptions } from "./checkOptions.ts";
import type { Embedder } from "./cosine.ts";
import type { TokenEmbedder } from "./embedding/bertScore.ts";

/** A tensor, row by row. */
export interface Tensor {
  readonly data: ArrayLike<number | bigint>;
  readonly dims: ReadonlyArray<number>;
}

/** Texts as a tokenizer gives them to its model: one row for each text. */
export interface Tokenized {
  /** 1 for a token, 0 for padding. */
  readonly attention_mask: Tensor;
  readonly input_ids?: Tensor;
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
        options: { padding?: boolean; truncation?: boolean; max_length?: number; add_special_tokens?: boolean },
      ) => Tokenized
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

type Tokenize = Awaited<ReturnType<Transformers["AutoTokenizer"]["from_pretrained"]>>;

/** The output of a model for some texts. */
interface Run {
  readonly ids: Tensor;
  readonly hidden: Tensor;
  /** For each text, the places in `ids` of what is no padding. */
  readonly places: ReadonlyArray<ReadonlyArray<number>>;
}

interface Model {
  /** How many markers the tokenizer puts before and behind a text. */
  readonly before: number;
  readonly behind: number;
  readonly run: (texts: ReadonlyArray<string>) => Promise<Run>;
}

const idsOf = (model: string, { input_ids: ids }: Tokenized): Tensor => {
  if (ids === undefined) throw new RangeError(`The tokenizer of ${model} gives no input_ids.`);
  return ids;
};

/** The markers around a text, found by comparing a word with and without them. */
const markersOf = (model: string, tokenize: Tokenize): { before: Array<bigint>; behind: Array<bigint> } => {
  const [marked, bare] = [true, false].map((add_special_tokens) =>
    Array.from(idsOf(model, tokenize(["a"], { add_special_tokens })).data, BigInt),
  );
  const start = marked!.findIndex((_, at) => bare!.every((id, step) => marked![at + step] === id));
  return { before: marked!.slice(0, Math.max(start, 0)), behind: start < 0 ? [] : marked!.slice(start + bare!.length) };
};

/** The places of each text's tokens and markers. */
const placesOf = ({ data, dims: [texts = 0, tokens = 0] }: Tensor): Array<Array<number>> =>
  Array.from({ length: texts }, (_, text) =>
    Array.from({ length: tokens }, (_, at) => text * tokens + at).filter((place) => Number(data[place]) === 1),
  );

const loadModel = async (options: EmbedderOptions, model: string, dtype: string, limit: number): Promise<Model> => {
  const { AutoModel, AutoTokenizer } = await (options.transformers ?? installed)();
  const tokenize = await AutoTokenizer.from_pretrained(model, { ...options.loading });
  const { before, behind } = markersOf(model, tokenize);
  if (!(limit > before.length + behind.length))
    throw new RangeError(
      `maximumTokens must be above ${before.length + behind.length}, the markers around a text, not ${limit}.`,
    );
  const runModel = await AutoModel.from_pretrained(model, { ...options.loading, dtype });
  return {
    before: before.length,
    behind: behind.length,
    run: async (texts) => {
      const trimmed = texts.map((text) => text.trim());
      const inputs = tokenize(trimmed, { padding: true, truncation: true, max_length: limit });
      const ids = idsOf(model, inputs);
      const places = placesOf(inputs.attention_mask);
      // The package cuts a long text with its marker behind it; the models were trained with the marker there.
      const written = ids.data as Array<bigint>;
      for (const own of places) {
        own.slice(own.length - behind.length).forEach((place, at) => {
          written[place] = behind[at]!;
        });
      }
      const { last_hidden_state: hidden } = await runModel(inputs);
      return { ids, hidden, places };
    },
  };
};

/** In batches, one after the other. */
const inBatches =
  <A>(size: number, embedBatch: (texts: ReadonlyArray<string>) => Promise<ReadonlyArray<A>>) =>
  async (texts: ReadonlyArray<string>): Promise<Array<A>> => {
    const embedded: Array<A> = [];
    for (let start = 0; start < texts.length; start += size) {
      embedded.push(...(await embedBatch(texts.slice(start, start + size))));
    }
    return embedded;
  };

const vectorAt = ({ data, dims }: Tensor, place: number): Float64Array => {
  const size = dims[2] ?? 0;
  return Float64Array.from({ length: size }, (_, at) => Number(data[place * size + at]));
};

/** The mean over the tokens and markers of a text. */
const pooled = (hidden: Tensor, places: ReadonlyArray<number>): Float64Array => {
  const sum = new Float64Array(hidden.dims[2] ?? 0);
  for (const place of places)
    vectorAt(hidden, place).forEach((value, at) => {
      sum[at]! += value;
    });
  return sum.map((value) => value / Math.max(places.length, 1));
};

/**
 * An embedder that runs a sentence-transformers model; loading it takes the time of reading its files.
 *
 * @throws Error saying what to install when `@huggingface/transformers` is not there, or the package's own error when the model's
 * files are not available; RangeError when `maximumTokens` leaves no room for a token, or the tokenizer gives no ids
 */
export const loadEmbedder = async (options: EmbedderOptions = {}): Promise<Embedder> => {
  checkOptions("loadEmbedder", options, optionNames);
  const { model = "Xenova/all-MiniLM-L12-v2", dtype = "fp32", maximumTokens = 128, batchSize = 32 } = options;
  const { run } = await loadModel(options, model, dtype, maximumTokens);
  return {
    name: `${model}(${dtype},${maximumTokens} tokens,mean)`,
    embed: inBatches(batchSize, async (texts) => {
      const { hidden, places } = await run(texts);
      return places.map((own) => pooled(hidden, own));
    }),
  };
};

/**
 * An embedder of tokens for `bertScore`: the model's last layer, with the markers around a text apart. bert_score takes an inner
 * layer of each model, so its figures are others; compare scores of one embedder only. Tokens are named by their ids.
 *
 * @throws Error and RangeError as `loadEmbedder`
 */
export const loadTokenEmbedder = async (options: EmbedderOptions = {}): Promise<TokenEmbedder> => {
  checkOptions("loadTokenEmbedder", options, optionNames);
  const { model = "Xenova/all-MiniLM-L12-v2", dtype = "fp32", maximumTokens = 512, batchSize = 32 } = options;
  const { before, behind, run } = await loadModel(options, model, dtype, maximumTokens);
  return {
    name: `${model}(${dtype},${maximumTokens} tokens,last layer)`,
    embedTokens: inBatches(batchSize, async (texts) => {
      const { ids, hidden, places } = await run(texts);
      return places.map((all) => {
        const end = all.length - behind;
        const own = all.slice(before, end);
        return {
          tokens: own.map((place) => String(ids.data[place])),
          vectors: own.map((place) => vectorAt(hidden, place)),
          markers: [...all.slice(0, before), ...all.slice(end)].map((place) => vectorAt(hidden, place)),
        };
      });
    }),
  };
};
