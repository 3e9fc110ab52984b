import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BadLine, type JsonEntry } from "@evalwire/metrics/corpus";
import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { countLines, entriesOfLines, LineReader, lineBlocks } from "../../../src/score/blocks/Lines.ts";

const folder = mkdtempSync(join(tmpdir(), "evalwire-lines-"));
afterAll(() => rmSync(folder, { recursive: true }));

const line = fc.oneof(
  fc.constant(""),
  fc.constant("  "),
  fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 1 })).map((value) => JSON.stringify(value)),
  fc.string({ maxLength: 60 }).filter((text) => !/[\r\n]/.test(text)),
);
const end = fc.constantFrom("\n" as const, "\r" as const);
const text = fc
  .tuple(fc.array(line, { maxLength: 12 }), end, fc.boolean())
  .map(([lines, end, isOpen]) => ({ whole: lines.join(end) + (isOpen ? "" : end), end }));

/** Blocks' entries with the lines of the whole text. */
const numbered = (blocks: ReadonlyArray<Uint8Array>, end: "\n" | "\r"): ReadonlyArray<JsonEntry> => {
  let base = 0;
  return blocks.flatMap((bytes) => {
    const entries = Array.from(entriesOfLines(bytes, end), (one) => ({ ...one, line: one.line + base }));
    base += countLines(bytes, end);
    return entries.map((one) =>
      one.value instanceof BadLine ? { ...one, value: new BadLine(one.line, one.value.problem) } : one,
    );
  });
};

it("a file read in ranges of any size gives the entries of the whole, each once, in order", async () => {
  await fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 50 }), ({ whole, end }, size) => {
      const name = join(folder, "a.jsonl");
      const bytes = Buffer.from(whole);
      writeFileSync(name, bytes);
      const file = openSync(name, "r");
      try {
        const blocks: Array<Uint8Array> = [];
        for (let from = 0; from < bytes.length; from += size) {
          blocks.push(Uint8Array.from(new LineReader().read(file, from, Math.min(bytes.length, from + size), end)));
        }
        expect(Buffer.concat(blocks)).toEqual(bytes);
        expect(numbered(blocks, end)).toEqual(numbered([bytes], end));
      } finally {
        closeSync(file);
      }
    }),
  );
});

it("what is looked at is all that the lines of a range depend on", async () => {
  const other = fc.string({ maxLength: 40 });
  await fc.assert(
    fc.property(text, fc.nat(400), fc.integer({ min: 1, max: 50 }), other, ({ whole, end }, at, size, rest) => {
      const bytes = Buffer.from(whole);
      const from = Math.min(at, bytes.length);
      const linesOf = (content: Uint8Array) => {
        const name = join(folder, "looked.jsonl");
        writeFileSync(name, content);
        const file = openSync(name, "r");
        const looked: Array<Uint8Array> = [];
        try {
          const lines = new LineReader().read(file, from, from + size, end, (piece) =>
            looked.push(Uint8Array.from(piece)),
          );
          return { lines: Buffer.from(lines), looked: Buffer.concat(looked) };
        } finally {
          closeSync(file);
        }
      };
      const first = linesOf(bytes);
      const begin = Math.max(0, from - 1);
      expect(first.looked).toEqual(bytes.subarray(begin, begin + first.looked.length));
      // Of another file that has the same bytes there.
      const before = Buffer.alloc(begin, end);
      const after = begin + first.looked.length === bytes.length && !whole.endsWith(end) ? "" : rest;
      const second = linesOf(Buffer.concat([before, first.looked, Buffer.from(after)]));
      if (second.looked.equals(first.looked)) expect(second.lines).toEqual(first.lines);
      else expect(second.looked.length).toBeGreaterThan(first.looked.length);
    }),
  );
});

it("pieces put together are blocks of whole lines, of at least the requested size", async () => {
  await fc.assert(
    fc.asyncProperty(
      text,
      fc.integer({ min: 1, max: 60 }),
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
      async ({ whole, end }, least, sizes) => {
        const bytes = Buffer.from(whole);
        async function* pieces() {
          for (let at = 0, next = 0; at < bytes.length; next++) {
            const size = sizes[next % sizes.length]!;
            yield bytes.subarray(at, at + size);
            at += size;
          }
        }
        const blocks: Array<Uint8Array> = [];
        for await (const block of lineBlocks(pieces(), end, least)) blocks.push(block);
        expect(Buffer.concat(blocks)).toEqual(bytes);
        for (const block of blocks.slice(0, -1)) {
          expect(block.at(-1)).toBe(end.charCodeAt(0));
        }
        expect(numbered(blocks, end)).toEqual(numbered([bytes], end));
      },
    ),
  );
});

it("a line that is not UTF-8 is bad, and the others are read", () => {
  const bytes = Buffer.from('\ufeff{"a":1}\n"caf\xe9"\n{"a":3}\n'.replace("\ufeff", ""), "latin1");
  expect([...entriesOfLines(bytes, "\n")]).toEqual([
    { line: 1, value: { a: 1 } },
    { line: 2, value: new BadLine(2, "not UTF-8") },
    { line: 3, value: { a: 3 } },
  ]);
  expect([...entriesOfLines(Buffer.from('\ufeff{"a":1}'), "\n")]).toEqual([{ line: 1, value: { a: 1 } }]);
});
