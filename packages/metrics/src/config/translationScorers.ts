/** The metrics of machine translation as component types: BLEU in its variants, METEOR, GLEU, chrF and TER. */

import { meteor } from "../meteor.ts";
import { type BleuSmoothing, bleu } from "../ngram/bleu.ts";
import { chrf } from "../ngram/chrf.ts";
import { gleu } from "../ngram/gleu.ts";
import { type SacreBleuScore, sacreBleu } from "../ngram/sacreBleu.ts";
import { ter } from "../ter/ter.ts";
import { sacrebleuTokenizers, tokenizer13a } from "../tokenize/sacrebleu.ts";
import { type Tokenizer, whitespace } from "../tokenize/Tokenizer.ts";
import { wordTokenizer } from "../tokenize/wordTokenize.ts";
import { type Params, type Prepared, type Providers, type Scorer, single } from "./Scorer.ts";

const names = [
  "word_tokenize",
  "whitespace",
  ...(Object.keys(sacrebleuTokenizers) as Array<keyof typeof sacrebleuTokenizers>),
] as const;

const isWhole = (least: number) => (value: number) => Number.isInteger(value) && value >= least;

/** The `tokenizer` param. `word_tokenize` splits sentences where a splitter is given; the signature says which it was. */
export const tokenizerOf = (params: Params, providers: Providers, fallback: (typeof names)[number]): Tokenizer => {
  const name = params.choice("tokenizer", names, fallback);
  if (name === "word_tokenize") return wordTokenizer(providers.sentences);
  return name === "whitespace" ? whitespace : sacrebleuTokenizers[name];
};

const prepareNltkBleu = (params: Params, providers: Providers): Prepared => {
  const smoothing = params.number("smoothing", 0, (value) => isWhole(0)(value) && value <= 7) as BleuSmoothing;
  const weights = params.numbers("weights", [0.25, 0.25, 0.25, 0.25]);
  const tokenizer = tokenizerOf(params, providers, "word_tokenize");
  const lowercase = params.boolean("lowercase", false);
  const folded = (text: string) => (lowercase ? text.toLowerCase() : text);
  return single(({ candidate, references }) => {
    const score = bleu(folded(candidate), references.map(folded), { smoothing, weights, tokenizer });
    return lowercase ? { ...score, signature: score.signature.replace("|case:mixed|", "|case:lc|") } : score;
  });
};

const prepareSacreBleu = (params: Params): Prepared => {
  const tokenizer = params.choice(
    "tokenizer",
    Object.keys(sacrebleuTokenizers) as Array<keyof typeof sacrebleuTokenizers>,
    "13a",
  );
  const smoothing = params.choice("smoothing", ["exp", "floor", "add-k", "none"], "exp");
  const options = {
    tokenizer,
    smoothing,
    lowercase: params.boolean("lowercase", false),
    effectiveOrder: params.boolean("use_effective_order", true),
    order: params.number("order", 4, isWhole(1)),
  };
  return single(({ candidate, references }) => sacreBleu(candidate, references, options));
};

/** Hugging Face's `bleu`: 13a tokens, no smoothing, in [0, 1], and the *shortest* reference for the brevity penalty. */
const evaluateBleu = (counts: SacreBleuScore, shortest: number): number => {
  if (counts.matches.some((matches) => matches === 0)) return 0;
  const logs = counts.matches.map((matches, index) => Math.log(matches / counts.totals[index]!));
  const mean = Math.exp(logs.reduce((sum, log) => sum + log / logs.length, 0));
  const ratio = counts.candidateLength / shortest;
  return ratio > 1 ? mean : mean * Math.exp(1 - 1 / ratio);
};

const prepareEvaluateBleu = (params: Params): Prepared => {
  const order = params.number("order", 4, isWhole(1));
  return single(({ candidate, references }) => {
    const counts = sacreBleu(candidate, references, { smoothing: "none", order });
    const shortest = Math.min(...references.map((reference) => tokenizer13a.tokenize(reference).length));
    const signature = `bleu|nrefs:${references.length}|case:mixed|tok:13a|smooth:none|order:${order}|reflen:shortest|impl:evaluate`;
    return { score: evaluateBleu(counts, shortest), signature };
  });
};

const bleuScorer: Scorer = {
  prepare: (params, providers) => {
    switch (params.choice("implementation", ["nltk", "sacrebleu", "evaluate"], "nltk")) {
      case "nltk":
        return prepareNltkBleu(params, providers);
      case "sacrebleu":
        return prepareSacreBleu(params);
      case "evaluate":
        return prepareEvaluateBleu(params);
    }
  },
};

const meteorScorer: Scorer = {
  prepare: (params, providers) => {
    const options = {
      alpha: params.number("alpha", 0.9),
      beta: params.number("beta", 3),
      gamma: params.number("gamma", 0.5),
      tokenizer: tokenizerOf(params, providers, "word_tokenize"),
      synonyms: providers.synonyms,
    };
    return single(({ candidate, references }) => meteor(candidate, references, options));
  },
};

const gleuScorer: Scorer = {
  prepare: (params, providers) => {
    const minimumOrder = params.number("min_len", 1, isWhole(1));
    const maximumOrder = params.number("max_len", 4, isWhole(minimumOrder));
    const options = { minimumOrder, maximumOrder, tokenizer: tokenizerOf(params, providers, "13a") };
    return single(({ candidate, references }) => gleu(candidate, references, options));
  },
};

const chrfScorer: Scorer = {
  prepare: (params) => {
    const options = {
      characterOrder: params.number("char_order", 6, isWhole(0)),
      wordOrder: params.number("word_order", 0, isWhole(0)),
      beta: params.number("beta", 2, (value) => value >= 0),
      lowercase: params.boolean("lowercase", false),
      whitespace: params.boolean("whitespace", false),
      epsilonSmoothing: params.boolean("eps_smoothing", false),
    };
    return single(({ candidate, references }) => chrf(candidate, references, options));
  },
};

const terScorer: Scorer = {
  prepare: (params) => {
    const options = {
      normalized: params.boolean("normalized", false),
      noPunctuation: params.boolean("no_punct", false),
      asianSupport: params.boolean("asian_support", false),
      caseSensitive: params.boolean("case_sensitive", false),
    };
    return single(({ candidate, references }) => ter(candidate, references, options));
  },
};

export const translationScorers: Readonly<Record<string, Scorer>> = {
  bleu: bleuScorer,
  sacrebleu: { prepare: prepareSacreBleu },
  meteor: meteorScorer,
  gleu: gleuScorer,
  chrf: chrfScorer,
  ter: terScorer,
};
