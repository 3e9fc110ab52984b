/**
 * A program that watches an evaluation as long as it lives: `watcher.ts URL EVALUATION`. Subscriptions come and go, a cursor is kept, and a
 * line of JSON says once a second how much memory it holds after a collection. Run with `--expose-gc`.
 */
import { setTimeout } from "node:timers/promises";
import { SGPClient } from "@evalwire/core";
import { persistCursor } from "@evalwire/core/plugins/persistCursor";

const [, , baseURL, evaluationId] = process.argv as unknown as ReadonlyArray<string>;
const kept = new Map<string, string>();
const cursors = persistCursor({ store: kept, every: "200 millis" });
const client = new SGPClient({ apiKey: "key-ada", baseURL: baseURL!, plugins: [cursors] });
const watch = client.watch(evaluationId!, { interval: ["20 millis", "200 millis"], requestsPerMinute: 60_000 });
let events = 0;
watch.subscribe(() => void events++);
await watch.ready;
for (;;) {
  for (let turn = 0; turn < 10; turn++) {
    const leave = watch.subscribe(() => undefined, { replay: turn % 2 === 0 });
    const slow = watch.events({ capacity: 4, transient: true })[Symbol.asyncIterator]();
    await slow.next();
    await setTimeout(100);
    leave();
    await slow.return?.();
  }
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  console.log(JSON.stringify({ at: performance.now(), heapUsed, rss, events, requests: watch.stats().requests }));
}
