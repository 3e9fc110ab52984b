/**
 * The parts of others' tasks that a caller sees and writes: nothing, unless a permit shows all rows.
 *
 * 1. A feed is a view of its rows and fields.
 * 2. A call that would show the tasks of others is refused, also where `authorize` allows it.
 * 3. An answer names no other person and contains nothing that another person answered; a hidden field is empty in it. Nor does an error.
 * 4. Answers are all that is written of an own task.
 */

import { type WatchEventType, watchEventTypes } from "@evalwire/core";
import type { ViewOptions } from "@evalwire/core/feed";
import * as Predicate from "effect/Predicate";
import { isRefusal, refusal, textOf } from "./answers.ts";
import type { RelayCall, RouteCall } from "./RelayCall.ts";
import { type Claims, hidable, type Right } from "./tokens.ts";

/** A caller's rights. */
export interface Permit {
  /** The platform's id of the user; limits are counted by it. */
  readonly user: string;
  /** Default `"own"`. */
  readonly rows?: "all" | "own";
  readonly hidden?: ReadonlyArray<string>;
  /**
   * When it ends, in seconds since 1970: a feed under it ends then, the browser connects again, and `authorize` is asked again. Default: with the
   * token, where there is one.
   */
  readonly expiresAt?: number;
}

const listOf = (text: string | null): ReadonlyArray<string> =>
  text === null ? [] : text.split(",").filter((each) => each !== "");

const isEventType = (type: string): type is WatchEventType => watchEventTypes.includes(type as WatchEventType);

const seesOwnOnly = ({ rows = "own" }: Permit) => rows === "own";
const isRestricted = (permit: Permit) => seesOwnOnly(permit) || (permit.hidden?.length ?? 0) > 0;

/** The reader's requested view, limited by its rights; or the answer that refuses it. */
export const viewOf = (permit: Permit, query: URLSearchParams): ViewOptions | Response => {
  const isOwnOnly = seesOwnOnly(permit) || query.get("tasks") === "own";
  const fields = listOf(query.get("fields"));
  const hidden = hidable.filter(
    (field) => permit.hidden?.includes(field) || (fields.length > 0 && !fields.includes(field)),
  );
  const types = listOf(query.get("types"));
  const unknown = types.find((type) => !isEventType(type));
  if (unknown !== undefined) return refusal(422, `There is no event of type "${unknown}".`);
  return {
    ...(isOwnOnly ? { holder: permit.user } : {}),
    ...(hidden.length > 0 ? { hidden } : {}),
    ...(types.length > 0 ? { types: types.filter(isEventType) } : {}),
  };
};

/** The routes that show no task of another, with the views they may have. */
const viewsForOwn: Readonly<Record<string, ReadonlyArray<string>>> = {
  "evaluations.retrieve": ["ApplicationSpec", "EvaluationConfig", "EvaluationDatasets"],
  "evaluations.claimTask": [],
  "evaluations.testCaseResults.retrieve": ["AnnotationResults", "Metrics", "Task", "TestCaseVersion", "Trace"],
  "evaluations.testCaseResults.update": [],
};

const isForOwn = (name: string): boolean => Object.hasOwn(viewsForOwn, name);

const rightOf = ({ name, endpoint, args }: RouteCall): Right | undefined => {
  if (endpoint.method === "GET") return "watch";
  switch (name) {
    case "evaluations.claimTask":
      return "claim";
    case "evaluations.tasks.update":
    case "evaluations.tasks.batchAssign":
      return "assign";
    case "evaluations.testCaseResults.update":
      return Object.keys(args).some((field) => field.startsWith("audit_")) ? "audit" : "submit";
    default:
      return undefined;
  }
};

/**
 * Whether a token allows a call: its evaluation, and the right that goes with the route. A token by itself allows no route
 * that no right covers. Those who see only their own tasks read no route that would show others'.
 */
export const allows = (claims: Claims, call: RelayCall): boolean => {
  const { evaluationId } = call;
  if (evaluationId === undefined) return false;
  if (claims.evaluations !== "*" && !claims.evaluations.includes(evaluationId)) return false;
  if (call.kind === "feed") return claims.may.includes("watch");
  const right = rightOf(call);
  if (right === undefined || !claims.may.includes(right)) return false;
  return (claims.rows === "all" && claims.hidden.length === 0) || isForOwn(call.name);
};

// Of no one evaluation, and still about tasks.
const taskRoutes = /^(v5\.)?(evaluations|evaluationItems|evaluationDashboards|annotationTasks|users)\./;

const answerFields = new Set([
  "label_status",
  "result",
  "time_spent_labeling_s",
  "annotated_by_user_id",
  "annotated_by_identity_type",
  "edited_by_identity_type",
]);

