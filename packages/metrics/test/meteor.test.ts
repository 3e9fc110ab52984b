import { existsSync } from "node:fs";
import { expect, it } from "vitest";
import { meteor } from "../src/meteor.ts";
import { loadPunkt } from "../src/punkt.ts";
import { whitespace } from "../src/tokenize/Tokenizer.ts";
import { wordTokenizer } from "../src/tokenize/wordTokenize.ts";
import { loadWordNet } from "../src/wordnet.ts";
import { agrees, golden } from "./golden.ts";

const installed = "/usr/share/wordnet/data.noun";
const hasWordNet = existsSync(installed);
if (!hasWordNet)
  console.warn(`meteor: ${installed} is not there (apt-get install wordnet-base): reference figures skipped`);

const tokenizers = { whitespace, "nltk.word_tokenize": wordTokenizer(await loadPunkt()) };

it.skipIf(!hasWordNet).each(golden("meteor"))("gives NLTK's meteor_score for $id", async (line) => {
  const synonyms = await wordNet;
  for (const { params, expected } of line.cases) {
    const tokenizer = tokenizers[params.tokenizer as keyof typeof tokenizers];
    const { score } = meteor(line.prediction, line.references, { ...params, tokenizer, synonyms });
    expect(score).toSatisfy(
      (value: number) => agrees(value, expected.score),
      `${JSON.stringify(params)}: ${expected.score}`,
    );
    if (expected.tokens) expect(tokenizer.tokenize(line.prediction)).toEqual(expected.tokens.prediction);
  }
});

const wordNet = hasWordNet ? loadWordNet() : undefined;

it("says in its signature that it had no synonyms", () => {
  expect(meteor("a", "b").signature).toBe(
    "meteor|nrefs:1|case:lc|tok:word_tokenize(no sentence split)|match:exact+stem|alpha:0.9|beta:3|gamma:0.5|impl:nltk-3.8",
  );
});
