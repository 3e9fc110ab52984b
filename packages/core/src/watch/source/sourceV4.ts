/**
 * A watch's source on API v4: tasks are the `Task` view of an evaluation's test case results.
 *
 * Items are read leniently. An item that is not what the contract says is read as far as it goes, a field that cannot be
 * read keeps what was last known of it, and what was wrong is said.
 */
import * as Effect from "effect/Effect";
import * as Paging from "../../client/Paging.ts";
import type { Transport } from "../../client/Transport.ts";
import * as Evaluations from "../../contract/v4/evaluations/Evaluations.ts";
import * as TestCaseResults from "../../contract/v4/evaluations/TestCaseResults.ts";
import { readHistory, versionsOf } from "./historyV4.ts";
import { Include } from "./Include.ts";
import { readItem, readItems } from "./itemV4.ts";
import { PageSize } from "./PageSize.ts";
import { archivedOf, isJson, Reader, textOf } from "./Reader.ts";
import { capabilities, type Source } from "./Source.ts";
import { answerOf, countOf, envelopeOf, gone, type Options, objectOf, once, orGone, unreadable } from "./unchecked.ts";
import { Validators } from "./Validators.ts";
import { writeOf } from "./writeV4.ts";

const isCurrent = (result: unknown): boolean =>
  isJson(result) && (result["invalidated_at"] ?? null) === null && (result["archived_at"] ?? null) === null;

/** Where a scan goes on, in pages of `size` items where it has read whole ones of that size, else of the size it began with. */
const placeOf = (at: string | undefined, size: number) => {
  if (at === undefined) return { page: 1, received: 0, limit: size };
  const [page, received, limit] = at.split("/").map(Number) as [number, number, number];
  const before = (page - 1) * limit;
  // Pages that have grown begin at a multiple of their size: until then they grow as far as the place allows.
  let next = size;
  while (next > limit && (before % next !== 0 || received !== before)) next /= 2;
  return Number.isInteger(next) && before % next === 0
    ? { page: before / next + 1, received, limit: next }
    : { page, received, limit };
};

export const sourceV4 = (transport: Transport["Service"], options: Options): Source => {
  const { evaluationId: evaluation_id } = options;
  const include = Include.of(options.include);
  const size = PageSize.of(options.pageSize);
  const words = new Map<string, string>();
  const validators = new Validators();
  const view: ["Task"] = ["Task"];

  return {
    evaluationId: evaluation_id,
    capabilities: capabilities.v4,

    evaluation: Effect.gen(function* () {
      const made = yield* transport.exchangeUnchecked(Evaluations.retrieve, { evaluation_id }, once);
      const evaluation = yield* objectOf(Evaluations.retrieve, made);
      return answerOf(made, {
        id: evaluation_id,
        name: textOf(evaluation["name"]) ?? "",
        status: textOf(evaluation["status"]) ?? "",
        total: yield* countOf(Evaluations.retrieve, evaluation, "total_test_case_result_count"),
        completed: yield* countOf(Evaluations.retrieve, evaluation, "completed_test_case_result_count"),
        ...archivedOf(evaluation),
      });
    }),

    page: (at, known, last, since) =>
      Effect.gen(function* () {
        const { page, received: before, limit } = placeOf(at, size.current);
        const asked = { evaluation_id, page, limit, view };
        const key = JSON.stringify([page, before, limit, include.fields]);
        const made = yield* transport.exchangeUnchecked(TestCaseResults.list, asked, validators.options(last, key));
        const unchanged = validators.unchanged(made, last, key);
        if (unchanged !== undefined) return answerOf(made, unchanged);
        const envelope = yield* envelopeOf(TestCaseResults.list, made);
        const received = before + envelope.items.length;
        const next = Paging.isLast("page", envelope, received) ? undefined : `${page + 1}/${received}/${limit}`;
        const read = readItems(() => new Reader(words), envelope.items, known, include, last, since);
        const answered = { ...read, total: envelope.total, next };
        return answerOf(made, validators.note(answered, made.headers["etag"], key));
      }),

    explain: (error) => transport.explain(Evaluations.retrieve, { evaluation_id }, error),

    readTask: (row) => {
      if (row.test_case_result_id === null) return Effect.succeed(gone);
      const asked = { evaluation_id, test_case_result_id: row.test_case_result_id, view };
      const look = Effect.map(transport.exchangeUnchecked(TestCaseResults.retrieve, asked, once), (made) => {
        const reader = new Reader(words);
        const read = readItem(reader, made.value, (id) => (id === row.id ? row : undefined), include);
        const isIt = read._tag === "Row" && read.row.id === row.id && isCurrent(made.value);
        return answerOf(made, { row: isIt ? read.row : undefined, issues: reader.issues });
      });
      return orGone(look);
    },

    history: (row) =>
      Effect.gen(function* () {
        const asked = { evaluation_id, test_case_result_id: row.test_case_result_id ?? "", view };
        const made = yield* transport.exchangeUnchecked(TestCaseResults.history, asked, once);
        const items = versionsOf(made.value);
        if (items === undefined) return yield* unreadable(TestCaseResults.history, "", "an array");
        const reader = new Reader(words);
        const versions = readHistory(reader, items, row, include.fields);
        return answerOf(made, { versions, issues: reader.issues });
      }),

    writes: (listener, taskOf) =>
      transport.writes.subscribe((write) => {
        const effect = writeOf(write, evaluation_id, words, taskOf);
        if (effect !== undefined) listener(effect);
      }),
  };
};
