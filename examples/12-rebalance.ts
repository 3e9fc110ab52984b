/** Plans the assignment of tasks, and again when a person leaves. Run it: `node examples/12-rebalance.ts` */
import { assign, plan } from "@evalwire/tasks";
import { smallEvaluation } from "./smallEvaluation.ts";

const shown = (loads: ReadonlyMap<string, number>): string =>
  [...loads].map(([person, load]) => `${person} ${load}`).join(", ");

export const main = async (print: (line: string) => void): Promise<void> => {
  await using world = await smallEvaluation();
  const { ada: lead, evaluation } = world;
  const evaluation_id = evaluation.id;
  const tasksNow = async () => {
    const { items } = await lead.evaluations.testCaseResults.list({ evaluation_id, view: ["Task"] });
    return items.flatMap(({ task }) => task ?? []);
  };

  const first = plan({ tasks: await tasksNow(), people: [{ id: "ada" }, { id: "ben" }, { id: "cleo" }] });
  print(`first: ${shown(first.loads)}`);
  // Look before you leap: a dry run says what would be sent.
  const { requests } = await assign(lead, { evaluation_id, plan: first, dryRun: true });
  print(`${requests} requests would be sent`);
  await assign(lead, { evaluation_id, plan: first });

  // Cleo leaves, and Ben works half days from now on: only what has to move moves.
  const next = plan({ tasks: await tasksNow(), people: [{ id: "ada" }, { id: "ben", weight: 0.5 }] });
  const report = await assign(lead, { evaluation_id, plan: next });
  print(
    `now: ${shown(next.loads)}; ${next.moves.length} moved, all from ${[...new Set(next.moves.map(({ from }) => from))]}`,
  );
  print(report.isComplete ? "everything is assigned" : `stopped: ${report.error?.message}; resume with the report`);
};

if (import.meta.main) await main(console.log);
