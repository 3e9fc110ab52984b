import { existsSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { meteor, type Synonyms } from "../src/meteor.ts";
import { loadPunkt } from "../src/punkt.ts";
import { type NltkVersion, whitespace } from "../src/tokenize/Tokenizer.ts";
import { wordTokenizer } from "../src/tokenize/wordTokenize.ts";
import { loadWordNet } from "../src/wordnet.ts";
import { agrees, type GoldenLine, golden } from "./golden.ts";

const directory = "/usr/share/wordnet";

/** What WordNet 3.0 says of the words of the project's own lines, and of no others. */
const ownSynonyms = (): Synonyms => {
  const { words } = JSON.parse(readFileSync(new URL("./fixtures/golden/synonyms.json", import.meta.url), "utf8"));
  return { name: "wordnet-3.0", of: (word) => words[word] ?? [] };
};

const isOwn = ({ source = "" }: GoldenLine): boolean => /^(?:edge|special|synthetic .*)$/.test(source);

const hasWordNet = existsSync(`${directory}/data.noun`);
if (!hasWordNet) {
  console.warn(
    `meteor: no WordNet in ${directory} (apt-get install wordnet-base): only the project's own lines are checked`,
  );
}
const synonyms = hasWordNet ? await loadWordNet({ directory }) : ownSynonyms();
const punkt = await loadPunkt();
const lines: ReadonlyArray<readonly [NltkVersion, GoldenLine]> = [
  ...golden("meteor").map((line) => ["3.8", line] as const),
  ...golden("nltk310")
    .filter(({ metric }) => metric === "meteor")
    .map((line) => ["3.10", line] as const),
];

it.each(lines.filter(([nltk, line]) => hasWordNet || (nltk === "3.8" && isOwn(line))))(
  "gives the meteor_score of NLTK %s for $id",
  (nltk, line) => {
    const tokenizers = { whitespace, "nltk.word_tokenize": wordTokenizer(punkt, nltk) };
    for (const { params, expected } of line.cases) {
      const tokenizer = tokenizers[params.tokenizer as keyof typeof tokenizers];
      const { score } = meteor(line.prediction, line.references, { ...params, tokenizer, synonyms, nltk });
      expect(agrees(score, expected.score), `${JSON.stringify(params)}: ${score} is not ${expected.score}`).toBe(true);
      if (expected.tokens) expect(tokenizer.tokenize(line.prediction)).toEqual(expected.tokens.prediction);
    }
  },
);

it("asks synonyms for the morphology of its NLTK", () => {
  const asked: Array<NltkVersion> = [];
  const versions: Synonyms = {
    name: "toy",
    of: () => [],
    as: (nltk) => {
      asked.push(nltk);
      return { name: `toy-${nltk}`, of: () => (nltk === "3.8" ? ["b"] : []) };
    },
  };
  expect(meteor("a", "b", { synonyms: versions }).matches).toBe(0);
  expect(meteor("a", "b", { synonyms: versions, nltk: "3.8" }).matches).toBe(1);
  expect(asked).toEqual(["3.10", "3.8"]);
});

it("refuses parameters that would carry scores out of [0, 1]", () => {
  expect(() => meteor("a", "a", { alpha: 5 })).toThrow("METEOR's alpha must be a number from 0 to 1, not 5");
  expect(() => meteor("a", "a", { beta: -3 })).toThrow("METEOR's beta");
  expect(() => meteor("a", "a", { gamma: Number.NaN })).toThrow("METEOR's gamma");
});

it("gives the figure of NLTK's manual (single_meteor_score: 0.6944)", () => {
  const candidate = "It is a guide to action which ensures that the military always obeys the commands of the party";
  const reference = "It is a guide to action that ensures that the military will forever heed Party commands";
  expect(meteor(candidate, reference, { tokenizer: whitespace, synonyms }).score).toBeCloseTo(0.6944, 4);
});

it("names its choices, and that it had no synonyms", () => {
  const signature = (match: string) =>
    `meteor|nrefs:1|case:lc|tok:word_tokenize-3.10(no sentence split)|match:${match}|alpha:0.9|beta:3|gamma:0.5|impl:nltk-3.10`;
  expect(meteor("a", "b").signature).toBe(signature("exact+stem"));
  expect(meteor("a", "b", { synonyms }).signature).toBe(signature("exact+stem+wordnet-3.0"));
});
