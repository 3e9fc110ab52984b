/** Report cards of variants: stored and returned. Their scores come from models, so there are none. */
import type { ApplicationVariantReports } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import * as Entity from "../../Entity.ts";
import type { Handler } from "../../Handler.ts";
import { collection } from "../../store/Documents.ts";
import { datasets } from "../datasets/EvaluationDatasets.ts";
import * as Page from "../Page.ts";
import { stored } from "../stored.ts";
import { variants } from "./ApplicationVariants.ts";

const reports = collection<ApplicationVariantReports.ApplicationVariantReport>(
  "application_variant_report",
  "Application variant report",
);

export const create: Handler<typeof ApplicationVariantReports.create> = Effect.fnUntraced(function* (call) {
  const { application_variant_id, evaluation_dataset_ids } = call.body;
  const accountId = yield* Entity.accountOf(call, call.body.account_id);
  const variant = yield* Entity.refer(variants, call, application_variant_id, ["body", "application_variant_id"]);
  for (const [index, id] of evaluation_dataset_ids.entries()) {
    yield* Entity.refer(datasets, call, id, ["body", "evaluation_dataset_ids", index]);
  }
  const made = yield* Entity.create(reports, {
    accountId,
    body: (id) => ({
      ...call.body,
      ...stored(call, id, accountId),
      application_spec_id: variant.body.application_spec_id,
      category_scores: [],
    }),
  });
  return made.body;
});

export const list: Handler<typeof ApplicationVariantReports.list> = (call) => {
  const { application_spec_id: spec, application_variant_id: variant } = call.query;
  const isAll = spec === undefined && variant === undefined;
  return Page.list(reports, call, {
    filter: isAll
      ? undefined
      : (body) =>
          (spec === undefined || body.application_spec_id === spec) &&
          (variant === undefined || body.application_variant_id === variant),
  });
};

export const retrieve: Handler<typeof ApplicationVariantReports.retrieve> = (call) =>
  Entity.bodyOf(Entity.find(reports, call, call.params.application_variant_report_id));
