import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { evalwire } from "../session.ts";

const line = (id: string, output: string, expected_output = "the cat sat on the mat") =>
  JSON.stringify({ id, test_case_data: { expected_output }, test_case_output: { output } });
const outputs = ["the cat", "a dog, barking", "the cat sat on the mat", "mat", "on the mat", "nothing"];

let folder: string;
const path = (name: string) => join(folder, name);
const score = (...args: ReadonlyArray<string>) => evalwire(["score", "-c", path("config.json"), ...args]);
const write = (name: string, lines: ReadonlyArray<string>) => writeFileSync(path(name), `${lines.join("\n")}\n`);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "evalwire-score-"));
  write("config.json", [
    JSON.stringify({ components: [{ name: "o,1", type: "rouge", params: { score_types: ["rouge1", "rougeL"] } }] }),
  ]);
  write(
    "a.jsonl",
    outputs.map((output, index) => line(`r${index}`, output)),
  );
  write(
    "b.jsonl",
    outputs.slice(1).map((_, index) => line(`r${index + 1}`, "mat")),
  );
  write(
    "many.jsonl",
    Array.from({ length: 400 }, (_, index) => line(`m${index}`, outputs[index % 6]!)),
  );
  write("mixed.jsonl", [line("r1", "the cat"), "", "{oops", '{"id":"r3"}', line("r4", "mat")]);
  write("twice.jsonl", [line("r1", "mat"), line("r1", "mat")]);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("score", () => {
  it("writes one row a record as CSV, and prints the figures elsewhere", async () => {
    const { lines, notes } = await score("--format", "csv", path("a.jsonl"));
    expect(lines[0]).toBe('id,"o,1/rouge1","o,1/rougeL"\r');
    expect(lines.slice(1, 4)).toEqual(["r0,0.5,0.5\r", "r1,0,0\r", "r2,1,1\r"]);
    expect(notes.at(-1)).toBe("  over 6 records; [95 % 95 %] is the mean's interval");
  });

  it.each(["table", "json", "csv"])("any number of workers gives the bytes of a single thread: %s", async (format) => {
    const single = await score("--format", format, path("many.jsonl"));
    for (const workers of ["1", "2"]) {
      expect(await score("--format", format, "--workers", workers, path("many.jsonl"))).toEqual(single);
    }
    expect(single.exitCode).toBe(0);
  });

  it("the same seed gives the same figures, another seed others", async () => {
    const figures = async (seed: string) => (await score("--json", "--seed", seed, path("a.jsonl"))).lines.at(-1);
    expect(await figures("1")).toBe(await figures("1"));
    expect(await figures("1")).not.toBe(await figures("2"));
  });

  it("writes to a file what it would write to standard output", async () => {
    const { lines } = await score("--json", path("a.jsonl"));
    const { lines: none, notes } = await score("--json", "--out", path("out.jsonl"), path("a.jsonl"));
    expect(none).toEqual([]);
    expect(notes.at(-2)).toContain("over 6 records");
    expect(notes.at(-1)).toBe(`wrote ${path("out.jsonl")}, 6 records`);
    expect(readFileSync(path("out.jsonl"), "utf8")).toBe(`${lines.join("\n")}\n`);
  });

  it("with skip reports each bad record with its line, counts it and goes on", async () => {
    const { exitCode, lines, notes } = await score("--json", "--on-error", "skip", path("mixed.jsonl"));
    expect(exitCode).toBe(0);
    expect(notes).toHaveLength(2);
    expect(notes[0]).toMatch(/mixed\.jsonl:3: not JSON/);
    expect(notes[1]).toMatch(/mixed\.jsonl:4: .*record r3/);
    const all = lines.map((text) => JSON.parse(text));
    const rows = all.filter(({ type }) => !["run", "signature"].includes(type));
    expect(rows.map(({ type, line: at, id }) => [type, at, id])).toEqual([
      ["score", 1, "r1"],
      ["error", 3, null],
      ["error", 4, "r3"],
      ["score", 5, "r4"],
      ["summary", undefined, undefined],
    ]);
    expect(all.at(-1)).toMatchObject({ records: 2, failed: 2 });
  });

  it("reports the first twenty bad records, and counts the others", async () => {
    write("awful.jsonl", [...Array.from({ length: 30 }, () => "{"), line("r1", "mat")]);
    const { exitCode, lines, notes } = await score("--json", "--on-error", "skip", path("awful.jsonl"));
    expect(exitCode).toBe(0);
    expect(notes).toHaveLength(21);
    expect(notes[19]).toMatch(/awful\.jsonl:20: not JSON/);
    expect(notes[20]).toBe("evalwire: further bad records are only counted");
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ records: 1, failed: 30 });
  });

  it("refuses to write over what it reads, and files it cannot draw", async () => {
    expect((await score("--out", path("a.jsonl"), path("a.jsonl"))).exitCode).toBe(2);
    symlinkSync(path("a.jsonl"), path("link.jsonl"));
    expect((await score("--out", path("link.jsonl"), path("a.jsonl"))).exitCode).toBe(2);
    expect((await score("--plot", path("a.png"), path("a.jsonl"))).exitCode).toBe(2);
    expect((await score("--workers", "257", path("a.jsonl"))).exitCode).toBe(2);
    expect((await score("--out", join(folder, "none", "x"), path("a.jsonl"))).exitCode).toBe(1);
    const { exitCode, lines } = await score("--plot", join(folder, "none", "x.html"), path("a.jsonl"));
    expect({ exitCode, lines }).toEqual({ exitCode: 1, lines: [] });
  });

  it("a file compared with itself differs by 0, with p = 1", async () => {
    const { lines } = await score("--json", "--compare", path("a.jsonl"), path("a.jsonl"));
    const { comparison } = JSON.parse(lines.at(-1)!);
    expect(comparison).toMatchObject({ pairs: 6, onlyLeft: [], onlyRight: [] });
    for (const one of comparison.differences) {
      expect(one).toMatchObject({
        difference: 0,
        low: 0,
        high: 0,
        bootstrapP: 1,
        randomisationP: 1,
        better: "too little data",
      });
    }
  });

  it("says which file is better, by the metric's own direction, and never that p is 0", async () => {
    const components = ["rouge1", "ter"].map((type) => ({ name: type, type }));
    write("both.json", [JSON.stringify({ components })]);
    const records = (output: string) => Array.from({ length: 40 }, (_, index) => line(`r${index}`, output));
    write("good.jsonl", records("the cat sat on the mat"));
    write("bad.jsonl", records("a dog, barking"));
    const compare = (...args: ReadonlyArray<string>) =>
      evalwire(["score", "-c", path("both.json"), "--compare", path("bad.jsonl"), ...args, path("good.jsonl")]);
    const { comparison } = JSON.parse((await compare("--json", "--samples", "4999")).lines.at(-1)!);
    expect(comparison.samples).toBe(4999);
    for (const one of comparison.differences) {
      expect(one).toMatchObject({ bootstrapP: 1 / 5000, randomisationP: 1 / 5000, better: "left" });
    }
    const { lines } = await compare("--samples", "5000");
    expect(lines.filter((text) => /^ {2}(rouge1|ter) .*<0\.0002 +<0\.0002 +0\.0008 +A$/.test(text))).toHaveLength(2);
    expect(lines).toContain("  <0.0002 is the least that 5000 samples can show; --samples takes more");
  });

  it("compares records by id, and says which are in only one file", async () => {
    const { lines } = await score("--compare", path("b.jsonl"), path("a.jsonl"));
    expect(lines.join("\n")).toMatch(/only in .*a\.jsonl: r0$/m);
    expect(lines.join("\n")).toContain("5 records are in both");
  });

  it("cannot compare where an id occurs twice, or none is shared", async () => {
    expect((await score("--compare", path("twice.jsonl"), path("a.jsonl"))).notes[0]).toContain(
      'twice.jsonl:2: an earlier record has the id "r1", too',
    );
    expect((await score("--compare", path("a.jsonl"), path("twice.jsonl"))).notes[0]).toBe(
      `evalwire: ${path("twice.jsonl")}:2: an earlier record, at ${path("twice.jsonl")}:1, has the id "r1", too; --id names another field, --where chooses among them`,
    );
    expect((await score("--compare", path("many.jsonl"), path("a.jsonl"))).notes[0]).toContain("no record is in both");
  });

  describe("an id that comes twice in records of one's own", () => {
    const warning = (second: string, first: string, id: string) =>
      `evalwire: ${second}: an earlier record, at ${first}, has the id "${id}", too; both are scored, and count as two`;

    it.each([["0"], ["1"]])("is said once, with both places, and counted: %s workers", async (workers) => {
      write("again.jsonl", [line("r2", "mat"), line("r1", "mat"), line("r1", "the cat"), line("r2", "dog")]);
      const file = path("again.jsonl");
      const { exitCode, lines, notes } = await score("--workers", workers, file);
      expect(exitCode).toBe(0);
      expect(notes).toEqual([warning(`${file}:4`, `${file}:1`, "r2")]);
      expect(lines).toContain("  2 records have an id that an earlier one has, too: each counts by itself");
      const { lines: rows } = await score("--json", file);
      const all = rows.map((row) => JSON.parse(row));
      expect(all.filter(({ type }) => type === "score").map(({ id, line: at }) => [id, at])).toEqual([
        ["r2", 1],
        ["r1", 2],
        ["r1", 3],
        ["r2", 4],
      ]);
      expect(all.at(-1)).toMatchObject({ records: 4, repeatedIds: 2 });
    });

    it("is seen over files and in tables; ids of other groups are others", async () => {
      const rows = ["id,model,output,reference", "a,x,mat,mat", "a,y,mat,dog", "b,x,mat,mat"];
      for (const name of ["one.csv", "two.csv"]) write(name, rows);
      const [one, two] = [path("one.csv"), path("two.csv")];
      expect((await score("--group-by", "model", one)).notes).toHaveLength(1);
      const { lines, notes } = await score(one, two);
      expect(notes.filter((note) => note.includes("too;"))).toEqual([warning(`${one}:3`, `${one}:2`, "a")]);
      expect(lines).toContain("  4 records have an id that an earlier one has, too: each counts by itself");
      const grouped = await score("--group-by", "model", one, two);
      expect(grouped.notes.filter((note) => note.includes("too;"))).toEqual([warning(`${two}:2`, `${one}:2`, "a")]);
    });

    it("is no empty one", async () => {
      write("unnamed.jsonl", [line("", "mat"), line("", "the cat")]);
      expect((await score(path("unnamed.jsonl"))).notes).toEqual([]);
      const { lines } = await score("--json", "--compare", path("unnamed.jsonl"), path("unnamed.jsonl"));
      expect(JSON.parse(lines.at(-1)!).comparison).toMatchObject({ pairs: 2 });
    });
  });

  it("draws a report and only the distributions", async () => {
    const { notes } = await score("--plot", path("report.html"), "--compare", path("b.jsonl"), path("a.jsonl"));
    expect(notes).toEqual([`wrote ${path("report.html")}: open it in a browser`]);
    await score("--plot", path("report.svg"), path("a.jsonl"));
    expect(readFileSync(path("report.html"), "utf8")).toContain("Worst cases");
    expect(readFileSync(path("report.svg"), "utf8")).toMatch(/^<\?xml[\s\S]*<\/svg>\n$/);
  });

  it("fits a screen of 80 columns, aligned, and says what could be asked next", async () => {
    const components = ["rouge1", "rougeL", "ter", "f1"].map((type) => ({ name: `summary/${type}`, type }));
    write("wide.json", [JSON.stringify({ components })]);
    const args = ["score", "-c", path("wide.json"), "--compare", path("b.jsonl"), path("a.jsonl")];
    const { lines, notes } = await evalwire(args, { screen: 80 });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the codes that move the cursor and colour text.
    const shown = lines.map((text) => text.replace(/\u001b\[[0-9;?]*[a-zA-Z]/g, "").replace(/^[\s\S]*\r/, ""));
    // Colours are sent, not spelled out.
    expect(lines.join("\n")).toContain("\u001b[2m");
    expect(lines.join("\n")).not.toContain("\\u001b");
    expect(Math.max(...shown.map((text) => text.length))).toBeLessThanOrEqual(80);
    const table = shown.filter((text) => /^ {2}(Metric|summary)/.test(text));
    expect(table).toHaveLength(11);
    expect(Math.max(...table.map((text) => text.length))).toBeLessThanOrEqual(80);
    const [head, ...rows] = table.slice(0, 5);
    expect(head).toBe("  Metric             Mean    [95 %    95 %]   Corpus     Min   Median       Max");
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([head?.length]));
    expect(shown).toContain("  Scale, 25 %, 75 %: no room in 80 columns; --json has all");
    expect(shown).toContain("  ↓ less is better");
    expect(notes.at(-1)).toContain("next: --plot report.html");
  });

  it.each([
    ["a pipe", {}],
    ["a terminal with NO_COLOR", { screen: 80, env: { NO_COLOR: "1" } }],
  ])("has no colours on %s", async (_, options) => {
    const { lines } = await evalwire(["score", "-c", path("config.json"), path("a.jsonl")], options);
    expect(lines.join("\n")).toContain("over 6 records");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes begin with the escape character.
    expect(lines.join("\n")).not.toMatch(/\u001b\[[0-9;]*m/);
  });

  it("a file has no colours and all columns, for any screen", async () => {
    await evalwire(["score", "-c", path("config.json"), "--out", path("table.txt"), path("a.jsonl")], { screen: 40 });
    const text = readFileSync(path("table.txt"), "utf8");
    expect(text).not.toContain("\u001b");
    expect(text).toMatch(/Min +25 % +Median +75 % +Max\n/);
  });
});
