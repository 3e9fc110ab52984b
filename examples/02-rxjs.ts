/** The same stream in RxJS: who finished how many. Run it: `node examples/02-rxjs.ts` */
import { fromWatch } from "@evalwire/core/rxjs";
import { claim, submit } from "@evalwire/tasks";
import { filter, lastValueFrom, scan, take } from "rxjs";
import { smallEvaluation } from "./smallEvaluation.ts";

export const main = async (print: (line: string) => void): Promise<void> => {
  await using world = await smallEvaluation();
  const { ada, ben, evaluation } = world;

  await using watch = ada.watch(evaluation.id, { interval: ["50 millis", "200 millis"], requestsPerMinute: 2_000 });
  await watch.ready;

  const counts = lastValueFrom(
    fromWatch(watch, { types: ["task.status_changed"] }).pipe(
      filter((event) => event.current.status === "COMPLETED"),
      take(6),
      scan(
        (done, { current: { assigned_to } }) => ({ ...done, [assigned_to!]: (done[assigned_to!] ?? 0) + 1 }),
        {} as Record<string, number>,
      ),
    ),
  );

  for (const [client, share] of [
    [ada, 2],
    [ben, 4],
  ] as const) {
    for (let done = 0; done < share; done++) {
      const claimed = await claim(client, { evaluation_id: evaluation.id });
      if (claimed._tag === "Claimed") await submit(client, { ...claimed, result: { fluent: "yes" } });
    }
  }
  for (const [who, count] of Object.entries(await counts).sort()) print(`${who} finished ${count}`);
};

if (import.meta.main) await main(console.log);
