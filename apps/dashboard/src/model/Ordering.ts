/**
 * Rows in order, again and again, where few of many change in between.
 *
 * 1. The result is that of sorting the rows again.
 * 2. Rows that are the same objects as before are not compared with each other again: n rows of which k are new cost n + k log k.
 */
export class Ordering<Row extends object> {
  #basis: unknown;
  #rows: ReadonlyArray<Row> = [];

  /**
   * @param compare a total order: never 0 for two different rows
   * @param basis further inputs of the order besides the rows; another one means to start over
   */
  sort(rows: Iterable<Row>, compare: (a: Row, b: Row) => number, basis: unknown): ReadonlyArray<Row> {
    const isAnother = basis !== this.#basis;
    this.#basis = basis;
    const wanted = new Set(rows);
    const kept = isAnother ? [] : this.#rows.filter((row) => wanted.delete(row));
    const fresh = [...wanted].sort(compare);
    this.#rows = fresh.length === 0 ? kept : merged(kept, fresh, compare);
    return this.#rows;
  }
}

const merged = <Row>(
  a: ReadonlyArray<Row>,
  b: ReadonlyArray<Row>,
  compare: (a: Row, b: Row) => number,
): ReadonlyArray<Row> => {
  const rows: Array<Row> = [];
  let taken = 0;
  for (const next of b) {
    while (taken < a.length && compare(a[taken]!, next) < 0) rows.push(a[taken++]!);
    rows.push(next);
  }
  while (taken < a.length) rows.push(a[taken++]!);
  return rows;
};
