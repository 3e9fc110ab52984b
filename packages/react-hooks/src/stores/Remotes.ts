/**
 * The remote values of one provider, by a key each.
 *
 * 1. Components that request the same key share one value and one request.
 * 2. After the last of them has gone, and the grace time is over, it is forgotten: the next component reads it again.
 */
import type * as Remote from "./Remote.ts";

export interface Remotes {
  get<A>(key: string, make: (options: Pick<Remote.RemoteOptions, "onStop">) => Remote.Remote<A>): Remote.Remote<A>;
  /** Fetches again what failed. */
  retry(): void;
}

export const make = (): Remotes => {
  const all = new Map<string, Remote.Remote<any>>();
  return {
    get: (key, makeOne) => {
      const found = all.get(key) ?? makeOne({ onStop: () => all.delete(key) });
      all.set(key, found);
      return found;
    },
    retry: () => {
      for (const each of [...all.values()]) each.retry();
    },
  };
};
