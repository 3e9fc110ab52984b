import { expect, it } from "vitest";
import { computeMetrics } from "../../src/index.ts";

const component = { name: "overlap", type: "rouge1" };
const record = { test_case_output: { output: "a b" }, test_case_data: { expected_output: "a b" } };
const componentOf = (more: object) => ({ components: [{ ...component, ...more }] });

it.each([
  ["mapping", "mappings"],
  ["Mappings", "mappings"],
  ["parms", "params"],
])("%s is refused, and %s named", (given, meant) => {
  expect(() => computeMetrics(componentOf({ [given]: {} }), record)).toThrow(
    `"${given}" is not known; did you mean ${meant}?`,
  );
});

it("a name that the platform may know and that is near none of these is let through", () => {
  expect(computeMetrics(componentOf({ description: "How many words agree?", id: "m1" }), record)).toEqual(
    computeMetrics(componentOf({}), record),
  );
});