/** Refuses a call that would show or change more than a permit covers; `undefined` when it may be made. */
export const refuseBeyond = (
  permit: Permit,
  { name, endpoint, evaluationId, args }: RouteCall,
): Response | undefined => {
  if (!isRestricted(permit)) return undefined;
  const views = String(args["view"] ?? "")
    .split(",")
    .filter((view) => view !== "");
  const isOfTasks = evaluationId !== undefined || taskRoutes.test(name);
  if (endpoint.method === "GET" && isOfTasks) {
    const refused = views.find((view) => !viewsForOwn[name]?.includes(view));
    if (!isForOwn(name)) return refusal(403, "This route shows the tasks of others; your rights cover the own tasks.");
    if (refused !== undefined) return refusal(403, `The view "${refused}" shows more than your rights cover.`);
  }
  if (!seesOwnOnly(permit) || name !== "evaluations.testCaseResults.update") return undefined;
  const { evaluation_id: _, test_case_result_id: __, ...body } = args;
  // The right to audit is one of tokens: a permit by itself lets no one judge their own work.
  const mayAudit = "may" in permit && (permit as Claims).may.includes("audit");
  const field = Object.keys(body).find((each) => !answerFields.has(each) && !(mayAudit && each.startsWith("audit_")));
  if (field !== undefined) return refusal(403, `Your rights cover the answers to a task, not its "${field}".`);
  const annotator = body["annotated_by_user_id"];
  const isOthers = annotator !== undefined && annotator !== permit.user;
  return isOthers ? refusal(403, "Answers are handed in under the own name.") : undefined;
};

// Contents written by people and applications: its fields only happen to have the names of fields of the platform.
const contents = new Set(["result", "test_case_evaluation_data", "test_case_data", "tags", "metric_config", "metrics"]);
const persons = new Set([
  "created_by_user_id",
  "annotated_by_user_id",
  "edited_by_user_id",
  "edited_by",
  "assigned_to",
]);
const alsoHidden: Readonly<Record<string, ReadonlyArray<string>>> = {
  test_case_id: ["test_case_version"],
  test_case_result_id: ["task_entity_id"],
};

const idOf = (person: unknown): unknown => (Predicate.isObject(person) ? person["id"] : person);

/** A value of the same type that says nothing, so that readers that check the shape still read it. */
const emptyOf = (value: unknown): unknown => {
  switch (typeof value) {
    case "string":
      return "";
    case "number":
      return 0;
    case "boolean":
      return false;
    default:
      return null;
  }
};

const narrow = (value: unknown, isShown: (person: unknown) => boolean, hidden: ReadonlySet<string>): unknown => {
  if (Array.isArray(value)) return value.map((each) => narrow(each, isShown, hidden));
  if (!Predicate.isObject(value)) return value;
  const isOthersAnswer = value["annotated_by_user_id"] != null && !isShown(value["annotated_by_user_id"]);
  const shown = Object.entries(value).flatMap(([name, field]): ReadonlyArray<readonly [string, unknown]> => {
    if (hidden.has(name)) return [[name, emptyOf(field)]];
    if (persons.has(name) && field != null && !isShown(idOf(field)))
      return Predicate.isObject(field) ? [] : [[name, ""]];
    if (isOthersAnswer && (name === "result" || name === "annotation_results")) return [];
    return [[name, contents.has(name) ? field : narrow(field, isShown, hidden)]];
  });
  return Object.fromEntries(shown);
};

/** An error of the platform, whose text may name the person who has a task: only what is wrong with the caller's own request is passed on. */
const unnamed = async (response: Response): Promise<Response> => {
  const { status, headers } = response;
  const { detail }: { readonly detail?: unknown } = Object(await response.json().catch(() => undefined));
  const issues = Array.isArray(detail) ? detail.map(({ loc, msg, type }) => ({ loc, msg, type })) : undefined;
  return Response.json({ detail: issues ?? textOf(status) }, { status, headers });
};

/** An answer of the platform as a permit shows it; the answer itself where it shows everything. */
export const narrowed = async (permit: Permit, response: Response): Promise<Response> => {
  if (!isRestricted(permit) || response.status === 204 || response.status === 304 || isRefusal(response))
    return response;
  if (!response.ok) return unnamed(response);
  const hidden = new Set((permit.hidden ?? []).flatMap((field) => [field, ...(alsoHidden[field] ?? [])]));
  const isShown = (person: unknown) => !seesOwnOnly(permit) || person === permit.user;
  const { status, headers } = response;
  return Response.json(narrow(await response.json(), isShown, hidden), { status, headers });
};
