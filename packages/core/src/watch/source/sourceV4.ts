/**
 * A watch's source on API v4: tasks are the `Task` view of an evaluation's test case results.
 *
 * Items are read leniently. An item that is not what the contract says is read as far as it goes, a field that cannot be
 * read keeps what was last known of it, and what was wrong is said.
 */
import * as Effect from "effect/Effect";
import type { Transport } from "../../client/Transport.ts";
import * as Evaluations from "../../contract/v4/Evaluations.ts";
import * as TestCaseResults from "../../contract/v4/TestCaseResults.ts";
import { answerOf, gone, itemsOf, type Options, once, orGone } from "./answer.ts";
import { readItem, readItems } from "./itemV4.ts";
import { Reader } from "./Reader.ts";
import type { Source } from "./Source.ts";
import { writeOf } from "./writeV4.ts";

const isCurrent = (result: { readonly invalidated_at?: unknown; readonly archived_at?: unknown }): boolean =>
  (result.invalidated_at ?? null) === null && (result.archived_at ?? null) === null;

export const sourceV4 = (transport: Transport["Service"], options: Options): Source => {
  const { evaluationId: evaluation_id, pageSize: limit, include } = options;
  const words = new Map<string, string>();
  const view: ["Task"] = ["Task"];

  return {
    evaluationId: evaluation_id,
    capabilities: { assignments: true, deadlines: true, glances: true },

    evaluation: Effect.map(transport.exchange(Evaluations.retrieve, { evaluation_id }, once), (made) =>
      answerOf(made, {
        id: evaluation_id,
        name: made.value.name,
        status: made.value.status,
        total: made.value.total_test_case_result_count,
        completed: made.value.completed_test_case_result_count,
      }),
    ),

    page: (at, known) => {
      const page = at === undefined ? 1 : Number(at);
      const asked = { evaluation_id, page, limit, view };
      return Effect.map(transport.exchange(TestCaseResults.list, asked, { ...once, itemwise: true }), (made) => {
        const { total_item_count: total, items_per_page } = made.value;
        const items = itemsOf(made);
        const isLast = items.length === 0 || page * items_per_page >= total;
        const next = isLast ? undefined : String(page + 1);
        return answerOf(made, { ...readItems(new Reader(words), items, known, include), total, next });
      });
    },

    glance: (row) => {
      if (row.test_case_result_id === null) return Effect.succeed(gone);
      const asked = { evaluation_id, test_case_result_id: row.test_case_result_id, view };
      const look = Effect.map(transport.exchange(TestCaseResults.retrieve, asked, once), (made) => {
        const reader = new Reader(words);
        const read = readItem(reader, made.value, (id) => (id === row.id ? row : undefined), include);
        const isIt = read._tag === "Row" && read.row.id === row.id && isCurrent(made.value);
        return answerOf(made, { row: isIt ? read.row : undefined, oddities: reader.oddities });
      });
      return orGone(look);
    },

    writes: (listener, taskOf) =>
      transport.writes.subscribe((write) => {
        const told = writeOf(write, evaluation_id, words, taskOf);
        if (told !== undefined) listener(told);
      }),
  };
};
