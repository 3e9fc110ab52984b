/** The query of the task table, as the address has it: `?q=frost&place=held,redo&person=ada&sort=-deadline&cols=status,person`. */
import type { TaskRow } from "@evalwire/core";
import { deadlineOf } from "./Deadline.ts";
import { Ordering } from "./Ordering.ts";
import { type Records, resultIdOf } from "./Records.ts";
import { type Place, placeOf, places } from "./Standing.ts";
import { millisOf } from "./Time.ts";

export const columns = [
  "task",
  "place",
  "person",
  "deadline",
  "priority",
  "type",
  "updated",
  "completed",
  "seconds",
] as const;

export type Column = (typeof columns)[number];

export const columnLabels: Readonly<Record<Column, string>> = {
  task: "Task",
  place: "Status",
  person: "Person",
  deadline: "Deadline",
  priority: "Priority",
  type: "Type",
  updated: "Updated",
  completed: "Completed",
  seconds: "Time spent",
};

export interface TaskQuery {
  readonly text: string;
  /** All when empty. */
  readonly places: ReadonlyArray<Place>;
  /** All people when empty; `-` for unassigned. */
  readonly person: string;
  readonly sort: Column;
  readonly isDescending: boolean;
  readonly columns: ReadonlyArray<Column>;
}

export const unassigned = "-";

export const initial: TaskQuery = {
  text: "",
  places: [],
  person: "",
  sort: "place",
  isDescending: false,
  columns: ["task", "place", "person", "deadline", "updated"],
};

const isPlace = (text: string): text is Place => (places as ReadonlyArray<string>).includes(text);
const isColumn = (text: string): text is Column => (columns as ReadonlyArray<string>).includes(text);
const listOf = (text: string | null): ReadonlyArray<string> => (text ?? "").split(",").filter((each) => each !== "");
const inOrder = <A>(all: ReadonlyArray<A>, some: ReadonlyArray<A>): ReadonlyArray<A> =>
  all.filter((each) => some.includes(each));

/** Anything that makes no sense in an address counts as left out. */
export const parse = (params: URLSearchParams): TaskQuery => {
  const sort = params.get("sort") ?? "";
  const column = sort.replace(/^-/, "");
  const shown = inOrder(columns, listOf(params.get("cols")).filter(isColumn));
  return {
    text: params.get("q") ?? "",
    places: inOrder(places, listOf(params.get("place")).filter(isPlace)),
    person: params.get("person") ?? "",
    sort: isColumn(column) ? column : initial.sort,
    isDescending: isColumn(column) && sort.startsWith("-"),
    columns: shown.length === 0 ? initial.columns : inOrder(columns, ["task", ...shown]),
  };
};

/** The shortest address that means the same. */
export const print = (query: TaskQuery): URLSearchParams => {
  const params = new URLSearchParams();
  if (query.text !== "") params.set("q", query.text);
  if (query.places.length > 0) params.set("place", query.places.join(","));
  if (query.person !== "") params.set("person", query.person);
  const sort = `${query.isDescending ? "-" : ""}${query.sort}`;
  if (sort !== initial.sort) params.set("sort", sort);
  if (query.columns.join() !== initial.columns.join()) params.set("cols", query.columns.join(","));
  return params;
};

const placeRank = Object.fromEntries(places.map((place, index) => [place, index])) as Readonly<Record<Place, number>>;

/** The sort key of a column; `undefined` goes last in both directions. */
const sortKey = (column: Column, task: TaskRow, records: Records): string | number | undefined => {
  const record = records.get(resultIdOf(task));
  switch (column) {
    case "task":
      return (record?.title ?? task.id).toLowerCase();
    case "place":
      return placeRank[placeOf(task)];
    case "person":
      return task.assigned_to ?? undefined;
    case "deadline": {
      const deadline = deadlineOf(task);
      return Number.isFinite(deadline) ? deadline : undefined;
    }
    case "priority":
      return task.priority ?? undefined;
    case "type":
      return task.task_type;
    case "updated":
      return millisOf(task.updated_at);
    case "completed":
      return record?.completedAt;
    case "seconds":
      return record?.seconds;
  }
};

const accepts = (query: TaskQuery, records: Records): ((task: TaskRow) => boolean) => {
  const wanted = new Set<Place>(query.places);
  const text = query.text.trim().toLowerCase();
  const person = query.person === unassigned ? null : query.person;
  return (task) => {
    if (wanted.size > 0 && !wanted.has(placeOf(task))) return false;
    if (query.person !== "" && task.assigned_to !== person) return false;
    if (text === "") return true;
    const title = records.get(resultIdOf(task))?.title ?? "";
    return (
      title.toLowerCase().includes(text) ||
      task.id.toLowerCase().includes(text) ||
      (task.assigned_to ?? "").toLowerCase().includes(text)
    );
  };
};

/** A selection that is made again and again: rows that have not changed are not sorted again. */
export type Select = (tasks: Iterable<TaskRow>, records: Records, query: TaskQuery) => ReadonlyArray<TaskRow>;

/** Gives the tasks a query wants, in its order; equal ones in the order of their ids. */
export const selecting = (): Select => {
  const ordering = new Ordering<TaskRow>();
  let basis: { readonly sort: Column; readonly isDescending: boolean; readonly records: Records } | undefined;
  let keys = new WeakMap<TaskRow, { readonly key: string | number | undefined }>();
  return (tasks, records, query) => {
    const { sort, isDescending } = query;
    // Some columns stand in the records, which change as a whole.
    const from = isOfRecords(sort) ? records : undefined;
    if (basis?.sort !== sort || basis.isDescending !== isDescending || (from ?? basis.records) !== basis.records) {
      basis = { sort, isDescending, records };
      keys = new WeakMap();
    }
    const keyOf = (task: TaskRow) => {
      let found = keys.get(task);
      if (found === undefined) {
        found = { key: sortKey(sort, task, records) };
        keys.set(task, found);
      }
      return found.key;
    };
    const sign = isDescending ? -1 : 1;
    const compare = (a: TaskRow, b: TaskRow): number => {
      const [x, y] = [keyOf(a), keyOf(b)];
      if (x === y) return a.id < b.id ? -1 : 1;
      if (x === undefined) return 1;
      if (y === undefined) return -1;
      return x < y ? -sign : sign;
    };
    const accept = accepts(query, records);
    const wanted: Array<TaskRow> = [];
    for (const task of tasks) if (accept(task)) wanted.push(task);
    return ordering.sort(wanted, compare, basis);
  };
};

const isOfRecords = (column: Column): boolean => column === "task" || column === "completed" || column === "seconds";

/** The same, once. */
export const select: Select = (tasks, records, query) => selecting()(tasks, records, query);
