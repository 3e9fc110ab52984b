/**
 * Where the server keeps everything: documents, tasks and a counter that numbers both.
 *
 * 1. What a transaction wrote is there entirely once it has succeeded, and not at all when it failed.
 * 2. A number from `reserve` is given once, in this run and in every later one on the same database.
 *
 * It is made on any `effect/sql` client whose database knows TEXT, INTEGER, ON CONFLICT, RETURNING and partial indexes; the
 * suite in `test/Store.conformance.ts` says what a database has to keep.
 */
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as SqlClient from "effect/sql/SqlClient";
import type { SqlError } from "effect/sql/SqlError";
import * as Documents from "./Documents.ts";
import { migrate } from "./migrations.ts";
import * as TaskQueue from "./TaskQueue.ts";

/** A number in the order of everything stored, and the id that goes with it. */
export interface Reservation {
  readonly seq: number;
  readonly id: string;
}

export interface StoreOptions extends TaskQueue.TaskQueueOptions {
  /** The id of the `seq`-th thing stored, which is of this kind. */
  readonly idOf: (kind: string, seq: number) => string;
}

export class Store extends Context.Service<
  Store,
  {
    readonly documents: Documents.Documents;
    readonly tasks: TaskQueue.TaskQueue;
    readonly transaction: <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E | SqlError, R>;
    /** The next `count` numbers, rising, and ids for things of this kind. */
    readonly reserve: (kind: string, count: number) => Effect.Effect<ReadonlyArray<Reservation>, SqlError>;
  }
>()("evalwire/server/Store") {}

export const make = Effect.fnUntraced(function* (options: StoreOptions) {
  const sql = yield* SqlClient.SqlClient;
  yield* migrate;

  const reserve = (kind: string, count: number): Effect.Effect<ReadonlyArray<Reservation>, SqlError> =>
    Effect.map(
      sql<{ value: number }>`UPDATE counters SET value = value + ${count} WHERE name = 'seq' RETURNING value`,
      (rows) => {
        const last = rows[0]!.value;
        return Array.from({ length: count }, (_, index) => {
          const seq = last - count + 1 + index;
          return { seq, id: options.idOf(kind, seq) };
        });
      },
    );

  return Store.of({
    documents: Documents.make(sql),
    tasks: TaskQueue.make(sql, options),
    transaction: sql.withTransaction,
    reserve,
  });
});

export const layer = (options: StoreOptions) => Layer.effect(Store, make(options));
