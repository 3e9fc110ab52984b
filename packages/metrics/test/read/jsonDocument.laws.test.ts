import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BadLine } from "../../src/corpus/index.ts";
import { read } from "./pieces.ts";

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
const record = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 });
const records = fc.array(record, { minLength: 1, maxLength: 8 });
const indent = fc.constantFrom(0, 2, "\t");
const same = (value: unknown) => JSON.parse(JSON.stringify(value));

describe("a JSON document", () => {
  it("read(array of records, in any pieces) = records", async () => {
    await fc.assert(
      fc.asyncProperty(records, sizes, indent, async (all, sizes, indent) => {
        const { values, entries, format } = await read(JSON.stringify(all, null, indent), { sizes });
        expect(format).toBe("json");
        expect(values).toEqual(same(all));
        expect(entries.map(({ line }) => line)).toEqual(all.map((_, at) => at + 1));
      }),
    );
  });

  it("read(envelope, --records path) = the list, and the head is the rest", async () => {
    const key = fc.string({ minLength: 1, maxLength: 6 }).filter((one) => !one.includes(".") && one !== "__proto__");
    await fc.assert(
      fc.asyncProperty(
        records,
        fc.tuple(key, key),
        record,
        sizes,
        indent,
        async (all, [outer, inner], more, sizes, indent) => {
          const document = { ...more, [outer]: { before: more, [inner]: all, after: [1] } };
          const path = `${outer}.${inner}`;
          const { values, head } = await read(JSON.stringify(document, null, indent), { sizes, records: path });
          expect(values).toEqual(same(all));
          expect(head.list).toBe(path);
        },
      ),
    );
  });

  it("read(document, --records path) = the list, at any depth and inside of lists", async () => {
    const key = fc.string({ minLength: 1, maxLength: 3 }).filter((one) => !one.includes(".") && one !== "__proto__");
    const step = fc.oneof(key, fc.nat({ max: 3 }));
    const path = fc.array(step, { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        records,
        path,
        fc.jsonValue({ maxDepth: 2 }),
        sizes,
        indent,
        async (all, path, other, sizes, indent) => {
          const document = path.reduceRight<unknown>(
            (inner, step) =>
              typeof step === "number"
                ? [...new Array(step).fill(other), inner, other]
                : { _: other, [step]: inner, "": [[all]] },
            all,
          );
          // At the top an object: a list there is JSON Lines or the records.
          const { values, head } = await read(JSON.stringify({ top: document }, null, indent), {
            sizes,
            records: ["top", ...path].join("."),
          });
          expect(values).toEqual(same(all));
          expect(head.list).toBe(["top", ...path].join("."));
        },
      ),
      // A key of digits and a place in a list are written alike.
      { examples: [[[{ a: 1 }], ["runs", 0, "results"], 1, [3], 0]] },
    );
    const rows = [{ id: 1 }];
    expect((await read(JSON.stringify([{ results: [] }, { results: rows }]), { records: "1.results" })).values).toEqual(
      rows,
    );
    await expect(read('{"runs":[{"results":[{"a":1}]}],"b":[]}', { records: "runs.1.results" })).rejects.toThrow(
      "there is no list at --records runs.1.results; lists of records: --records runs",
    );
  });

  it("objects one after the other, each over several lines, are records", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 2, maxLength: 6 }), sizes, async (all, sizes) => {
        const text = all.map((one) => JSON.stringify({ a: 1, ...one }, null, 2)).join("\n");
        const { values } = await read(text, { sizes });
        expect(values).toEqual(same(all.map((one) => ({ a: 1, ...one }))));
      }),
    );
  });

  it.each(["results", "data", "items", "rows", "samples", "request_states", "testCases", "events", "records"])(
    "finds the list in { %s: […] }",
    async (key) => {
      const { values, head } = await read(JSON.stringify({ made: "up", [key]: [{ a: 1 }, { a: 2 }], total: 2 }));
      expect(values).toEqual([{ a: 1 }, { a: 2 }]);
      expect(head.list).toBe(key);
    },
  );

  it("finds the only list of objects under a name that it does not know; one line is a record, unless it is called .json", async () => {
    const text = '{"made":"up","answers":[{"a":1},{"a":2}]}';
    expect((await read(text, { name: "a.json" })).values).toEqual([{ a: 1 }, { a: 2 }]);
    expect((await read(text.replace(",", ",\n"))).values).toEqual([{ a: 1 }, { a: 2 }]);
    expect((await read(text)).values).toEqual([JSON.parse(text)]);
    await expect(read('{"one":[{"a":1}],\n"two":{"three":[{"a":2}]}}')).rejects.toThrow(
      "this JSON object holds several lists of records; say which: --records one or --records two.three",
    );
    expect((await read('{"one":[{"a":1}],"two":{"three":[{"a":2}]}}', { records: "two.three" })).values).toEqual([
      { a: 2 },
    ]);
    await expect(read('{"one":[{"a":1}]}', { records: "two" })).rejects.toThrow("there is no list at --records two");
  });

  it("a document of columns is its rows", async () => {
    const columns = { id: ["a", "b"], fields: [{ output: "x" }, { output: "y" }], responses: [{}, {}] };
    const expected = [
      { id: "a", fields: { output: "x" }, responses: {} },
      { id: "b", fields: { output: "y" }, responses: {} },
    ];
    for (const indent of [0, 2]) expect((await read(JSON.stringify(columns, null, indent))).values).toEqual(expected);
    expect((await read('{"a":[1],"b":[1,2]}')).values).toEqual([{ a: [1], b: [1, 2] }]);
    // Lists of nothing but objects are several lists of records, however long they are.
    for (const test of ['[{"a":2}]', '[{"a":2},{"a":3}]']) {
      await expect(read(`{"train":[{"a":1}],"test":${test}}`, { name: "x.json" })).rejects.toThrow(
        "this JSON object holds several lists of records; say which: --records train or --records test",
      );
    }
  });

  it.each([
    ["columns by index", { id: { 0: "a", 1: "b" }, output: { 0: "x", 1: null } }],
    ["rows by index", { 0: { id: "a", output: "x" }, 1: { id: "b", output: null } }],
  ])("a data frame's %s are its rows", async (_, document) => {
    const expected = [
      { id: "a", output: "x" },
      { id: "b", output: null },
    ];
    for (const name of [undefined, "frame.json"]) {
      expect((await read(JSON.stringify(document), { name })).values).toEqual(expected);
    }
  });

  it("rows by their ids are rows where they have the same fields", async () => {
    const rows = { q7: { id: "q7", fields: { a: 1 }, responses: { b: [{ c: 1 }] } } };
    const two = { ...rows, q8: { ...rows.q7, id: "q8" } };
    expect((await read(JSON.stringify(two), { name: "by-id.json" })).values).toEqual(Object.values(two));
    const unnamed = { q7: { a: 1, b: 2, c: 3 }, q8: { a: 2, b: 3, c: 4 } };
    expect((await read(JSON.stringify(unnamed))).values).toEqual([
      { id: "q7", ...unnamed.q7 },
      { id: "q8", ...unnamed.q8 },
    ]);
    const numbered = { output: { 3: "x", 7: "y" }, expected: { 3: "x", 7: "z" } };
    expect((await read(JSON.stringify(numbered))).values).toEqual([
      { id: "3", output: "x", expected: "x" },
      { id: "7", output: "y", expected: "z" },
    ]);
    const record = { input: { text: "a" }, output: { text: "b" } };
    expect((await read(JSON.stringify(record))).values).toEqual([record]);
  });

  it("two columns of one name are refused", async () => {
    await expect(read('{"columns":["a","b","a"],"data":[[1,2,3]]}')).rejects.toThrow(
      "several columns are called a; rename them",
    );
  });

  it("rows under columns are objects", async () => {
    const text = '{"columns":["id",2],"data":[["a",1.0],["b"]]}';
    const { values } = await read(text);
    expect(values[0]).toEqual({ id: "a", 2: "1.0" });
    expect(values[1]).toEqual(new BadLine(2, "not as many values as the table has columns"));
  });

  it("a document that is cut short is refused, wherever it is cut", async () => {
    const text = JSON.stringify({ list: [{ a: 'x"]}' }, { b: [1, { c: "]" }] }], end: 1 });
    for (let at = 1; at < text.length; at++) {
      await expect(read(text.slice(0, at), { records: "list" }), text.slice(0, at)).rejects.toThrow(/cut short/);
    }
  });

  it("an element that is no JSON is a bad record, and the others are read", async () => {
    const { values } = await read('[{"a":1}, {"a":oops}, {"a":3}, 4, "x,]"]');
    expect(values[1]).toBeInstanceOf(BadLine);
    expect(values.filter((one) => !(one instanceof BadLine))).toEqual([{ a: 1 }, { a: 3 }, 4, "x,]"]);
  });

  it("what only Python takes for JSON is marked", async () => {
    const { entries } = await read('[{"a":NaN},{"a":1}]');
    expect(entries).toEqual([
      { line: 1, value: { a: Number.NaN }, isPython: true },
      { line: 2, value: { a: 1 } },
    ]);
  });

  it.each([
    ["two lists", '[\n{"id":1}\n]\n[\n{"id":2}\n]', "something follows the end of the JSON document"],
    ["a list and a word", '[{"id":1}] x', "something follows the end of the JSON document"],
    ["two envelopes", '{\n"results":[{"id":1}]}\n{\n"results":[{"id":2}]}', "something follows the end"],
    ["one key twice", '{"results":[{"id":1}],"results":[{"id":2}]}', "the JSON document has the list results twice"],
  ])("what would be lost is refused: %s", async (_, text, message) => {
    for (const sizes of [[1], [7], [1000]]) await expect(read(text, { sizes })).rejects.toThrow(message);
  });

  it("a list of another depth is not the list, even with dots in its key", async () => {
    const { values } = await read('{"a":{"b":[{"id":1}]},"a.b":[{"id":2}]}', { sizes: [5], records: "a.b" });
    expect(values).toEqual([{ id: 1 }]);
  });
});
