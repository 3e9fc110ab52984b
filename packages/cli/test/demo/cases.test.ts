import { rouge } from "@evalwire/metrics";
import { expect, it } from "vitest";
import { cases } from "../../src/demo/cases/index.ts";

const words = (text: string) => text.trim().split(/\s+/).length;

it("there are at least 64 cases, no two alike", () => {
  expect(cases.length).toBeGreaterThanOrEqual(64);
  for (const part of ["title", "document", "expected", "output"] as const) {
    expect(new Set(cases.map((one) => one[part])).size, part).toBe(cases.length);
  }
});

it("each document has 60 to 150 words, and its summary is shorter by far", () => {
  for (const { title, document, expected } of cases) {
    expect(words(document), title).toBeGreaterThanOrEqual(60);
    expect(words(document), title).toBeLessThanOrEqual(150);
    expect(words(expected), title).toBeLessThan(words(document) / 2);
  }
});

it("the outputs are good, bad and in between", () => {
  const scores = cases.map(({ output, expected }) => rouge(output, expected, { types: ["rougeL"] }).rougeL.fmeasure);
  const within = (low: number, high: number) => scores.filter((score) => score >= low && score < high).length;
  expect(within(0, 0.25)).toBeGreaterThanOrEqual(6);
  expect(within(0.25, 0.6)).toBeGreaterThanOrEqual(20);
  expect(within(0.6, 1.01)).toBeGreaterThanOrEqual(6);
});
