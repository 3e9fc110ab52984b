/** The scores of a run, one column for each metric key: all that is kept of records that are through. */

/** Numbers that come one by one, eight bytes each. */
export class Column {
  #values = new Float64Array(1024);
  #count = 0;

  push(value: number): void {
    if (this.#count === this.#values.length) {
      const wider = new Float64Array(2 * this.#count);
      wider.set(this.#values);
      this.#values = wider;
    }
    this.#values[this.#count++] = value;
  }

  get count(): number {
    return this.#count;
  }

  /** Those so far; a window, not a copy. */
  get values(): Float64Array {
    return this.#values.subarray(0, this.#count);
  }
}

export interface Scores {
  readonly keys: ReadonlyArray<string>;
  /** By key, in the order of the records that were scored. */
  readonly columns: ReadonlyMap<string, Column>;
  /** By the record's id, its place in that order; empty when the run was told not to keep ids. */
  readonly places: Map<string, number>;
  /** By key, each signature that occurred. */
  readonly signatures: ReadonlyMap<string, Set<string>>;
  /** Records without scores because something was wrong with them. */
  failed: number;
}

export const make = (keys: ReadonlyArray<string>): Scores => ({
  keys,
  columns: new Map(keys.map((key) => [key, new Column()])),
  places: new Map(),
  signatures: new Map(keys.map((key) => [key, new Set()])),
  failed: 0,
});

/** How many records were scored. */
export const count = ({ keys, columns }: Scores): number => columns.get(keys[0] ?? "")?.count ?? 0;

export const add = ({ keys, columns }: Scores, metrics: Readonly<Record<string, number>>): void => {
  for (const key of keys) columns.get(key)!.push(metrics[key]!);
};

/** Keeps the signatures behind a record's scores; gives the keys whose signature is new. */
export const sign = (
  { keys, signatures }: Scores,
  behind: Readonly<Record<string, string>>,
): ReadonlyArray<string> | undefined => {
  let added: Array<string> | undefined;
  for (const key of keys) {
    const known = signatures.get(key)!;
    if (known.has(behind[key]!)) continue;
    known.add(behind[key]!);
    added ??= [];
    added.push(key);
  }
  return added;
};

/** The scores of one metric. */
export const valuesOf = ({ columns }: Scores, key: string): Float64Array => columns.get(key)!.values;
