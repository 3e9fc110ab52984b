/**
 * The Penn Treebank's rules for words, as the `NLTKWordTokenizer` of NLTK 3.8 and of 3.10 has them.
 *
 * They are a series of substitutions, each seeing what the ones before it left behind, and a final split at white space. The order
 * is therefore part of the rules, and is kept. Every substitution takes time linear in the text; the two that would not as patterns
 * (the full stop that ends the text) are written out, once for both, since the second finds nothing that the first has left.
 *
 * Source: NLTK 3.8 and 3.10, `nltk.tokenize.NLTKWordTokenizer`; Robert MacIntyre, "tokenizer.sed" (Penn Treebank project).
 */
import type { NltkVersion } from "./Tokenizer.ts";
import { isWhitespace, splitWhitespace, whitespaceCharacters } from "./whitespace.ts";

/** A word character as Python's `\w` has it: marks are not among them, letters and numbers of all scripts are. */
const word = "[\\p{L}\\p{N}_]";
const notBefore = `(?<!${word})`;
const notAfter = `(?!${word})`;

/** Letters that Python takes for one another when it ignores case; `i` and `s` have more partners than upper case. */
const anyCase = (letters: string): string =>
  letters.replace(/[a-z]/g, (letter) =>
    letter === "i" ? "[iIİı]" : letter === "s" ? "[sSſ]" : `[${letter}${letter.toUpperCase()}]`,
  );

/** An apostrophe that opens something. In 3.8 that is one letter, also inside a word; in 3.10 any word that begins with the apostrophe. */
const openingApostrophe: Readonly<Record<NltkVersion, RegExp>> = {
  "3.8": new RegExp(`'(?![mMtTsSſdDnN])(?=${word}${notAfter})`, "gu"),
  "3.10": new RegExp(`${notBefore}'(?!(?:${anyCase("re|ve|ll|m|t|s|d|n")})${notAfter})(?=${word})`, "gu"),
};
const whitespaceRun = new RegExp(`[${whitespaceCharacters}]+`, "g");
const separatorBeforeText = /([:,])(\P{Nd})/gu;
const contraction = (before: string, first: string, second: string, after: string): RegExp =>
  new RegExp(`${before}(${anyCase(first)})(${anyCase(second)})${after}`, "gu");

const contractions = [
  contraction(notBefore, "can", "not", notAfter),
  contraction(notBefore, "d", "'ye", notAfter),
  contraction(notBefore, "gim", "me", notAfter),
  contraction(notBefore, "gon", "na", notAfter),
  contraction(notBefore, "got", "ta", notAfter),
  contraction(notBefore, "lem", "me", notAfter),
  contraction(notBefore, "more", "'n", notAfter),
  contraction(notBefore, "wan", "na", `(?=[${whitespaceCharacters}])`),
  contraction(" ", "'t", "is", notAfter),
  contraction(" ", "'t", "was", notAfter),
];
const openingQuotes = (text: string, nltk: NltkVersion): string =>
  text
    .replace(/[«“‘„]|`+/g, " $& ")
    .replace(/^"/, "``")
    .replace(/``/g, " `` ")
    .replace(/([ ([{<])(?:"|'')/g, "$1 `` ")
    .replace(openingApostrophe[nltk], "' ");

/** Characters allowed between the full stop that ends a sentence and the sentence's end. */
export const firstClosers = "])}>\"'»”’ ";

/** Where the full stop is that ends the text from `from` to `to`, closing brackets, quotes and white space aside; -1 when there is none. */
export const finalStopIn = (text: string, closers: string, from = 0, to = text.length): number => {
  let stop = to - 1;
  while (stop >= from && isWhitespace(text.charCodeAt(stop))) stop--;
  while (stop >= from && closers.includes(text[stop]!)) stop--;
  return stop > from && text[stop] === "." && text[stop - 1] !== "." ? stop : -1;
};

/** Sets the full stop that ends the text apart from the word before it and what closes behind it. */
const finalStop = (text: string): string => {
  const stop = finalStopIn(text, firstClosers);
  if (stop < 0) return text;
  let close = stop + 1;
  while (close < text.length && firstClosers.includes(text[close]!)) close++;
  return `${text.slice(0, stop)} . ${text.slice(stop + 1, close)} `;
};

const punctuation = (text: string, nltk: NltkVersion): string =>
  finalStop(text)
    .replace(separatorBeforeText, " $1 $2")
    .replace(/[:,](?=\n?$)/g, " $& ")
    .replace(/\.{2,}/g, " $& ")
    .replace(nltk === "3.8" ? /[;@#$%&]/g : /[;@#$%&\u2012-\u2015]/g, " $& ")
    .replace(/[?!]/g, " $& ")
    .replace(/([^'])' /g, "$1 ' ")
    .replace(/[*\][(){}<>]|--/g, " $& ");

const closingQuotes = (text: string, nltk: NltkVersion): string =>
  text
    .replace(/[»”’]/g, " $& ")
    .replace(/''|"/g, " '' ")
    .replace(nltk === "3.8" ? /$^/ : whitespaceRun, " ")
    .replace(/([^' ])('[sS]|'[mM]|'[dD]|') /g, "$1 $2 ")
    .replace(/([^' ])('ll|'LL|'re|'RE|'ve|'VE|n't|N'T) /g, "$1 $2 ");

/** The words of a sentence by all the rules, one after the other. */
export const wordsByRules = (sentence: string, nltk: NltkVersion): Array<string> => {
  let text = closingQuotes(` ${punctuation(openingQuotes(sentence, nltk), nltk)} `, nltk);
  // Words that are written as one: `can not`.
  for (const pattern of contractions) text = text.replace(pattern, " $1 $2 ");
  return splitWhitespace(text);
};
