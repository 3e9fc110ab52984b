/** An answer and what is expected of it, read the same way. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJson } from "../../src/corpus/parseJson.ts";
import { textsOf } from "../../src/exports/text.ts";

const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, fc.string(), fc.integer(), fc.boolean(), tie("list"), tie("object")),
  list: fc.array(tie("value"), { maxLength: 3 }),
  object: fc.dictionary(
    fc.oneof(fc.constantFrom("answer", "text", "content", "role", "output", "value", "messages"), fc.string()),
    tie("value"),
    { maxKeys: 3 },
  ),
}));

describe("textsOf", () => {
  it("equal values have equal texts, unless there is none", () => {
    fc.assert(
      fc.property(value, (value) => {
        const { answer, references } = textsOf(value, structuredClone(value));
        if (answer !== null) expect(references).toEqual([answer]);
      }),
      { numRuns: 1000 },
    );
  });

  it("JSON in a text, however it is spaced, has the text of the value that it is", () => {
    const structure = fc.jsonValue({ maxDepth: 2 }).filter((one) => typeof one === "object" && one !== null);
    fc.assert(
      fc.property(structure, fc.constantFrom(0, 1, "\t"), (one, space) => {
        const expected = parseJson(JSON.stringify(one));
        const { answer, references } = textsOf(JSON.stringify(one, null, space), expected);
        const isOne = Array.isArray(expected) ? expected.length > 1 : Object.keys(expected as object).length > 1;
        if (isOne) expect(references).toEqual([answer]);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ["as they are written", '{"id":9007199254740993,"score":1.0}', '{"id": 9007199254740993, "score": 1.0}', "same"],
    ["in lists", "[1.50,[2e3]]", "[1.50, [2e3]]", "same"],
    ["and not by their size", '{"score":1,"at":2}', '{"score":1.0,"at":2}', '{"score":1.0,"at":2}'],
    ["but not in keys and texts", '{"1.0":"a \\"1.0\\" b","c":"01"}', '{"1.0":"a \\"1.0\\" b","c":"01"}', "same"],
  ])("numbers in structures are texts %s", (_, output, expected, text) => {
    const values = [parseJson(output), output];
    for (const value of values) {
      const reference = text === "same" ? output : text;
      expect(textsOf(value, parseJson(expected))).toEqual({ answer: output, references: [reference] });
    }
  });

  it.each([
    ["several references", "six", ["six", "6"], "six", ["six", "6"]],
    ["a list, expected as a list", ["a", "b"], ["a", "b"], '["a","b"]', ['["a","b"]']],
    ["a list, one of several lists", ["a", "b"], [["b"], ["a", "b"]], '["a","b"]', ['["b"]', '["a","b"]']],
    [
      "JSON in a text, expected as an object",
      '{"city":"Rome"}',
      { city: "Rome" },
      '{"city":"Rome"}',
      ['{"city":"Rome"}'],
    ],
    ["JSON in a text, expected as a list", '["a","b"]', ["a", "b"], '["a","b"]', ['["a","b"]']],
    ["a text that only begins like JSON", "{six}", { answer: "six" }, "{six}", ["six"]],
    ["the field that is expected", { summary: "six", from: ["a"] }, { summary: "six" }, "six", ["six"]],
    ["the field that was given", { answer: "six" }, { answer: "six", from: "a", at: 3 }, "six", ["six"]],
    ["texts of a struct", "six", { text: ["six", "6"], answer_start: [0, 1] }, "six", ["six", "6"]],
    ["a conversation without an answer", [{ role: "user", content: "when?" }], "six", null, ["six"]],
  ])("%s", (_, output, expected, answer, references) => {
    expect(textsOf(output, expected)).toEqual({ answer, references });
  });
});
