/** A WordNet database of a few synsets, written as WordNet's files are (wndb(5WN)). */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The lemmas of each synset, by part of speech. */
export type Synsets = Readonly<Record<"noun" | "verb" | "adj" | "adv", ReadonlyArray<ReadonlyArray<string>>>>;

const notice = "  1 This software and database is provided as a test.  \n  2 WordNet 3.0 in form only.  \n";

/** The texts of an index and a data file. */
export const filesOf = (
  synsets: ReadonlyArray<ReadonlyArray<string>>,
  type: string,
): { index: string; data: string } => {
  const offsets = new Map<string, Array<string>>();
  let data = notice;
  for (const lemmas of synsets) {
    const offset = String(data.length).padStart(8, "0");
    const fields = lemmas.map((lemma) => `${lemma} 0`).join(" ");
    data += `${offset} 00 ${type} ${lemmas.length.toString(16).padStart(2, "0")} ${fields} 000 | a gloss  \n`;
    for (const lemma of lemmas) {
      const key = lemma.toLowerCase().replace(/\(.*\)$/, "");
      offsets.set(key, [...(offsets.get(key) ?? []), offset]);
    }
  }
  const lines = [...offsets]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([lemma, all]) => `${lemma} ${type} ${all.length} 2 @ ~ ${all.length} 0 ${all.join(" ")}  \n`);
  return { index: notice + lines.join(""), data };
};

/** Writes the database into a folder; `exceptions` are the lines of the exception files, which are left out when not given. */
export const writeDictionary = (
  folder: string,
  synsets: Synsets,
  exceptions?: Partial<Record<keyof Synsets, string>>,
): void => {
  mkdirSync(folder, { recursive: true });
  const types = { noun: "n", verb: "v", adj: "a", adv: "r" };
  for (const part of ["noun", "verb", "adj", "adv"] as const) {
    const { index, data } = filesOf(synsets[part], types[part]);
    writeFileSync(join(folder, `index.${part}`), index);
    writeFileSync(join(folder, `data.${part}`), data);
    if (exceptions !== undefined) writeFileSync(join(folder, `${part}.exc`), exceptions[part] ?? "");
  }
};
