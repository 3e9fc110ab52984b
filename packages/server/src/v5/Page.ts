/**
 * Lists of v5: pages named by the item next to which they lie, in order of creation unless the request names a sort.
 *
 * 1. Walking with `starting_after` until `has_more` is false gives each item once, even while others are added or archived.
 * 2. `ending_before` gives the items just before one, still in the list's order.
 */
import type { v5 } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import * as Encoded from "../Encoded.ts";
import type { Answer, CallContext, Steps } from "../Handler.ts";
import * as Detail from "../http/Detail.ts";
import { invalid } from "../http/Refusal.ts";
import type { Collection, Document, Where } from "../store/Documents.ts";
import { Store } from "../store/Store.ts";

/** Query of every v5 list. */
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

const invalidCursor = (name: string, problem: string) => invalid(Detail.value(["query", name], problem));

/** The item a page lies next to, and the way to walk from it. */
interface Anchor<Body extends object> {
  readonly document: Document<Body> | undefined;
  readonly isBackward: boolean;
}

/** Finds the item a query names with `look`; 422 when it names two, or one that is not there. */
const anchorOf = Effect.fnUntraced(function* <Body extends object>(
  { starting_after, ending_before }: Query,
  look: (id: string) => Answer<Document<Body> | undefined>,
): Steps<Anchor<Body>> {
  if (starting_after !== undefined && ending_before !== undefined) {
    return yield* invalidCursor("ending_before", "give starting_after or ending_before, not both");
  }
  const isBackward = ending_before !== undefined;
  const id = starting_after ?? ending_before;
  if (id === undefined) return { document: undefined, isBackward };
  const document = yield* look(id);
  if (document !== undefined) return { document, isBackward };
  return yield* invalidCursor(isBackward ? "ending_before" : "starting_after", `${id} does not exist`);
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

/** Texts by their code points, as SQLite sorts them; what is missing comes last. */
const compare = (a: unknown, b: unknown): number => {
  if (a === undefined || a === null || b === undefined || b === null) {
    return Number(a === undefined || a === null) - Number(b === undefined || b === null);
  }
  if (typeof a === "string" && typeof b === "string") return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : a > b ? 1 : 0;
};

/** A page of what has to be read whole: where a filter looks into the bodies. */
const pageOfAll = <Body extends object>(
  every: ReadonlyArray<Document<Body>>,
  query: Query,
  { document, isBackward }: Anchor<Body>,
): v5.Page.Page<Document<Body>> => {
  const sign = (query.sort_order === "desc") === isBackward ? 1 : -1;
  const field = (query.sort_by ?? "created_at") as keyof Body;
  const order = (a: Document<Body>, b: Document<Body>): number =>
    sign * ((field === "created_at" ? 0 : compare(a.body[field], b.body[field])) || a.seq - b.seq);
  // Compared, not looked up: the item a page lies next to may have left the list.
  const rest = document === undefined ? every : every.filter((one) => order(document, one) < 0);
  return page(rest.toSorted(order), query.limit ?? defaultLimit, isBackward, every.length);
};

/** A page of documents that have been read already, none of them archived. */
export const ofList = <Body extends object>(
  every: ReadonlyArray<Document<Body>>,
  query: Query,
): Answer<v5.Page.Page<Document<Body>>> =>
  Effect.map(
    anchorOf(query, (id) => Effect.succeed(every.find((one) => one.id === id))),
    (anchor) => pageOfAll(every, query, anchor),
  );

/** The documents of a page. */
export const documents = Effect.fnUntraced(function* <Body extends object>(
  from: Collection<Body>,
  call: CallContext & { readonly query: Query },
  options: Options<Body> = {},
): Steps<v5.Page.Page<Document<Body>>> {
  const store = yield* Store;
  const { query } = call;
  const limit = query.limit ?? defaultLimit;
  const anchor = yield* anchorOf(query, (id) => store.documents.retrieve(from, id));
  const where: Where = {
    parentId: options.parentId,
    includeArchived: query.include_archived,
  };
  const { keep } = options;
  if (keep !== undefined) {
    const every = yield* store.documents.list(from, where);
    return pageOfAll(
      every.filter(({ body }) => keep(body)),
      query,
      anchor,
    );
  }
  const { isBackward, document } = anchor;
  const descending = (query.sort_order === "desc") !== isBackward;
  const total = yield* store.documents.count(from, where);
  const field = query.sort_by ?? "created_at";
  if (field !== "created_at") {
    const slice = { field, descending, after: document, limit: limit + 1 };
    return page(yield* store.documents.sorted(from, where, slice), limit, isBackward, total);
  }
  const next = descending ? { before: document?.seq } : { after: document?.seq };
  const found = yield* store.documents.list(from, where, { descending, limit: limit + 1, ...next });
  return page(found, limit, isBackward, total);
});

/** A page of bodies. */
export const list = <Body extends object>(
  from: Collection<Body>,
  call: CallContext & { readonly query: Query },
  options?: Options<Body>,
): Answer<Encoded.Encoded<v5.Page.Page<Body>>> => Effect.map(documents(from, call, options), encoded);

/** The page with its items as they are stored. */
export const encoded = <Body extends object>(page: v5.Page.Page<Document<Body>>): Encoded.Encoded<v5.Page.Page<Body>> =>
  Encoded.page<v5.Page.Page<Body>>(
    page.items.map(({ text }) => text),
    { ...page, items: undefined },
  );

/** A text with a comma may be one tag, or several joined by the platform's Python SDK. */
const hasTag = (tags: ReadonlyArray<string>, asked: string): boolean =>
  tags.includes(asked) || (asked.includes(",") && asked.split(",").every((tag) => tag === "" || tags.includes(tag)));

/** What `name` and `tags` leave of a list: a part of the name in any case, and every one of the tags. */
export const named =
  (query: { readonly name?: string; readonly tags?: ReadonlyArray<string> }) =>
  (body: { readonly name: string; readonly tags: ReadonlyArray<string> }): boolean =>
    (query.name === undefined || body.name.toLowerCase().includes(query.name.toLowerCase())) &&
    (query.tags ?? []).every((tag) => hasTag(body.tags, tag));

/** `named`, or nothing when the request names neither: then the whole list need not be read. */
export const namedFilter = (query: { readonly name?: string; readonly tags?: ReadonlyArray<string> }) =>
  query.name === undefined && (query.tags ?? []).length === 0 ? undefined : named(query);
