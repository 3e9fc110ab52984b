/**
 * Synonyms from the files of a WordNet database, looked up where they lie: nothing is parsed before it is requested.
 *
 * An index file has one line per lemma in byte order and is searched by halving; it names the offsets at which the data file of
 * the part of speech has the synsets. (WordNet 3.0, wndb(5WN).)
 */
import type { Synonyms } from "../meteor.ts";
import type { NltkVersion } from "../tokenize/Tokenizer.ts";
import { type Dictionary, morphy, type PartOfSpeech } from "./morphy.ts";

/** The bytes of one part of speech. */
export interface PartFiles {
  /** `index.noun` … */
  readonly index: Uint8Array;
  /** `data.noun` … */
  readonly data: Uint8Array;
  /** `noun.exc` … */
  readonly exceptions: Uint8Array;
}

export type WordNetFiles = Readonly<Record<PartOfSpeech, PartFiles>>;

const newline = 10;
const space = 32;
const text = new TextDecoder("latin1");

/** Order of the line that starts at `start` against a lemma and the space after it: below, equal or above 0. */
const compare = (file: Uint8Array, start: number, lemma: string): number => {
  for (let at = 0; at < lemma.length; at++) {
    const difference = (file[start + at] ?? 0) - lemma.charCodeAt(at);
    if (difference !== 0) return difference;
  }
  return (file[start + lemma.length] ?? 0) - space;
};

const lineAt = (file: Uint8Array, start: number): string => {
  const end = file.indexOf(newline, start);
  return text.decode(file.subarray(start, end < 0 ? file.length : end));
};

/** The line of a lemma in an index file, by halving the bytes between its first and last line. */
const indexLine = (file: Uint8Array, lemma: string): string | undefined => {
  let low = 0;
  let high = file.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const start = middle === 0 ? 0 : file.lastIndexOf(newline, middle - 1) + 1;
    const order = compare(file, start, lemma);
    if (order === 0) return lineAt(file, start);
    if (order > 0) {
      high = start;
    } else {
      const end = file.indexOf(newline, middle);
      low = end < 0 ? file.length : end + 1;
    }
  }
  return undefined;
};

/** `lemma pos synsets pointers [symbols] senses tagged [offsets]`: the offsets are as many as the third field says, at the end. */
const offsetsOf = (line: string): Array<number> => {
  const fields = line.trim().split(/ +/);
  return fields.slice(-Number(fields[2])).map(Number);
};

/** `offset file type count(hex) [lemma id]… |gloss`: the lemmas, syntactic markers like `(p)` cut off. */
const lemmasOf = (line: string): Array<string> => {
  const fields = line.split(" ", 4 + 2 * Number.parseInt(line.split(" ", 4)[3] ?? "0", 16));
  return fields.flatMap((field, at) => {
    if (at < 4 || at % 2 === 1) return [];
    const marker = field.indexOf("(");
    return [marker >= 0 && field.endsWith(")") ? field.slice(0, marker) : field];
  });
};

/** `inflected base…` per line; of several lines for one form the last counts. */
const exceptionsOf = (file: Uint8Array): Map<string, ReadonlyArray<string>> =>
  new Map(
    text
      .decode(file)
      .split("\n")
      .map((line) => line.split(" ").filter((word) => word !== ""))
      .filter((words) => words.length > 0)
      .map(([form, ...bases]) => [form!, bases]),
  );

const parts: ReadonlyArray<PartOfSpeech> = ["noun", "verb", "adj", "adv"];

/** Results kept: as many words as a long text has. */
const maximumKept = 1 << 16;

/**
 * The synonyms of a WordNet database: of a word, the single words of every synset of every dictionary form it may be, in WordNet's
 * own case. Dictionary forms are found as NLTK 3.10 does, or, with `as("3.8")`, as 3.8 does.
 */
export const wordNetSynonyms = (name: string, files: WordNetFiles): Synonyms => {
  const exceptions = new Map(parts.map((part) => [part, exceptionsOf(files[part].exceptions)]));
  const dictionary: Dictionary = {
    has: (form, part) => form !== "" && indexLine(files[part].index, form) !== undefined,
    exceptions: (form, part) => exceptions.get(part)!.get(form),
  };
  const lookUp = (word: string, nltk: NltkVersion): ReadonlyArray<string> => {
    const found = new Set<string>();
    for (const part of parts) {
      for (const form of morphy(word, part, dictionary, nltk)) {
        for (const offset of offsetsOf(indexLine(files[part].index, form)!)) {
          for (const lemma of lemmasOf(lineAt(files[part].data, offset))) if (!lemma.includes("_")) found.add(lemma);
        }
      }
    }
    return [...found];
  };
  const made = new Map<NltkVersion, Synonyms>();
  const as = (nltk: NltkVersion): Synonyms => {
    const known = made.get(nltk);
    if (known !== undefined) return known;
    const kept = new Map<string, ReadonlyArray<string>>();
    const synonyms: Synonyms = {
      name,
      of: (word) => {
        const before = kept.get(word);
        if (before !== undefined) return before;
        if (kept.size >= maximumKept) kept.clear();
        const found = lookUp(word.toLowerCase(), nltk);
        kept.set(word, found);
        return found;
      },
      as,
    };
    made.set(nltk, synonyms);
    return synonyms;
  };
  return as("3.10");
};
