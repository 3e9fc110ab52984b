/**
 * Clients in a process of their own, to load a server from outside of it: each line of input is a number of watches to open, each with a client of
 * its own; once all are ready, or one has ended, it answers with how long each took, and closes them.
 */
import { SGPClient } from "@evalwire/core";

const [baseURL, evaluationId] = process.argv.slice(2) as [string, string];

export interface Opened {
  /** From opening to `ready`, in milliseconds, for each watch. */
  readonly readyMillis: ReadonlyArray<number>;
  readonly degraded: number;
  /** Processor time of this process meanwhile, in milliseconds. */
  readonly cpuMillis: number;
}

const open = async (count: number): Promise<Opened> => {
  const before = process.cpuUsage();
  let degraded = 0;
  const watches = Array.from({ length: count }, () => {
    const client = new SGPClient({ apiKey: "key", baseURL });
    const watch = client.watch(evaluationId);
    watch.subscribe(() => degraded++, { types: ["watch.degraded"], replay: false });
    return { client, watch, began: performance.now() };
  });
  const readyMillis = await Promise.all(
    watches.map(async ({ watch, began }) => {
      await watch.ready;
      return performance.now() - began;
    }),
  );
  const { user, system } = process.cpuUsage(before);
  await Promise.all(
    watches.map(async ({ watch, client }) => {
      await watch.close();
      await client.close();
    }),
  );
  return { readyMillis, degraded, cpuMillis: (user + system) / 1000 };
};

process.on("message", (count: number) => {
  void open(count).then((opened) => process.send!(opened));
});
process.on("disconnect", () => process.exit(0));
// Load on-demand modules before measuring.
await open(1);
process.send!("open");
