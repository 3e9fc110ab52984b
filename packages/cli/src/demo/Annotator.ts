/**
 * A simulated annotator: takes a task, reads, answers, goes on to the next; now and then skips one, or walks off and
 * lets the lease expire. Works through a client of its own, with a key of its own, as a person's program would.
 */
import type { SGPClient } from "@evalwire/core";
import { claim, skip, submit } from "@evalwire/tasks";
import * as Effect from "effect/Effect";
import * as Random from "effect/Random";
import { answersOf, type DemoEvaluation } from "./createEvaluation.ts";
import * as Judgement from "./Judgement.ts";
import { type Pace, pass } from "./Pace.ts";

export interface Annotator {
  /** The user id the client's key stands for. */
  readonly name: string;
  readonly client: SGPClient;
  /** How much too kindly (or, below 0, too severely) this one judges on a first reading, in steps of quality. */
  readonly bias: number;
  /** How often this one walks off and lets a lease expire. */
  readonly walksOff: number;
}

/** The turns, counted from 1, in which an annotator does something else than answer. */
const plan = Effect.fnUntraced(function* ({ walksOff }: Annotator) {
  const turns = yield* Random.shuffle([2, 3, 4, 5, 6, 7, 8]);
  return { walksOffAt: new Set(turns.slice(0, walksOff)), skipsAt: turns[walksOff] };
});

/** Works until interrupted; fails as the client does. */
export const work = Effect.fnUntraced(function* (annotator: Annotator, evaluation: DemoEvaluation, pace: Pace) {
  const { client, name } = annotator;
  const { walksOffAt, skipsAt } = yield* plan(annotator);
  const queue = { evaluation_id: evaluation.id, me: name };
  yield* pass(pace.pausing);
  for (let turn = 0; ; ) {
    let held = yield* Effect.tryPromise((signal) => claim(client, queue, { signal }));
    if (held._tag === "Claimed") {
      turn++;
      yield* pass(pace.working);
    }
    if (held._tag === "Claimed" && walksOffAt.has(turn)) {
      yield* Effect.sleep(pace.claimSeconds * 1_000);
      yield* pass(pace.away);
      continue;
    }
    if (held._tag === "Claimed" && turn === skipsAt) {
      const task_id = held.task.id;
      held = yield* Effect.tryPromise((signal) => skip(client, { ...queue, task_id }, { signal }));
      if (held._tag === "Claimed") yield* pass(pace.working);
    }
    const demoCase =
      held._tag === "Claimed" ? evaluation.cases.get(held.task.task_entity?.test_case_id ?? "") : undefined;
    if (held._tag !== "Claimed" || demoCase === undefined) {
      yield* pass(pace.waiting);
      continue;
    }
    // A person whose work was sent back reads carefully; a first reading goes by the reader's own eye and mood.
    const mood = yield* Random.nextBetween(-1.7, 1.7);
    const { task, heldUntil } = held;
    const judgement = Judgement.of(demoCase, task.status === "PENDING_REDO" ? 0 : annotator.bias + mood);
    yield* Effect.tryPromise((signal) =>
      submit(client, { task, heldUntil, result: answersOf(evaluation, judgement) }, { signal }),
    );
    yield* pass(pace.pausing);
  }
});
