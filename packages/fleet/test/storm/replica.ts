/** One replica of a storm, in a process of its own: joins the fleet, follows evaluations, and reports everything it receives to its parent. */
import process from "node:process";
import { SGPClient } from "@evalwire/core";
import { createFleet } from "@evalwire/fleet";
import { electionMillis } from "./electionMillis.ts";

const [servers = "", name = "", baseURL = "", evaluations = "", lease = "500"] = process.argv.slice(2);
const send = (message: object) => process.send?.(message);

/** With where it arose, of which a message of the NATS client says nothing. */
const textOf = (error: unknown): string => {
  const { cause = error } = error as Error;
  const places = [...String((cause as Error).stack).matchAll(/at (?:async )?(\S+) .*?(\w+\.ts:\d+)/g)];
  return `${error} (${places.map(([, name, place]) => `${name} ${place}`).join(" < ")})`;
};

const client = new SGPClient({ apiKey: "k", baseURL, maxRetries: 0, timeout: 2_000 });
const fleet = await createFleet({
  servers: servers.split(","),
  client,
  name,
  shards: 4,
  lease: Number(lease),
  beat: 1_000,
  requestsPerMinute: 1_200,
  snapshotEvery: 40,
  polling: { interval: [60, 250], requestsPerMinute: 1_200 },
  connectTimeoutMillis: electionMillis,
  onFailure: (error) => send({ kind: "failure", text: textOf(error) }),
});
for (const id of evaluations.split(",")) {
  const watch = fleet.watch(id);
  watch.subscribe((event) => send({ kind: "event", id, event }));
}
send({ kind: "ready", member: fleet.status().member });
// Only the wall clock: a machine's monotonic one is not set.
const wall = Date.now.bind(Date);
process.on("message", (message) => {
  if (typeof message === "object" && message !== null && "skewMillis" in message) {
    const { skewMillis } = message as { readonly skewMillis: number };
    Date.now = () => wall() + skewMillis;
  }
  if (message === "status") send({ kind: "status", status: fleet.status() });
  if (message === "close") void fleet.close().then(() => process.exit(0));
});
process.on("disconnect", () => process.exit(0));
