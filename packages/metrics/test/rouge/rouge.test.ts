import { describe, expect, it } from "vitest";
import { type RougeTokenizer, type RougeType, rouge, rougeTokenizers, type Tokenizer } from "../../src/index.ts";
import { loadPunkt } from "../../src/punkt.ts";
import { type GoldenCase, type GoldenLine, golden } from "../golden.ts";
import { plainRouge } from "../oracle/plainRouge.ts";

const triple = ({ precision, recall, fmeasure }: { precision: number; recall: number; fmeasure: number }) => [
  precision,
  recall,
  fmeasure,
];

const figures = (line: GoldenLine, { params }: GoldenCase) => {
  const types = params.rouge_types as Array<RougeType>;
  const scores = rouge(line.prediction, line.references, { types, stemmer: params.use_stemmer });
  return Object.fromEntries(types.map((type) => [type, triple(scores[type])]));
};

describe("has rouge_score's figures to the last bit", () => {
  it("against one reference", () => {
    let figuresSeen = 0;
    for (const line of golden("rouge")) {
      for (const one of line.cases.filter(({ params }) => !params.split_summaries)) {
        expect(figures(line, one), line.id).toEqual(one.expected);
        figuresSeen++;
      }
    }
    expect(figuresSeen).toBeGreaterThan(300);
  });

  it("with sentences found by Punkt", async () => {
    const splitSummaries = (await loadPunkt()).as!("3.8");
    const lines = golden("rouge").filter(({ cases }) => cases.some(({ params }) => params.split_summaries));
    for (const { id, prediction, references, cases } of lines) {
      const { params, expected } = cases.find((one) => one.params.split_summaries)!;
      const options = { types: ["rougeLsum"], stemmer: params.use_stemmer, splitSummaries } as const;
      expect(triple(rouge(prediction, references, options).rougeLsum), id).toEqual(expected.rougeLsum);
    }
  });

  it("against several references", () => {
    for (const line of golden("rouge_multi")) {
      for (const one of line.cases) expect(figures(line, one), line.id).toEqual(one.expected);
    }
  });
});

describe("with another tokenizer has the figures of RougeScorer(tokenizer=…)", () => {
  /** The tokenizers that were given to the reference, by their names in the file. */
  const tokenizers: Readonly<Record<string, Tokenizer>> = {
    whitespace: rougeTokenizers.whitespace,
    char: rougeTokenizers.char,
    "sacrebleu intl": rougeTokenizers.intl,
    "sacrebleu zh": rougeTokenizers.zh,
    "regex \\w+": { name: "w", tokenize: (text) => text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [] },
    "regex [\\p{L}\\p{M}\\p{N}]+": {
      name: "lmn",
      tokenize: (text) => text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [],
    },
  };
  const typesOf = ({ params }: GoldenCase) => params.rouge_types as Array<RougeType>;

  it.each(golden("rouge_tokenizers"))("$id", ({ prediction, references, cases }) => {
    for (const one of cases) {
      const tokenizer = tokenizers[one.params.tokenizer]!;
      expect(tokenizer.tokenize(prediction), one.params.tokenizer).toEqual(one.expected.tokens);
      const scores = rouge(prediction, references, { types: typesOf(one), tokenizer });
      for (const type of typesOf(one)) expect(triple(scores[type]), one.params.tokenizer).toEqual(one.expected[type]);
    }
  });
});

it.each(["ทุกคนมีสิทธิได้พักผ่อน", "मौसम आज अच्छा छ", "今日は天気がいいです", "Ελλάδα"])(
  "finds %s like itself when it is cut into the words of its language",
  (text) => {
    expect(rouge(text, text).rouge1.fmeasure).toBe(0);
    for (const name of ["words", "char", "intl", "zh"] as const) {
      expect(rouge(text, text, { tokenizer: rougeTokenizers[name] }).rouge1.fmeasure).toBe(1);
    }
  },
);

it("names the tokenizer, and for words the Unicode version they rest on; stems are of its own tokens only", () => {
  const { rouge1 } = rouge("Runs", "runs", { tokenizer: rougeTokenizers.words, stemmer: true });
  const version = process.versions.unicode;
  expect(rouge1.signature).toBe(`rouge1|nrefs:1|stem:no|tok:words(unicode-${version})|impl:rouge_score-0.1.2`);
  expect(rouge1.fmeasure).toBe(1);
});

