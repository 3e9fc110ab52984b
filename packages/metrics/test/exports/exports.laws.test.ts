/** Each reader's law: cases written the way the tool writes them are read back, the runs kept apart. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readExport } from "./readExport.ts";

interface Case {
  readonly id: string;
  readonly answer: string | null;
  readonly references: ReadonlyArray<string>;
}

/** The records read back from a written file. */
interface Written {
  readonly id?: string | undefined;
  readonly answer: string | null;
  readonly references: ReadonlyArray<string>;
  readonly run: Readonly<Record<string, string>>;
}

interface Tool {
  readonly reader: string;
  readonly what: string;
  readonly name?: string;
  readonly runs?: ReadonlyArray<string>;
  readonly write: (cases: ReadonlyArray<Case>, runs: ReadonlyArray<string>) => string;
  /** The fields of a case that the format cannot keep. */
  readonly keeps?: (one: Case, at: number, run: string, runAt: number) => Partial<Written>;
  readonly text?: fc.Arbitrary<string>;
  /** A file without any reference has no column for them. */
  readonly needsReference?: true;
}

const lines = (rows: ReadonlyArray<unknown>): string => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
const csv = (rows: ReadonlyArray<ReadonlyArray<string>>, delimiter = ","): string =>
  rows.map((row) => `${row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(delimiter)}\r\n`).join("");
const repr = (list: ReadonlyArray<string>): string =>
  `[${list.map((one) => `'${one.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\n", "\\n").replaceAll("\r", "\\r")}'`).join(", ")}]`;

