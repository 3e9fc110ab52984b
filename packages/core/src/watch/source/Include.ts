import type { TaskRow } from "../event/TaskRow.ts";

/** The fields of a result that the watches of an evaluation want kept in `row.included`, all of them together. */
export class Include {
  #fields: ReadonlyArray<string>;
  /** Reads since the fields are these. */
  #read = new WeakSet<object>();

  constructor(fields: ReadonlyArray<string>) {
    this.#fields = [...new Set(fields)];
  }

  static of(fields: ReadonlyArray<string> | Include): Include {
    return fields instanceof Include ? fields : new Include(fields);
  }

  get fields(): ReadonlyArray<string> {
    return this.#fields;
  }

  /** More fields are wanted from now on. Returns whether there are more than before. */
  add(fields: ReadonlyArray<string>): boolean {
    const all = [...new Set([...this.#fields, ...fields])];
    if (all.length === this.#fields.length) return false;
    this.#fields = all;
    this.#read = new WeakSet();
    return true;
  }

  /** A row was read with all of the fields that the result has. */
  note({ included }: TaskRow): void {
    if (included !== undefined) this.#read.add(included);
  }

  /** Whether a row that has not changed by its version has the fields, too. */
  has({ included, updated_at }: TaskRow): boolean {
    return this.#fields.length === 0 || (updated_at !== null && included !== undefined && this.#read.has(included));
  }
}
