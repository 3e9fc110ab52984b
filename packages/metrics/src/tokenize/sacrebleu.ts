/**
 * The tokenizers of sacrebleu 2.6: `13a`, `intl`, `char`, `zh` and `none`, each named in a signature as sacrebleu names it.
 *
 * The reference implementations substitute one pattern after the other, each seeing what the ones before left; what comes of that is
 * what is meant here. All take time linear in the text. (sacrebleu 2.6.0 `sacrebleu.tokenizers`; NIST `mteval-v13a.pl` and `mteval-v14.pl`.)
 */
import { unescaped, westernTokens } from "./mteval13a.ts";
import type { Tokenizer } from "./Tokenizer.ts";
import { isWhitespace, splitWhitespace, trim } from "./whitespace.ts";

/** `13a`, sacrebleu's default: mteval-v13a, for Western languages. Lines are joined, a dash at the end of one falling away. */
export const tokenizer13a: Tokenizer = {
  name: "13a",
  tokenize: (text) => {
    const whole = text.replaceAll("<skipped>", "").replaceAll("-\n", "");
    return westernTokens(whole.includes("&") ? unescaped(whole) : whole, true);
  },
  isLocal: (text) => !text.includes("<skipped>") && !text.includes("-\n"),
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
 * Characters that sacrebleu takes for Chinese. Two of its ranges were meant for the supplementary planes and, being written with four digits,
 * cover U+2001–U+2A6D and U+2F81–U+2FA1 instead; ideographs beyond U+FFFF are therefore not split.
 */
const chinese =
  /[\u2001-\u2a6d\u2e80-\u2fdf\u2ff0-\u303f\u3100-\u312f\u31a0-\u31ef\u3200-\u4db5\u4e00-\u9fbb\uf900-\ufa2d\ufa30-\ufa6a\ufa70-\ufad9\ufe10-\ufe1f\ufe30-\ufe4f\uff00-\uffef]/g;

/** `zh`: every Chinese character on its own, the rest as mteval-v13a. */
export const tokenizerZh: Tokenizer = {
  name: "zh",
  tokenize: (text) => westernTokens(trim(text).replace(chinese, " $& "), false),
};

/** `none`: white space only. */
export const tokenizerNone: Tokenizer = { name: "none", tokenize: splitWhitespace, isLocal: () => true };

/** The tokenizers by sacrebleu's names. */
export const sacrebleuTokenizers = {
  "13a": tokenizer13a,
  intl: tokenizerIntl,
  char: tokenizerChar,
  zh: tokenizerZh,
  none: tokenizerNone,
} as const;
