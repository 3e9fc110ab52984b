/**
 * The tokenizers of sacrebleu 2.6: `13a`, `intl`, `char`, `zh` and `none`, each named in a signature as sacrebleu names it.
 *
 * The reference implementations substitute one pattern after the other, each seeing what the ones before left; what comes of that is
 * what is meant here. All take time linear in the text. (sacrebleu 2.6.0 `sacrebleu.tokenizers`; NIST `mteval-v13a.pl` and `mteval-v14.pl`.)
 */
import { kindsOf, whitespaceCharacters } from "./Kinds.ts";
import type { Tokenizer } from "./Tokenizer.ts";
import { isWhitespace, splitWhitespace, trim } from "./whitespace.ts";

/**
 * What a character is to mteval-v13a: stops and commas are points, apostrophes are letters, every other punctuation mark of ASCII
 * stands alone.
 */
const letter = 0;
const space = 1;
const point = 2;
const digit = 3;
const dash = 4;
const kinds = kindsOf(whitespaceCharacters, ".,", "0123456789", "-", '!"#$%&()*+/:;<=>?@[\\]^_`{|}~');

const kindAt = (text: string, at: number): number => kinds[text.charCodeAt(at)]!;

/**
 * The tokens of mteval-v13a in one pass, instead of its four substitutions one after another, which come to this:
 *
 * Marks stand alone. A dash stands alone behind a digit. Points stand alone, but for the last of a run of an even number of them, or
 * of an odd number behind a digit or at the very start of the text: that one stays with a digit on its right, and when it is the
 * only one with the digit on its left, unless something else than a digit follows.
 *
 * @param padded whether the substitutions see a space before and after the text
 */
const western = (text: string, padded: boolean): Array<string> => {
  const tokens: Array<string> = [];
  const outside = padded ? space : undefined;
  let start = -1;
  let before = outside;
  for (let at = 0; at < text.length; ) {
    const kind = kindAt(text, at);
    if (kind === letter || kind === digit || (kind === dash && before !== digit)) {
      if (start < 0) start = at;
      before = kind;
      at++;
      continue;
    }
    let end = at + 1;
    let joined = false;
    if (kind === point) {
      while (end < text.length && kindAt(text, end) === point) end++;
      const after = end < text.length ? kindAt(text, end) : outside;
      const isLoose = (end - at) % 2 === (before === digit || before === undefined ? 1 : 0);
      joined = isLoose && (after === digit || after === undefined);
    }
    const stays = joined && end === at + 1 && before === digit;
    if (start >= 0 && !stays) tokens.push(text.slice(start, at));
    if (!stays) start = -1;
    if (kind !== space) {
      for (; at < end - (joined ? 1 : 0); at++) tokens.push(text[at]!);
      if (joined && !stays) start = at;
    }
    before = kind;
    at = end;
  }
  if (start >= 0) tokens.push(text.slice(start));
  return tokens;
};

const unescaped = (text: string): string =>
  text.replaceAll("&quot;", '"').replaceAll("&amp;", "&").replaceAll("&lt;", "<").replaceAll("&gt;", ">");

/** `13a`, sacrebleu's default: mteval-v13a, for Western languages. Lines are joined, a dash at the end of one falling away. */
export const tokenizer13a: Tokenizer = {
  name: "13a",
  tokenize: (text) => {
    const whole = text.replaceAll("<skipped>", "").replaceAll("-\n", "");
    return western(whole.includes("&") ? unescaped(whole) : whole, true);
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
  tokenize: (text) => western(trim(text).replace(chinese, " $& "), false),
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
