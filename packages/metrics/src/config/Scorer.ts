/**
 * A scorer computes one `type` of metric component. The ones of this package are in `scorers.ts`; others are registered by giving
 * them to `computeMetrics` by type.
 */
import { nearest } from "../checkOptions.ts";
import type { Embedder } from "../cosine.ts";
import type { TokenEmbedder } from "../embedding/bertScore.ts";
import type { Synonyms } from "../meteor.ts";
import type { CorpusMetric, Pair } from "../Pairs.ts";
import type { SentenceSplitter } from "../tokenize/Tokenizer.ts";
import { MetricError } from "./MetricError.ts";

/** The two sides of a comparison, as the mappings found them. */
export interface Texts {
  readonly candidate: string;
  /** At least one. */
  readonly references: ReadonlyArray<string>;
}

/** Things a scorer may need that this package does not contain: word data, sentence splitting, embeddings. */
export interface Providers {
  /** Finds sentences, for `rougeLsum` with `split_summaries` and for `word_tokenize`; see `@evalwire/metrics/punkt`. */
  readonly sentences?: SentenceSplitter | undefined;
  /** Synonyms for METEOR; see `@evalwire/metrics/wordnet`. */
  readonly synonyms?: Synonyms | undefined;
  /** Embeds texts, for `cosine_similarity`. Makes the metric asynchronous. */
  readonly embedder?: Embedder | undefined;
  /** Embeds the tokens of texts, for `bertscore`. Makes the metric asynchronous. */
  readonly tokenEmbedder?: TokenEmbedder | undefined;
}

export interface Prepared {
  /** The parts it will give, in order; `[undefined]` for a single number. */
  readonly parts: ReadonlyArray<string | undefined>;
  /** For each part the choices behind the number, in one line: they depend on how many references a record has, and on nothing else of it. */
  readonly signatures: (references: number) => ReadonlyArray<string>;
  /** The numbers of one record, part by part. A promise only where a provider is asynchronous. */
  readonly score: (texts: Texts) => ReadonlyArray<number> | Promise<ReadonlyArray<number>>;
  /** Whether a text has any of the tokens that are compared, where one with letters may have none. */
  readonly hasTokens?: ((text: string) => boolean) | undefined;
  /** By part, the score of a whole corpus, where it is another thing than the mean of its records' scores. */
  readonly corpora?: ReadonlyArray<CorpusMetric> | undefined;
}

export interface Scorer {
  /** Checks `params` once for a whole corpus and gives the function to run. @throws MetricError with reason BadParam or Unavailable */
  readonly prepare: (params: Params, providers: Providers) => Prepared;
  /** Whether a lower number is the better one, as of a metric that counts errors; `false` when absent. */
  readonly isLessBetter?: boolean | undefined;
}

/** A number with its signature, as the metrics of this package give it. */
export interface Scored {
  readonly score: number;
  readonly signature: string;
}

/**
 * A component that gives one number.
 *
 * @param signature the choices behind the number, in one line, for a record with so many references
 */
export const single = (score: (texts: Texts) => number, signature: (references: number) => string): Prepared => ({
  parts: [undefined],
  signatures: (references) => [signature(references)],
  score: (texts) => [score(texts)],
});

/** A scorer that gives one number: how a metric's options are read from a component's params, and the metric. */
export const scorerOf = <Options>(
  optionsOf: (params: Params, providers: Providers) => Options,
  metric: (candidate: string, references: ReadonlyArray<string>, options: Options) => Scored,
  corpusOf?: (options: Options) => CorpusMetric,
): Scorer => ({
  prepare: (params, providers) => {
    const options = optionsOf(params, providers);
    const prepared = single(
      ({ candidate, references }) => metric(candidate, references, options).score,
      // Metrics are total, and their signatures do not depend on the texts.
      (references) => metric("", new Array<string>(references).fill(""), options).signature,
    );
    return { ...prepared, corpora: corpusOf && [corpusOf(options)] };
  },
});

/**
 * A component whose scores, of a record and of a corpus, are made of the same counts. A record's texts are counted once for both.
 *
 * @param record the score of one record, by part
 * @param corpora by part; they count as `record` does
 */
export const counted = (
  record: Pick<CorpusMetric, "countsOf"> & {
    readonly scoresOf: (counts: ReadonlyArray<number>) => ReadonlyArray<number>;
  },
  corpora: ReadonlyArray<CorpusMetric>,
): Pick<Prepared, "score" | "corpora"> => {
  /** Of the record that was scored last, until its corpora took the counts. */
  let last: { readonly texts: Pair; readonly counts: ReadonlyArray<number>; left: number } | undefined;
  return {
    score: (texts) => {
      const counts = record.countsOf(texts);
      last = { texts, counts, left: corpora.length };
      return record.scoresOf(counts);
    },
    corpora: corpora.map((corpus) => ({
      ...corpus,
      countsOf: (pair) => {
        if (last?.texts !== pair) return corpus.countsOf(pair);
        const { counts } = last;
        if (--last.left === 0) last = undefined;
        return counts;
      },
    })),
  };
};

