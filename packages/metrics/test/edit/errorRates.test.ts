import * as fc from "fast-check";
import { expect, it } from "vitest";
import { editCounts } from "../../src/edit/editCounts.ts";
import { corpusErrorRates, errorRates, levenshtein } from "../../src/extended/index.ts";
import { type GoldenCase, golden } from "../golden.ts";
import { anyText, sentence } from "../texts.ts";

const lines = golden("error_rates");
const optionsOf = ({ params }: GoldenCase) =>
  params.transform === "default" ? {} : { lowercase: true, noPunctuation: true };

it.each(lines.filter(({ level }) => level === "sentence"))("has jiwer's figures for $id", (line) => {
  for (const one of line.cases) {
    const { signature: _, ...rates } = errorRates(line.prediction, line.references, optionsOf(one));
    expect(rates).toEqual(one.expected);
  }
});

it.each(lines.filter(({ level }) => level === "corpus"))("has jiwer's figures of a corpus for $id", (line) => {
  const byId = new Map(lines.map((one) => [one.id, one]));
  const pairs = line.items!.map((id) => ({
    candidate: byId.get(id)!.prediction,
    references: byId.get(id)!.references,
  }));
  for (const one of line.cases) {
    const { signature: _, ...rates } = corpusErrorRates(pairs, optionsOf(one));
    expect(rates).toEqual(one.expected);
  }
});

/** The alignment by the whole table, with the rule as it is written. */
const plainCounts = (reference: ReadonlyArray<number>, hypothesis: ReadonlyArray<number>) => {
  let [start, end] = [0, 0];
  const most = Math.min(reference.length, hypothesis.length);
  while (start < most && reference[start] === hypothesis[start]) start++;
  while (end < most - start && reference.at(-1 - end) === hypothesis.at(-1 - end)) end++;
  const rows = reference.slice(start, reference.length - end);
  const columns = hypothesis.slice(start, hypothesis.length - end);
  const table = [Array.from({ length: columns.length + 1 }, (_, column) => column)];
  rows.forEach((token, at) => {
    const row = [at + 1];
    columns.forEach((other, column) => {
      const diagonal = table[at]![column]! + (token === other ? 0 : 1);
      row.push(Math.min(diagonal, table[at]![column + 1]! + 1, row[column]! + 1));
    });
    table.push(row);
  });
  const counts = { hits: start + end, substitutions: 0, deletions: 0, insertions: 0 };
  let [row, column] = [rows.length, columns.length];
  while (row > 0 && column > 0) {
    if (table[row - 1]![column]! === table[row]![column]! - 1) {
      counts.deletions++;
      row--;
    } else if (table[row]![column - 1]! === table[row - 1]![column - 1]! - 1) {
      counts.insertions++;
      column--;
    } else {
      row--;
      column--;
      if (rows[row] === columns[column]) counts.hits++;
      else counts.substitutions++;
    }
  }
  counts.deletions += row;
  counts.insertions += column;
  return counts;
};

const ids = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 90 });

it("counts what a walk back through the whole table counts", () => {
  fc.assert(
    fc.property(ids, ids, (reference, hypothesis) => {
      expect(editCounts(Int32Array.from(reference), Int32Array.from(hypothesis))).toEqual(
        plainCounts(reference, hypothesis),
      );
    }),
    { numRuns: 500 },
  );
});

it("works a table that is too large to keep in blocks", () => {
  const tokens = (length: number, step: number) =>
    Int32Array.from({ length }, (_, at) => ((at * step) ^ (at >> 4)) % 7);
  const [reference, hypothesis] = [tokens(13_000, 3), tokens(12_500, 5)];
  const { hits, substitutions, deletions, insertions } = editCounts(reference, hypothesis);
  expect([hits + substitutions + deletions, hits + substitutions + insertions]).toEqual([13_000, 12_500]);
  const textOf = (numbers: Int32Array) => Array.from(numbers, (number) => "abcdefg"[number]).join("");
  expect(substitutions + deletions + insertions).toBe(levenshtein(textOf(hypothesis), textOf(reference)).distance);
});

it("0 ≤ mer, wil, wip ≤ 1; mer ≤ wer; all errors gone for equal texts", () => {
  const text = fc.oneof(sentence, anyText);
  fc.assert(
    fc.property(text, text, fc.boolean(), fc.boolean(), (candidate, reference, lowercase, noPunctuation) => {
      const options = { lowercase, noPunctuation };
      const { wer, mer, wil, wip } = errorRates(candidate, reference, options);
      for (const rate of [mer, wil, wip]) {
        expect(rate).toBeGreaterThanOrEqual(0);
        expect(rate).toBeLessThanOrEqual(1);
      }
      expect(mer).toBeLessThanOrEqual(wer);
      expect(errorRates(reference, reference, options)).toMatchObject({ wer: 0, mer: 0, wil: 0, wip: 1, cer: 0 });
      expect(errorRates(candidate, [reference, candidate], options).wer).toBe(0);
    }),
  );
});
