import { expect, it } from "vitest";
import { locate } from "../../src/index.ts";

const found = (value: unknown) => ({ found: true, value });

it("walks a data_loc through keys and numbers written as strings", () => {
  const record = { test_case_data: { input: { messages: [{ content: "hi" }] } } };
  expect(locate(["test_case_data", "input", "messages", "0", "content"], record)).toEqual(found("hi"));
  expect(locate(["test_case_data", "input", "messages", "1"], record)).toEqual({ found: false, missing: "1" });
});

it("finds an application's output in the data of a result", () => {
  const text = { test_case_output: { generation_output: "a summary" } };
  expect(locate(["test_case_output", "output"], text)).toEqual(found("a summary"));
  expect(locate(["test_case_output"], text)).toEqual(found("a summary"));
  const map = { test_case_output: { output: { generation_output: { summary: "short" } } } };
  expect(locate(["test_case_output", "output", "summary"], map)).toEqual(found("short"));
});

it("finds a span by its node id", () => {
  const span = { node_id: "retriever", operation_input: { q: "?" }, operation_output: { text: "found" } };
  const asList = { trace: [{ node_id: "other" }, span] };
  expect(locate(["trace", "retriever", "output", "text"], asList)).toEqual(found("found"));
  expect(locate(["trace", "retriever", "input", "q"], asList)).toEqual(found("?"));
  expect(locate(["trace", "reranker", "output"], asList)).toEqual({ found: false, missing: "reranker" });
  expect(locate(["trace", "retriever", "output"], { trace: { retriever: { output: "x" } } })).toEqual(found("x"));
});

it("resolves v5 locators, by themselves and in a text", () => {
  const record = { item: { answer: { text: "four" }, n: 4, "a.b": "dotted" } };
  expect(locate("item.answer.text", record)).toEqual(found("four"));
  expect(locate("item.a.b", record)).toEqual(found("dotted"));
  expect(locate("{{item.n}} is {{ item.answer.text }}", record)).toEqual(found("4 is four"));
  expect(locate("{{item.nope}}", record)).toEqual({ found: false, missing: "nope" });
});

it("takes a record without item as the item", () => {
  expect(locate("item.answer", { answer: "yes" })).toEqual(found("yes"));
});

it("does not walk into what an object inherits", () => {
  expect(locate(["test_case_data", "constructor"], { test_case_data: {} })).toEqual({
    found: false,
    missing: "constructor",
  });
  expect(locate(["test_case_data", "length"], { test_case_data: ["a"] })).toEqual({ found: false, missing: "length" });
});

it("reads a template in time linear in it: the same blanks cost a quarter of four times as many", () => {
  const record = { item: { a: "x" } };
  expect(locate("{{ item.a }}, {{item.a}} and {{a}} {{ }}", record)).toEqual({
    found: true,
    value: "x, x and {{a}} {{ }}",
  });
  // A pattern that tries each blank in turn would need minutes for this.
  const blanks = " ".repeat(200_000);
  expect(locate(`{{item.a${blanks}`, record)).toEqual({ found: false, missing: `{{item.a${blanks}` });
  expect(locate(`{{${blanks}item.a${blanks}}}`, record)).toEqual({ found: true, value: "x" });
});
