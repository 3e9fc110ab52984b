/**
 * Holding tasks: who gets one, until when, and how it is given up. The moves are those of the lifecycle table; what the
 * platform leaves open is decided by the policy.
 *
 * 1. A task has at most one holder, and a deadline only while it is open.
 * 2. A claim gives the head of the caller's held tasks, else the head of the shared queue.
 * 3. A skipped task stands behind everything that was in the queue when it was skipped.
 */
import { lifecycle } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import type { Answer, CallContext, Steps } from "./Handler.ts";
import { conflict, type Refusal } from "./http/Refusal.ts";
import { Policy } from "./Policy.ts";
import { Store } from "./store/Store.ts";
import type { Alike, QueueKey, TaskChange, TaskRow, TaskState } from "./store/TaskQueue.ts";

/** The instant `seconds` from the call's, as the wire writes it; `null` for never. */
const deadline = ({ nowMillis }: CallContext, seconds: number | null): string | null =>
  seconds === null ? null : new Date(nowMillis + seconds * 1000).toISOString();

const unassigned = { assigned_to: null, assignment_expires_at: null } as const;

/** The refusal of a move that the table does not have. */
export const impossible = (what: string, status: string, trigger: lifecycle.Trigger): Refusal => {
  const from = lifecycle.moves.flatMap((row) => (row.trigger === trigger && row.from !== null ? [row.from] : []));
  return conflict(`${what} is ${status}, and ${trigger} needs it to be ${from.join(" or ")}`);
};

/** The status after the trigger; 409 when the table has no such move. */
export const moved = (task: TaskState, trigger: lifecycle.Trigger): Answer<string> => {
  const to = lifecycle.move(task.status, trigger);
  return to === undefined ? Effect.fail(impossible(`Task ${task.id}`, task.status, trigger)) : Effect.succeed(to);
};

const change = (call: CallContext, task: TaskRow, what: TaskChange): Answer<TaskRow> =>
  Effect.flatMap(Store, ({ tasks }) => tasks.update(task, { ...what, updated_at: call.now }));

/** The task becomes the caller's, for `claimSeconds`. */
const hold = Effect.fnUntraced(function* (call: CallContext, task: TaskRow): Steps<TaskRow> {
  const policy = yield* Policy;
  const status = yield* moved(task, "claim");
  return yield* change(call, task, {
    status,
    assigned_to: call.caller.userId,
    assignment_expires_at: deadline(call, policy.claimSeconds),
  });
});

/** The task goes back to the shared queue, behind everything in it. */
const skip = Effect.fnUntraced(function* (call: CallContext, task: TaskRow): Steps<TaskRow> {
  const { reserve } = yield* Store;
  const [place] = yield* reserve("place", 1);
  return yield* change(call, task, { status: yield* moved(task, "skip"), ...unassigned, place: place!.seq });
});

/** A task that is the caller's already: with a new deadline, unless it has none or the policy keeps the old one. */
const keep = (call: CallContext, task: TaskRow): Answer<TaskRow> =>
  Effect.flatMap(Policy, ({ claimAgain }) =>
    claimAgain === "keep" || task.assignment_expires_at === null ? Effect.succeed(task) : hold(call, task),
  );

/** Gives the caller a task, or nothing when none is left. */
export const claim = Effect.fnUntraced(function* (
  call: CallContext,
  key: QueueKey,
  skipCurrent: boolean,
): Steps<TaskRow | null> {
  const { tasks } = yield* Store;
  const policy = yield* Policy;
  const current = yield* tasks.ownHead(key, call.caller.userId);
  if (current !== undefined && !skipCurrent) return yield* keep(call, current);
  const skipped = current === undefined ? undefined : yield* skip(call, current);
  const own = yield* tasks.ownHead(key, call.caller.userId);
  if (own !== undefined) return yield* keep(call, own);
  const free = yield* tasks.freeHead(key, skipped?.id);
  if (free !== undefined) return yield* hold(call, free);
  return skipped !== undefined && policy.onlySkippedLeft === "same" ? yield* hold(call, skipped) : null;
});

/** The change that assigning makes to a task; `undefined` for none. */
const assignment = Effect.fnUntraced(function* (
  call: CallContext,
  task: TaskState,
  user: string | null | undefined,
): Steps<TaskChange | undefined> {
  const policy = yield* Policy;
  if (user === undefined || (user === null && policy.assignNull === "ignore")) return undefined;
  const status = yield* moved(task, "assign");
  if (user === null) return { status, ...unassigned };
  const until = lifecycle.isOpen(status) ? deadline(call, policy.assignSeconds) : null;
  return { status, assigned_to: user, assignment_expires_at: until };
});

/** Assigns an open or not yet ready task to `user`; `null` gives it back to the queue, `undefined` changes nothing. */
export const assign = Effect.fnUntraced(function* (
  call: CallContext,
  task: TaskRow,
  user: string | null | undefined,
): Steps<TaskRow> {
  const what = yield* assignment(call, task, user);
  return what === undefined ? task : yield* change(call, task, what);
});

/** The same for many tasks: one statement for those in the same status. */
export const assignAll = Effect.fnUntraced(function* (
  call: CallContext,
  all: ReadonlyArray<Alike>,
  user: string | null | undefined,
): Steps<void> {
  const { tasks } = yield* Store;
  for (const alike of all) {
    const what = yield* assignment(call, alike, user);
    if (what !== undefined) yield* tasks.updateMany(alike.rows, { ...what, updated_at: call.now });
  }
});

/** Refuses with 409 when the policy wants the holder and the caller is not. */
export const mayWork = Effect.fnUntraced(function* (call: CallContext, task: TaskRow): Steps<void> {
  const { lateSubmit } = yield* Policy;
  const holder = task.assigned_to;
  const isFine =
    holder === call.caller.userId || lateSubmit === "accept" || (lateSubmit === "unless-reclaimed" && holder === null);
  if (isFine) return;
  yield* conflict(
    holder === null
      ? `Task ${task.id} is not ${call.caller.userId}'s, or no longer: claim it again`
      : `Task ${task.id} is held by another user`,
  );
});

/** Work is handed in, changed, approved or corrected: the task is `by`'s and has no deadline any more. */
export const finish = Effect.fnUntraced(function* (
  call: CallContext,
  task: TaskRow,
  trigger: lifecycle.Trigger,
  by: string | null,
): Steps<TaskRow> {
  const status = yield* moved(task, trigger);
  return yield* change(call, task, { status, assigned_to: by ?? task.assigned_to, assignment_expires_at: null });
});

/** Work is sent back: to the person who did it, or to the queue. */
export const sendBack = Effect.fnUntraced(function* (call: CallContext, task: TaskRow): Steps<TaskRow> {
  const policy = yield* Policy;
  const status = yield* moved(task, "requestRevision");
  return policy.redoBy === "queue" || task.assigned_to === null
    ? yield* change(call, task, { status, ...unassigned })
    : yield* change(call, task, { status, assignment_expires_at: deadline(call, policy.assignSeconds) });
});

/** Its prerequisite is there: the task is open, and its holder's time begins. */
export const ready = Effect.fnUntraced(function* (call: CallContext, task: TaskRow): Steps<TaskRow> {
  const { assignSeconds } = yield* Policy;
  const until = task.assigned_to === null ? null : deadline(call, assignSeconds);
  return yield* change(call, task, { status: yield* moved(task, "ready"), assignment_expires_at: until });
});
