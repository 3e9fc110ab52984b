import type { Clock } from "effect/Clock";
import { after } from "../stores/lingering.ts";
import type { WatchStore } from "../stores/Watches.ts";
import type { OptimisticRow } from "./Arguments.ts";

/** How long a watch is waited for that does not show a write, in milliseconds: the server may have decided otherwise. */
const longestMillis = 10_000;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Resolves when an open watch shows what a write has made of its rows, or that they have become something else; `undefined` where it does
 * already, and where no watch is open.
 */
export const echoed = (
  store: WatchStore,
  rows: ReadonlyArray<OptimisticRow>,
  clock: Clock,
): Promise<void> | undefined => {
  if (store.watch() === undefined) return undefined;
  const shown = (id: string) => store.snapshot().tasks.get(id) as Fields | undefined;
  const before = new Map(rows.map(({ id }) => [id, shown(id)]));
  const isAwaited = (row: OptimisticRow): boolean => {
    const [now, then] = [shown(row.id), before.get(row.id)];
    return Object.entries(row).some(
      ([field, value]) => now !== undefined && now[field] !== value && now[field] === then?.[field],
    );
  };
  if (!rows.some(isAwaited)) return undefined;
  return new Promise((resolve) => {
    const finish = () => {
      leave();
      cancel();
      resolve();
    };
    const leave = store.onChange(() => {
      if (!rows.some(isAwaited)) finish();
    });
    const cancel = after(clock, longestMillis, finish);
  });
};
