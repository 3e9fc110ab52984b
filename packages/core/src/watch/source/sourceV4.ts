/**
 * A watch's source on API v4: tasks are the `Task` view of an evaluation's test case results.
 *
 * Items are read leniently. An item that is not what the contract says is read as far as it goes, a field that cannot be
 * read keeps what was last known of it, and what was wrong is said.
 */
import * as Effect from "effect/Effect";
import type { SgpError } from "../../client/SgpError.ts";
import type { Exchange, Transport } from "../../client/Transport.ts";
import type { Write as ClientWrite } from "../../client/Writes.ts";
import * as Evaluations from "../../contract/v4/Evaluations.ts";
import * as Tasks from "../../contract/v4/Tasks.ts";
import * as TestCaseResults from "../../contract/v4/TestCaseResults.ts";
import * as TaskRow from "../TaskRow.ts";
import { instantOf } from "../time/instantOf.ts";
import { dateOf } from "../time/ServerClock.ts";
import type { Answer, Oddity, Source, Write } from "./Source.ts";

type Row = TaskRow.TaskRow;
type Json = Readonly<Record<string, unknown>>;
type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

export interface Options {
  readonly evaluationId: string;
  readonly pageSize: number;
  readonly include: ReadonlyArray<string>;
}

const isJson = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** Reads what the server says of one thing, keeping account of what cannot be read. */
class Reader {
  readonly oddities: Array<Oddity> = [];
  // The few words that stand in every row are kept once, not once for each row.
  readonly #words: Map<string, string>;

  constructor(words: Map<string, string>) {
    this.#words = words;
  }

  /** A field of a task or result: a string or nothing, else `fallback`. */
  text(json: Json, field: string, taskId: string, fallback: string | null): string | null {
    const value = json[field];
    if (value === undefined || value === null) return null;
    if (typeof value === "string") return value;
    this.odd("unreadable-field", `${field} is ${kindOf(value)}, not a text`, taskId);
    return fallback;
  }

  word(json: Json, field: string, taskId: string, fallback: string | null): string | null {
    const text = this.text(json, field, taskId, fallback);
    return text === null ? null : this.#keep(text);
  }

  /** Who holds a task: an id, or a user object with one. */
  assignee(task: Json, taskId: string, fallback: string | null): string | null {
    const value = task["assigned_to"];
    if (value === undefined || value === null) return null;
    const id = isJson(value) ? value["id"] : value;
    if (typeof id === "string") return this.#keep(id);
    this.odd("unreadable-assignee", `assigned_to is ${kindOf(value)}, neither an id nor a user with one`, taskId);
    return typeof id === "number" ? String(id) : fallback;
  }

  deadline(task: Json, taskId: string, fallback: string | null): string | null {
    const value = task["assignment_expires_at"];
    if (value === undefined || value === null) return null;
    if (typeof value !== "string") {
      this.odd("unreadable-deadline", `assignment_expires_at is ${kindOf(value)}, not a date`, taskId);
      return fallback;
    }
    // One that has not changed has been read before.
    if (value !== fallback && instantOf(value) === undefined) {
      this.odd("unreadable-deadline", `assignment_expires_at is no date: ${value.slice(0, 40)}`, taskId);
    }
    return value;
  }

  priority(task: Json, taskId: string, fallback: number | null): number | null {
    const value = task["priority"];
    if (value === undefined || value === null) return null;
    if (typeof value === "number") return value;
    this.odd("unreadable-field", `priority is ${kindOf(value)}, not a number`, taskId);
    return fallback;
  }

  odd(kind: Oddity["kind"], message: string, taskId?: string): void {
    this.oddities.push(taskId === undefined ? { kind, message } : { kind, message, taskId });
  }

  #keep(word: string): string {
    const kept = this.#words.get(word);
    if (kept !== undefined) return kept;
    if (this.#words.size < 10_000) this.#words.set(word, word);
    return word;
  }
}

const kindOf = (value: unknown): string => (Array.isArray(value) ? "a list" : `of type ${typeof value}`);

// What a task says of itself, wherever it stands.
const factsOfTask = (reader: Reader, task: Json, id: string, known: Row | undefined): Partial<Mutable<Row>> => ({
  task_type: reader.word(task, "task_type", id, known?.task_type ?? null) ?? "",
  status: reader.word(task, "status", id, known?.status ?? null) ?? known?.status ?? "",
  priority: reader.priority(task, id, known?.priority ?? null),
  assigned_to: reader.assignee(task, id, known?.assigned_to ?? null),
  assignment_expires_at: reader.deadline(task, id, known?.assignment_expires_at ?? null),
});

