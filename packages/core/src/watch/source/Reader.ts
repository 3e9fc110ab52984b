/**
 * Reads JSON that may be anything: a field that cannot be read keeps what was last known of it, and what was wrong is said.
 */
import * as Predicate from "effect/Predicate";
import type { TaskRow } from "../event/TaskRow.ts";
import { instantOf } from "../time/instantOf.ts";
import type { ReadIssue } from "./Source.ts";

export type Json = Readonly<Record<string, unknown>>;

export const isJson: (value: unknown) => value is Json = Predicate.isObject;

/** When a thing was archived, as a part of a row; nothing while it is not. */
export const archivedOf = ({
  archived_at,
}: {
  readonly [field: string]: unknown;
}): { readonly archived_at?: string } => (typeof archived_at === "string" ? { archived_at } : {});

/** Adds `id` to those of a page that were made after `since`, by what its item says of that. */
export const noteFresh = (fresh: Set<string>, id: string, { created_at }: Json, since: number | undefined): void => {
  if (since !== undefined && typeof created_at === "string" && (instantOf(created_at) ?? 0) > since) fresh.add(id);
};

export const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** Names a value's kind for a message, never the value itself. */
export const kindOf = (value: unknown): string => (Array.isArray(value) ? "a list" : `of type ${typeof value}`);

// Kept values are compared and written as JSON, and both recurse level by level.
const mostLevels = 1_000;

const isTooDeep = (value: unknown): boolean => {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > mostLevels) return true;
    level = level.flatMap((each) => (typeof each === "object" && each !== null ? Object.values(each) : []));
  }
  return false;
};

/** Reads what the server says of one thing, keeping account of what cannot be read. */
export class Reader {
  readonly issues: Array<ReadIssue> = [];
  // The few words that stand in every row are kept once, not once for each row.
  readonly #words: Map<string, string>;
  #stamp = "";

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

  /** An instant that rows made together have in common: kept once for as many as follow one another with it. */
  stamp(json: Json, field: string, taskId: string, fallback: string | null): string | null {
    const text = this.text(json, field, taskId, fallback);
    if (text === null) return null;
    if (text !== this.#stamp) this.#stamp = text;
    return this.#stamp;
  }

  /** The holder of a task: an id, or a user object with one. */
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

  /** The requested fields, as they came; one that is nested too deeply to be kept keeps its last known value. */
  included(
    json: Json,
    fields: ReadonlyArray<string>,
    taskId: string,
    known: TaskRow | undefined,
  ): Pick<TaskRow, "included"> {
    if (fields.length === 0) return {};
    const present = fields.filter((field) => Object.hasOwn(json, field));
    const entries = present.flatMap((field) => {
      if (!isTooDeep(json[field])) return [[field, json[field]]];
      this.odd("unreadable-field", `${field} is nested more than ${mostLevels} levels deep`, taskId);
      return known?.included !== undefined && field in known.included ? [[field, known.included[field]]] : [];
    });
    return { included: Object.fromEntries(entries) };
  }

  odd(kind: ReadIssue["kind"], message: string, taskId?: string): void {
    this.issues.push(taskId === undefined ? { kind, message } : { kind, message, taskId });
  }

  #keep(word: string): string {
    const kept = this.#words.get(word);
    if (kept !== undefined) return kept;
    if (this.#words.size < 10_000) this.#words.set(word, word);
    return word;
  }
}
