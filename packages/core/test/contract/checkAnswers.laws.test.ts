import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AnyQuestion, checkAnswers, type QuestionSets, unwritableAnswers } from "../../src/contract/index.ts";
import { jsonSchemaForms } from "../../src/forms.ts";

const stored = {
  account_id: "a1",
  created_at: "2030-01-01T00:00:00Z",
  created_by_user_id: "ada",
  created_by_identity_type: "user",
};

const v4 = (type: string, more: object = {}): AnyQuestion =>
  ({ ...stored, id: "q1", type, title: "Title", prompt: "Prompt?", ...more }) as AnyQuestion;

const v5 = (question_type: string, configuration?: object): AnyQuestion =>
  ({
    id: "q1",
    name: "Title",
    prompt: "Prompt?",
    created_at: stored.created_at,
    created_by: { id: "ada", type: "user", object: "identity" },
    question_type,
    ...(configuration && { configuration }),
  }) as AnyQuestion;

const choices = ["yes", "no", 3, true].map((value) => ({ label: `Label ${value}`, value }));
const form = { type: "object", required: ["name"], properties: { name: { type: "string", maxLength: 3 } } };

/** The same question in both versions, answers that keep to it, and what breaks which rule. */
const kinds: ReadonlyArray<{
  readonly name: string;
  readonly questions: ReadonlyArray<AnyQuestion>;
  readonly good: fc.Arbitrary<unknown>;
  readonly bad: ReadonlyArray<readonly [rule: string, value: fc.Arbitrary<unknown>]>;
}> = [
  {
    name: "categorical",
    questions: [
      v4("categorical", { choices: ["a", "b", "c"].map((value) => ({ label: value.toUpperCase(), value })) }),
      v5("categorical", { choices: ["a", "b", "c"] }),
    ],
    good: fc.constantFrom("a", "b", "c"),
    bad: [
      ["choice", fc.string({ minLength: 1 }).filter((text) => !["a", "b", "c"].includes(text))],
      ["choice", fc.integer()],
      ["multiple", fc.constant(["a"])],
      ["type", fc.constant({ a: 1 })],
    ],
  },
  {
    name: "categorical with several choices",
    questions: [
      v4("categorical", { multi: true, choices: ["a", "b", "c"].map((value) => ({ label: value, value })) }),
      v5("categorical", { multi: true, choices: ["a", "b", "c"] }),
    ],
    good: fc.oneof(fc.subarray(["a", "b", "c"], { minLength: 1 }), fc.constantFrom("a", "b")),
    bad: [
      ["choice", fc.constant(["a", "d"])],
      ["multiple", fc.constant(["a", "b", "a"])],
      ["type", fc.constant([["a"]])],
      ["type", fc.constant([null])],
    ],
  },
  {
    name: "rating",
    questions: [
      v4("rating", { ratingOptions: { minLabel: "bad", maxLabel: "good", scaleSteps: 5 } }),
      v5("rating", { min_label: "bad", max_label: "good", steps: 5 }),
    ],
    good: fc.integer({ min: 1, max: 5 }),
    bad: [
      ["steps", fc.oneof(fc.integer({ max: 0 }), fc.integer({ min: 6 }), fc.constant(2.5))],
      ["type", fc.oneof(fc.constant("3"), fc.constant(true), fc.constant([3]), fc.constant(Number.NaN))],
    ],
  },
  {
    name: "number",
    questions: [v4("number", { numberOptions: { min: -1, max: 1.5 } }), v5("number", { min: -1, max: 1.5 })],
    good: fc.double({ min: -1, max: 1.5, noNaN: true }),
    bad: [
      [
        "range",
        fc.oneof(fc.double({ max: -1.001, min: -1e9, noNaN: true }), fc.double({ min: 1.501, max: 1e9, noNaN: true })),
      ],
      ["type", fc.oneof(fc.constant("1"), fc.constant(Infinity), fc.constant({}))],
    ],
  },
  {
    name: "free_text",
    questions: [
      v4("free_text", { freeTextOptions: { characterLimit: { min: 2, max: 4 } } }),
      v5("free_text", { min_length: 2, max_length: 4 }),
    ],
    // Characters are code points: two flags are four of them, and eight units of UTF-16.
    good: fc.constantFrom("ab", "abcd", "🇫🇷🇩🇪", "    "),
    bad: [
      ["length", fc.constantFrom("a", "🎈", "abcde", "🎈🎈🎈🎈🎈")],
      ["type", fc.oneof(fc.integer(), fc.constant(["ab"]), fc.constant(true))],
    ],
  },
  {
    name: "form",
    questions: [v4("form", { form_schema: form }), v5("form", { form_schema: form })],
    good: fc.record({ name: fc.constantFrom("", "ab", "abc") }),
    bad: [
      ["form", fc.constantFrom({}, { name: 7 }, { name: "abcd" })],
      ["type", fc.oneof(fc.constant("a form"), fc.constant([1]), fc.constant(1))],
    ],
  },
  {
    name: "timestamp",
    questions: [v4("timestamp"), v5("timestamp")],
    good: fc.oneof(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.constant("00:01:30")),
    bad: [
      ["type", fc.oneof(fc.constant(-1), fc.constant(true), fc.constant({}), fc.constant(Number.NaN))],
      ["multiple", fc.constant([1, 2])],
    ],
  },
  {
    name: "several timestamps",
    questions: [v4("timestamp", { allowMultiTimestamps: true }), v5("timestamp", { multi: true })],
    good: fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1 }),
    bad: [["type", fc.constant([1, -2])]],
  },
];

