/** An evaluation of v5: items scored by a metric at once, and, where people are asked, pending until they have answered. */

const layout = { children: [{ data: "item.answer" }], direction: "row" as const };

export interface Metric {
  readonly type: string;
  readonly candidate: string;
  readonly reference: string;
}

/** One that scores every item, one that scores some, one that fails on all. */
export const metrics: ReadonlyArray<Metric> = [
  { type: "f1", candidate: "item.answer", reference: "item.truth" },
  { type: "rouge1", candidate: "item.answer", reference: "item.source" },
  { type: "f1", candidate: "item.answer", reference: "item.nothing" },
];

/** The data of items: on some the second metric fails. */
export const scored: ReadonlyArray<Readonly<Record<string, string>>> = [
  { answer: "No ferry.", truth: "The ferry stays in port.", source: "The ferry stays in port." },
  { answer: "The library is open.", truth: "The library is open." },
];

export const question = (question_id: string, alias: string) => ({
  task_type: "contributor_evaluation.question" as const,
  alias,
  configuration: { question_id, layout },
});

/** Makes the evaluation through the server's own routes. */
export const makeEvaluation = async (
  post: (path: string, body: unknown) => Promise<any>,
  items: number,
  isAsked: boolean,
): Promise<{ readonly evaluationId: string; readonly questionId: string }> => {
  const asked = await post("/v5/questions", { name: "right", prompt: "Is it right?", question_type: "free_text" });
  const evaluation = await post("/v5/evaluations", {
    name: "Notices",
    // The metric's column is named after it.
    tasks: [{ task_type: "metric", configuration: metrics[0] }, ...(isAsked ? [question(asked.id, "verdict")] : [])],
    data: Array.from({ length: items }, (_, index) => scored[index % scored.length]),
  });
  return { evaluationId: evaluation.id, questionId: asked.id };
};
