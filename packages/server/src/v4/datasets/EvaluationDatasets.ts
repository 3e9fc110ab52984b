/**
 * Datasets, and their versions: publishing takes down which test cases the draft holds and in which version each, so that
 * an evaluation of version 1 sees what version 1 had.
 */
import type { EvaluationDatasets, TestCases } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import { Encoded, withFields } from "../../Encoded.ts";
import * as Entity from "../../Entity.ts";
import type { CallContext, Handler, Steps } from "../../Handler.ts";
import * as Detail from "../../http/Detail.ts";
import { badRequest, invalid } from "../../http/Refusal.ts";
import { collection, type Document } from "../../store/Documents.ts";
import { Store } from "../../store/Store.ts";
import { archive } from "../archive.ts";
import * as Page from "../Page.ts";
import { stored } from "../stored.ts";

type Dataset = EvaluationDatasets.EvaluationDataset;
export type Version = EvaluationDatasets.EvaluationDatasetVersion;

export const datasets = collection<Dataset>("evaluation_dataset", "Evaluation dataset");

/** Published versions; `hidden.testCaseVersions` are the ids of the test case versions it holds, in order. */
export const versions = collection<Version>("evaluation_dataset_version", "Evaluation dataset version");

/** The test cases of the draft; `hidden.versionId` names the present state among `testCaseVersions`. */
export const testCases = collection<TestCases.TestCase>("test_case", "Test case");

/** Every state a test case ever had, under an id of its own; the body's `id` stays the test case's. */
export const testCaseVersions = collection<TestCases.TestCase>("test_case_version", "Test case version");

export const versionIdOf = (testCase: Document<TestCases.TestCase>): string =>
  (testCase.hidden as { readonly versionId: string }).versionId;

/** The test cases a dataset version holds, as they were when it was published, by test case id and in order. */
export const casesOf = Effect.fnUntraced(function* (
  version: Document<Version>,
): Steps<ReadonlyMap<string, Document<TestCases.TestCase>>> {
  const { documents } = yield* Store;
  const ids = heldIds(version);
  const found = yield* documents.retrieveMany(testCaseVersions, ids);
  return new Map(ids.map((id) => [found.get(id)!.body.id, found.get(id)!]));
});

/** The ids of the test case versions a dataset version holds, in order. */
export const heldIds = (version: Document<Version>): ReadonlyArray<string> =>
  (version.hidden as { readonly testCaseVersions: ReadonlyArray<string> }).testCaseVersions;

/** Of these test cases those that a dataset version holds, as it holds them, by test case id. */
export const casesAmong = Effect.fnUntraced(function* (
  version: Document<Version>,
  drafts: ReadonlyArray<Document<TestCases.TestCase>>,
): Steps<ReadonlyMap<string, Document<TestCases.TestCase>>> {
  const { documents } = yield* Store;
  const held = new Set(heldIds(version));
  const wanted: Array<string> = [];
  for (const draft of drafts) {
    const present = versionIdOf(draft);
    if (held.has(present)) wanted.push(present);
    else {
      // Changed since it was published: one of its earlier states is the one that is held.
      const states = yield* documents.list(testCaseVersions, { parentId: draft.id, includeArchived: true });
      wanted.push(...states.flatMap(({ id }) => (held.has(id) ? [id] : [])));
    }
  }
  const found = yield* documents.retrieveMany(testCaseVersions, wanted);
  return new Map([...found.values()].map((one) => [one.parentId!, one]));
});

/** The version with this number, or the newest; 422 at `loc` when there is none. */
export const versionOf = Effect.fnUntraced(function* (
  datasetId: string,
  num: number | undefined,
  loc: ReadonlyArray<string | number>,
): Steps<Document<Version>> {
  const { documents } = yield* Store;
  const published = (yield* documents.list(versions, { parentId: datasetId })).filter(({ body }) => !body.draft);
  const found = num === undefined ? published.at(-1) : published.find(({ body }) => body.num === num);
  if (found !== undefined) return found;
  const has = published.length === 0 ? "has not been published yet" : `has versions 1 to ${published.length}`;
  const asked = num === undefined ? "" : `; there is no version ${num}`;
  return yield* invalid(Detail.value(loc, `evaluation dataset ${datasetId} ${has}${asked}`));
});

