import * as fc from "fast-check";
import { expect, it } from "vitest";
import { intern } from "../../src/kernel/intern.ts";

/** Around the length up to which words stay known; \u0130 in lower case is one unit longer. */
const token = fc.oneof(
  fc.constantFrom("a", "A", "b", "", "\0", "\0a", "\x7f", "\x80", "é", "É", "K", "\u212a"),
  fc
    .array(fc.constantFrom("x", "X", "\u0130", "i\u0307"), { minLength: 5, maxLength: 14 })
    .map((parts) => parts.join("")),
);
const lists = fc.array(fc.array(token, { maxLength: 8 }), { maxLength: 4 });

it.each([
  ["equal tokens", false, (one: string) => one],
  ["tokens equal in lower case", true, (one: string) => one.toLowerCase()],
] as const)("numbers %s alike and all others differently", (_, anyCase, fold) => {
  fc.assert(
    fc.property(lists, (texts) => {
      const all = texts.flat();
      const numbers = intern(texts, anyCase).flatMap((list) => [...list]);
      all.forEach((one, at) => {
        all.forEach((other, index) => {
          expect(numbers[at] === numbers[index]).toBe(fold(one) === fold(other));
        });
      });
    }),
    { numRuns: 300 },
  );
});

it("numbers on after it has forgotten the words of before", () => {
  const many = Array.from({ length: 70_000 }, (_, at) => `w${at}`);
  expect(new Set(intern([many])[0]).size).toBe(70_000);
  const [left, right] = intern([
    ["w1", "w2"],
    ["w2", "w3"],
  ]) as [Int32Array, Int32Array];
  expect([left[1] === right[0], left[0] === right[1]]).toEqual([true, false]);
});
