import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadWordNet } from "../../src/wordnet.ts";
import { type Synsets, writeDictionary } from "./dictionary.ts";

const root = mkdtempSync(join(tmpdir(), "wordnet-"));
afterAll(() => rmSync(root, { recursive: true }));

const synsets: Synsets = {
  noun: [
    ["dog", "hound"],
    ["Domestic_dog", "dog"],
    ["man", "adult_male"],
    ["glass"],
    ["mouse", "Mus"],
    ["church", "service"],
  ],
  verb: [["run", "go"], ["walk", "amble"], ["see"]],
  adj: [
    ["big", "large"],
    ["asleep(p)", "dozing"],
  ],
  adv: [["well", "good"]],
};
writeDictionary(join(root, "own"), synsets, { noun: "mice mouse\n", verb: "ran run\nsaw see\n", adj: "bigger big\n" });
writeDictionary(join(root, "bare"), synsets);
const own = await loadWordNet({ directory: join(root, "own") });
const of = (word: string) => [...own.of(word)].sort();
const ofOlder = (word: string) => [...own.as!("3.8").of(word)].sort();

describe("synonyms", () => {
  it("are the single words of every synset of the word, in their own case", () => {
    expect(of("dog")).toEqual(["dog", "hound"]);
    expect(of("mouse")).toEqual(["Mus", "mouse"]);
  });

  it("ignore the case of the requested word", () => {
    expect(of("DOG")).toEqual(of("dog"));
  });

  it("are found by suffix rules, by NLTK 3.8 also several times over", () => {
    expect(of("dogs")).toEqual(["dog", "hound"]);
    expect(of("churches")).toEqual(["church", "service"]);
    expect(of("glasses")).toEqual(["glass"]);
    expect(of("walkeded")).toEqual([]);
    expect(ofOlder("walkeded")).toEqual(["amble", "walk"]);
    expect(ofOlder("dogs")).toEqual(["dog", "hound"]);
  });

  it("are found by the exception lists, which come before the rules", () => {
    expect(of("mice")).toEqual(["Mus", "mouse"]);
    expect(of("ran")).toEqual(["go", "run"]);
    expect(of("bigger")).toEqual(["big", "large"]);
  });

  it("leave out syntactic markers", () => {
    expect(of("asleep")).toEqual(["asleep", "dozing"]);
  });

  it.each(["", " ", "cat", "zzz", "This", "dog ", "domestic", "\ud800", "日本"])("are none for %j", (word) => {
    expect(of(word)).toEqual([]);
  });

  it("are found for a word of a hundred thousand letters", () => {
    expect(of(`walk${"ed".repeat(50_000)}`)).toEqual([]);
    expect(ofOlder(`walk${"ed".repeat(50_000)}`)).toEqual(["amble", "walk"]);
    expect(of("s".repeat(100_000))).toEqual([]);
  });
});

describe("a database", () => {
  it("names its version", () => {
    expect(own.name).toBe("wordnet-3.0");
  });

  it("without exception lists gets those of this package", async () => {
    const bare = await loadWordNet({ directory: join(root, "bare") });
    expect([...bare.of("mice")].sort()).toEqual(["Mus", "mouse"]);
    expect(bare.name).toBe("wordnet-3.0");
  });

  it("that is not there is the system's own error", async () => {
    await expect(loadWordNet({ directory: join(root, "nowhere") })).rejects.toMatchObject({ code: "ENOENT" });
  });
});
