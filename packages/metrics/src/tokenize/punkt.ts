/**
 * Punkt: where sentences end, by a trained model of abbreviations, collocations, sentence starters and capitalisation.
 *
 * The reference looks at every `.`, `?` and `!` that something follows, takes the word before it and the token after it, and decides
 * on those two only; closing quotes and brackets then move into the sentence they close. This is that procedure, with the patterns
 * of the reference written out so that it takes time linear in the text.
 *
 * Source: NLTK 3.8 and 3.10 `nltk.tokenize.punkt`; Kiss and Strunk 2006, "Unsupervised Multilingual Sentence Boundary Detection",
 * Computational Linguistics 32.
 */
import { detachString } from "../detachString.ts";
import type { NltkVersion, SentenceSplitter } from "./Tokenizer.ts";
import { isWhitespace, trimEnd } from "./whitespace.ts";

/** What Punkt has learned of a language. All words are in lower case; numbers are the word `##number##`. */
export interface PunktModel {
  /** Like `english`. */
  readonly language: string;
  /** Without their final full stop: `dr`, `u.s`. */
  readonly abbreviations: ReadonlySet<string>;
  /** First and second word with a tab between: a full stop after the first does not end a sentence before the second. */
  readonly collocations: ReadonlySet<string>;
  readonly sentenceStarters: ReadonlySet<string>;
  /** In which positions and cases a word was seen: the sum of the bits of Kiss and Strunk's orthographic contexts. */
  readonly orthography: ReadonlyMap<string, number>;
}

const MID_UPPER = 1 << 2;
const BEGIN_LOWER = 1 << 4;
const UPPER = (1 << 1) | MID_UPPER | (1 << 3);
const LOWER = BEGIN_LOWER | (1 << 5) | (1 << 6);

const number = /^-?[.,]?\p{Nd}[\p{Nd},.-]*$/u;
const initial = /^[\p{L}\p{Nl}\p{No}_]\.$/u;
const upper = /^\p{Uppercase}/u;
const lower = /^\p{Lowercase}/u;

/** A word of a context and what is believed of it so far. */
interface Token {
  readonly text: string;
  readonly type: string;
  endsSentence: boolean;
  abbreviation: boolean;
}

const isEllipsis = (text: string): boolean => /^\.\.+$/.test(text);

const withoutStop = (type: string): string => (type.length > 1 && type.endsWith(".") ? type.slice(0, -1) : type);

/** The first judgement, by the word only. */
const tokenOf = (text: string, model: PunktModel): Token => {
  const small = text.toLowerCase();
  const token = { text, type: number.test(small) ? "##number##" : small, endsSentence: false, abbreviation: false };
  if (text === "." || text === "?" || text === "!") {
    token.endsSentence = true;
  } else if (text.endsWith(".") && !text.endsWith("..")) {
    const word = text.slice(0, -1).toLowerCase();
    token.abbreviation =
      model.abbreviations.has(word) || model.abbreviations.has(word.slice(word.lastIndexOf("-") + 1));
    token.endsSentence = !token.abbreviation;
  }
  return token;
};

/** Whether a sentence starts with this word, by the cases it was seen in; undefined when they do not decide. */
const startsByCase = (token: Token, type: string, model: PunktModel): boolean | undefined => {
  if (token.text.length === 1 && ";:,.!?".includes(token.text)) return false;
  const seen = model.orthography.get(type) ?? 0;
  if (upper.test(token.text) && (seen & LOWER) !== 0 && (seen & MID_UPPER) === 0) return true;
  if (lower.test(token.text) && ((seen & UPPER) !== 0 || (seen & BEGIN_LOWER) === 0)) return false;
  return undefined;
};

/** The second judgement, by the word after; the first judgement of that word counts, not its second. */
const reconsider = (token: Token, next: Token, model: PunktModel): void => {
  if (!token.text.endsWith(".")) return;
  const type = withoutStop(token.type);
  const nextType = next.endsSentence ? withoutStop(next.type) : next.type;
  const isInitial = initial.test(token.text);
  if (model.collocations.has(`${type}\t${nextType}`)) {
    token.endsSentence = false;
    return;
  }
  if ((token.abbreviation || isEllipsis(token.text)) && !isInitial) {
    const isStarter = upper.test(next.text) && model.sentenceStarters.has(nextType);
    if (startsByCase(next, nextType, model) === true || isStarter) {
      token.endsSentence = true;
      return;
    }
  }
  if (!isInitial && type !== "##number##") return;
  const starts = startsByCase(next, nextType, model);
  const alwaysUpper = upper.test(next.text) && ((model.orthography.get(nextType) ?? 0) & LOWER) === 0;
  if (starts === false || (starts === undefined && isInitial && alwaysUpper)) token.endsSentence = false;
};