it("lets a tokenizer compute scores of its own", () => {
  const nested: Tokenizer = {
    name: "nested",
    tokenize: (text) => {
      rouge("x y z", "z y x", { types: ["rougeL"], tokenizer: rougeTokenizers.char });
      return text.split(" ");
    },
  };
  const { rougeLsum } = rouge("a b\nc", "c\na b", { types: ["rougeLsum"], tokenizer: nested });
  expect(rougeLsum.fmeasure).toBe(1);
});

it("counts unigrams, bigrams and the longest common subsequence when no types are named", () => {
  expect(rouge("police killed the gunman", "police kill the gunman")).toEqual({
    rouge1: { precision: 0.75, recall: 0.75, fmeasure: 0.75 },
    rouge2: { precision: 1 / 3, recall: 1 / 3, fmeasure: 1 / 3 },
    rougeL: { precision: 0.75, recall: 0.75, fmeasure: 0.75 },
  });
});

it("takes the sentences of a splitter for the lines of rougeLsum, and no other type", () => {
  const byFullStop = { name: "stops", split: (text: string) => text.split(/(?<=\.)\s+/) };
  const types = ["rougeL", "rougeLsum"] as const;
  const scores = rouge("a b. c\nd.", "c d. a b.", { types, splitSummaries: byFullStop });
  expect(scores.rougeLsum.fmeasure).toBe(1);
  expect(scores.rougeLsum.signature).toContain("lines:stops");
  expect(scores.rougeL.fmeasure).toBe(0.5);
});

it("lets a splitter compute scores of its own", () => {
  const nested = {
    name: "nested",
    split: (text: string) => {
      rouge("x y z", "z y x", { types: ["rougeL"] });
      return [text];
    },
  };
  const types = ["rouge1", "rougeLsum"] as const;
  expect(rouge("a b", "a c", { types, splitSummaries: nested })).toEqual(rouge("a b", "a c", { types }));
});

it("says in the signature what stands behind a number", () => {
  const { rougeLsum } = rouge("a", ["a", "b"], { types: ["rougeLsum"], stemmer: true });
  expect(rougeLsum.signature).toBe("rougeLsum|lines:newline|nrefs:2|stem:nltk|tok:rouge|impl:rouge_score-0.1.2");
});

it.each(Object.entries(rougeTokenizers))("takes the tokenizer %s by its name", (name, tokenizer) => {
  const [one, other] = ["Zürich の猫 ran, RAN!\nback", "zürich の犬 ran\nback"];
  const types = ["rouge1", "rouge2", "rougeL", "rougeLsum"] as const;
  const byName = rouge(one, other, { types, tokenizer: name as RougeTokenizer });
  expect(byName).toEqual(rouge(one, other, { types, tokenizer }));
  for (const type of types) expect(byName[type].signature).toContain(`tok:${tokenizer.name}|`);
});

it("the default tokens have stems by their name, too, and an unknown name is refused", () => {
  const options = { types: ["rouge1"], stemmer: true } as const;
  expect(rouge("killed", "kills", { ...options, tokenizer: "rouge" })).toEqual(rouge("killed", "kills", options));
  expect(() => rouge("a", "b", { tokenizer: "mecab" as RougeTokenizer })).toThrow(/no tokenizer "mecab"/);
  expect(() => rouge("a", "b", { tokenizer: "toString" as RougeTokenizer })).toThrow(/no tokenizer "toString"/);
});

it("refuses an unknown type and an empty list of references", () => {
  expect(() => rouge("a", "b", { types: ["rouge10" as RougeType] })).toThrow(/no type "rouge10"/);
  expect(() => rouge("a", [])).toThrow(RangeError);
});

it("forgets old words without losing new ones", () => {
  // More distinct words than a vocabulary keeps: ids start again.
  const many = Array.from({ length: 140_000 }, (_, index) => `w${index}`).join(" ");
  expect(rouge(many, many, { types: ["rouge1"] }).rouge1.fmeasure).toBe(1);
  const [candidate, reference] = ["w3 w1\nw2 w9", "w1 w2\nw3 w1"];
  const types = ["rouge1", "rouge2", "rougeL", "rougeLsum"] as const;
  const scores = rouge(candidate, reference, { types });
  for (const type of types) expect(scores[type]).toMatchObject(plainRouge(type, candidate, reference, false));
});
