import fc from "fast-check";
import { expect, it } from "vitest";
import { parseJson, parsePythonJson } from "../../src/corpus/index.ts";

it("parseJson(JSON.stringify(value)) = value", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 1, "\t"), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      expect(parseJson(text)).toEqual(JSON.parse(text));
      expect(parsePythonJson(text)).toEqual(JSON.parse(text));
    }),
  );
});

const digits = fc.stringMatching(/^-?[1-9]\d{15,40}$/);
const fraction = fc.stringMatching(/^-?(0|[1-9]\d{0,20})\.\d{1,20}$/);
const power = fc.stringMatching(/^-?[1-9](\.\d{1,3})?[eE][+-]?\d{1,3}$/);

it("a number is given back as it is written", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(digits, fraction, power), { minLength: 1 }), fc.string(), (numbers, text) => {
      const key = JSON.stringify(text);
      const written = `{${key}: [${numbers.join(" , ")}],"one":${numbers[0]}}`;
      const value = parseJson(written) as Record<string, unknown>;
      expect(String(value.one)).toBe(numbers[0]);
      if (text !== "one") expect((value[text] as Array<unknown>).map(String)).toEqual(numbers);
    }),
  );
});

it("what looks like a number or a word of Python inside a text stays as it is", () => {
  const text = String.raw`{"a\\":"x, 1.0 \" : 12345678901234567890, NaN","b":1.0}`;
  expect(parseJson(text)).toEqual({ "a\\": 'x, 1.0 " : 12345678901234567890, NaN', b: "1.0" });
  expect(parsePythonJson(text)).toEqual({ "a\\": 'x, 1.0 " : 12345678901234567890, NaN', b: "1.0" });
});

it("NaN and the infinities are numbers to Python, and no JSON", () => {
  const text = '{"a":NaN,"b":[Infinity, -Infinity],"c":"NaN","\\u0000NaN":"\\u0000NaNo"}';
  expect(() => parseJson(text)).toThrow(SyntaxError);
  expect(parsePythonJson(text)).toEqual({
    a: Number.NaN,
    b: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    c: "NaN",
    "\u0000NaN": "\u0000NaNo",
  });
});

it("two ids of 19 digits stay two", () => {
  const [one, other] = ["1234567890123456788", "1234567890123456789"].map((id) => parseJson(`{"id":${id}}`));
  expect(one).not.toEqual(other);
});

it("is refused where JSON.parse refuses it", () => {
  const token = fc.oneof(
    digits,
    fraction,
    power,
    fc.constantFrom("01.5", "-007", "1.", ".5", "+1", "1.0.0", "0x10", "1_0"),
  );
  fc.assert(
    fc.property(fc.array(token, { minLength: 1 }), (tokens) => {
      const written = `{"a":[${tokens.join(",")}]}`;
      const isJson = (() => {
        try {
          JSON.parse(written);
          return true;
        } catch {
          return false;
        }
      })();
      if (isJson) expect((parseJson(written) as { a: Array<unknown> }).a.map(String)).toEqual(tokens);
      else for (const parse of [parseJson, parsePythonJson]) expect(() => parse(written)).toThrow(SyntaxError);
    }),
  );
});

it("a number is exact at any depth, and where a later key of the same name hides it nothing is lost", () => {
  fc.assert(
    fc.property(fc.nat({ max: 40 }), (depth) => {
      const value = parseJson(`${'{"a":['.repeat(depth)}[1.0]${"]}".repeat(depth)}`);
      expect(JSON.stringify(value)).toBe(`${'{"a":['.repeat(depth)}["1.0"]${"]}".repeat(depth)}`);
    }),
  );
  expect(parseJson('{"a":1.0,"a":"text"}')).toEqual({ a: "text" });
});
