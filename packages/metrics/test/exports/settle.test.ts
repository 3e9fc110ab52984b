/** Rows that lack a field which others have are not read by another one. */
import { describe, expect, it } from "vitest";
import { readExport } from "./readExport.ts";

const read = async (rows: unknown, more: Parameters<typeof readExport>[1] = {}) =>
  (await readExport(JSON.stringify(rows), more)).records.map(({ answer, references }) => ({ answer, references }));

describe("Argilla", () => {
  const record = (responses: object, more: object = {}) => ({
    ...{ id: "a", fields: { prompt: "q", output: "six" }, suggestions: {}, vectors: {}, metadata: {} },
    ...{ responses, ...more },
  });
  const rating = [{ value: 4, user_id: "u" }];
  const label = [{ value: "good", user_id: "u" }];
  const words = [{ value: "at six", user_id: "u" }];

  it("a rating is no reference, nor is a label where another record has words", async () => {
    const records = [record({ rating }), record({ rating, tone: label }), record({ rating, tone: label, words })];
    const references = (await read(records)).map((one) => one.references);
    expect(references).toEqual([[], [], ["at six"]]);
    expect((await read(records.slice(0, 2))).map((one) => one.references)).toEqual([[], ["good"]]);
    expect((await read(records, { reference: "rating" }))[0]!.references).toEqual(["4"]);
  });

  it("records without responses may come first", async () => {
    const records = [...Array.from({ length: 12 }, () => record({})), record({ rating, words })];
    const read = await readExport(JSON.stringify(records), { rows: 10 });
    expect(read.records.at(-1)!.references).toEqual(["at six"]);
  });

  it("drafts are no references, even where there are no others", async () => {
    const draft = [{ ...words[0], status: "draft" }];
    expect((await read([record({ words: draft }), record({ words })])).map((one) => one.references)).toEqual([
      [],
      ["at six"],
    ]);
  });

  it("a suggestion is the answer where no field is", async () => {
    const fields = { prompt: "q" };
    const records = [
      record({ words }, { fields, suggestions: { words: { value: "six", score: 0.5, agent: "m" } } }),
      record({ words }, { fields }),
    ];
    expect((await read(records)).map(({ answer }) => answer)).toEqual(["six", null]);
  });

  it("a conversation has its last answer; without any the fields are listed", async () => {
    const chat = [
      { role: "user", content: "q" },
      { role: "assistant", content: "six" },
    ];
    expect((await read([record({ words }, { fields: { chat } })]))[0]!.answer).toBe("six");
    await expect(read([record({ words }, { fields: { prompt: "q" } })])).rejects.toThrow(
      "which field is the system's answer? Say it with --candidate; there are prompt",
    );
  });

  it("each record is read by the question that is settled for all", async () => {
    const other = [{ value: "in words of another question", user_id: "u" }];
    const waiting = Array.from({ length: 12 }, () => record({}));
    const answered = [
      ...Array.from({ length: 10 }, () => record({ words })),
      record({ other }),
      record({ words, other }),
    ];
    const { records } = await readExport(JSON.stringify([...waiting, ...answered]), { rows: 10 });
    expect(records.slice(21).map(({ references }) => references)).toEqual([["at six"], [], ["at six"]]);
  });

  it("flat rows without responses may come first, and a rating is not taken for one", async () => {
    const row = (rating: unknown, words: unknown) => ({
      ...{ id: "a", _server_id: "s", output: "six", "rating.responses": rating, "words.responses": words },
    });
    const rows = [...Array.from({ length: 12 }, () => row(null, null)), row([4], ["at six"])];
    const { records } = await readExport(JSON.stringify(rows), { rows: 10 });
    expect(records.at(-1)!.references).toEqual(["at six"]);
    expect(await read([row(null, null), row([4], null)])).toEqual([
      { answer: "six", references: [] },
      { answer: "six", references: [] },
    ]);
  });

  it("flat rows: a question with words goes before a rating that stands before it", async () => {
    const row = { id: "a", _server_id: "s", output: "six", "rating.responses": [4], "words.responses": ["at six"] };
    expect(await read([row])).toEqual([{ answer: "six", references: ["at six"] }]);
  });
});

