import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, deflateRawSync, gzipSync, zstdCompressSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, describe, expect, it } from "vitest";
import { BadLine } from "../../src/corpus/index.ts";
import { openRecords } from "../../src/read/index.ts";
import { entriesOf, pieces, read } from "./pieces.ts";

const folder = mkdtempSync(join(tmpdir(), "evalwire-read-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, bytes: Uint8Array | string) => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};

describe("JSON Lines", () => {
  it.each([
    ["line feeds", '{"a":1}\n{"a":2}\n'],
    ["CRLF", '{"a":1}\r\n{"a":2}\r\n'],
    ["carriage returns", '{"a":1}\r{"a":2}\r'],
    ["no last line end, an empty line, a byte order mark", '\ufeff{"a":1}\n\n{"a":2}'],
  ])("with %s", async (_, text) => {
    const { values, format, unit } = await read(text);
    expect([format, unit]).toEqual(["jsonl", "line"]);
    expect(values).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it("U+2028 in a line is text", async () => {
    expect((await read('{"a":"x\u2028y"}\n{"a":2}\n')).values).toEqual([{ a: "x\u2028y" }, { a: 2 }]);
  });

  it("a broken line is a bad record, the first one as well", async () => {
    const { entries } = await read('{"a":\n{"a":2}\n');
    expect(entries[0]?.value).toBeInstanceOf(BadLine);
    expect(entries[1]).toEqual({ line: 2, value: { a: 2 } });
    expect((await read('{"a":1}\n{"a":')).values[1]).toBeInstanceOf(BadLine);
  });

  it("one line is one record, unless it wraps a list", async () => {
    expect((await read('{"a":1}')).values).toEqual([{ a: 1 }]);
    expect((await read('{"results":[{"a":1},{"a":2}]}\n')).values).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it.each([
    ["JSON Lines", '["id","answer"]\n["a",null]\n\n["b",1.0]\n["c"]\nnull\n', [2, 4, 5, 6]],
    ["a document", '[["id","answer"], ["a",null],["b",1.0],\n["c"],null]', [2, 3, 4, 5]],
  ] as const)("lists under a first one with their names are rows: %s", async (_, text, lines) => {
    const { entries } = await read(text);
    expect(entries.map(({ line }) => line)).toEqual(lines);
    const [one, other, short, none] = entries.map(({ value }) => value);
    expect([one, other, none]).toEqual([{ id: "a", answer: null }, { id: "b", answer: "1.0" }, null]);
    expect((short as BadLine).problem).toBe("1 values under 2 columns");
  });

  it("lists without names stay lists", async () => {
    for (const rows of [
      [
        [1, 2],
        [3, 4],
      ],
      [
        ["a", "a"],
        ["b", "c"],
      ],
      [["a", "b"], [1]],
      [["a", "b"], { c: 1 }],
      [["a", "b"]],
    ]) {
      expect((await read(rows.map((row) => `${JSON.stringify(row)}\n`).join(""))).values).toEqual(
        rows.length > 1 ? rows : rows[0],
      );
      expect((await read(JSON.stringify(rows))).values).toEqual(rows);
    }
  });

  it("what Python's str() writes is no JSON, and is named", async () => {
    for (const text of ["{'id': 1}\n{'id': 2}\n", "[{'id': 1}, {'id': 2}]"]) {
      const [first] = (await read(text)).values;
      expect((first as BadLine).problem).toBe("not JSON: it looks like what Python's str() writes; use json.dumps");
    }
  });

  it("an empty file has no records", async () => {
    expect((await read("")).values).toEqual([]);
    expect((await read(" \n\n")).values).toEqual([]);
    expect((await read("[]")).values).toEqual([]);
  });
});

describe("Parquet", () => {
  const ids = [9007199254740993n, 1n, -9007199254740993n];
  const bytes = new Uint8Array(
    parquetWriteBuffer({
      rowGroupSize: 2,
      columnData: [
        { name: "id", data: ids, type: "INT64" },
        { name: "answer", data: ["six", "", null], type: "STRING" },
        { name: "score", data: [0.5, 1, null], type: "DOUBLE" },
        { name: "at", data: [new Date(0), new Date("2026-08-20T10:00:00.123Z"), null], type: "TIMESTAMP" },
        { name: "more", data: [{ x: [1.5] }, null, { y: "z" }], type: "JSON" },
        { name: "raw", data: [new Uint8Array([255]), new Uint8Array([1, 2]), new Uint8Array()], type: "BYTE_ARRAY" },
      ],
    }),
  );
  const expected = [
    { id: "9007199254740993", answer: "six", score: 0.5, more: { x: [1.5] }, raw: { bytes: 1 } },
    { id: 1, answer: "", score: 1, more: null, raw: { bytes: 2 } },
    { id: "-9007199254740993", answer: null, score: null, more: { y: "z" }, raw: { bytes: 0 } },
  ];

  it.each([
    ["a file", () => openRecords(file("a.parquet", bytes))],
    ["a pipe", () => openRecords(pieces(bytes, [3, 50]))],
    ["a packed file", () => openRecords(file("a.parquet.gz", gzipSync(bytes)))],
  ])("from %s: row group by row group, numbers with their digits", async (_, open) => {
    const opened = await open();
    expect(opened).toMatchObject({ format: "parquet", total: 3, unit: "record" });
    expect(opened.columns).toEqual(["id", "answer", "score", "at", "more", "raw"]);
    const entries = await entriesOf(opened);
    expect(entries.map(({ value }) => value)).toMatchObject(expected);
    expect(entries.map(({ value }) => (value as { at: unknown }).at)).toEqual([
      "1970-01-01T00:00:00.000Z",
      "2026-08-20T10:00:00.123Z",
      null,
    ]);
  });

  it.each([
    ["INT32", undefined, 9, 1],
    ["INT64", undefined, 18, 2],
    ["FIXED_LEN_BYTE_ARRAY", 16, 38, 12],
    ["FIXED_LEN_BYTE_ARRAY", 5, 11, 0],
  ] as const)("decimals in %s have all their digits", async (type, type_length, precision, scale) => {
    const most = 10n ** BigInt(precision) - 1n;
    const unscaled = [3n, 0n, -1n, 10n ** BigInt(scale), most, -most, null];
    const buffer = parquetWriteBuffer({
      schema: [
        { name: "root", num_children: 2 },
        { name: "id", type: "INT32", repetition_type: "REQUIRED" },
        {
          ...{ name: "paid", type, precision, scale, converted_type: "DECIMAL", repetition_type: "OPTIONAL" },
          ...(type_length && { type_length }),
        },
      ],
      columnData: [
        { name: "id", data: Int32Array.from(unscaled, (_, at) => at) },
        { name: "paid", data: unscaled },
      ],
    });
    const entries = await entriesOf(await openRecords(file("decimals.parquet", new Uint8Array(buffer))));
    const written = unscaled.map((value) => {
      if (value === null) return null;
      const digits = String(value)
        .replace("-", "")
        .padStart(scale + 1, "0");
      const whole = digits.slice(0, digits.length - scale);
      return `${value < 0n ? "-" : ""}${scale === 0 ? whole : `${whole}.${digits.slice(-scale)}`}`;
    });
    const read = entries.map(({ value }) => (value as { paid: unknown }).paid);
    expect(read.map((one) => (one === null ? null : String(one)))).toEqual(written);
    // A number is one only where it says what the file says.
    for (const one of read) if (typeof one === "number") expect(written).toContain(String(one));
    if (scale === 1) expect(read[0]).toBe(0.3);
  });

  it("a damaged file is refused in one sentence", async () => {
    await expect(openRecords(file("cut.parquet", bytes.slice(0, bytes.length - 20)))).rejects.toThrow(/^Parquet: /);
  });
});

/** A zip archive of these entries, packed by this method. */
const zip = (
  entries: Readonly<Record<string, string>>,
  method: 0 | 8 | 93,
  more: ReadonlyArray<readonly [string, string]> = [],
): Uint8Array => {
  const parts: Array<Uint8Array> = [];
  const directory: Array<Uint8Array> = [];
  let offset = 0;
  for (const [name, text] of [...Object.entries(entries), ...more]) {
    const plain = Buffer.from(text);
    const body = method === 0 ? plain : method === 8 ? deflateRawSync(plain) : zstdCompressSync(plain);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(method, 4);
    fields.writeUInt32LE(crc32(plain), 10);
    fields.writeUInt32LE(body.length, 14);
    fields.writeUInt32LE(plain.length, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4]), fields, Buffer.from(name), body]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from([0x50, 0x4b, 1, 2, 20, 0]), fields, tail, Buffer.from(name)]));
    parts.push(local);
    offset += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(offset, 16);
  return new Uint8Array(Buffer.concat([...parts, listed, end]));
};

describe("Inspect's .eval", () => {
  const log = {
    "header.json": '{"version":2,"eval":{"task":"made up"}}',
    "samples/1_epoch_1.json": '{"id":1,"epoch":1,"score":NaN}',
    "samples/2_epoch_1.json": '{"id":2,"epoch":1}',
    "summaries.json": "[]",
  };

  it.each([0, 8, 93] as const)("by method %i", async (method) => {
    const { values, format, head, total } = await read(zip(log, method));
    expect([format, total]).toEqual(["eval", 2]);
    expect(head.value).toEqual({ version: 2, eval: { task: "made up" } });
    expect(values).toEqual([
      { id: 1, epoch: 1, score: Number.NaN },
      { id: 2, epoch: 1 },
    ]);
  });

  it("of two entries of one name the later one counts, as when an archive is unpacked", async () => {
    const twice = zip(log, 8, [["samples/1_epoch_1.json", '{"id":1,"epoch":1,"score":1}']]);
    expect((await read(twice)).values).toEqual([
      { id: 1, epoch: 1, score: 1 },
      { id: 2, epoch: 1 },
    ]);
  });

  it("another archive is refused", async () => {
    await expect(read(zip({ "a.csv": "a,b" }, 8))).rejects.toThrow("this looks like a zip archive; unpack it");
    await expect(read(zip({ "xl/workbook.xml": "<x/>" }, 8))).rejects.toThrow(
      "an Excel workbook; save the sheet as CSV",
    );
  });
});

describe("a wrong file", () => {
  const bytes = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));
  it.each([
    ["HTML", bytes("<!doctype html><p>no"), /looks like HTML or XML; records are read from/],
    ["UTF-16", bytes("\xff\xfea\0,\0"), /UTF-16 text; save it as UTF-8/],
    ["bzip2", bytes("BZh91AY"), /bzip2 file/],
    ["a PDF", bytes("%PDF-1.7"), /a PDF/],
    ["SQLite", bytes("SQLite format 3\0"), /SQLite database/],
    ["a pickle", bytes("\x80\x04\x95"), /Python pickle/],
    ["Arrow", bytes("ARROW1\0\0"), /Arrow file; save it as Parquet/],
    ["plain text", bytes("Once upon a time\nthere was"), /looks like plain text; records are read from/],
    ["a list in YAML", bytes("- id: 1\n  a: b\n"), /looks like YAML/],
    ["YAML", bytes("tests:\n  - a: b\n"), /looks like YAML/],
    ["other bytes", bytes("\x01\0\x02\0"), /binary file/],
  ])("%s: one sentence that says what it looks like", async (_, whole, message) => {
    const failure = await read(whole).then(
      () => undefined,
      (error: Error) => error,
    );
    expect(failure?.name).toBe("ReadError");
    expect(failure?.message).toMatch(message);
    expect(failure?.message).not.toContain("\n");
  });

  it("one that is not there says which", async () => {
    await expect(openRecords(join(folder, "nowhere.csv"))).rejects.toThrow(/ENOENT.*nowhere\.csv/);
  });
});