/** A scorer that gives one number, of a record and of a corpus, by counts: how its options are read, and the two metrics. */
export const countingScorerOf = <Options>(
  optionsOf: (params: Params, providers: Providers) => Options,
  ofRecord: (options: Options) => CorpusMetric,
  ofCorpus: (options: Options) => CorpusMetric = ofRecord,
): Scorer => ({
  prepare: (params, providers) => {
    const options = optionsOf(params, providers);
    const { countsOf, scoreOf, signatureOf } = ofRecord(options);
    return {
      parts: [undefined],
      signatures: (references) => [signatureOf(references)],
      ...counted({ countsOf, scoresOf: (counts) => [scoreOf(counts)] }, [ofCorpus(options)]),
    };
  },
});

/** A component's `params`, read with their types checked. */
export class Params {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #component: string;
  readonly #unread: Set<string>;
  readonly #known = new Set<string>();

  /** @param defaults what a preset has; a param of these that nothing reads is no mistake */
  constructor(
    values: Readonly<Record<string, unknown>>,
    component: string,
    defaults: Readonly<Record<string, unknown>> = {},
  ) {
    this.#values = { ...defaults, ...values };
    this.#component = component;
    this.#unread = new Set(Object.keys(values));
  }

  boolean(name: string, fallback: boolean): boolean {
    return this.#value(name, fallback, (value) => typeof value === "boolean", "must be true or false");
  }

  /** A text; `undefined` when there is none. */
  text(name: string): string | undefined {
    return this.#value<string | undefined>(name, undefined, (value) => typeof value === "string", "must be a text");
  }

  /** A number from `least` to `most`. */
  number(name: string, fallback: number, least: number, most: number): number {
    const accepts = (value: unknown) => typeof value === "number" && value >= least && value <= most;
    return this.#value(name, fallback, accepts, `must be a number from ${least} to ${most}`);
  }

  /** A whole number from `least` to `most`. */
  integer(name: string, fallback: number, least: number, most: number): number {
    const value = this.number(name, fallback, least, most);
    if (!Number.isInteger(value)) throw this.invalid(name, `must be a whole number, not ${value}`);
    return value;
  }

  /** A list, whose entries the metric itself has to check: see `invalid`. */
  list<A>(name: string, fallback: ReadonlyArray<A>): ReadonlyArray<A> {
    return this.#value(name, fallback, Array.isArray, "must be a list");
  }

  /** One of `choices`. */
  choice<const Choice extends string>(name: string, choices: ReadonlyArray<Choice>, fallback: NoInfer<Choice>): Choice {
    const accepts = (value: unknown) => choices.includes(value as Choice);
    return this.#value(name, fallback, accepts, `must be one of ${choices.join(", ")}`);
  }

  /** A list of `choices`, not empty and without repeats. */
  choices<const Choice extends string>(
    name: string,
    choices: ReadonlyArray<Choice>,
    fallback: ReadonlyArray<NoInfer<Choice>>,
  ): ReadonlyArray<Choice> {
    const accepts = (value: unknown) =>
      Array.isArray(value) && value.length > 0 && value.every((one) => choices.includes(one));
    return [...new Set(this.#value(name, fallback, accepts, `must be a list out of ${choices.join(", ")}`))];
  }

  /** Refuses params that nothing has read: a misspelt one must not be silently ignored. */
  finish(): void {
    const known = [...this.#known];
    for (const name of this.#unread) {
      const meant = nearest(name, known);
      const say = known.length === 0 ? "it has none" : `it has ${known.join(", ")}`;
      throw this.invalid(name, `is not known to this type; ${meant === undefined ? say : `did you mean ${meant}?`}`);
    }
  }

  /** Says what is wrong with a param. */
  invalid(param: string, problem: string): MetricError {
    return new MetricError({ _tag: "BadParam", param, problem }, { component: this.#component });
  }

  /** Says that something the component needs was not given. */
  unavailable(what: string): MetricError {
    return new MetricError({ _tag: "Unavailable", what }, { component: this.#component });
  }

  #value<A>(name: string, fallback: A, accepts: (value: unknown) => boolean, problem: string): A {
    this.#unread.delete(name);
    this.#known.add(name);
    const value = Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
    if (value === undefined || value === null) return fallback;
    if (!accepts(value)) throw this.invalid(name, `${problem}, not ${JSON.stringify(value)}`);
    return value as A;
  }
}
