/**
 * The API's objects as they go over the wire, kept as JSON and looked up by kind, id, parent and account.
 *
 * 1. What was inserted or replaced is what is read: a body is never changed in storage.
 * 2. Order is the order of insertion, whatever clocks say.
 * 3. `take` gives a document to one transaction at a time: whoever takes the same one waits until the first has ended.
 */
import * as Arr from "effect/Array";
import * as Effect from "effect/Effect";
import type * as SqlClient from "effect/sql/SqlClient";
import type { SqlError } from "effect/sql/SqlError";
import type * as Statement from "effect/sql/Statement";

/** A kind of document and, for the compiler only, the type of its bodies. */
export interface Collection<Body extends object> {
  readonly kind: string;
  /** What a message calls one of them, e.g. `"Question set"`. */
  readonly noun: string;
  readonly Body?: Body;
}

export const collection = <Body extends object>(kind: string, noun: string): Collection<Body> => ({ kind, noun });

export interface Document<Body extends object> {
  readonly id: string;
  /** Its number among everything stored, in order of insertion. */
  readonly seq: number;
  readonly accountId: string;
  readonly parentId: string | null;
  readonly archivedAt: string | null;
  /** The object as it goes over the wire. */
  readonly body: Body;
  /** What the server remembers about it and never sends. */
  readonly hidden: unknown;
}

/** Which documents of a collection: every field given narrows; archived ones are left out unless asked for. */
export interface Where {
  readonly parentId?: string | undefined;
  readonly accountId?: string | undefined;
  readonly includeArchived?: boolean | undefined;
}

/** Which part of them, in order of insertion (or backwards): `after` and `before` are `seq` numbers, both exclusive. */
export interface Slice {
  readonly after?: number | undefined;
  readonly before?: number | undefined;
  readonly descending?: boolean | undefined;
  readonly offset?: number | undefined;
  readonly limit?: number | undefined;
}

export interface Documents {
  readonly insert: <Body extends object>(
    into: Collection<Body>,
    documents: ReadonlyArray<Document<Body>>,
  ) => Effect.Effect<void, SqlError>;
  /** Writes body, hidden and archivedAt of the document with this id; the rest stays. */
  readonly replace: <Body extends object>(
    into: Collection<Body>,
    document: Document<Body>,
  ) => Effect.Effect<void, SqlError>;
  readonly remove: (from: Collection<any>, ids: ReadonlyArray<string>) => Effect.Effect<void, SqlError>;
  /** Archived or not; `undefined` when there is none. */
  readonly retrieve: <Body extends object>(
    from: Collection<Body>,
    id: string,
  ) => Effect.Effect<Document<Body> | undefined, SqlError>;
  /** Like `retrieve`, and keeps every other transaction from taking it until this one ends. */
  readonly take: <Body extends object>(
    from: Collection<Body>,
    id: string,
  ) => Effect.Effect<Document<Body> | undefined, SqlError>;
  /** Those that exist among `ids`, by id. */
  readonly retrieveMany: <Body extends object>(
    from: Collection<Body>,
    ids: Iterable<string>,
  ) => Effect.Effect<ReadonlyMap<string, Document<Body>>, SqlError>;
  readonly list: <Body extends object>(
    from: Collection<Body>,
    where: Where,
    slice?: Slice,
  ) => Effect.Effect<ReadonlyArray<Document<Body>>, SqlError>;
  readonly count: (from: Collection<any>, where: Where) => Effect.Effect<number, SqlError>;
}

interface Row {
  readonly id: string;
  readonly seq: number;
  readonly account_id: string;
  readonly parent_id: string | null;
  readonly archived_at: string | null;
  readonly body: string;
  readonly hidden: string | null;
}

const toRow = (document: Document<object>) => ({
  id: document.id,
  seq: document.seq,
  account_id: document.accountId,
  parent_id: document.parentId,
  archived_at: document.archivedAt,
  body: JSON.stringify(document.body),
  hidden: document.hidden === undefined || document.hidden === null ? null : JSON.stringify(document.hidden),
});

