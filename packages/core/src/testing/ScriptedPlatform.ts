/**
 * A platform in one object, for tests: tasks that change hands by its own clock, and watches that read them as over a network, page by
 * page, with latency and with the faults that a test scripts.
 */
import type * as Clock from "effect/Clock";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import { type Reason, SgpError } from "../client/SgpError.ts";
import { seeded } from "../client/seeded.ts";
import * as TaskRow from "../watch/event/TaskRow.ts";
import * as TaskVersion from "../watch/event/TaskVersion.ts";
import { Pollers } from "../watch/Pollers.ts";
import {
  type Answer,
  capabilities,
  type HistoryVersion,
  type Page,
  type Source,
  type Write,
} from "../watch/source/Source.ts";
import { instantOf } from "../watch/time/instantOf.ts";
import type { Watch } from "../watch/Watch.ts";
import type { WatchOptions } from "../watch/WatchOptions.ts";

type Row = TaskRow.TaskRow;

/** Ways in which a server does not answer. */
export const servers = {
  down: { _tag: "Unreachable", description: "no connection" },
  busy: { _tag: "RateLimited", retryAt: undefined, retryAfterMillis: undefined },
  gone: { _tag: "ServerFault", status: 503, retryAt: undefined, retryAfterMillis: undefined },
  garbled: { _tag: "Undecodable", path: "", description: "it is not JSON", truncated: true },
} as const satisfies Record<string, Reason>;

/** A fault for the next request, instead of its answer or before it. */
export type Fault =
  | { readonly _tag: "Fail"; readonly reason: Reason }
  | { readonly _tag: "Slow"; readonly millis: number };

export interface Request {
  readonly kind: "evaluation" | "page" | "readTask" | "history";
  readonly at: number;
  /** The requested page; of pages that are chained only whether it was the first (1) or a later one (2). */
  readonly page?: number;
  /** Filled in when it is over. */
  endedAt?: number;
}

/** A page held against the one read before, as a source does that compares: what is unchanged is the very row read before. */
const compared = (page: Page, last: Page): Page => {
  const isUnmoved =
    page.rows.length === last.rows.length &&
    page.items.every((item, index) => item === last.items[index] && page.rows[index]!.id === last.rows[index]!.id);
  if (!isUnmoved) return page;
  const rows = page.rows.map((row, index) => (TaskVersion.isSame(row, last.rows[index]!) ? last.rows[index]! : row));
  return { ...page, rows, changed: rows.filter((row, index) => row !== last.rows[index]) };
};

/** An unassigned task, with other fields where they are given. */
export const scriptedRow = (id: string, fields: Partial<Row> = {}): Row =>
  TaskRow.make({
    id,
    task_type: "EVALUATION_ANNOTATION",
    status: "PENDING",
    priority: 1,
    test_case_result_id: `result-${id}`,
    test_case_id: `case-${id}`,
    label_status: "PENDING",
    ...fields,
  });

/** The fields v5 shows of a task: whether its item is done, and neither who holds it nor a version. */
const asItem = (row: Row): Row => ({
  ...row,
  task_type: "evaluation.item",
  status: row.status === "COMPLETED" ? "COMPLETED" : "PENDING",
  label_status: row.status === "COMPLETED" ? "COMPLETED" : "PENDING",
  priority: null,
  assigned_to: null,
  assignment_expires_at: null,
  test_case_result_id: row.id,
  audit_status: null,
  updated_at: null,
});

