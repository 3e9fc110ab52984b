/** The items of a new evaluation: given with it, taken from a dataset, or given and made into a dataset as well. */
import { orderedObject, type v5 } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import * as Predicate from "effect/Predicate";
import * as Entity from "../../Entity.ts";
import { withMore } from "../../ExactJson.ts";
import type { Answer, CallContext, Steps } from "../../Handler.ts";
import * as Detail from "../../http/Detail.ts";
import { invalid } from "../../http/Refusal.ts";
import { Store } from "../../store/Store.ts";
import { items as datasetItems, datasets, filesOf } from "../datasets/DatasetItems.ts";
import * as Datasets from "../datasets/Datasets.ts";

type Data = Readonly<Record<string, unknown>>;

/** One item to be, with where it comes from. */
export interface Source {
  readonly data: Data;
  readonly files?: v5.Datasets.Files;
  readonly dataset_item_id?: string;
  readonly dataset_item_version_num?: number;
}

export interface Gathered {
  readonly dataset: v5.Datasets.Dataset | undefined;
  readonly items: ReadonlyArray<Source>;
}

const origin = (item: v5.DatasetItems.DatasetItem): Omit<Source, "data"> => ({
  dataset_item_id: item.id,
  dataset_item_version_num: item.version_num ?? 1,
  ...(item.files ? { files: item.files } : {}),
});

/** The fields of an item; what is no object has none. */
const fieldsOf = (data: unknown): Data => (Predicate.isObject(data) ? (data as Data) : {});

/** Every item of a dataset, each with the fields that were sent for it. */
const fromDataset = Effect.fnUntraced(function* (
  call: CallContext,
  body: v5.Evaluations.EvaluationFromDataset,
): Steps<Gathered> {
  const { documents } = yield* Store;
  const dataset = yield* Entity.refer(datasets, call, body.dataset_id, ["body", "dataset_id"]);
  const held = yield* documents.list(datasetItems, { parentId: dataset.id });
  const more = new Map<string, Data>();
  for (const [index, added] of (body.data ?? []).entries()) {
    const { dataset_item_id } = added;
    if (!held.some(({ id }) => id === dataset_item_id)) {
      const problem = `dataset ${dataset.id} has no item ${dataset_item_id}`;
      return yield* invalid(Detail.value(["body", "data", index, "dataset_item_id"], problem));
    }
    more.set(dataset_item_id, orderedObject(Object.entries(added).filter(([name]) => name !== "dataset_item_id")));
  }
  const items = held.map(({ id, body: item }) => ({
    data: withMore(fieldsOf(item.data), more.get(id) ?? {}),
    ...origin(item),
  }));
  return { dataset: dataset.body, items };
});

const only = (data: Data, keys: ReadonlyArray<string> | null | undefined): Data =>
  keys ? orderedObject(Object.entries(data).filter(([key]) => keys.includes(key))) : data;

const withNewDataset = Effect.fnUntraced(function* (
  call: CallContext,
  accountId: string,
  body: v5.Evaluations.EvaluationWithNewDataset,
): Steps<Gathered> {
  const { keys, ...asked } = body.dataset;
  const kept = body.data.map((data) => only(data, keys));
  const { dataset, items } = yield* Datasets.make(call, accountId, asked, kept, body.files);
  const sources = items.map(({ body: item }, index) => ({ data: body.data[index]!, ...origin(item) }));
  return { dataset: dataset.body, items: sources };
});

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

export const gather = (
  call: CallContext,
  accountId: string,
  body: v5.Evaluations.CreateEvaluation,
): Answer<Gathered> => {
  if (isGiven(body.dataset_id)) return fromDataset(call, body as v5.Evaluations.EvaluationFromDataset);
  if (isGiven(body.dataset)) return withNewDataset(call, accountId, body as v5.Evaluations.EvaluationWithNewDataset);
  const { data, files } = body as v5.Evaluations.StandaloneEvaluation;
  return Effect.map(filesOf(data, files), (fileOf) => ({
    dataset: undefined,
    items: data.map((one, index) => ({ data: one, ...fileOf(index) })),
  }));
};
