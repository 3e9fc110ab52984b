/**
 * Lists of v4: pages numbered from 1. The end is reached when `items` is empty or `current_page * items_per_page`
 * has come to `total_item_count`; there is no `has_more`.
 *
 * @source API reference v4, any "List …" page.
 */
import * as Schema from "../schema/Schema.ts";
import type { Codec } from "../Wire.ts";
import { maxLimit } from "./maxLimit.ts";

export { maxLimit } from "./maxLimit.ts";

/** The envelope of a list. */
export interface Page<T> {
  readonly items: ReadonlyArray<T>;
  /** Numbered from 1. */
  readonly current_page: number;
  /** How many items a full page has, which the last one may not reach. */
  readonly items_per_page: number;
  /** Over all pages. */
  readonly total_item_count: number;
}

/** The schema of a page of `item`. */
export const of = <T>(item: Codec<T>): Codec<Page<T>> =>
  Schema.Struct({
    items: Schema.Array(item),
    current_page: Schema.Int,
    items_per_page: Schema.Int,
    total_item_count: Schema.Int,
  });

/** Parameters of every v4 list. Without `account_id` it covers each account the caller can reach. */
export const query = {
  /** Numbered from 1, the default. */
  page: Schema.optionalKey(Schema.IntBetween(1, Number.MAX_SAFE_INTEGER)),
  /** Items a page, 100 by default, 10,000 at most. */
  limit: Schema.optionalKey(Schema.IntBetween(1, maxLimit)),
  account_id: Schema.optionalKey(Schema.String),
  /** Archived objects are left out unless this is true. */
  include_archived: Schema.optionalKey(Schema.Boolean),
};
