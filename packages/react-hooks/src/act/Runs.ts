/**
 * The runs of one hook that acts, and the rows they change, as they will be.
 *
 * 1. A run's rows are shown from its start, and until its `echo`; those of one that failed go at once.
 * 2. Where two runs change one task, the later one's row is shown.
 */
import { cell, type Store } from "../stores/Store.ts";
import type { OptimisticRow } from "./Arguments.ts";

type Rows = ReadonlyArray<OptimisticRow>;

export interface Runs extends Store<ReadonlyMap<string, OptimisticRow>> {
  readonly perform: (args: unknown) => Promise<unknown>;
}

/**
 * @param act - performs a run
 * @param rowsOf - the expected effect of a run on the watch
 * @param echo - resolves when what a run that is done has changed shows elsewhere; `undefined` where it shows already, or never will
 */
export const make = (
  act: (args: any) => Promise<unknown>,
  rowsOf: (args: any) => Rows,
  echo: (rows: Rows) => Promise<void> | undefined,
): Runs => {
  const store = cell<ReadonlyMap<string, OptimisticRow>>(new Map());
  const underWay = new Set<Rows>();
  const show = () => {
    store.set(new Map([...underWay].flatMap((rows) => rows.map((row) => [row.id, row] as const))));
  };
  return {
    ...store,
    perform: async (args) => {
      const rows = [...rowsOf(args)];
      const end = () => {
        underWay.delete(rows);
        show();
      };
      underWay.add(rows);
      show();
      try {
        const value = await act(args);
        const echoed = echo(rows);
        if (echoed === undefined) end();
        else echoed.then(end);
        return value;
      } catch (failure) {
        end();
        throw failure;
      }
    },
  };
};
