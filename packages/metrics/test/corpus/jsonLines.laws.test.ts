import fc from "fast-check";
import { expect, it } from "vitest";
import { BadLine, jsonLines } from "../../src/corpus/index.ts";
import { collect } from "./collect.ts";

const read = (pieces: Iterable<string>, longestLine?: number) => collect(jsonLines(pieces, { longestLine }));

it("jsonLines(any pieces of the lines of values) = values", async () => {
  const values = fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(
      values,
      fc.array(fc.nat(400), { maxLength: 8 }),
      fc.constantFrom("\n", "\r\n", "\n\n"),
      async (all, cuts, end) => {
        const text = all.map((value) => JSON.stringify(value) + end).join("");
        const at = [0, ...cuts.map((cut) => Math.min(cut, text.length)).sort((one, other) => one - other), text.length];
        const pieces = at.slice(1).map((to, index) => text.slice(at[index], to));
        expect(await read(pieces)).toEqual(all.map((value) => JSON.parse(JSON.stringify(value))));
      },
    ),
  );
});

it("a line that is not JSON is a bad line with its number, and the others are read", async () => {
  const [first, bad, last] = await read(['\ufeff{"a":1}\n', "{oops\n", "[2]"]);
  expect([first, last]).toEqual([{ a: 1 }, [2]]);
  expect(bad).toBeInstanceOf(BadLine);
  expect(bad).toMatchObject({ line: 2 });
});

it("a line that is too long is a bad line, and is not kept", async () => {
  const [bad, good] = await read(['"aaaa', 'aaaa"\n', '"b"'], 6);
  expect(bad).toEqual(new BadLine(1, "longer than 6 characters"));
  expect(good).toBe("b");
});
