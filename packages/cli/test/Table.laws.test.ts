import fc from "fast-check";
import pc from "picocolors";
import { describe, expect, it } from "vitest";
import * as Table from "../src/terminal/Table.ts";

const plain = pc.createColors(false);
const colours = pc.createColors(true);
const cell = fc.stringMatching(/^[a-z0-9]{0,12}$/);

describe("Table", () => {
  it("width(fit(text, size)) = size", () => {
    fc.assert(
      fc.property(
        cell,
        fc.integer({ min: 0, max: 20 }),
        fc.constantFrom("left" as const, "right" as const),
        (text, size, align) => {
          expect(Table.width(Table.fit(text, size, align))).toBe(size);
        },
      ),
    );
  });

  it("a text that fits is kept whole", () => {
    fc.assert(
      fc.property(cell, fc.nat(8), (text, spare) => {
        expect(Table.fit(text, text.length + spare).trimEnd()).toBe(text);
      }),
    );
  });

  it("a right column ends at the same place in every row, coloured or not", () => {
    const row = fc.tuple(cell, fc.stringMatching(/^[0-9]{1,6}$/));
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), (rows) => {
        const coloured = rows.map(([name, figure], index) => [name, index % 2 ? colours.red(figure) : figure]);
        const lines = Table.lines([{ head: "name" }, { head: "n", align: "right" }], coloured, plain);
        expect(new Set(lines.slice(1).map(Table.width)).size).toBe(1);
      }),
    );
  });

  it("in so many characters is no wider, unless nothing more can be spared, and says what was left out", () => {
    const columns = [
      { head: "name" },
      { head: "first", align: "right", dropPriority: 1 },
      { head: "second", align: "right", dropPriority: 2 },
      { head: "also second", align: "right", dropPriority: 2 },
    ] as const;
    const order = ["also second", "second", "first"];
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell, cell, cell), { maxLength: 6 }),
        fc.integer({ min: 0, max: 70 }),
        (rows, room) => {
          const { lines, leftOut } = Table.fitted(columns, rows, plain, room);
          const widest = Math.max(...lines.map(Table.width));
          expect(widest <= room || leftOut.length === order.length).toBe(true);
          expect(leftOut.toSorted()).toEqual(order.slice(0, leftOut.length).toSorted());
          for (const { head } of columns) expect(lines[0]?.includes(head) || leftOut.includes(head)).toBe(true);
        },
      ),
    );
    expect(Table.fitted(columns, [], plain, Number.POSITIVE_INFINITY).lines).toEqual(Table.lines(columns, [], plain));
  });

  it("prints only the heads when there are no rows", () => {
    expect(Table.lines([{ head: "Status" }, { head: "Tasks", align: "right" }], [], plain)).toEqual([
      "  Status   Tasks",
    ]);
  });
});
