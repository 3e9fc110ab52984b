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
  writeFileSync(path("list.jsonl"), "[1]\n");
  writeFileSync(path("empty.jsonl"), "");
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
    expect(
      all.filter(({ type }) => type === "score").map(({ line, id, scores }) => [line, id, scores.overlap]),
    ).toEqual(expected.map((value, index) => [index + 1, `r${index}`, value]));
    const sorted = expected.toSorted((a, b) => a - b);
    expect(all.at(-1)).toMatchObject({
      type: "summary",
      records: 3,
      scores: { overlap: { min: 0, q1: expect.any(Number), median: sorted[1], max: 1 } },
    });
  });

  it("prints a table for a reader", async () => {
    const { lines } = await score(path("records.jsonl"));
    expect(lines[0]).toMatch(/Metric +Scale +Mean +\[95 % +95 %\] +Min +25 % +Median +75 % +Max/);
    expect(lines[1]).toMatch(
      /overlap +0–1 +0\.\d{4} +0\.\d{4} +\d\.\d{4} +0\.0000 +0\.\d{4} +0\.\d{4} +0\.\d{4} +1\.0000/,
    );
    expect(lines.at(-1)).toContain("over 3 records");
  });

  it("refuses a place of texts that every metric maps for itself", async () => {
    const mapped = { components: [{ name: "m", type: "rouge1", mappings: { candidate: "item.answer" } }] };
    writeFileSync(path("mapped.json"), JSON.stringify(mapped));
    writeFileSync(path("answers.csv"), "id,answer,expected\na,one,one\n");
    const call = (option: string, field: string) =>
      evalwire(["score", "--config", path("mapped.json"), option, field, path("answers.csv")]);
    const refused = await call("--candidate", "expected");
    expect([refused.exitCode, refused.notes]).toEqual([
      2,
      [
        `evalwire: --candidate is for metrics without a mapping, and each metric of ${path("mapped.json")} maps its candidate; leave one of them out`,
      ],
    ]);
    // The other side has no mapping.
    expect((await call("--reference", "expected")).exitCode).toBe(0);
  });

  it("calls a configuration that is no JSON what it is", async () => {
    const { exitCode, notes } = await evalwire(["score", "--config", path("records.jsonl"), path("records.jsonl")]);
    expect([exitCode, notes[0]]).toEqual([2, expect.stringContaining("records.jsonl: not JSON: ")]);
  });

  it("has no mean of nothing", async () => {
    const { exitCode, lines, notes } = await score("--json", path("empty.jsonl"));
    expect(exitCode).toBe(1);
    expect(notes).toEqual([`evalwire: ${path("empty.jsonl")}: no records`]);
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ records: 0, scores: { overlap: { mean: null } } });
  });

  it.each([
    ["broken.jsonl", /broken\.jsonl:2: .*JSON/],
    ["list.jsonl", /list\.jsonl: record 1: expected a JSON object/],
    ["nowhere.jsonl", /^evalwire: .*nowhere\.jsonl: there is no such file$/],
    [".", /^evalwire: .*: this is a folder; name the files in it, as '.*\*\.jsonl'$/],
  ])("says where %s is wrong", async (file, message) => {
    const { exitCode, notes } = await score(path(file));
    expect(exitCode).toBe(1);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(message);
  });

  const component = (more: object) => JSON.stringify({ components: [{ name: "x", type: "rouge1", ...more }] });

  it.each([
    ["no JSON", "{", /JSON/],
    ["no list", '{"metrics": []}', /metric_config: needs a list of components/],
    ["an unknown type", component({ type: "taste" }), /component "x": unknown type "taste"; known are rouge/],
    ["no name", component({ name: "" }), /component "components\[0\]": needs a name/],
    ["a mapping that is none", component({ mappings: { candidate: 3 } }), /component "x": mapping candidate must be/],
    ["an unknown mapping", component({ mappings: { gold: "item.a" } }), /component "x": mapping "gold" is not known/],
    ["a misspelt param", component({ params: { stemmer: true } }), /component "x": params.stemmer is not known/],
    ["one key twice", `{"components":[${'{"name":"x","type":"f1"},'.repeat(2).slice(0, -1)}]}`, /two results.*"x"/],
  ])("says what is wrong with a configuration: %s", async (_, text, message) => {
    writeFileSync(path("wrong.json"), text);
    const { exitCode, notes } = await evalwire(["score", "--config", path("wrong.json"), path("records.jsonl")]);
    expect(exitCode).toBe(2);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain("wrong.json: ");
    expect(notes[0]).toMatch(message);
  });

  it("names component, mapping, path and record where a mapping leads nowhere", async () => {
    writeFileSync(path("deep.json"), component({ mappings: { reference: ["test_case_data", "gold"] } }));
    const { exitCode, notes } = await evalwire(["score", "--config", path("deep.json"), path("records.jsonl")]);
    expect(exitCode).toBe(1);
    expect(notes).toEqual([
      `evalwire: ${path("records.jsonl")}:1: component "x": mapping reference: test_case_data.gold leads nowhere, there is no "gold" (record r0)`,
    ]);
  });

  it("takes the configuration out of the evaluation it belongs to", async () => {
    writeFileSync(path("evaluation.json"), `\ufeff${JSON.stringify({ id: "e1", metric_config: config })}`);
    const { exitCode, lines } = await evalwire(["score", "-c", path("evaluation.json"), path("records.jsonl")]);
    expect(exitCode).toBe(0);
    expect(lines[1]).toContain("overlap");
  });

  it("counts in the choices of the preset that is named", async () => {
    writeFileSync(path("f1.json"), component({ type: "f1" }));
    const signatureOf = async (preset: string) => {
      const { lines } = await evalwire([
        "score",
        "-c",
        path("f1.json"),
        "--json",
        "--preset",
        preset,
        path("records.jsonl"),
      ]);
      return JSON.parse(lines.at(-1)!).scores.x.signatures[0] as string;
    };
    expect(await signatureOf("sgp")).toContain("tok:word_tokenize");
    expect(await signatureOf("azure")).toContain("squad");
    const { exitCode, notes } = await score("--preset", "guess", path("records.jsonl"));
    expect(exitCode).toBe(2);
    expect(notes[0]).toContain("sgp, huggingface, openai, vertex, azure, promptfoo");
  });

  it("draws as often as requested", async () => {
    const summaryOf = async (samples: string) =>
      JSON.parse((await score("--json", "--samples", samples, path("records.jsonl"))).lines.at(-1)!);
    const [one, many] = [(await summaryOf("1")).scores.overlap, (await summaryOf("500")).scores.overlap];
    expect(one.low).toBe(one.high);
    expect(many.low).toBeLessThan(many.high);
    expect((await score("--samples", "0", path("records.jsonl"))).exitCode).toBe(2);
  });
});
