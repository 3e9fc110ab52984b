/** A plugin that counts requests and remembers who finished what. Run it: `node examples/03-plugin.ts` */
import { definePlugin } from "@evalwire/core";
import { claim, submit } from "@evalwire/tasks";
import { smallEvaluation } from "./smallEvaluation.ts";

interface Ledger {
  readonly requests: Map<string, number>;
  readonly finished: Array<string>;
}

declare module "@evalwire/core" {
  interface PluginResources {
    ledger: Ledger;
  }
}

const ledger = definePlugin({
  name: "ledger",
  setup: (host) => {
    const kept: Ledger = { requests: new Map(), finished: [] };
    host.provide("ledger", kept);
    host.around((request, next) => {
      kept.requests.set(request.endpoint, (kept.requests.get(request.endpoint) ?? 0) + 1);
      return next(request);
    });
    host.on({ types: ["task.status_changed"], statuses: ["COMPLETED"] }, (event) => {
      kept.finished.push(event.current.assigned_to ?? "unassigned");
    });
  },
});

export const main = async (print: (line: string) => void): Promise<void> => {
  await using world = await smallEvaluation({ client: { plugins: [ledger] } });
  const { ada, evaluation } = world;

  // A plugin hears the events of the watches there are; it makes none itself.
  await using watch = ada.watch(evaluation.id, { interval: ["50 millis", "200 millis"], requestsPerMinute: 2_000 });
  await watch.ready;
  const changes = watch.events({ types: ["task.status_changed"], replay: false })[Symbol.asyncIterator]();

  for (let done = 0; done < 2; done++) {
    const claimed = await claim(ada, { evaluation_id: evaluation.id });
    if (claimed._tag === "Claimed") await submit(ada, { ...claimed, result: { fluent: "yes" } });
    await changes.next();
  }

  // Closing a client ends its watches and undoes what its plugins registered.
  const { requests, finished } = ada.resource("ledger")!;
  await ada.close();
  print(
    `${requests.get("evaluations.claimTask")} claims, ${requests.get("evaluations.testCaseResults.update")} updates`,
  );
  print(`finished by ${finished.join(", ")}`);
};

if (import.meta.main) await main(console.log);
