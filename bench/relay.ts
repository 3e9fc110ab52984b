/**
 * A relay of one evaluation in a process of its own, and beside it a minimal server for nothing but a broadcast: `node:http`, and
 * a loop that writes the same bytes to every response. Both note when they began to give each entry to their readers.
 *
 * `node relay.ts <address of the evaluation server> <evaluation id>` sends the two addresses over IPC, then follows the orders it receives.
 */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { SGPClient } from "@evalwire/core";
import { type Entry, type FeedSource, memoryFeed, publish } from "@evalwire/core/feed";
import { createRelay } from "@evalwire/relay";
import { nodeHandler } from "@evalwire/relay/node";

const [baseURL, evaluationId] = process.argv.slice(2) as [string, string];

/** Commands that the process takes, and its answers. */
export type Order =
  | { readonly do: "memory" }
  /** The processor time used so far, in milliseconds. */
  | { readonly do: "cpu" }
  /** So many changes a second, so many times a second, for so long; answers when each entry of news was given. */
  | { readonly do: "change"; readonly changes: number; readonly times: number; readonly millis: number }
  /** Broadcasts the entries of the last `change` again, at the same pace. */
  | { readonly do: "broadcast" };

/** By the number of an entry: when it was given, in milliseconds since 1970. */
export type Given = ReadonlyArray<readonly [number: number, at: number]>;

const client = new SGPClient({ apiKey: "key", baseURL });
const watch = client.watch(evaluationId, { interval: ["5 seconds", "15 seconds"], requestsPerMinute: 600 });
await watch.ready;
const log = memoryFeed(evaluationId);
publish(watch, log);

const now = () => performance.timeOrigin + performance.now();
let given: Array<{ readonly entry: Entry; readonly at: number }> = [];
/** Those of the last `change`. */
let changed: typeof given = [];
const source: FeedSource = {
  evaluationId,
  open: (from, { take, end }) =>
    log.open(from, {
      take: (entry) => {
        if (entry.kind === "news") given.push({ entry, at: now() });
        take(entry);
      },
      end,
    }),
};

const relay = createRelay({
  client,
  feed: () => source,
  // A reader that names a person sees that person's tasks only: a view for each.
  authorize: ({ url }) => {
    const person = new URL(url).searchParams.get("person");
    return person === null ? { user: "reader", rows: "all" } : { user: person, rows: "own" };
  },
  limits: { feeds: 100_000, callsPerMinute: 10_000_000 },
  onFailure: (error) => console.error(error),
});

const responses = new Set<ServerResponse>();
const bare = createServer((_, response) => {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  response.write("event: beat\ndata: {}\n\n");
  responses.add(response);
  response.on("close", () => responses.delete(response));
});

const listen = async (server: ReturnType<typeof createServer>): Promise<string> => {
  await new Promise<void>((resolve) => server.listen({ port: 0, host: "127.0.0.1", backlog: 4_096 }, resolve));
  return String((server.address() as AddressInfo).port);
};

const change = async (changes: number, times: number, millis: number): Promise<Given> => {
  const ids = [...watch.snapshot().tasks.keys()];
  const each = changes / times;
  given = [];
  const writes: Array<Promise<unknown>> = [];
  const rounds = Math.round((millis * times) / 1_000);
  for (let round = 0; round < rounds; round++) {
    const task_ids = Array.from({ length: each }, (_, index) => ids[(round * each + index) % ids.length]!);
    const assigned_to = `person-${round % 17}`;
    writes.push(client.evaluations.tasks.batchAssign({ evaluation_id: evaluationId, task_ids, assigned_to }));
    await new Promise((resolve) => setTimeout(resolve, 1_000 / times));
  }
  await Promise.all(writes);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  changed = [...given];
  return changed.map(({ entry, at }) => [entry.number, at]);
};

const broadcast = async (): Promise<Given> => {
  const [first] = changed;
  if (first === undefined) return [];
  const began = now();
  const stamps: Array<readonly [number, number]> = [];
  for (const { entry, at } of changed) {
    const wait = at - first.at - (now() - began);
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const id = `${entry.generation}.${entry.epoch}.${entry.number}`;
    stamps.push([entry.number, now()]);
    const bytes = Buffer.from(`event: ${entry.kind}\nid: ${id}\ndata: ${JSON.stringify(entry)}\n\n`);
    for (const response of responses) response.write(bytes);
  }
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  return stamps;
};

/** Bytes of the whole process, and of the objects in it; those stay what they are on a machine however busy. */
export interface Memory {
  readonly rss: number;
  readonly held: number;
}

const memory = (): Memory => {
  for (let time = 0; time < 3; time++) globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, held: heapUsed + external };
};

process.on("message", async (order: Order) => {
  switch (order.do) {
    case "memory":
      return process.send!(memory());
    case "cpu": {
      const { user, system } = process.cpuUsage();
      return process.send!((user + system) / 1_000);
    }
    case "change":
      return process.send!(await change(order.changes, order.times, order.millis));
    case "broadcast":
      return process.send!(await broadcast());
  }
});
process.on("disconnect", () => process.exit(0));
const ports = [await listen(createServer(nodeHandler(relay.fetch))), await listen(bare)];
process.send!(ports);
