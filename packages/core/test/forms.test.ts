import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonSchemaForms } from "../src/forms.ts";

const field = (schema: object) => ({ type: "object", properties: { name: schema } });

const messages = (schema: object, value: unknown) => jsonSchemaForms(schema, value).map(({ message }) => message);

describe("patterns of forms", () => {
  const patterns = [
    "^[a-c]+$",
    "^(a|b)*c$",
    "a{2,3}b?",
    "^(?:a+b?)+$",
    "^[^@]+@[^@]+\\.[a-c]+$",
    "\\bab\\b",
    "^(?=.*a)b",
    "(a)\\1",
    "\\u0061b+",
    "^$",
  ];

  it.each(patterns)("%s means what it means in JavaScript", (pattern) => {
    const native = new RegExp(pattern, "u");
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", "b", "c", "@", ".", " ", "é"), maxLength: 12 }), (name) => {
        const expected = native.test(name) ? [] : [{ path: "/name", message: "String does not match pattern." }];
        expect(jsonSchemaForms(field({ pattern }), { name })).toEqual(expected);
      }),
    );
  });

  it.each(["^(?=(a+)+$)a", "((a+)b)+\\1", "^(?!(a|b){30})a+"])(
    "%s is refused by name: it could take forever",
    (pattern) => {
      expect(messages(field({ pattern }), { name: "a" })[0]).toBe(
        `the schema cannot be used: the pattern ${JSON.stringify(pattern)} could take forever: with look-around or back references it may have one repetition and no repeated group`,
      );
    },
  );

  it("of property names are simple, or refused by name", () => {
    const schema = (pattern: string) => ({ patternProperties: { [pattern]: { type: "number" } } });
    expect(messages(schema("^x-"), { "x-a": "one" })).toEqual([
      'Instance type "string" is invalid. Expected "number".',
    ]);
    expect(messages(schema("^x-.+"), { "x-a": 1, y: "any" })).toEqual([]);
    expect(messages(schema("^(x+)+$"), { x: 1 })[0]).toContain(
      'the pattern "^(x+)+$" of patternProperties may have one',
    );
  });

  it("do not hide a format beside them, nor a property of that name", () => {
    expect(messages(field({ pattern: "^a", format: "email" }), { name: "a@example.com" })).toEqual([]);
    expect(messages(field({ pattern: "^a", format: "email" }), { name: "abc" })).toHaveLength(1);
    expect(messages(field({ format: "email" }), { name: "abc" })[0]).toContain('format "email"');
    const named = {
      properties: { pattern: { pattern: "^a" }, const: { pattern: "^b" } },
      enum: [{ pattern: "ab" }, { const: "x" }],
    };
    expect(messages(named, { pattern: "ab" })).toEqual([]);
    expect(messages(named, { const: "x" })).toContain("String does not match pattern.");
  });

  it("are found behind a $ref, and one that is none is named", () => {
    const schema = { $defs: { code: { pattern: "^(a+)+$" } }, properties: { name: { $ref: "#/$defs/code" } } };
    expect(messages(schema, { name: "aab" })).toContain("String does not match pattern.");
    expect(messages(schema, { name: "aaa" })).toEqual([]);
    expect(messages(field({ pattern: "(" }), { name: "a" })[0]).toMatch(
      /^the schema cannot be used: Invalid regular expression/,
    );
  });
});