const isSpaceAt = (text: string, at: number): boolean => at < text.length && isWhitespace(text.charCodeAt(at));

/** Length of the run of dashes, of dots, or of dots with single spaces between, that starts here; 0 when there is none. */
const runAt = (text: string, at: number): number => {
  const mark = text[at];
  if (mark !== "-" && mark !== ".") return 0;
  let end = at + 1;
  while (text[end] === mark) end++;
  if (end - at > 1) return end - at;
  if (mark === "-") return 0;
  while (isSpaceAt(text, end) && text[end + 1] === ".") end += 2;
  return end - at >= 5 ? end - at : 0;
};

/** `runAt(text, at) > 0`, looking no further than needed. */
const isRunAt = (text: string, at: number): boolean =>
  text[at] === "-"
    ? text[at + 1] === "-"
    : text[at] === "." &&
      (text[at + 1] === "." ||
        (text[at + 2] === "." && text[at + 4] === "." && isSpaceAt(text, at + 1) && isSpaceAt(text, at + 3)));

/** The marks that end a word and may follow the end of a sentence without space, and those that close a sentence. */
interface Marks {
  readonly followers: string;
  readonly closers: string;
}

const asciiMarks: Marks = { followers: ")\";}]*:@'({[?!", closers: "\"')]}" };
const curly = "‘’“”«»";
const marksOf: Readonly<Record<NltkVersion, Marks>> = {
  "3.8": asciiMarks,
  "3.10": { followers: asciiMarks.followers + curly, closers: asciiMarks.closers + curly },
};

const closes = (text: string, at: number, { followers }: Marks): boolean =>
  at >= text.length || isWhitespace(text.charCodeAt(at)) || followers.includes(text[at]!) || isRunAt(text, at);

/** The words of a context, punctuation split off but for full stops. */
const wordsOf = (text: string, marks: Marks): Array<string> => {
  const words: Array<string> = [];
  for (let at = 0; at < text.length; ) {
    if (isWhitespace(text.charCodeAt(at))) {
      at++;
      continue;
    }
    let end = at + (runAt(text, at) || 1);
    if (end === at + 1 && !'("`{[:;&#*@)}]-,'.includes(text[at]!)) {
      while (!closes(text, end, marks) && !(text[end] === "," && closes(text, end + 1, marks))) end++;
    }
    words.push(text.slice(at, end));
    at = end;
  }
  return words;
};

/** Whether a sentence ends inside this context. Only its last word may end one without counting. */
const endsWithin = (context: string, model: PunktModel, marks: Marks): boolean => {
  const tokens = context.includes("\n")
    ? context.split("\n").flatMap((line) => wordsOf(line, marks))
    : wordsOf(context, marks);
  let token = tokens.length > 0 ? tokenOf(tokens[0]!, model) : undefined;
  for (let at = 1; at < tokens.length; at++) {
    const next = tokenOf(tokens[at]!, model);
    reconsider(token!, next, model);
    if (token!.endsSentence) return true;
    token = next;
  }
  return false;
};

/** Whether a sentence ends inside a context. */
type Decision = (context: string) => boolean;

/** Decisions are kept, for contexts up to this length. */
const mostKept = 1 << 14;
const longestKept = 60;

const decision = (model: PunktModel, marks: Marks): Decision => {
  const kept = new Map<string, boolean>();
  return (context) => {
    let ends = kept.get(context);
    if (ends === undefined) {
      ends = endsWithin(context, model, marks);
      if (context.length <= longestKept) {
        if (kept.size >= mostKept) kept.clear();
        kept.set(detachString(context), ends);
      }
    }
    return ends;
  };
};

/** A mark that may end a sentence: its offset, the word before it, and what follows. */
interface Candidate {
  readonly mark: number;
  readonly wordStart: number;
  /** Where the context ends. */
  readonly contextEnd: number;
  /** Where the next sentence would start. */
  readonly resume: number;
}

const contextAfter = (
  text: string,
  mark: number,
  { followers }: Marks,
): { contextEnd: number; resume: number } | undefined => {
  let at = mark + 1;
  if (at >= text.length) return undefined;
  if (followers.includes(text[at]!)) return { contextEnd: at + 1, resume: at };
  while (isSpaceAt(text, at)) at++;
  if (at === mark + 1 || at === text.length) return undefined;
  const resume = at;
  while (at < text.length && !isWhitespace(text.charCodeAt(at))) at++;
  return { contextEnd: at, resume };
};

