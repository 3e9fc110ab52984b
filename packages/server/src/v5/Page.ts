/**
 * Lists of v5: pages named by the item next to which they lie, in order of creation unless a sort is asked for.
 *
 * 1. Walking with `starting_after` until `has_more` is false gives each item once, even while others are added or archived.
 * 2. `ending_before` gives the items just before one, still in the list's order.
 */
import type { v5 } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import * as Detail from "../Detail.ts";
import type { Collection, Document, Where } from "../Documents.ts";
import type { Answer, Context } from "../Handler.ts";
import { invalid } from "../Refusal.ts";
import { Store } from "../Store.ts";

/** What every v5 list is asked with. */
export interface Query {
  readonly starting_after?: string;
  readonly ending_before?: string;
  readonly limit?: number;
  readonly sort_by?: string;
  readonly sort_order?: string;
  readonly include_archived?: boolean;
}

export interface Options<Body extends object> {
  readonly parentId?: string | undefined;
  readonly keep?: ((body: Body) => boolean) | undefined;
}

const defaultLimit = 100;

/** What lists can be sorted by, where an object has it. */
const sortable = [
  "created_at",
  "id",
  "name",
  "description",
  "status",
  "updated_at",
  "archived_at",
  "current_version_num",
];

const invalidCursor = (name: string, problem: string) => invalid(Detail.value(["query", name], problem));

/** Where the page begins: the direction to walk, and the item it lies next to. */
const anchorOf = (query: Query): Answer<{ readonly id: string | undefined; readonly isBackward: boolean }> => {
  const { starting_after, ending_before } = query;
  return starting_after !== undefined && ending_before !== undefined
    ? Effect.fail(invalidCursor("ending_before", "give starting_after or ending_before, not both"))
    : Effect.succeed({ id: starting_after ?? ending_before, isBackward: ending_before !== undefined });
};

const seqOf = <Body extends object>(from: Collection<Body>, query: Query, id: string): Answer<number> =>
  Effect.gen(function* () {
    const { documents } = yield* Store;
    const found = yield* documents.retrieve(from, id);
    if (found !== undefined) return found.seq;
    const name = query.starting_after === undefined ? "ending_before" : "starting_after";
    return yield* invalidCursor(name, `${from.noun} ${id} does not exist`);
  });

/** One more than the page is read, to know whether there is more. */
const page = <Body extends object>(
  found: ReadonlyArray<Document<Body>>,
  limit: number,
  isBackward: boolean,
  total: number,
): v5.Page.Page<Document<Body>> => {
  const items = found.slice(0, limit);
  return {
    object: "list",
    items: isBackward ? items.toReversed() : items,
    total,
    has_more: found.length > limit,
    limit,
  };
};

const compare = (a: unknown, b: unknown): number => {
  if (a === undefined || a === null || b === undefined || b === null) {
    return Number(a === undefined || a === null) - Number(b === undefined || b === null);
  }
  return a < b ? -1 : a > b ? 1 : 0;
};

/** A page of what has to be read whole: for filters, and sorts by anything but creation. */
const pageOfAll = <Body extends object>(
  every: ReadonlyArray<Document<Body>>,
  query: Query,
  anchor: { readonly id: string | undefined; readonly seq: number | undefined; readonly isBackward: boolean },
  limit: number,
): v5.Page.Page<Document<Body>> => {
  const sign = query.sort_order === "desc" ? -1 : 1;
  const field = query.sort_by === undefined || query.sort_by === "created_at" ? undefined : query.sort_by;
  const order = (a: Document<Body>, b: Document<Body>) =>
    (field === undefined ? 0 : compare(a.body[field as keyof Body], b.body[field as keyof Body]) * sign) ||
    (a.seq - b.seq) * sign;
  const sorted = every.toSorted(order);
  const walked = anchor.isBackward ? sorted.toReversed() : sorted;
  const at = anchor.id === undefined ? -1 : walked.findIndex(({ id }) => id === anchor.id);
  // The item a page lies next to may have left the list: creation still tells where it was.
  const isBeyond = ({ seq }: Document<Body>) => (seq - anchor.seq!) * sign * (anchor.isBackward ? -1 : 1) > 0;
  const rest = anchor.id === undefined ? walked : at >= 0 ? walked.slice(at + 1) : walked.filter(isBeyond);
  return page(rest, limit, anchor.isBackward, every.length);
};

/** A page of documents that have been read already, none of them archived. */
export const ofList = <Body extends object>(
  every: ReadonlyArray<Document<Body>>,
  query: Query,
): Answer<v5.Page.Page<Document<Body>>> =>
  Effect.gen(function* () {
    const { id, isBackward } = yield* anchorOf(query);
    const found = every.find((one) => one.id === id);
    if (id !== undefined && found === undefined) {
      return yield* invalidCursor(isBackward ? "ending_before" : "starting_after", `${id} is not in the list`);
    }
    return pageOfAll(every, query, { id, seq: found?.seq, isBackward }, query.limit ?? defaultLimit);
  });

/** The documents of a page. */
export const documents = <Body extends object>(
  from: Collection<Body>,
  call: Context & { readonly query: Query },
  options: Options<Body> = {},
): Answer<v5.Page.Page<Document<Body>>> =>
  Effect.gen(function* () {
    const store = yield* Store;
    const { query, caller } = call;
    const limit = query.limit ?? defaultLimit;
    if (query.sort_by !== undefined && !sortable.includes(query.sort_by)) {
      return yield* invalid(Detail.enumeration(["query", "sort_by"], sortable));
    }
    const { id, isBackward } = yield* anchorOf(query);
    const seq = id === undefined ? undefined : yield* seqOf(from, query, id);
    const where: Where = {
      parentId: options.parentId,
      accountId: caller.accountId,
      includeArchived: query.include_archived,
    };
    const { keep } = options;
    if (keep !== undefined || (query.sort_by !== undefined && query.sort_by !== "created_at")) {
      const every = yield* store.documents.list(from, where);
      const kept = keep === undefined ? every : every.filter(({ body }) => keep(body));
      return pageOfAll(kept, query, { id, seq, isBackward }, limit);
    }
    const descending = (query.sort_order === "desc") !== isBackward;
    const slice = { descending, limit: limit + 1, ...(descending ? { before: seq } : { after: seq }) };
    const found = yield* store.documents.list(from, where, slice);
    return page(found, limit, isBackward, yield* store.documents.count(from, where));
  });

/** A page of bodies. */
export const list = <Body extends object>(
  from: Collection<Body>,
  call: Context & { readonly query: Query },
  options?: Options<Body>,
): Answer<v5.Page.Page<Body>> =>
  Effect.map(documents(from, call, options), (found) => ({ ...found, items: found.items.map(({ body }) => body) }));

/** What `name` and `tags` leave of a list: a part of the name in any case, and every one of the tags. */
export const named =
  (query: { readonly name?: string; readonly tags?: ReadonlyArray<string> }) =>
  (body: { readonly name: string; readonly tags: ReadonlyArray<string> }): boolean =>
    (query.name === undefined || body.name.toLowerCase().includes(query.name.toLowerCase())) &&
    (query.tags ?? []).every((tag) => body.tags.includes(tag));

/** `named`, or nothing when neither was asked for, which spares reading the whole list. */
export const namedFilter = (query: { readonly name?: string; readonly tags?: ReadonlyArray<string> }) =>
  query.name === undefined && (query.tags ?? []).length === 0 ? undefined : named(query);
