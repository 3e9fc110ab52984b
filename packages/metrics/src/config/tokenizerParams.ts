/** The params that name a tokenizer, read from a component. */
import { sacrebleuTokenizers } from "../tokenize/sacrebleu.ts";
import { type NltkVersion, type SentenceSplitter, type Tokenizer, whitespace } from "../tokenize/Tokenizer.ts";
import { wordTokenizer } from "../tokenize/wordTokenize.ts";
import type { Params, Providers } from "./Scorer.ts";

export const sacrebleuNames = Object.keys(sacrebleuTokenizers) as Array<keyof typeof sacrebleuTokenizers>;
const names = ["word_tokenize", "whitespace", ...sacrebleuNames] as const;

/** The `nltk` param: whose `word_tokenize`, Punkt and WordNet. */
export const nltkOf = (params: Params): NltkVersion => params.choice("nltk", ["3.8", "3.10"], "3.10");

/** The sentence splitter under the rules of the component's NLTK. */
export const sentencesOf = (params: Params, { sentences }: Providers): SentenceSplitter | undefined =>
  sentences?.as?.(nltkOf(params)) ?? sentences;

/** The `tokenizer` param. `word_tokenize` splits sentences where a splitter is given; the signature says which it was. */
export const tokenizerOf = (params: Params, providers: Providers, fallback: (typeof names)[number]): Tokenizer => {
  const name = params.choice("tokenizer", names, fallback);
  const nltk = nltkOf(params);
  if (name === "word_tokenize") return wordTokenizer(providers.sentences, nltk);
  return name === "whitespace" ? whitespace : sacrebleuTokenizers[name];
};
