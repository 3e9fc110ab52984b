/** The metrics of machine translation as component types: BLEU in its variants, METEOR, GLEU, chrF and TER. */

import { meteor } from "../meteor.ts";
import { type BleuSmoothing, bleu } from "../ngram/bleu.ts";
import { chrf } from "../ngram/chrf.ts";
import { gleu } from "../ngram/gleu.ts";
import { sacreBleu } from "../ngram/sacreBleu.ts";
import { ter } from "../ter/ter.ts";
import { sacrebleuTokenizers, tokenizer13a } from "../tokenize/sacrebleu.ts";
import { type Tokenizer, whitespace } from "../tokenize/Tokenizer.ts";
import { wordTokenizer } from "../tokenize/wordTokenize.ts";
import { type Params, type Providers, type Scorer, scorerOf } from "./Scorer.ts";

const sacrebleuNames = Object.keys(sacrebleuTokenizers) as Array<keyof typeof sacrebleuTokenizers>;
const names = ["word_tokenize", "whitespace", ...sacrebleuNames] as const;

const isWhole = (least: number) => (value: number) => Number.isInteger(value) && value >= least;

/** The `tokenizer` param. `word_tokenize` splits sentences where a splitter is given; the signature says which it was. */
export const tokenizerOf = (params: Params, providers: Providers, fallback: (typeof names)[number]): Tokenizer => {
  const name = params.choice("tokenizer", names, fallback);
  if (name === "word_tokenize") return wordTokenizer(providers.sentences);
  return name === "whitespace" ? whitespace : sacrebleuTokenizers[name];
};

const nltkBleu = scorerOf(
  (params, providers) => ({
    smoothing: params.number("smoothing", 0, (value) => isWhole(0)(value) && value <= 7) as BleuSmoothing,
    weights: params.numbers("weights", [0.25, 0.25, 0.25, 0.25]),
    tokenizer: tokenizerOf(params, providers, "word_tokenize"),
    lowercase: params.boolean("lowercase", false),
  }),
  (candidate, references, { lowercase, ...options }) => {
    const folded = (text: string) => (lowercase ? text.toLowerCase() : text);
    const score = bleu(folded(candidate), references.map(folded), options);
    return lowercase ? { ...score, signature: score.signature.replace("|case:mixed|", "|case:lc|") } : score;
  },
);

const ofSacreBleu = scorerOf(
  (params) => ({
    tokenizer: params.choice("tokenizer", sacrebleuNames, "13a"),
    smoothing: params.choice("smoothing", ["exp", "floor", "add-k", "none"], "exp"),
    lowercase: params.boolean("lowercase", false),
    effectiveOrder: params.boolean("use_effective_order", true),
    order: params.number("order", 4, isWhole(1)),
  }),
  sacreBleu,
);

/** Hugging Face's `bleu`: 13a tokens, no smoothing, in [0, 1], and the *shortest* reference for the brevity penalty. */
const evaluateBleu = scorerOf(
  (params) => ({ order: params.number("order", 4, isWhole(1)) }),
  (candidate, references, { order }) => {
    const { matches, totals, candidateLength } = sacreBleu(candidate, references, { smoothing: "none", order });
    const shortest = Math.min(...references.map((reference) => tokenizer13a.tokenize(reference).length));
    const logs = matches.map((count, index) => Math.log(count / totals[index]!) / order);
    const ratio = candidateLength / shortest;
    const penalty = ratio > 1 ? 1 : Math.exp(1 - 1 / ratio);
    return {
      score: matches.includes(0) ? 0 : Math.exp(logs.reduce((sum, log) => sum + log)) * penalty,
      signature: `bleu|nrefs:${references.length}|case:mixed|tok:13a|smooth:none|order:${order}|reflen:shortest|impl:evaluate`,
    };
  },
);

const bleus = { nltk: nltkBleu, sacrebleu: ofSacreBleu, evaluate: evaluateBleu };

export const translationScorers: Readonly<Record<string, Scorer>> = {
  bleu: {
    prepare: (params, providers) =>
      bleus[params.choice("implementation", ["nltk", "sacrebleu", "evaluate"], "nltk")].prepare(params, providers),
  },
  sacrebleu: ofSacreBleu,
  meteor: scorerOf(
    (params, providers) => ({
      alpha: params.number("alpha", 0.9),
      beta: params.number("beta", 3),
      gamma: params.number("gamma", 0.5),
      tokenizer: tokenizerOf(params, providers, "word_tokenize"),
      synonyms: providers.synonyms,
    }),
    meteor,
  ),
  gleu: scorerOf((params, providers) => {
    const minimumOrder = params.number("min_len", 1, isWhole(1));
    const maximumOrder = params.number("max_len", 4, isWhole(minimumOrder));
    return { minimumOrder, maximumOrder, tokenizer: tokenizerOf(params, providers, "13a") };
  }, gleu),
  chrf: scorerOf(
    (params) => ({
      characterOrder: params.number("char_order", 6, isWhole(0)),
      wordOrder: params.number("word_order", 0, isWhole(0)),
      beta: params.number("beta", 2, (value) => value >= 0),
      lowercase: params.boolean("lowercase", false),
      whitespace: params.boolean("whitespace", false),
      epsilonSmoothing: params.boolean("eps_smoothing", false),
    }),
    chrf,
  ),
  ter: {
    ...scorerOf(
      (params) => ({
        normalized: params.boolean("normalized", false),
        noPunctuation: params.boolean("no_punct", false),
        asianSupport: params.boolean("asian_support", false),
        caseSensitive: params.boolean("case_sensitive", false),
      }),
      ter,
    ),
    isLessBetter: true,
  },
};
