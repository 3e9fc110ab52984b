import { expect, it } from "vitest";
import { extendedScorers } from "../../src/extended/index.ts";
import {
  computeMetrics,
  computeMetricsAsync,
  configOfTasks,
  type MetricConfig,
  MetricError,
  type MetricRecord,
  planMetrics,
  type Scorer,
  single,
} from "../../src/index.ts";

const record: MetricRecord = {
  id: "case-1",
  test_case_data: { input: "What happened?", expected_output: "police kill the gunman" },
  test_case_output: { output: "the gunman kill police" },
};

const failure = (config: MetricConfig, of: MetricRecord = record): MetricError => {
  try {
    computeMetrics(config, of);
  } catch (error) {
    if (error instanceof MetricError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
};

it("gives one number per score type of an umbrella component, and one for a single type", () => {
  const config = {
    components: [
      { name: "overlap", type: "rouge", params: { score_types: ["rouge1", "rougeL"] } },
      { name: "bigrams", type: "rouge2" },
    ],
  };
  expect(computeMetrics(config, record)).toEqual({ "overlap/rouge1": 1, "overlap/rougeL": 0.5, bigrams: 1 / 3 });
});

it("forms the keys as asked", () => {
  const config = { components: [{ name: "overlap", type: "rouge", params: { score_types: ["rouge1"] } }] };
  expect(computeMetrics(config, record, { key: (name, part) => `${name}_${part}` })).toEqual({ overlap_rouge1: 1 });
});

it("names component, mapping, path and record when a mapping leads nowhere", () => {
  const mappings = { candidate: ["test_case_output", "output", "summary"] };
  const error = failure({ components: [{ name: "overlap", type: "rouge1", mappings }] });
  expect(error.message).toBe(
    'component "overlap": mapping candidate: test_case_output.output.summary leads nowhere, there is no "summary" (record case-1)',
  );
});

it("names the known types when a type is unknown", () => {
  expect(failure({ components: [{ name: "x", type: "roug" }] }).reason).toMatchObject({
    _tag: "UnknownType",
    type: "roug",
  });
});

it("refuses a param that its type does not know", () => {
  const error = failure({ components: [{ name: "x", type: "rouge", params: { score_type: ["rouge1"] } }] });
  expect(error.message).toBe('component "x": params.score_type is not known to this type; did you mean score_types?');
});

it("refuses two components whose results would have one key", () => {
  const component = { name: "x", type: "rouge1" };
  expect(failure({ components: [component, component] }).message).toContain('the key "x"');
});

it("takes a list of texts as several references", () => {
  const config = { components: [{ name: "x", type: "rouge1", mappings: { reference: ["test_case_data", "wanted"] } }] };
  const several = { ...record, test_case_data: { wanted: ["nothing", "the gunman kill police"] } };
  expect(computeMetrics(config, several)).toEqual({ x: 1 });
  const bad = { ...record, test_case_data: { wanted: ["text", null] } };
  expect(failure(config, bad).message).toContain("mapping reference: test_case_data.wanted is null, not text");
});

it("computes v5 metric tasks, each under its alias or else its type", () => {
  const tasks = [
    { alias: "a", configuration: { type: "rouge1", candidate: "item.out", reference: "{{item.want}} indeed" } },
    { configuration: { type: "f1", candidate: "item.out", reference: "item.want" } },
  ];
  expect(computeMetrics(configOfTasks(tasks), { item: { out: "yes indeed", want: "yes" } })).toEqual({
    a: 1,
    f1: 2 / 3,
  });
});

const cosine = {
  components: [
    { name: "near", type: "cosine_similarity" },
    { name: "words", type: "f1" },
  ],
};

it("names the provider that is missing, or omits the component and says so", () => {
  expect(failure(cosine).reason._tag).toBe("Unavailable");
  const plan = planMetrics(cosine, { unavailable: "omit" });
  expect(plan.keys).toEqual(["words"]);
  expect(plan.omitted.map(({ component }) => component)).toEqual(["near"]);
});

it("waits for an asynchronous scorer, and says which when it cannot", async () => {
  const embed = async (texts: ReadonlyArray<string>) => texts.map((text) => [text.length, 1]);
  const options = { providers: { embedder: { name: "length", embed } } };
  expect(await computeMetricsAsync(cosine, record, options)).toMatchObject({ near: 1 });
  expect(() => computeMetrics(cosine, record, options)).toThrow(/a scorer is asynchronous/);
});

it("computes a registered type, with its params checked", () => {
  const length: Scorer = {
    prepare: (params) => {
      const unit = params.choice("unit", ["words", "characters"], "words");
      return single(
        ({ candidate }) => candidate.split(unit === "words" ? " " : "").length,
        () => `length|${unit}`,
      );
    },
  };
  const config = (unit: string) => ({ components: [{ name: "n", type: "length", params: { unit } }] });
  expect(computeMetrics(config("words"), record, { scorers: { length } })).toEqual({ n: 4 });
  expect(() => computeMetrics(config("lines"), record, { scorers: { length } })).toThrow(/params.unit must be one of/);
});

it("knows of which numbers less is better, as each scorer says of itself, a registered one too", () => {
  const one = single(
    () => 1,
    () => "wrong",
  );
  const wrong: Scorer = { prepare: () => one, isLessBetter: true };
  const components = ["rougeL", "ter", "wrong"].map((type) => ({ name: `of ${type}`, type }));
  const { lessIsBetter } = planMetrics({ components }, { scorers: { ...extendedScorers, wrong } });
  expect([...lessIsBetter]).toEqual(["of ter", "of wrong"]);
});

it("gives each number its signature", () => {
  const plan = planMetrics({ components: [{ name: "r", type: "rougeL" }] });
  expect(plan.measure(record)).toEqual([
    {
      key: "r",
      component: "r",
      value: 0.5,
      signature: "rougeL|nrefs:1|stem:no|tok:rouge|impl:rouge_score-0.1.2|measure:fmeasure",
    },
  ]);
});

it("refuses a config that is none", () => {
  expect(failure({} as MetricConfig).message).toBe("metric_config: needs a list of components");
  expect(failure({ components: [null as never] }).message).toContain("components[0]");
  expect(failure({ components: [{ name: "x", type: "f1", mappings: { prediction: ["a"] } }] }).message).toContain(
    '"prediction"',
  );
  expect(failure({ components: [{ name: "x", type: "f1", mappings: { candidate: [] } }] }).message).toContain(
    "mapping candidate",
  );
});
