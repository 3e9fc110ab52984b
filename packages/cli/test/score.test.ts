import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rouge } from "@evalwire/metrics";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { evalwire } from "./session.ts";

const config = { components: [{ name: "overlap", type: "rouge1" }] };
const texts = [
  ["the cat sat on the mat", "a cat sat on a mat"],
  ["nothing alike", "the sea is blue"],
  ["the same", "the same"],
] as const;
const record = ([output, expected_output]: readonly [string, string], id: number) =>
  JSON.stringify({ id: `r${id}`, test_case_data: { expected_output }, test_case_output: { output } });

let folder: string;
const path = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "evalwire-score-"));
  writeFileSync(path("config.json"), JSON.stringify(config));
  writeFileSync(path("records.jsonl"), `${texts.map(record).join("\r\n")}\n\n`);
  writeFileSync(path("broken.jsonl"), `${record(texts[0], 0)}\n{"id":`);
  writeFileSync(path("list.jsonl"), "[]\n");
  writeFileSync(path("empty.jsonl"), "");
  writeFileSync(path("strange.json"), JSON.stringify({ components: [{ name: "x", type: "taste" }] }));
});
afterAll(() => rmSync(folder, { recursive: true }));

const score = (...args: ReadonlyArray<string>) => evalwire(["score", "--config", path("config.json"), ...args]);

describe("score", () => {
  it("gives each record's scores and a summary as JSON", async () => {
    const { exitCode, lines } = await score("--json", path("records.jsonl"));
    expect(exitCode).toBe(0);
    const all = lines.map((line) => JSON.parse(line));
    const expected = texts.map(
      ([output, reference]) => rouge(output, reference, { types: ["rouge1"] }).rouge1.fmeasure,
    );
    expect(all.slice(0, -1).map(({ line, id, scores }) => [line, id, scores.overlap])).toEqual(
      expected.map((value, index) => [index + 1, `r${index}`, value]),
    );
    const sorted = expected.toSorted((a, b) => a - b);
    expect(all.at(-1)).toMatchObject({
      type: "summary",
      records: 3,
      scores: { overlap: { least: 0, median: sorted[1], most: 1 } },
    });
  });

  it("prints a table for a reader", async () => {
    const { lines } = await score(path("records.jsonl"));
    expect(lines[0]).toMatch(/Metric +Mean +95 % from +to +Least +25 % +Median +75 % +Most/);
    expect(lines[1]).toMatch(/overlap +0\.\d{4} +0\.\d{4} +\d\.\d{4} +0\.0000 +0\.\d{4} +0\.\d{4} +0\.\d{4} +1\.0000/);
    expect(lines.at(-1)).toContain("over 3 records");
  });

  it("has no mean of nothing", async () => {
    const { exitCode, lines } = await score("--json", path("empty.jsonl"));
    expect(exitCode).toBe(0);
    expect(JSON.parse(lines[0]!)).toMatchObject({ records: 0, scores: { overlap: { mean: null } } });
  });

  it.each([
    ["broken.jsonl", /broken\.jsonl:2: .*JSON/],
    ["list.jsonl", /list\.jsonl:1: expected a JSON object/],
    ["nowhere.jsonl", /ENOENT.*nowhere\.jsonl/],
  ])("says where %s is wrong", async (file, message) => {
    const { exitCode, notes } = await score(path(file));
    expect(exitCode).toBe(1);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(message);
  });

  it("says what is wrong with a configuration", async () => {
    const { exitCode, notes } = await evalwire(["score", "--config", path("strange.json"), path("records.jsonl")]);
    expect(exitCode).toBe(2);
    expect(notes[0]).toContain("strange.json");
    expect(notes[0]).toContain("taste");
  });
});
