/** The metrics of machine translation as component types: BLEU in its variants, METEOR, chrF and TER. */

import { longestNgrams } from "../bounds.ts";
import { meteor } from "../meteor.ts";
import { type BleuSmoothing, bleu } from "../ngram/bleu.ts";
import { chrf, chrfCorpus } from "../ngram/chrf.ts";
import { sacreBleu, sacreBleuCorpus } from "../ngram/sacreBleu.ts";
import { ter, terCorpus } from "../ter/ter.ts";
import { tokenizer13a } from "../tokenize/sacrebleu.ts";
import { type Scorer, scorerOf } from "./Scorer.ts";
import { nltkOf, sacrebleuNames, tokenizerOf } from "./tokenizerParams.ts";

const nltkBleu: Scorer = {
  prepare: (params, providers) => {
    const weights = params.numberLists("weights", [0.25, 0.25, 0.25, 0.25], 0, 100, longestNgrams);
    const options = {
      smoothing: params.integer("smoothing", 0, 0, 7) as BleuSmoothing,
      weights,
      autoReweigh: params.boolean("auto_reweigh", false),
      tokenizer: tokenizerOf(params, providers, "word_tokenize"),
    };
    const lowercase = params.boolean("lowercase", false);
    const folded = (text: string) => (lowercase ? text.toLowerCase() : text);
    const score = (candidate: string, references: ReadonlyArray<string>) =>
      bleu(folded(candidate), references.map(folded), options);
    return {
      parts: weights.length === 1 ? [undefined] : weights.map((list) => list.join()),
      signatures: (references) => {
        const { signature } = score("", new Array<string>(references).fill(""));
        return weights.map((list) =>
          signature
            .replace("|case:mixed|", lowercase ? "|case:lc|" : "|case:mixed|")
            .concat(weights.length === 1 ? "" : `|of:${list.join()}`),
        );
      },
      score: ({ candidate, references }) => score(candidate, references).scores,
    };
  },
};

const ofSacreBleu = scorerOf(
  (params) => ({
    tokenizer: params.choice("tokenizer", sacrebleuNames, "13a"),
    smoothing: params.choice("smoothing", ["exp", "floor", "add-k", "none"], "exp"),
    lowercase: params.boolean("lowercase", false),
    effectiveOrder: params.boolean("use_effective_order", true),
    order: params.integer("order", 4, 1, longestNgrams),
  }),
  sacreBleu,
  sacreBleuCorpus,
);

/** Hugging Face's `bleu`: 13a tokens, no smoothing, in [0, 1], and the *shortest* reference for the brevity penalty. */
const evaluateBleu = scorerOf(
  (params) => ({ order: params.integer("order", 4, 1, longestNgrams) }),
  (candidate, references, { order }) => {
    const { matches, totals, candidateLength } = sacreBleu(candidate, references, { smoothing: "none", order });
    const shortest = Math.min(...references.map((reference) => tokenizer13a.tokenize(reference).length));
    const ratio = candidateLength / shortest;
    // A precision of 0, whose logarithm is infinite, leaves nothing.
    const log = matches.reduce((sum, count, index) => sum + Math.log(count / (totals[index] || 1)) / order, 0);
    return {
      score: Math.exp(log) * (ratio > 1 ? 1 : Math.exp(1 - 1 / ratio)),
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
      alpha: params.number("alpha", 0.9, 0, 1),
      beta: params.number("beta", 3, 0, 100),
      gamma: params.number("gamma", 0.5, 0, 1),
      nltk: nltkOf(params),
      tokenizer: tokenizerOf(params, providers, "word_tokenize"),
      synonyms: providers.synonyms,
    }),
    meteor,
  ),
  chrf: scorerOf(
    (params) => ({
      characterOrder: params.integer("char_order", 6, 0, longestNgrams),
      wordOrder: params.integer("word_order", 0, 0, longestNgrams),
      beta: params.number("beta", 2, 0, 1000),
      lowercase: params.boolean("lowercase", false),
      whitespace: params.boolean("whitespace", false),
      epsilonSmoothing: params.boolean("eps_smoothing", false),
    }),
    chrf,
    chrfCorpus,
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
      terCorpus,
    ),
    isLessBetter: true,
  },
};
