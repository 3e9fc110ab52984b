/**
 * The life of a task as a table: which status follows which, what causes it, who may cause it, and how sure we are.
 *
 * It is data with a few questions asked of it. The watch, the acts on tasks and the embedded
 * server execute this one table. Statuses are an open enum: every question has an answer for an unknown status, and the
 * answer is always the careful one ("not open", "no move known").
 *
 * 1. A move exists if and only if the table has a row for it.
 * 2. A status and a trigger lead to at most one status.
 * 3. Only open tasks (PENDING, PENDING_REDO) can be claimed, skipped, submitted, or have a lease that expires.
 *
 * Source: the platform's public API reference and its guides to annotation and audit. No page draws the state machine,
 * so each row says whether it is `documented` or `inferred`.
 */

import { isDone, isKnown, type KnownStatus, type Status } from "./status.ts";

export { isDone, isKnown, isOpen, type KnownStatus, type Status, statuses } from "./status.ts";

/**
 * Events in the life of a task.
 *
 * - `create`, `createNotReady`: the platform makes it, open or waiting for something upstream
 * - `ready`: what it waited for is there
 * - `claim`, `assign`, `skip`, `expire`: its lease is given, moved, given up or expires; the status stays
 * - `save`: answers are kept without finishing (`label_status: "PENDING"` sent along)
 * - `submit`: the answers are handed in
 * - `edit`: answers already handed in are changed
 * - `approve`, `fix`, `requestRevision`: an auditor accepts the work, corrects it, or sends it back
 */
export const triggers = [
  "create",
  "createNotReady",
  "ready",
  "claim",
  "assign",
  "skip",
  "expire",
  "save",
  "submit",
  "edit",
  "approve",
  "fix",
  "requestRevision",
] as const;

export type Trigger = (typeof triggers)[number];

/**
 * The people who may cause a move: `holder` is the user the task is assigned to, `annotator` anyone who may label, `auditor`
 * anyone who may review, `manager` anyone who may assign the work of others, `platform` only the server.
 */
export type Who = "platform" | "annotator" | "holder" | "auditor" | "manager";

/** `documented`: a public page says so. `inferred`: it follows from one, or is the least surprising reading. */
export type Basis = "documented" | "inferred";

export interface Move {
  readonly trigger: Trigger;
  /** `null` when the task did not exist before. */
  readonly from: KnownStatus | null;
  readonly to: KnownStatus;
  readonly who: Who;
  readonly basis: Basis;
}

const row = (
  trigger: Trigger,
  from: KnownStatus | null,
  to: KnownStatus,
  who: Who,
  basis: Basis = "inferred",
): Move => ({ trigger, from, to, who, basis });

/** The table: every move there is. */
export const moves: ReadonlyArray<Move> = [
  row("create", null, "PENDING", "platform"),
  row("createNotReady", null, "NOT_READY", "platform"),
  row("ready", "NOT_READY", "PENDING", "platform"),

  row("claim", "PENDING", "PENDING", "annotator", "documented"),
  row("claim", "PENDING_REDO", "PENDING_REDO", "annotator"),
  row("assign", "NOT_READY", "NOT_READY", "manager"),
  row("assign", "PENDING", "PENDING", "manager", "documented"),
  row("assign", "PENDING_REDO", "PENDING_REDO", "manager"),
  row("skip", "PENDING", "PENDING", "holder", "documented"),
  row("skip", "PENDING_REDO", "PENDING_REDO", "holder"),
  row("expire", "PENDING", "PENDING", "platform", "documented"),
  row("expire", "PENDING_REDO", "PENDING_REDO", "platform"),

  row("save", "PENDING", "PENDING", "holder", "documented"),
  row("save", "PENDING_REDO", "PENDING_REDO", "holder"),
  row("submit", "PENDING", "COMPLETED", "holder", "documented"),
  row("submit", "PENDING_REDO", "COMPLETED", "holder"),
  row("edit", "COMPLETED", "COMPLETED", "annotator"),
  row("edit", "FIXED", "FIXED", "auditor"),

  row("approve", "COMPLETED", "COMPLETED", "auditor", "documented"),
  row("approve", "FIXED", "FIXED", "auditor"),
  row("fix", "COMPLETED", "FIXED", "auditor", "documented"),
  row("requestRevision", "COMPLETED", "PENDING_REDO", "auditor", "documented"),
];

