/** What an evaluation evaluates, one by one. */
import type { v5 } from "@evalwire/core/contract";
import * as Entity from "../Entity.ts";
import type { Handler } from "../Handler.ts";
import { find } from "./archived.ts";
import { items } from "./collections.ts";
import * as Page from "./Page.ts";

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
