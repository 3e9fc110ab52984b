/** Dashboards with their widgets: stored and returned. The client that shows a widget computes its counts. */
import type { v5 } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import * as Entity from "../../Entity.ts";
import type { CallContext, Handler, Steps } from "../../Handler.ts";
import { notFound } from "../../http/Refusal.ts";
import { type Collection, collection, type Document } from "../../store/Documents.ts";
import { Store } from "../../store/Store.ts";
import { find } from "../archived.ts";
import { evaluations } from "../collections.ts";
import * as Page from "../Page.ts";
import { stored } from "../stored.ts";
import { groups } from "./EvaluationGroups.ts";

type Dashboard = v5.EvaluationDashboards.EvaluationDashboard;
type Widget = v5.EvaluationDashboards.Widget;

export const dashboards: Collection<Dashboard> = collection("v5_evaluation_dashboard", "Evaluation dashboard");

/** Children of their dashboard. */
const widgets: Collection<Widget & { readonly archived_at?: string | null }> = collection("v5_widget", "Widget");

const shown = Effect.fnUntraced(function* (
  dashboard: Document<Dashboard>,
  views: ReadonlyArray<string> = [],
): Steps<Dashboard> {
  if (!views.includes("widgets") && !views.includes("widget_results")) return dashboard.body;
  const { documents } = yield* Store;
  const drawn = yield* documents.list(widgets, { parentId: dashboard.id });
  return { ...dashboard.body, widgets: drawn.map(({ body }) => body) };
});

export const create: Handler<typeof v5.EvaluationDashboards.create> = Effect.fnUntraced(function* (call) {
  const { evaluation_id, evaluation_group_id } = call.body;
  const accountId = yield* Entity.accountOf(call, undefined);
  if (evaluation_id) yield* Entity.refer(evaluations, call, evaluation_id, ["body", "evaluation_id"]);
  if (evaluation_group_id) yield* Entity.refer(groups, call, evaluation_group_id, ["body", "evaluation_group_id"]);
  const made = yield* Entity.create(dashboards, {
    accountId,
    body: (id) => ({ ...call.body, ...stored(call, id), object: "evaluation_dashboard", tags: call.body.tags ?? [] }),
  });
  return made.body;
});

export const list: Handler<typeof v5.EvaluationDashboards.list> = Effect.fnUntraced(function* (call) {
  const { evaluation_id, views } = call.query;
  const isNamed = Page.named(call.query);
  const found = yield* Page.documents(dashboards, call, {
    keep: (body) =>
      isNamed({ name: body.name, tags: body.tags ?? [] }) &&
      (evaluation_id === undefined || body.evaluation_id === evaluation_id),
  });
  return { ...found, items: yield* Effect.forEach(found.items, (dashboard) => shown(dashboard, views)) };
});

export const retrieve: Handler<typeof v5.EvaluationDashboards.retrieve> = Effect.fnUntraced(function* (call) {
  return yield* shown(yield* find(dashboards, call, call.params.dashboard_id), call.query.views);
});

export const update: Handler<typeof v5.EvaluationDashboards.update> = (call) =>
  Entity.bodyOf(Entity.change(dashboards, call, call.params.dashboard_id));

export const remove: Handler<typeof v5.EvaluationDashboards.remove> = Effect.fnUntraced(function* (call) {
  return (yield* Entity.archive(dashboards, call, yield* Entity.take(dashboards, call, call.params.dashboard_id))).body;
});

const open = (call: CallContext, id: string) =>
  Effect.tap(Entity.take(dashboards, call, id), (dashboard) => Entity.unarchived(dashboards, dashboard));

export const createWidget: Handler<typeof v5.EvaluationDashboards.createWidget> = Effect.fnUntraced(function* (call) {
  const dashboard = yield* open(call, call.params.dashboard_id);
  const made = yield* Entity.create(widgets, {
    accountId: dashboard.accountId,
    parentId: dashboard.id,
    body: (id) => ({ ...call.body, id, dashboard_id: dashboard.id, created_at: call.now }),
  });
  return made.body;
});

const widgetOf = Effect.fnUntraced(function* (
  call: CallContext & { readonly params: { readonly dashboard_id: string; readonly widget_id: string } },
) {
  const { dashboard_id, widget_id } = call.params;
  yield* open(call, dashboard_id);
  const widget = yield* Entity.take(widgets, call, widget_id);
  if (widget.parentId === dashboard_id && widget.archivedAt === null) return widget;
  return yield* notFound(widgets.noun, widget_id, `on dashboard ${dashboard_id}`);
});

export const updateWidget: Handler<typeof v5.EvaluationDashboards.updateWidget> = Effect.fnUntraced(function* (call) {
  const widget = yield* widgetOf(call);
  return (yield* Entity.write(widgets, widget, { ...widget.body, ...Entity.sent(call.body) })).body;
});

export const removeWidget: Handler<typeof v5.EvaluationDashboards.removeWidget> = Effect.fnUntraced(function* (call) {
  return (yield* Entity.archive(widgets, call, yield* widgetOf(call))).body;
});
