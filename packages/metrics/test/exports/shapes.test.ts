/** Shapes of files that must not be read as something else. */
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, it } from "vitest";
import { readExport } from "./readExport.ts";

const lines = (...rows: ReadonlyArray<unknown>) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
const all = async (...args: Parameters<typeof readExport>) => (await readExport(...args)).records;
const only = async (...args: Parameters<typeof readExport>) => (await all(...args))[0]!;

describe("replies of models", () => {
  const reasoning = { type: "reasoning", id: "r", summary: [] };
  const message = { type: "message", role: "assistant", content: [{ type: "output_text", text: "six" }] };
  const call = { type: "function_call", name: "f", arguments: "{}" };
  const text = { type: "text", text: "six" };
  const ofChain = { lc: 1, type: "constructor", id: ["AIMessage"], kwargs: { content: "six", type: "ai" } };
  const asked = { lc: 1, type: "constructor", id: ["HumanMessage"], kwargs: { content: "when?", type: "human" } };

  it.each([
    ["OpenAI's responses", { id: "x", object: "response", output: [reasoning, call, message], usage: {} }],
    ["their items by themselves", [reasoning, message]],
    ["Anthropic's messages", { type: "message", role: "assistant", content: [text, { type: "tool_use", input: {} }] }],
    ["Gemini's candidates", { candidates: [{ content: { parts: [{ text: "six" }], role: "model" } }], usage: {} }],
    ["LangChain's message", ofChain],
    ["LangChain's conversation", { messages: [asked, ofChain] }],
    ["LangChain's generations", { generations: [[{ text: "six", message: ofChain }]], llm_output: null }],
  ])("%s have their text", async (_, output) => {
    const row = { input: "q", output, expected: "six", scores: {} };
    expect(await only(JSON.stringify([row]))).toMatchObject({ answer: "six", references: ["six"] });
  });

  it("a message that only calls a tool has no text", async () => {
    const output = { role: "assistant", content: [{ type: "tool_use", name: "f", input: {} }] };
    expect((await only(JSON.stringify([{ input: "q", output, expected: "x", scores: {} }]))).answer).toBeNull();
  });
});

describe("OpenAI evals", () => {
  it("rows that have an answer beside their ideal are no samples", async () => {
    const row = { input: "q", ideal: "six", completion: "nine" };
    expect(await only(lines(row), { name: "r.jsonl", from: "table" })).toMatchObject({ answer: "nine" });
    expect((await readExport(lines(row), { name: "r.jsonl" })).reader).toBeUndefined();
    expect((await readExport(lines({ input: "q", ideal: "six" }), { name: "r.jsonl" })).reader).toBe("openai-evals");
  });
});

describe("DeepEval", () => {
  const metricsData = [{ name: "M", score: 1 }];

  it("a test run inside of the last one's link is found", async () => {
    const testCases = [{ name: "a", input: "q", actualOutput: "six", expectedOutput: "nine", metricsData }];
    const run = { testCases, conversationalTestCases: [], metricsScores: [{ metric: "M", scores: [1] }] };
    const { reader, records } = await readExport(JSON.stringify({ testRunData: run, testRunLink: "https://x" }));
    expect(reader).toBe("deepeval");
    expect(records).toMatchObject([{ id: "a", answer: "six", references: ["nine"] }]);
  });

  it("a test run of conversations is named as one", async () => {
    const conversation = { name: "a", metricsData, turns: [{ role: "user", content: "q" }] };
    const run = { testCases: [], conversationalTestCases: [conversation], metricsScores: [] };
    await expect(readExport(JSON.stringify(run), { name: "run.json" })).rejects.toThrow("no single answer");
  });
});

describe("RAGAS", () => {
  it("a reference that looks like a list is one text, several ground truths are several", async () => {
    const row = { user_input: "q", response: "[1, 2]", reference: "[1, 2]" };
    expect((await only(lines(row), { name: "r.jsonl" })).references).toEqual(["[1, 2]"]);
    expect((await only('user_input,response,reference\nq,"[1, 2]","[1, 2]"\n')).references).toEqual(["[1, 2]"]);
    const old = `question,answer,contexts,ground_truths\nq,six,[],"['six', '6']"\n`;
    expect((await only(old)).references).toEqual(["six", "6"]);
  });
});

describe("lm-eval", () => {
  const row = { doc_id: 0, doc: {}, target: "a long text", filter: "none" };
  const of = (response: string, given: object) => ({
    ...{ ...row, resps: [[response]], filtered_resps: [response], arguments: { gen_args_0: given } },
  });

  it.each([
    ["('six', '6')", ["six", "6"]],
    ["{'text': ['six', '6'], 'answer_start': [0, 1]}", ["six", "6"]],
    ["None", []],
    ["(1, 2)", ["(1, 2)"]],
    ["(a) six", ["(a) six"]],
    ["{six}", ["{six}"]],
  ])("the target %s is %j", async (target, references) => {
    const one = { ...row, target, resps: [["six"]], filtered_resps: ["six"] };
    expect((await only(lines(one), { name: "s.jsonl" })).references).toEqual(references);
    const own = lines({ ...one, doc: { answer: target } });
    expect((await only(own, { name: "s.jsonl" })).references).toEqual([target]);
  });

  it("the likelihood of a text is no answer; a number that was generated is one", async () => {
    const { problem } = await only(lines(of("-123.4", { arg_0: "a long text" })), { name: "s.jsonl" });
    expect(problem).toMatch(/likelihoods and no text/);
    const generated = await only(lines(of("-123.4", { arg_0: "q", arg_1: { until: [] } })), { name: "s.jsonl" });
    expect(generated).toMatchObject({ answer: "-123.4" });
    expect(generated.problem).toBeUndefined();
  });
});

