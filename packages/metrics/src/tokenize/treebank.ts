/**
 * The words of one sentence by the Penn Treebank conventions, found in one pass where nothing but the character and its neighbours
 * decides, and by the rules (`treebankRules.ts`) in the stretches that have quotes or the like.
 */
import { kindsOf } from "./Kinds.ts";
import { finalStopIn, firstClosers, uncontracted, wordsByRules } from "./treebankRules.ts";
import { splitWhitespace, whitespaceCharacters } from "./whitespace.ts";

/**
 * What a character is to the rules. `twin` is a letter that doubled may be inside a contraction, as in `cannot`. Kind 7, what is left,
 * is a mark that always stands alone.
 */
const letter = 0;
const space = 1;
const comma = 2;
const stop = 3;
const dash = 4;
const twin = 5;
const quote = 6;
const kinds = kindsOf(whitespaceCharacters, ",:", ".", "-", "mntMNT", "'\"`«»“”‘’„", ";@#$%&?!*[](){}<>");

const kindAt = (text: string, at: number): number => kinds[text.charCodeAt(at)]!;

const isDigitAt = (text: string, at: number): boolean => {
  const unit = text.charCodeAt(at);
  return unit < 128 ? unit >= 48 && unit <= 57 : /^\p{Nd}/u.test(String.fromCodePoint(text.codePointAt(at)!));
};

/** The middles of `cannot`, `wanna`, `gimme`, `gonna`, `gotta`, `lemme`. */
const middle = /^(?:ann[oa]|[iİı]mme|onna|otta|emme)$/i;

/** Whether a letter is doubled here as in one of the contractions. */
const isTwinAt = (text: string, at: number): boolean =>
  (text.charCodeAt(at) | 32) === (text.charCodeAt(at + 1) | 32) && middle.test(text.slice(at - 1, at + 3));

/** End of the stretch without white space that starts here. */
const stretchEnd = (text: string, start: number): number => {
  let end = start;
  while (end < text.length && kindAt(text, end) !== space) end++;
  return end;
};

/** Where the next stretch starts, or the text ends. */
const nextStretch = (text: string, from: number): number => {
  let at = from;
  while (at < text.length && kindAt(text, at) === space) at++;
  return at;
};

/** Whether a character of these needs the rules: a quote, or a comma or colon before another one. */
const needsRules = (text: string, start: number, end: number): boolean => {
  for (let at = start; at < end; at++) {
    const kind = kindAt(text, at);
    if (kind === quote || (kind === comma && at + 1 < end && kindAt(text, at + 1) === comma)) return true;
  }
  return false;
};

/** From where on the rules see the rest of the text as one: where brackets and quotes may hide the stop that ends it. */
const startOfEnd = (text: string): number => {
  let start = text.lastIndexOf(".");
  if (start < 0) return text.length;
  while (start > 0 && kindAt(text, start - 1) !== space) start--;
  return needsRules(text, start, text.length) ? start : text.length;
};

/** Adds the words of the stretch that starts here, and of those after it that need the rules too; gives the end of the last. */
const addByRules = (words: Array<string>, text: string, start: number, theEnd: number): number => {
  let end = start === theEnd ? text.length : stretchEnd(text, start);
  while (end < text.length) {
    const next = nextStretch(text, end);
    if (next === theEnd) end = text.length;
    else if (needsRules(text, next, stretchEnd(text, next))) end = stretchEnd(text, next);
    else break;
  }
  // A word on either side keeps off the rules for the start and the end of a text.
  const left = start > 0 ? `x${text[start - 1]}` : "";
  const right = end < text.length ? `${text[end]}x` : "";
  const found = wordsByRules(left + text.slice(start, end) + right);
  const last = found.length - (right === "" ? 0 : 1);
  for (let at = left === "" ? 0 : 1; at < last; at++) words.push(found[at]!);
  return end;
};

/** Adds what lies between marks, unless it is nothing. */
const addPlain = (words: Array<string>, text: string, start: number, end: number, hasTwins: boolean): void => {
  if (start === end) return;
  const word = text.slice(start, end);
  if (!hasTwins) words.push(word);
  else for (const part of splitWhitespace(uncontracted(` ${word} `))) words.push(part);
};

/**
 * The words and marks of one sentence by the Penn Treebank conventions: `NLTKWordTokenizer().tokenize(sentence)` of NLTK 3.8.
 *
 * @example
 * ```ts
 * import { treebankWords } from "@evalwire/metrics"
 *
 * treebankWords("They can't say \"no\".") // => ["They", "ca", "n't", "say", "``", "no", "''", "."]
 * ```
 */
export const treebankWords = (sentence: string): Array<string> => addTreebankWords([], sentence);

/** Adds the words of one sentence to a list, and gives the list. */
export const addTreebankWords = (words: Array<string>, sentence: string): Array<string> => {
  const theEnd = startOfEnd(sentence);
  const fullStop = theEnd < sentence.length ? -1 : finalStopIn(sentence, firstClosers);
  // Where the stretch without white space, and in it the word, has started, and how many words there were before the stretch.
  let stretch = 0;
  let start = 0;
  let before = words.length;
  let hasTwins = false;
  let at = 0;
  for (; at < theEnd; at++) {
    const kind = kindAt(sentence, at);
    if (kind === letter) continue;
    if (kind === twin) {
      hasTwins ||= isTwinAt(sentence, at);
      continue;
    }
    let end = at + 1;
    if (kind === comma) {
      const next = end < sentence.length ? kindAt(sentence, end) : space;
      if (next !== comma && next !== space && isDigitAt(sentence, end)) continue;
    } else if (kind === dash) {
      if (sentence[end] !== "-") continue;
      end++;
    } else if (kind === stop && at !== fullStop) {
      while (sentence[end] === ".") end++;
      if (end === at + 1) continue;
    }
    if (kind === quote || (kind === comma && end < sentence.length && kindAt(sentence, end) === comma)) {
      words.length = before;
      end = addByRules(words, sentence, stretch, theEnd);
      stretch = end;
    } else {
      addPlain(words, sentence, start, at, hasTwins);
      if (kind !== space) words.push(sentence.slice(at, end));
      else stretch = end;
    }
    if (stretch === end) before = words.length;
    start = end;
    hasTwins = false;
    at = end - 1;
  }
  addPlain(words, sentence, start, at, hasTwins);
  if (at < sentence.length) addByRules(words, sentence, theEnd, theEnd);
  return words;
};
