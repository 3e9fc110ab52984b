/**
 * The data a watch has seen: the whole answers to its polls, read from the wire, and the passes over all pages that they make.
 */

import type { Lease } from "@evalwire/core";
import type { Row } from "../world/Database.ts";
import { isSame } from "../world/History.ts";
import type { Exchange, Network } from "../world/Network.ts";
import { columnsOf, type Item, rowOf as rowOfItem, type Task } from "../world/v5/itemRow.ts";
import { type Page, pageOf, type Result, rowOf } from "./pages.ts";

export type Kind = "evaluation" | "page" | "glance" | "history";

/** A task as it was last shown. Instants are milliseconds since the beginning. */
export interface Seen {
  readonly row: Row;
  /** When the request began that showed it. */
  readonly began: number;
  /** How many answers in a row have shown this very state. */
  readonly times: number;
  /** When the requests began that showed the task, in any state; the last ones. */
  readonly looks: ReadonlyArray<number>;
  /** Whether this very state was shown before, and another one in between. */
  readonly isFormer: boolean;
}

// More than are made while a state waits for its history.
const mostLooks = 64;

/** One pass over all pages, from the first to the last. */
export interface Pass {
  readonly began: number;
  readonly ended: number;
  readonly pages: number;
  readonly tasks: ReadonlySet<string>;
  readonly items: ReadonlySet<string>;
  readonly total: number;
  /** Whether it can have seen everything: the total stood still, nothing came twice, and as much came as the total says. */
  readonly isComplete: boolean;
}

/** The request of a poll. */
export const kindOf = ({ request }: Exchange): Kind => {
  const path = request.path.replace(/\?.*/, "");
  const segments = path.split("/").length;
  // /v5/evaluations/:id, or /v5/evaluation-items, then the id of one of them.
  if (path.startsWith("/v5/evaluations/")) return "evaluation";
  if (path.startsWith("/v5/")) return segments === 3 ? "page" : "glance";
  // /v4/evaluations/:id, then /test-case-results, then the id of one of them, then /history.
  return segments === 4 ? "evaluation" : segments === 5 ? "page" : segments === 6 ? "glance" : "history";
};

/** Whether an exchange is one of a watch's polls: what the program itself does with a watched client is writing. */
export const isPoll = ({ request }: Exchange): boolean => request.method === "GET";

/** The outcome of a poll, as far as the watch can know. */
export const isGood = (exchange: Exchange): boolean => {
  const { answer } = exchange;
  if (exchange.outcome !== "answered" || answer === undefined) return false;
  if (answer.status === 404 && kindOf(exchange) === "glance") return true;
  return answer.status === 200 && answer.text.startsWith(kindOf(exchange) === "history" ? "[" : "{");
};

interface Passing {
  readonly began: number;
  pages: number;
  /** The requested size of the last page. */
  size: number;
  /** Items that came, repeated ones counted each time. */
  received: number;
  /** The last item that came. */
  last: string | undefined;
  readonly items: Set<string>;
  readonly tasks: Set<string>;
  total: number;
  isSteady: boolean;
}

export class Looks {
  /** Called for each row that is shown. */
  onRow: (row: Row, exchange: Exchange) => void = () => undefined;
  readonly #seen = new Map<string, Seen>();
  /** Each task as it was last shown, those included that have been given up since. */
  readonly #last = new Map<string, Seen>();
  /** Every state in which each task was shown. */
  readonly #shown = new Map<string, Array<Row>>();
  /** The states in which each task was shown, one after the other, and when the second look at each came, or its only one. */
  readonly #runs = new Map<string, Array<{ row: Row; counts: number; looks: number }>>();
  readonly #passes: Array<Pass> = [];
  /** Test case results that a poll of their own did not find, and when it began. */
  readonly #missing = new Map<string, number>();
  #passing: Passing | undefined;
  /** The columns of an evaluation of v5, as it was last shown. */
  #columns: ReadonlyArray<string> = [];
  #rereadAt = Number.NEGATIVE_INFINITY;
  #evaluatedAt = Number.NEGATIVE_INFINITY;

  constructor(network: Network, sender: string) {
    network.listen({
      ended: (exchange) => {
        if (exchange.sender === sender && isPoll(exchange) && isGood(exchange)) this.#take(exchange);
      },
    });
  }

  /** The tasks that have been shown and not been given up since, as they were last shown. */
  get seen(): ReadonlyMap<string, Seen> {
    return this.#seen;
  }

  /** A task as it was last shown, also where it has been given up since: of several subscribers one hears of that before another. */
  last(taskId: string): Seen | undefined {
    return this.#last.get(taskId);
  }

  /** Whether the last answer that showed a task shows it without this lease. */
  isWithout({ taskId, assignee, expiresAt }: Lease): boolean {
    const row = this.#last.get(taskId)?.row;
    return row !== undefined && (row.assigned_to !== assignee || row.assignment_expires_at !== expiresAt);
  }

  /** Whether an answer has shown a task so. */
  hasShown(row: Row): boolean {
    return this.#shown.get(row.id)?.some((one) => isSame(one, row)) ?? false;
  }

  /** The passes that came to their end. */
  get passes(): ReadonlyArray<Pass> {
    return this.#passes;
  }

