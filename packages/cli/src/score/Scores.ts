/** The scores of a run, one column for each metric key: all that is kept of records that are through. */

export interface Scores {
  readonly keys: ReadonlyArray<string>;
  /** By key, in the order of the records that were scored. */
  readonly columns: ReadonlyMap<string, Array<number>>;
  /** The records' ids in the same order; empty when the run was told not to keep them. */
  readonly ids: Array<string>;
  /** By key, each signature that occurred. */
  readonly signatures: ReadonlyMap<string, Set<string>>;
  /** Records without scores because something was wrong with them. */
  failed: number;
}

export const make = (keys: ReadonlyArray<string>): Scores => ({
  keys,
  columns: new Map(keys.map((key) => [key, []])),
  ids: [],
  signatures: new Map(keys.map((key) => [key, new Set()])),
  failed: 0,
});

/** How many records were scored. */
export const count = ({ keys, columns }: Scores): number => columns.get(keys[0] ?? "")?.length ?? 0;

export const add = (
  { keys, columns, signatures }: Scores,
  scored: {
    readonly metrics: Readonly<Record<string, number>>;
    readonly signatures: Readonly<Record<string, string>>;
  },
): void => {
  for (const key of keys) {
    columns.get(key)!.push(scored.metrics[key]!);
    signatures.get(key)!.add(scored.signatures[key]!);
  }
};
