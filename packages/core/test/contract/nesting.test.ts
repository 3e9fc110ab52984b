/** Values nested deeper than any stack: they are refused like other wrong ones. */
import { expect, it } from "vitest";
import { check, guard, unknownMembers, v5 } from "../../src/contract/index.ts";

const { Layout } = v5.Judges;

/** A layout in a layout, and so on; innermost a value, right or wrong. */
const layout = (levels: number, innermost: unknown = { data: "item.summary" }): unknown => {
  let inner = innermost;
  for (let level = 0; level < levels; level++) inner = { children: [inner], direction: "row" };
  return inner;
};

it("a layout of 65 levels is one, of more it is none", () => {
  expect([1, 65, 66, 100_000].map((levels) => guard(Layout)(layout(levels)))).toEqual([true, true, false, false]);
  expect(guard(Layout)(layout(65))).toBe(true);
});

it.each([66, 150, 100_000])("what is wrong with one of %i levels is said once", (levels) => {
  const issues = [{ path: [], message: "Expected fewer levels", kind: "invalid" }];
  expect(check(Layout)(layout(levels))).toEqual({ ok: false, issues });
});

it("a fault within reach is reported by its place, for any deeper values beside it", () => {
  const { children } = layout(100_000) as { readonly children: ReadonlyArray<unknown> };
  expect(check(Layout)({ children, direction: 7 })).toEqual({
    ok: false,
    issues: [{ path: ["direction"], message: "Expected string | null, got a number", kind: "invalid" }],
  });
  const checked = check(Layout)(layout(60, { data: 7 }));
  expect(checked.ok ? [] : checked.issues.map(({ path }) => path.length)).toEqual([121]);
});

it("unknown members are found down to the last level", () => {
  const strange = layout(64, { children: [], direction: "diagonal" });
  expect(unknownMembers(Layout)(strange).map(({ value }) => value)).toEqual(["diagonal"]);
});
