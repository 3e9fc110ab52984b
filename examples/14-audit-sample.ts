/** Draws work to audit from each annotator, judges it, and says how much was right at once. Run it: `node examples/14-audit-sample.ts` */
import type { SGPClient } from "@evalwire/core";
import { audit, claim, queue, submit } from "@evalwire/tasks";
import { smallEvaluation } from "./smallEvaluation.ts";

export const main = async (print: (line: string) => void): Promise<void> => {
  await using world = await smallEvaluation();
  const { ada, ben, evaluation } = world;
  const evaluation_id = evaluation.id;
  const work = async (client: SGPClient, count: number) => {
    for (let done = 0; done < count; done++) {
      const claimed = await claim(client, { evaluation_id });
      if (claimed._tag === "Claimed") await submit(client, { ...claimed, result: { fluent: "yes" } });
    }
  };
  await work(ada, 4);
  await work(ben, 2);
  const results = async () => (await ada.evaluations.testCaseResults.list({ evaluation_id, view: ["Task"] })).items;

  // The same seed draws the same work again; half of each annotator's.
  const options = {
    share: 0.5,
    seed: "week 3",
    annotatorOf: (item: { annotated_by_user_id?: string | null }) => item.annotated_by_user_id ?? "",
  };
  const drawn = audit.sample(await results(), options);
  print(`${drawn.length} of 6 are audited`);

  let verdicts = 0;
  for (const { task, annotated_by_user_id } of drawn) {
    // Ada and Ben audit each other: no person judges their own work.
    const [me, client] = annotated_by_user_id === "ada" ? (["ben", ben] as const) : (["ada", ada] as const);
    const isFine = verdicts++ > 0;
    const verdict = await (isFine
      ? audit.approve(client, { task: task!, me })
      : audit.requestRevision(client, { task: task!, me, comment: "Read it again." }));
    if (verdict._tag !== "Done") print(`${task!.id}: ${verdict._tag}`);
  }
  const own = drawn.find(({ annotated_by_user_id }) => annotated_by_user_id === "ben")!;
  print(`Ben on his own work: ${(await audit.approve(ben, { task: own.task!, me: "ben" }))._tag}`);

  const rows = (await results()).map(({ task, audit_status }) => ({ ...task!, audit_status }));
  const { count, of } = queue.index(rows).firstPassAcceptance();
  print(`${count} of ${of} were right at once`);
};

if (import.meta.main) await main(console.log);
