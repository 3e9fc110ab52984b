import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePythonRepr, pythonList } from "../../src/read/index.ts";

/** As Python's `repr` writes plain values. */
const repr = (value: unknown): string => {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return `[${value.map(repr).join(", ")}]`;
  if (typeof value === "object") {
    return `{${Object.entries(value as object)
      .map(([key, one]) => `${repr(key)}: ${repr(one)}`)
      .join(", ")}}`;
  }
  const text = String(value);
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t")
    .replaceAll(quote, `\\${quote}`);
  return quote + escaped + quote;
};

const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string({ unit: "grapheme" }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie("value"), { maxKeys: 3 }),
  ),
})).value;

describe("a Python literal", () => {
  it("parsePythonRepr(repr(value)) = value", () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(parsePythonRepr(repr(value))).toEqual(value);
      }),
    );
  });

  it.each([
    ["('a',)", ["a"]],
    ["('a')", "a"],
    ["[1.0, 12345678901234567890]", ["1.0", "12345678901234567890"]],
    [String.raw`['\x41\u00e9\U0001f600']`, ["Aé😀"]],
    ["[None, True, nan, 1e-05]", [null, true, Number.NaN, "1e-05"]],
  ])("%s", (text, value) => expect(parsePythonRepr(text)).toEqual(value));

  it.each(["[", "['a' 'b']", "[a]", "{'a'}", "['a',,]", "['a'] x", "'open", "['\\q']", "[".repeat(300)])(
    "%j is none",
    (text) => expect(() => parsePythonRepr(text)).toThrow(SyntaxError),
  );

  it("a text that only begins like a list is none", () => {
    expect(pythonList("[sic] he said")).toBeUndefined();
    expect(pythonList("the list ['a']")).toBeUndefined();
    expect(pythonList("['a', \"it's\"]")).toEqual(["a", "it's"]);
  });
});
