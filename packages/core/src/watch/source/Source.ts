/**
 * Where a watch reads from: a port, so that the watch knows tasks and not a protocol.
 *
 * A source reads when it is called and never by itself; it neither retries nor waits. It is total over what the server may
 * answer: a value that cannot be read becomes an `ReadIssue`, and everything around it still counts.
 */
import type * as Effect from "effect/Effect";
import type { SgpError } from "../../client/SgpError.ts";
import type { EvaluationRow } from "../event/Event.ts";
import type { TaskRow } from "../event/TaskRow.ts";

/** Something in an answer that could not be read as it was meant. */
export interface ReadIssue {
  readonly kind:
    | "task-without-id"
    | "duplicate-task"
    | "unreadable-assignee"
    | "unreadable-deadline"
    | "unreadable-field"
    | "unreadable-item";
  readonly taskId?: string;
  readonly message: string;
}

/** An answer, with the time the server's clock showed. */
export interface Answer<A> {
  readonly value: A;
  /** The `Date` header in milliseconds since 1970. */
  readonly date: number | undefined;
  /** The `Age` header in seconds: for so long a cache has kept the answer. */
  readonly ageSeconds?: number | undefined;
  /** Bytes of the answer, where they are known; see `WatchStats.bytes`. */
  readonly bytes?: number | undefined;
}

export interface Page {
  readonly rows: ReadonlyArray<TaskRow>;
  /**
   * The rows that are not those of the page it was compared with, where both have the same items and tasks in the same
   * order; `undefined` where they have not, or where nothing was compared.
   */
  readonly changed?: ReadonlyArray<TaskRow> | undefined;
  /** The tasks that were made after the instant that was asked about, by what their items say. */
  readonly fresh?: ReadonlySet<string> | undefined;
  /** The ids of all items of the page, those without a task included: what holes and repetitions are found by. */
  readonly items: ReadonlyArray<string>;
  /** The ids of items that have a task which could not be read: their tasks may be there. */
  readonly unreadable: ReadonlyArray<string>;
  /** How many items had no id. */
  readonly withoutId: number;
  /** Items over all pages, as the server counts. */
  readonly total: number | undefined;
  /** The next page to request; `undefined` after the last page. */
  readonly next: string | undefined;
  readonly issues: ReadonlyArray<ReadIssue>;
}

/** One task looked at by itself; `row` is `undefined` when it is not there any more. */
export interface TaskRead {
  readonly row: TaskRow | undefined;
  readonly issues: ReadonlyArray<ReadIssue>;
}

/** One version of a task's test case result. */
export interface HistoryVersion {
  /** ISO 8601 by the server's clock: when it began; `null` where nothing says so. */
  readonly at: string | null;
  /** The fields of the result. */
  readonly result: Partial<TaskRow>;
  /** The fields of the task; `undefined` where the version does not carry it. */
  readonly task: Partial<TaskRow> | undefined;
}

/** The versions of a task's result, the oldest first, the present one last. */
export interface TaskHistory {
  readonly versions: ReadonlyArray<HistoryVersion>;
  readonly issues: ReadonlyArray<ReadIssue>;
}

/** The fields a source can read. Anything else is `null` in its rows, and no event reports it. */
export interface Capabilities {
  /** The holder of a task. */
  readonly assignments: boolean;
  /** Until when. */
  readonly deadlines: boolean;
  /** One task by itself, between full scans. */
  readonly pointReads: boolean;
}

/** Capabilities of the two versions of the API. */
export const capabilities = {
  v4: { assignments: true, deadlines: true, pointReads: true },
  v5: { assignments: false, deadlines: false, pointReads: true },
} as const satisfies Readonly<Record<string, Capabilities>>;

/** The effect of a write through the same client on tasks. */
export interface Write {
  readonly id: string;
  /** `unclear`: it failed without showing whether it took effect. */
  readonly phase: "started" | "succeeded" | "refused" | "unclear";
  /** The fields it sets, by task; in `succeeded` as the server answered. A task with all fields may be a new one. */
  readonly patches: ReadonlyArray<{ readonly taskId: string; readonly fields: Partial<TaskRow> }>;
  /** Tasks it may have changed in ways that only a read can show. */
  readonly touched: ReadonlyArray<string>;
  /** Whether only a full scan can show what it did. */
  readonly isSweeping: boolean;
  /** The server's time in its answer, in milliseconds since 1970, when it has succeeded; `undefined` without a readable `Date`. */
  readonly date?: number | undefined;
}

export interface Source {
  readonly evaluationId: string;
  readonly capabilities: Capabilities;
  /** Whether items can only be read by what the evaluation says: no other request is sent before that was answered once. */
  readonly needsEvaluation?: boolean;
  /** By what items are read since the last look at the evaluation: once that is something else, all of them have to be read again. */
  readonly basis?: () => string;
  /** Waits until one more request may be sent; the watch runs it before each. Default: it may be sent at once. */
  readonly admit?: Effect.Effect<void>;
  /** The evaluation with its counts: the cheapest look there is. */
  readonly evaluation: Effect.Effect<Answer<EvaluationRow>, SgpError>;
  /**
   * A page of tasks, the first one when `at` is `undefined`. A task that is the same as `known` says is given as that very object.
   *
   * @param last the same page as it was read before, where nothing has moved since; a source may compare with it
   * @param since in milliseconds since 1970: which tasks were made later is asked; where items do not say so, none is
   */
  readonly page: (
    at: string | undefined,
    known: (taskId: string) => TaskRow | undefined,
    last?: Page,
    since?: number,
  ) => Effect.Effect<Answer<Page>, SgpError>;
  /** The same failure of `evaluation`, with what one more request can say of it: that the evaluation is one of the API's other version. */
  readonly explain?: (error: SgpError) => Effect.Effect<SgpError>;
  readonly readTask: (row: TaskRow) => Effect.Effect<Answer<TaskRead>, SgpError>;
  /** Every version of the result that a task stands for; absent where the platform has no such route. */
  readonly history?: (row: TaskRow) => Effect.Effect<Answer<TaskHistory>, SgpError>;
  /**
   * Calls `listener` for each write of the client that concerns this evaluation, in order; returns its undo.
   *
   * @param taskOf the id of the task that stands for a test case result, if the watch knows it
   */
  readonly writes: (
    listener: (write: Write) => void,
    taskOf: (testCaseResultId: string) => string | undefined,
  ) => () => void;
}
