import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { recordOf } from "../../src/exports/index.ts";
import { computeMetrics } from "../../src/index.ts";
import { readExport } from "./readExport.ts";

const lines = (...rows: ReadonlyArray<unknown>) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
const only = async (...args: Parameters<typeof readExport>) => (await readExport(...args)).records[0]!;

describe("Langfuse", () => {
  const trace = (output: unknown, more: object = {}) => ({
    ...{
      id: "t1",
      timestamp: "2026-08-20T10:00:00Z",
      bookmarked: false,
      input: '{"question":"q"}',
      output,
      metadata: null,
    },
    ...more,
  });

  it("reads JSON inside a text, and takes a text that only begins like it for a text", async () => {
    expect((await only(lines(trace('{"answer":"six"}')), { name: "t.jsonl" })).answer).toBe("six");
    expect(
      (
        await only(lines(trace('[{"role":"user","content":"q"},{"role":"assistant","content":"six"}]')), {
          name: "t.jsonl",
        })
      ).answer,
    ).toBe("six");
    expect((await only(lines(trace("[sic] {six}")), { name: "t.jsonl" })).answer).toBe("[sic] {six}");
    expect((await only(lines(trace(null)), { name: "t.jsonl" })).answer).toBeNull();
    expect((await only(lines(trace("")), { name: "t.jsonl" })).answer).toBe("");
  });

  it("does not score JSON that the export has damaged", async () => {
    const { problem } = await only(lines(trace('{"answer":"he said "six""}')), { name: "t.jsonl" });
    expect(problem).toMatch(/its JSON is damaged/);
  });

  it("finds a text in metadata, where it is said", async () => {
    const record = await only(lines(trace("six", { metadata: { gold: "at six" } })), {
      name: "t.jsonl",
      reference: "metadata.gold",
    });
    expect(record.references).toEqual(["at six"]);
  });

  it("joins traces with dataset items by run items", async () => {
    const lookups = new Map();
    await readExport('"id","datasetId","expectedOutput"\r\n"i1","d","at six"\r\n', { lookups });
    await readExport('"id","projectId","datasetItemId","traceId"\r\n"r1","p","i1","t1"\r\n', { lookups }).catch(
      () => {},
    );
    const record = await only(lines(trace("six")), { name: "t.jsonl", lookups });
    expect(record).toMatchObject({ id: "i1", answer: "six", references: ["at six"] });
  });

  it.each([
    ['"id","traceId","name","dataType","value"\r\n"s","t","accuracy","NUMERIC","0.5"\r\n', /scores hold no texts/],
    ['"id","datasetItemId","traceId"\r\n"r1","i1","t1"\r\n', /run items hold no texts/],
  ])("says what is missing", async (text, message) => {
    await expect(readExport(text)).rejects.toThrow(message);
  });
});

