import { describe, expect, it } from "vitest";
import { extendedScorers } from "../../src/extended/index.ts";
import {
  bleu,
  computeMetrics,
  f1,
  type MetricComponent,
  meteor,
  planMetrics,
  rouge,
  sacreBleu,
  scorers,
  squad,
} from "../../src/index.ts";
import { type PresetName, presets } from "../../src/presets.ts";

const candidate = "The quick brown fox jumps over a lazy dog.";
const references = ["The quick brown fox jumped over the lazy dog.", "A fast fox leaps over the dog there, quickly."];
const record = { test_case_output: { output: candidate }, test_case_data: { expected_output: references } };
const one = { ...record, test_case_data: { expected_output: references[0] } };

const number = (
  component: Omit<MetricComponent, "name">,
  preset?: PresetName,
  of: typeof record | typeof one = record,
) =>
  computeMetrics({ components: [{ name: "x", ...component }] }, of, {
    scorers: extendedScorers,
    preset: preset && presets[preset],
  }).x!;

describe("every type", () => {
  const needsNoModel = (type: string) => type !== "cosine_similarity" && type !== "bertscore";
  it.each(Object.keys({ ...scorers, ...extendedScorers }).filter(needsNoModel))(
    "%s gives finite numbers with signatures",
    (type) => {
      const metrics = planMetrics({ components: [{ name: "x", type }] }, { scorers: extendedScorers }).measure(record);
      expect(metrics.length).toBeGreaterThan(0);
      for (const { value, signature } of metrics) {
        expect(Number.isFinite(value)).toBe(true);
        expect(signature).not.toBe("");
      }
    },
  );

  it("has the platform's choices by default", () => {
    for (const type of Object.keys(presets.sgp).filter((one) => one !== "rouge" && one !== "cosine_similarity")) {
      expect(number({ type })).toBe(number({ type }, "sgp"));
    }
    expect(number({ type: "rougeL" })).toBe(rouge(candidate, references, { types: ["rougeL"] }).rougeL.fmeasure);
    expect(number({ type: "bleu" })).toBe(bleu(candidate, references).score);
    expect(number({ type: "meteor" })).toBe(meteor(candidate, references).score);
    expect(number({ type: "f1" }, "sgp", one)).toBe(f1(candidate, references[0]!).fmeasure);
  });

  it("with one reference at a time takes the best of several", () => {
    const best = Math.max(...references.map((reference) => f1(candidate, reference).fmeasure));
    expect(number({ type: "f1" })).toBe(best);
  });
});

describe("presets", () => {
  const entries = Object.entries(presets).flatMap(([name, preset]) =>
    Object.entries<Readonly<Record<string, unknown>>>(preset).map(([type, params]) => ({ name, type, params })),
  );

  it.each(entries)("$name has params that $type understands", ({ type, params }) => {
    const embedder = { name: "none", embed: async () => [] };
    // Given as a component's own, every one of them has to be known.
    expect(
      planMetrics({ components: [{ name: "x", type, params }] }, { providers: { embedder }, scorers: extendedScorers })
        .omitted,
    ).toEqual([]);
  });

  it("mean different things by one name", () => {
    expect(number({ type: "f1" }, "azure")).toBe(squad(candidate, references).f1);
    expect(number({ type: "bleu" }, "azure")).toBe(bleu(candidate, references, { smoothing: 4 }).score);
    expect(number({ type: "bleu" }, "vertex")).toBe(sacreBleu(candidate, references).score / 100);
  });

  it("huggingface's bleu is sacrebleu's unsmoothed one as a share of 1, where there is one reference", () => {
    const same = sacreBleu(candidate, references[0]!, { smoothing: "none" }).score / 100;
    expect(number({ type: "bleu" }, "huggingface", one)).toBeCloseTo(same, 12);
  });

  it("give way to a component's own params", () => {
    expect(number({ type: "bleu", params: { smoothing: 0 } }, "azure")).toBe(bleu(candidate, references).score);
  });

  it("mean nothing to another implementation", () => {
    const params = { implementation: "sacrebleu" };
    expect(number({ type: "bleu", params }, "azure")).toBe(
      sacreBleu(candidate, references, { effectiveOrder: true }).score,
    );
  });
});
