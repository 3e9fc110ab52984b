/** Named collections of items, in versions. */
import type { v5 } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import * as Entity from "../../Entity.ts";
import type { CallContext, Handler } from "../../Handler.ts";
import type { Document } from "../../store/Documents.ts";
import { archive, find } from "../archived.ts";
import * as Page from "../Page.ts";
import { stored } from "../stored.ts";
import { add, datasets } from "./DatasetItems.ts";

type Dataset = v5.Datasets.Dataset;
type Asked = Pick<v5.Datasets.CreateDataset, "name" | "description" | "tags">;

/** Makes a dataset whose version 1 holds the items. */
export const make = Effect.fnUntraced(function* (
  call: CallContext,
  accountId: string,
  asked: Asked,
  data: ReadonlyArray<Record<string, unknown>>,
  files: v5.Datasets.CreateDataset["files"],
) {
  const dataset: Document<Dataset> = yield* Entity.create(datasets, {
    accountId,
    body: (id) => ({
      ...asked,
      ...stored(call, id),
      object: "dataset" as const,
      tags: asked.tags ?? [],
      current_version_num: 1,
    }),
  });
  return { dataset, items: yield* add(call, dataset, 1, data, files) };
});

export const create: Handler<typeof v5.Datasets.create> = Effect.fnUntraced(function* (call) {
  const { data, files, ...asked } = call.body;
  const accountId = yield* Entity.accountOf(call, undefined);
  return (yield* make(call, accountId, asked, data, files)).dataset.body;
});

export const list: Handler<typeof v5.Datasets.list> = (call) =>
  Page.list(datasets, call, { keep: Page.namedFilter(call.query) });

export const retrieve: Handler<typeof v5.Datasets.retrieve> = (call) =>
  Entity.bodyOf(find(datasets, call, call.params.dataset_id));

export const update: Handler<typeof v5.Datasets.update> = (call) =>
  Entity.bodyOf(Entity.change(datasets, call, call.params.dataset_id));

export const remove: Handler<typeof v5.Datasets.remove> = (call) => archive(datasets, call, call.params.dataset_id);
