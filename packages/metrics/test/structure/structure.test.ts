import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  contains,
  extendedScorers,
  jsonSimilarity,
  jsonValid,
  matchesPattern,
  numericDifference,
} from "../../src/extended/index.ts";
import { computeMetrics } from "../../src/index.ts";

const number = fc.double({ noNaN: true, noDefaultInfinity: true });

describe("contains", () => {
  it("finds a part of a text, and needs one or all of several", () => {
    expect(contains("abc", "b").score).toBe(1);
    expect(contains("abc", "B").score).toBe(0);
    expect(contains("abc", ["x", "c"]).score).toBe(1);
    expect(contains("abc", ["x", "c"], { mode: "all" }).score).toBe(0);
    expect(() => contains("abc", [])).toThrow(RangeError);
  });

  it("all ≤ any, and a text contains its parts", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (before, part, after) => {
        const text = before + part + after;
        expect(contains(text, [part, before], { mode: "all" }).score).toBe(1);
        expect(contains(text, part, { ignoreCase: true }).score).toBe(1);
      }),
    );
  });
});

describe("regex", () => {
  it("searches, or matches the whole text", () => {
    expect(matchesPattern("a1b", "[0-9]").score).toBe(1);
    expect(matchesPattern("a1b", "[0-9]", { mode: "full" }).score).toBe(0);
    expect(matchesPattern("A\nb", "^a.b$", { ignoreCase: true, dotAll: true }).score).toBe(1);
    expect(matchesPattern("a\nb", "^b$").score).toBe(0);
    expect(matchesPattern("a\nb", "^b$", { multiline: true }).score).toBe(1);
  });

  it("takes no longer for a pattern that backtracking would never end", () => {
    expect(matchesPattern(`${"a".repeat(100_000)}!`, "^(a+)+$").score).toBe(0);
    expect(matchesPattern("a".repeat(100_000), "(x+x+)+y").score).toBe(0);
  });

  it.each(["(", "a(?=b)", "(a)\\1", "a{2000}", "x".repeat(10_001)])("refuses %s in a sentence", (pattern) => {
    expect(() => matchesPattern("a", pattern)).toThrow(RangeError);
  });

  it("is JavaScript's answer where both speak the same language", () => {
    const piece = fc.constantFrom("a", "b", ".", "a*", "(ab)+", "[ab]", "b?", "(?:a|b)", "\\d", "^a", "b$");
    const pattern = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(""));
    const text = fc.array(fc.constantFrom("a", "b", "1", "c"), { maxLength: 12 }).map((letters) => letters.join(""));
    fc.assert(
      fc.property(pattern, text, (expression, input) => {
        expect(matchesPattern(input, expression).score).toBe(new RegExp(expression).test(input) ? 1 : 0);
      }),
    );
  });
});

describe("numeric difference", () => {
  it.each([
    ["3", "3.0", 1, 0],
    ["1,100", "900", 0.9, 200],
    [" -5 ", "5", 0, 10],
    ["0", "0", 1, 0],
    ["1e3", "1000", 1, 0],
    ["three", "3", 0, Number.NaN],
    ["1,2", "12", 0, Number.NaN],
  ])("of %s and %s", (candidate, reference, score, difference) => {
    expect(numericDifference(candidate, reference)).toMatchObject({ score: expect.closeTo(score, 12), difference });
  });

  it("counts a difference within the tolerance as none", () => {
    expect(numericDifference("3.04", "3", { tolerance: 0.05 }).score).toBe(1);
    expect(numericDifference("3.06", "3", { tolerance: 0.05 }).score).toBeLessThan(1);
    expect(() => numericDifference("1", "1", { tolerance: -1 })).toThrow(RangeError);
  });

  it("lies in [0, 1], is the same both ways, and does not see the scale", () => {
    fc.assert(
      fc.property(number, number, (one, other) => {
        const { score } = numericDifference(String(one), String(other));
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
        expect(numericDifference(String(other), String(one)).score).toBe(score);
        expect(numericDifference(String(one), String(one)).score).toBe(1);
      }),
    );
  });
});

describe("JSON", () => {
  it("is valid or not, a container or any value", () => {
    expect([jsonValid("1").score, jsonValid("{}").score, jsonValid("{a:1}").score, jsonValid("").score]).toEqual([
      1, 1, 0, 0,
    ]);
    expect([jsonValid("1", { kind: "container" }).score, jsonValid("[]", { kind: "container" }).score]).toEqual([0, 1]);
    expect(jsonValid("null", { kind: "container" }).score).toBe(0);
  });

  it.each([
    // By the rules of autoevals' JSONDiff, worked out by hand.
    ['{"a":1,"b":"x"}', '{"b":"x","a":1}', 1],
    ['{"a":1}', '{"a":1,"b":2}', 1 / 2],
    ["[1,2]", "[1,2,3,4]", 1 / 2],
    ['{"a":[1,2]}', '{"a":[1,3]}', (1 + (1 - 1 / 5)) / 2],
    ['"abc"', '"abd"', 2 / 3],
    ["null", "0", 0],
    ["{}", "{}", 1],
    ["[]", "{}", 0],
    ["not json", '"not json"', 1],
    ['{"a":null}', "{}", 0],
    ['{"__proto__":1}', "{}", 0],
  ])("%s is as alike %s as its parts are", (candidate, reference, score) => {
    expect(jsonSimilarity(candidate, reference).score).toBeCloseTo(score, 12);
  });

  it("0 ≤ similarity ≤ 1, 1 exactly for equal values, the same both ways", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.jsonValue({ maxDepth: 3 }), (one, other) => {
        const [left, right] = [JSON.stringify(one), JSON.stringify(other, null, 2)];
        const { score } = jsonSimilarity(left, right);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
        expect(jsonSimilarity(right, left).score).toBeCloseTo(score, 12);
        expect(jsonSimilarity(left, JSON.stringify(one, null, 3)).score).toBe(1);
      }),
    );
  });

  it("of very deep values is that of their texts, and does not overflow", () => {
    const deep = "[".repeat(5000) + "]".repeat(5000);
    expect(jsonSimilarity(deep, deep).score).toBe(1);
  });
});

it("are component types with their params", () => {
  const record = { test_case_output: { output: "Total: 12" }, test_case_data: { expected_output: "total: \\d+" } };
  const component = (type: string, params = {}) => ({ name: type, type, params });
  const components = [
    component("regex", { ignore_case: true, mode: "full" }),
    component("contains", { ignore_case: true }),
    component("json_valid"),
    component("numeric_difference", { tolerance: 1 }),
    component("json_similarity"),
  ];
  expect(computeMetrics({ components }, record, { scorers: extendedScorers })).toMatchObject({
    regex: 1,
    contains: 0,
    json_valid: 0,
    numeric_difference: 0,
    json_similarity: expect.any(Number),
  });
  const refused = (type: string, params: object) => () =>
    computeMetrics({ components: [component(type, params)] }, record, { scorers: extendedScorers });
  expect(refused("regex", { pattern: "(" })).toThrow(/component "regex": params.pattern The pattern/);
  expect(refused("contains", { mode: "some" })).toThrow(/must be one of any, all/);
});
