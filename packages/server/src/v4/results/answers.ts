/** Answers held against the questions of their evaluation, by the same check and in the same words as the client's. */
import { type AnswersChecked, checkAnswers, type QuestionSets, type TestCaseResults } from "@evalwire/core/contract";
import { jsonSchemaForms } from "@evalwire/core/forms";
import * as Effect from "effect/Effect";
import type { Answer } from "../../Handler.ts";
import * as Detail from "../../http/Detail.ts";
import { invalid } from "../../http/Refusal.ts";
import { Policy } from "../../Policy.ts";

type Patch = Partial<TestCaseResults.TestCaseResult>;

/** Which answers an update hands in or keeps; `undefined` when it does neither. */
const answersOf = (result: TestCaseResults.TestCaseResult | undefined, patch: Patch): unknown =>
  patch.result ?? (patch.label_status === "COMPLETED" ? (result?.result ?? {}) : undefined);

const details = ({ issues }: AnswersChecked, loc: ReadonlyArray<string | number>): ReadonlyArray<Detail.Detail> =>
  issues.map(({ questionId, message }) => Detail.value([...loc, "result", questionId], message));

/**
 * Refuses with 422 what an answer must not be, one detail for each rule that is broken. Answers of an evaluation without a question set are taken
 * as they are.
 */
export const checkedAnswers = (
  set: QuestionSets.QuestionSet | undefined,
  result: TestCaseResults.TestCaseResult | undefined,
  patch: Patch,
  loc: ReadonlyArray<string | number>,
): Answer<void> =>
  Effect.flatMap(Policy, ({ answers: policy }) => {
    const answers = answersOf(result, patch);
    if (policy === "accept" || set === undefined || answers === undefined || answers === null) return Effect.void;
    const isPartial = patch.label_status === "PENDING";
    const checked = checkAnswers(set, answers, { forms: jsonSchemaForms, isPartial });
    return checked.ok ? Effect.void : Effect.fail(invalid(...details(checked, loc)));
  });
