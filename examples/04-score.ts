/** Scores texts locally, with the platform's own `metric_config`. Run it: `node examples/04-score.ts` */
import { computeMetrics, rouge } from "@evalwire/metrics";
import { smallEvaluation } from "./smallEvaluation.ts";

export const main = async (print: (line: string) => void): Promise<void> => {
  const { rouge1, rougeL } = rouge("the ferry stays in port", "the storm keeps the ferry in port", {
    types: ["rouge1", "rougeL"],
  });
  print(`rouge1 precision ${rouge1.precision.toFixed(3)}, recall ${rouge1.recall.toFixed(3)}`);
  print(`rougeL F ${rougeL.fmeasure.toFixed(3)}`);

  // The server's numbers under `view=Metrics` equal those of the same config here.
  await using world = await smallEvaluation();
  const { ada, evaluation } = world;
  let equal = 0;
  for await (const result of ada.evaluations.testCaseResults.list({
    evaluation_id: evaluation.id,
    view: ["Metrics", "TestCaseVersion"],
  })) {
    const scores = computeMetrics(evaluation.metric_config!, {
      test_case_data: result.test_case_version!.test_case_data,
      test_case_output: { output: result.test_case_evaluation_data },
    });
    const isEqual = Object.entries(scores).every(([name, score]) => result.metrics?.[name] === score);
    if (isEqual) equal++;
  }
  print(`${equal} of 6 results scored alike here and there`);
};

if (import.meta.main) await main(console.log);