describe("traps", () => {
  it("HELM: a letter stands for its text", async () => {
    const state = {
      instance: { id: "id0", input: { text: "q" }, references: [{ output: { text: "six" }, tags: ["correct"] }] },
      request: {},
      output_mapping: { A: "six", B: "nine" },
      result: { success: true, completions: [{ text: " A" }] },
    };
    expect(await only(JSON.stringify({ request_states: [state] }))).toMatchObject({
      answer: "six",
      references: ["six"],
    });
  });

  it("lm-eval: likelihoods are no text, and a target that the document has is one text", async () => {
    const row = { doc_id: 0, doc: { answer: "['six']" }, target: "['six']", filter: "none", filtered_resps: ["six"] };
    expect((await only(lines(row), { name: "s.jsonl" })).references).toEqual(["['six']"]);
    expect((await only(lines({ ...row, doc: {} }), { name: "s.jsonl" })).references).toEqual(["six"]);
    const { problem } = await only(lines({ ...row, filtered_resps: [["-1.2", "False"]] }), { name: "s.jsonl" });
    expect(problem).toMatch(/likelihoods and no text/);
  });

  it("Hugging Face: a cut cell is never scored", async () => {
    const page = {
      rows: [{ row_idx: 3, row: { prediction: '[{"a":', reference: "six" }, truncated_cells: ["prediction"] }],
    };
    expect(await only(JSON.stringify(page))).toMatchObject({ id: "3", problem: expect.stringMatching(/was cut/) });
  });

  it("promptfoo: a failed assertion is not a failed call, and an empty answer is not none", async () => {
    const row = (more: object) => ({
      testIdx: 0,
      promptIdx: 0,
      prompt: {},
      vars: { expected: "six" },
      error: "no",
      ...more,
    });
    const answers = async (...rows: ReadonlyArray<object>) =>
      (await readExport(lines(...rows), { name: "r.jsonl" })).records.map(({ answer }) => answer);
    expect(
      await answers(
        row({ failureReason: 1, response: { output: "" } }),
        row({ failureReason: 2, response: { output: "half" } }),
        row({ failureReason: 0, response: { output: { answer: "six" } } }),
      ),
    ).toEqual(["", null, "six"]);
  });

  it("promptfoo: assertions hold the references where no variable does", async () => {
    const row = {
      ...{ testIdx: 0, promptIdx: 0, prompt: {}, vars: { city: "Rome" }, response: { output: "x" } },
      testCase: {
        assert: [
          { type: "equals", value: "In {{ city }}" },
          { type: "contains", value: "R" },
          { type: "rouge-n", value: "file://x" },
        ],
      },
    };
    expect((await only(lines(row), { name: "r.jsonl" })).references).toEqual(["In Rome"]);
  });

  it("Inspect: a sample that failed has no answer", async () => {
    const sample = (output: object, more = {}) => ({ id: 1, epoch: 1, input: "q", target: "six", output, ...more });
    const { records } = await readExport(
      JSON.stringify({
        samples: [
          sample({ choices: [], completion: "" }, { error: { message: "gone" } }),
          sample({ choices: [{ message: { content: "" } }], completion: "" }),
        ],
      }),
    );
    expect(records.map(({ answer }) => answer)).toEqual([null, ""]);
  });

  it("LangSmith: lists and objects of a data frame are Python's", async () => {
    const text = `,inputs.q,outputs.answer,error,reference.answer,example_id\n0,q,"['six', 'nine']",,"[""it's six"", 'six']",e1\n`;
    expect(await only(text)).toMatchObject({
      ...{ id: "e1", answer: '["six","nine"]', references: [`["it's six","six"]`] },
    });
    const one = await only(text.replace(`"['six', 'nine']"`, "six"));
    expect(one).toMatchObject({ answer: "six", references: ["it's six", "six"] });
  });

  it("SGP: a map of outputs can be gone into, and has its text", async () => {
    const row = {
      ...{
        id: "r",
        evaluation_id: "e",
        test_case_id: "c",
        test_case_evaluation_data: { generation_output: { answer: "six", more: ["x"] } },
      },
      test_case_version: { test_case_data: { expected_output: "six" } },
    };
    const record = recordOf(await only(JSON.stringify({ items: [row] })));
    const config = (candidate?: ReadonlyArray<string>) => ({
      components: [{ name: "x", type: "f1", ...(candidate && { mappings: { candidate } }) }],
    });
    expect(computeMetrics(config(), record)).toEqual({ x: 1 });
    expect(computeMetrics(config(["test_case_output", "output", "answer"]), record)).toEqual({ x: 1 });
  });

  it("OpenAI evals: a line that was uploaded has its sample's text", async () => {
    const row = { item: { question: "q", expected: "six" }, sample: { output_text: "nine" } };
    expect(await only(lines(row), { name: "up.jsonl" })).toMatchObject({ answer: "nine", references: ["six"] });
  });

  it("two ids of 19 digits stay two", async () => {
    const item = (id: string) =>
      `{"id":${id},"object":"evaluation.item","evaluation_id":"e","data":{"output":"a","expected":"b"}}\n`;
    const { records } = await readExport(item("1234567890123456788") + item("1234567890123456789"));
    expect(records.map(({ id }) => id)).toEqual(["1234567890123456788", "1234567890123456789"]);
  });

  it("columns that cannot be guessed are listed", async () => {
    await expect(readExport("a,b\n1,2\n", { from: "table" })).rejects.toThrow(
      "which column is the system's answer? Say it with --candidate; there are a, b",
    );
    expect(await only("a,b\n1,2\n", { from: "table", candidate: "a", reference: "item.b" })).toMatchObject({
      answer: "1",
      references: ["2"],
    });
  });
});

const samples = fileURLToPath(new URL("../../../../../shared/golden/exports/", import.meta.url));
const answers = ["The ferry leaves at six.", "A kiosk by the pier sells them.", "Yes, until nine."];
const expected = ["It leaves at six o'clock.", "The kiosk on the pier.", "The café is open until nine."];
const withoutTexts = /scores|run_items/;