export const create: Handler<typeof EvaluationDatasets.create> = Effect.fnUntraced(function* (call) {
  const { type: _, ...body } = call.body;
  const accountId = yield* Entity.accountOf(call, body.account_id);
  const made = yield* Entity.create(datasets, {
    accountId,
    body: (id) => ({ out_of_date: false, ...body, ...stored(call, id, accountId), updated_at: call.now }),
  });
  return made.body;
});

export const list: Handler<typeof EvaluationDatasets.list> = (call) => Page.list(datasets, call);

/** With its versions: the way to learn their numbers. */
export const retrieve: Handler<typeof EvaluationDatasets.retrieve> = Effect.fnUntraced(function* (call) {
  const { documents } = yield* Store;
  const dataset = yield* Entity.find(datasets, call, call.params.evaluation_dataset_id);
  const known = yield* documents.list(versions, { parentId: dataset.id });
  return new Encoded(withFields(dataset.text, { evaluation_dataset_versions: known.map(({ body }) => body) }));
});

export const update: Handler<typeof EvaluationDatasets.update> = (call) =>
  Entity.bodyOf(
    Entity.change(datasets, call, call.params.evaluation_dataset_id, (patch) =>
      Effect.succeed({ ...patch, updated_at: call.now }),
    ),
  );

export const remove: Handler<typeof EvaluationDatasets.remove> = (call) =>
  archive(datasets, call, call.params.evaluation_dataset_id);

/** The content of a new version: the present states of the draft's test cases; 400 when there are none. */
export const held = Effect.fnUntraced(function* (dataset: Document<Dataset>): Steps<ReadonlyArray<string>> {
  const ids: Array<string> = [];
  yield* Entity.walk(testCases, { parentId: dataset.id }, (draft) =>
    Effect.sync(() => {
      for (const one of draft) ids.push(versionIdOf(one));
    }),
  );
  if (ids.length > 0) return ids;
  return yield* badRequest(`Evaluation dataset ${dataset.id} has no test cases: add some, then publish`);
});

/** Publishes what the draft holds as the next version. */
export const makeVersion = Effect.fnUntraced(function* (
  call: CallContext,
  dataset: Document<Dataset>,
): Steps<Document<Version>> {
  const { documents } = yield* Store;
  const hidden = { testCaseVersions: yield* held(dataset) };
  const num = (yield* documents.count(versions, { parentId: dataset.id })) + 1;
  return yield* Entity.create(versions, {
    accountId: dataset.accountId,
    parentId: dataset.id,
    hidden,
    body: (id) => ({
      ...stored(call, id, dataset.accountId),
      evaluation_dataset_id: dataset.id,
      num,
      draft: false,
      published_at: call.now,
    }),
  });
});

/** Publishes the draft version that was begun, else what the test cases are now. */
export const publish: Handler<typeof EvaluationDatasets.publish> = Effect.fnUntraced(function* (call) {
  const { documents } = yield* Store;
  const dataset = yield* Entity.take(datasets, call, call.params.evaluation_dataset_id);
  yield* Entity.unarchived(datasets, dataset);
  const begun = (yield* documents.list(versions, { parentId: dataset.id })).find(({ body }) => body.draft);
  if (begun === undefined) {
    return { success: true, evaluation_dataset_version: (yield* makeVersion(call, dataset)).body };
  }
  const hidden = { testCaseVersions: yield* held(dataset) };
  const body = { ...begun.body, draft: false, published_at: call.now };
  return { success: true, evaluation_dataset_version: (yield* Entity.write(versions, begun, body, hidden)).body };
});
