/**
 * Carries a plan out: its moves in chunks of one person each, with the outcome of every single task.
 *
 * 1. Every move of the plan has exactly one outcome.
 * 2. A chunk that the server refuses as a whole because of some of its tasks is split until those are found; the others are assigned.
 * 3. A refusal that concerns every request (401, 403, no such evaluation), or answers that stay lost, end it: the rest is `NotSent`.
 * 4. Assigning a task to the person who has it changes nothing but its deadline, so a report can be resumed, also one whose end is not known,
 *    and one that was kept as JSON.
 */
import type { SgpError, Transport } from "@evalwire/core";
import { Transport as TransportService } from "@evalwire/core";
import { Evaluations, Tasks, v5 } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import * as Result from "effect/Result";
import { assigneeOf, type Leasable } from "../lease/Lease.ts";
import { spanned } from "../spanned.ts";
import { at, type Entries, jsonMap } from "./JsonMap.ts";
import type { Move, Plan } from "./plan.ts";

export type AssignOutcome<T> =
  /** The task is the person's; `task` is `null` where the server answers without saying what it did. */
  | { readonly _tag: "Assigned"; readonly to: string; readonly task: T | null }
  /** The server refuses this task, e.g. because it is finished by now. */
  | { readonly _tag: "Refused"; readonly to: string; readonly error: SgpError }
  /** The server's answer leaves the task out, or names another assignee: it does not know the task, or has not assigned it. */
  | { readonly _tag: "Ignored"; readonly to: string; readonly task: T | null }
  /** The answer did not come: it may be assigned or not. Resuming is safe. */
  | { readonly _tag: "Unknown"; readonly to: string; readonly error: SgpError }
  | { readonly _tag: "NotSent"; readonly to: string };

export interface AssignReport<T = Tasks.Task> {
  /** By task id, in the order of the plan's moves; JSON writes it as an object. */
  readonly outcomes: ReadonlyMap<string, AssignOutcome<T>>;
  /** How many there are of each. */
  readonly counts: Readonly<Record<AssignOutcome<T>["_tag"], number>>;
  /** Requests sent; in a dry run, those that would be if none is refused. */
  readonly requests: number;
  /** Whether every task is assigned. */
  readonly isComplete: boolean;
  /** The error that ended it before everything was sent. */
  readonly error?: SgpError;
}

export interface CarryOutPlanArgs<T> {
  /** What `plan` returned; only its moves are needed. */
  readonly plan: Pick<Plan, "moves">;
  /** Tasks in one request at most; 100 when left out. */
  readonly chunkSize?: number;
  /** Sends nothing and reports what would be sent. */
  readonly dryRun?: boolean;
  /** An earlier report of the same plan, also one that was written as JSON and read again: what is assigned there is not sent again. */
  readonly resume?: { readonly outcomes: Entries<Pick<AssignOutcome<T>, "_tag" | "to">> };
  /** Called with the report so far after every request, so that nothing is lost to an abort or a crash. */
  readonly onProgress?: (report: AssignReport<T>) => void;
}

export interface AssignPlanArgs extends CarryOutPlanArgs<Tasks.Task> {
  readonly evaluation_id: string;
}

export interface AssignPlanV5Args extends CarryOutPlanArgs<v5.AnnotationTasks.AnnotationTask> {}

interface Chunk {
  readonly to: string;
  readonly ids: ReadonlyArray<string>;
}

/** The moves of each person, at most `size` in one chunk. */
const chunksOf = (moves: ReadonlyArray<Move>, size: number): ReadonlyArray<Chunk> => {
  const byPerson = new Map<string, Array<string>>();
  for (const { taskId, to } of moves) {
    const ids = byPerson.get(to);
    if (ids === undefined) byPerson.set(to, [taskId]);
    else ids.push(taskId);
  }
  return [...byPerson].flatMap(([to, ids]) =>
    Array.from({ length: Math.ceil(ids.length / size) }, (_, index) => ({
      to,
      ids: ids.slice(index * size, (index + 1) * size),
    })),
  );
};

class Ledger<T extends Leasable> {
  readonly #outcomes = new Map<string, AssignOutcome<T>>();
  requests = 0;

  constructor(moves: ReadonlyArray<Move>, earlier: CarryOutPlanArgs<T>["resume"]) {
    for (const { taskId, to } of moves) {
      const known = earlier === undefined ? undefined : at(earlier.outcomes, taskId);
      const isAssigned = known?._tag === "Assigned" && known.to === to;
      this.#outcomes.set(taskId, isAssigned ? (known as AssignOutcome<T>) : { _tag: "NotSent", to });
    }
  }

  isAssigned(taskId: string): boolean {
    return this.#outcomes.get(taskId)?._tag === "Assigned";
  }

  answered({ ids, to }: Chunk, tasks: ReadonlyArray<T> | null): void {
    const byId = new Map(tasks?.map((task) => [task.id, task]));
    for (const id of ids) {
      const task = byId.get(id) ?? null;
      const isDone = tasks === null || (task !== null && assigneeOf(task) === to);
      this.#outcomes.set(id, { _tag: isDone ? "Assigned" : "Ignored", to, task });
    }
  }

  failed({ ids, to }: Chunk, tag: "Refused" | "Unknown", error: SgpError): void {
    for (const id of ids) this.#outcomes.set(id, { _tag: tag, to, error });
  }

