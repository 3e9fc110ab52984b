/**
 * The API's objects as they go over the wire, kept as JSON and looked up by kind, id, parent and account.
 *
 * 1. Reads return exactly the inserted or replaced text: a body is never changed in storage.
 * 2. Order is the order of insertion, independent of clocks.
 * 3. Every question is asked within one account, unless the store is that of a caller who selected none: no other access is exported.
 */
import * as Effect from "effect/Effect";
import type { Bytes } from "../Content.ts";
import { attempt, type Database, type StoreError, type Value } from "./Database.ts";
import { type Collection, Document } from "./Document.ts";
import { type Entry, type ListIndex, type ListKey, stride } from "./ListIndex.ts";
import { withTask } from "./ShownTask.ts";

export { type Collection, collection, Document } from "./Document.ts";

/** Which documents of a collection: every field given narrows; archived ones are left out unless included. */
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

/** Which part of a list in the order of a field of its bodies, then of insertion; what lacks the field comes last. */
export interface SortedSlice {
  readonly field: string;
  /** The whole order backwards. */
  readonly descending: boolean;
  /** Only what comes behind this document, which need not be in the list. */
  readonly after: Document<any> | undefined;
  readonly limit: number;
}

export interface Documents {
  /** Other requests that need no store get their turn after each half a million characters. */
  readonly insert: <Body extends object>(
    into: Collection<Body>,
    documents: ReadonlyArray<Document<Body>>,
  ) => Effect.Effect<void, StoreError>;
  /** Writes body and hidden of the document with this id; the rest stays. */
  readonly replace: <Body extends object>(
    into: Collection<Body>,
    document: Document<Body>,
  ) => Effect.Effect<void, StoreError>;
  /** Writes body and archivedAt: the document leaves the lists of what is not archived, or comes back to them. */
  readonly archive: <Body extends object>(
    into: Collection<Body>,
    document: Document<Body>,
  ) => Effect.Effect<void, StoreError>;
  readonly remove: (from: Collection<any>, ids: ReadonlyArray<string>) => Effect.Effect<void, StoreError>;
  /** Archived or not; `undefined` when there is none. */
  readonly retrieve: <Body extends object>(
    from: Collection<Body>,
    id: string,
  ) => Effect.Effect<Document<Body> | undefined, StoreError>;
  /** Those that exist among `ids`, by id. */
  readonly retrieveMany: <Body extends object>(
    from: Collection<Body>,
    ids: Iterable<string>,
  ) => Effect.Effect<ReadonlyMap<string, Document<Body>>, StoreError>;
  readonly list: <Body extends object>(
    from: Collection<Body>,
    where: Where,
    slice?: Slice,
  ) => Effect.Effect<ReadonlyArray<Document<Body>>, StoreError>;
  readonly sorted: <Body extends object>(
    from: Collection<Body>,
    where: Where,
    slice: SortedSlice,
  ) => Effect.Effect<ReadonlyArray<Document<Body>>, StoreError>;
  /**
   * The bodies of the same list as JSON, in pieces of some hundred that have no commas between them: what is only sent on need not be read. With
   * `task` each that has an annotation task carries it, as `withTask` says. Other requests that need no store get their turn between two pieces.
   */
  readonly listText: (
    from: Collection<any>,
    where: Where,
    slice?: Slice,
    more?: "task",
  ) => Effect.Effect<ReadonlyArray<Bytes>, StoreError>;
  readonly count: (from: Collection<any>, where: Where) => Effect.Effect<number, StoreError>;
}

type Row = readonly [
  id: string,
  seq: number,
  accountId: string,
  parentId: string | null,
  archivedAt: string | null,
  body: string,
  hidden: string | null,
];

const columns = "id, seq, account_id, parent_id, archived_at, body, hidden";

const fromRow = <Body extends object>([id, seq, accountId, parentId, archivedAt, body, hidden]: Row): Document<Body> =>
  Document.stored({ id, seq, accountId, parentId, archivedAt }, body, hidden);

/** So many characters are written before others get their turn. */
const mostWritten = 512 * 1024;

/** The documents of one piece. */
const atOnce = 250;

type Bounded = Slice & { readonly limit: number };

interface Found {
  readonly piece: Bytes | null;
  readonly rest: Bounded | undefined;
}

/** The largest number SQLite compares exactly; more rows than that there are none. */
const unlimited = Number.MAX_SAFE_INTEGER;

