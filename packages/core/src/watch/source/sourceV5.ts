/**
 * A watch's source on API v5: a row for each evaluation item.
 *
 * v5 has no route that lists, gets or claims annotation tasks. Holders and deadlines are not visible, so no event about
 * assignments ever comes from this source (`capabilities` says so). Visible is only the progress of each item: a task's
 * result stands in the item's data under the task's alias, its failure in `task_errors`. An item is
 * `COMPLETED` when every task of the evaluation has left one or the other, or there is none, else `PENDING`; `label_status` is `FAILED` when some task failed.
 *
 * `task_type` is the wire's own name for the thing, `evaluation.item`, and `include` picks fields of the item's data.
 *
 * The capabilities are known at once; the reading code is loaded with the first poll.
 */
import * as Effect from "effect/Effect";
import { OnDemand } from "../../client/OnDemand.ts";
import type { Transport } from "../../client/Transport.ts";
import type { Reads } from "./readsV5.ts";
import { capabilities, type Source } from "./Source.ts";
import type { Options } from "./unchecked.ts";

const module = new OnDemand(() => import("./readsV5.ts"));

export const sourceV5 = (transport: Transport["Service"], options: Options): Source => {
  const { evaluationId } = options;
  let made: Reads | undefined;
  const reads = Effect.map(module.load, ({ readsV5 }) => {
    made ??= readsV5(transport, options);
    return made;
  });

  return {
    evaluationId,
    capabilities: capabilities.v5,
    // Its tasks name the columns in which results appear.
    needsEvaluation: true,
    basis: () => made?.basis() ?? "",
    evaluation: Effect.flatMap(reads, ({ evaluation }) => evaluation),
    page: (at, known, last, since) => Effect.flatMap(reads, ({ page }) => page(at, known, last, since)),
    explain: (error) =>
      Effect.flatMap(reads, ({ explain }) => explain(error)).pipe(Effect.catch(() => Effect.succeed(error))),
    readTask: (row) => Effect.flatMap(reads, ({ readTask }) => readTask(row)),
    writes: (listener) =>
      transport.writes.subscribe((write) => {
        // Before the first look nothing is known that a write could change.
        const effect = module.atHand?.writeOf(write, evaluationId);
        if (effect !== undefined) listener(effect);
      }),
  };
};