const fromRow = <Body extends object>(row: Row): Document<Body> => ({
  id: row.id,
  seq: row.seq,
  accountId: row.account_id,
  parentId: row.parent_id,
  archivedAt: row.archived_at,
  body: JSON.parse(row.body) as Body,
  hidden: row.hidden === null ? null : JSON.parse(row.hidden),
});

/** Databases limit the parameters of one statement (SQLite 32,766, PostgreSQL 65,535). */
const perStatement = 500;

export const make = (sql: SqlClient.SqlClient): Documents => {
  const matching = (from: Collection<any>, where: Where, slice: Slice = {}): Statement.Fragment => {
    const clauses: Array<Statement.Fragment> = [sql`kind = ${from.kind}`];
    if (where.parentId !== undefined) clauses.push(sql`parent_id = ${where.parentId}`);
    if (where.accountId !== undefined) clauses.push(sql`account_id = ${where.accountId}`);
    if (where.includeArchived !== true) clauses.push(sql`archived_at IS NULL`);
    if (slice.after !== undefined) clauses.push(sql`seq > ${slice.after}`);
    if (slice.before !== undefined) clauses.push(sql`seq < ${slice.before}`);
    return sql.and(clauses);
  };

  const one = <Body extends object>(rows: ReadonlyArray<Row>): Document<Body> | undefined =>
    rows[0] === undefined ? undefined : fromRow(rows[0]);

  return {
    insert: (into, documents) =>
      Effect.forEach(
        Arr.chunksOf(documents, perStatement),
        (some) =>
          sql`INSERT INTO documents ${sql.insert(Arr.map(some, (document) => ({ kind: into.kind, ...toRow(document) })))}`,
        { discard: true },
      ),
    replace: (into, document) => {
      const { body, hidden, archived_at } = toRow(document);
      return Effect.asVoid(
        sql`UPDATE documents SET body = ${body}, hidden = ${hidden}, archived_at = ${archived_at}
          WHERE kind = ${into.kind} AND id = ${document.id}`,
      );
    },
    remove: (from, ids) =>
      Effect.forEach(
        Arr.chunksOf(ids, perStatement),
        (some) => sql`DELETE FROM documents WHERE kind = ${from.kind} AND ${sql.in("id", some)}`,
        { discard: true },
      ),
    retrieve: (from, id) =>
      Effect.map(sql<Row>`SELECT * FROM documents WHERE kind = ${from.kind} AND id = ${id}`, (rows) => one(rows)),
    // An update that changes nothing still locks the row where rows are locked one by one.
    take: (from, id) =>
      Effect.map(
        sql<Row>`UPDATE documents SET seq = seq WHERE kind = ${from.kind} AND id = ${id} RETURNING *`,
        (rows) => one(rows),
      ),
    retrieveMany: <Body extends object>(from: Collection<Body>, ids: Iterable<string>) =>
      Effect.map(
        Effect.forEach(
          Arr.chunksOf(new Set(ids), perStatement),
          (some) => sql<Row>`SELECT * FROM documents WHERE kind = ${from.kind} AND ${sql.in("id", some)}`,
        ),
        (found) => new Map(found.flat().map((row) => [row.id, fromRow<Body>(row)])),
      ),
    list: <Body extends object>(from: Collection<Body>, where: Where, slice: Slice = {}) =>
      Effect.map(
        sql<Row>`SELECT * FROM documents WHERE ${matching(from, where, slice)}
          ORDER BY seq ${sql.literal(slice.descending ? "DESC" : "ASC")}
          LIMIT ${slice.limit ?? Number.MAX_SAFE_INTEGER} OFFSET ${slice.offset ?? 0}`,
        (rows) => rows.map((row) => fromRow<Body>(row)),
      ),
    count: (from, where) =>
      Effect.map(
        sql<{ n: number }>`SELECT CAST(count(*) AS INTEGER) AS n FROM documents WHERE ${matching(from, where)}`,
        (rows) => rows[0]!.n,
      ),
  };
};
