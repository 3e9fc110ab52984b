/**
 * Dashboards of an evaluation and their widgets, kept as they were drawn.
 *
 * @source The platform's SDK, `evaluation_dashboards` and its `widgets`.
 */
import * as Endpoint from "../../Endpoint.ts";
import { Instant } from "../../Instant.ts";
import * as Schema from "../../schema/Schema.ts";
import { anyJson, type Codec, JsonObject, openEnum, optional, updateOrRestore } from "../../Wire.ts";
import * as Page from "../Page.ts";

const drawn = {
  title: Schema.String,
  type: Schema.String,
  /** How the chart looks. */
  config: optional(JsonObject),
  /** The counted values. */
  query: optional(JsonObject),
};

const widget = {
  ...drawn,
  id: Schema.String,
  dashboard_id: optional(Schema.String),
  created_at: optional(Instant),
  /** The query's answer, where the platform has worked it out. */
  result: anyJson,
};

/** One chart, or one figure. */
export interface Widget extends Schema.StructType<typeof widget> {}
export const Widget: Codec<Widget> = Schema.Struct(widget);

export interface CreateWidget extends Schema.StructType<typeof drawn> {}
export const CreateWidget: Codec<CreateWidget> = Schema.Struct(drawn);

const changedWidget = {
  title: optional(Schema.String),
  type: optional(Schema.String),
  config: optional(JsonObject),
  query: optional(JsonObject),
};

export interface UpdateWidget extends Schema.StructType<typeof changedWidget> {}
export const UpdateWidget: Codec<UpdateWidget> = Schema.Struct(changedWidget);

const named = {
  name: Schema.String,
  description: optional(Schema.String),
  tags: optional(Schema.Array(Schema.String)),
};

const evaluationDashboard = {
  ...named,
  id: Schema.String,
  object: optional(Schema.String),
  evaluation_id: optional(Schema.String),
  evaluation_group_id: optional(Schema.String),
  created_at: Instant,
  archived_at: optional(Instant),
  /** With `views: ["widgets"]`. */
  widgets: optional(Schema.Array(Widget)),
};

export interface EvaluationDashboard extends Schema.StructType<typeof evaluationDashboard> {}
export const EvaluationDashboard: Codec<EvaluationDashboard> = Schema.Struct(evaluationDashboard);

const createEvaluationDashboard = {
  ...named,
  evaluation_id: optional(Schema.String),
  evaluation_group_id: optional(Schema.String),
};

export interface CreateEvaluationDashboard extends Schema.StructType<typeof createEvaluationDashboard> {}
export const CreateEvaluationDashboard: Codec<CreateEvaluationDashboard> = Schema.Struct(createEvaluationDashboard);

export const UpdateEvaluationDashboard = updateOrRestore({
  name: optional(Schema.String),
  description: optional(Schema.String),
  tags: optional(Schema.Array(Schema.String)),
});
export type UpdateEvaluationDashboard = typeof UpdateEvaluationDashboard.Type;

const views = { views: Schema.optionalKey(Schema.Array(openEnum(["widgets", "widget_results"]))) };
const collection = "/v5/evaluation-dashboards";
const one = `${collection}/:dashboard_id` as const;

export const create = Endpoint.post("v5.evaluationDashboards.create", {
  path: collection,
  body: CreateEvaluationDashboard,
  success: EvaluationDashboard,
});

export const list = Endpoint.get("v5.evaluationDashboards.list", {
  path: collection,
  query: Schema.Struct({
    ...Page.query,
    ...views,
    name: Schema.optionalKey(Schema.String),
    tags: Schema.optionalKey(Schema.Array(Schema.String)),
    evaluation_id: Schema.optionalKey(Schema.String),
  }),
  success: Page.of(EvaluationDashboard),
  paging: "cursor",
});

export const retrieve = Endpoint.get("v5.evaluationDashboards.retrieve", {
  path: one,
  query: Schema.Struct({ ...Page.archived, ...views }),
  success: EvaluationDashboard,
});

export const update = Endpoint.patch("v5.evaluationDashboards.update", {
  path: one,
  body: UpdateEvaluationDashboard,
  success: EvaluationDashboard,
});

export const remove = Endpoint.remove("v5.evaluationDashboards.delete", { path: one, success: EvaluationDashboard });

export const createWidget = Endpoint.post("v5.evaluationDashboards.widgets.create", {
  path: `${one}/widgets`,
  body: CreateWidget,
  success: Widget,
});

export const updateWidget = Endpoint.patch("v5.evaluationDashboards.widgets.update", {
  path: `${one}/widgets/:widget_id`,
  body: UpdateWidget,
  success: Widget,
});

export const removeWidget = Endpoint.remove("v5.evaluationDashboards.widgets.delete", {
  path: `${one}/widgets/:widget_id`,
  success: Widget,
});
