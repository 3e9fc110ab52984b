/** Every metric refuses values that are not texts in a sentence, wherever they stand: a number is not scored as a text, and nothing fails deep inside. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as extended from "../src/extended/index.ts";
import * as metrics from "../src/index.ts";

/** JavaScript: no compiler stands before the call. */
type Metric = (candidate: any, references?: any) => unknown;
type Corpus = (pairs: any) => unknown;

const withOneReference: Readonly<Record<string, Metric>> = {
  f1: metrics.f1,
  cosine: metrics.cosine,
  embeddingCosine: (candidate, reference) =>
    metrics.embeddingCosine(candidate, reference, { name: "toy", embed: async (texts) => texts.map(() => [1]) }),
  indel: extended.indel,
  jaro: extended.jaro,
  jaroWinkler: extended.jaroWinkler,
  levenshtein: extended.levenshtein,
  jsonSimilarity: extended.jsonSimilarity,
  matchesPattern: extended.matchesPattern,
  numericDifference: extended.numericDifference,
};

const withReferences: Readonly<Record<string, Metric>> = {
  rouge: metrics.rouge,
  bleu: metrics.bleu,
  sacreBleu: metrics.sacreBleu,
  chrf: metrics.chrf,
  meteor: metrics.meteor,
  exactMatch: metrics.exactMatch,
  squad: metrics.squad,
  bertScore: (candidate, references) =>
    extended.bertScore(candidate, references, {
      name: "toy",
      embedTokens: async (texts) => texts.map((text) => ({ tokens: [text], vectors: [[1]] })),
    }),
  contains: extended.contains,
  errorRates: extended.errorRates,
  gleu: extended.gleu,
  ribes: extended.ribes,
  rougeS: extended.rougeS,
  rougeSU: extended.rougeSU,
  rougeW: extended.rougeW,
  ter: extended.ter,
};

const candidatesOnly: Readonly<Record<string, Metric>> = { jsonValid: (candidate) => extended.jsonValid(candidate) };

const corpora: Readonly<Record<string, Corpus>> = {
  corpusBleu: metrics.corpusBleu,
  corpusChrf: metrics.corpusChrf,
  corpusSacreBleu: metrics.corpusSacreBleu,
  corpusErrorRates: extended.corpusErrorRates,
  corpusGleu: extended.corpusGleu,
  corpusRibes: extended.corpusRibes,
  corpusTer: extended.corpusTer,
};

/** Exported functions that compare no two texts: tokenizers and what takes configs, vectors or options. */
const others = [
  ...["MetricError", "Params", "Score", "computeMetrics", "computeMetricsAsync", "configOfTasks", "cosineOfVectors"],
  ...["errorRateCorpus", "locate", "planMetrics", "porter", "rougeTokens", "scorerOf", "single", "splitWhitespace"],
  ...["squadNormalize", "tercom", "tokenWeights", "treebankWords", "wordTokenize", "wordTokenizer"],
];

const noText = fc.oneof(
  fc.constantFrom(undefined, null, true, 3, 4n, Number.NaN, Symbol("text"), { text: "a" }, new Map(), () => "a"),
  fc.double(),
  fc.object(),
);
const noReference = fc.oneof(noText, fc.tuple(fc.string(), noText), fc.tuple(noText, fc.string()));

const failureOf = async (call: () => unknown): Promise<unknown> => {
  try {
    await call();
    return undefined;
  } catch (error) {
    return error;
  }
};

const sentence = /^The (candidate|reference) must be a text, not \S+$/;

const isRefused = async (call: () => unknown): Promise<void> => {
  const failure = await failureOf(call);
  expect(failure).toBeInstanceOf(RangeError);
  expect((failure as Error).message).toMatch(sentence);
};

const entries = (table: Readonly<Record<string, Metric>>) => Object.entries(table);

it("every exported function is in one of these tables", () => {
  const tables = [withOneReference, withReferences, candidatesOnly, corpora].flatMap((table) => Object.keys(table));
  const exported = [metrics, extended].flatMap((module) =>
    Object.entries(module).flatMap(([name, value]) => (typeof value === "function" ? [name] : [])),
  );
  expect([...exported].sort()).toEqual([...tables, ...others].sort());
});

describe.each(entries({ ...withOneReference, ...withReferences, ...candidatesOnly }))("%s", (_, metric) => {
  it("refuses a candidate that is no text", async () => {
    await fc.assert(fc.asyncProperty(noText, (candidate) => isRefused(() => metric(candidate, "a"))));
  });
});

describe.each(entries({ ...withOneReference, ...withReferences }))("%s", (_, metric) => {
  it("refuses a reference that is no text", async () => {
    await fc.assert(fc.asyncProperty(noText, (reference) => isRefused(() => metric("a", reference))));
  });
});

describe.each(entries(withReferences))("%s", (_, metric) => {
  it("refuses a list of references with something else in it", async () => {
    await fc.assert(fc.asyncProperty(noReference, (references) => isRefused(() => metric("a", references))));
  });

  it("says that there is no reference in an empty list", async () => {
    expect(await failureOf(() => metric("a", []))).toEqual(new RangeError("There is no reference"));
  });
});

describe.each(entries(withOneReference))("%s", (_, metric) => {
  it("refuses a list of references: it takes one", async () => {
    await isRefused(() => metric("a", ["a"]));
  });
});

describe.each(Object.entries(corpora))("%s", (_, corpus) => {
  it("refuses a pair with what is no text, and what is no pair", async () => {
    await fc.assert(
      fc.asyncProperty(noText, noReference, async (candidate, references) => {
        await isRefused(() => corpus([{ candidate, references: "a" }]));
        await isRefused(() =>
          corpus([
            { candidate: "a", references: "a" },
            { candidate: "a", references },
          ]),
        );
      }),
    );
    for (const pair of [undefined, null, 3, {}]) await isRefused(() => corpus([pair]));
  });

  it.each([undefined, null, 3, {}])("refuses %j for a corpus", async (pairs) => {
    const failure = await failureOf(() => corpus(pairs));
    expect(failure).toBeInstanceOf(RangeError);
    expect((failure as Error).message).toBe("A corpus must be an iterable of pairs { candidate, references }.");
  });
});
