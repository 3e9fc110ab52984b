/** The items of an evaluation. */
import type { v5 } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import { TextFile } from "../../Encoded.ts";
import * as Entity from "../../Entity.ts";
import type { Handler } from "../../Handler.ts";
import { unavailable } from "../../http/Refusal.ts";
import { Store } from "../../store/Store.ts";
import { find } from "../archived.ts";
import { evaluations, items } from "../collections.ts";
import * as Page from "../Page.ts";
import * as Export from "./exportItems.ts";

type Item = v5.EvaluationItems.EvaluationItem;

const hasFailed = ({ task_errors }: Item): boolean => Object.keys(task_errors ?? {}).length > 0;

const keepOf = (status: string | undefined): ((item: Item) => boolean) | undefined => {
  switch (status) {
    case "failed":
      return hasFailed;
    case "passed":
      return (item) => !hasFailed(item);
    default:
      return undefined;
  }
};

export const list: Handler<typeof v5.EvaluationItems.list> = (call) =>
  Page.list(items, call, { parentId: call.query.evaluation_id, keep: keepOf(call.query.completion_status) });

export const retrieve: Handler<typeof v5.EvaluationItems.retrieve> = (call) =>
  Entity.bodyOf(find(items, call, call.params.evaluation_item_id));

export const exportItems: Handler<typeof v5.EvaluationItems.exportItems> = Effect.fnUntraced(function* (call) {
  const { documents } = yield* Store;
  const { evaluation_id, export_format, export_method, include_archived } = call.body;
  if (export_method === "signed_url") {
    return yield* unavailable("This server has no object storage to sign URLs for: use export_method direct");
  }
  const evaluation = yield* Entity.find(evaluations, call, evaluation_id);
  const all = yield* documents.list(items, { parentId: evaluation.id, includeArchived: include_archived === true });
  switch (export_format ?? "json") {
    case "csv":
      return new TextFile(Export.csv(all.map(({ body }) => body)), "text/csv; charset=utf-8");
    case "jsonl":
      return new TextFile(all.map(({ text }) => `${text}\n`).join(""), "application/jsonl");
    case "json":
      return new TextFile(`[${all.map(({ text }) => text).join(",")}]`, "application/json");
  }
});
