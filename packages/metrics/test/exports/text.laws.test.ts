/** An answer and what is expected of it, read the same way. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
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