const options = { forms: jsonSchemaForms };

describe.each(kinds)("checkAnswers of $name", ({ questions, good, bad }) => {
  it.each([["v4"], ["v5"]])("%s takes every answer that keeps to the question", (version) => {
    const question = questions[version === "v4" ? 0 : 1]!;
    fc.assert(
      fc.property(good, (value) => {
        expect(checkAnswers([question], { q1: value }, options)).toEqual({ ok: true, issues: [], skipped: [] });
      }),
    );
  });

  it.each(
    bad.flatMap(([rule, value]) =>
      questions.map((question, index) => [`v${4 + index}`, rule, value, question] as const),
    ),
  )("%s names question, rule (%s) and value", (_, rule, arbitrary, question) => {
    fc.assert(
      fc.property(arbitrary, (value) => {
        const { ok, issues } = checkAnswers([question], { q1: value }, options);
        expect(ok).toBe(false);
        expect(issues[0]).toMatchObject({ questionId: "q1", rule });
        expect(issues[0]!.message).toContain("question q1 (Title)");
      }),
      { numRuns: 20 },
    );
  });
});

describe("checkAnswers", () => {
  const yes = v4("categorical", { choices });
  const set = (config: object, more: object = {}): QuestionSets.QuestionSet =>
    ({ ...stored, id: "s1", name: "Set", questions: [{ ...yes, ...more }], question_id_to_config: config }) as never;

  it("requires what the set requires, and the set decides before the question", () => {
    expect(checkAnswers(set({ q1: { required: true } }), {}).issues[0]).toEqual({
      questionId: "q1",
      rule: "required",
      value: undefined,
      message: "question q1 (Title) requires an answer, and there is none",
    });
    expect(checkAnswers(set({ q1: { required: false } }, { required: true }), {}).ok).toBe(true);
    expect(checkAnswers(set({}, { required: true }), {}).ok).toBe(false);
    for (const empty of [null, "", [], undefined]) {
      expect(checkAnswers(set({ q1: { required: true } }), { q1: empty }).issues[0]?.rule).toBe("required");
      expect(checkAnswers(set({}), { q1: empty }).ok).toBe(true);
    }
  });

  it("takes unfinished work that is only saved, and still checks what is there", () => {
    expect(checkAnswers(set({ q1: { required: true } }), {}, { isPartial: true }).ok).toBe(true);
    expect(checkAnswers(set({}), { q1: "maybe" }, { isPartial: true }).ok).toBe(false);
  });

  it("says that conditions are not checked, and does not miss a question that may be hidden", () => {
    const conditional = set({ q1: { required: true } }, { conditions: [{ if: "anything" }] });
    expect(checkAnswers(conditional, {})).toEqual({
      ok: true,
      issues: [],
      skipped: [{ questionId: "q1", check: "conditions", reason: "when the question is shown is not documented" }],
    });
    expect(checkAnswers(conditional, { q1: "maybe" }).ok).toBe(false);
  });

  it("says what it cannot check: a later type, a form without a validator, a question without choices or steps", () => {
    const skipped = (question: AnyQuestion, value: unknown) => checkAnswers([question], { q1: value }).skipped;
    expect(skipped(v4("drawing"), { any: "thing" })[0]).toMatchObject({ check: "type" });
    expect(skipped(v5("drawing"), "x")[0]?.reason).toBe('questions of type "drawing" are not known to this version');
    expect(skipped(v4("form", { form_schema: form }), { name: 7 })[0]).toMatchObject({ check: "form" });
    expect(skipped(v4("categorical"), "any")[0]).toMatchObject({ check: "choice" });
    expect(skipped(v4("rating"), 70)[0]).toMatchObject({ check: "steps" });
    expect(checkAnswers([v4("drawing")], { q1: { any: "thing" } }).ok).toBe(true);
  });

  it("names an answer to a question that is not asked, as after the set was changed", () => {
    expect(checkAnswers([yes], { q1: "yes", old: "no" }).issues).toEqual([
      {
        questionId: "old",
        rule: "unknown_question",
        value: "no",
        message: 'question old is not asked: its answer "no" belongs to another question set, or the set was changed',
      },
    ]);
  });

  it("names the value when a label is given for it", () => {
    expect(checkAnswers([yes], { q1: "Label 3" }).issues[0]?.message).toBe(
      'question q1 (Title) takes the value of a choice: "Label 3" is the label of 3',
    );
  });

  it("names everything wrong, in the order of the questions", () => {
    const questions = ["a", "b", "c"].map((id) => ({ ...v4("number"), id }) as AnyQuestion);
    const { issues } = checkAnswers(questions, { c: "x", z: 1, a: "y" });
    expect(issues.map(({ questionId, rule }) => `${questionId} ${rule}`)).toEqual([
      "a type",
      "c type",
      "z unknown_question",
    ]);
  });

  it.each([[undefined], [null], ["yes"], [["yes"]], [7]])("refuses %j, which is no set of answers", (result) => {
    expect(checkAnswers([yes], result).issues[0]?.message).toMatch(/^answers are an object of question ids and values/);
  });

  const cyclic: Record<string, unknown> = {};
  cyclic["self"] = cyclic;

  it.each([
    ["a Date", { when: new Date(0) }, "at /when: a Date; give its ISO text"],
    ["NaN", { "a/b": [1, Number.NaN] }, "at /a~1b/1: NaN"],
    ["a Map", { all: new Map() }, "at /all: a Map"],
    ["undefined in a list", { all: [undefined] }, "at /all/0: undefined"],
    ["a bigint", { n: 1n }, "at /n: a bigint"],
    ["a function", { f: () => 1 }, "at /f: a function"],
    ["what holds itself", cyclic, "nested more than 100 levels deep"],
  ])("refuses %s in an answer, which JSON would change", (_, value, message) => {
    const { issues } = checkAnswers([v4("form")], { q1: value });
    expect(issues).toEqual([{ questionId: "q1", rule: "type", value, message: expect.stringContaining(message) }]);
    expect(issues[0]!.message).toContain("question q1 (Title) takes JSON");
    expect(unwritableAnswers({ q1: value })[0]).toMatchObject({ questionId: "q1", rule: "type" });
    expect(checkAnswers([], { old: value }).issues[0]).toMatchObject({ rule: "unknown_question" });
  });

  it("takes every JSON value that comes from a text, and fields that are undefined", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(unwritableAnswers({ q1: value })).toEqual([]);
      }),
    );
    expect(unwritableAnswers({ q1: { a: undefined, b: Object.create(null) } })).toEqual([]);
  });

  it("is not misled by names of Object's own", () => {
    expect(checkAnswers([{ ...yes, id: "constructor", required: true } as AnyQuestion], {}).issues[0]?.rule).toBe(
      "required",
    );
    expect(checkAnswers([yes], JSON.parse('{"__proto__": 1}')).issues[0]).toMatchObject({ questionId: "__proto__" });
  });

  it("reports a form schema that is none instead of throwing", () => {
    const issues = checkAnswers([v4("form", { form_schema: { $ref: "#/nowhere" } })], { q1: {} }, options).issues;
    expect(issues[0]?.message).toContain("the schema cannot be used");
  });
});
