/**
 * The words of one sentence by the Penn Treebank conventions. A stretch between white space decides its own words, unless it has quotes
 * or ends the sentence: the rules (`treebankRules.ts`) look at each such stretch once, and its words are kept.
 */
import { detachString } from "../detachString.ts";
import type { NltkVersion } from "./Tokenizer.ts";
import { finalStopIn, firstClosers, wordsByRules } from "./treebankRules.ts";
import { isWhitespace } from "./whitespace.ts";

/** Whether the white space beside a stretch, and what is behind it, may matter to its words. */
const quotes = /['"`«»“”‘’„]/;

/** Words of stretches and of runs of them, kept from sentence to sentence; those that end a sentence are kept with a space behind them. */
const kept: Readonly<Record<NltkVersion, Map<string, ReadonlyArray<string>>>> = {
  "3.8": new Map(),
  "3.10": new Map(),
};
const mostKept = 1 << 15;
const longestKept = 40;

/** The words of a stretch without quotes, which another one follows or, with a space behind it, none. */
const wordsOf = (stretch: string, nltk: NltkVersion): Array<string> => {
  const isLast = stretch.endsWith(" ");
  // A word on either side keeps off the rules for the start and the end of a text.
  const found = wordsByRules(`x ${isLast ? stretch.trimEnd() : `${stretch} x`}`, nltk);
  return found.slice(1, isLast ? undefined : -1);
};

/** What `find` gives for a text, found once for each that is short. */
const recalled = (text: string, nltk: NltkVersion, find: typeof wordsByRules): ReadonlyArray<string> => {
  const known = kept[nltk];
  let found = known.get(text);
  if (found === undefined) {
    found = find(text, nltk) as ReadonlyArray<string>;
    if (text.length <= longestKept) {
      if (known.size >= mostKept) known.clear();
      known.set(detachString(text), found.map(detachString));
    }
  }
  return found;
};

/** End of the stretch without white space that starts here. */
const stretchEnd = (text: string, start: number): number => {
  let end = start;
  while (end < text.length && !isWhitespace(text.charCodeAt(end))) end++;
  return end;
};

/** Where the next stretch starts, or the text ends. */
const nextStretch = (text: string, from: number): number => {
  let at = from;
  while (at < text.length && isWhitespace(text.charCodeAt(at))) at++;
  return at;
};

/** Adds the words of the stretch that starts here, and of those after it that have quotes too; gives the end of the last. */
const addByRules = (words: Array<string>, text: string, start: number, theEnd: number, nltk: NltkVersion): number => {
  let end = start === theEnd ? text.length : stretchEnd(text, start);
  while (end < text.length) {
    const next = nextStretch(text, end);
    if (next === theEnd) end = text.length;
    else if (quotes.test(text.slice(next, stretchEnd(text, next)))) end = stretchEnd(text, next);
    else break;
  }
  const left = start > 0 ? `x${text[start - 1]}` : "";
  const right = end < text.length ? `${text[end]}x` : "";
  // It has a quote or white space inside, as no stretch without quotes has.
  const found = recalled(left + text.slice(start, end) + right, nltk, wordsByRules);
  const last = found.length - (right === "" ? 0 : 1);
  for (let at = left === "" ? 0 : 1; at < last; at++) words.push(found[at]!);
  return end;
};

/**
 * The words and marks of one sentence by the Penn Treebank conventions: `NLTKWordTokenizer().tokenize(sentence)`.
 *
 * @param nltk whose rules; default `3.10`
 * @example
 * ```ts
 * import { treebankWords } from "@evalwire/metrics"
 *
 * treebankWords("They can't say \"no\".") // => ["They", "ca", "n't", "say", "``", "no", "''", "."]
 * ```
 */
export const treebankWords = (sentence: string, nltk: NltkVersion = "3.10"): Array<string> =>
  addTreebankWords([], sentence, nltk);

/** Adds the words of one sentence to a list, and gives the list. */
export const addTreebankWords = (words: Array<string>, sentence: string, nltk: NltkVersion): Array<string> => {
  // From the stretch with the full stop that ends the sentence, which brackets and quotes may follow, the rest is seen as one.
  let theEnd = finalStopIn(sentence, firstClosers);
  if (theEnd < 0) theEnd = sentence.length;
  else while (theEnd > 0 && !isWhitespace(sentence.charCodeAt(theEnd - 1))) theEnd--;
  for (let at = nextStretch(sentence, 0); at < sentence.length; at = nextStretch(sentence, at)) {
    const end = stretchEnd(sentence, at);
    const stretch = sentence.slice(at, end);
    const isLast = at === theEnd;
    if (quotes.test(stretch) || (isLast && nextStretch(sentence, end) < sentence.length)) {
      at = addByRules(words, sentence, at, theEnd, nltk);
    } else {
      for (const word of recalled(isLast ? `${stretch} ` : stretch, nltk, wordsOf)) words.push(word);
      at = end;
    }
  }
  return words;
};
