/** Further metrics of machine translation as component types. */
import { longestNgrams } from "../bounds.ts";
import { countingScorerOf, type Scorer, scorerOf } from "../config/Scorer.ts";
import { tokenizerOf } from "../config/tokenizerParams.ts";
import { translationScorers as rootScorers } from "../config/translationScorers.ts";
import { gleu } from "../ngram/gleu.ts";
import { ribes } from "../ngram/ribes.ts";
import { sacreBleu } from "../ngram/sacreBleu.ts";
import { terCorpus } from "../ter/ter.ts";
import { tokenizer13a } from "../tokenize/sacrebleu.ts";

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

/** `bleu` with Hugging Face's implementation beside the root's two. */
const anyBleu: Scorer = {
  prepare: (params, providers) => {
    const name = params.choice("implementation", ["nltk", "sacrebleu", "evaluate"], "nltk");
    return (name === "evaluate" ? evaluateBleu : rootScorers.bleu!).prepare(params, providers);
  },
};

export const translationScorers: Readonly<Record<string, Scorer>> = {
  bleu: anyBleu,
  ribes: scorerOf(
    (params, providers) => ({
      alpha: params.number("alpha", 0.25, 0, 100),
      beta: params.number("beta", 0.1, 0, 100),
      tokenizer: tokenizerOf(params, providers, "word_tokenize"),
    }),
    ribes,
  ),
  gleu: scorerOf((params, providers) => {
    const minimumOrder = params.integer("min_len", 1, 1, longestNgrams);
    const maximumOrder = params.integer("max_len", Math.max(4, minimumOrder), minimumOrder, longestNgrams);
    return { minimumOrder, maximumOrder, tokenizer: tokenizerOf(params, providers, "13a") };
  }, gleu),
  ter: {
    ...countingScorerOf(
      (params) => ({
        normalized: params.boolean("normalized", false),
        noPunctuation: params.boolean("no_punct", false),
        asianSupport: params.boolean("asian_support", false),
        caseSensitive: params.boolean("case_sensitive", false),
      }),
      terCorpus,
    ),
    isLessBetter: true,
  },
};
