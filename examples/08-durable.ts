/** A consumer that survives a restart: the cursor is saved when everything before it was handled. Run it: `node examples/08-durable.ts` */
import { setImmediate } from "node:timers/promises";
import type { Watch, WatchEvent } from "@evalwire/core";
import { claim, submit } from "@evalwire/tasks";
import { smallEvaluation } from "./smallEvaluation.ts";

/** Where the cursor is kept: a file, a row, a key of Redis. */
interface Shelf {
  readonly load: () => Promise<string | undefined>;
  readonly save: (cursor: string) => Promise<void>;
}

/**
 * Handles every change at least once, across restarts and crashes.
 *
 * A cursor stands behind everything the watch has reported, handled or not. So it is taken first, then all that was reported before it is handled, and
 * only then it is saved: whatever crashes in between is reported again to the next process.
 */
const consume = async (watch: Watch, shelf: Shelf, handle: (event: WatchEvent) => Promise<void>): Promise<void> => {
  const inbox: Array<WatchEvent> = [];
  let wake = () => {};
  let isOver = false;
  watch.subscribe(
    (event) => {
      inbox.push(event);
      wake();
    },
    {
      types: ["task.status_changed"],
      onEnd: () => {
        isOver = true;
        wake();
      },
    },
  );
  while (!isOver || inbox.length > 0) {
    const behind = watch.cursor();
    // What was reported before the cursor is in the inbox after one turn of the event loop.
    await setImmediate();
    for (const event of inbox.splice(0)) await handle(event);
    await shelf.save(behind);
    if (!isOver && inbox.length === 0) await new Promise<void>((resolve) => (wake = resolve));
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
  // Nobody watches, and somebody works all the same.
  await finishOne();
  await processUntil("second process", 2, finishOne);
};

if (import.meta.main) await main(console.log);
