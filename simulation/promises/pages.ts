/** The pages of both versions of the API, read from the wire: what each has, and how it follows the one before it. */
import type { Row } from "../world/Database.ts";
import { type Item, rowOf as rowOfItem } from "../world/v5/itemRow.ts";

/** A pass over all pages, as far as it has come. */
export interface Walked {
  readonly pages: number;
  /** The requested size of the last page. */
  readonly size: number;
  /** Items that came, repeated ones counted each time. */
  readonly received: number;
  /** The last item that came. */
  readonly last: string | undefined;
}

export interface Page {
  readonly ids: ReadonlyArray<string>;
  readonly rows: ReadonlyArray<Row>;
  readonly total: number;
  readonly size: number;
  readonly isFirst: boolean;
  /** Whether it is the page that follows. */
  readonly follows: (walked: Walked) => boolean;
  /** Whether it is the last one; `walked` with it. */
  readonly isLast: (walked: Walked) => boolean;
}

export interface Result {
  readonly id: string;
  readonly test_case_id: string;
  readonly label_status: string;
  readonly audit_status?: string | null;
  readonly updated_at?: string | null;
  readonly task?:
    | (Pick<Row, "id" | "task_type" | "status" | "priority" | "assignment_expires_at"> & {
        readonly assigned_to: { readonly id: string } | string | null;
      })
    | null;
}

interface PageOfResults {
  readonly items: ReadonlyArray<Result>;
  readonly current_page: number;
  readonly items_per_page: number;
  readonly total_item_count: number;
}

interface PageOfItems {
  readonly items: ReadonlyArray<Item>;
  readonly total: number;
  readonly has_more: boolean;
  readonly limit: number;
}

export const rowOf = (item: Result): Row | undefined => {
  const { task } = item;
  if (task === undefined || task === null) return undefined;
  const holder = task.assigned_to;
  return {
    id: task.id,
    task_type: task.task_type,
    status: task.status,
    priority: task.priority ?? null,
    assigned_to: typeof holder === "object" ? (holder?.id ?? null) : holder,
    assignment_expires_at: task.assignment_expires_at ?? null,
    test_case_result_id: item.id,
    test_case_id: item.test_case_id,
    label_status: item.label_status,
    audit_status: item.audit_status ?? null,
    updated_at: item.updated_at ?? null,
  };
};

/** Whether a path is that of a list's first page. */
export const isFirst = (path: string): boolean => {
  const { pathname, searchParams } = new URL(path, "http://pages.localhost");
  return pathname.startsWith("/v5/") ? !searchParams.has("starting_after") : searchParams.get("page") === "1";
};

const pageOfResults = ({
  items,
  current_page,
  items_per_page: size,
  total_item_count: total,
}: PageOfResults): Page => ({
  ids: items.map(({ id }) => id),
  rows: items.map(rowOf).filter((row) => row !== undefined),
  total,
  size,
  isFirst: current_page === 1,
  // A page that took too long is requested smaller, from where it began; one that came short is followed by the next one all the same.
  follows: (walked) =>
    (walked.size === size && current_page === walked.pages + 1) || (current_page - 1) * size === walked.received,
  isLast: ({ received }) => items.length === 0 || received >= total,
});

const pageOfItems = (
  { items, total, has_more, limit: size }: PageOfItems,
  after: string | null,
  columns: Columns,
): Page => ({
  ids: items.map(({ id }) => id),
  rows: items.map((item) => rowOfItem(item, columns)),
  total,
  size,
  isFirst: after === null,
  follows: ({ last }) => after === last,
  isLast: () => items.length === 0 || !has_more,
});

type Columns = ReadonlyArray<string>;

/** @param columns of an evaluation of v5, as last read */
export const pageOf = (path: string, text: string, columns: Columns): Page => {
  const { pathname, searchParams } = new URL(path, "http://pages.localhost");
  return pathname.startsWith("/v5/")
    ? pageOfItems(JSON.parse(text) as PageOfItems, searchParams.get("starting_after"), columns)
    : pageOfResults(JSON.parse(text) as PageOfResults);
};