export class ScriptedPlatform {
  readonly clock: Clock.Clock;
  /** Which version of the API it speaks: v4 counts its pages, v5 chains them, and shows no assignments. */
  readonly api: "v4" | "v5";
  readonly evaluationId = "e1";
  readonly tasks = new Map<string, Row>();
  /** Every state a task was ever in; `null` for its absence. */
  readonly history = new Map<string, Array<Row | null>>();
  /** The versions of each task since it was last added, each with the time at which it began: what a history answers. */
  readonly versions = new Map<string, Array<{ readonly row: Row; readonly at: number }>>();
  /** The versions that a history answers, oldest first: all, unless a test wants another order, or a part. */
  historyOf: (versions: ReadonlyArray<HistoryVersion>, taskId: string) => ReadonlyArray<HistoryVersion> = (versions) =>
    versions;
  /** Whether the versions of a history carry their task. */
  hasTaskInHistory = true;
  /** When each task was made, by the server's clock, in milliseconds since 1970. */
  readonly created = new Map<string, number>();
  readonly requests: Array<Request> = [];
  readonly faults: Array<Fault> = [];
  /** Faults for one kind of request only. */
  readonly faultsOf: Partial<Record<Request["kind"], Array<Fault>>> = {};
  latencyMillis = 20;
  pageSize = 1000;
  /** The server's clock minus the client's. */
  offsetMillis = 0;
  hasDate = true;
  /** Whether the server gives a task back when its lease ends, before it answers the next request. */
  givesBack = false;
  /** The leases that the server has ended by its clock, in order; only where it gives back. */
  readonly expired: Array<TaskRow.Lease> = [];
  status = "PENDING";
  /** Whether the evaluation is there; else all that is asked about it is answered with 404. */
  exists = true;
  inFlight = 0;
  mostInFlight = 0;
  writers = 0;
  /** In which order a page's request sees the tasks; a list without a sort key may give another one each time. */
  order: (tasks: ReadonlyArray<Row>) => ReadonlyArray<Row> = (tasks) => tasks;
  /** The `Date` of each answer, from the server's time: several servers may answer. */
  dated: (now: number) => number = (now) => now;
  /** Replaces what a page would say. */
  tamper: (page: Page) => Page = (page) => page;
  /** Tasks that were written to through the watched client. */
  readonly written = new Set<string>();
  readonly #pollers = new Pollers();
  #writes = 0;
  #placed = 0;
  #listeners = new Set<(write: Write) => void>();
  /** Where each task stands in a list, once and for all. */
  readonly #places = new Map<string, number>();
  readonly #start: number;

  constructor(clock: Clock.Clock, count = 0, api: "v4" | "v5" = "v4") {
    this.clock = clock;
    this.api = api;
    this.#start = clock.currentTimeMillisUnsafe() - this.#mono();
    for (let index = 1; index <= count; index++) this.add(`t${index}`);
  }

