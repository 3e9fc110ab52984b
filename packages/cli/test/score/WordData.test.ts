import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { evalwire } from "../session.ts";

let folder: string;
const path = (...names: ReadonlyArray<string>) => join(folder, ...names);
const write = (name: string, text: string) => writeFileSync(path(name), text);

/** A WordNet database of one synset, `big vast`, written as WordNet's files are (wndb(5WN)). */
const writeWordNet = (name: string) => {
  mkdirSync(path(name));
  const notice = "  1 WordNet 3.0 in form only.  \n";
  for (const part of ["noun", "verb", "adj", "adv"]) {
    const isAdj = part === "adj";
    const offset = String(notice.length).padStart(8, "0");
    const index = ["big", "vast"].map((lemma) => `${lemma} a 1 0 1 0 ${offset}  \n`).join("");
    write(join(name, `index.${part}`), `${notice}${isAdj ? index : ""}`);
    write(join(name, `data.${part}`), `${notice}${isAdj ? `${offset} 00 a 02 big 0 vast 0 000 | a gloss  \n` : ""}`);
    write(join(name, `${part}.exc`), "");
  }
};

/** A model of sentences in NLTK's four files, which knows one abbreviation. */
const writePunkt = (name: string) => {
  mkdirSync(path(name));
  const files = {
    "abbrev_types.txt": "dr\n",
    "collocations.tab": "",
    "sent_starters.txt": "",
    "ortho_context.tab": "",
  };
  for (const [file, text] of Object.entries(files)) write(join(name, file), text);
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "evalwire-words-"));
  writeWordNet("wordnet");
  writePunkt("toy");
  const components = [
    { name: "meteor", type: "meteor" },
    { name: "f1", type: "f1" },
  ];
  write("config.json", JSON.stringify({ components }));
  write(
    "split.json",
    JSON.stringify({ components: [{ name: "r", type: "rougeLsum", params: { split_summaries: true } }] }),
  );
  write("bertscore.json", JSON.stringify({ components: [{ name: "b", type: "bertscore" }] }));
  write("cosine.json", JSON.stringify({ components: [{ name: "sim", type: "cosine_similarity" }] }));
  const record = (id: number) =>
    JSON.stringify({
      id,
      test_case_data: { expected_output: "a big dog" },
      test_case_output: { output: "a vast dog" },
    });
  write("records.jsonl", Array.from({ length: 300 }, (_, id) => record(id)).join("\n"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const score = (config: string, ...args: ReadonlyArray<string>) =>
  evalwire(["score", "-c", path(config), "--json", ...args, path("records.jsonl")]);

describe("word data", () => {
  it("that is not given is not used, and the signatures say so", async () => {
    const { lines } = await score("config.json");
    const { scores } = JSON.parse(lines.at(-1)!);
    expect(scores.meteor.mean).toBeLessThan(0.9);
    expect(scores.meteor.signatures[0]).toContain("|match:exact+stem|");
    expect(scores.f1.signatures[0]).toContain("word_tokenize-3.10(no sentence split)");
    expect(JSON.parse(lines[0]!).words).toEqual({ punkt: null, wordnet: null, embeddings: null });
  });

  it("that is given is used by this thread and by workers alike, and the signatures name it", async () => {
    const words = ["--wordnet", path("wordnet"), "--punkt", path("toy")];
    const { exitCode, lines, notes } = await score("config.json", ...words);
    expect({ exitCode, notes }).toEqual({ exitCode: 0, notes: [] });
    const { scores } = JSON.parse(lines.at(-1)!);
    expect(scores.meteor.mean).toBeGreaterThan(0.9);
    expect(scores.meteor.signatures).toEqual([expect.stringContaining("|match:exact+stem+wordnet-3.0|")]);
    expect(scores.f1.signatures).toEqual([expect.stringContaining("word_tokenize-3.10(punkt-3.10:toy)")]);
    expect(JSON.parse(lines[0]!).words).toEqual({ punkt: "punkt-3.10:toy", wordnet: "wordnet-3.0", embeddings: null });
    expect((await score("config.json", ...words, "--workers", "2")).lines).toEqual(lines);
  });

  it("of the package that is installed needs no folder", async () => {
    const { lines } = await score("split.json", "--punkt", "installed");
    expect(JSON.parse(lines.at(-1)!).scores.r.signatures[0]).toContain("punkt-3.10:english");
  });

  it.each([
    ["split.json", [], 2, "split_summaries needs --punkt FOLDER"],
    ["cosine.json", [], 2, "embeddings need --embeddings MODEL"],
    ["bertscore.json", [], 2, "--embeddings MODEL"],
    ["config.json", ["--punkt", "nowhere"], 1, "--punkt: ENOENT"],
    ["config.json", ["--wordnet", "nowhere"], 1, "--wordnet: ENOENT"],
    [
      "cosine.json",
      ["--embeddings", "some/model"],
      1,
      "--embeddings: Embedding texts needs the package @huggingface/transformers: npm install",
    ],
  ] as const)("that is missing is requested: %s %j", async (config, args, code, message) => {
    const { exitCode, lines, notes } = await score(config, ...args);
    expect({ exitCode, lines }).toEqual({ exitCode: code, lines: [] });
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain(message);
  });
});