// What the result says beside its task.
const factsOfResult = (
  reader: Reader,
  result: Json,
  id: string,
  known: Row | undefined,
  include: ReadonlyArray<string>,
): Partial<Mutable<Row>> => {
  const facts: Partial<Mutable<Row>> = {
    test_case_result_id: textOf(result["id"]) ?? known?.test_case_result_id ?? null,
    test_case_id: reader.text(result, "test_case_id", id, known?.test_case_id ?? null),
    label_status: reader.word(result, "label_status", id, known?.label_status ?? null),
    audit_status: reader.word(result, "audit_status", id, known?.audit_status ?? null),
    updated_at: reader.text(result, "updated_at", id, known?.updated_at ?? null),
  };
  const included = include.filter((field) => Object.hasOwn(result, field)).map((field) => [field, result[field]]);
  if (include.length > 0) facts.included = Object.fromEntries(included);
  return facts;
};

type Read =
  | { readonly _tag: "Row"; readonly row: Row }
  /** An item without a task, which is fine. */
  | { readonly _tag: "NoTask"; readonly item: string }
  /** An item whose task cannot be told. */
  | { readonly _tag: "Blind"; readonly item: string | undefined };

const readItem = (
  reader: Reader,
  item: unknown,
  known: (taskId: string) => Row | undefined,
  include: ReadonlyArray<string>,
): Read => {
  if (!isJson(item)) {
    reader.odd("unreadable-item", `an item is ${kindOf(item)}, not a test case result`);
    return { _tag: "Blind", item: undefined };
  }
  const itemId = textOf(item["id"]);
  const task = item["task"];
  if (task === undefined || task === null) {
    if (itemId === undefined) reader.odd("unreadable-item", "a test case result has no id");
    return itemId === undefined ? { _tag: "Blind", item: undefined } : { _tag: "NoTask", item: itemId };
  }
  const id = isJson(task) ? textOf(task["id"]) : undefined;
  if (!isJson(task) || id === undefined) {
    reader.odd("task-without-id", `the task of test case result ${itemId ?? "without id"} has no id`);
    return { _tag: "Blind", item: itemId };
  }
  const before = known(id);
  const facts = {
    ...factsOfTask(reader, task, id, before),
    ...factsOfResult(reader, item, id, before, include),
  };
  const row = TaskRow.make({ id, ...facts });
  return { _tag: "Row", row: before !== undefined && TaskRow.isSame(before, row) ? before : row };
};

const answerOf = <A, B>(made: Exchange<A>, value: B): Answer<B> => ({
  value,
  date: dateOf(made.headers["date"]),
  sentAt: made.sentAt,
  receivedAt: made.receivedAt,
});

// The watch has its own patience and its own budget: a retry that it does not see would be outside of both.
const once = { maxRetries: 0 } as const;

export const sourceV4 = (transport: Transport["Service"], options: Options): Source => {
  const { evaluationId: evaluation_id, pageSize: limit, include } = options;
  const words = new Map<string, string>();
  const view: ["Task"] = ["Task"];

  return {
    evaluationId: evaluation_id,
    capabilities: { assignments: true, deadlines: true, glances: true },

    evaluation: Effect.map(transport.exchange(Evaluations.retrieve, { evaluation_id }, once), (made) =>
      answerOf(made, {
        id: evaluation_id,
        name: made.value.name,
        status: made.value.status,
        total: made.value.total_test_case_result_count,
        completed: made.value.completed_test_case_result_count,
      }),
    ),

    page: (at, known) => {
      const page = at === undefined ? 1 : Number(at);
      const asked = { evaluation_id, page, limit, view };
      return Effect.map(transport.exchange(TestCaseResults.list, asked, { ...once, itemwise: true }), (made) => {
        const reader = new Reader(words);
        const rows: Array<Row> = [];
        const items: Array<string> = [];
        const blind: Array<string> = [];
        let nameless = 0;
        const all = [...made.value.items, ...made.refused.map(({ value }) => value)];
        for (const item of all) {
          const read = readItem(reader, item, known, include);
          if (read._tag === "Row") rows.push(read.row);
          const itemId = read._tag === "Row" ? read.row.test_case_result_id : read.item;
          if (read._tag === "Blind" && itemId !== undefined && itemId !== null) blind.push(itemId);
          if (itemId === undefined || itemId === null) nameless++;
          else items.push(itemId);
        }
        const { total_item_count: total, items_per_page } = made.value;
        const isLast = all.length === 0 || page * items_per_page >= total;
        const next = isLast ? undefined : String(page + 1);
        return answerOf(made, { rows, items, blind, nameless, total, next, oddities: reader.oddities });
      });
    },

    glance: (row) => {
      const gone = { row: undefined, oddities: [] };
      if (row.test_case_result_id === null) return Effect.succeed(unanswered(gone));
      const asked = { evaluation_id, test_case_result_id: row.test_case_result_id, view };
      return transport.exchange(TestCaseResults.retrieve, asked, once).pipe(
        Effect.map((made) => {
          const reader = new Reader(words);
          const read = readItem(reader, made.value, (id) => (id === row.id ? row : undefined), include);
          const isIt = read._tag === "Row" && read.row.id === row.id && isCurrent(made.value);
          return answerOf(made, { row: isIt ? read.row : undefined, oddities: reader.oddities });
        }),
        Effect.catchReason("SgpError", "NotFound", () => Effect.succeed(unanswered(gone))),
      );
    },

    writes: (listener, taskOf) =>
      transport.writes.subscribe((write) => {
        const told = writeOf(write, evaluation_id, words, taskOf);
        if (told !== undefined) listener(told);
      }),
  };
};

