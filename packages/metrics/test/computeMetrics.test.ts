import { expect, it } from "vitest";
import { computeMetrics, type MetricConfig, MetricError, type MetricRecord } from "../src/index.ts";

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
  expect(error.message).toBe('component "x": params.score_type is not known to this type');
});

it("refuses two components whose results would have one key", () => {
  const component = { name: "x", type: "rouge1" };
  expect(failure({ components: [component, component] }).message).toContain('the key "x"');
});
