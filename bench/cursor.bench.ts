/**
 * Cost of keeping the cursor of 100,000 tasks: the longest piece of work between two turns of the event loop, and the characters
 * written, when everything is kept, when one task in a hundred has changed, and while a consumer has 50,000 changes before it; held
 * against `JSON.stringify` of the whole, and against encoding the cursor in one piece.
 *
 * A kernel that counts a thread's time in ticks of several milliseconds cannot time a piece of one. So pieces are timed by the wall, each
 * save is made several times, and of each piece the least disturbed time counts.
 */
import { KeptCursor } from "@evalwire/core/src/plugin/KeptCursor.ts";
import { CursorJournal } from "@evalwire/core/src/watch/cursor/CursorJournal.ts";
import * as CursorWriter from "@evalwire/core/src/watch/cursor/CursorWriter.ts";
import * as TaskRow from "@evalwire/core/src/watch/event/TaskRow.ts";
import * as Changes from "@evalwire/core/src/watch/state/Changes.ts";
import { Store } from "@evalwire/core/src/watch/state/Store.ts";
import { Subscription } from "@evalwire/core/src/watch/subscription/Subscription.ts";
import { hold } from "./budget.ts";
import { timed } from "./measure.ts";
import { evaluationId, factsOf, taskId } from "./page.ts";

const count = 100_000;
const rounds = 7;

const rowOf = (index: number, priority: number) =>
  TaskRow.make({ id: taskId(index), task_type: "EVALUATION_ANNOTATION", ...factsOf(index), priority });

const tasks = new Map(Array.from({ length: count }, (_, index) => [taskId(index), rowOf(index, 0)]));
const store = new Store(
  { evaluationId, evaluation: undefined, tasks, status: { _tag: "synced", since: "" } },
  (error) => {
    throw error;
  },
);
const change = (priority: number, every = 100) => {
  const changes = new Map<string, Changes.Change>();
  for (let index = 0; index < count; index += every) {
    const next = rowOf(index, priority);
    changes.set(next.id, Changes.between(store.tasks.get(next.id), next)!);
  }
  store.apply(changes, { evaluationId, time: "", origin: "server", isInterrupted: false, replay: false });
};

let written = 0;
let blocks: Array<number> = [];
let began = performance.now();
const turn = () =>
  new Promise<void>((resolve) => {
    blocks.push(performance.now() - began);
    setImmediate(() => {
      began = performance.now();
      resolve();
    });
  });
const shelf = {
  get: () => undefined,
  set: (_: string, text: string) => {
    written += text.length;
  },
};
const journal = new CursorJournal(store);
const kept = new KeptCursor(shelf, "cursor", evaluationId, journal, turn);

interface Save {
  readonly blocks: ReadonlyArray<number>;
  readonly written: number;
}

const save = async (): Promise<Save> => {
  // Garbage of the other contenders is not counted here.
  globalThis.gc?.();
  written = 0;
  blocks = [];
  began = performance.now();
  await kept.save();
  blocks.push(performance.now() - began);
  return { blocks, written };
};

/** The longest block in milliseconds of the same save made several times: each block's least time counts. */
const longestOf = (saves: ReadonlyArray<Save>): number =>
  Math.max(...saves[0]!.blocks.map((_, index) => Math.min(...saves.map((one) => one.blocks[index] ?? Infinity))));

/** The same save in each round, after what `prepare` does. */
const savesAfter = async (prepare: (round: number) => void): Promise<ReadonlyArray<Save>> => {
  const saves: Array<Save> = [];
  for (let round = 0; round < rounds; round++) {
    prepare(round);
    saves.push(await save());
  }
  return saves;
};

const median = (values: ReadonlyArray<number>) => values.toSorted((a, b) => a - b)[values.length >> 1]!;

const cold = Math.max(...(await save()).blocks);
const wholes: Array<number> = [];
const pieces: Array<number> = [];
const later = await savesAfter((round) => {
  change(2 * round + 1);
  wholes.push(timed(() => JSON.stringify([...store.tasks.values()])));
  pieces.push(timed(() => CursorWriter.encode(store.position())));
});
const all = await savesAfter(() => journal.reset());

const consumer = new Subscription(
  { accepts: () => true, overflow: "latest-per-task", capacity: count },
  () => undefined,
);
consumer.onFinish = (event) => store.consumers.moved(event);
store.consumers.add(consumer);
store.add(consumer);
change(1_000, 2);
await save();
const waiting = await savesAfter(() => {
  for (let index = 0; index < 1_000; index++) {
    const event = consumer.take();
    if (event !== undefined) consumer.finish(event);
  }
});
const waitingAll = await savesAfter(() => journal.reset());
const whole = median(wholes);
const text = CursorWriter.encode(store.position()).length;

const longest = {
  later: longestOf(later),
  all: longestOf(all),
  waiting: longestOf(waiting),
  waitingAll: longestOf(waitingAll),
};

const shown = (millis: number) => millis.toFixed(1);
console.log(
  `In milliseconds: JSON.stringify of ${count} rows ${whole.toFixed(0)}, the cursor in one piece ${median(pieces).toFixed(0)}; the longest ` +
    `piece of a save of everything ${shown(longest.all)} (of the very first, before anything is compiled, ${shown(cold)}), with one task ` +
    `in a hundred changed ${shown(longest.later)}; with 50,000 changes before a consumer ${shown(longest.waitingAll)} and, after a ` +
    `thousand of them were handled, ${shown(longest.waiting)}.\n`,
);
hold([
  {
    question: "longest block of a save, one in a hundred changed, of JSON.stringify of all rows",
    figure: longest.later / whole,
    unit: "×",
    budget: { most: 0.05 },
  },
  {
    question: "longest block of a save of everything, of JSON.stringify of all rows",
    figure: longest.all / whole,
    unit: "×",
    budget: { most: 0.05 },
  },
  {
    question: "longest block of a save, 50,000 changes before a consumer, of JSON.stringify of all rows",
    figure: Math.max(longest.waiting, longest.waitingAll) / whole,
    unit: "×",
    budget: { most: 0.05 },
  },
  {
    question: "written by a save, one in a hundred changed, of the whole cursor",
    figure: median(later.map((each) => each.written)) / text,
    unit: "×",
    budget: { most: 0.015 },
  },
]);
