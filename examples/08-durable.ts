/** A consumer that survives a restart: its cursor stands behind what it has handled. Run it: `node examples/08-durable.ts` */
import type { Watch, WatchEvent } from "@evalwire/core";
import { claim, submit } from "@evalwire/tasks";
import { smallEvaluation } from "./smallEvaluation.ts";

/** Where the cursor is kept: a file, a row, a key of Redis. */
interface Shelf {
  readonly load: () => Promise<string | undefined>;
  readonly save: (cursor: string) => Promise<void>;
}

/**
 * Handles every change at least once, across restarts and crashes: what was not handled when the cursor was saved is reported again to the
 * next process, and at most the event in hand twice.
 */
const consume = async (watch: Watch, shelf: Shelf, handle: (event: WatchEvent) => Promise<void>): Promise<void> => {
  const events = watch.events({ types: ["task.status_changed"] });
  for await (const event of events) {
    await handle(event);
    events.ack(event);
    await shelf.save(events.cursor());
  }
};

export const main = async (print: (line: string) => void): Promise<void> => {
  await using world = await smallEvaluation();
  const { ada, ben, evaluation } = world;
  let kept: string | undefined;
  const shelf: Shelf = {
    load: async () => kept,
    save: async (cursor) => {
      kept = cursor;
    },
  };
  const finishOne = async () => {
    const claimed = await claim(ben, { evaluation_id: evaluation.id });
    if (claimed._tag === "Claimed") await submit(ben, { ...claimed, result: { fluent: "yes" } });
  };

  /** A process that ends, as if it crashed, when it has handled so many. */
  const processUntil = async (name: string, count: number, work: () => Promise<void>) => {
    const cursor = await shelf.load();
    await using watch = ada.watch(evaluation.id, {
      interval: ["50 millis", "200 millis"],
      requestsPerMinute: 2_000,
      ...(cursor === undefined ? {} : { cursor }),
    });
    await watch.ready;
    const handled: Array<string> = [];
    const consuming = consume(watch, shelf, async ({ id }) => {
      handled.push(id);
      if (handled.length === count) void watch.close();
    });
    await work();
    await consuming;
    print(`${name}: ${handled.length} handled`);
  };

  await processUntil("first process", 1, finishOne);
  // No watch is open, and a user works all the same.
  await finishOne();
  await processUntil("second process", 2, finishOne);
};

if (import.meta.main) await main(console.log);