describe("Label Studio", () => {
  const task = (results: ReadonlyArray<object>, more: object = {}) => ({
    ...{ id: 1, data: { text: "q", model_output: "six" }, predictions: [] },
    ...{ annotations: [{ was_cancelled: false, result: results }], ...more },
  });
  const written = (text: string) => ({ from_name: "answer", type: "textarea", value: { text: [text] } });
  const chosen = { from_name: "quality", type: "choices", value: { choices: ["Good"] } };

  it("a choice is no reference where another task has a text", async () => {
    const references = (await read([task([chosen]), task([chosen, written("six")])])).map((one) => one.references);
    expect(references).toEqual([[], ["six"]]);
  });

  it("tasks that wait for annotators may come first", async () => {
    const waiting = Array.from({ length: 12 }, () => ({ ...task([], { data: { text: "q" } }), annotations: [] }));
    const predictions = [{ model_version: "v1", result: [written("six")] }];
    const { records } = await readExport(
      JSON.stringify([...waiting, task([written("at six")], { data: { text: "q" }, predictions })]),
      { rows: 10 },
    );
    expect(records.at(-1)).toMatchObject({ answer: "six", references: ["at six"] });
  });

  it("an annotation a row: those that lack the answer may come first", async () => {
    const row = { id: 1, annotation_id: 1, annotator: 1, lead_time: 2, model_output: "six" };
    const rows = [...Array.from({ length: 12 }, () => row), { ...row, answer: "nine" }];
    const { records } = await readExport(JSON.stringify(rows), { rows: 10 });
    expect(records.map(({ references }) => references).slice(-2)).toEqual([[], ["nine"]]);
  });

  it.each(["labels", "hypertextlabels", "paragraphlabels"])("what was marked is no reference: %s", async (type) => {
    const mark = { from_name: "entity", type, value: { start: 0, end: 3, text: "Ann", [type]: ["PER"] } };
    expect((await read([task([mark, written("six")])]))[0]!.references).toEqual(["six"]);
    expect((await read([task([mark])]))[0]!.references).toEqual([]);
  });

  it("predictions of several models are several runs", async () => {
    const predictions = ["six", "nine"].map((text, at) => ({ model_version: `v${at}`, result: [written(text)] }));
    const tasks = [task([written("six")], { data: { text: "q" }, predictions })];
    const { records } = await readExport(JSON.stringify(tasks));
    expect(records.map(({ id, answer, references, run }) => ({ id, answer, references, run }))).toEqual([
      { id: "1", answer: "six", references: ["six"], run: { model_version: "v0" } },
      { id: "1", answer: "nine", references: ["six"], run: { model_version: "v1" } },
    ]);
  });
});

describe("columns of nested rows", () => {
  it("SGP: an item without the reference has none, and not another of its columns", async () => {
    const item = (id: string, data: object) => ({ id, object: "evaluation.item", evaluation_id: "e", data });
    const items = [item("a", { output: "six", label: "x" }), item("b", { output: "six", label: "x", expected: "six" })];
    expect(await read({ items })).toEqual([
      { answer: "six", references: [] },
      { answer: "six", references: ["six"] },
    ]);
  });

  it("OpenAI evals: an uploaded item without the reference has none", async () => {
    const row = (item: object) => ({ item, sample: { output_text: "six" } });
    const rows = [row({ label: "x" }), row({ label: "x", expected: "six" })];
    expect((await read(rows)).map((one) => one.references)).toEqual([[], ["six"]]);
  });

  it("OpenAI evals: a data source item without the reference has none", async () => {
    const row = (at: number, source: object) => ({
      ...{ object: "eval.run.output_item", run_id: "r", datasource_item_id: at, datasource_item: { item: source } },
      sample: { output: [{ role: "assistant", content: "six" }], error: null },
    });
    const data = [row(0, { label: "x" }), row(1, { label: "x", expected: "six" })];
    expect((await read({ object: "list", data })).map((one) => one.references)).toEqual([[], ["six"]]);
  });
});
