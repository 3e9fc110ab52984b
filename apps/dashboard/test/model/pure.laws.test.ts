import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvOf } from "../../src/model/csv.ts";
import { places } from "../../src/model/Standing.ts";
import * as TaskQuery from "../../src/model/TaskQuery.ts";
import { record, row } from "../rows.ts";

const query = fc.record({
  text: fc.string({ unit: "grapheme" }),
  places: fc.subarray([...places]),
  person: fc.string({ unit: "grapheme" }),
  sort: fc.constantFrom(...TaskQuery.columns),
  isDescending: fc.boolean(),
  columns: fc
    .subarray([...TaskQuery.columns], { minLength: 1 })
    .map((some) => TaskQuery.columns.filter((each) => each === "task" || some.includes(each))),
});

const statuses = ["NOT_READY", "PENDING", "PENDING_REDO", "COMPLETED", "FIXED", "LATER"];
const tasks = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), { maxLength: 12 }).chain((ids) =>
  fc.tuple(
    ...ids.map((id) =>
      fc
        .record({
          status: fc.constantFrom(...statuses),
          assigned_to: fc.constantFrom(null, "ada", "ben"),
          priority: fc.constantFrom(null, 0, 1, 2),
        })
        .map((fields) => row({ id, ...fields })),
    ),
  ),
);

describe("the query of the task table", () => {
  it("parse(print(query)) = query", () => {
    fc.assert(
      fc.property(query, (asked) => {
        // A query of only the default columns is the same as none.
        const shown = asked.columns.length === 1 ? { ...asked, columns: TaskQuery.initial.columns } : asked;
        expect(TaskQuery.parse(new URLSearchParams(TaskQuery.print(shown).toString()))).toEqual(shown);
      }),
    );
  });

  it("makes sense of any address", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom("q", "place", "person", "sort", "cols", "x"), fc.string())),
        (pairs) => {
          const parsed = TaskQuery.parse(new URLSearchParams(pairs.map(([name, value]) => [name, value])));
          expect(TaskQuery.parse(TaskQuery.print(parsed))).toEqual(parsed);
        },
      ),
    );
  });

  it("select gives each wanted task once, in an order that does not depend on theirs", () => {
    fc.assert(
      fc.property(tasks, query, fc.nat(), (all, asked, turn) => {
        const records = new Map(all.map(({ id }) => [`r-${id}`, record({ id: `r-${id}`, title: `title ${id}` })]));
        const found = TaskQuery.select(all, records, asked);
        const turned = [...all.slice(turn % (all.length || 1)), ...all.slice(0, turn % (all.length || 1))];
        expect(TaskQuery.select(turned, records, asked)).toEqual(found);
        expect(new Set(found).size).toBe(found.length);
        const wide = TaskQuery.select(all, records, { ...asked, text: "", places: [], person: "" });
        expect(new Set(wide)).toEqual(new Set(all));
        expect(wide.filter((task) => found.includes(task))).toEqual(found);
      }),
    );
  });
});

describe("CSV", () => {
  // A reader of RFC 4180, as small as it can be.
  const read = (text: string): ReadonlyArray<ReadonlyArray<string>> => {
    const rows: Array<Array<string>> = [[]];
    let cell = "";
    let isQuoted = false;
    for (let index = 0; index < text.length; index++) {
      const unit = text[index]!;
      if (isQuoted) {
        if (unit !== '"') cell += unit;
        else if (text[index + 1] === '"') cell += text[++index];
        else isQuoted = false;
      } else if (unit === '"') isQuoted = true;
      else if (unit === "," || unit === "\r") {
        rows.at(-1)!.push(cell);
        cell = "";
        if (unit === "\r") {
          index++;
          rows.push([]);
        }
      } else cell += unit;
    }
    return rows.slice(0, -1);
  };

  it("is read as what was written, formulas led by an apostrophe", () => {
    const cell = fc.string({ unit: "grapheme" });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell)), (rows) => {
        const safe = (text: string) => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
        expect(read(csvOf(["a", "b"], rows))).toEqual([["a", "b"], ...rows.map((each) => each.map(safe))]);
      }),
    );
  });

  it("leaves numbers as they are, negative ones too", () => {
    expect(csvOf(["n"], [[-1.5], [undefined]])).toBe("n\r\n-1.5\r\n\r\n");
  });
});
