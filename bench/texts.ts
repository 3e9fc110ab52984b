/**
 * Texts to measure with: English sentences from presidential addresses where the golden set lies beside the checkout, else made ones
 * with the word statistics of English. The same every time.
 */
import { existsSync, readFileSync } from "node:fs";

/** A repeatable stream of numbers in [0, 1). */
export const random = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
};

const golden = new URL("../../shared/golden/rouge.jsonl", import.meta.url);

const addresses = (): ReadonlyArray<string> => {
  const found = new Set<string>();
  for (const line of readFileSync(golden, "utf8").split("\n").filter(Boolean)) {
    const { source, prediction, references } = JSON.parse(line);
    if (!String(source).startsWith("inaugural/")) continue;
    for (const sentence of [prediction, ...references].join("\n").split("\n")) {
      if (sentence.split(" ").length > 3) found.add(sentence);
    }
  }
  return [...found];
};

/** Sentences over 4,000 made words whose frequencies follow Zipf's law. */
const made = (): ReadonlyArray<string> => {
  const next = random(7);
  const syllables = [
    "con",
    "ver",
    "ta",
    "re",
    "mi",
    "lo",
    "st",
    "ar",
    "en",
    "du",
    "pre",
    "the",
    "na",
    "ck",
    "or",
    "be",
  ];
  const endings = ["", "", "", "s", "ed", "ing", "ation", "ness", "ly", "al", "ers"];
  const pick = (list: ReadonlyArray<string>) => list[Math.floor(next() * list.length)]!;
  const words = Array.from({ length: 4000 }, (_, rank) => {
    const length = 1 + Math.min(Math.floor(Math.log10(rank + 1) + next()), 3);
    return Array.from({ length }, () => pick(syllables)).join("") + (rank < 60 ? "" : pick(endings));
  });
  const word = () => words[Math.floor(4000 ** next()) - 1]!;
  return Array.from({ length: 1500 }, () => {
    const sentence = Array.from({ length: 8 + Math.floor(next() * 35) }, word).join(" ");
    return `${sentence[0]!.toUpperCase()}${sentence.slice(1)}.`;
  });
};

export const isEnglish = existsSync(golden);

const sentences = isEnglish ? addresses() : made();

/** Makes texts of so many words, one sentence a line. */
export const texts = (seed: number): ((words: number) => string) => {
  const next = random(seed);
  return (words) => {
    const lines: Array<string> = [];
    for (let left = words; left > 0; ) {
      const sentence = sentences[Math.floor(next() * sentences.length)]!.split(" ").slice(0, left);
      lines.push(sentence.join(" "));
      left -= sentence.length;
    }
    // A joined string is a tree of pieces until it is first read; a text that came from a file is not.
    return JSON.parse(JSON.stringify(lines.join("\n")));
  };
};

export interface Pair {
  readonly candidate: string;
  readonly reference: string;
}

/** So many pairs of texts of the given lengths in words. */
export const pairs = (count: number, candidateWords: number, referenceWords: number): ReadonlyArray<Pair> => {
  const text = texts(count + candidateWords + referenceWords);
  return Array.from({ length: count }, () => ({ candidate: text(candidateWords), reference: text(referenceWords) }));
};
