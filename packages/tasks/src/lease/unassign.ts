/**
 * Unassigns a task. That `assigned_to: null` does so is not documented.
 *
 * It is sent once: sent again after a lost answer, it could take the task from a user who claimed it meanwhile.
 */
import { type SgpError, Transport } from "@evalwire/core";
import { Tasks } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";

export const unassign = (
  evaluation_id: string,
  task_id: string,
): Effect.Effect<Tasks.Task | null, SgpError, Transport> =>
  Effect.flatMap(Transport, ({ call }) =>
    call(Tasks.update, { evaluation_id, task_id, assigned_to: null }, { maxRetries: 0 }),
  );