/** Start of the word before `mark`, looking back no further than `from`, where an ASCII space does not count. */
const wordBefore = (text: string, from: number, mark: number): number | undefined => {
  for (let at = mark - 1; at > from; at--) if (" \t\n\r\v\f".includes(text[at]!)) return at + 1;
  return undefined;
};

/** The marks to decide on. Of marks that share the word before them, as in `what?!`, the last one stands for all. */
const candidatesIn = (text: string, marks: Marks): Array<Candidate> => {
  const found: Array<Candidate> = [];
  let previous: Candidate | undefined;
  const ends = /[.?!]/g;
  while (ends.test(text)) {
    const mark = ends.lastIndex - 1;
    const after = contextAfter(text, mark, marks);
    if (after === undefined) continue;
    const wordStart = wordBefore(text, previous?.mark ?? 0, mark) ?? previous?.wordStart ?? 0;
    if (previous !== undefined && previous.mark <= wordStart) found.push(previous);
    previous = { mark, wordStart, contextEnd: after.contextEnd, resume: after.resume };
  }
  if (previous !== undefined) found.push(previous);
  return found;
};

/** First guess: where sentences start and stop, before closing marks are given back to the sentence they close. */
const slices = (text: string, decide: Decision, marks: Marks): Array<[start: number, stop: number]> => {
  const found: Array<[number, number]> = [];
  let start = 0;
  for (const { mark, wordStart, contextEnd, resume } of candidatesIn(text, marks)) {
    if (!decide(text.slice(wordStart, contextEnd))) continue;
    found.push([start, mark + 1]);
    start = resume;
  }
  found.push([start, trimEnd(text).length]);
  return found;
};

/** Closing marks at the start of a slice, and the space after them; undefined when text follows without space. */
const closingMarks = (
  text: string,
  start: number,
  stop: number,
  { closers }: Marks,
): { marks: number; space: number } | undefined => {
  let at = start;
  while (at < stop && closers.includes(text[at]!)) at++;
  const marks = at - start;
  if (marks === 0) return undefined;
  while (at < stop && isWhitespace(text.charCodeAt(at))) at++;
  const space = at - start - marks;
  return space > 0 || at >= stop || (text.startsWith("--", at) && at + 2 <= stop) ? { marks, space } : undefined;
};

/** Start and end of each sentence, one after the other. */
const boundsOf = (text: string, decide: Decision, marks: Marks): Array<number> => {
  const bounds: Array<number> = [];
  const found = slices(text, decide, marks);
  let moved = 0;
  found.forEach(([start, stop], index) => {
    const from = start + moved;
    const next = found[index + 1];
    const closing = next && closingMarks(text, ...next, marks);
    moved = closing ? closing.marks + closing.space : 0;
    const to = closing ? next[0] + closing.marks : stop;
    if (closing || to > from) bounds.push(from, to);
  });
  return bounds;
};

/**
 * A sentence splitter from a Punkt model: `PunktSentenceTokenizer.tokenize` of NLTK. `as("3.8")` gives the older one, for which
 * curly quotes and guillemets are letters.
 *
 * @example
 * ```ts
 * import { punktSplitter } from "@evalwire/metrics/punkt"
 *
 * const splitter = punktSplitter({
 *   language: "toy",
 *   abbreviations: new Set(["dr"]),
 *   collocations: new Set(),
 *   sentenceStarters: new Set(),
 *   orthography: new Map(),
 * })
 * splitter.split("Ask Dr. No. He knows.") // => ["Ask Dr. No.", "He knows."]
 * ```
 */
export const punktSplitter = (model: PunktModel): SentenceSplitter => {
  const splitterOf = (nltk: NltkVersion): SentenceSplitter => {
    const decide = decision(model, marksOf[nltk]);
    const bounds = (text: string) => boundsOf(text, decide, marksOf[nltk]);
    return {
      name: `punkt-${nltk}:${model.language}`,
      split: (text) => {
        const found = bounds(text);
        return Array.from({ length: found.length / 2 }, (_, at) => text.slice(found[2 * at], found[2 * at + 1]));
      },
      bounds,
      as: (other) => splitters[other],
    };
  };
  const splitters = { "3.8": splitterOf("3.8"), "3.10": splitterOf("3.10") };
  return splitters["3.10"];
};
