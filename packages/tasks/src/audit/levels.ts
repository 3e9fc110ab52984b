/**
 * Auditing in v5: auditors are assigned at two levels, and verdicts are statuses of tasks, many at once, all or none.
 *
 * v5 has a route that makes and assigns audits, which v4 has not. It has none that corrects answers or carries a comment, which v4 has.
 *
 * The rule: who labelled an item and who audits it, at either level, are three different people. It is checked before anything is sent.
 *
 * @source API reference v5, "Batch Update Annotation Tasks"; platform guide "Auditing".
 */
import { type SgpError, Transport } from "@evalwire/core";
import { v5 } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import { spanned } from "../spanned.ts";

type AnnotationTask = v5.AnnotationTasks.AnnotationTask;

/** An item to be audited, and who labelled it; `undefined` where that is not known, and cannot be checked. */
export interface AuditItem {
  readonly evaluation_item_id: string;
  readonly annotator?: string | null | undefined;
}

export interface AssignAuditorsArgs {
  readonly evaluation_id: string;
  readonly queue_id: string;
  readonly items: ReadonlyArray<AuditItem>;
  /** The ids of the users who audit; level 2 only with a level 1. */
  readonly level_1_assigned_to: string;
  readonly level_2_assigned_to?: string;
}

/** An item that one person would work on twice. */
export interface SamePerson {
  /** `null` where one person is named for both levels, for all items. */
  readonly evaluation_item_id: string | null;
  readonly person: string;
  readonly roles: readonly [string, string];
}

export type AuditorsAssigned =
  | { readonly _tag: "Assigned"; readonly tasks: ReadonlyArray<AnnotationTask> }
  /** Nothing was sent: these people would work on an item twice. */
  | { readonly _tag: "NotAllowed"; readonly conflicts: ReadonlyArray<SamePerson> };

export interface ChangeTasksArgs {
  /** Ids of annotation tasks: audits for `approve`, annotations for `requestRevision`. */
  readonly ids: ReadonlyArray<string>;
}

export interface RevisionArgs extends ChangeTasksArgs {
  /** The person who does them again; the one who did them when left out. */
  readonly assigned_to?: string;
}

export interface TasksChanged {
  readonly tasks: ReadonlyArray<AnnotationTask>;
  /** Ids the platform passed over because it does not know them. */
  readonly ignored: ReadonlyArray<string>;
}

/**
 * The people who would work on an item twice, by the rule of three people.
 *
 * @example
 * ```ts
 * import { v5 } from "@evalwire/tasks";
 *
 * const items = [{ evaluation_item_id: "i1", annotator: "ada" }];
 * const asked = { evaluation_id: "e1", queue_id: "default", items, level_1_assigned_to: "ada", level_2_assigned_to: "ben" };
 * v5.audit.conflicts(asked); // => [{ evaluation_item_id: "i1", person: "ada", roles: ["annotator", "level 1 auditor"] }]
 * ```
 */
export const conflicts = (args: AssignAuditorsArgs): ReadonlyArray<SamePerson> => {
  const { items, level_1_assigned_to: first, level_2_assigned_to: second } = args;
  const both: ReadonlyArray<SamePerson> =
    first === second
      ? [{ evaluation_item_id: null, person: first, roles: ["level 1 auditor", "level 2 auditor"] }]
      : [];
  const own = items.flatMap(({ evaluation_item_id, annotator }): ReadonlyArray<SamePerson> => {
    if (annotator === undefined || annotator === null) return [];
    const role = annotator === first ? "level 1 auditor" : annotator === second ? "level 2 auditor" : undefined;
    return role === undefined ? [] : [{ evaluation_item_id, person: annotator, roles: ["annotator", role] }];
  });
  return [...both, ...own];
};

/**
 * Gives items to auditors of one or two levels; the platform makes the audits where there are none.
 *
 * @returns `Assigned` with the audits; `NotAllowed`, and nothing sent, where one person would work on an item twice
 * @throws SgpError where the server refuses, e.g. for want of the role that may assign
 *
 * @example
 * ```ts
 * import { Sgp } from "@evalwire/core";
 * import { v5 } from "@evalwire/tasks/effect";
 * import * as Effect from "effect/Effect";
 *
 * const layer = Sgp.layer({ apiKey: "a key", fetch: async () => Response.json({ object: "list", items: [] }) });
 * const asked = { evaluation_id: "e1", queue_id: "default", items: [{ evaluation_item_id: "i1", annotator: "ada" }] };
 * const outcome = await Effect.runPromise(Effect.provide(v5.audit.assign({ ...asked, level_1_assigned_to: "ben" }), layer));
 * outcome; // => { _tag: "Assigned", tasks: [] }
 * ```
 */
export const assignAuditors = (args: AssignAuditorsArgs): Effect.Effect<AuditorsAssigned, SgpError, Transport> =>
  assigned(args).pipe(spanned("v5.audit.assign", args.evaluation_id));

const assigned = Effect.fnUntraced(function* (
  args: AssignAuditorsArgs,
): Effect.fn.Return<AuditorsAssigned, SgpError, Transport> {
  const found = conflicts(args);
  if (found.length > 0) return { _tag: "NotAllowed", conflicts: found };
  const { items, ...rest } = args;
  if (items.length === 0) return { _tag: "Assigned", tasks: [] };
  const { call } = yield* Transport;
  const evaluation_item_ids = items.map(({ evaluation_item_id }) => evaluation_item_id);
  const answer = yield* call(v5.AnnotationTasks.batch, { audit_assignment: { ...rest, evaluation_item_ids } });
  return { _tag: "Assigned", tasks: answer.items };
});

const change = Effect.fnUntraced(function* (
  changes: v5.AnnotationTasks.ChangeTasks,
): Effect.fn.Return<TasksChanged, SgpError, Transport> {
  if (changes.ids.length === 0) return { tasks: [], ignored: [] };
  const { call } = yield* Transport;
  const { items } = yield* call(v5.AnnotationTasks.batch, changes);
  const known = new Set(items.map(({ id }) => id));
  return { tasks: items, ignored: changes.ids.filter((id) => !known.has(id)) };
});

/** Accepts the work that audits stand for: the audits become COMPLETED. Throws SgpError where the server refuses, then for all of them. */
export const approveAudits = ({ ids }: ChangeTasksArgs): Effect.Effect<TasksChanged, SgpError, Transport> =>
  change({ ids, status: "COMPLETED" }).pipe(spanned("v5.audit.approve"));

/** Sends annotations back to be done again. Throws SgpError where the server refuses, then for all of them. */
export const sendBack = ({ ids, assigned_to }: RevisionArgs): Effect.Effect<TasksChanged, SgpError, Transport> =>
  change({ ids, status: "PENDING_REDO", ...(assigned_to === undefined ? {} : { assigned_to }) }).pipe(
    spanned("v5.audit.requestRevision"),
  );
