/** Data of the program's own that is read and passed back comes out as it was. */
import { exactJson } from "@evalwire/core/exact";
import fc from "fast-check";
import { expect, it } from "vitest";

const space = fc.constantFrom("", "", " ", "\n", "\t ");

const digits = fc.stringMatching(/^(0|[1-9]\d{0,24})$/);
const numberText = fc
  .tuple(
    fc.constantFrom("", "-"),
    digits,
    fc.stringMatching(/^(\.\d{1,20})?$/),
    fc.stringMatching(/^([eE][+-]?\d{1,3})?$/),
  )
  .map((parts) => parts.join(""));

const key = fc.oneof(
  fc.constantFrom("1", "2", "10", "02", "-1", "4294967294", "4294967295", "1.5", "a", "b", ""),
  fc.string().filter((name) => name !== "__proto__"),
);

/** Texts of JSON without space, each object's keys all different. */
const { json } = fc.letrec<{ json: string }>((tie) => ({
  json: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom("true", "false", "null"),
    numberText,
    fc.string({ unit: "binary" }).map((text) => JSON.stringify(text)),
    fc.array(tie("json"), { maxLength: 4 }).map((items) => `[${items.join(",")}]`),
    fc
      .uniqueArray(fc.tuple(key, tie("json")), { selector: ([name]) => name, maxLength: 5 })
      .map((entries) => `{${entries.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(",")}}`),
  ),
}));

it("stringify(parse(text)) = text inside of an object, for any keys and numbers", () => {
  fc.assert(
    fc.property(json, (text) => {
      const whole = `{"data":${text}}`;
      expect(exactJson.stringify(exactJson.parse(whole))).toBe(whole);
    }),
    { numRuns: 1000 },
  );
});

it("reads what JSON.parse reads, but for integers that a number cannot hold and the order of keys", () => {
  const plain = (value: unknown): unknown => {
    if (typeof value === "bigint") return Number(value);
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
  };
  fc.assert(
    fc.property(json, space, space, (text, before, after) => {
      const spaced = before + text.replaceAll(/([[{:,])(?=(?:[^"]*"[^"]*")*[^"]*$)/g, `$1${after}`) + after;
      let wanted: unknown;
      try {
        wanted = JSON.parse(spaced);
      } catch {
        expect(() => exactJson.parse(spaced)).toThrow(SyntaxError);
        return;
      }
      expect(plain(exactJson.parse(spaced))).toEqual(wanted);
    }),
    { numRuns: 1000 },
  );
});

it("is broken JSON where JSON is", () => {
  for (const text of ["", "{", '{"1":1,}', '{"a":01}', "[1 2]", '{"2":1} x', "{1:2}"]) {
    expect(() => exactJson.parse(text)).toThrow(SyntaxError);
  }
});

it("lists keys as they came, sees changes, and drops __proto__", () => {
  const data = exactJson.parse('{"b":1,"2":2,"b":3,"1":4,"\\u005f_proto__":{"polluted":true}}') as Record<
    string,
    unknown
  >;
  expect(Object.entries(data)).toEqual([
    ["b", 3],
    ["2", 2],
    ["1", 4],
  ]);
  expect((data as { polluted?: unknown }).polluted).toBeUndefined();
  data["0"] = 5;
  delete data["2"];
  expect(exactJson.stringify(data)).toBe('{"b":3,"1":4,"0":5}');
});

it("a replaced number is written as it is, its neighbours as they were", () => {
  const data = exactJson.parse('{"list":[1.0,2.0],"n":1.50,"big":12345678901234567890}') as {
    list: Array<number>;
    n: number;
    big: bigint;
  };
  expect(data.big).toBe(12345678901234567890n);
  data.list[0] = 7;
  data.n = 1.5;
  expect(exactJson.stringify({ inner: data })).toBe('{"inner":{"list":[7,2.0],"n":1.50,"big":12345678901234567890}}');
});
