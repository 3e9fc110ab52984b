/**
 * Where the server keeps everything: documents, tasks and a counter that numbers both.
 *
 * 1. A store is that of one account, or of every account for a caller who selected none: what belongs to another account
 *    cannot be read.
 * 2. A number from `reserve` is given once, in this run and in every later one on the same database.
 *
 * The suite in `test/Store.conformance.ts` says what a database has to keep. Work on a store runs in `Transactions`.
 */
import * as Context from "effect/Context";
import type * as Effect from "effect/Effect";
import { attempt, type Database, type StoreError } from "./Database.ts";
import * as Deadlines from "./Deadlines.ts";
import * as Documents from "./Documents.ts";
import { ListIndex } from "./ListIndex.ts";
import * as TaskQueue from "./TaskQueue.ts";

/** A number in the order of everything stored, and the id that goes with it. */
export interface Reservation {
  readonly seq: number;
  readonly id: string;
}

export interface StoreOptions extends TaskQueue.TaskQueueOptions {
  /** The id of the `seq`-th thing stored, which is of this kind. */
  readonly idOf: (kind: string, seq: number) => string;
  /** Where a task goes whose lease expired: it keeps its place in the queue, or goes to the back. */
  readonly expiredPlace: "kept" | "back";
  /** A user as the wire expands one; only the id by default. */
  readonly userOf?: (id: string) => object;
}

export class Store extends Context.Service<
  Store,
  {
    readonly documents: Documents.Documents;
    readonly tasks: TaskQueue.TaskQueue;
    /** The next `count` numbers, rising, and ids for things of this kind. */
    readonly reserve: (kind: string, count: number) => Effect.Effect<ReadonlyArray<Reservation>, StoreError>;
  }
>()("evalwire/server/Store") {}

/** A database's stores, one an account, and what concerns all of them. */
export interface Stores {
  readonly of: (accountId: string | undefined) => Store["Service"];
  readonly deadlines: Deadlines.Deadlines;
  /** Gives back every task whose lease has expired by `now`; in a transaction that may write. */
  readonly expire: (now: string) => void;
  /** Values kept in memory may differ from the database: after a rollback, or a write of another process. */
  readonly forget: () => void;
}

/** So many accounts' stores are kept; another is made in a microsecond. */
const mostKept = 1000;

export const make = (database: Database, options: StoreOptions): Stores => {
  const index = new ListIndex();
  const deadlines = Deadlines.make(database);
  const { userOf = (id) => ({ id }) } = options;
  database.define("evalwire_user", (id) => JSON.stringify(userOf(String(id))));
  const stores = new Map<string | undefined, Store["Service"]>();

  const next = (kind: string, count: number): ReadonlyArray<Reservation> => {
    const row = database
      .prepare("UPDATE counters SET value = value + ? WHERE name = 'seq' RETURNING value")
      .get(count) as { value: number };
    return Array.from({ length: count }, (_, position) => {
      const seq = row.value - count + 1 + position;
      return { seq, id: options.idOf(kind, seq) };
    });
  };

  const storeOf = (accountId: string | undefined): Store["Service"] =>
    Store.of({
      documents: Documents.make(database, index, accountId),
      tasks: TaskQueue.make(database, deadlines, options, accountId),
      reserve: (kind, count) => attempt(() => next(kind, count)),
    });

  return {
    of: (accountId) => {
      const known = stores.get(accountId);
      if (known !== undefined) return known;
      if (stores.size >= mostKept) stores.clear();
      const store = storeOf(accountId);
      stores.set(accountId, store);
      return store;
    },
    deadlines,
    expire: (now) => deadlines.expire(now, options.expiredPlace === "back" ? next("place", 1)[0]!.seq : undefined),
    forget: () => {
      index.clear();
      deadlines.forget();
    },
  };
};