/** The documents as a caller of this account sees them; of every account when none is selected. */
export const make = (database: Database, index: ListIndex, selected: string | undefined): Documents => {
  const rows = (sql: string, params: ReadonlyArray<Value>): ReadonlyArray<Row> => {
    const statement = database.prepare(sql);
    statement.setReturnArrays(true);
    return statement.all(...params) as unknown as ReadonlyArray<Row>;
  };

  const mine = selected === undefined ? "" : " AND account_id = ?";
  const own: ReadonlyArray<Value> = selected === undefined ? [] : [selected];

  /** The account a list is narrowed to; `null` when two exclude each other. */
  const accountOf = (asked: string | undefined): string | undefined | null => {
    if (asked === undefined || selected === undefined) return asked ?? selected;
    return asked === selected ? asked : null;
  };

  const keyOf = (from: Collection<any>, where: Where): ListKey | undefined => {
    const accountId = accountOf(where.accountId);
    if (accountId === null) return undefined;
    return { kind: from.kind, parentId: where.parentId, accountId, includeArchived: where.includeArchived === true };
  };

  const matching = (key: ListKey, slice: Slice = {}): { readonly sql: string; readonly params: Array<Value> } => {
    const params: Array<Value> = [key.kind];
    let sql = "kind = ?";
    const add = (clause: string, value: Value | undefined) => {
      if (value === undefined) return;
      sql += ` AND ${clause}`;
      params.push(value);
    };
    add("parent_id = ?", key.parentId);
    add("account_id = ?", key.accountId);
    if (!key.includeArchived) sql += " AND archived_at IS NULL";
    add("seq > ?", slice.after);
    add("seq < ?", slice.before);
    return { sql, params };
  };

  const counted = (key: ListKey): Entry =>
    index.entry(key, () => {
      const { sql, params } = matching(key);
      const row = database.prepare(`SELECT count(*) AS n FROM documents WHERE ${sql}`).get(...params);
      return (row as { n: number }).n;
    });

  /** Where in the list every thousandth document stands. */
  const anchorsOf = (key: ListKey, entry: Entry): ReadonlyArray<number> => {
    if (entry.anchors === undefined) {
      const { sql, params } = matching(key);
      const found = rows(
        `SELECT seq FROM (SELECT seq, row_number() OVER (ORDER BY seq) - 1 AS place FROM documents WHERE ${sql})
          WHERE place % ${stride} = 0`,
        params,
      );
      entry.anchors = found.map(([seq]) => Number(seq));
    }
    return entry.anchors;
  };

  /** The same slice, reached from the nearest known place instead of by counting from the list's beginning. */
  const nearer = (key: ListKey, slice: Slice): Slice | undefined => {
    const offset = slice.offset ?? 0;
    if (offset < stride || slice.descending || slice.after !== undefined || slice.before !== undefined) return slice;
    const entry = counted(key);
    if (offset >= entry.count) return undefined;
    const step = Math.floor(offset / stride);
    return { ...slice, after: anchorsOf(key, entry)[step]! - 1, offset: offset - step * stride };
  };

  const selection = (
    wanted: string,
    key: ListKey | undefined,
    asked: Slice = {},
    ofWanted: ReadonlyArray<Value> = [],
  ) => {
    const slice = key === undefined ? undefined : nearer(key, asked);
    if (key === undefined || slice === undefined) return undefined;
    const { sql, params } = matching(key, slice);
    const order = slice.descending ? "DESC" : "ASC";
    params.push(slice.limit ?? unlimited, slice.offset ?? 0);
    return {
      sql: `SELECT ${wanted} FROM documents WHERE ${sql} ORDER BY seq ${order} LIMIT ? OFFSET ?`,
      params: [...ofWanted, ...params],
    };
  };

  const insertOne = (kind: string, one: Document<any>): void => {
    const { id, seq, accountId, parentId, archivedAt } = one;
    database
      .prepare(`INSERT INTO documents (kind, ${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)
      .run(kind, id, seq, accountId, parentId, archivedAt, one.text, one.hiddenText);
    index.inserted(kind, one);
  };

  /** The first documents of the slice, and what is left of it. */
  const pieceOf = (key: ListKey | undefined, slice: Bounded, more: "task" | undefined): Found => {
    const limit = Math.min(slice.limit, atOnce);
    const wanted = `seq, ${more === "task" ? withTask(mine) : "body"} AS text`;
    const asked = limit === 0 ? undefined : selection(wanted, key, { ...slice, limit }, more === "task" ? own : []);
    if (asked === undefined) return { piece: null, rest: undefined };
    // Made by SQLite: a value for each of a thousand rows costs more than reading them.
    const statement = database.prepare(
      `SELECT CAST(group_concat(text) AS BLOB), count(*), min(seq), max(seq) FROM (${asked.sql})`,
    );
    statement.setReturnArrays(true);
    const row = statement.get(...asked.params) as unknown as [Bytes | null, count: number, first: number, last: number];
    const [piece, count, first, last] = row;
    const left = slice.limit - limit;
    if (count < limit || left === 0) return { piece, rest: undefined };
    const behind = slice.descending ? { before: first } : { after: last };
    return { piece, rest: { ...slice, ...behind, offset: 0, limit: left } };
  };

  return {
    insert: Effect.fnUntraced(function* (into, documents) {
      let written = 0;
      for (const one of documents) {
        if (written > mostWritten) {
          yield* Effect.yieldNow;
          written = 0;
        }
        yield* attempt(() => insertOne(into.kind, one));
        written += one.text.length + (one.hiddenText?.length ?? 0);
      }
    }),
    replace: (into, { id, text, hiddenText }) =>
      attempt(() => {
        database
          .prepare(`UPDATE documents SET body = ?, hidden = ? WHERE kind = ? AND id = ?${mine}`)
          .run(text, hiddenText, into.kind, id, ...own);
      }),
    archive: (into, { id, text, archivedAt }) =>
      attempt(() => {
        database
          .prepare(`UPDATE documents SET body = ?, archived_at = ? WHERE kind = ? AND id = ?${mine}`)
          .run(text, archivedAt, into.kind, id, ...own);
        index.forget(into.kind);
      }),
    remove: (from, ids) =>
      attempt(() => {
        database
          .prepare(`DELETE FROM documents WHERE kind = ? AND id IN (SELECT value FROM json_each(?))${mine}`)
          .run(from.kind, JSON.stringify(ids), ...own);
        index.forget(from.kind);
      }),
    retrieve: <Body extends object>(from: Collection<Body>, id: string) =>
      attempt(() => {
        const [row] = rows(`SELECT ${columns} FROM documents WHERE kind = ? AND id = ?${mine}`, [
          from.kind,
          id,
          ...own,
        ]);
        return row === undefined ? undefined : fromRow<Body>(row);
      }),
    retrieveMany: <Body extends object>(from: Collection<Body>, ids: Iterable<string>) =>
      attempt(() => {
        const wanted = [...new Set(ids)];
        if (wanted.length === 0) return new Map<string, Document<Body>>();
        const found = rows(
          `SELECT ${columns} FROM json_each(?) CROSS JOIN documents ON kind = ? AND documents.id = json_each.value${mine}`.replace(
            "SELECT id",
            "SELECT documents.id",
          ),
          [JSON.stringify(wanted), from.kind, ...own],
        );
        return new Map(found.map((row) => [row[0], fromRow<Body>(row)]));
      }),
    list: <Body extends object>(from: Collection<Body>, where: Where, slice?: Slice) =>
      attempt(() => {
        const asked = selection(columns, keyOf(from, where), slice);
        return asked === undefined ? [] : rows(asked.sql, asked.params).map((row) => fromRow<Body>(row));
      }),
    sorted: <Body extends object>(from: Collection<Body>, where: Where, slice: SortedSlice) =>
      attempt(() => {
        const key = keyOf(from, where);
        if (key === undefined) return [];
        const { field, descending, after, limit } = slice;
        const path = `$.${JSON.stringify(field)}`;
        const { sql, params } = matching(key);
        // Three columns for an order in which NULL is last and equal values stand as they were inserted.
        const place = (value: string) => `${value} IS NULL, ifnull(${value}, '')`;
        const behind =
          after === undefined
            ? ""
            : ` AND (${place("value")}, seq) ${descending ? "<" : ">"} (SELECT ${place("json_extract(?, ?)")}, ?)`;
        const way = descending ? "DESC" : "ASC";
        const found = rows(
          `SELECT ${columns} FROM (SELECT ${columns}, json_extract(body, ?) AS value FROM documents WHERE ${sql})
            WHERE true${behind} ORDER BY value IS NULL ${way}, value ${way}, seq ${way} LIMIT ?`,
          [path, ...params, ...(after === undefined ? [] : [after.text, path, after.text, path, after.seq]), limit],
        );
        return found.map((row) => fromRow<Body>(row));
      }),
    listText: Effect.fnUntraced(function* (from, where, slice, more) {
      const key = keyOf(from, where);
      const pieces: Array<Bytes> = [];
      let rest: Bounded | undefined = { ...slice, limit: slice?.limit ?? unlimited };
      while (rest !== undefined) {
        const found: Found = yield* attempt(() => pieceOf(key, rest!, more));
        if (found.piece !== null) pieces.push(found.piece);
        rest = found.rest;
        if (rest !== undefined) yield* Effect.yieldNow;
      }
      return pieces;
    }),
    count: (from, where) =>
      attempt(() => {
        const key = keyOf(from, where);
        return key === undefined ? 0 : counted(key).count;
      }),
  };
};
