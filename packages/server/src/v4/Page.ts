/** Lists of v4: pages counted from 1, in order of creation unless the request names a sort. */
import type { Page } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import * as Encoded from "../Encoded.ts";
import type { CallContext, Steps } from "../Handler.ts";
import type { Collection, Document, Where } from "../store/Documents.ts";
import { Store } from "../store/Store.ts";

/** Query of every v4 list. */
export interface Query {
  readonly page?: number | null;
  readonly limit?: number | null;
  readonly account_id?: string | null;
  readonly include_archived?: boolean | null;
}

const defaultLimit = 100;

/** The scope of a list: the account named in the query, within the caller's. */
const where = (query: Query, parentId: string | undefined): Where => ({
  parentId,
  accountId: query.account_id ?? undefined,
  includeArchived: query.include_archived ?? false,
});

const envelope = <T>(items: ReadonlyArray<T>, page: number, limit: number, total: number): Page.Page<T> => ({
  items,
  current_page: page,
  items_per_page: limit,
  total_item_count: total,
});

export interface Options<Body extends object> {
  readonly parentId?: string;
  readonly filter?: ((body: Body) => boolean) | undefined;
  /** Like `filter`, for what is not in the body. */
  readonly keep?: ((document: Document<Body>) => boolean) | undefined;
  readonly sort?: ((a: Body, b: Body) => number) | undefined;
}

const isWhole = ({ filter, keep, sort }: Options<any>): boolean =>
  filter === undefined && keep === undefined && sort === undefined;

/** The documents of a page. A filter or a sort reads all there are; without them only the page is read. */
export const documents = Effect.fnUntraced(function* <Body extends object>(
  from: Collection<Body>,
  call: CallContext & { readonly query: Query },
  options: Options<Body> = {},
): Steps<Page.Page<Document<Body>>> {
  const store = yield* Store;
  const page = call.query.page ?? 1;
  const limit = call.query.limit ?? defaultLimit;
  const offset = (page - 1) * limit;
  const scope = where(call.query, options.parentId);
  if (isWhole(options)) {
    const total = yield* store.documents.count(from, scope);
    const items = yield* store.documents.list(from, scope, { offset, limit });
    return envelope(items, page, limit, total);
  }
  const { filter, keep, sort } = options;
  const every = yield* store.documents.list(from, scope);
  const kept = every.filter((document) => (filter?.(document.body) ?? true) && (keep?.(document) ?? true));
  const sorted = sort === undefined ? kept : kept.toSorted((a, b) => sort(a.body, b.body));
  return envelope(sorted.slice(offset, offset + limit), page, limit, sorted.length);
});

/** The page with each item as JSON. */
export const encoded = <A, B>(page: Page.Page<A>, f: (item: A) => string): Encoded.Encoded<Page.Page<B>> =>
  Encoded.page<Page.Page<B>>(page.items.map(f), { ...page, items: undefined });

/** A page of bodies; a whole list may have them with their tasks. */
export const list = Effect.fnUntraced(function* <Body extends object>(
  from: Collection<Body>,
  call: CallContext & { readonly query: Query },
  options: Options<Body> = {},
  more?: "task",
): Steps<Encoded.Encoded<Page.Page<Body>>> {
  if (!isWhole(options)) return encoded(yield* documents(from, call, options), ({ text }) => text);
  const store = yield* Store;
  const page = call.query.page ?? 1;
  const limit = call.query.limit ?? defaultLimit;
  const scope = where(call.query, options.parentId);
  const total = yield* store.documents.count(from, scope);
  const pieces = yield* store.documents.listText(from, scope, { offset: (page - 1) * limit, limit }, more);
  return Encoded.page<Page.Page<Body>>({ pieces }, { ...envelope([], page, limit, total), items: undefined });
});
