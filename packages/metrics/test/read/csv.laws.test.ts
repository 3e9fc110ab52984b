import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BadLine } from "../../src/corpus/index.ts";
import { read } from "./pieces.ts";

const cell = (text: string, delimiter: string, quotes: boolean) =>
  quotes || /[",;\t\r\n]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text;

const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8, unit: "grapheme" }), {
  minLength: 2,
  maxLength: 4,
});
const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 4 });

describe("CSV", () => {
  it("read(table written as CSV or TSV, in any pieces) = its rows, all cells as text", async () => {
    const table = names.chain((columns) =>
      fc.record({
        columns: fc.constant(columns),
        rows: fc.array(
          fc.array(fc.string({ unit: "grapheme" }), { minLength: columns.length, maxLength: columns.length }),
          { minLength: 1, maxLength: 6 },
        ),
      }),
    );
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.constantFrom(",", "\t"),
        fc.constantFrom("\r\n", "\n"),
        fc.boolean(),
        sizes,
        async ({ columns, rows }, delimiter, end, hasMark, sizes) => {
          const text = [columns, ...rows]
            .map((cells) => cells.map((one) => cell(one, delimiter, true)).join(delimiter) + end)
            .join("");
          const name = delimiter === "," ? "a.csv" : "a.tsv";
          const { values, columns: found } = await read((hasMark ? "\ufeff" : "") + text, { sizes, name });
          expect(found).toEqual(columns);
          expect(values).toEqual(
            rows.map((cells) => Object.fromEntries(columns.map((column, at) => [column, cells[at]]))),
          );
        },
      ),
    );
  });

  it("casts nothing, and recognises CSV by its content", async () => {
    const { values, format, entries } = await read('id,answer\n007,1.0\n"9007199254740993",\n\n8,"a\nb"\n9,x\n');
    expect(format).toBe("csv");
    expect(values).toEqual([
      { id: "007", answer: "1.0" },
      { id: "9007199254740993", answer: "" },
      { id: "8", answer: "a\nb" },
      { id: "9", answer: "x" },
    ]);
    expect(entries.map(({ line }) => line)).toEqual([2, 3, 5, 7]);
    expect((await read('id\tanswer, or not\n1\tsix, or "seven"\n')).values).toEqual([
      { id: "1", "answer, or not": 'six, or "seven"' },
    ]);
    expect((await read("a;b\n1;2,5\n")).values).toEqual([{ a: "1", b: "2,5" }]);
  });

  it.each([";", ",", "\t"])(
    "the line by which Excel names the delimiter is none of the rows: %j",
    async (delimiter) => {
      const rows = [
        ["id", "answer"],
        ["a", '"x,;\ny"'],
        ["b", "z"],
      ].map((cells) => cells.join(delimiter));
      for (const bom of ["", "\ufeff"]) {
        const { values, entries, columns } = await read(`${bom}${[`sep=${delimiter}`, ...rows].join("\r\n")}`);
        expect(columns).toEqual(["id", "answer"]);
        expect(values).toEqual([
          { id: "a", answer: "x,;\ny" },
          { id: "b", answer: "z" },
        ]);
        expect(entries.map(({ line }) => line)).toEqual([3, 5]);
      }
    },
  );

  it("line ends may be mixed", async () => {
    expect((await read("a,b\r\n1,2\n3,4\r\n5,6")).values).toEqual([
      { a: "1", b: "2" },
      { a: "3", b: "4" },
      { a: "5", b: "6" },
    ]);
  });

  it("names that come twice are made distinct, and reported", async () => {
    const { columns, repeated } = await read(",a,b,a,,a\n1,2,3,4,5,6\n");
    expect(columns).toEqual(["", "a", "b", "a.1", ".1", "a.2"]);
    expect(repeated).toEqual(["a"]);
  });

  it("a column may be called __proto__", async () => {
    const { values } = await read("__proto__,b\nx,y\n");
    expect(Object.entries(values[0] as object)).toEqual([
      ["__proto__", "x"],
      ["b", "y"],
    ]);
  });

  it("a row of another width is a bad record, and the others are read", async () => {
    const { values } = await read("a,b\n1\n2,3\n");
    expect(values).toEqual([new BadLine(2, "1 cells under 2 columns"), { a: "2", b: "3" }]);
  });

  it.each([
    ['a,b\n1,"open\n', /not CSV: a quote that is opened is never closed/],
    ['a,b\n1,"x"y\n', /not CSV: a closing quote is followed by more text/],
    ['a,b\n1,x"y"\n', /not CSV: a quote stands inside a cell/],
  ])("%j is refused with what is wrong", async (text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });

  it.each(["\n", "\r\n", "\r"])("a row has the line it begins in, with line ends inside of cells: %j", async (end) => {
    const lines = ["a,b", '"x', 'y",1', "2,3", "", "", '"q', "r", 's","t', 'u"', "6"];
    const { entries } = await read(lines.join(end));
    expect(entries.map(({ line }) => line)).toEqual([2, 4, 7, 11]);
  });

  it("a quote in TSV that is none swallows no rows", async () => {
    const lines = ["a\tb", '"six\t1', 'x\t"2"'];
    for (const end of ["\n", "\r\n"]) {
      await expect(read(`${lines.join(end)}${end}`, { name: "x.tsv" })).rejects.toThrow(
        "line 2: not TSV: a quote that begins a cell is not closed in it; quote the cell and write the quote twice",
      );
      const kept = ["a\tb", 'say "six"\t1', `"two${end}lines, a\ttab and a "" quote"\t"x"`, '"x"\t'];
      for (const last of ["", end]) {
        const { values } = await read(kept.join(end) + last, { name: "x.tsv" });
        expect(values).toEqual([
          { a: 'say "six"', b: "1" },
          { a: `two${end}lines, a\ttab and a " quote`, b: "x" },
          { a: "x", b: "" },
        ]);
      }
    }
  });

  it("what is not UTF-8 is refused, not replaced", async () => {
    await expect(read(new Uint8Array(Buffer.from("a,b\ncaf\xe9,1\n", "latin1")))).rejects.toThrow("not UTF-8");
  });
});