/**
 * Whether the status is known and no move leads out of it to another. A COMPLETED task is not terminal, because an
 * auditor can send it back.
 *
 * @example
 * ```ts
 * import { lifecycle } from "@evalwire/core/contract";
 * lifecycle.isTerminal("FIXED"); // => true
 * lifecycle.isTerminal("COMPLETED"); // => false
 * ```
 */
export const isTerminal = (status: Status): boolean =>
  isKnown(status) && !moves.some((move) => move.from === status && move.to !== status);

/**
 * Whether one move leads from one status to the other. `false` for an unknown status: nothing is known about it.
 *
 * @example
 * ```ts
 * import { lifecycle } from "@evalwire/core/contract";
 * lifecycle.canMove("PENDING", "COMPLETED"); // => true
 * lifecycle.canMove("PENDING", "FIXED"); // => false
 * ```
 */
export const canMove = (from: Status, to: Status): boolean =>
  moves.some((move) => move.from === from && move.to === to);

/** The row of the table for a status and a trigger, `undefined` when there is none. */
export const moveFor = (from: Status | null, trigger: Trigger): Move | undefined =>
  moves.find((move) => move.from === from && move.trigger === trigger);

/**
 * The status after a trigger, `undefined` when the trigger does nothing in that status.
 *
 * @example
 * ```ts
 * import { lifecycle } from "@evalwire/core/contract";
 * lifecycle.move("PENDING_REDO", "submit"); // => "COMPLETED"
 * lifecycle.move("COMPLETED", "requestRevision"); // => "PENDING_REDO"
 * lifecycle.move("COMPLETED", "claim"); // => undefined
 * ```
 */
export const move = (from: Status | null, trigger: Trigger): KnownStatus | undefined => moveFor(from, trigger)?.to;

/**
 * The triggers that mean something in a status, in the table's order; for messages that say what could be done instead.
 *
 * @example
 * ```ts
 * import { lifecycle } from "@evalwire/core/contract";
 * lifecycle.triggersFrom("COMPLETED"); // => ["edit", "approve", "fix", "requestRevision"]
 * lifecycle.triggersFrom("ESCALATED"); // => []
 * ```
 */
export const triggersFrom = (status: Status): ReadonlyArray<Trigger> =>
  moves.filter((move) => move.from === status).map((move) => move.trigger);

/** The fields of a test case result's update that can move its task. */
export interface ResultPatch {
  readonly result?: unknown;
  readonly label_status?: string | null | undefined;
  readonly audit_status?: string | null | undefined;
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

/**
 * The move that an update of a test case result makes on its task in `status`; `undefined` when it makes none
 * (only a comment, or a label of `FAILED`). The platform has no route that sets a status: tasks move because their result is updated.
 *
 * - `audit_status` `APPROVED` or `FIXED` is the auditor's verdict, and goes before anything else in the same update
 * - `label_status: "PENDING"` keeps an open task open (`save`, documented) and reopens a finished one (`requestRevision`,
 *   inferred: no page says how "Revision Needed" is written in v4)
 * - answers, or `label_status: "COMPLETED"`, hand the work in (`submit`), or change what was handed in (`edit`)
 *
 * @example
 * ```ts
 * import { lifecycle } from "@evalwire/core/contract";
 * lifecycle.triggerOf("PENDING", { result: { q1: "good" } }); // => "submit"
 * lifecycle.triggerOf("PENDING", { result: { q1: "good" }, label_status: "PENDING" }); // => "save"
 * lifecycle.triggerOf("COMPLETED", { label_status: "PENDING" }); // => "requestRevision"
 * lifecycle.triggerOf("COMPLETED", { result: { q1: "bad" }, audit_status: "FIXED" }); // => "fix"
 * lifecycle.triggerOf("COMPLETED", {}); // => undefined
 * ```
 */
export const triggerOf = (status: Status, patch: ResultPatch): Trigger | undefined => {
  if (patch.audit_status === "APPROVED") return "approve";
  if (patch.audit_status === "FIXED") return "fix";
  if (patch.label_status === "FAILED") return undefined;
  if (patch.label_status === "PENDING") return isDone(status) ? "requestRevision" : "save";
  if (isGiven(patch.result) || patch.label_status === "COMPLETED") return isDone(status) ? "edit" : "submit";
  return undefined;
};
