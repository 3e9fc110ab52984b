import { describe, expect, it } from "vitest";
import { type Locate, preflight } from "../src/index.ts";

/** As `locate` of `@evalwire/metrics`, of which this package knows nothing: keys down, or a v5 locator. */
const locate: Locate = (location, row) => {
  const path = typeof location === "string" ? /item\.([\w.]+)/.exec(location)![1]!.split(".") : location;
  let value: any = typeof location === "string" ? row.item : row;
  for (const key of path) {
    if (value === null || typeof value !== "object" || !Object.hasOwn(value, key))
      return { found: false, missing: key };
    value = value[key];
  }
  return { found: true, value };
};

const rows = [
  { id: "c1", test_case_data: { input: "a", expected_output: "b" }, test_case_output: { output: "c" } },
  { id: "c2", test_case_data: { input: "a" }, test_case_output: { output: "c" } },
  { test_case_data: { input: "a" } },
];

describe("preflight of v4", () => {
  it("names each record and place, and counts them", async () => {
    const evaluation = {
      annotation_config: {
        components: [
          [{ data_loc: ["test_case_data", "input"] }, { data_loc: ["test_case_data", "expected_output"] }],
          [{ data_loc: ["test_case_output", "nothing"], optional: true }],
        ],
        llm_prompt: {
          template: "Judge {{answer}} by {{rule}}.",
          variables: [{ name: "answer", data_loc: ["test_case_output", "output"] }],
        },
      },
      question_id_to_annotation_config: { q9: { components: [[{ data_loc: [] }]] } },
      metric_config: {
        components: [
          { name: "overlap", type: "rouge", mappings: { candidate: ["test_case_output", "output"] } },
          {
            name: "overlap",
            type: "bleu",
            mappings: { candidate: ["test_case_output", "output"], reference: ["test_case_data", "expected_output"] },
          },
        ],
      },
    };
    const report = await preflight({ evaluation, rows, locate, questions: ["q1"] });
    expect(report).toMatchObject({ ok: false, rows: 3, failingRows: 2 });
    expect(report.issues.map(({ kind, at, path, count, rows }) => [kind, at, path, count, rows])).toEqual([
      ["data_loc", "annotation_config.components[0][1].data_loc", "test_case_data.expected_output", 2, ["c2", "row 3"]],
      ["variable", "annotation_config.llm_prompt.variables[0].data_loc", "test_case_output.output", 1, ["row 3"]],
      ["mapping", "metric_config.components[0].mappings.candidate", "test_case_output.output", 1, ["row 3"]],
      ["mapping", "metric_config.components[1].mappings.candidate", "test_case_output.output", 1, ["row 3"]],
      [
        "mapping",
        "metric_config.components[1].mappings.reference",
        "test_case_data.expected_output",
        2,
        ["c2", "row 3"],
      ],
    ]);
    expect(report.faults.map(({ kind, at }) => `${kind} ${at}`)).toEqual([
      "variable annotation_config.llm_prompt.template",
      "question question_id_to_annotation_config.q9",
      "locator question_id_to_annotation_config.q9.components[0][0].data_loc",
      "mapping metric_config.components[0].mappings",
      "alias metric_config.components[1].name",
    ]);
  });

  it("tries the single places of summaries, translations and dialogues", async () => {
    const evaluation = {
      annotation_config: { document_loc: ["test_case_data", "input"], summary_loc: ["test_case_output", "summary"] },
    };
    const { issues } = await preflight({ evaluation, rows: rows.slice(0, 1), locate });
    expect(issues.map(({ at }) => at)).toEqual(["annotation_config.summary_loc"]);
  });

  it("says yes to what is right, reads any iterable, and names at most the requested number", async () => {
    const evaluation = { annotation_config: { components: [[{ data_loc: ["test_case_data", "input"] }]] } };
    const async = (async function* () {
      yield* rows;
    })();
    expect(await preflight({ evaluation, rows: async, locate })).toEqual({
      ok: true,
      rows: 3,
      faults: [],
      issues: [],
      failingRows: 0,
    });
    const wrong = { annotation_config: { components: [[{ data_loc: ["nowhere"] }]] } };
    expect((await preflight({ evaluation: wrong, rows, locate, named: 1 })).issues[0]).toMatchObject({
      count: 3,
      rows: ["c1"],
    });
    await expect(preflight({ evaluation, rows: [null as never], locate })).rejects.toThrow("row 1 is no object");
  });
});

