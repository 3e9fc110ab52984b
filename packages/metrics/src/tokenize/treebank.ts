/**
 * The words of one sentence by the Penn Treebank conventions, found in one pass where nothing but the character and its neighbours
 * decides, and by the rules (`treebankRules.ts`) in the stretches that have quotes or the like.
 */
import { finalStopIn, firstClosers, uncontracted, wordsByRules } from "./treebankRules.ts";
import { isWhitespace, splitWhitespace } from "./whitespace.ts";

/** What a character is to the rules. `twin` is a letter that doubled may be inside a contraction, as in `cannot`. */
const [letter, space, mark, comma, stop, dash, twin, quote] = [0, 1, 2, 3, 4, 5, 6, 7];

const kinds = Uint8Array.from({ length: 128 }, (_, unit) => {
  const character = String.fromCharCode(unit);
  if (isWhitespace(unit)) return space;
  if (";@#$%&?!*[](){}<>".includes(character)) return mark;
  if (",:".includes(character)) return comma;
  if ("'\"`".includes(character)) return quote;
  if (/[mnt]/i.test(character)) return twin;
  return character === "." ? stop : character === "-" ? dash : letter;
});

const kindAt = (text: string, at: number): number => {
  const unit = text.charCodeAt(at);
  if (unit < 128) return kinds[unit]!;
  if (isWhitespace(unit)) return space;
  return "«»“”‘’„".includes(text[at]!) ? quote : letter;
};

const isDigitAt = (text: string, at: number): boolean => {
  const unit = text.charCodeAt(at);
  return unit < 128 ? unit >= 48 && unit <= 57 : /^\p{Nd}/u.test(String.fromCodePoint(text.codePointAt(at)!));
};

/** Whether a letter is doubled here, and goes on as in `cannot`, `gonna`, `gotta`, `gimme`. */
const isTwinAt = (text: string, at: number): boolean =>
  (text.charCodeAt(at) | 32) === (text.charCodeAt(at + 1) | 32) && /[aeo]/i.test(text[at + 2] ?? "");

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

class Words {
  readonly found: Array<string> = [];
  readonly #text: string;
  /** The full stop that ends the text, if the rules are not needed to find it. */
  readonly #stop: number;
  readonly #startOfEnd: number;

  constructor(text: string) {
    this.#text = text;
    this.#startOfEnd = startOfEnd(text);
    this.#stop = this.#startOfEnd < text.length ? -1 : finalStopIn(text, firstClosers);
    for (let at = nextStretch(text, 0); at < text.length; at = nextStretch(text, at)) {
      at = at === this.#startOfEnd ? this.#byRules(at) : (this.#plainly(at) ?? this.#byRules(at));
    }
  }

  #push(start: number, end: number, hasTwins: boolean): void {
    if (start === end) return;
    const word = this.#text.slice(start, end);
    if (!hasTwins) this.found.push(word);
    else for (const part of splitWhitespace(uncontracted(` ${word} `))) this.found.push(part);
  }

  /** Takes the stretch that starts here, and gives its end; undefined, taking nothing, when it needs the rules. */
  #plainly(from: number): number | undefined {
    const text = this.#text;
    const before = this.found.length;
    let start = from;
    let hasTwins = false;
    let at = from;
    for (; at < text.length; at++) {
      const kind = kindAt(text, at);
      if (kind === letter) continue;
      if (kind === space) break;
      if (kind === twin) {
        hasTwins ||= isTwinAt(text, at);
        continue;
      }
      let end = at + 1;
      if (kind === quote || (kind === comma && end < text.length && kindAt(text, end) === comma)) {
        this.found.length = before;
        return undefined;
      }
      if (kind === comma && end < text.length && isDigitAt(text, end)) continue;
      if (kind === dash) {
        if (text[end] !== "-") continue;
        end++;
      }
      if (kind === stop && at !== this.#stop) {
        while (text[end] === ".") end++;
        if (end === at + 1) continue;
      }
      this.#push(start, at, hasTwins);
      this.found.push(text.slice(at, end));
      start = end;
      hasTwins = false;
      at = end - 1;
    }
    this.#push(start, at, hasTwins);
    return at;
  }

  /** Takes this stretch and those after it that need the rules, and gives the end of the last. */
  #byRules(start: number): number {
    const text = this.#text;
    let end = start === this.#startOfEnd ? text.length : stretchEnd(text, start);
    while (end < text.length) {
      const next = nextStretch(text, end);
      if (next === this.#startOfEnd) end = text.length;
      else if (needsRules(text, next, stretchEnd(text, next))) end = stretchEnd(text, next);
      else break;
    }
    // A word on either side keeps off the rules for the start and the end of a text.
    const left = start > 0 ? `x${text[start - 1]}` : "";
    const right = end < text.length ? `${text[end]}x` : "";
    const words = wordsByRules(left + text.slice(start, end) + right);
    const last = words.length - (right === "" ? 0 : 1);
    for (let at = left === "" ? 0 : 1; at < last; at++) this.found.push(words[at]!);
    return end;
  }
}

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
export const treebankWords = (sentence: string): Array<string> => new Words(sentence).found;
