/**
 * A program that handles the events of an evaluation and keeps its cursor in a folder: `consumer.ts URL EVALUATION FOLDER plain|kept`. It
 * writes a line to `log` as it begins an event and as it has handled it, and lives until it is killed.
 */
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { SGPClient } from "@evalwire/core";
import { persistCursor } from "@evalwire/core/plugins/persistCursor";

const [, , baseURL, evaluationId, folder, manner] = process.argv as unknown as ReadonlyArray<string>;
const log = join(folder!, "log");
const note = (what: string, event: object) => appendFileSync(log, `${JSON.stringify({ what, ...event })}\n`);

const fileOf = (key: string) => join(folder!, `${encodeURIComponent(key)}.cursor`);
const store = {
  get: (key: string) => (existsSync(fileOf(key)) ? readFileSync(fileOf(key), "utf8") : undefined),
  // A file that is there is whole: it is written beside and put in its place.
  set: (key: string, text: string) => {
    writeFileSync(`${fileOf(key)}.new`, text);
    renameSync(`${fileOf(key)}.new`, fileOf(key));
  },
};
const cursors = persistCursor({ store, every: "1 hour" });
const client = new SGPClient({ apiKey: "key-ada", baseURL: baseURL!, plugins: manner === "kept" ? [cursors] : [] });
const kept = store.get("plain");
const from = manner === "kept" ? await cursors.resume(evaluationId!) : kept === undefined ? {} : { cursor: kept };
const watch = client.watch(evaluationId!, {
  interval: ["20 millis", "60 millis"],
  requestsPerMinute: 60_000,
  ...from,
});
console.log("at work");
const events = watch.events();
for await (const event of events) {
  if (!("previous" in event) || !("taskId" in event)) continue;
  const { id, taskId, previous, current } = event;
  note("began", { id });
  await setTimeout(Math.random() * 6);
  note("handled", { id, taskId, previous, current });
  events.ack(event);
  if (manner === "kept") await cursors.save();
  else store.set("plain", events.cursor());
}
