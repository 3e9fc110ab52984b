/**
 * The items of datasets. Adding, changing and archiving items each make a new version of the dataset; every state of an
 * item is kept, so that any version can be read.
 */
import type { v5 } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import * as Entity from "../../Entity.ts";
import type { Answer, CallContext, Handler, Steps } from "../../Handler.ts";
import * as Detail from "../../http/Detail.ts";
import { invalid, notFound } from "../../http/Refusal.ts";
import { collection, type Document } from "../../store/Documents.ts";
import { Store } from "../../store/Store.ts";
import { deleted, find } from "../archived.ts";
import * as Page from "../Page.ts";
import { stored } from "../stored.ts";
import { contentHash } from "./contentHash.ts";

type Dataset = v5.Datasets.Dataset;
type Item = v5.DatasetItems.DatasetItem;
type Files = v5.Datasets.Files;

export const datasets = collection<Dataset>("v5_dataset", "Dataset");

/** Children of their dataset, as they are now. */
export const items = collection<Item>("v5_dataset_item", "Dataset item");

/** Every state of every item, children of the dataset, in order of version; an archived state has `archived_at`. */
const states = collection<Item>("v5_dataset_item_state", "Dataset item");

const keepStates = Effect.fnUntraced(function* (documents: ReadonlyArray<Document<Item>>): Steps<void> {
  const store = yield* Store;
  const reserved = yield* store.reserve(states.kind, documents.length);
  yield* store.documents.insert(
    states,
    documents.map((document, index) => document.with({ ...reserved[index]!, archivedAt: null })),
  );
});

/** The files of each item; 422 when there are not as many as items. */
export const filesOf = (
  data: ReadonlyArray<unknown>,
  files: ReadonlyArray<Files> | null | undefined,
): Answer<(index: number) => { readonly files?: Files }> => {
  if (files === undefined || files === null) return Effect.succeed(() => ({}));
  return files.length === data.length
    ? Effect.succeed((index) => ({ files: files[index]! }))
    : Effect.fail(invalid(Detail.value(["body", "files"], `${files.length} files for ${data.length} items`)));
};

/** Adds items to a dataset in its version `num`. */
export const add = Effect.fnUntraced(function* (
  call: CallContext,
  dataset: { readonly id: string; readonly accountId: string },
  num: number,
  data: ReadonlyArray<Record<string, unknown>>,
  files: ReadonlyArray<Files> | null | undefined,
): Steps<ReadonlyArray<Document<Item>>> {
  const fileOf = yield* filesOf(data, files);
  const made = yield* Entity.createMany(
    items,
    data.map((one, index) => ({
      accountId: dataset.accountId,
      parentId: dataset.id,
      body: (id) => ({
        ...stored(call, id),
        object: "dataset.item" as const,
        dataset_id: dataset.id,
        data: one,
        content_hash: contentHash(one),
        ...fileOf(index),
        version_num: num,
        updated_at: call.now,
      }),
    })),
  );
  yield* keepStates(made);
  return made;
});

/** The dataset with its next version begun. */
const nextVersion = Effect.fnUntraced(function* (call: CallContext, id: string): Steps<Document<Dataset>> {
  const dataset = yield* Entity.take(datasets, call, id);
  yield* Entity.unarchived(datasets, dataset);
  const current_version_num = dataset.body.current_version_num + 1;
  return yield* Entity.write(datasets, dataset, { ...dataset.body, current_version_num });
});

/** The items as a version of their dataset had them, in order of creation. */
const asOf = Effect.fnUntraced(function* (
  dataset: Document<Dataset>,
  num: number,
): Steps<ReadonlyArray<Document<Item>>> {
  const { documents } = yield* Store;
  if (num < 1 || num > dataset.body.current_version_num) {
    const problem = `dataset ${dataset.id} has versions 1 to ${dataset.body.current_version_num}`;
    return yield* invalid(Detail.value(["query", "version"], problem));
  }
  const every = yield* documents.list(states, { parentId: dataset.id });
  const newest = new Map<string, Document<Item>>();
  for (const state of every) {
    if ((state.body.version_num ?? 1) > num) continue;
    const { id } = state.body;
    newest.set(id, state.with({ id, seq: newest.get(id)?.seq ?? state.seq }));
  }
  return [...newest.values()].filter(({ body }) => !body.archived_at);
});

export const batch: Handler<typeof v5.DatasetItems.batch> = Effect.fnUntraced(function* (call) {
  yield* Entity.refer(datasets, call, call.body.dataset_id, ["body", "dataset_id"]);
  const dataset = yield* nextVersion(call, call.body.dataset_id);
  const made = yield* add(call, dataset, dataset.body.current_version_num, call.body.data, call.body.files);
  return { object: "list" as const, items: made.map(({ body }) => body) };
});

export const list: Handler<typeof v5.DatasetItems.list> = Effect.fnUntraced(function* (call) {
  const { dataset_id, version } = call.query;
  if (version === undefined) return yield* Page.list(items, call, { parentId: dataset_id });
  if (dataset_id === undefined) {
    return yield* invalid(Detail.value(["query", "version"], "version needs dataset_id"));
  }
  const dataset = yield* Entity.find(datasets, call, dataset_id);
  const held = yield* asOf(dataset, version);
  const found = yield* Page.ofList(held, call.query);
  return Page.encoded(found);
});

export const retrieve: Handler<typeof v5.DatasetItems.retrieve> = Effect.fnUntraced(function* (call) {
  const { version } = call.query;
  const id = call.params.dataset_item_id;
  if (version === undefined) return yield* Entity.bodyOf(find(items, call, id));
  const item = yield* Entity.find(items, call, id);
  const dataset = yield* Entity.find(datasets, call, item.parentId!);
  const state = (yield* asOf(dataset, version)).find(({ body }) => body.id === id);
  return state?.body ?? (yield* notFound(items.noun, id, `in version ${version}`));
});

export const update: Handler<typeof v5.DatasetItems.update> = Effect.fnUntraced(function* (call) {
  const item = yield* Entity.take(items, call, call.params.dataset_item_id);
  yield* Entity.unarchived(items, item);
  const dataset = yield* nextVersion(call, item.parentId!);
  const changed = {
    ...item.body,
    ...Entity.sent(call.body),
    content_hash: contentHash(call.body.data),
    version_num: dataset.body.current_version_num,
    updated_at: call.now,
  };
  const written = yield* Entity.write(items, item, changed);
  yield* keepStates([written]);
  return written.body;
});

export const remove: Handler<typeof v5.DatasetItems.remove> = Effect.fnUntraced(function* (call) {
  const item = yield* Entity.take(items, call, call.params.dataset_item_id);
  if (item.archivedAt !== null) return deleted(item.body);
  const dataset = yield* nextVersion(call, item.parentId!);
  const numbered = item.with({ body: { ...item.body, version_num: dataset.body.current_version_num } });
  const archived = yield* Entity.archive(items, call, numbered);
  yield* keepStates([archived]);
  return deleted(archived.body);
});
