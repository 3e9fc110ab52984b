/**
 * The words of one sentence by the Penn Treebank conventions. A stretch between white space decides its own words, unless it has quotes
 * or ends the sentence: the rules (`treebankRules.ts`) look at each such passage once, and its words are kept.
 */
import { detachString } from "../detachString.ts";
import type { NltkVersion } from "./Tokenizer.ts";
import { finalStopIn, firstClosers, wordsByRules } from "./treebankRules.ts";
import { isWhitespace } from "./whitespace.ts";

/** Whether the white space beside a stretch, and what is behind it, may matter to its words. */
const quotes = /['"`«»“”‘’„]/;

/** Words of passages, by key, kept from sentence to sentence. */
const kept: Readonly<Record<NltkVersion, Map<string, ReadonlyArray<string>>>> = {
  "3.8": new Map(),
  "3.10": new Map(),
};
const mostKept = 1 << 15;

/** Longer keys are not worth keeping. */
export const longestKey = 40;

/** Tokens of a passage by the rules; see `eachPassage` for its key. */
const wordsBehind = (key: string, nltk: NltkVersion): ReadonlyArray<string> => {
  const isSpaceAt = (at: number) => isWhitespace(key.charCodeAt(at));
  if (isSpaceAt(0)) {
    const hasLeft = key[1] === "x" && isSpaceAt(2);
    const hasRight = key.endsWith("x") && isSpaceAt(key.length - 2);
    return wordsByRules(key.slice(1), nltk).slice(hasLeft ? 1 : 0, hasRight ? -1 : undefined);
  }
  // A word on either side keeps off the rules for the start and the end of a text.
  return key.endsWith(" ")
    ? wordsByRules(`x ${key.slice(0, -1)}`, nltk).slice(1)
    : wordsByRules(`x ${key} x`, nltk).slice(1, -1);
};

/** The words of a passage by its key, found once for each that is short. */
export const passageWords = (key: string, nltk: NltkVersion): ReadonlyArray<string> => {
  const known = kept[nltk];
  let found = known.get(key);
  if (found === undefined) {
    found = wordsBehind(key, nltk);
    if (key.length <= longestKey) {
      if (known.size >= mostKept) known.clear();
      known.set(detachString(key), found.map(detachString));
    }
  }
  return found;
};

/** The first place from `at` on, and before `to`, that is white space or, with `isWhite`, that is none. */
const skip = (text: string, at: number, to: number, isWhite: boolean): number => {
  while (at < to && isWhitespace(text.charCodeAt(at)) === isWhite) at++;
  return at;
};

/**
 * The passages of the sentence from `from` to `to`, each with the key that its words hang on: the stretch itself; with a space behind
 * it, where it ends the sentence; or, a space before it, all that is seen at once for its quotes, an `x` and white space on either side
 * where it neither begins nor ends the sentence.
 *
 * @param next the start of the next stretch to look at, or a place behind the sentence
 */
export const eachPassage = (
  text: string,
  from: number,
  to: number,
  next: (at: number) => number,
  take: (start: number, end: number, key: string) => void,
): void => {
  // From the stretch with the full stop that ends the sentence, which brackets and quotes may follow, the rest is seen as one.
  let theEnd = finalStopIn(text, firstClosers, from, to);
  if (theEnd < 0) theEnd = to;
  else while (theEnd > from && !isWhitespace(text.charCodeAt(theEnd - 1))) theEnd--;
  for (let at = next(from); at < to; at = next(at)) {
    const start = at;
    at = skip(text, at, to, false);
    const stretch = text.slice(start, at);
    const isLast = start === theEnd;
    if (!quotes.test(stretch) && !(isLast && skip(text, at, to, true) < to)) {
      take(start, at, isLast ? `${stretch} ` : stretch);
      continue;
    }
    if (isLast) at = to;
    while (at < to) {
      const follower = skip(text, at, to, true);
      const end = follower === theEnd ? to : skip(text, follower, to, false);
      if (follower !== theEnd && !quotes.test(text.slice(follower, end))) break;
      at = end;
    }
    const left = start > from ? `x${text[start - 1]}` : "";
    const right = at < to ? `${text[at]}x` : "";
    take(start, at, ` ${left}${text.slice(start, at)}${right}`);
  }
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
  addTreebankWords([], sentence, 0, sentence.length, nltk);

/** Adds the words of the sentence from `from` to `to` to a list, and gives the list. */
export const addTreebankWords = (
  words: Array<string>,
  text: string,
  from: number,
  to: number,
  nltk: NltkVersion,
): Array<string> => {
  eachPassage(
    text,
    from,
    to,
    (at) => skip(text, at, to, true),
    (_start, _end, key) => {
      for (const word of passageWords(key, nltk)) words.push(word);
    },
  );
  return words;
};
