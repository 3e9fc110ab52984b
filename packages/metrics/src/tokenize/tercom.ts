/**
 * The tokenizer under TER: Tercom's, as sacrebleu 2.6 has it. By default it only folds case and splits at white space.
 *
 * Tercom's rules for runs of kana are left out: they apply only at the very start of a text, which normalization has padded with a
 * space by then. (sacrebleu 2.6.0 `tokenizer_ter`; Snover et al., Tercom 0.7 `Normalizer`.)
 */
import { checkOptions } from "../checkOptions.ts";
import { unescaped, westernTokens } from "./mteval13a.ts";
import type { Tokenizer } from "./Tokenizer.ts";
import { splitWhitespace } from "./whitespace.ts";

/** What Tercom does to a text before it is split. */
export interface TercomOptions {
  /** Set punctuation apart, join lines, resolve `&quot; &amp; &lt; &gt;`. Default false. */
  readonly normalized?: boolean | undefined;
  /** Remove `. , ? : ; ! " ( )`. Default false. */
  readonly noPunctuation?: boolean | undefined;
  /** With `normalized`: every ideograph on its own. With `noPunctuation`: remove Asian punctuation too. Default false. */
  readonly asianSupport?: boolean | undefined;
  /** Default false: case is folded. */
  readonly caseSensitive?: boolean | undefined;
}

const asianPunctuation =
  /[\u3001\u3002\u3008-\u3011\u3014-\u301f\uff61-\uff65\u30fb\uff0e\uff0c\uff1f\uff1a\uff1b\uff01\uff02\uff08\uff09]/g;

/** U+3200–U+3F22 is a slip for U+32FF in the reference, and part of its numbers. */
const ideographs = /[\u2e80-\u2eff\u31c0-\u31ef\u3200-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f]/g;

/** @internal */
export const tercomNames: Record<keyof TercomOptions, true> = {
  normalized: true,
  noPunctuation: true,
  asianSupport: true,
  caseSensitive: true,
};

/** mteval-v13a's tokens with spaces between, a possessive `'s` set apart where a space or a mark that is a token by itself follows. */
const normalizedWestern = (text: string): string => {
  const line = unescaped(text.replaceAll("\n-", "").replaceAll("\n", " "));
  return westernTokens(line.replace(/'s(?=[{-~[-` -&(-+:-@/]|$)/g, " 's"), true).join(" ");
};

/** Tercom's tokenizer with these settings. */
export const tercom = (options: TercomOptions = {}): Tokenizer => {
  checkOptions("tercom", options, tercomNames);
  return tercomWith(options);
};

const tercomWith = (options: TercomOptions): Tokenizer => ({
  name: "tercom",
  tokenize: (text) => {
    if (options.caseSensitive !== true) text = text.toLowerCase();
    if (options.normalized === true) {
      text = normalizedWestern(text);
      if (options.asianSupport === true) text = text.replace(ideographs, " $& ").replace(asianPunctuation, " $& ");
    }
    if (options.noPunctuation === true) {
      text = text.replace(/[.,?:;!"()]/g, "");
      if (options.asianSupport === true) text = text.replace(asianPunctuation, "");
    }
    return splitWhitespace(text);
  },
});
