/**
 * 10,000 rows on a page, and one task changes: how many rows render, and what it costs until the page is right again, against
 * handing React the new answer as it came. React's production build in a made browser (happy-dom): nothing is laid out or painted.
 * The cost of finding the changes is measured in `diff`.
 */
import type { TaskRow, Watch } from "@evalwire/core";
import { Window } from "happy-dom";
import type { ReactNode } from "react";
import { runnerImport } from "vite";
import { hold } from "./budget.ts";
import { table, timed } from "./measure.ts";

const count = 10_000;
const rounds = 15;

process.env["NODE_ENV"] = "production";
const window = new Window();
Object.assign(globalThis, { window, document: window.document });
const { createElement, memo, useSyncExternalStore } = await import("react");
const { createRoot } = await import("react-dom/client");
const { flushSync } = await import("react-dom");
// The hooks' sources have JSX, which Node does not read.
const { module: hooks } = await runnerImport<typeof import("@evalwire/react-hooks")>("@evalwire/react-hooks", {
  configFile: false,
  logLevel: "error",
  resolve: { conditions: ["@evalwire/source", "module", "node", "production"] },
});

const rowOf = (number: number, status: string): TaskRow => ({
  id: `t${number}`,
  task_type: "EVALUATION_ANNOTATION",
  status,
  priority: number % 5,
  assigned_to: null,
  assignment_expires_at: null,
  test_case_result_id: `r${number}`,
  test_case_id: `c${number}`,
  label_status: "PENDING",
  audit_status: "UNAUDITED",
  updated_at: "2030-01-01T08:00:00Z",
});

/** A watch for the hooks, moved by hand. */
class Held {
  readonly evaluationId = "e1";
  #tasks: ReadonlyMap<string, TaskRow> = new Map(
    Array.from({ length: count }, (_, number) => [`t${number}`, rowOf(number, "PENDING")]),
  );
  #snapshot = this.#shown();
  readonly #listeners = new Set<() => void>();

  put(row: TaskRow): void {
    this.#tasks = new Map(this.#tasks).set(row.id, row);
    this.#snapshot = this.#shown();
    for (const listener of [...this.#listeners]) listener();
  }

  /** The same tasks, each as another object: what a parsed answer is. */
  putFresh(row: TaskRow): void {
    this.#tasks = new Map(Array.from(this.#tasks.values(), (task) => [task.id, { ...task }]));
    this.put(row);
  }

  readonly snapshot = () => this.#snapshot;
  readonly onChange = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };
  readonly subscribe = () => () => undefined;
  readonly stats = () => ({ clock: { offsetMillis: 0, errorMillis: 0 } });

  #shown() {
    const status = { _tag: "synced", since: "2030-01-01T08:00:00Z" } as const;
    return { evaluationId: "e1", evaluation: undefined, tasks: this.#tasks, leases: new Map(), status };
  }
}

let renders = 0;
const Row = ({ task }: { readonly task: TaskRow }) => {
  renders++;
  return createElement("li", { id: task.id }, `${task.status} ${task.assigned_to ?? "free"}`);
};
const MemoRow = memo(Row);

const listOf = (tasks: Iterable<TaskRow>, Each: typeof Row | typeof MemoRow): ReactNode =>
  createElement(
    "ol",
    null,
    Array.from(tasks, (task) => createElement(Each, { key: task.id, task })),
  );

const useAll = (held: Held) => useSyncExternalStore(held.onChange, held.snapshot).tasks.values();

/** A page over what is held, and how the next answer is handed to it. */
interface Way {
  readonly name: string;
  readonly page: (held: Held) => ReactNode;
  readonly put: (held: Held, row: TaskRow) => void;
}

const asWatch = (held: Held) => held as unknown as Watch;
const Live = ({ held }: { readonly held: Held }) => listOf(hooks.useTasks(asWatch(held)), MemoRow);
const Single = ({ held, id }: { readonly held: Held; readonly id: string }) =>
  createElement(Row, { task: hooks.useTask(asWatch(held), id)! });
const Plain = ({ held }: { readonly held: Held }) => listOf(useAll(held), Row);
const Memo = ({ held }: { readonly held: Held }) => listOf(useAll(held), MemoRow);

const put = (held: Held, row: TaskRow) => held.put(row);
const putFresh = (held: Held, row: TaskRow) => held.putFresh(row);
const ways: ReadonlyArray<Way> = [
  { name: "evalwire: useTasks, rows in memo", page: (held) => createElement(Live, { held }), put },
  {
    name: "evalwire: useTask in each row",
    page: (held) =>
      createElement(
        "ol",
        null,
        [...held.snapshot().tasks.keys()].map((id) => createElement(Single, { key: id, held, id })),
      ),
    put,
  },
  { name: "the answer as it came, rows in memo", page: (held) => createElement(Memo, { held }), put: putFresh },
  { name: "the answer as it came", page: (held) => createElement(Plain, { held }), put: putFresh },
];

const pages = ways.map(({ name, page, put }) => {
  const held = new Held();
  const container = window.document.createElement("div");
  const root = createRoot(container as unknown as Element);
  const provider = createElement(hooks.EvalwireProvider, { client: {} as never, children: page(held) });
  flushSync(() => root.render(provider));
  const item = [...container.querySelectorAll("li")].find(({ id }) => id === "t4711")!;
  let turn = 0;
  const change = () => {
    const status = ++turn % 2 === 0 ? "PENDING" : "COMPLETED";
    flushSync(() => put(held, rowOf(4711, status)));
    if (!item.textContent!.startsWith(status)) throw new Error(`${name}: the page shows ${item.textContent}`);
  };
  change();
  const before = renders;
  change();
  return { name, change, rendered: renders - before, millis: [] as Array<number> };
});

for (let round = 0; round < rounds; round++) {
  for (const { change, millis } of pages) millis.push(timed(() => [0, 1, 2, 3].map(change)) / 4);
}
const middle = pages.map(({ millis }) => millis.toSorted((one, other) => one - other)[rounds >> 1]!);
table(
  ["one of 10,000 tasks changes", "rows rendered", "ms, the middle round", "of the answer as it came"],
  pages.map(({ name, rendered }, index) => [
    name,
    `${rendered}`,
    middle[index]!,
    `${(middle[index]! / middle.at(-1)!).toFixed(2)} ×`,
  ]),
);
hold(
  pages.slice(0, 2).map(({ name, rendered }) => ({
    question: `rows rendered, ${name}`,
    figure: rendered,
    unit: "",
    budget: { most: 1 },
  })),
);
process.exit(0);