  /**
   * How a task may still show where looks made after `since` may wait for its history: as the last of them, and as each before it that was the last
   * after `since`. A look that goes back waits from the second one that agrees.
   */
  waiting(taskId: string, since: number): { readonly rows: ReadonlyArray<Row>; readonly isNew: boolean } {
    const rows: Array<Row> = [];
    for (const { row, counts } of (this.#runs.get(taskId) ?? []).toReversed()) {
      rows.push(row);
      if (counts < since) return { rows, isNew: false };
    }
    return { rows, isNew: true };
  }

  /** When the poll of its own began that last did not find a test case result. */
  missingAt(testCaseResultId: string | null): number | undefined {
    return testCaseResultId === null ? undefined : this.#missing.get(testCaseResultId);
  }

  /** When the request began that last showed the evaluation with its counts. */
  get evaluatedAt(): number {
    return this.#evaluatedAt;
  }

  /** When the request began that showed other columns of an evaluation of v5 than the one before: what was read by those is past. */
  get rereadAt(): number {
    return this.#rereadAt;
  }

  /** The watch's initial state, from a cursor. */
  recall(rows: Iterable<Row>): void {
    for (const row of rows) {
      const began = Number.NEGATIVE_INFINITY;
      this.#seen.set(row.id, { row, began, times: 1, looks: [began], isFormer: false });
      this.#shown.set(row.id, [row]);
      this.#runs.set(row.id, [{ row, counts: began, looks: 2 }]);
    }
  }

  /** The watch holds a task to be gone. */
  forget(taskId: string): void {
    this.#seen.delete(taskId);
    this.#runs.delete(taskId);
  }

  #take(exchange: Exchange): void {
    const answer = exchange.answer!;
    switch (kindOf(exchange)) {
      case "evaluation":
        this.#evaluatedAt = exchange.sentAt;
        this.#readColumns(exchange);
        return;
      case "glance":
        if (answer.status === 200) this.#see(this.#rowOf(exchange), exchange);
        else this.#missing.set(exchange.request.path.replace(/\?.*/, "").split("/").at(-1)!, exchange.sentAt);
        return;
      case "history":
        return;
      case "page":
        this.#page(pageOf(exchange.request.path, answer.text, this.#columns), exchange);
    }
  }

  #readColumns({ answer, sentAt }: Exchange): void {
    const { tasks = [] } = JSON.parse(answer!.text) as { readonly tasks?: ReadonlyArray<Task> };
    const columns = columnsOf(tasks);
    if (String(columns) !== String(this.#columns)) this.#rereadAt = sentAt;
    this.#columns = columns;
  }

  #rowOf({ request, answer }: Exchange): Row | undefined {
    const item: unknown = JSON.parse(answer!.text);
    return request.path.startsWith("/v5/") ? rowOfItem(item as Item, this.#columns) : rowOf(item as Result);
  }

  #see(row: Row | undefined, exchange: Exchange): void {
    if (row === undefined) return;
    const before = this.#seen.get(row.id);
    const began = exchange.sentAt;
    // One answer may show a task twice.
    const isAnother = before?.began !== began;
    const times = before !== undefined && isSame(before.row, row) ? before.times + Number(isAnother) : 1;
    const looks = [...(before?.looks ?? []), ...(isAnother ? [began] : [])].slice(-mostLooks);
    const isLast = before !== undefined && isSame(before.row, row);
    const shown = this.#shown.get(row.id) ?? [];
    this.#shown.set(row.id, shown);
    const wasShown = shown.some((one) => isSame(one, row));
    if (!wasShown) shown.push(row);
    const isFormer = isLast ? before.isFormer : wasShown;
    this.#seen.set(row.id, { row, began, times, looks, isFormer });
    this.#last.set(row.id, this.#seen.get(row.id)!);
    this.#run(row, exchange.endedAt!);
    this.onRow(row, exchange);
  }

  #run(row: Row, at: number): void {
    const runs = this.#runs.get(row.id) ?? [];
    this.#runs.set(row.id, runs);
    const last = runs.at(-1);
    if (last === undefined || !isSame(last.row, row)) runs.push({ row, counts: at, looks: 1 });
    else if (++last.looks === 2) last.counts = at;
  }

  #page(page: Page, exchange: Exchange): void {
    const { ids, rows, size, total, isFirst } = page;
    if (isFirst) {
      this.#passing = {
        began: exchange.sentAt,
        pages: 0,
        size,
        received: 0,
        last: undefined,
        items: new Set(),
        tasks: new Set(),
        total,
        isSteady: true,
      };
    }
    for (const row of rows) this.#see(row, exchange);
    const pass = this.#passing;
    if (pass === undefined || !(isFirst || page.follows(pass))) {
      this.#passing = undefined;
      return;
    }
    pass.pages++;
    pass.size = size;
    pass.received += ids.length;
    pass.last = ids.at(-1) ?? pass.last;
    if (pass.total !== total) pass.isSteady = false;
    for (const id of ids) {
      if (pass.items.has(id)) pass.isSteady = false;
      pass.items.add(id);
    }
    for (const { id } of rows) pass.tasks.add(id);
    if (page.isLast(pass)) this.#finish(pass, exchange.endedAt!);
  }

  #finish({ began, pages, tasks, items, total, isSteady }: Passing, ended: number): void {
    const before = this.#passes.at(-1);
    // A total that is wrong but stays so is believed the second time, when the same items came.
    const isAgain =
      before?.total === total && before.items.size === items.size && [...items].every((id) => before.items.has(id));
    const isWhole = items.size === total || isAgain;
    this.#passing = undefined;
    const isComplete = isSteady && isWhole;
    this.#passes.push({ began, ended, pages, tasks, items, total, isComplete });
  }
}
