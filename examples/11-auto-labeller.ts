/** Labels an evaluation with a model, over a socket, two tasks at a time. Run it: `node examples/11-auto-labeller.ts` */
import { SGPClient } from "@evalwire/core";
import { TaskWorker } from "@evalwire/tasks";
import { smallEvaluation } from "./smallEvaluation.ts";

/** A stand-in for a model: a summary is good when it is not longer than what it sums up. */
const model = async (text: string, summary: string): Promise<string> => (summary.length < text.length ? "yes" : "no");

export const main = async (print: (line: string) => void): Promise<void> => {
  await using world = await smallEvaluation();
  const { url } = await world.server.listen({ port: 0 });
  // One key is one annotator, who holds one task at a time: two keys make two lanes.
  const clients = ["key-ada", "key-ben"].map((apiKey) => new SGPClient({ apiKey, baseURL: url }));

  await using worker = new TaskWorker(
    clients,
    { evaluation_id: world.evaluation.id, stopWhenEmpty: true, timeLimit: "1 minute" },
    async ({ testCase, result, log }) => {
      const text = String((testCase?.test_case_data as { input?: unknown })?.input);
      const summary = String((result.test_case_evaluation_data as { generation_output?: unknown }).generation_output);
      const fluent = await model(text, summary);
      log("judged", { fluent });
      return { result: { fluent } };
    },
  );
  worker.subscribe((event) => {
    // Nothing is lost silently: an answer that could not be stored, a task that always fails.
    if (event.type === "answer.lost" || event.type === "task.poisoned") print(`${event.type}: ${event.taskId}`);
  });

  const { counts, errors } = await worker.closed;
  print(`${counts.submitted} labelled, ${counts.answersLost} lost, ${errors.length} errors`);
  const { submitted, remaining } = worker.progress();
  print(`${submitted} done, ${remaining} left`);
};

if (import.meta.main) await main(console.log);
