import { expect, it } from "vitest";
import { distributionsOf } from "../src/Scores.tsx";
import { titleOf } from "../src/useResults.ts";

const result = (metrics: Record<string, number>) => ({ title: "a", output: "b", metrics });

it("a metric's scores are spread over twenty bins, the ends included", () => {
  const results = new Map([0, 0.049, 0.5, 1].map((rougeL, index) => [String(index), result({ rougeL })]));
  const [distribution] = distributionsOf(results);
  expect(distribution).toMatchObject({ key: "rougeL", scores: 4, median: (0.049 + 0.5) / 2 });
  expect(distribution?.mean).toBeCloseTo(1.549 / 4, 12);
  expect(distribution?.bins[0]).toBe(2);
  expect(distribution?.bins[10]).toBe(1);
  expect(distribution?.bins[19]).toBe(1);
});

it("metrics that some results lack are averaged over those that have them", () => {
  const results = new Map([
    ["1", result({ a: 1, b: 0.5 })],
    ["2", result({ a: 0 })],
  ]);
  expect(distributionsOf(results).map(({ key, scores, mean }) => [key, scores, mean])).toEqual([
    ["a", 2, 0.5],
    ["b", 1, 0.5],
  ]);
});

it("without results there is nothing to show", () => {
  expect(distributionsOf(new Map())).toEqual([]);
});

it("an input is called by its title, else by its first words", () => {
  expect(titleOf({ title: "How dew forms", document: "On a clear night" })).toBe("How dew forms");
  expect(titleOf({ document: "On a clear night" })).toBe("On a clear night");
  expect(titleOf("one two three four five six seven eight nine ten")).toBe(
    "one two three four five six seven eight nine…",
  );
  expect(titleOf({ turns: 3 })).toBeUndefined();
  expect(titleOf("  ")).toBeUndefined();
  expect(titleOf(undefined)).toBeUndefined();
});