  report(error?: SgpError): AssignReport<T> {
    const counts = { Assigned: 0, Refused: 0, Ignored: 0, Unknown: 0, NotSent: 0 };
    for (const { _tag } of this.#outcomes.values()) counts[_tag]++;
    const { requests } = this;
    const isComplete = counts.Assigned === this.#outcomes.size;
    return {
      outcomes: jsonMap(this.#outcomes),
      counts,
      requests,
      isComplete,
      ...(error === undefined ? {} : { error }),
    };
  }
}

/** Whether a refusal may be due to some of the tasks of a request, so that the others are worth another try. */
const concernsTasks = ({ reason }: SgpError): boolean =>
  reason._tag === "Conflict" || reason._tag === "Invalid" || reason._tag === "NotFound";

const carryOutPlan = <T extends Leasable>(
  args: CarryOutPlanArgs<T>,
  send: (chunk: Chunk) => Effect.Effect<ReadonlyArray<T> | null, SgpError, Transport>,
  isThere: Effect.Effect<boolean, SgpError, Transport>,
): Effect.Effect<AssignReport<T>, never, Transport> =>
  Effect.gen(function* () {
    const { plan, chunkSize = 100, dryRun = false, resume, onProgress } = args;
    if (resume !== undefined && (typeof resume?.outcomes !== "object" || resume.outcomes === null)) {
      return yield* Effect.die(new RangeError("assign: resume is a report of assign, with its outcomes"));
    }
    if (!(Number.isInteger(chunkSize) && chunkSize > 0)) {
      return yield* Effect.die(new RangeError(`assign: chunkSize must be a whole number above 0, not ${chunkSize}`));
    }
    const ledger = new Ledger<T>(plan.moves, resume);
    const left = plan.moves.filter(({ taskId }) => !ledger.isAssigned(taskId));
    const waiting = [...chunksOf(left, chunkSize)].reverse();
    if (dryRun) {
      ledger.requests = waiting.length;
      return ledger.report();
    }
    let wasThere = false;
    for (let chunk = waiting.pop(); chunk !== undefined; chunk = waiting.pop()) {
      const sent = yield* Effect.result(send(chunk));
      ledger.requests++;
      if (Result.isSuccess(sent)) ledger.answered(chunk, sent.success);
      else if (!concernsTasks(sent.failure)) {
        const isKnown = sent.failure.inDoubt !== true && sent.failure.reason._tag !== "RateLimited";
        if (!isKnown) ledger.failed(chunk, "Unknown", sent.failure);
        return ledger.report(sent.failure);
      } else {
        // A 404 may be a task's or the evaluation's.
        if (sent.failure.reason._tag === "NotFound" && !wasThere) {
          const there = yield* Effect.result(isThere);
          if (Result.isFailure(there) || !there.success) return ledger.report(sent.failure);
          wasThere = true;
        }
        if (chunk.ids.length === 1) ledger.failed(chunk, "Refused", sent.failure);
        else {
          const { to, ids } = chunk;
          const half = ids.length >> 1;
          waiting.push({ to, ids: ids.slice(half) }, { to, ids: ids.slice(0, half) });
        }
      }
      onProgress?.(ledger.report());
    }
    return ledger.report();
  });

/** `assign` of a plan in v4. */
export const assignPlan = (args: AssignPlanArgs): Effect.Effect<AssignReport, never, Transport> => {
  const { evaluation_id } = args;
  const send = ({ to, ids }: Chunk) =>
    Effect.flatMap(TransportService, ({ call }) =>
      call(Tasks.batchAssign, { evaluation_id, task_ids: ids, assigned_to: to }),
    );
  const isThere = Effect.flatMap(TransportService, ({ call }) => call(Evaluations.retrieve, { evaluation_id })).pipe(
    Effect.as(true),
    Effect.catchReason("SgpError", "NotFound", () => Effect.succeed(false)),
  );
  return carryOutPlan(args, send, isThere);
};

/**
 * `assign` of a plan in v5, over annotation tasks; ids the platform does not know are `Ignored`.
 *
 * @param args - `plan`; `chunkSize`, `dryRun`, `resume`, `onProgress`
 * @returns a report of each task's outcome; it never fails: the error that ended it is its `error`. A defect is a `RangeError` at a `chunkSize` that is none
 *
 * @example
 * ```ts
 * import { Sgp } from "@evalwire/core";
 * import { v5 } from "@evalwire/tasks/effect";
 * import * as Effect from "effect/Effect";
 *
 * const layer = Sgp.layer({ apiKey: "a key", fetch: async () => Response.json({ object: "list", items: [] }) });
 * const plan = { moves: [{ taskId: "t1", from: null, to: "ada" }] };
 * const report = await Effect.runPromise(Effect.provide(v5.assign({ plan }), layer));
 * report.counts.Ignored; // => 1
 * ```
 */
export const assignPlanV5 = (
  args: AssignPlanV5Args,
): Effect.Effect<AssignReport<v5.AnnotationTasks.AnnotationTask>, never, Transport> => {
  const send = ({ to, ids }: Chunk) =>
    Effect.flatMap(TransportService, ({ call }) => call(v5.AnnotationTasks.batch, { ids, assigned_to: to })).pipe(
      Effect.map(({ items }) => items),
    );
  return carryOutPlan(args, send, Effect.succeed(true)).pipe(spanned("v5.assign"));
};
