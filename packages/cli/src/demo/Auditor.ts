/**
 * The simulated auditor: reads each task the watch reports as finished, judges it independently, and approves it, corrects it,
 * or sends it back to the person who did it. A task is sent back at most once.
 *
 * Work that was sent back may be done again before the watch looks: then it shows a later version of a finished task, and no
 * change of status. Each verdict is therefore about a version, known by its `updated_at`.
 */
import type { SGPClient, TaskRow, Watch } from "@evalwire/core";
import { audit } from "@evalwire/tasks";
import * as Effect from "effect/Effect";
import * as Queue from "effect/Queue";
import { answersOf, type DemoEvaluation } from "./createEvaluation.ts";
import * as Judgement from "./Judgement.ts";
import { type Pace, pass } from "./Pace.ts";

/** From this distance between two judgements on, the work has to be done again. */
const tooFar = 2;

/** Ends when every task of the evaluation is approved or corrected; fails as the client does. */
export const review = Effect.fnUntraced(function* (
  client: SGPClient,
  watch: Watch,
  evaluation: DemoEvaluation,
  pace: Pace,
) {
  const finished = yield* Queue.unbounded<TaskRow>();
  const stop = watch.subscribe(
    ({ current }) => {
      if (current.status === "COMPLETED") Queue.offerUnsafe(finished, current);
    },
    { types: ["task.status_changed", "task.updated"], replay: false, capacity: 10_000 },
  );
  yield* Effect.addFinalizer(() => Effect.sync(stop));

  /** The versions that were sent back, by task. */
  const sentBack = new Map<string, string | null>();
  const settled = new Set<string>();
  while (settled.size < evaluation.cases.size) {
    const row = yield* Queue.take(finished);
    const demoCase = evaluation.cases.get(row.test_case_id ?? "");
    if (demoCase === undefined || row.test_case_result_id === null || settled.has(row.id)) continue;
    if (sentBack.get(row.id) === row.updated_at) continue;
    yield* pass(pace.auditing);
    const where = { evaluation_id: evaluation.id, test_case_result_id: row.test_case_result_id };
    const { result } = yield* Effect.tryPromise((signal) =>
      client.evaluations.testCaseResults.retrieve(where, { signal }),
    );
    const task = {
      id: row.id,
      status: row.status,
      task_entity_id: row.test_case_result_id,
      task_entity_parent_id: evaluation.id,
    };
    const mine = Judgement.of(demoCase, 0);
    const { quality, verdict } = evaluation.questions;
    const apart = Math.abs(mine.quality - Number(result?.[quality]));
    if (apart >= tooFar && !sentBack.has(row.id)) {
      sentBack.set(row.id, row.updated_at);
      const comment = `Please read both texts again: ${mine.quality} of 5 seems right to me.`;
      yield* Effect.tryPromise((signal) => audit.requestRevision(client, { task, comment }, { signal }));
      continue;
    }
    settled.add(row.id);
    yield* Effect.tryPromise((signal) =>
      result?.[verdict] !== mine.verdict
        ? audit.fix(client, { task, result: answersOf(evaluation, mine) }, { signal })
        : audit.approve(client, { task }, { signal }),
    );
  }
}, Effect.scoped);
