/**
 * Walking a list from page to page.
 *
 * 1. v4 pages are counted: the end is an empty page, or the page with which as many items have been received as
 *    `total_item_count` says. `items_per_page` is not used: a server may cap a page and still echo the requested limit.
 *    (The platform's own pager stops when `current_page` is not ahead of the requested page, which is after the second page.)
 * 2. v5 pages are chained: the end is an empty page or `has_more: false`; the next page is the one after the last id, or
 *    before the first one for a walk that began with `ending_before`.
 * 3. While the list stands still each item comes once. An item that slides from one page onto the next while the list
 *    moves comes once, too.
 * 4. A walk ends: a server that repeats its pages is an error, and not a walk without end.
 */
import * as Result from "effect/Result";
import type * as Endpoint from "../contract/Endpoint.ts";
import { SgpError } from "./SgpError.ts";

type Args = Readonly<Record<string, unknown>>;

/** State of a walk: the next request, and the data that decides its end. */
export interface Walk {
  readonly endpoint: Endpoint.Any;
  readonly args: Args;
  /** The number of the page that `args` requests; v5 has none, it is counted from the walk's start. */
  readonly page: number;
  /** Items received on the pages before, repeated ones included; unknown for a walk that began behind the first page. */
  readonly received: number | undefined;
  /** The ids of the page before. */
  readonly before: ReadonlySet<string>;
  /** Whether the page before brought nothing new. */
  readonly wasStale: boolean;
  /** The first id of the last page whose number in the walk was a power of two: a walk in circles comes by it again. */
  readonly landmark: string | undefined;
  /** How often it came by. */
  readonly laps: number;
  /** Pages walked. */
  readonly steps: number;
}

/** A page put into its walk. */
export interface Stop {
  /** The page's items but those that the page before had already. */
  readonly fresh: ReadonlyArray<unknown>;
  /** `undefined` at the end. */
  readonly next: Walk | undefined;
}

/** Fields of the envelopes of v4 and v5. */
export interface Page {
  readonly items: ReadonlyArray<unknown>;
  readonly total_item_count?: number | null | undefined;
  readonly has_more?: boolean | null | undefined;
}

/**
 * Whether a page is the last one of its list: the one rule for lists, watches and the tasks package.
 *
 * @param received items received so far, those of `page` included
 */
export const isLast = (paging: Endpoint.Paging, page: Page, received: number): boolean => {
  if (page.items.length === 0) return true;
  if (paging === "cursor") return page.has_more === false;
  return typeof page.total_item_count === "number" && received >= page.total_item_count;
};

const idOf = (item: unknown): string | undefined => {
  const id = (item as { readonly id?: unknown } | null)?.id;
  return typeof id === "string" ? id : undefined;
};

const startingPage = (args: Args): number => (typeof args["page"] === "number" ? args["page"] : 1);

export const start = (endpoint: Endpoint.Any, args: Args): Walk => ({
  endpoint,
  args,
  page: endpoint.paging === "page" ? startingPage(args) : 1,
  received: endpoint.paging === "page" && startingPage(args) > 1 ? undefined : 0,
  before: new Set(),
  wasStale: false,
  landmark: undefined,
  laps: 0,
  steps: 0,
});

const repeats = ({ endpoint, page }: Walk) =>
  new SgpError({
    reason: {
      _tag: "Undecodable",
      path: "items",
      description: `page ${page} repeats earlier ones although there should be more; the list cannot be walked to its end`,
      truncated: false,
    },
    endpoint: endpoint.name,
    method: endpoint.method,
    path: endpoint.path,
  });

/** The arguments that request the page after this one; `undefined` at the end. */
const argsAfter = (
  walk: Walk,
  page: Page,
  received: number,
  ids: ReadonlyArray<string | undefined>,
): Args | undefined => {
  const paging = walk.endpoint.paging ?? "page";
  if (isLast(paging, page, received)) return undefined;
  if (paging === "page") return { ...walk.args, page: walk.page + 1 };
  const { starting_after: _, ending_before: isBackwards, ...args } = walk.args;
  return typeof isBackwards === "string" ? { ...args, ending_before: ids[0] } : { ...args, starting_after: ids.at(-1) };
};

/**
 * Adds the page that `walk` requested to the walk.
 *
 * @param sent the page as the server sent it, where rows of it were left out: they are items of the list all the same
 */
export const after = (walk: Walk, page: Page, sent: Page = page): Result.Result<Stop, SgpError> => {
  const ids = sent.items.map(idOf);
  const fresh = page.items.filter((item) => {
    const id = idOf(item);
    return id === undefined || !walk.before.has(id);
  });
  // The pages in front of a walk that began in the middle held as many items each, or more when this is a short last one.
  const received = (walk.received ?? (walk.page - 1) * sent.items.length) + sent.items.length;
  const args = argsAfter(walk, sent, received, ids);
  if (args === undefined) return Result.succeed({ fresh, next: undefined });

  const first = ids[0];
  const isStale = fresh.length === 0 && ids.every((id) => id !== undefined && walk.before.has(id));
  const laps = walk.laps + (!isStale && first !== undefined && first === walk.landmark ? 1 : 0);
  // One stale page of v4 may come of items that were added in front meanwhile, and one lap of an item that moved to
  // the end. Two do not.
  const isStuck = isStale && (walk.wasStale || walk.endpoint.paging === "cursor");
  const hasNoCursor = walk.endpoint.paging === "cursor" && (first === undefined || ids.at(-1) === undefined);
  if (isStuck || hasNoCursor || laps > 1) return Result.fail(repeats(walk));
  const steps = walk.steps + 1;
  return Result.succeed({
    fresh,
    next: {
      endpoint: walk.endpoint,
      args,
      page: walk.page + 1,
      received,
      before: new Set(ids.filter((id) => id !== undefined)),
      wasStale: isStale,
      landmark: (steps & (steps - 1)) === 0 ? first : walk.landmark,
      laps,
      steps,
    },
  });
};
