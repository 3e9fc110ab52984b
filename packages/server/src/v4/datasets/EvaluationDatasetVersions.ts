/**
 * The versions of a dataset one by one. A draft version has its number already, and takes down the test cases when it is
 * published; there is one draft at most.
 */
import type { EvaluationDatasetVersions } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import * as Entity from "../../Entity.ts";
import type { CallContext, Handler, Steps } from "../../Handler.ts";
import { conflict, notFound } from "../../http/Refusal.ts";
import type { Document } from "../../store/Documents.ts";
import { Store } from "../../store/Store.ts";
import * as Page from "../Page.ts";
import { stored } from "../stored.ts";
import { datasets, held, makeVersion, type Version, versions } from "./EvaluationDatasets.ts";

const takeDataset = (call: CallContext, id: string) =>
  Effect.tap(Entity.take(datasets, call, id), (dataset) => Entity.unarchived(datasets, dataset));

export const create: Handler<typeof EvaluationDatasetVersions.create> = Effect.fnUntraced(function* (call) {
  const { documents } = yield* Store;
  const dataset = yield* takeDataset(call, call.params.evaluation_dataset_id);
  yield* Entity.accountOf(call, call.body.account_id);
  const known = yield* documents.list(versions, { parentId: dataset.id });
  const draft = known.find(({ body }) => body.draft);
  if (draft !== undefined) {
    return yield* conflict(
      `Evaluation dataset ${dataset.id} has a draft already, version ${draft.body.num}: publish it first`,
    );
  }
  if (call.body.draft !== true) return (yield* makeVersion(call, dataset)).body;
  const made = yield* Entity.create(versions, {
    accountId: dataset.accountId,
    parentId: dataset.id,
    hidden: { testCaseVersions: [] },
    body: (id) => ({
      ...stored(call, id, dataset.accountId),
      evaluation_dataset_id: dataset.id,
      num: known.length + 1,
      draft: true,
    }),
  });
  return made.body;
});

const within = Effect.fnUntraced(function* (
  call: CallContext & {
    readonly params: { readonly evaluation_dataset_id: string; readonly evaluation_dataset_version_id: string };
  },
): Steps<Document<Version>> {
  const { evaluation_dataset_id, evaluation_dataset_version_id } = call.params;
  yield* Entity.find(datasets, call, evaluation_dataset_id);
  const found = yield* Entity.find(versions, call, evaluation_dataset_version_id);
  if (found.parentId === evaluation_dataset_id) return found;
  return yield* notFound(versions.noun, evaluation_dataset_version_id);
});

export const retrieve: Handler<typeof EvaluationDatasetVersions.retrieve> = (call) => Entity.bodyOf(within(call));

export const list: Handler<typeof EvaluationDatasetVersions.list> = Effect.fnUntraced(function* (call) {
  const dataset = yield* Entity.find(datasets, call, call.params.evaluation_dataset_id);
  return yield* Page.list(versions, call, { parentId: dataset.id });
});

export const publish: Handler<typeof EvaluationDatasetVersions.publish> = Effect.fnUntraced(function* (call) {
  const dataset = yield* takeDataset(call, call.params.evaluation_dataset_id);
  const version = yield* within(call);
  if (!version.body.draft) {
    return yield* conflict(`Evaluation dataset version ${version.id} is published already`);
  }
  const hidden = { testCaseVersions: yield* held(dataset) };
  const body = { ...version.body, draft: false, published_at: call.now };
  return { success: true, evaluation_dataset_version: (yield* Entity.write(versions, version, body, hidden)).body };
});