const unanswered = <A>(value: A): Answer<A> => ({ value, date: undefined, sentAt: 0, receivedAt: 0 });

const isCurrent = (result: { readonly invalidated_at?: unknown; readonly archived_at?: unknown }): boolean =>
  (result.invalidated_at ?? null) === null && (result.archived_at ?? null) === null;

const phaseOf = (write: ClientWrite): Write["phase"] => (write.phase === "failed" ? fateOf(write.error) : write.phase);

/** What is known of a failed write: that it was not carried out, or nothing. */
const fateOf = (error: SgpError | undefined): "refused" | "unclear" =>
  error === undefined || error.inDoubt === true ? "unclear" : "refused";

/** What a write of the client does to this evaluation's tasks; `undefined` when it does nothing to them. */
const writeOf = (
  write: ClientWrite,
  evaluationId: string,
  words: Map<string, string>,
  taskOf: (testCaseResultId: string) => string | undefined,
): Write | undefined => {
  const { args, value } = write;
  if (args["evaluation_id"] !== evaluationId) return undefined;
  const phase = phaseOf(write);
  const reader = new Reader(words);
  const tasksOf = (answer: unknown): Write["patches"] =>
    (Array.isArray(answer) ? answer : [answer]).flatMap((task: unknown) => {
      const id = isJson(task) ? textOf(task["id"]) : undefined;
      if (!isJson(task) || id === undefined) return [];
      const entity = task["task_entity"];
      const ofResult = isJson(entity)
        ? factsOfResult(reader, entity, id, undefined, [])
        : { test_case_result_id: textOf(task["task_entity_id"]) ?? null };
      return [{ taskId: id, fields: { ...factsOfTask(reader, task, id, undefined), ...ofResult } }];
    });
  const assigned = (ids: ReadonlyArray<unknown>): Write["patches"] => {
    const to = args["assigned_to"];
    // What leaving it out means is not documented, so nothing is shown before the server has answered.
    if (to === undefined) return [];
    return ids.flatMap((id) =>
      typeof id === "string" ? [{ taskId: id, fields: { assigned_to: textOf(to) ?? null } }] : [],
    );
  };
  const answered = phase === "succeeded" ? tasksOf(value) : [];
  const tell = (patches: Write["patches"], touched: ReadonlyArray<string>, isSweeping = false): Write => ({
    id: write.id,
    phase,
    patches,
    touched,
    isSweeping,
  });
  switch (write.endpoint.name) {
    case Tasks.update.name: {
      const id = args["task_id"];
      return tell(answered.length > 0 ? answered : assigned([id]), typeof id === "string" ? [id] : []);
    }
    case Tasks.batchAssign.name: {
      const ids = Array.isArray(args["task_ids"]) ? args["task_ids"] : [];
      return tell(
        answered.length > 0 ? answered : assigned(ids),
        ids.filter((id) => typeof id === "string"),
      );
    }
    case Tasks.claim.name: {
      const { skip_current } = args;
      return tell(
        answered,
        answered.map(({ taskId }) => taskId),
        // Which task was given back, the answer does not say.
        phase !== "started" && (skip_current === true || phase === "unclear"),
      );
    }
    case TestCaseResults.update.name: {
      const taskId = taskOf(String(args["test_case_result_id"]));
      if (taskId === undefined) return tell([], [], phase !== "started");
      const said = phase === "succeeded" && isJson(value) ? value : args;
      const label_status = textOf(said["label_status"]);
      const audit_status = textOf(said["audit_status"]);
      // What becomes of the task itself, only the server says: it is looked at at once.
      const fields = {
        ...(label_status === undefined ? {} : { label_status }),
        ...(audit_status === undefined ? {} : { audit_status }),
      };
      return tell(Object.keys(fields).length > 0 ? [{ taskId, fields }] : [], [taskId]);
    }
    case TestCaseResults.create.name:
    case TestCaseResults.batch.name:
    case Evaluations.update.name:
      return tell([], [], phase !== "started");
    default:
      return undefined;
  }
};
