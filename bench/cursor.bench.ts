/**
 * Cost of keeping the cursor of 100,000 tasks: the longest piece of work between two turns of the event loop, and the characters
 * written, when everything is kept for the first time and when one task in a hundred has changed; held against `JSON.stringify` of the
 * whole, and against encoding the cursor in one piece.
 */
import { KeptCursor } from "@evalwire/core/src/plugin/KeptCursor.ts";
import { CursorJournal } from "@evalwire/core/src/watch/cursor/CursorJournal.ts";
import * as CursorWriter from "@evalwire/core/src/watch/cursor/CursorWriter.ts";
import * as TaskRow from "@evalwire/core/src/watch/event/TaskRow.ts";
import * as Changes from "@evalwire/core/src/watch/state/Changes.ts";
import { Store } from "@evalwire/core/src/watch/state/Store.ts";
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
const change = (priority: number) => {
  const changes = new Map<string, Changes.Change>();
  for (let index = 0; index < count; index += 100) {
    const next = rowOf(index, priority);
    changes.set(next.id, Changes.between(store.tasks.get(next.id), next)!);
  }
  store.apply(changes, { evaluationId, time: "", origin: "server", isInterrupted: false, replay: false });
};

let written = 0;
let longest = 0;
let began = process.threadCpuUsage();
const millis = () => {
  const { user, system } = process.threadCpuUsage(began);
  return (user + system) / 1000;
};
const turn = () =>
  new Promise<void>((resolve) => {
    longest = Math.max(longest, millis());
    setImmediate(() => {
      began = process.threadCpuUsage();
      resolve();
    });
  });
const shelf = {
  get: () => undefined,
  set: (_: string, text: string) => {
    written += text.length;
  },
};
const kept = new KeptCursor(shelf, "cursor", evaluationId, new CursorJournal(store), turn);

/** The longest block in milliseconds, and what was written, of one save. */
const save = async () => {
  // Garbage of the other contenders is not counted here.
  globalThis.gc?.();
  written = 0;
  longest = 0;
  began = process.threadCpuUsage();
  await kept.save();
  longest = Math.max(longest, millis());
  return { longest, written };
};

const median = (values: ReadonlyArray<number>) => values.toSorted((a, b) => a - b)[values.length >> 1]!;

const first = await save();
const later: Array<typeof first> = [];
const wholes: Array<number> = [];
const pieces: Array<number> = [];
for (let round = 1; round <= rounds; round++) {
  change(round);
  later.push(await save());
  wholes.push(timed(() => JSON.stringify([...store.tasks.values()])));
  pieces.push(timed(() => CursorWriter.encode(store.position())));
}
const whole = median(wholes);
const text = CursorWriter.encode(store.position()).length;

console.log(
  `In milliseconds of the thread: JSON.stringify of ${count} rows ${whole.toFixed(0)}, the cursor in one piece ${median(pieces).toFixed(0)}; ` +
    `the longest piece of the first save ${first.longest.toFixed(1)}, of later ones ${later.map((each) => each.longest.toFixed(1)).join(", ")}.\n`,
);
hold([
  {
    question: "longest block of a save, one in a hundred changed, of JSON.stringify of all rows",
    figure: median(later.map((each) => each.longest)) / whole,
    unit: "×",
    budget: { most: 0.05 },
  },
  {
    question: "longest block of the first save, of JSON.stringify of all rows",
    figure: first.longest / whole,
    unit: "×",
    budget: { most: 0.1 },
  },
  {
    question: "written by a save, one in a hundred changed, of the whole cursor",
    figure: median(later.map((each) => each.written)) / text,
    unit: "×",
    budget: { most: 0.015 },
  },
]);
