/** Watches an evaluation while a user works on it. Run it: `node examples/01-watch.ts` */
import { claim, submit } from "@evalwire/tasks";
import { smallEvaluation } from "./smallEvaluation.ts";

export const main = async (print: (line: string) => void): Promise<void> => {
  await using world = await smallEvaluation();
  const { ada, ben, evaluation } = world;

  await using watch = ada.watch(evaluation.id, { interval: ["50 millis", "200 millis"], requestsPerMinute: 2_000 });
  await watch.ready;
  let left = watch.snapshot().tasks.size;
  print(`${left} tasks are there`);

  // Another user works, with a client of their own: the watch sees it by polling.
  const work = async () => {
    for (;;) {
      const claimed = await claim(ben, { evaluation_id: evaluation.id });
      if (claimed._tag !== "Claimed") return;
      await submit(ben, { ...claimed, result: { fluent: "yes" } });
    }
  };
  const working = work();

  for await (const event of watch.events({ replay: false, types: ["task.status_changed"] })) {
    print(`a task went from ${event.previous.status} to ${event.current.status}`);
    if (--left === 0) break;
  }
  await working;
};

if (import.meta.main) await main(console.log);