describe("HELM", () => {
  it("of several completions none is taken silently", async () => {
    const completions = [{ text: "six" }, { text: "nine" }];
    const references = [{ output: { text: "six" }, tags: ["correct"] }];
    const state = { instance: { id: "a", input: { text: "q" }, references }, request: {}, result: { completions } };
    const text = JSON.stringify({ request_states: [state] });
    expect((await only(text)).problem).toBe(
      "it has 2 completions; choose one with --candidate item.result.completions.0.text",
    );
    const second = await only(text, { candidate: "item.result.completions.1.text" });
    expect(second).toMatchObject({ answer: "nine" });
    expect(second.problem).toBeUndefined();
  });
});

describe("promptfoo's CSV", () => {
  const five = ["Status", "Score", "Named Scores", "Grader Reason", "Comment"];
  const text = [
    ["expected", "[a] x", ...five, "[b] x", ...five],
    ["six", "six", "PASS", "1", "", "", "", "nine", "FAIL", "0", "", "", ""],
  ]
    .map((row) => `${row.join(",")}\n`)
    .join("");

  const one = async (...cells: ReadonlyArray<string>) => {
    const quoted = cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",");
    return only(`expected,p,${five.join(",")}\n${quoted}\n`, { name: "r.csv" });
  };

  it("an apostrophe is taken away where promptfoo puts one, and only there", async () => {
    const texts = ["'=1+1", "' -a list", "'\u200b@x", "'-5", "'+1e3", "'tis", "-5"];
    const read = await Promise.all(texts.map((text) => one("six", text, "PASS", "1", "", "", "")));
    expect(read.map(({ answer }) => answer)).toEqual(["=1+1", " -a list", "\u200b@x", "'-5", "'+1e3", "'tis", "-5"]);
  });

  it("a test that was not run for a prompt has no answer; one without a provider is known by its prompt", async () => {
    expect((await one("six", "", "", "", "", "", "")).answer).toBeNull();
    const empty = await one("six", "", "FAIL", "0", "", "", "");
    expect([empty.answer, empty.names]).toEqual(["", { provider: "", prompt: "p" }]);
  });

  it("a variable of which only its kind is left is no reference", async () => {
    expect((await one("[object Object]", "six", "PASS", "1", "", "", "")).problem).toMatch(
      /was an object.*export JSON/,
    );
  });

  it("--candidate names one of the outputs", async () => {
    expect(await all(text, { name: "r.csv", candidate: "[b] x" })).toMatchObject([
      { answer: "nine", run: { promptIdx: "1" } },
    ]);
    await expect(all(text, { name: "r.csv", candidate: "c" })).rejects.toThrow(
      "there is no output c; there are [a] x, [b] x",
    );
  });
});

describe("tables", () => {
  it("a column that holds several texts is not guessed to be the reference", async () => {
    const rows = [{ row_idx: 0, row: { prediction: "sechs", translation: { en: "six", de: "sechs" } } }];
    const text = JSON.stringify({ features: [], rows });
    await expect(only(text)).rejects.toThrow(
      "the column translation holds several texts; say which: --reference translation.en or --reference translation.de",
    );
    expect((await only(text, { reference: "translation.de" })).references).toEqual(["sechs"]);
    const json = [{ row_idx: 0, row: { prediction: '{"en":"six","de":"x"}', translation: { en: "six", de: "x" } } }];
    expect((await only(JSON.stringify({ features: [], rows: json }))).references).toEqual(['{"en":"six","de":"x"}']);
  });

  it.each(["table", "ragas", "deepeval"])(
    "an empty text of Parquet is one, and of CSV it may be none: %s",
    async (from) => {
      const names = {
        table: ["output", "expected"],
        ragas: ["response", "reference"],
        deepeval: ["actual_output", "expected_output"],
      };
      const [candidate, reference] = names[from as keyof typeof names] as [string, string];
      const columnData = [
        { name: candidate, data: ["six", "", null], type: "STRING" as const },
        { name: reference, data: ["", null, "six"], type: "STRING" as const },
      ];
      const parquet = new Uint8Array(parquetWriteBuffer({ columnData }));
      const texts = async (...args: Parameters<typeof readExport>) =>
        (await all(...args)).map(({ answer, references }) => [answer, references]);
      expect(await texts(parquet, { from })).toEqual([
        ["six", [""]],
        ["", []],
        [null, ["six"]],
      ]);
      expect(await texts(`${candidate},${reference}\nsix,\n,six\n`, { from })).toEqual([
        ["six", []],
        ["", ["six"]],
      ]);
    },
  );

  it("a cell of bytes is not scored by their number", async () => {
    const row = { output: { bytes: 3 }, expected: "3" };
    expect((await only(JSON.stringify([row]), { from: "table" })).problem).toBe(
      "the cell output holds bytes; save the column as text",
    );
  });

  it("MLflow's expected response is a reference", async () => {
    const csv = "trace_id,response,expected_response/value\nt,six,nine\n";
    expect(await only(csv, { from: "table" })).toMatchObject({ answer: "six", references: ["nine"] });
    const expectations = { expected_response: "nine", expected_facts: ["a"] };
    const rows = JSON.stringify([{ inputs: { question: "q" }, outputs: "six", expectations }]);
    expect(await only(rows, { from: "table" })).toMatchObject({ answer: "six", references: ["nine"] });
  });
});
