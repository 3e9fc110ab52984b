import fc from "fast-check";
import { expect, it } from "vitest";
import { BadLine, jsonEntries, jsonLines, type Pieces } from "../../src/corpus/index.ts";
import { collect } from "./collect.ts";

const read = (pieces: Pieces, longestLine?: number) => collect(jsonLines(pieces, { longestLine }));

/** A text or its bytes in pieces, cut at these places. */
const cutUp = <Whole extends string | Uint8Array>(whole: Whole, cuts: ReadonlyArray<number>): Array<Whole> => {
  const at = cuts.map((cut) => Math.min(cut, whole.length)).sort((one, other) => one - other);
  return [...at, whole.length].map((to, index) => whole.slice(at[index - 1] ?? 0, to) as Whole);
};

it("jsonLines(any pieces of the lines of values) = values", async () => {
  const values = fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(
      values,
      fc.array(fc.nat(400), { maxLength: 8 }),
      fc.constantFrom("\n", "\r\n", "\n\n"),
      async (all, cuts, end) => {
        const text = all.map((value) => JSON.stringify(value) + end).join("");
        const expected = all.map((value) => JSON.parse(JSON.stringify(value)));
        expect(await read(cutUp(text, cuts))).toEqual(expected);
        expect(await read(cutUp(new TextEncoder().encode(text), cuts))).toEqual(expected);
      },
    ),
  );
});

it("a line that is not JSON is a bad line with its number, and the others are read", async () => {
  const [first, bad, last] = await read(['\ufeff{"a":1}\n', "{oops\n", "[2]"]);
  expect([first, last]).toEqual([{ a: 1 }, [2]]);
  expect(bad).toBeInstanceOf(BadLine);
  expect(bad).toMatchObject({ line: 2, problem: expect.not.stringContaining("line 1") });
});

it("a line that is too long is a bad line, and is not kept", async () => {
  const [bad, good] = await read(['"aaaa', 'aaaa"\n', '"b"'], 6);
  expect(bad).toEqual(new BadLine(1, "longer than 6 characters"));
  expect(good).toBe("b");
});

it("each entry has its line, whether the text ends with a line end or not", async () => {
  for (const end of ["", "\n", "\r\n\r\n"]) {
    const entries = await collect(jsonEntries([`\ufeff1\r\n\r\n  \n2\n3${end}`]));
    expect(entries).toEqual([
      { line: 1, value: 1 },
      { line: 4, value: 2 },
      { line: 5, value: 3 },
    ]);
  }
});

it("bytes that are not UTF-8 are a bad line, and the others are read", async () => {
  const bytes = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));
  const entries = await collect(jsonEntries([bytes('\xef\xbb\xbf"a"\n"caf\xe9'), bytes('"\n"b"')]));
  expect(entries.map(({ value }) => value)).toEqual(["a", new BadLine(2, "not UTF-8"), "b"]);
  expect(await read([bytes('"aaaa'), bytes('aaaa"\n"b"')], 6)).toEqual([
    new BadLine(1, "longer than 6 characters"),
    "b",
  ]);
});
