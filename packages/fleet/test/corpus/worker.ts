/** A worker in a process of its own, as `evalwire worker` is one: scores until it is killed. */
import process from "node:process";
import { openQueue, scoringWork } from "@evalwire/fleet";

const [servers = "", name = ""] = process.argv.slice(2);
const { queue } = await openQueue({ servers: servers.split(","), name });
const { works } = scoringWork(1);
const slowed = Object.fromEntries(
  Object.entries(works).map(([kind, work]) => [
    kind,
    async (job: Uint8Array, signal: AbortSignal) => {
      process.send?.("begun");
      return work(job, signal);
    },
  ]),
);
await queue.work(slowed, 2);
process.send?.("ready");
process.on("disconnect", () => process.exit(0));