describe("preflight", () => {
  const evaluation = { annotation_config: { components: [[{ data_loc: ["test_case_data", "expected_output"] }]] } };
  const rows = [{ id: "c1" }, { id: "c2" }];

  it("lists no record where none is requested, and still counts them and names the first", async () => {
    const { issues } = await preflight({ evaluation, rows, locate, named: 0 });
    expect(issues).toMatchObject([
      { count: 2, rows: [], message: expect.stringContaining("leads nowhere for c1 and 1 more") },
    ]);
  });

  it.each([
    [{ evaluation: null }, "evaluation is the body of evaluations.create, an object, not null"],
    [{ evaluation: [] }, "evaluation is the body of evaluations.create, an object, not a list"],
    [{ rows: null }, "rows is a list or an (async) iterable of records, not null"],
    [{ rows: "c1" }, "rows is a list or an (async) iterable of records, not string"],
    [{ rows: [null] }, "row 1 is no object"],
    [{ locate: undefined }, "locate is the function of @evalwire/metrics, not undefined"],
    [{ named: -1 }, "named is a whole number of 0 or more, not -1"],
    [{ named: Number.NaN }, "named is a whole number of 0 or more, not NaN"],
  ])("refuses %j in one sentence", async (wrong, message) => {
    await expect(preflight({ evaluation, rows, locate, ...wrong } as never)).rejects.toThrow(`preflight: ${message}`);
  });

  it("refuses a call without arguments in one sentence", async () => {
    await expect(preflight(undefined as never)).rejects.toThrow("preflight: the argument is an object with");
  });
});

describe("preflight of v5", () => {
  const items = [
    { id: "i1", item: { question: "?", answer: "!" } },
    { id: "i2", item: { question: "?" } },
  ];
  const metric = (alias: string, candidate: string) => ({
    task_type: "metric",
    alias,
    configuration: { type: "bleu", candidate, reference: "item.question" },
  });
  const report = (tasks: ReadonlyArray<object>, questions?: Iterable<string>) =>
    preflight({ evaluation: { tasks }, rows: items, locate, ...(questions && { questions }) });

  it("tries locators, by themselves and within texts, but not in code", async () => {
    const { issues } = await report([
      metric("m", "item.answer"),
      { task_type: "auto_evaluation.guided_decoding", configuration: { prompt: "Is {{ item.answer }} right?" } },
      {
        task_type: "custom_function",
        configuration: { function_source: "def f(item):\n  return item.nothing", arg_mapping: { x: "item.other" } },
      },
      {
        task_type: "contributor_evaluation.question",
        configuration: { question_id: "q1", layout: { children: [{ data: "item.picture" }] } },
      },
    ]);
    expect(issues.map(({ at, path, count, rows }) => [at, path, count, rows[0]])).toEqual([
      ["tasks[0].configuration.candidate", "item.answer", 1, "i2"],
      ["tasks[1].configuration.prompt", "Is {{ item.answer }} right?", 1, "i2"],
      ["tasks[2].configuration.arg_mapping.x", "item.other", 2, "i1"],
      ["tasks[3].configuration.layout.children[0].data", "item.picture", 2, "i1"],
    ]);
  });

  it("reads locators in braces with any blanks around them, and is not slow where a brace stays open", async () => {
    const { issues } = await report([metric("m", "A: {{\titem.answer\n}} Q: {{item.question}}")]);
    expect(issues.map(({ count, missing }) => [count, missing])).toEqual([[1, "answer"]]);
    // In time that grows with the square of the blanks this would take minutes.
    const open = await report([metric("m", `{{item..${"\t".repeat(400_000)}`)]);
    expect(open.faults.map(({ at }) => at)).toEqual(["tasks[0].configuration.candidate"]);
  });

  it("lets a task read what an earlier one gives, by its alias or its usual one, and none that comes later", async () => {
    const judge = { task_type: "auto_evaluation.guided_decoding", configuration: { prompt: "item.question" } };
    const { ok, faults } = await report([judge, metric("m", "item.auto_evaluation_guided_decoding.choice")]);
    expect({ ok, faults }).toEqual({ ok: true, faults: [] });
    const turned = await report([metric("m", "item.auto_evaluation_guided_decoding"), judge, metric("n", "item.n")]);
    expect(turned.faults.map(({ kind, message }) => `${kind}: ${message}`)).toEqual([
      "order: reads auto_evaluation_guided_decoding, which is given by tasks[1], which comes later",
      "order: reads n, which is given by itself",
    ]);
  });

  it("names an alias that is there twice, a question that is not there, and a metric without a locator", async () => {
    const { faults } = await report(
      [
        metric("m", "item.question"),
        metric("m", "the answer"),
        { task_type: "auto_evaluation.question", configuration: { question_id: "q2", prompt: "x", model: "y" } },
      ],
      ["q1"],
    );
    expect(faults.map(({ kind, at }) => `${kind} ${at}`)).toEqual([
      "alias tasks[1]",
      "locator tasks[1].configuration.candidate",
      "question tasks[2].configuration.question_id",
    ]);
  });
});
