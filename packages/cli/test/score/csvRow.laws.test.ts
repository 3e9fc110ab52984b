import fc from "fast-check";
import { expect, it } from "vitest";
import { csvRow } from "../../src/score/output/csvRow.ts";

/** A reader of RFC 4180, written plainly: one character at a time. */
const parse = (text: string): Array<Array<string>> => {
  const rows: Array<Array<string>> = [];
  let row: Array<string> = [];
  let field = "";
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (isQuoted) {
      if (character !== '"') field += character;
      else if (text[at + 1] === '"') field += text[++at]!;
      else isQuoted = false;
    } else if (character === '"') isQuoted = true;
    else if (character === ",") {
      row.push(field);
      field = "";
    } else if (character === "\r" && text[at + 1] === "\n") {
      rows.push([...row, field]);
      row = [];
      field = "";
      at++;
    } else field += character;
  }
  return rows;
};

const field = fc.oneof(fc.string({ unit: fc.constantFrom(",", '"', "\r", "\n", "a", " ") }), fc.string());
const rows = fc.array(fc.array(field, { minLength: 1 }));

it("parse(rows.map(csvRow).join('')) = rows", () => {
  fc.assert(
    fc.property(rows, (all) => {
      expect(parse(all.map(csvRow).join(""))).toEqual(all);
    }),
  );
});
