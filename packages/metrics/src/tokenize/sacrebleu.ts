/**
 * The tokenizers of sacrebleu 2.6: `13a`, `intl`, `char`, `zh` and `none`, each named in a signature as sacrebleu names it.
 *
 * Substitutions follow one another and see what the ones before left, so the order is part of the rules; each takes time linear in
 * the text. (sacrebleu 2.6.0 `sacrebleu.tokenizers`; NIST `mteval-v13a.pl` and `mteval-v14.pl`.)
 */
import type { Tokenizer } from "./Tokenizer.ts";
import { isWhitespace, splitWhitespace, trim } from "./whitespace.ts";

/** ASCII punctuation on its own, but for apostrophe, dash, full stop and comma, which depend on what stands beside them. */
const western = (text: string): Array<string> =>
  splitWhitespace(
    text
      .replace(/[{-~[-` -&(-+:-@/]/g, " $& ")
      .replace(/([^0-9])([.,])/g, "$1 $2 ")
      .replace(/([.,])([^0-9])/g, " $1 $2")
      .replace(/([0-9])-/g, "$1 - "),
  );

const unescaped = (text: string): string =>
  text.replaceAll("&quot;", '"').replaceAll("&amp;", "&").replaceAll("&lt;", "<").replaceAll("&gt;", ">");

/** `13a`, sacrebleu's default: mteval-v13a, for Western languages. Lines are joined, a dash at the end of one falling away. */
export const tokenizer13a: Tokenizer = {
  name: "13a",
  tokenize: (text) => {
    const line = text.replaceAll("<skipped>", "").replaceAll("-\n", "").replaceAll("\n", " ");
    return western(` ${line.includes("&") ? unescaped(line) : line} `);
  },
};

/** `intl`: mteval-v14, punctuation and symbols of all scripts; a full stop or comma stays within a number. */
export const tokenizerIntl: Tokenizer = {
  name: "intl",
  tokenize: (text) =>
    splitWhitespace(
      text
        .replace(/(\P{N})(\p{P})/gu, "$1 $2 ")
        .replace(/(\p{P})(\P{N})/gu, " $1 $2")
        .replace(/\p{S}/gu, " $& "),
    ),
};

/** `char`: every code point that is not white space. */
export const tokenizerChar: Tokenizer = {
  name: "char",
  tokenize: (text) => Array.from(text).filter((character) => !isWhitespace(character.charCodeAt(0))),
};

/**
 * What sacrebleu takes for Chinese. Two of its ranges were meant for the supplementary planes and, being written with four digits,
 * cover U+2001–U+2A6D and U+2F81–U+2FA1 instead; ideographs beyond U+FFFF are therefore not split.
 */
const chinese =
  /[\u2001-\u2a6d\u2e80-\u2eff\u2f00-\u2fdf\u2ff0-\u303f\u3100-\u312f\u31a0-\u31bf\u31c0-\u31ef\u3200-\u33ff\u3400-\u4db5\u4e00-\u9fbb\uf900-\ufa2d\ufa30-\ufa6a\ufa70-\ufad9\ufe10-\ufe1f\ufe30-\ufe4f\uff00-\uffef]/g;

/** `zh`: every Chinese character on its own, the rest as mteval-v13a. */
export const tokenizerZh: Tokenizer = {
  name: "zh",
  tokenize: (text) => western(trim(text).replace(chinese, " $& ")),
};

/** `none`: white space alone. */
export const tokenizerNone: Tokenizer = { name: "none", tokenize: splitWhitespace };

/** The tokenizers by sacrebleu's names. */
export const sacrebleuTokenizers = {
  "13a": tokenizer13a,
  intl: tokenizerIntl,
  char: tokenizerChar,
  zh: tokenizerZh,
  none: tokenizerNone,
} as const;