const plain = fc.string({ unit: "grapheme" });
/** Without what begins like JSON or like a Python list: some formats cannot distinguish it from one. */
const prose = plain.filter((text) => !/^\s*[{[]/.test(text));
const id = fc.stringMatching(/^[1-9]\d{17,18}$/);

const first = (one: Case) => ({ references: one.references.slice(0, 1) });
const cellsOnly = (one: Case) => ({
  answer: one.answer ?? "",
  references: one.references.slice(0, 1).filter((text) => text !== ""),
});
const leaveOut = (row: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null && value !== undefined));

const tools: ReadonlyArray<Tool> = [
  {
    reader: "promptfoo",
    what: "JSON, a prompt by each of two providers",
    runs: ["0", "1"],
    write: (cases, runs) =>
      JSON.stringify({
        evalId: "e",
        results: {
          version: 3,
          prompts: [{ raw: "x", label: "x" }],
          results: cases.flatMap(({ answer, references }, testIdx) =>
            runs.map((run) => ({
              ...{ testIdx, promptIdx: Number(run), id: `${testIdx}-${run}`, prompt: { raw: "x", label: "x" } },
              ...{
                provider: { id: `p${run}`, label: "" },
                vars: { references },
                failureReason: answer === null ? 2 : 1,
              },
              ...{ error: "an assertion failed", response: answer === null ? { error: "gone" } : { output: answer } },
            })),
          ),
        },
      }),
    keeps: (_, at, run) => ({ id: String(at), run: { promptIdx: run } }),
  },
  {
    reader: "promptfoo",
    what: "JSON Lines, references in nested assertions",
    name: "results.jsonl",
    write: (cases) =>
      lines(
        cases.map(({ answer, references }, testIdx) => ({
          ...{ testIdx, promptIdx: 0, prompt: { raw: "" }, provider: { id: "p" }, vars: {} },
          testCase: {
            assert: [
              { type: "assert-set", assert: [{ type: "rouge-n", value: references }] },
              { type: "latency", threshold: 1 },
            ],
          },
          ...(answer === null ? { response: { error: "no" } } : { response: { output: answer } }),
        })),
      ),
    text: plain.filter((text) => !/\{\{|^file:/.test(text)),
    keeps: (one, at) => ({ id: String(at), run: { promptIdx: "0" }, references: [...new Set(one.references)] }),
  },
  {
    reader: "promptfoo",
    what: "CSV of two providers, guarded against formulas",
    name: "results.csv",
    runs: ["0", "1"],
    write: (cases, runs) => {
      const guard = (text: string) => (/^\s*[=+@-]/.test(text) ? `'${text}` : text);
      const five = ["Status", "Score", "Named Scores", "Grader Reason", "Comment"];
      return csv([
        ["expected", ...runs.flatMap((run) => [`[p${run}] {{x}}`, ...five])],
        ...cases.map(({ answer, references }) => [
          guard(references[0] ?? ""),
          ...runs.flatMap(() => [guard(answer ?? ""), answer === null ? "ERROR" : "PASS", "1", "", "", ""]),
        ]),
      ]);
    },
    text: plain.filter((text) => !text.startsWith("'")),
    keeps: (one, at, run) => ({
      id: String(at),
      run: { promptIdx: run },
      references: one.references.slice(0, 1).filter((text) => text !== ""),
    }),
  },
  {
    reader: "langsmith",
    what: "experiment as CSV",
    name: "experiment.csv",
    write: (cases) =>
      csv([
        [
          "",
          "inputs.question",
          "outputs.answer",
          "outputs.trace",
          "error",
          "reference.answer",
          "feedback.match",
          "example_id",
          "id",
        ],
        ...cases.map(({ id, answer, references }, at) => [
          ...[
            String(at),
            "q",
            answer ?? "",
            "['a']",
            answer === null ? "TimeoutError" : "",
            repr(references),
            "0.5",
            id,
            `run-${at}`,
          ],
        ]),
      ]),
    text: prose,
    keeps: (one) => ({ references: one.references }),
  },
  {
    reader: "label-studio",
    what: "JSON, an annotation for each reference and one that was cancelled",
    write: (cases) =>
      JSON.stringify(
        cases.map(({ id, answer, references }) => ({
          ...{ id, data: { text: "q", model_output: answer }, predictions: [] },
          annotations: [
            {
              was_cancelled: true,
              result: [{ from_name: "answer", type: "textarea", value: { text: ["cancelled"] } }],
            },
            ...references.map((text) => ({
              was_cancelled: false,
              result: [
                { from_name: "quality", type: "choices", value: { choices: ["Good"] } },
                { from_name: "answer", type: "textarea", value: { text: [text] } },
              ],
            })),
          ],
        })),
      ),
  },
  {
    reader: "label-studio",
    what: "JSON_MIN, several texts in one region",
    write: (cases) =>
      JSON.stringify(
        cases.map(({ id, answer, references: [one, ...more] }) => ({
          ...{ id, model_output: answer, annotation_id: 1, annotator: 2, lead_time: 1.5 },
          ...(one !== undefined && { answer: more.length === 0 ? one : { text: [one, ...more] } }),
        })),
      ),
    text: prose,
    needsReference: true,
  },
  {
    reader: "label-studio",
    what: "TSV",
    name: "export.tsv",
    write: (cases) =>
      csv(
        [
          ["annotation_id", "annotator", "answer", "id", "lead_time", "model_output"],
          ...cases.map(({ id, answer, references }) => [
            "7",
            "1",
            JSON.stringify(references),
            id,
            "3.25",
            answer ?? "",
          ]),
        ],
        "\t",
      ),
    keeps: (one) => ({ answer: one.answer ?? "" }),
    text: prose,
  },
  {
    reader: "argilla",
    what: "records",
    write: (cases) =>
      JSON.stringify(
        cases.map(({ id, answer, references }) => ({
          ...{
            id,
            fields: { prompt: "q", output: answer },
            metadata: {},
            suggestions: {},
            vectors: {},
            _server_id: "s",
          },
          responses: { ok: [{ value: 5 }], answer: references.map((value) => ({ value, user_id: "u" })) },
        })),
      ),
  },
  {
    reader: "argilla",
    what: "flat, with drafts",
    write: (cases) =>
      lines(
        cases.map(({ id, answer, references }) => ({
          ...{ id, _server_id: "s", prompt: "q", output: answer },
          "answer.responses": references.length === 0 ? null : [...references, "a draft"],
          "answer.responses.users": references.length === 0 ? null : [...references, "u"],
          "answer.responses.status": references.length === 0 ? null : [...references.map(() => "submitted"), "draft"],
        })),
      ),
  },
  {
    reader: "openai-evals",
    what: "log of events",
    write: (cases) =>
      lines([
        { spec: { eval_name: "e", run_id: "r" } },
        ...cases.flatMap(({ id, answer, references }, at) => [
          { run_id: "r", event_id: 2 * at, sample_id: id, type: "sampling", data: { sampled: [answer] } },
          {
            run_id: "r",
            event_id: 2 * at + 1,
            sample_id: id,
            type: "match",
            data: { expected: references, sampled: answer },
          },
        ]),
        { final_report: { accuracy: 0 } },
      ]),
    keeps: () => ({ run: { run_id: "r" } }),
  },
  {
    reader: "openai-evals",
    what: "output items",
    write: (cases) =>
      JSON.stringify({
        object: "list",
        data: cases.map(({ answer, references }, at) => ({
          ...{ object: "eval.run.output_item", id: `o${at}`, run_id: "r", status: "fail", datasource_item_id: at },
          datasource_item: { question: "q", expected: references },
          sample: { output: answer === null ? [] : [{ role: "assistant", content: answer }], error: null },
        })),
        has_more: false,
      }),
    keeps: (_, at) => ({ id: String(at), run: { run_id: "r" } }),
  },
  {
    reader: "huggingface",
    what: "rows of the dataset viewer",
    write: (cases) =>
      JSON.stringify({
        features: ["id", "prediction", "answers"].map((name, feature_idx) => ({ feature_idx, name })),
        rows: cases.map(({ id, answer, references }, row_idx) => ({
          row_idx,
          row: { id, prediction: answer, answers: { text: references, answer_start: references.map(() => 0) } },
          truncated_cells: [],
        })),
        num_rows_total: cases.length,
      }),
  },
  {
    reader: "deepeval",
    what: "goldens as JSON",
    write: (cases) =>
      JSON.stringify(
        cases.map(({ id, answer, references }) => ({
          ...{
            input: "q",
            actual_output: answer,
            expected_output: references[0] ?? null,
            retrieval_context: null,
            name: id,
          },
        })),
        null,
        4,
      ),
    keeps: first,
  },
  {
    reader: "deepeval",
    what: "goldens as CSV",
    name: "goldens.csv",
    write: (cases) =>
      csv([
        ["input", "actual_output", "expected_output", "retrieval_context", "context", "name"],
        ...cases.map(({ id, answer, references }) => ["q", answer ?? "", references[0] ?? "", "", "a|b", id]),
      ]),
    keeps: cellsOnly,
  },
  {
    reader: "deepeval",
    what: "a test run",
    write: (cases) =>
      JSON.stringify({
        testFile: "t.py",
        testCases: cases.map(({ id, answer, references }) =>
          leaveOut({ name: id, input: "q", actualOutput: answer, expectedOutput: references[0], metricsData: [] }),
        ),
        conversationalTestCases: [],
      }),
    keeps: first,
  },
  {
    reader: "ragas",
    what: "JSON Lines, null keys left out",
    write: (cases) =>
      lines(
        cases.map(({ answer, references }) =>
          leaveOut({ user_input: "q", retrieved_contexts: ["c"], response: answer, reference: references[0] }),
        ),
      ),
    keeps: (one) => ({ id: undefined, ...first(one) }),
    text: prose,
  },
  {
    reader: "ragas",
    what: "0.1, ground truths as a Python list in CSV",
    name: "ragas.csv",
    write: (cases) =>
      csv([
        ["question", "contexts", "answer", "ground_truths"],
        ...cases.map(({ answer, references }) => ["q", "['c']", answer ?? "", repr(references)]),
      ]),
    keeps: (one) => ({ id: undefined, answer: one.answer ?? "" }),
  },
  {
    reader: "mlflow",
    what: "evaluation table",
    write: (cases) =>
      JSON.stringify({
        columns: ["inputs", "gold", "outputs", "rouge1/v1/score"],
        data: cases.map(({ answer, references }) => ["q", references[0] ?? null, answer, 0.5]),
      }).replaceAll("/", "\\/"),
    keeps: (one) => ({ id: undefined, ...first(one) }),
  },
  {
    reader: "braintrust",
    what: "events, child spans among them",
    write: (cases) =>
      JSON.stringify({
        events: cases.flatMap(({ id, answer, references }, at) => [
          {
            ...{
              id: `row-${at}`,
              input: "q",
              output: answer,
              expected: references,
              error: answer === null ? "no" : null,
            },
            ...{ span_id: `s${at}`, root_span_id: `s${at}`, is_root: true, experiment_id: "e", origin: { id } },
          },
          {
            id: `t${at}`,
            output: "a child",
            expected: null,
            span_id: `t${at}`,
            root_span_id: `s${at}`,
            is_root: false,
          },
        ]),
        cursor: null,
      }),
    keeps: () => ({ run: { experiment_id: "e" } }),
  },
  {
    reader: "braintrust",
    what: "results of a local Eval",
    write: (cases) =>
      JSON.stringify(
        cases.map(({ id, answer, references }) =>
          leaveOut({
            input: id,
            expected: references,
            output: answer,
            scores: {},
            metadata: {},
            error: answer === null ? {} : null,
          }),
        ),
      ),
  },
  {
    reader: "inspect",
    what: "log of two epochs",
    runs: ["1", "2"],
    write: (cases, runs) =>
      JSON.stringify({
        version: 2,
        plan: { steps: [{ solver: "generate" }] },
        results: { scores: [{ name: "a" }, { name: "b" }] },
        samples: cases.flatMap(({ id, answer, references }) =>
          runs.map((epoch) => ({
            ...{ id, epoch: Number(epoch), input: "q", target: references },
            output:
              answer === null
                ? { choices: [], completion: "" }
                : { choices: [{ message: { content: answer } }], completion: answer },
          })),
        ),
      }),
    keeps: (_, __, run) => ({ run: { epoch: run } }),
  },
  {
    reader: "inspect",
    what: "older log, content in parts",
    write: (cases) =>
      JSON.stringify({
        samples: cases.map(({ id, answer, references }) => ({
          ...{ id, epoch: 1, input: "q", target: references[0] ?? [] },
          output: {
            choices:
              answer === null
                ? []
                : [
                    {
                      message: {
                        role: "assistant",
                        content: [
                          { type: "reasoning", reasoning: "hm" },
                          { type: "text", text: answer },
                        ],
                      },
                    },
                  ],
          },
        })),
      }),
    // A target of its own that is empty is what a sample without one has.
    keeps: (one) => ({ references: first(one).references.filter((text) => text !== ""), run: { epoch: "1" } }),
  },
  {
    reader: "lm-eval",
    what: "samples of two filters, several targets as Python writes them",
    name: "samples_made_up.jsonl",
    runs: ["strict-match", "flexible-extract"],
    write: (cases, runs) =>
      lines(
        runs.flatMap((filter) =>
          cases.map(({ answer, references }, doc_id) => ({
            ...{
              doc_id,
              doc: { question: "q", answers: references },
              target: references.length === 0 ? null : repr(references),
            },
            ...{ resps: [[answer]], filtered_resps: [answer], filter, arguments: { gen_args_0: { arg_0: "q" } } },
          })),
        ),
      ),
    keeps: (_, at, run) => ({ id: String(at), run: { filter: run } }),
  },
  {
    reader: "helm",
    what: "scenario state of two trials, wrong references among them",
    runs: ["0", "1"],
    write: (cases, runs) =>
      JSON.stringify({
        adapter_spec: { method: "generation" },
        request_states: cases.flatMap(({ id, answer, references }) =>
          runs.map((run) => ({
            instance: {
              ...{ id, input: { text: "q" } },
              references: [
                { output: { text: "wrong" }, tags: [] },
                ...references.map((text) => ({ output: { text }, tags: ["correct"] })),
              ],
            },
            ...{ train_trial_index: Number(run), request: { prompt: "q" } },
            result: { success: answer !== null, completions: answer === null ? [] : [{ text: answer }] },
          })),
        ),
      }),
    keeps: (_, __, run) => ({ run: { train_trial_index: run, perturbation: "none" } }),
  },
  {
    reader: "wandb",
    what: "table with bare NaN",
    write: (cases) =>
      JSON.stringify({
        columns: ["id", 7, "output", "reference"],
        data: cases.map(({ id, answer, references }) => [id, 0, answer, references[0] ?? null]),
      }).replaceAll("null", "NaN"),
    text: plain.filter((text) => !text.includes("null")),
    keeps: first,
  },
  {
    reader: "sgp",
    what: "v4 results with their test cases",
    write: (cases) =>
      JSON.stringify({
        items: cases.map(({ id, answer, references }, at) => ({
          ...{
            id: `r${at}`,
            evaluation_id: "e",
            test_case_id: id,
            test_case_evaluation_data: { generation_output: answer },
          },
          test_case_version: { test_case_data: { input: "q", expected_output: references } },
        })),
        current_page: 1,
      }),
    keeps: () => ({ run: { evaluation_id: "e" } }),
  },
  {
    reader: "sgp",
    what: "v5 items",
    write: (cases) =>
      lines(
        cases.map(({ id, answer, references }) => ({
          ...{
            id,
            object: "evaluation.item",
            evaluation_id: "e",
            data: { output: answer, expected: references },
            task_errors: {},
          },
        })),
      ),
    keeps: () => ({ run: { evaluation_id: "e" } }),
  },
];

const readBack = (cases: ReadonlyArray<Case>, { runs = ["0"], keeps }: Tool): ReadonlyArray<Written> =>
  cases.flatMap((one, at) => runs.map((run, runAt) => ({ ...one, run: {}, ...keeps?.(one, at, run, runAt) })));

const order = (records: ReadonlyArray<Written>) =>
  records.map((record) => JSON.stringify([record.run, record.id ?? null, record.answer, record.references])).sort();

describe("read(written by the tool) = the cases", () => {
  it.each(tools.map((tool) => [tool.reader, tool.what, tool] as const))("%s: %s", async (reader, _, tool) => {
    const text = tool.text ?? plain;
    const cases = fc.uniqueArray(
      fc.record({
        id,
        answer: fc.option(text, { freq: 5 }),
        references: fc.array(text, { maxLength: 3 }),
      }),
      { minLength: 1, maxLength: 5, selector: (one) => one.id },
    );
    await fc.assert(
      fc.asyncProperty(cases, async (cases) => {
        fc.pre(!tool.needsReference || cases.some(({ references }) => references.length > 0));
        const { reader: found, records } = await readExport(tool.write(cases, tool.runs ?? ["0"]), { name: tool.name });
        expect(found).toBe(reader);
        expect(order(records)).toEqual(order(readBack(cases, tool)));
      }),
      { numRuns: 40 },
    );
  });
});