  /** A watch of its evaluation, by its clock. All of them share one poller. Throws an `SgpError` with reason `Invalid` at bad options. */
  watch(options: WatchOptions = {}): Watch {
    const { clock, source } = this;
    return this.#pollers.watch(
      { kind: this.api, clock, random: seeded(1), source: () => source },
      this.evaluationId,
      options,
    );
  }

  #mono(): number {
    return Number(this.clock.monotonicTimeNanosUnsafe()) / 1e6;
  }

  /** The time on the server; no jump of the client's clock moves it. */
  now(): number {
    return this.#start + this.#mono() + this.offsetMillis;
  }

  iso(inMillis: number): string {
    return new Date(this.now() + inMillis).toISOString();
  }

  rows(): ReadonlyMap<string, Row> {
    return new Map(this.tasks);
  }

  add(id: string, fields: Partial<Row> = {}): void {
    this.created.set(id, this.now());
    this.#put(scriptedRow(id, fields));
  }

  set(id: string, fields: Partial<Row>): void {
    const before = this.tasks.get(id);
    if (before !== undefined) this.#put({ ...before, ...fields });
  }

  remove(id: string): void {
    if (!this.tasks.delete(id)) return;
    this.history.get(id)?.push(null);
    this.versions.delete(id);
  }

  claim(id: string, who: string, forMillis: number): void {
    this.settle();
    this.set(id, { assigned_to: who, assignment_expires_at: this.iso(forMillis) });
  }

  release(id: string): void {
    this.set(id, { assigned_to: null, assignment_expires_at: null });
  }

  complete(id: string): void {
    this.settle();
    const updated_at = this.iso(0);
    this.set(id, { status: "COMPLETED", label_status: "COMPLETED", assignment_expires_at: null, updated_at });
  }

  /** Gives back what has reached its deadline, if this server does. */
  settle(): void {
    if (!this.givesBack) return;
    for (const row of [...this.tasks.values()]) {
      const lease = TaskRow.leaseOf(row);
      const deadline = lease?.expiresAt == null ? undefined : instantOf(lease.expiresAt);
      if (lease === undefined || deadline === undefined || deadline > this.now()) continue;
      this.expired.push(lease);
      this.#put({ ...row, assigned_to: null, assignment_expires_at: null }, deadline);
    }
  }

  /** The versions of a task as its history shows them. */
  versionsOf(id: string): ReadonlyArray<HistoryVersion> {
    return (this.versions.get(id) ?? []).map(({ row, at }) => {
      const { task_type, status, priority, assigned_to, assignment_expires_at, ...result } = row;
      const task = { task_type, status, priority, assigned_to, assignment_expires_at };
      return { at: new Date(at).toISOString(), result, task: this.hasTaskInHistory ? task : undefined };
    });
  }

  #put(put: Row, at = this.now()): void {
    const next = this.api === "v4" ? put : asItem(put);
    // Deleted and made again, it stands at the end.
    if (!this.tasks.has(next.id)) this.#places.set(next.id, ++this.#placed);
    const versions = this.versions.get(next.id);
    if (versions === undefined) this.versions.set(next.id, [{ row: next, at }]);
    else if (!TaskVersion.isSame(versions.at(-1)!.row, next)) versions.push({ row: next, at });
    this.tasks.set(next.id, next);
    const states = this.history.get(next.id);
    if (states === undefined) this.history.set(next.id, [next]);
    else states.push(next);
  }

  /** Where a page begins: v4 counts pages, v5 goes on behind the item that came last, or where that stood. */
  #from(at: string | undefined, all: ReadonlyArray<Row>): number {
    if (at === undefined) return 0;
    if (this.api === "v4") return (Number(at) - 1) * this.pageSize;
    const index = all.findIndex(({ id }) => id === at);
    if (index !== -1) return index + 1;
    const place = this.#places.get(at) ?? 0;
    const behind = all.findIndex(({ id }) => this.#places.get(id)! > place);
    return behind === -1 ? all.length : behind;
  }

  /** A write through the watched client: announced when it starts, done half-way, and announced again when it ends. */
  write(
    fields: Partial<Row>,
    taskId: string,
    options: {
      readonly outcome?: "succeeded" | "refused" | "unclear";
      readonly isCarriedOut?: boolean;
      readonly millis?: number;
      readonly onCarriedOut?: () => void;
    } = {},
  ): Effect.Effect<void> {
    const { outcome = "succeeded", isCarriedOut = outcome === "succeeded", millis = 40 } = options;
    const base = { id: `w${++this.#writes}`, touched: [taskId], isSweeping: false };
    this.written.add(taskId);
    const announce = (announced: Write) => {
      // The fields a write sets cannot be seen on v5: it only says where to look.
      const write = this.api === "v4" ? announced : { ...announced, patches: [] };
      for (const listener of [...this.#listeners]) listener(write);
    };
    return Effect.gen({ self: this }, function* () {
      announce({ ...base, phase: "started", patches: [{ taskId, fields }] });
      yield* this.clock.sleep(Duration.millis(millis / 2));
      if (isCarriedOut && this.tasks.has(taskId)) {
        this.set(taskId, fields);
        options.onCarriedOut?.();
      }
      const answered = this.tasks.get(taskId);
      const date = this.hasDate ? Math.floor(this.dated(this.now()) / 1_000) * 1_000 : undefined;
      yield* this.clock.sleep(Duration.millis(millis / 2));
      announce({
        ...base,
        phase: outcome,
        date,
        patches: outcome === "succeeded" && answered !== undefined ? [{ taskId, fields: answered }] : [],
      });
    });
  }

  readonly source: Source = (() => {
    const platform = this;
    const ask = <A>(kind: Request["kind"], read: () => A, page?: number): Effect.Effect<Answer<A>, SgpError> =>
      Effect.suspend(() => {
        const request: Request = { kind, at: platform.#mono(), ...(page === undefined ? {} : { page }) };
        platform.requests.push(request);
        platform.inFlight++;
        platform.mostInFlight = Math.max(platform.mostInFlight, platform.inFlight);
        const fault = platform.faultsOf[kind]?.shift() ?? platform.faults.shift();
        const half = (platform.latencyMillis + (fault?._tag === "Slow" ? fault.millis : 0)) / 2;
        return Effect.gen(function* () {
          yield* platform.clock.sleep(Duration.millis(half));
          // The answer is made half-way, and says what is true then.
          platform.settle();
          const value = read();
          const isGone = !platform.exists;
          const date = Math.floor(platform.dated(platform.now()) / 1_000) * 1_000;
          yield* platform.clock.sleep(Duration.millis(half));
          if (fault?._tag === "Fail")
            return yield* new SgpError({ reason: fault.reason, method: "GET", path: `/${kind}` });
          if (isGone && kind !== "readTask")
            return yield* new SgpError({ reason: { _tag: "NotFound" }, method: "GET", path: `/${kind}` });
          return { value, date: platform.hasDate ? date : undefined };
        }).pipe(
          Effect.ensuring(
            Effect.sync(() => {
              platform.inFlight--;
              request.endedAt = platform.#mono();
            }),
          ),
        );
      });
    return {
      evaluationId: platform.evaluationId,
      get capabilities() {
        return capabilities[platform.api];
      },
      evaluation: Effect.suspend(() =>
        ask("evaluation", () => ({
          id: platform.evaluationId,
          name: "An evaluation",
          status: platform.status,
          total: platform.tasks.size,
          completed: [...platform.tasks.values()].filter((task) => task.label_status === "COMPLETED").length,
        })),
      ),
      page: (at, known, last, since = Number.POSITIVE_INFINITY) =>
        ask(
          "page",
          () => {
            const all = platform.order([...platform.tasks.values()]);
            const from = platform.#from(at, all);
            const rows = all.slice(from, from + platform.pageSize).map((next) => {
              const before = known(next.id);
              return before !== undefined && TaskVersion.isSame(before, next) ? before : next;
            });
            const total = all.length;
            const number = platform.api === "v4" ? String(Number(at ?? 1) + 1) : rows.at(-1)?.id;
            const next = from + platform.pageSize < total ? number : undefined;
            const items = rows.map((each) => each.test_case_result_id ?? each.id);
            const fresh = new Set(rows.flatMap(({ id }) => (platform.created.get(id)! > since ? [id] : [])));
            const page = { rows, fresh, items, unreadable: [], withoutId: 0, total, next, issues: [] };
            return platform.tamper(last === undefined ? page : compared(page, last));
          },
          platform.api === "v4" ? Number(at ?? 1) : at === undefined ? 1 : 2,
        ),
      readTask: (before) =>
        ask("readTask", () => ({ row: platform.exists ? platform.tasks.get(before.id) : undefined, issues: [] })),
      history: ({ id }) =>
        ask("history", () => ({ versions: platform.historyOf(platform.versionsOf(id), id), issues: [] })),
      writes: (listener) => {
        platform.#listeners.add(listener);
        platform.writers++;
        return () => {
          platform.#listeners.delete(listener);
          platform.writers--;
        };
      },
    };
  })();
}
