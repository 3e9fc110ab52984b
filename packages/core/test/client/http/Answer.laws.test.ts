import * as Result from "effect/Result";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import * as Answer from "../../../src/client/http/Answer.ts";

/** A JSON text with `__proto__` as a key somewhere, its letters escaped at random. */
const poisoned = fc
  .record({
    value: fc.jsonValue(),
    escapes: fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }),
    space: fc.constantFrom("", " ", "\n\t"),
    depth: fc.nat({ max: 3 }),
  })
  .map(({ value, escapes, space, depth }) => {
    const key = [..."__proto__"].map((letter, index) =>
      escapes[index] ? `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}` : letter,
    );
    const inner = `{"kept":1,"${key.join("")}"${space}:${JSON.stringify({ isAdmin: true, value })}}`;
    return `${'{"in":['.repeat(depth)}${inner}${"]}".repeat(depth)}`;
  });

const keysOf = (value: unknown): ReadonlyArray<string> =>
  typeof value !== "object" || value === null
    ? []
    : Object.keys(value).flatMap((key) => [key, ...keysOf((value as Record<string, unknown>)[key])]);

it("a key __proto__ does not survive, however it is spelled, and poisons no copy", () =>
  fc.assert(
    fc.property(poisoned, (text) => {
      const value = Result.getOrThrow(Answer.parse(text, undefined));
      expect(keysOf(value)).not.toContain("__proto__");
      let inner = value as Record<string, any>;
      while ("in" in inner) inner = inner["in"][0];
      const copy: Record<string, unknown> = Object.assign({}, inner);
      expect(copy).toEqual({ kept: 1 });
      expect(copy["isAdmin"]).toBeUndefined();
    }),
  ));

it("every other JSON is parsed to what JSON.parse makes of it", () =>
  fc.assert(
    fc.property(
      fc.jsonValue().filter((value) => !keysOf(value).includes("__proto__")),
      (value) => {
        const text = JSON.stringify(value);
        expect(Result.getOrThrow(Answer.parse(text, undefined))).toEqual(JSON.parse(text));
      },
    ),
  ));

it("an object or array that breaks off anywhere is found to be truncated", () =>
  fc.assert(
    fc.property(
      fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue())),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (value, share) => {
        const text = JSON.stringify(value);
        const cut = text.slice(0, 1 + Math.floor(share * (text.length - 1)));
        const failure = Result.getOrThrow(Result.flip(Answer.parse(cut, "application/json")));
        expect(failure).toMatchObject({ _tag: "Undecodable", truncated: true });
      },
    ),
  ));
