import { describe, expect, it } from "vitest";
import { readExport } from "./readExport.ts";

const row = (output: unknown, assert: ReadonlyArray<object>, more: object = {}) => ({
  ...{ testIdx: 0, promptIdx: 0, prompt: { label: "p" }, provider: { id: "openai:gpt-4o", label: "" } },
  ...{ vars: { city: "Rome" }, response: { output }, testCase: { assert }, failureReason: 0, ...more },
});
const only = async (one: object) => (await readExport(`${JSON.stringify(one)}\n`, { name: "r.jsonl" })).records[0]!;

describe("promptfoo", () => {
  it("a test without the variable that has the references is not compared with another one", async () => {
    const row = (testIdx: number, vars: object, assert: ReadonlyArray<object> = []) => ({
      ...{ testIdx, promptIdx: 0, prompt: { label: "p" }, provider: { id: "x" }, vars, failureReason: 0 },
      ...{ response: { output: "six" }, testCase: { vars, assert } },
    });
    const equals = [{ type: "equals", value: "nine" }];
    const rows = [
      row(0, { expected: "six", summary: "a" }),
      row(1, { summary: "a" }),
      row(2, { summary: "a" }, equals),
    ];
    const { records } = await readExport(rows.map((one) => JSON.stringify(one)).join("\n"));
    expect(records.map(({ references }) => references)).toEqual([["six"], [], ["nine"]]);
  });

  it("a template that cannot be filled in is no reference", async () => {
    const templates = ["{{ city | upper }}", "{% if city %}x{% endif %}", "{{ nowhere }}"];
    const values = [...templates, "In {{city}}"].map((value) => ({ type: "equals", value }));
    expect((await only(row("Rome", values))).references).toEqual(["In Rome"]);
    expect((await only(row("Rome", values.slice(0, 3)))).references).toEqual([]);
    expect((await only(row("x", values.slice(3), { vars: { city: "{{city}}" } }))).references).toEqual(["In {{city}}"]);
  });

  it("an object that is expected of JSON in a text is JSON as well", async () => {
    const { answer, references } = await only(row('{"a":1}', [{ type: "equals", value: { a: 1 } }]));
    expect(references).toEqual([answer]);
  });

  it("the table of the web page has a row a test, and an output for each provider, null for one it was not run with", async () => {
    const test = { vars: { expected: "six" } };
    const outputs = [
      { text: "six", pass: true, provider: "a", failureReason: 0 },
      { text: "gone", pass: false, provider: "b", failureReason: 2, response: { error: "gone" } },
      null,
    ];
    const table = {
      head: { prompts: [{ label: "p" }, { label: "q" }, { label: "r" }], vars: ["expected"] },
      body: [{ description: "", outputs, vars: ["six"], test, testIdx: 3 }],
    };
    const { reader, records } = await readExport(JSON.stringify(table), { name: "table.json" });
    expect(reader).toBe("promptfoo");
    expect(records.map(({ id, answer, references, run }) => ({ id, answer, references, run }))).toEqual([
      { id: "3", answer: "six", references: ["six"], run: { promptIdx: "0" } },
      { id: "3", answer: null, references: ["six"], run: { promptIdx: "1" } },
      { id: "3", answer: null, references: ["six"], run: { promptIdx: "2" } },
    ]);
  });

  it("a provider without a label is known by its id", async () => {
    expect((await only(row("x", []))).names).toEqual({ provider: "openai:gpt-4o", prompt: "p" });
  });

  it("both names of a factuality check have the reference", async () => {
    for (const type of ["factuality", "model-graded-factuality"]) {
      expect((await only(row("x", [{ type, value: "six" }]))).references).toEqual(["six"]);
    }
    expect((await only(row("x", [{ type: "not-equals", value: "six" }]))).references).toEqual([]);
  });
});
