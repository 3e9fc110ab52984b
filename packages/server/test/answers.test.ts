import {
  checkAnswers,
  EvaluationConfigs,
  Evaluations,
  QuestionSets,
  Questions,
  TestCaseResults,
} from "@evalwire/core/contract";
import { jsonSchemaForms } from "@evalwire/core/forms";
import { describe, expect, it } from "vitest";
import { evaluationOf, makeWorld, prepare } from "./world.ts";

const scene = async (options: Parameters<typeof makeWorld>[0] = {}) => {
  const world = await makeWorld(options);
  const { call, attempt } = world;
  const prepared = await prepare(world, 1);
  const { account_id } = prepared;
  const ask = { account_id, title: "T", prompt: "P?" };
  const ratingOptions = { minLabel: "a", maxLabel: "b", scaleSteps: 5 };
  const rating = await call(Questions.create, { body: { ...ask, type: "rating", ratingOptions } });
  const form_schema = { type: "object", required: ["name"] };
  const form = await call(Questions.create, { body: { ...ask, type: "form", form_schema } });
  const question_id_to_config = { [rating.id]: { required: true } };
  const body = { account_id, name: "S", question_ids: [rating.id, form.id], question_id_to_config };
  const set = { ...(await call(QuestionSets.create, { body })), questions: [rating, form] };
  const human = { account_id, question_set_id: set.id, evaluation_type: "human" as const };
  const { id: evaluation_config_id } = await call(EvaluationConfigs.create, { body: human });
  const evaluation = await call(Evaluations.create, { body: { ...evaluationOf(prepared), evaluation_config_id } });
  const params = { evaluation_id: evaluation.id };
  const [result] = (await call(TestCaseResults.list, { params })).items;
  const update = (patch: TestCaseResults.UpdateTestCaseResult) =>
    attempt(TestCaseResults.update, { params: { ...params, test_case_result_id: result!.id }, body: patch });
  return { rating, form, set, update };
};

describe("answers", () => {
  it("that break a rule are a 422 in the words of checkAnswers, and change nothing", async () => {
    const { rating, form, set, update } = await scene();
    const bad = { [rating.id]: 6, [form.id]: {}, q0: "old" };
    const { status, value } = await update({ result: bad });
    const { issues } = checkAnswers(set, bad, { forms: jsonSchemaForms });
    expect(status).toBe(422);
    expect(value.detail).toEqual(
      issues.map(({ questionId, message }) => ({
        loc: ["body", "result", questionId],
        msg: `Value error, ${message}`,
        type: "value_error",
      })),
    );
    expect(issues.map(({ rule }) => rule)).toEqual(["steps", "form", "unknown_question"]);
    const good = await update({ result: { [rating.id]: 5, [form.id]: { name: "Ada" } } });
    expect(good.value).toMatchObject({ label_status: "COMPLETED" });
  });

  it("that are required may be missing while work is saved, and not when it is handed in", async () => {
    const { rating, update } = await scene();
    expect((await update({ result: {}, label_status: "PENDING" })).status).toBe(200);
    expect((await update({ label_status: "COMPLETED" })).value.detail[0].msg).toContain("requires an answer");
    expect((await update({ result: { [rating.id]: 6 }, label_status: "PENDING" })).status).toBe(422);
    expect((await update({ result: { [rating.id]: 3 }, label_status: "PENDING" })).status).toBe(200);
    expect((await update({ label_status: "COMPLETED" })).status).toBe(200);
  });

  it("are taken as they are where the server's options say so", async () => {
    const { update } = await scene({ answers: "accept" });
    expect((await update({ result: { anything: "goes" } })).status).toBe(200);
  });
});
