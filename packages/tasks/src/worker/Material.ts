/**
 * Data for a handler: the test case result of its task, its test case, and the evaluation's questions.
 *
 * Questions are read once and again after a while, or when the server refuses answers: a question set may be changed meanwhile.
 */
import { type SgpError, Transport } from "@evalwire/core";
import {
  type Evaluations,
  type QuestionSets,
  Evaluations as Routes,
  type Tasks,
  TestCaseResults,
} from "@evalwire/core/contract";
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";

const freshMillis = 300_000;

export class Material {
  readonly #evaluationId: string;
  #evaluation: Evaluations.Evaluation | undefined;
  #readAt = Number.NEGATIVE_INFINITY;
  #doneSince = 0;

  constructor(evaluationId: string) {
    this.#evaluationId = evaluationId;
  }

  /** Results not completed as of the last reading, less what was handed in since; `null` before the first. */
  get remaining(): number | null {
    const read = this.#evaluation;
    if (read === undefined) return null;
    const { total_test_case_result_count: total, completed_test_case_result_count: completed } = read;
    return Math.max(0, total - completed - this.#doneSince);
  }

  /** One more was handed in. */
  noteDone(): void {
    this.#doneSince++;
  }

  /** Reads the evaluation again before it is next needed. */
  forget(): void {
    this.#readAt = Number.NEGATIVE_INFINITY;
  }

  evaluation(): Effect.Effect<Evaluations.Evaluation, SgpError, Transport> {
    return Effect.gen({ self: this }, function* () {
      const now = yield* Clock.currentTimeMillis;
      if (this.#evaluation !== undefined && Math.abs(now - this.#readAt) < freshMillis) return this.#evaluation;
      const { call } = yield* Transport;
      const where = { evaluation_id: this.#evaluationId, view: ["EvaluationConfig"] };
      const read = yield* call(Routes.retrieve, where);
      this.#evaluation = read;
      this.#readAt = now;
      this.#doneSince = 0;
      return read;
    });
  }

  /** The question set the evaluation asks; `undefined` where it names none, or the platform does not expand it. */
  questionSet(): Effect.Effect<QuestionSets.QuestionSet | undefined, SgpError, Transport> {
    return Effect.map(this.evaluation(), ({ evaluation_config_expanded: config }) => {
      const set = (config as { readonly question_set?: QuestionSets.QuestionSet | null } | null | undefined)
        ?.question_set;
      return set?.questions === undefined || set.questions === null ? undefined : set;
    });
  }

  result(task: Tasks.Task): Effect.Effect<TestCaseResults.TestCaseResult, SgpError, Transport> {
    return Effect.flatMap(Transport, ({ call }) =>
      call(TestCaseResults.retrieve, {
        evaluation_id: this.#evaluationId,
        test_case_result_id: task.task_entity_id,
        view: ["Task", "TestCaseVersion"],
      }),
    );
  }
}
