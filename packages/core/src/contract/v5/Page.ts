/**
 * Lists of v5: `starting_after` and `ending_before` name the item next to which a page lies; `has_more` says whether
 * to go on, and the id of the last item how.
 *
 * @source API reference v5, any "List …" page.
 */
import * as Schema from "../schema/Schema.ts";
import { type Codec, openEnum, optional } from "../Wire.ts";

/** The most items one page can hold. */
export const maxLimit = 10_000;

/** The envelope of a list: only the items are certain. */
export interface Page<T> {
  readonly object?: "list" | null;
  readonly items: ReadonlyArray<T>;
  /** Over all pages. */
  readonly total?: number | null;
  /** Where it is missing, the end is an empty page. */
  readonly has_more?: boolean | null;
  readonly limit?: number | null;
}

/** The schema of a page of `item`. */
export const of = <T>(item: Codec<T>): Codec<Page<T>> =>
  Schema.Struct({
    object: optional(Schema.Literal("list")),
    items: Schema.Array(item),
    total: optional(Schema.Int),
    has_more: optional(Schema.Boolean),
    limit: optional(Schema.Int),
  });

/** Answer of routes that change many objects. */
export interface Batch<T> {
  readonly object?: "list" | null;
  readonly items: ReadonlyArray<T>;
}

/** The schema of a batch of `item`. */
export const batchOf = <T>(item: Codec<T>): Codec<Batch<T>> =>
  Schema.Struct({ object: optional(Schema.Literal("list")), items: Schema.Array(item) });

/** Archived objects are left out unless this is true. */
export const archived = { include_archived: Schema.optionalKey(Schema.Boolean) };

/** Parameters of every v5 list. */
export const query = {
  ...archived,
  starting_after: Schema.optionalKey(Schema.String),
  ending_before: Schema.optionalKey(Schema.String),
  /** Items a page, 100 by default, 10,000 at most. */
  limit: Schema.optionalKey(Schema.IntBetween(1, maxLimit)),
  /** A field of the listed objects; which ones the platform accepts is not documented. */
  sort_by: Schema.optionalKey(Schema.String),
  /** Ascending by default. */
  sort_order: Schema.optionalKey(openEnum(["asc", "desc"])),
};
