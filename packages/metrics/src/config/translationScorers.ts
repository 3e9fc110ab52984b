/** The metrics of machine translation as component types: BLEU in its variants, METEOR and chrF. */

import { longestNgrams } from "../bounds.ts";
import { meteor } from "../meteor.ts";
import { type BleuSmoothing, bleu, bleuCorpora, listsOf } from "../ngram/bleu.ts";
import { chrfCorpus } from "../ngram/chrf.ts";
import { type SacreBleuOptions, sacreBleuCorpus } from "../ngram/sacreBleu.ts";
import { type CorpusMetric, listOf, type Pair } from "../Pairs.ts";
import { counted, countingScorerOf, type Scorer, scorerOf } from "./Scorer.ts";
import { nltkOf, sacrebleuNames, tokenizerOf } from "./tokenizerParams.ts";

const nltkBleu: Scorer = {
  prepare: (params, providers) => {
    const options = {
      smoothing: params.integer("smoothing", 0, 0, 7) as BleuSmoothing,
      weights: params.list<number>("weights", [0.25, 0.25, 0.25, 0.25]),
      autoReweigh: params.boolean("auto_reweigh", false),
      tokenizer: tokenizerOf(params, providers, "word_tokenize"),
    };
    const lowercase = params.boolean("lowercase", false);
    const folded = (text: string) => (lowercase ? text.toLowerCase() : text);
    const score = (candidate: string, references: ReadonlyArray<string>) =>
      bleu(folded(candidate), references.map(folded), options);
    let lists: ReadonlyArray<ReadonlyArray<number>>;
    try {
      lists = listsOf(options.weights);
    } catch (error) {
      throw params.invalid("weights", (error as Error).message);
    }
    const parts = lists.length === 1 ? [undefined] : lists.map((list) => list.join());
    const signed = (signature: string, part: string | undefined): string => {
      const cased = lowercase ? signature.replace("|case:mixed|", "|case:lc|") : signature;
      return part === undefined ? cased : `${cased}|of:${part}`;
    };
    const corpora = bleuCorpora(options).map((corpus, at) => ({
      ...corpus,
      countsOf: ({ candidate, references }: Pair) =>
        corpus.countsOf({ candidate: folded(candidate), references: listOf(references, candidate).map(folded) }),
      signatureOf: (references?: number) => signed(corpus.signatureOf(references), parts[at]),
    }));
    const [one] = corpora;
    const scoresOf = (counts: ReadonlyArray<number>) => corpora.map(({ scoreOf }) => scoreOf(counts));
    return {
      parts,
      signatures: (references) => {
        const { signature } = score("", new Array<string>(references).fill(""));
        return parts.map((part) => signed(signature, part));
      },
      ...(one === undefined
        ? { score: ({ candidate, references }) => score(candidate, references).scores }
        : counted({ countsOf: one.countsOf, scoresOf }, corpora)),
    };
  },
};

/** sacrebleu's BLEU, in [0, 100] as there, or in [0, 1] for systems that give the same number that way. */
const sacreBleuOf = ({ most, ...options }: SacreBleuOptions & { readonly most: number }): CorpusMetric => {
  const corpus = sacreBleuCorpus(options);
  return {
    ...corpus,
    scoreOf: (counts) => corpus.scoreOf(counts) / most,
    isPercent: most === 1,
    signatureOf: (references) => corpus.signatureOf(references) + (most === 1 ? "" : "|percent:no"),
  };
};

const ofSacreBleu = countingScorerOf(
  (params) => {
    return {
      most: params.boolean("percent", true) ? 1 : 100,
      tokenizer: params.choice("tokenizer", sacrebleuNames, "13a"),
      smoothing: params.choice("smoothing", ["exp", "floor", "add-k", "none"], "exp"),
      lowercase: params.boolean("lowercase", false),
      // As sacrebleu: `sentence_bleu` leaves out lengths that a sentence is too short for, `corpus_bleu` does not.
      effectiveOrder: params.boolean("use_effective_order", true),
      ofCorpus: params.boolean("use_effective_order", false),
      order: params.integer("order", 4, 1, longestNgrams),
    };
  },
  ({ ofCorpus, ...options }) => sacreBleuOf(options),
  ({ ofCorpus, ...options }) => sacreBleuOf({ ...options, effectiveOrder: ofCorpus }),
);

export const translationScorers: Readonly<Record<string, Scorer>> = {
  bleu: {
    prepare: (params, providers) => {
      const isNltk = params.choice("implementation", ["nltk", "sacrebleu"], "nltk") === "nltk";
      return (isNltk ? nltkBleu : ofSacreBleu).prepare(params, providers);
    },
  },
  sacrebleu: ofSacreBleu,
  meteor: scorerOf(
    (params, providers) => ({
      alpha: params.number("alpha", 0.9, 0, 1),
      beta: params.number("beta", 3, 0, 100),
      gamma: params.number("gamma", 0.5, 0, 1),
      nltk: nltkOf(params),
      tokenizer: tokenizerOf(params, providers, "word_tokenize"),
      synonyms: providers.synonyms,
    }),
    meteor,
  ),
  chrf: countingScorerOf(
    (params) => ({
      characterOrder: params.integer("char_order", 6, 0, longestNgrams),
      wordOrder: params.integer("word_order", 0, 0, longestNgrams),
      beta: params.number("beta", 2, 0, 1000),
      lowercase: params.boolean("lowercase", false),
      whitespace: params.boolean("whitespace", false),
      epsilonSmoothing: params.boolean("eps_smoothing", false),
    }),
    chrfCorpus,
  ),
};