/** Shapes that the tools write besides the usual one. */
describe("variants", () => {
  const task = (id: number, ...result: ReadonlyArray<unknown>) => ({
    ...{ id, data: { text: "Great service", model_output: "positive" }, predictions: [] },
    annotations: [{ was_cancelled: false, result }],
  });
  const chosen = { from_name: "sentiment", type: "choices", value: { choices: ["positive", "glad"] } };
  const written = { from_name: "answer", type: "textarea", value: { text: ["good"] } };

  it("Label Studio: choices are references where nothing was written, or where the control is named", async () => {
    const json = JSON.stringify([task(1, chosen)]);
    expect(await only(json)).toMatchObject({ answer: "positive", references: ["positive", "glad"] });
    expect((await only(JSON.stringify([task(1, chosen, written)]))).references).toEqual(["good"]);
    expect((await only(JSON.stringify([task(1, chosen, written)]), { reference: "sentiment" })).references).toEqual([
      "positive",
      "glad",
    ]);
  });

  it("Label Studio: several choices in a flat row are several references", async () => {
    const row = { id: 1, model_output: "positive", annotation_id: 10, annotator: 1, lead_time: 1.5 };
    const rows = [
      { ...row, sentiment: "positive" },
      { ...row, id: 2, sentiment: { choices: ["positive", "glad"] } },
    ];
    const { records } = await readExport(JSON.stringify(rows), { reference: "sentiment" });
    expect(records.map(({ references }) => references)).toEqual([["positive"], ["positive", "glad"]]);
    const csv = `id,model_output,sentiment,annotation_id,annotator,lead_time\r\n1,positive,"{""choices"":[""positive"",""glad""]}",10,1,1.5\r\n`;
    expect((await only(csv, { name: "x.csv", reference: "sentiment" })).references).toEqual(["positive", "glad"]);
  });

  it("Inspect: the empty target of a sample without one is no reference", async () => {
    const sample = (target: unknown) => ({ id: 1, epoch: 1, target, output: { choices: [{}], completion: "six" } });
    const log = (...samples: ReadonlyArray<unknown>) => JSON.stringify({ version: 2, samples });
    expect((await only(log(sample("")))).references).toEqual([]);
    expect((await only(log(sample(["six", "at six"])))).references).toEqual(["six", "at six"]);
  });

  it("Inspect: a log without samples is named as one", async () => {
    const head = JSON.stringify({ version: 2, status: "error", eval: {}, plan: {}, results: null });
    await expect(readExport(head)).rejects.toThrow("the log has no samples (its status is error)");
  });

  it("lm-eval: without a filter the response counts; of several answers none is taken at random", async () => {
    const row = { doc_id: 0, doc: { q: "when" }, target: "six" };
    expect((await only(lines({ ...row, resps: [["at six"]] }), { name: "s.jsonl" })).answer).toBe("at six");
    const several = lines({ ...row, resps: [["six", "seven"]], filtered_resps: [["six", "seven"]] });
    expect((await only(several, { name: "s.jsonl" })).problem).toMatch(/^it has 2 answers to one document/);
    const second = await only(several, { name: "s.jsonl", candidate: "item.filtered_resps.0.1" });
    expect(second.answer).toBe("seven");
    expect(second.problem).toBeUndefined();
  });

  it("LangSmith: a message of a data frame is a Python dict; an answer in JSON stays a text", async () => {
    const read = async (cell: string) => {
      const csv = `,inputs.q,outputs.output,reference.output,example_id\r\n0,q,"${cell.replaceAll('"', '""')}",six,e1\r\n`;
      return (await only(csv, { name: "x.csv" })).answer;
    };
    expect(await read(`{'role': 'assistant', 'content': "it's six"}`)).toBe("it's six");
    expect(await read('{"role": "assistant", "time": 6}')).toBe('{"role": "assistant", "time": 6}');
    expect(await read("{'role': six}")).toBe("{'role': six}");
  });

  it.each([
    ["Python's lists", "['six', 'seven']", "['submitted', 'draft']"],
    ["JSON", '["six","seven"]', '["submitted","draft"]'],
  ])("Argilla: flat records in CSV hold responses as %s", async (_, responses, states) => {
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const csv = `id,_server_id,output,answer.responses,answer.responses.status\r\na,s,six,${quoted(responses)},${quoted(states)}\r\n`;
    expect(await only(csv, { name: "x.csv" })).toMatchObject({ id: "a", answer: "six", references: ["six"] });
  });

  it("W&B: a cell that holds an image is not scored as text", async () => {
    const table = (cell: unknown) => JSON.stringify({ columns: ["output", "reference"], data: [[cell, "six"]] });
    expect((await only(table({ _type: "image-file", path: "media/1.png" }))).problem).toBe(
      "the cell output holds no text: it is of W&B's kind image-file",
    );
    expect((await only(table("six"))).problem).toBeUndefined();
  });
});

describe("samples of the tools", () => {
  if (!existsSync(samples)) {
    it.skip(`${samples} is not there: the samples of sixteen tools were not read`, () => {});
    return;
  }
  it.each(readdirSync(samples).filter((file) => file !== "README.md" && !withoutTexts.test(file)))(
    "%s",
    async (file) => {
      const isPlain = file.endsWith(".parquet");
      const { reader, records } = await readExport(readFileSync(samples + file), {
        name: file,
        ...(isPlain && { from: "table" }),
      });
      if (!isPlain) expect(reader).toBeDefined();
      const hasAnswers = !/examples|dataset_items|evals-samples/.test(file);
      const hasReferences = !/traces/.test(file);
      expect(records.map(({ answer }) => answer?.trim())).toEqual(hasAnswers ? answers : answers.map(() => undefined));
      expect(records.map(({ references }) => references[0])).toEqual(
        hasReferences ? expected : expected.map(() => undefined),
      );
    },
  );
});
