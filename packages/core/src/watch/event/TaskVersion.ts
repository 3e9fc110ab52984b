/** Versions of a task and of its lease: whether two are the same one, in what they differ, and a short name for each. */
import { isSameInstant } from "../../contract/sameInstant.ts";
import { instantOf } from "../time/instantOf.ts";
import { type Field, fields, type Lease, type TaskRow } from "./TaskRow.ts";

// The result's own version decides where it has one; the payload is only compared where nothing else can decide.
const isSameIncluded = (a: TaskRow, b: TaskRow): boolean => {
  if (a.included === b.included) return true;
  if (a.included === undefined || b.included === undefined) return false;
  const isSameVersion = a.updated_at !== null && isSameInstant(a.updated_at, b.updated_at);
  // Other fields may have been requested.
  if (isSameVersion) return Object.keys(a.included).length === Object.keys(b.included).length;
  return JSON.stringify(a.included) === JSON.stringify(b.included);
};

/** Whether two rows are the same version of the same task. A walk over ten scalars, never a deep comparison of letters. */
export const isSame = (a: TaskRow, b: TaskRow): boolean =>
  a === b ||
  (a.id === b.id &&
    a.status === b.status &&
    a.assigned_to === b.assigned_to &&
    isSameInstant(a.assignment_expires_at, b.assignment_expires_at) &&
    isSameInstant(a.updated_at, b.updated_at) &&
    a.priority === b.priority &&
    a.label_status === b.label_status &&
    a.audit_status === b.audit_status &&
    a.test_case_result_id === b.test_case_result_id &&
    a.test_case_id === b.test_case_id &&
    a.task_type === b.task_type &&
    isSameIncluded(a, b));

/** Whether a row is of an earlier version of its test case result than another one, where both say. */
export const isOlder = (row: TaskRow | undefined, than: TaskRow | undefined): boolean => {
  const [a, b] = [row?.updated_at ?? null, than?.updated_at ?? null];
  if (a === null || b === null || a === b) return false;
  const [at, thanAt] = [instantOf(a), instantOf(b)];
  return at !== undefined && thanAt !== undefined && at < thanAt;
};

/** Whether two leases are one: same task, same holder, same deadline. */
export const isSameLease = (a: Lease | undefined, b: Lease | undefined): boolean =>
  a === b ||
  (a !== undefined &&
    b !== undefined &&
    a.taskId === b.taskId &&
    a.assignee === b.assignee &&
    isSameInstant(a.expiresAt, b.expiresAt));

/** The names of the fields in which two versions of a task differ, in the order of `fields`. */
export const changedFields = (a: TaskRow, b: TaskRow): ReadonlyArray<Field> => {
  const isSameField = (field: (typeof fields)[number]) =>
    a[field] === b[field] ||
    ((field === "assignment_expires_at" || field === "updated_at") && isSameInstant(a[field], b[field]));
  const changed: Array<Field> = fields.filter((field) => !isSameField(field));
  if (!isSameIncluded(a, b)) changed.push("included");
  return changed;
};

// FNV-1a over UTF-16 code units, in two lanes with different bases: 64 bits that differ when any field does, for all
// that a reader of event ids will ever see. Basis and prime are those of the published algorithm; the second basis is the first, turned over.
const fnvPrime = 0x01000193;
const fnvBasis = 0x811c9dc5;

/** A short name for this version of the task: the same for every observer of the same state. */
export const of = (row: TaskRow): string => {
  let low = fnvBasis;
  let high = ~fnvBasis;
  const mix = (text: string) => {
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      low = Math.imul(low ^ unit, fnvPrime);
      high = Math.imul(high ^ unit ^ index, fnvPrime);
    }
  };
  for (const field of fields) {
    const value = row[field];
    mix(value === null ? "\u0000-" : `\u0000${value}`);
  }
  if (row.included !== undefined) mix(JSON.stringify(row.included));
  return (low >>> 0).toString(36) + (high >>> 0).toString(36);
};
