/** Exports of evaluation tools, and the several runs that one file of theirs may hold. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { evalwire } from "../session.ts";

let folder: string;
const path = (name: string) => join(folder, name);
const write = (name: string, content: string | Uint8Array) => {
  writeFileSync(path(name), content);
  return path(name);
};
const lines = (...rows: ReadonlyArray<unknown>) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
const score = (...args: ReadonlyArray<string>) => evalwire(["score", "-c", path("config.json"), ...args]);

interface SummaryRow {
  readonly records: number;
  readonly [field: string]: unknown;
}

const summaryOf = async (...args: ReadonlyArray<string>) => {
  const { exitCode, lines, notes } = await score("--json", "--samples", "10", ...args);
  const rows = lines.map((line) => JSON.parse(line));
  return { exitCode, notes, rows, summary: rows.at(-1) as SummaryRow & { readonly scores: any; readonly groups: any } };
};

const filters = ["strict-match", "flexible-extract"];
const sample = (doc_id: number, filter: string, answer: string) => ({
  ...{ doc_id, doc: { question: "q" }, target: "six", filter, resps: [[answer]], filtered_resps: [answer] },
});

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "evalwire-exports-"));
  write("config.json", JSON.stringify({ components: [{ name: "f", type: "f1" }] }));
  write(
    "samples_a.jsonl",
    lines(
      ...filters.flatMap((filter) => [
        sample(0, filter, filter === "strict-match" ? "" : "six"),
        sample(1, filter, "six"),
      ]),
    ),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("records in two files", () => {
  const table = (id: string, ...rows: ReadonlyArray<string>) => [`${id},output,expected`, ...rows, ""].join("\n");
  const rows = ["a,six,six", "b,nine,six"];

  it.each(["ID", "Id"])("are paired by their ids, however the column is written: %s", async (id) => {
    const [one, other] = [write("one.csv", table(id, ...rows)), write("other.csv", table("id", ...rows.toReversed()))];
    const { summary } = await summaryOf("--compare", other, one);
    expect(summary.comparison).toMatchObject({ pairs: 2, differences: [{ difference: 0, high: 0 }] });
    expect(summary.comparison).not.toHaveProperty("pairedByPlace");
  });

  it("are paired by their places where they have no ids, which is said", async () => {
    const [one, other] = [write("one.csv", table("n", ...rows)), write("other.csv", table("n", ...rows.toReversed()))];
    const { summary } = await summaryOf("--compare", other, one);
    expect(summary.comparison).toMatchObject({ pairs: 2, pairedByPlace: 2 });
    const { lines } = await score("--compare", other, one);
    expect(lines).toContain(
      `  A ${one}, B ${other}: 2 records are in both, paired by their places, as they have no ids`,
    );
  });
});

describe("a field that no record has", () => {
  const rows = lines({ id: "a", output: "x", expected: "x" }, { id: "b", output: "y", expected: "x" });

  it("is not what records are paired by: they would be paired by place", async () => {
    const file = write("named.jsonl", rows);
    const { exitCode, notes } = await score("--id", "case", "--compare", file, file);
    expect(exitCode).toBe(1);
    expect(notes.at(-1)).toBe(`evalwire: ${file}:1: there is no case, which --id names`);
  });

  it("is said where records without a value of it are selected", async () => {
    const file = write("named.jsonl", rows);
    const where = (condition: string) => score("--where", condition, file);
    expect((await where("modle!=x")).notes.at(-1)).toBe(
      `evalwire: ${file}: its first records have no modle, of which --where selects those that are not x`,
    );
    expect((await where("output!=x")).notes).toHaveLength(1);
    const { exitCode, notes } = await where("modle=x");
    expect([exitCode, notes.at(-1)]).toEqual([1, `evalwire: ${file}: no records that --where selects`]);
  });

  it("is not what they are grouped by", async () => {
    const file = write("named.jsonl", rows);
    const { exitCode, notes } = await score("--group-by", "id", "--group-by", "slice", file);
    expect(exitCode).toBe(1);
    expect(notes.at(-1)).toBe("evalwire: no record has slice, which --group-by names");
    expect((await score("--group-by", "id", file)).exitCode).toBe(0);
  });
});

describe("several runs in one file", () => {
  it("are never averaged silently", async () => {
    const { exitCode, notes, lines } = await score(path("samples_a.jsonl"));
    expect(exitCode).toBe(2);
    expect(lines).toEqual([]);
    expect(notes.at(-1)).toBe(
      `evalwire: these are several runs, and a mean over them says nothing: filter is strict-match at ${path("samples_a.jsonl")}:1` +
        ` and flexible-extract at ${path("samples_a.jsonl")}:3; choose one with --where filter=strict-match, or keep them apart with --group-by filter`,
    );
  });

  it("are never averaged over files either, each of which is named", async () => {
    const [one, other] = filters.map((filter) => write(`${filter}.jsonl`, lines(sample(filter.length, filter, "six"))));
    const { exitCode, notes } = await score(one!, other!);
    expect(exitCode).toBe(2);
    expect(notes.at(-1)).toBe(
      `evalwire: these are several runs, and a mean over them says nothing: filter is strict-match at ${one}:1 and flexible-extract at ${other}:1;` +
        " choose one with --where filter=strict-match, or keep them apart with --group-by filter",
    );
  });

  it("are chosen from by --where", async () => {
    const { summary } = await summaryOf("--where", "filter=strict-match", path("samples_a.jsonl"));
    expect(summary).toMatchObject({ records: 2, emptyAnswers: 1, scores: { f: { mean: 0.5 } } });
    const { summary: other } = await summaryOf("--where", "filter!=strict-match", path("samples_a.jsonl"));
    expect(other).toMatchObject({ records: 2, emptyAnswers: 0, scores: { f: { mean: 1 } } });
  });

  it("are kept apart by --group-by, without a mean over them", async () => {
    const { exitCode, rows, summary } = await summaryOf("--group-by", "filter", path("samples_a.jsonl"));
    expect(exitCode).toBe(0);
    expect(summary.scores).toEqual({});
    expect(summary.groups).toMatchObject([
      { group: "strict-match", records: 2, scores: { f: { mean: 0.5 } } },
      { group: "flexible-extract", records: 2, scores: { f: { mean: 1 } } },
    ]);
    expect(rows.filter(({ type }) => type === "score").map(({ id, key, group }) => [id, key, group])).toEqual(
      filters.flatMap((filter) => [0, 1].map((id) => [String(id), `${id} (${filter})`, filter])),
    );
    const { lines: table } = await score("--group-by", "filter", path("samples_a.jsonl"));
    expect(table.join("\n")).toMatch(/ {2}strict-match\n {2}Metric.*\n {2}f +0–1 +0\.5000/);
    expect(table.at(-2)).toContain("no figures over all groups: they are different runs");
  });

  it("are compared with each other by --compare-where", async () => {
    const { summary } = await summaryOf(
      ...["--where", "filter=flexible-extract", "--compare-where", "filter=strict-match"],
      ...["--compare", path("samples_a.jsonl"), path("samples_a.jsonl")],
    );
    expect(summary.comparison).toMatchObject({ pairs: 2, onlyLeft: [], differences: [{ left: 1, right: 0.5 }] });
  });

  it("are compared group by group", async () => {
    const { summary } = await summaryOf(
      "--group-by",
      "filter",
      "--compare",
      path("samples_a.jsonl"),
      path("samples_a.jsonl"),
    );
    expect(summary.comparison).toMatchObject({
      pairs: 4,
      differences: [],
      groups: filters.map((group) => ({ group, pairs: 2, differences: [{ difference: 0 }] })),
    });
  });

  it("several annotations of a task are kept apart by who wrote them", async () => {
    const rows = ["1,a,six,101,1,six", "2,b,nine,101,1,six", "3,a,six,102,1,six"];
    const file = write("labels.csv", ["annotation_id,annotator,answer,id,lead_time,model_output", ...rows].join("\n"));
    expect((await score(file)).notes.at(-1)).toBe(
      `evalwire: ${file}:3: an earlier record, at ${file}:2, has the id "101", too; choose one with --where annotator=…, or keep them apart with --group-by annotator`,
    );
    expect((await summaryOf("--where", "annotator=a", file)).summary).toMatchObject({
      records: 2,
      scores: { f: { mean: 1 } },
    });
  });

  it("the tasks of several files are kept apart by their files", async () => {
    const tasks = ["one", "two"].map((task) => write(`samples_${task}.jsonl`, lines(sample(0, "none", "six"))));
    const { exitCode, notes } = await score(...tasks);
    expect(exitCode).toBe(1);
    expect(notes.at(-1)).toMatch(
      /samples_two\.jsonl:1: an earlier record, at .*samples_one\.jsonl:1, has the id "0", too; .*, --group-by file keeps the files apart$/,
    );
    expect((await summaryOf("--group-by", "file", ...tasks)).summary.groups).toHaveLength(2);
  });

  it("promptfoo's CSV: a test is known by its row, whichever worker reads it", async () => {
    const rows = Array.from({ length: 600 }, (_, at) => `q${at},"a\nb","a\nb",PASS,1,{},,`);
    const file = write(
      "tests.csv",
      ["question,reference,[x] p,Status,Score,Named Scores,Grader Reason,Comment", ...rows].join("\n"),
    );
    for (const workers of ["0", "2"]) {
      const { summary, rows } = await summaryOf("--workers", workers, "--compare", file, file);
      expect(summary).toMatchObject({ records: 600, comparison: { pairs: 600, onlyLeft: [] } });
      expect(rows.filter(({ type }) => type === "score").map(({ id }) => id)).toEqual(
        rows.slice(2, 602).map((_, at) => `${at}`),
      );
    }
  });

  it("a case that comes twice in one run is refused", async () => {
    const file = write("twice_samples.jsonl", lines(sample(0, "none", "six"), sample(0, "none", "nine")));
    const { exitCode, notes } = await score(file);
    expect(exitCode).toBe(1);
    expect(notes.at(-1)).toMatch(
      /twice_samples\.jsonl:2: an earlier record, at .*twice_samples\.jsonl:1, has the id "0", too; .* keep runs apart$/,
    );
  });
});

describe("rows that do not show where the texts stand", () => {
  const task = (id: number, words?: string) => ({
    ...{ id: `t${id}`, fields: { output: "six" }, suggestions: {} },
    responses: words === undefined ? {} : { tone: [{ value: "good" }], words: [{ value: words }] },
  });
  const tasks = Array.from({ length: 500 }, (_, at) =>
    at < 450 ? task(at) : task(at, at % 2 === 0 ? "at six" : "six"),
  );
  const expected = { records: 50, noReference: 450, failed: 0 };

  it.each([
    ["a document", (file: string) => [file], JSON.stringify(tasks), "tasks.json"],
    ["lines", (file: string) => [file], lines(...tasks), "tasks.jsonl"],
    ["packed lines", (file: string) => [file], zstdCompressSync(lines(...tasks)), "tasks.jsonl.zst"],
  ] as const)("may come first: %s", async (_, args, content, name) => {
    const { summary, notes } = await summaryOf(...args(write(name, content)));
    expect(notes[0]).toMatch(/as Argilla records: answers from fields.output; references from responses.words$/);
    expect(summary).toMatchObject(expected);
  });

  it("may come first: a table", async () => {
    const rows = Array.from({ length: 40 }, (_, at) => `t${at},s${at},six,${at < 20 ? "," : `[4],"[""six""]"`}`);
    const head = "id,_server_id,output,rating.responses,words.responses";
    const { summary, notes } = await summaryOf(write("flat.csv", [head, ...rows].join("\n")));
    expect(notes[0]).toMatch(/as Argilla records: answers from output; references from words.responses$/);
    expect(summary).toMatchObject({ records: 20, noReference: 20, scores: { f: { mean: 1 } } });
  });

  it("may come first: standard input", async () => {
    const args = ["score", "-c", path("config.json"), "--json", "--samples", "10", "-"];
    const { lines: rows } = await evalwire(args, { stdin: lines(...tasks) });
    expect(JSON.parse(rows.at(-1)!)).toMatchObject(expected);
  });

  it("may come first in rows of one's own: columns are found where they are first filled", async () => {
    const rows = Array.from({ length: 30 }, (_, at) => ({ output: "six", ...(at >= 12 && { expected: "six" }) }));
    expect((await summaryOf(write("late.jsonl", lines(...rows)))).summary).toMatchObject({
      records: 18,
      noReference: 12,
    });
  });
});

describe("rows of any length", () => {
  const words = (count: number) => Array.from({ length: count }, () => "six").join(" ");
  const rows = [60_000, 40_000, 3].map((count) => ({ output: words(count), expected: words(count) }));

  it.each(["long.jsonl", "long.txt"])("are recognised by their columns: %s", async (name) => {
    const file = write(name, lines(...rows));
    const { summary, notes } = await summaryOf(file);
    expect(notes).toEqual([`evalwire: reading ${file} as table: answers from output; references from expected`]);
    expect(summary).toMatchObject({ records: 3, scores: { f: { mean: 1 } } });
    const args = ["score", "-c", path("config.json"), "--json", "--samples", "10", "-"];
    const { lines: piped } = await evalwire(args, { stdin: lines(...rows) });
    expect(JSON.parse(piped.at(-1)!)).toMatchObject({ records: 3 });
  });
});

describe("a file without records", () => {
  const event = (type: string, data: object) => ({ run_id: "r", event_id: 0, sample_id: "s.0", type, data });
  const log = [{ spec: { run_id: "r" } }, event("sampling", { sampled: ["six"] }), event("metrics", { score: 1 })];
  const sentence = (file: string) =>
    `evalwire: ${file}: no records: a log has a record in each match event, and this one has none (its first lines: spec, sampling, metrics);` +
    " evals that do not compare texts, such as those graded by a model, write none";

  it("is said to have none, and what it lacks", async () => {
    const file = write("events.jsonl", lines(...log));
    const { exitCode, notes } = await score(file);
    expect(exitCode).toBe(1);
    expect(notes.at(-1)).toBe(sentence(file));
    const match = event("match", { correct: true, sampled: "six" });
    expect((await summaryOf(write("unexpected.jsonl", lines(...log, match)))).summary).toMatchObject({
      noReference: 1,
    });
  });

  it("is said beside others that have some", async () => {
    const [file, other] = [
      write("events.jsonl", lines(...log)),
      write("two.jsonl", lines({ output: "a", expected: "a" })),
    ];
    const { exitCode, notes } = await score(file, other);
    expect(exitCode).toBe(0);
    expect(notes.at(-1)).toBe(sentence(file));
  });
});

describe("no answer, an empty answer, no reference", () => {
  const row = (testIdx: number, response: object, expected: string | null = "six") => ({
    ...{ testIdx, promptIdx: 0, prompt: { label: "p" }, provider: { id: "x" }, vars: { expected } },
    ...{ failureReason: "error" in response ? 2 : 0, response },
  });

  it("are counted apart, and do not end the run", async () => {
    const file = write(
      "results.jsonl",
      lines(
        row(0, { output: "six" }),
        row(1, { error: "gone" }),
        row(2, { output: "" }),
        row(3, { output: "six" }, null),
      ),
    );
    const { exitCode, rows, summary, notes } = await summaryOf(file);
    expect(exitCode).toBe(0);
    expect(summary).toMatchObject({
      records: 2,
      failed: 0,
      noAnswer: 1,
      noReference: 1,
      emptyAnswers: 1,
      scores: { f: { mean: 0.5 } },
    });
    expect(rows.filter(({ type }) => /^no_/.test(type)).map(({ type, line, id }) => [type, line, id])).toEqual([
      ["no_answer", 2, "1"],
      ["no_reference", 4, "3"],
    ]);
    expect(notes).toEqual([
      `evalwire: reading ${file} as promptfoo results: answers from response.output; references from vars.expected, or the values of assertions`,
    ]);
    const { lines: table } = await score(file);
    expect(table).toContain(
      "  over 2 records, 1 without an answer, 1 without a reference; [95 % 95 %] is the mean's interval",
    );
    expect(table).toContain("  1 of the answers is an empty text");
  });

  it("null in records of one's own is no answer; a path that leads nowhere is a bad record", async () => {
    const record = (output: unknown, expected_output: unknown = "six") => ({
      test_case_output: { output },
      test_case_data: { expected_output },
    });
    const file = write("own.jsonl", lines(record("six"), record(null), record("six", null), record("six", [])));
    expect((await summaryOf(file)).summary).toMatchObject({ records: 1, noAnswer: 1, noReference: 2, failed: 0 });
    const wrong = write("wrong.jsonl", lines({ test_case_output: {}, test_case_data: {} }));
    expect((await summaryOf(wrong)).exitCode).toBe(1);
  });

  it("a row of the dataset viewer that is null is a bad record", async () => {
    const rows = [{ prediction: "six", reference: "six" }, null, { prediction: null, reference: "six" }];
    const file = write("rows.json", JSON.stringify({ rows: rows.map((row, row_idx) => ({ row_idx, row })) }));
    const { summary, notes } = await summaryOf("--on-error", "skip", file);
    expect(summary).toMatchObject({ records: 1, failed: 1, noAnswer: 1 });
    expect(notes.at(-1)).toBe(`evalwire: ${file}: record 2: its row is null, not an object`);
    const first = write(
      "first.json",
      JSON.stringify({ rows: [null, rows[0]].map((row, row_idx) => ({ row_idx, row })) }),
    );
    expect((await summaryOf("--on-error", "skip", first)).summary).toMatchObject({ records: 1, failed: 1 });
  });

  it.each([
    ["null", "null"],
    ["[1,2]\n[3,4]", "a list; of a table, the first list must have the names of the columns"],
    ['[{"output":"six"}]\n[]', "a list of them; put each into a line of its own"],
    ["6", "a number"],
  ])("a line that is no object is named: %s", async (line, what) => {
    const file = write("odd.jsonl", `${line}\n{"output":"six","expected":"six"}\n`);
    expect((await score(file)).notes.at(-1)).toBe(`evalwire: ${file}:1: expected a JSON object, not ${what}`);
  });

  it("a run without a single score fails, whether bad records are skipped or not", async () => {
    const file = write("none.jsonl", lines({ test_case_output: { out: "six" } }, { test_case_output: {} }));
    const { exitCode, notes } = await score("--on-error", "skip", file);
    expect(exitCode).toBe(1);
    expect(notes.at(-1)).toBe(
      "evalwire: no record could be scored: 2 bad; check the mappings, or say --candidate and --reference",
    );
  });
});

describe("files", () => {
  const csv = "id,answer,expected\r\n=1+1,six,six\r\n-x,nine,six\r\n";

  it("a table without mappings is read by the names of its columns, and says so", async () => {
    const file = write("table.csv", csv);
    const { summary, notes, rows } = await summaryOf(file);
    expect(notes).toEqual([`evalwire: reading ${file} as table: answers from answer; references from expected`]);
    expect(summary.scores.f.mean).toBe(0.5);
    expect(rows.filter(({ type }) => type === "score").map(({ line, id }) => [line, id])).toEqual([
      [2, "=1+1"],
      [3, "-x"],
    ]);
    const { notes: asked, exitCode } = await score(write("odd.csv", "a,b\n1,2\n"));
    expect(exitCode).toBe(2);
    expect(asked.at(-1)).toContain(
      "odd.csv: which column is the system's answer? Say it with --candidate; there are a, b",
    );
    expect((await summaryOf("--candidate", "a", "--reference", "item.b", path("odd.csv"))).summary.records).toBe(1);
  });

  it("lists that CSV has as texts are said to be read as texts", async () => {
    const file = write("listed.csv", `id,answer,expected\n1,six,"['six', '6']"\n2,six,"['six']"\n`);
    expect((await score(file)).notes).toEqual([
      `evalwire: reading ${file} as table: answers from answer; references from expected, whose lists are read as one text each: JSON Lines keeps lists`,
    ]);
  });

  it("rows of no known names are asked about by their columns", async () => {
    const { exitCode, notes } = await score(
      write("runs.jsonl", lines({ inputs: { q: "x" }, outputs: { text: "six" } })),
    );
    expect(exitCode).toBe(2);
    expect(notes.at(-1)).toBe(
      `evalwire: ${path("runs.jsonl")}: which column is the reference? Say it with --reference; there are inputs, outputs`,
    );
  });

  it("items without mappings are read by the names of their columns, and as they are with them", async () => {
    const file = write(
      "items.jsonl",
      lines({ id: "a", item: { output: "six", expected: "six" } }, { id: "b", item: { output: "x", expected: "six" } }),
    );
    const { summary, rows } = await summaryOf(file);
    expect(summary.scores.f.mean).toBe(0.5);
    expect(rows.filter(({ type }) => type === "score").map(({ id }) => id)).toEqual(["a", "b"]);
  });

  it("mappings go before what is recognised", async () => {
    const component = { name: "f", type: "f1", mappings: { candidate: "item.expected", reference: "item.expected" } };
    const config = write("mapped.json", JSON.stringify({ components: [component] }));
    const { lines } = await evalwire(["score", "-c", config, "--json", write("mapped.csv", csv)]);
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ records: 2, scores: { f: { mean: 1 } } });
  });

  it("CSV that is asked to be safe has no formulas", async () => {
    const ids = async (...args: ReadonlyArray<string>) =>
      (await score("--format", "csv", ...args, write("table.csv", csv))).lines
        .slice(1)
        .map((line) => line.split(",")[0]);
    expect(await ids()).toEqual(["=1+1", "-x"]);
    expect(await ids("--spreadsheet-safe")).toEqual(["'=1+1", "'-x"]);
  });

  it("several files and patterns are one set of records; a pattern without files is refused", async () => {
    const page = (from: number) => ({
      object: "list",
      data: [0, 1].map((at) => ({
        ...{
          object: "eval.run.output_item",
          run_id: "r",
          datasource_item_id: from + at,
          datasource_item: { expected: "six" },
        },
        sample: { output: [{ role: "assistant", content: "six" }], error: null },
      })),
    });
    write("page-1.json", JSON.stringify(page(0)));
    write("page-2.json", JSON.stringify(page(2)));
    expect((await summaryOf(path("page-*.json"))).summary.records).toBe(4);
    expect((await summaryOf(path("page-1.json"), path("page-2.json"))).summary.records).toBe(4);
    expect((await summaryOf(path("page-1.json"), path("page-1.json"))).exitCode).toBe(1);
    expect(
      (await summaryOf("--group-by", "file", path("page-1.json"), path("page-2.json"))).summary.groups,
    ).toMatchObject([
      { group: path("page-1.json"), records: 2 },
      { group: path("page-2.json"), records: 2 },
    ]);
    expect((await score(path("nothing-*.json"))).notes).toEqual([
      `evalwire: no file matches ${path("nothing-*.json")}`,
    ]);
  });

  it("Langfuse's traces are joined with dataset items by run items", async () => {
    const traces = write(
      "traces.jsonl",
      lines(
        ...["t1", "t2"].map((id) => ({
          id,
          timestamp: "2026-08-20T10:00:00Z",
          bookmarked: false,
          output: '{"answer":"six"}',
        })),
      ),
    );
    const items = write("items.csv", '"id","datasetId","expectedOutput"\r\n"i1","d","six"\r\n"i2","d","nine"\r\n');
    const runs = write(
      "runs.csv",
      '"id","projectId","datasetItemId","traceId"\r\n"r1","p","i1","t1"\r\n"r2","p","i2","t2"\r\n',
    );
    const { summary, rows } = await summaryOf(traces, items, runs);
    expect(summary).toMatchObject({ records: 2, scores: { f: { mean: 0.5 } } });
    expect(rows.filter(({ type }) => type === "score").map(({ id }) => id)).toEqual(["i1", "i2"]);
    expect((await score(traces)).exitCode).toBe(1);
  });

  it("a list inside of a document is named by --records", async () => {
    const file = write("deep.json", '{\n"a":{"b":[{"output":"six","expected":"six"}]},"c":[{"x":1}]}');
    expect((await summaryOf("--records", "a.b", file)).summary.records).toBe(1);
    expect((await summaryOf(file)).notes.at(-1)).toContain("say which: --records a.b or --records c");
  });

  it("two columns of one name are refused", async () => {
    const { exitCode, notes } = await score(write("same.csv", "output,output,expected\na,b,c\n"));
    expect([exitCode, notes.at(-1)]).toEqual([
      1,
      `evalwire: ${path("same.csv")}: several columns are called output; rename them`,
    ]);
  });

  it("bare NaN is read where the tool writes it, and refused with a hint elsewhere", async () => {
    const inspect = write(
      "log.json",
      '{"samples":[{"id":1,"epoch":1,"target":"six","output":{"choices":[{}],"completion":"six"},"score":NaN}]}',
    );
    expect((await summaryOf(inspect)).summary.records).toBe(1);
    const own = write(
      "nan.jsonl",
      '{"output":"six","expected":"six","score":NaN}\n{"output":"six","expected":"six"}\n',
    );
    expect((await score(own)).notes.at(-1)).toContain(
      "nan.jsonl:1: not JSON: it has NaN or Infinity, which Python's json.dumps writes",
    );
  });

  it("--id pairs by another field", async () => {
    const rows = (from: string) =>
      lines(...[1, 2].map((at) => ({ id: `${from}${at}`, case: `c${at}`, output: "six", expected: "six" })));
    const [left, right] = [write("left.jsonl", rows("l")), write("right.jsonl", rows("r"))];
    expect((await score("--compare", right, left)).notes.at(-1)).toContain("pair them by another field with --id");
    expect((await summaryOf("--id", "case", "--compare", right, left)).summary.comparison).toMatchObject({ pairs: 2 });
  });

  it("ids of 19 digits stay two", async () => {
    const row = (id: string) => `{"id":${id},"output":"six","expected":"six"}\n`;
    const file = write("long.jsonl", row("1234567890123456788") + row("1234567890123456789"));
    const { rows } = await summaryOf("--compare", file, file);
    expect(rows.filter(({ type }) => type === "score").map(({ id }) => id)).toEqual([
      "1234567890123456788",
      "1234567890123456789",
    ]);
  });

  it.each(["jsonl", "jsonl.zst", "csv", "json"])(
    "any number of workers gives the bytes of a single thread: %s",
    async (kind) => {
      const records = Array.from({ length: 700 }, (_, at) => ({
        id: `r${at}`,
        output: at % 3 ? "six" : "nine at six",
        expected: "six",
      }));
      const content = {
        jsonl: lines(...records),
        "jsonl.zst": zstdCompressSync(lines(...records)),
        csv: ["id,output,expected", ...records.map(({ id, output, expected }) => `${id},${output},${expected}`)].join(
          "\n",
        ),
        json: JSON.stringify(records),
      }[kind]!;
      const file = write(`many.${kind}`, content);
      const run = (workers: string) =>
        score("--json", "--samples", "5", "--plot", path("many.html"), "--workers", workers, file).then((ran) => ({
          ran,
          report: readFileSync(path("many.html"), "utf8"),
        }));
      const single = await run("0");
      expect(single.ran.exitCode).toBe(0);
      expect(await run("2")).toEqual(single);
    },
  );
});

describe("thresholds", () => {
  const file = () => write("gate.csv", "output,expected\nsix,six\nnine,six\n");

  it("a mean under its threshold exits with 3, after the results are written", async () => {
    const { exitCode, lines, notes } = await score("--fail-under", "f=0.6", file());
    expect(exitCode).toBe(3);
    expect(lines.join("\n")).toContain("0.5000");
    expect(notes.at(-1)).toBe("evalwire: f is 0.5000, under 0.6");
    expect((await score("--fail-under", "f=0.5", file())).exitCode).toBe(0);
  });

  it("a metric that is not there, or of which less is better, is refused before the work", async () => {
    expect((await score("--fail-under", "g=1", file())).notes).toEqual(["evalwire: there is no metric g; there are f"]);
    const config = write("ter.json", '{"components":[{"name":"t","type":"ter"}]}');
    const ter = (...args: ReadonlyArray<string>) => evalwire(["score", "-c", config, ...args, file()]);
    expect(await ter("--fail-under", "t=1")).toMatchObject({
      exitCode: 2,
      notes: ["evalwire: less is better of t: use --fail-over t=1"],
    });
    expect((await ter("--fail-over", "t=40")).exitCode).toBe(3);
  });

  it("worse than the baseline exits with 3", async () => {
    const rows = (output: string) =>
      lines(...Array.from({ length: 30 }, (_, at) => ({ id: `r${at}`, output, expected: "six" })));
    const [good, bad] = [write("good.jsonl", rows("six")), write("bad.jsonl", rows("nine"))];
    const { exitCode, notes } = await score("--fail-if-worse", "--compare", good, bad);
    expect([exitCode, notes.at(-1)]).toEqual([3, `evalwire: f is worse than ${good}`]);
    expect((await score("--fail-if-worse", "--compare", bad, good)).exitCode).toBe(0);
    expect((await score("--fail-if-worse", good)).exitCode).toBe(2);
  });
});

describe("--config", () => {
  const task = {
    task_type: "metric",
    alias: "overlap",
    configuration: { type: "rouge1", candidate: "item.output", reference: "item.expected" },
  };
  it.each([
    [
      "a v5 evaluation",
      { id: "e", tasks: [{ task_type: "contributor_evaluation.question", configuration: {} }, task] },
    ],
    ["a list of tasks", [task]],
  ])("takes %s", async (_, value) => {
    const config = write("tasks.json", JSON.stringify(value));
    const { exitCode, lines } = await evalwire([
      "score",
      "-c",
      config,
      "--json",
      write("t.csv", "output,expected\nsix,six\n"),
    ]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(lines.at(-1)!).scores.overlap.mean).toBe(1);
  });

  it.each([
    [{ components: [] }, "components is empty"],
    [{ tasks: [{ task_type: "auto_evaluation.question", configuration: {} }] }, "none of the 1 tasks is a metric task"],
    [3, "needs a metric_config"],
  ])("refuses %j", async (value, message) => {
    const config = write("wrong.json", JSON.stringify(value));
    const { exitCode, notes } = await evalwire(["score", "-c", config, path("config.json")]);
    expect([exitCode, notes.length]).toEqual([2, 1]);
    expect(notes[0]).toContain(message);
  });
});
