import type { MetricRecord, Scorer } from "@evalwire/metrics";
import { renderHook } from "@testing-library/react";
import { expect, it } from "vitest";
import { useMetricScores } from "../src/index.ts";

const record = (id: string, output: string): MetricRecord => ({
  id,
  test_case_data: { expected_output: "the cat sat on the mat" },
  test_case_output: { output },
});
const rouge1 = { components: [{ name: "overlap", type: "rouge1" }] };

it("scores each record by key", () => {
  const records = [record("same", "the cat sat on the mat"), record("none", "a dog")];
  const { result } = renderHook(() => useMetricScores(rouge1, records));
  expect(result.current).toEqual([{ scores: { overlap: 1 } }, { scores: { overlap: 0 } }]);
});

it("scores a record once, also when the list and the configuration are made anew", () => {
  const scored: Array<string> = [];
  const length: Scorer = {
    prepare: () => ({
      parts: [undefined],
      signatures: () => ["length"],
      score: ({ candidate }) => {
        scored.push(candidate);
        return [candidate.length];
      },
    }),
  };
  const options = { scorers: { length } };
  const [first, second] = [record("1", "one"), record("2", "three")];
  const { result, rerender } = renderHook(
    ({ records }) => useMetricScores({ components: [{ name: "length", type: "length" }] }, records, options),
    { initialProps: { records: [first] } },
  );
  const [before] = result.current;
  scored.length = 0;
  rerender({ records: [first, second] });
  expect(scored).toEqual(["three"]);
  expect(result.current).toEqual([{ scores: { length: 3 } }, { scores: { length: 5 } }]);
  expect(result.current[0]).toBe(before);
});

it("a record that cannot be scored says why, and the others are scored", () => {
  const broken: MetricRecord = { id: "broken", test_case_output: { output: "text" } };
  const records = [broken, record("same", "the cat sat on the mat")];
  const { result } = renderHook(() => useMetricScores(rouge1, records));
  expect(result.current[0]?.error?.message).toContain('component "overlap"');
  expect(result.current[0]?.error?.message).toContain("record broken");
  expect(result.current[1]).toEqual({ scores: { overlap: 1 } });
});

it("a configuration that is none says so for every record", () => {
  const { result } = renderHook(() =>
    useMetricScores({ components: [{ name: "overlap", type: "rouge77" }] }, [record("same", "the cat")]),
  );
  expect(result.current[0]?.error?.message).toContain("rouge77");
});
