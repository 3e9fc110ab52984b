/**
 * A megabyte of text that means ill, for every metric that promises time linear in it: how long it takes, and how much longer a
 * character takes than in a quarter of it. That would be 4 × were time quadratic; tables that no longer fit the caches make it 1 to 3 ×.
 * The longest common subsequence of ROUGE-L and the edit distances promise no such thing and are not here.
 */
import {
  bleu,
  chrf,
  cosine,
  exactMatch,
  f1,
  meteor,
  porter,
  rouge,
  sacreBleu,
  squad,
  tokenizerIntl,
  tokenizerZh,
  wordTokenizer,
} from "@evalwire/metrics";
import { gleu, jaro, ter } from "@evalwire/metrics/extended";
import { loadPunkt } from "@evalwire/metrics/punkt";
import { loadWordNet } from "@evalwire/metrics/wordnet";
import { hold, type Line } from "./budget.ts";
import { table, timed } from "./measure.ts";
import { pairs, random } from "./texts.ts";

const megabyte = 1 << 20;

const next = random(3);
const letters = "abcdefghijklmnopqrstuvwxyz0123456789";
const word = (length: number) => Array.from({ length }, () => letters[Math.floor(next() * 36)]).join("");
const words = (length: number) => Array.from({ length: megabyte / (length + 1) }, () => word(length)).join(" ");
const filled = (piece: string) => piece.repeat(Math.ceil(megabyte / piece.length)).slice(0, megabyte);

const [english] = pairs(1, 200_000, 1);
const inputs: Readonly<Record<string, string>> = {
  English: english!.candidate.slice(0, megabyte),
  "one letter again and again": filled("a "),
  "two words in turn": filled("one two "),
  "a single word": filled("a"),
  "a run of y": `${"y".repeat(megabyte - 3)}ing`,
  "words of 3, all different": words(3),
  "words of 16, all different": words(16),
  Chinese: filled("\u4e2d\u6587"),
  "lone surrogates": filled("\ud800\udc00\ud800"),
  "empty lines": filled("\n"),
  "a word a line": filled("word\n"),
  "dots and spaces": filled(". "),
  dots: filled("."),
  quotes: filled("'\"`"),
  "open brackets": filled("([{"),
  "white space": filled(" \u00a0"),
  suffixes: filled("ational"),
  "sentences of one word": filled("Dr. A. "),
};

const tokenizer = wordTokenizer(await loadPunkt());
const synonyms = await loadWordNet().catch(() => undefined);

const metrics: Readonly<Record<string, (candidate: string, reference: string) => unknown>> = {
  "rouge1 to 9": (a, b) => rouge(a, b, { types: ["rouge1", "rouge2", "rouge9"], stemmer: true }),
  "BLEU (NLTK)": (a, b) => bleu(a, b, { tokenizer }),
  "BLEU (13a)": (a, b) => sacreBleu(a, b),
  "BLEU (intl)": (a, b) => sacreBleu(a, b, { tokenizer: tokenizerIntl }),
  "BLEU (zh)": (a, b) => sacreBleu(a, b, { tokenizer: tokenizerZh }),
  "chrF++": (a, b) => chrf(a, b, { wordOrder: 2 }),
  TER: (a, b) => ter(a, b, { normalized: true }),
  METEOR: (a, b) => meteor(a, b, { tokenizer, synonyms }),
  GLEU: (a, b) => gleu(a, b),
  f1: (a, b) => f1(a, b, { tokenizer }),
  SQuAD: (a, b) => squad(a, b),
  exact_match: (a, b) => exactMatch(a, b, { ignoreCase: true, ignorePunctuation: true, ignoreNumbers: true }),
  cosine: (a, b) => cosine(a, b),
  Jaro: (a, b) => jaro(a, b),
  Porter: (a) => porter(a),
};

/** The text against itself with its middle moved to its front: alike, and not the same. */
const against = (text: string): string => {
  const [from, to] = [Math.floor(text.length / 3), Math.floor(text.length / 2)];
  return text.slice(from, to) + text.slice(0, from) + text.slice(to);
};

const fastest = (work: () => unknown): number => Math.min(timed(work), timed(work));

const lines: Array<Line> = [];
const rows = Object.entries(metrics).map(([name, score]) => {
  const found = Object.entries(inputs).map(([input, text]) => {
    const part = text.slice(0, text.length / 4);
    const [whole, quarter] = [against(text), against(part)];
    const short = fastest(() => score(quarter, part));
    const long = fastest(() => score(whole, text));
    return { input, long, growth: long / short / 4 };
  });
  const slowest = found.reduce((one, other) => (other.long > one.long ? other : one));
  // A run of a few milliseconds says nothing about growth.
  const steepest = found
    .filter(({ long }) => long > 40)
    .reduce((one, other) => (other.growth > one.growth ? other : one), slowest);
  lines.push({
    question: `${name}: time a character, of that at a quarter`,
    figure: steepest.growth,
    unit: "×",
    budget: { most: 3 },
  });
  return [name, found[0]!.long, slowest.long, slowest.input, `${steepest.growth.toFixed(2)} ×`, steepest.input];
});
table(["1 MB", "English, ms", "the slowest, ms", "which is", "growth a character from a quarter, at most", "of"], rows);
hold(lines);
