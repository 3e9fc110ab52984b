/** Every function that takes options says which name it does not know, and which one was probably meant. */
import { expect, it } from "vitest";
import { jsonEntries, jsonLines, scoreCorpus, WorkerPool } from "../src/corpus/index.ts";
import * as extended from "../src/extended/index.ts";
import * as metrics from "../src/index.ts";
import { nodePool } from "../src/node.ts";
import { openRecords } from "../src/read/index.ts";
import * as stats from "../src/stats/index.ts";
import { loadEmbedder, loadTokenEmbedder } from "../src/transformers.ts";
import { loadWordNet } from "../src/wordnet.ts";

/** JavaScript: no compiler stands before the call. */
const js = (options: object): any => options;
const config = { components: [{ name: "overlap", type: "rouge1" }] };
const synonyms = js({ lowercased: true });

it.each<[call: string, refused: () => unknown]>([
  ["f1", () => metrics.f1("a", "b", js({ lowerCase: false, tokeniser: 1 }))],
  ["squad", () => metrics.squad("a", "b", js({ versions: "2.0" }))],
  ["exactMatch", () => metrics.exactMatch("a", "b", js({ ignorecases: true }))],
  ["cosine", () => metrics.cosine("a", "b", js({ weightings: "tfidf" }))],
  ["meteor", () => metrics.meteor("a", "b", js({ synonym: synonyms }))],
  ["bleu", () => metrics.bleu("a", "b", js({ smooth: 1, smothing: 1 }))],
  ["corpusBleu", () => metrics.corpusBleu([], js({ weight: [1] }))],
  ["chrf", () => metrics.chrf("a", "b", js({ wordorders: 2 }))],
  ["corpusChrf", () => metrics.corpusChrf([], js({ betas: 2 }))],
  ["sacreBleu", () => metrics.sacreBleu("a", "b", js({ tokeniser: "13a" }))],
  ["corpusSacreBleu", () => metrics.corpusSacreBleu([], js({ orders: 4 }))],
  ["planMetrics", () => metrics.planMetrics(config, js({ presets: {} }))],
  ["planMetrics", () => metrics.computeMetrics(config, {}, js({ scorer: {} }))],
  ["rougeS", () => extended.rougeS("a", "b", js({ maxskips: 1 }))],
  ["rougeSU", () => extended.rougeSU("a", "b", js({ stem: true, stemer: true }))],
  ["rougeW", () => extended.rougeW("a", "b", js({ weights: 1 }))],
  ["matchesPattern", () => extended.matchesPattern("a", "b", js({ modes: "full" }))],
  ["contains", () => extended.contains("a", "b", js({ modes: "all" }))],
  ["jsonValid", () => extended.jsonValid("{}", js({ kinds: "any" }))],
  ["numericDifference", () => extended.numericDifference("1", "2", js({ tolerances: 1 }))],
  ["jaroWinkler", () => extended.jaroWinkler("a", "b", js({ prefixweights: 0.1 }))],
  ["errorRates", () => extended.errorRates("a", "b", js({ lowerCased: true }))],
  ["corpusErrorRates", () => extended.corpusErrorRates([], js({ lowercased: true }))],
  ["ter", () => extended.ter("a", "b", js({ normalised: true }))],
  ["corpusTer", () => extended.corpusTer([], js({ casesensitives: true }))],
  ["terCorpus", () => stats.terCorpus(js({ normalised: true }))],
  ["chrfCorpus", () => stats.chrfCorpus(js({ betas: 2 }))],
  ["sacreBleuCorpus", () => stats.sacreBleuCorpus(js({ orders: 4 }))],
  ["ribes", () => extended.ribes("a", "b", js({ alphas: 1 }))],
  ["corpusRibes", () => extended.corpusRibes([], js({ betas: 1 }))],
  ["gleu", () => extended.gleu("a", "b", js({ minimumorders: 1 }))],
  ["corpusGleu", () => extended.corpusGleu([], js({ maximumorders: 1 }))],
  ["cohenKappa", () => stats.cohenKappa([], [], js({ weight: "linear" }))],
  ["krippendorffAlpha", () => stats.krippendorffAlpha([], js({ levels: "nominal" }))],
  ["aggregateRouge", () => stats.aggregateRouge([], js({ sample: 1 }))],
  ["bootstrapInterval", () => stats.bootstrapInterval([1], js({ sample: 1 }))],
  ["pairedTest", () => stats.pairedTest(js({}), [], [], js({ tests: "bootstrap" }))],
  ["approximateRandomisation", () => stats.approximateRandomisation([1], [1], js({ sample: 1 }))],
  ["pairedBootstrap", () => stats.pairedBootstrap([1], [1], js({ methods: "bca" }))],
  ["tercom", () => extended.tercom(js({ normalised: true }))],
  ["errorRateCorpus", () => extended.errorRateCorpus("wer", js({ lowercased: true }))],
  ["WorkerPool", () => nodePool(js({ config, worker: 1 }))],
  ["WorkerPool", () => new WorkerPool(js({ config, worker: 1 }))],
])("%s", (call, refused) => {
  expect(refused).toThrow(new RegExp(`^${call}: \\w+ is not known; did you mean \\w+\\?$`));
});

it.each<[call: string, refused: () => Promise<unknown>]>([
  ["bootstrapIntervals", () => stats.bootstrapIntervals([[1]], js({ methods: "bca" }))],
  ["compareMeans", () => stats.compareMeans([], js({ sample: 1 }))],
  ["compareDifferences", () => stats.compareDifferences([], js({ sample: 1 }))],
  ["planMetrics", () => metrics.computeMetricsAsync(config, {}, js({ presets: {} }))],
  ["jsonLines", () => jsonEntries([], js({ lineends: "" })).next()],
  ["scoreCorpus", () => scoreCorpus([], config, js({ recordof: () => ({}) })).next()],
  ["jsonLines", () => jsonLines([], js({ longestline: 1 })).next()],
  ["openRecords", () => openRecords("f", js({ names: "f" }))],
  ["bertScore", () => extended.bertScore("a", "b", js({}), js({ baselines: 1 }))],
  ["loadWordNet", () => loadWordNet(js({ directry: "d" }))],
  ["loadEmbedder", () => loadEmbedder(js({ models: "m" }))],
  ["loadTokenEmbedder", () => loadTokenEmbedder(js({ batchsizes: 1 }))],
])("%s", async (call, refused) => {
  await expect(refused()).rejects.toThrow(new RegExp(`^${call}: \\w+ is not known; did you mean \\w+\\?$`));
});

// The names that rouge_score and the platform's params have.
it.each(["use_stemmer", "split_summaries", "score_types"])("rouge does not know %s", (name) => {
  const sentence = `rouge: there is no option "${name}"; there are types, stemmer, tokenizer, splitSummaries`;
  expect(() => metrics.rouge("a", "b", js({ [name]: true }))).toThrow(sentence);
  expect(metrics.rouge("a", "a", js({ [name]: undefined })).rouge1.fmeasure).toBe(1);
});

it("a name that is near none is answered with those there are; undefined says nothing", () => {
  expect(() => metrics.f1("a", "b", js({ colour: 1 }))).toThrow(
    "f1: colour is not known; known are tokenizer, lowercase",
  );
  expect(metrics.f1("a", "a", js({ colour: undefined })).fmeasure).toBe(1);
  expect(() => metrics.f1("a", "b", js([1]) && (7 as never))).toThrow("f1: options must be an object, not number");
});
