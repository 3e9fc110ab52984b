import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { evalwire } from "../session.ts";

const outputs = ["the cat", "a dog, barking", "the cat sat on the mat", "mat", "", "nöthing"];
const record = (index: number) =>
  JSON.stringify({
    id: `r${index}`,
    test_case_data: { expected_output: index % 3 ? "the cat sat on the mat" : ["the dog", "a cat"] },
    test_case_output: { output: outputs[index % outputs.length] },
  });
const records = Array.from({ length: 30 }, (_, index) => record(index));

let folder: string;
const path = (name: string) => join(folder, name);
const read = (name: string) => readFileSync(path(name), "utf8");
const json = (name: string) => ["score", "-c", path("config.json"), "--json", "--samples", "5", "--out", path(name)];
const score = (...args: ReadonlyArray<string>) => evalwire([...json("out.jsonl"), ...args, path("records.jsonl")]);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "evalwire-resume-"));
  writeFileSync(path("config.json"), JSON.stringify({ components: [{ name: "o", type: "rouge" }] }));
  writeFileSync(path("records.jsonl"), records.join("\n"));
  await evalwire([...json("whole.jsonl"), "--plot", path("whole.html"), path("records.jsonl")]);
});
beforeEach(() => {
  for (const name of readdirSync(folder)) if (name.startsWith("out.")) rmSync(path(name));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Standard input that gives some records, asks the session to stop, and never ends. */
const interrupted = (count: number, args: ReadonlyArray<string>) => {
  const stop = new AbortController();
  async function* stdin() {
    yield Buffer.from(`${records.slice(0, count).join("\n")}\n`);
    stop.abort();
    await new Promise(() => {});
  }
  return evalwire([...args, "-"], { stop: stop.signal, stdin: stdin() });
};

describe("a run that is interrupted", () => {
  it.each(["table", "csv"])("ends with 130 and leaves no file behind: %s", async (format) => {
    const args = ["score", "-c", path("config.json"), "--format", format, "--out", path("out.txt")];
    const { exitCode, lines, notes } = await interrupted(7, args);
    expect({ exitCode, lines, notes }).toEqual({ exitCode: 130, lines: [], notes: ["evalwire: interrupted"] });
    expect(readdirSync(folder).filter((name) => name.startsWith("out."))).toEqual([]);
  });

  it("leaves the file of an earlier run as it was", async () => {
    writeFileSync(path("out.csv"), "earlier\n");
    await interrupted(7, ["score", "-c", path("config.json"), "--format", "csv", "--out", path("out.csv")]);
    expect(read("out.csv")).toBe("earlier\n");
  });

  it.each(["0", "2"])("keeps what is through of JSON as a part, to go on from: %s workers", async (workers) => {
    const { exitCode, notes } = await interrupted(7, [...json("out.jsonl"), "--workers", workers]);
    expect(exitCode).toBe(130);
    expect(notes).toEqual([
      `evalwire: kept ${path("out.jsonl.part")}; --resume continues from it`,
      "evalwire: interrupted",
    ]);
    expect(existsSync(path("out.jsonl"))).toBe(false);
    expect(read("whole.jsonl").startsWith(read("out.jsonl.part"))).toBe(true);
    expect((await score("--resume")).exitCode).toBe(0);
    expect(read("out.jsonl")).toBe(read("whole.jsonl"));
    expect(existsSync(path("out.jsonl.part"))).toBe(false);
  });
});

describe("--resume", () => {
  it("a run cut off at any byte, and gone on from, gives the bytes of a whole one", async () => {
    const whole = Buffer.from(read("whole.jsonl"));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: whole.indexOf("\n") + 1, max: whole.length }), async (cut) => {
        writeFileSync(path("out.jsonl.part"), whole.subarray(0, cut));
        expect(await score("--resume", "--plot", path("out.html"))).toMatchObject({ exitCode: 0, lines: [] });
        expect(read("out.jsonl")).toBe(whole.toString());
        expect(read("out.html")).toBe(read("whole.html"));
      }),
      { numRuns: 20 },
    );
  });

  it("goes on from a whole file when there are more records, and tries bad ones again", async () => {
    const [good, bad] = [records.slice(0, 5), [...records.slice(0, 3), '{"id":"r3"}', records[4]!]];
    writeFileSync(path("out.few.jsonl"), bad.join("\n"));
    await evalwire([...json("out.jsonl"), "--on-error", "skip", path("out.few.jsonl")]);
    expect(read("out.jsonl")).toContain('"type":"error"');
    writeFileSync(path("out.few.jsonl"), good.join("\n"));
    const { notes } = await evalwire([...json("out.jsonl"), "--resume", path("out.few.jsonl")]);
    expect(notes.at(-1)).toBe(`wrote ${path("out.jsonl")}, 5 records`);
    const rows = read("out.jsonl")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(rows.flatMap(({ type, id }) => (type === "score" ? [id] : []))).toEqual(["r0", "r1", "r2", "r4", "r3"]);
    expect(rows.at(-1)).toMatchObject({ type: "summary", records: 5, failed: 0 });
  });

  it("begins where there is nothing to go on from", async () => {
    expect((await score("--resume")).exitCode).toBe(0);
    expect(read("out.jsonl")).toBe(read("whole.jsonl"));
  });

  it("does not take a second record of the same id for one already done", async () => {
    writeFileSync(path("out.jsonl.part"), read("whole.jsonl").split("\n").slice(0, 6).join("\n"));
    writeFileSync(path("out.twice.jsonl"), [...records, records[29]].join("\n"));
    const { exitCode, notes } = await evalwire([...json("out.jsonl"), "--resume", path("out.twice.jsonl")]);
    expect(exitCode).toBe(1);
    expect(notes.at(-1)).toBe(
      `evalwire: ${path("out.twice.jsonl")}:31: an earlier record, at ${path("out.twice.jsonl")}:30, has the id "r29", too; --id names another field, --where chooses among them`,
    );
  });

  it.each([
    ["beside it", 1],
    ["far behind it", 600],
  ])("does not take a second record of an id for the one that is done: %s", async (_, away) => {
    const more = Array.from({ length: away - 1 }, (_, index) => record(100 + index));
    writeFileSync(path("out.again.jsonl"), [records[0], ...more, record(0).replace("the cat", "mat")].join("\n"));
    writeFileSync(path("out.first.jsonl"), `${records[0]}\n`);
    await evalwire([...json("out.jsonl"), path("out.first.jsonl")]);
    const { exitCode, notes } = await evalwire([...json("out.jsonl"), "--resume", path("out.again.jsonl")]);
    expect(exitCode).toBe(1);
    expect(notes.at(-1)).toContain(`out.again.jsonl:${away + 1}: an earlier record has the id "r0", too`);
  });

  it("compares records of both runs", async () => {
    writeFileSync(path("out.jsonl"), read("whole.jsonl"));
    await score("--resume", "--compare", path("records.jsonl"));
    const { comparison } = JSON.parse(read("out.jsonl").trimEnd().split("\n").at(-1)!);
    expect(comparison).toMatchObject({ pairs: 30, onlyLeft: [], onlyRight: [] });
  });

  it.each([
    ["another preset", ["--preset", "azure"], 2, "produced with different settings"],
    ["no file", [], 2, "--resume needs --out and --format json"],
  ] as const)("refuses %s", async (name, more, code, message) => {
    writeFileSync(path("out.jsonl"), read("whole.jsonl"));
    const args = name === "no file" ? ["score", "-c", path("config.json")] : [...json("out.jsonl"), ...more];
    const { exitCode, notes } = await evalwire([...args, "--resume", path("records.jsonl")]);
    expect(exitCode).toBe(code);
    expect(notes[0]).toContain(message);
    expect(read("out.jsonl")).toBe(read("whole.jsonl"));
  });

  it.each([
    ["no results", "id,o\n", /is not a --format json output/],
    [
      "a record without an id",
      '{"type":"score","line":1,"id":null,"scores":{"o/rouge1":1,"o/rouge2":1,"o/rougeL":1,"o/rougeLsum":1}}\n',
      /:2: a record without an id/,
    ],
    [
      "a score that is no number",
      '{"type":"score","line":1,"id":"r1","scores":{"o/rouge1":"evil"}}\n',
      /:2: damaged: it has no number/,
    ],
    ["no scores", '{"type":"score","line":1,"id":"r1"}\n', /:2: damaged: it has no number/],
    [
      "an id that occurs twice",
      '{"type":"score","line":1,"id":"a","scores":{"o/rouge1":1,"o/rouge2":1,"o/rougeL":1,"o/rougeLsum":1}}\n'.repeat(
        2,
      ),
      /:3: an earlier record has the id "a", too, and --resume needs each id once; run without --resume, or name another field with --id$/,
    ],
    ["a damaged line in the middle", "{\n{}\n", /:2: not JSON/],
  ])("refuses a file with %s, and leaves it as it was", async (name, text, message) => {
    const run = read("whole.jsonl").split("\n")[0];
    const content = name === "no results" ? text : `${run}\n${text}`;
    writeFileSync(path("out.jsonl"), content);
    const { exitCode, notes } = await score("--resume");
    expect(exitCode).toBeGreaterThan(0);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(message);
    expect(read("out.jsonl")).toBe(content);
    expect(readdirSync(folder).filter((file) => file.startsWith("out."))).toEqual(["out.jsonl"]);
  });
});
