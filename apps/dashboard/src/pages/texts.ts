/** The texts of a test case result that people read. */
import type { TestCaseResults } from "@evalwire/core/contract";

export const textOf = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value ?? null, null, 2);

/** An input of only texts is read as those texts, anything else as JSON. */
export const inputOf = (input: unknown): string => {
  const values = typeof input === "object" && input !== null ? Object.values(input) : [];
  return values.length > 0 && values.every((value) => typeof value === "string") ? values.join("\n\n") : textOf(input);
};

const member = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? (value as { readonly [name: string]: unknown })[name] : undefined;

export const outputOf = (result: TestCaseResults.TestCaseResult): string => {
  const data = result.test_case_evaluation_data;
  return textOf(member(data, "output") ?? member(data, "generation_output") ?? data);
};

/** `undefined` where the test case expects nothing in particular. */
export const expectedOf = (result: TestCaseResults.TestCaseResult): string | undefined => {
  const data = result.test_case_version?.test_case_data;
  const expected = member(data, "expected_output");
  return expected == null ? undefined : textOf(expected);
};
