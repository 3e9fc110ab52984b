/** The test cases as the versions of their dataset hold them. */
import type { TestCaseHistory, TestCases } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import * as Entity from "../../Entity.ts";
import type { CallContext, Handler, Steps } from "../../Handler.ts";
import { notFound } from "../../http/Refusal.ts";
import type { Document } from "../../store/Documents.ts";
import { Store } from "../../store/Store.ts";
import { casesOf, datasets, testCases, testCaseVersions, versionIdOf, versions } from "./EvaluationDatasets.ts";

type Params = { readonly evaluation_dataset_id: string; readonly num: string };

/** The test cases of the version with this number, by id; 404 when there is no such version. */
const casesIn = Effect.fnUntraced(function* (
  call: CallContext & { readonly params: Params },
): Steps<ReadonlyMap<string, Document<TestCases.TestCase>>> {
  const { documents } = yield* Store;
  const { evaluation_dataset_id, num } = call.params;
  const dataset = yield* Entity.find(datasets, call, evaluation_dataset_id);
  const known = yield* documents.list(versions, { parentId: dataset.id });
  const version = known.find(({ body }) => String(body.num) === num && !body.draft);
  if (version !== undefined) return yield* casesOf(version);
  return yield* notFound("Version", num, `of evaluation dataset ${dataset.id}`);
});

export const list: Handler<typeof TestCaseHistory.list> = Effect.fnUntraced(function* (call) {
  const { page = 1, limit = 100 } = call.query;
  const all = [...(yield* casesIn(call)).values()].map(({ body }) => body);
  return {
    items: all.slice((page - 1) * limit, page * limit),
    current_page: page,
    items_per_page: limit,
    total_item_count: all.length,
  };
});

export const retrieve: Handler<typeof TestCaseHistory.retrieve> = Effect.fnUntraced(function* (call) {
  const { test_case_id, num } = call.params;
  const found = (yield* casesIn(call)).get(test_case_id);
  return found?.body ?? (yield* notFound(testCases.noun, test_case_id, `in version ${num}`));
});

/** Only states that no published version holds, and that are not the present one, are forgotten. */
export const remove: Handler<typeof TestCaseHistory.remove> = Effect.fnUntraced(function* (call) {
  const { documents } = yield* Store;
  const { evaluation_dataset_id, test_case_id } = call.params;
  yield* Entity.take(datasets, call, evaluation_dataset_id);
  const testCase = yield* Entity.take(testCases, call, test_case_id);
  if (testCase.parentId !== evaluation_dataset_id) return yield* notFound(testCases.noun, test_case_id);
  const kept = new Set([versionIdOf(testCase)]);
  for (const { hidden } of yield* documents.list(versions, { parentId: evaluation_dataset_id })) {
    for (const id of (hidden as { readonly testCaseVersions: ReadonlyArray<string> }).testCaseVersions) kept.add(id);
  }
  const states = yield* documents.list(testCaseVersions, { parentId: testCase.id, includeArchived: true });
  const gone = states.flatMap(({ id }) => (kept.has(id) ? [] : [id]));
  yield* documents.remove(testCaseVersions, gone);
  return { success: true, count: gone.length };
});
