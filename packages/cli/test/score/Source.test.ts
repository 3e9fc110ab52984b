import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { evalwire } from "../session.ts";

const record = (id: string, output: string) =>
  JSON.stringify({ id, test_case_data: { expected_output: "the café" }, test_case_output: { output } });
const records = [record("r0", "the"), record("r1", "a café"), record("r2", "nothing")];
const text = `${records.join("\n")}\n`;

let folder: string;
const path = (name: string) => join(folder, name);
const score = (args: ReadonlyArray<string>, stdin?: string | Uint8Array) =>
  evalwire(["score", "-c", path("config.json"), "--format", "csv", ...args], stdin === undefined ? {} : { stdin });
const write = (name: string, content: string | Uint8Array) => {
  writeFileSync(path(name), content);
  return path(name);
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "evalwire-input-"));
  write("config.json", JSON.stringify({ components: [{ name: "overlap", type: "rouge1" }] }));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("records are the same", () => {
  const packed = gzipSync(text);
  it.each<readonly [string, string | Uint8Array]>([
    ["with CRLF", text.replaceAll("\n", "\r\n")],
    ["with a byte order mark", `\ufeff${text}`],
    ["with empty lines", `\n${text.replaceAll("\n", "\n\n  \n")}`],
    ["without a last line end", text.trimEnd()],
    ["packed by gzip", packed],
    [
      "packed by gzip in two pieces, as cat joins them",
      Buffer.concat([gzipSync(records[0]!), gzipSync(`\n${records[1]}\n${records[2]}`)]),
    ],
  ])("%s, from a file and from standard input", async (_, content) => {
    const expected = await score([write("plain.jsonl", text)]);
    expect(expected.lines).toHaveLength(4);
    expect(await score([write("other.jsonl", content)])).toEqual(expected);
    expect(await score(["-"], content)).toEqual(expected);
  });
});

describe("what cannot be read", () => {
  it.each<readonly [string, string | Uint8Array, string, RegExp]>([
    ["gzip that breaks off", gzipSync(text).subarray(0, -12), "cut.jsonl", /cut\.jsonl: gzip: unexpected end/],
    ["UTF-16", Buffer.from(`\ufeff${text}`, "utf16le"), "wide.jsonl", /wide\.jsonl: this looks like UTF-16/],
    ["Latin-1", Buffer.from(text, "latin1"), "latin.jsonl", /latin\.jsonl:1: not UTF-8/],
    ["a line that is not JSON", `${records[0]}\n\n{"id"\n`, "bad.jsonl", /bad\.jsonl:3: not JSON/],
    ["a last line that breaks off", text.trimEnd().slice(0, -5), "torn.jsonl", /torn\.jsonl:3: not JSON/],
  ])("%s is reported by file and line", async (_, content, name, message) => {
    const { exitCode, notes } = await score([write(name, content)]);
    expect(exitCode).toBe(1);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(message);
  });

  it("a folder is reported by its name, with how to name files in it", async () => {
    const { exitCode, notes } = await score([folder]);
    expect(exitCode).toBe(1);
    expect(notes).toEqual([`evalwire: ${folder}: this is a folder; name the files in it, as '${folder}/*.jsonl'`]);
  });

  it("with skip only the bad lines are missing", async () => {
    const bad = Buffer.concat([
      Buffer.from(`${records[0]}\n`),
      Buffer.from("caf\xe9\n", "latin1"),
      Buffer.from(records[2]!),
    ]);
    const { exitCode, lines, notes } = await score(["--on-error", "skip", "-"], bad);
    expect(exitCode).toBe(0);
    expect(lines.map((line) => line.split(",")[0])).toEqual(["id", "r0", "r2"]);
    expect(notes[0]).toBe("evalwire: standard input:2: not UTF-8");
    expect(notes.at(-1)).toBe("  over 2 records, 1 could not be scored; [95 % 95 %] is the mean's interval");
  });
});

it("standard input cannot be both sides of a comparison", async () => {
  expect((await score(["--compare", "-", "-"], text)).exitCode).toBe(2);
});
