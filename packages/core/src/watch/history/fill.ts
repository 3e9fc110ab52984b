/**
 * The versions between two looks at a task, from the history of its test case result.
 *
 * 1. Each step is a version the server had, in its order, and the last is what the second look showed.
 * 2. A version that carries its task is known whole. Of one without it only the result is known: a status follows where label or verdict
 *    moved, an assignment stays as it was known, and the step does not count as known.
 * 3. Where one state recurs, the first look is taken for the last of them that had begun by then (`as_of`), the second for the last of all.
 *    Nothing can be said by times of which a later version has an earlier one.
 */
import * as status from "../../contract/status.ts";
import * as TaskRow from "../event/TaskRow.ts";
import * as TaskVersion from "../event/TaskVersion.ts";
import type { HistoryVersion } from "../source/Source.ts";
import { instantOf } from "../time/instantOf.ts";

type Row = TaskRow.TaskRow;

/** One version to be reported. */
export interface Step {
  readonly row: Row;
  /** ISO 8601 by the server's clock: when it began; `undefined` where no version says so. */
  readonly at: string | undefined;
  /** Whether nothing lies between it and the step before. */
  readonly isKnown: boolean;
  /** Whether versions before it may have been left out: nothing says when the row before was so, or no version shows this one. */
  readonly isLoose: boolean;
}

const wholeRow = (id: string, version: HistoryVersion): Row => TaskRow.make({ id, ...version.result, ...version.task });

const isDoneLabel = (row: Row): boolean => row.label_status === "COMPLETED";

/** A version without its task, as far as it is known behind the row before it. */
const following = (before: Row, { result }: HistoryVersion): Row => {
  const row = TaskRow.make({ ...before, ...result });
  if (status.isDone(before.status)) {
    const unassigned = { assigned_to: null, assignment_expires_at: null };
    if (isDoneLabel(before) && row.label_status === "PENDING") return { ...row, status: "PENDING_REDO", ...unassigned };
    const isFixed = row.audit_status === "FIXED" && before.audit_status !== "FIXED";
    return isFixed ? { ...row, status: "FIXED" } : row;
  }
  const isDoneNow = status.isOpen(before.status) && isDoneLabel(row) && !isDoneLabel(before);
  return isDoneNow ? { ...row, status: "COMPLETED", assignment_expires_at: null } : row;
};

/** Whether a version is the state of a row, as far as it says. */
const isStateOf = (version: HistoryVersion, row: Row): boolean =>
  TaskVersion.isSame(
    version.task === undefined ? TaskRow.make({ ...row, ...version.result }) : wholeRow(row.id, version),
    row,
  );

const beganBy = ({ at }: HistoryVersion, instant: number): boolean => {
  const began = at === null ? undefined : instantOf(at);
  return began !== undefined && began <= instant;
};

/** Whether the times of the versions go on with them; they do not where the server's clock was set back. */
const isInOrder = (versions: ReadonlyArray<HistoryVersion>): boolean => {
  let latest = Number.NEGATIVE_INFINITY;
  for (const { at } of versions) {
    const began = instantOf(at ?? "") ?? latest;
    if (began < latest) return false;
    latest = began;
  }
  return true;
};

/** Whether the history shows a row. */
export const isShown = (versions: ReadonlyArray<HistoryVersion>, row: Row): boolean =>
  versions.some((version) => isStateOf(version, row));

/** Which version the first look showed; -1 where it is none of them. */
const startOf = (versions: ReadonlyArray<HistoryVersion>, from: Row, asOf: number | undefined, end: number): number => {
  const isIt = (version: HistoryVersion, index: number) => index <= end && isStateOf(version, from);
  if (asOf === undefined) return versions.findLastIndex(isIt);
  const begun = versions.findLastIndex((version, index) => isIt(version, index) && beganBy(version, asOf));
  return begun >= 0 ? begun : versions.findIndex(isIt);
};

/**
 * Whether the versions say everything that the looks showed, one after the other: then the last of them shows all. A look that a server which
 * lags behind has answered shows a version from before the one a look has shown already, and none like it lies between that and the last look.
 *
 * @param known the state before the first look
 */
export const isCovered = (
  looks: ReadonlyArray<{ readonly row: Row }>,
  known: Row | undefined,
  versions: ReadonlyArray<HistoryVersion>,
): boolean => {
  const asOf = isInOrder(versions) ? instantOf(known?.as_of ?? "") : undefined;
  let place = known === undefined ? 0 : Math.max(0, startOf(versions, known, asOf, versions.length - 1));
  return looks.every(({ row }, index) => {
    const next = versions.findIndex((version, at) => at >= place && isStateOf(version, row));
    if (next >= 0) place = next;
    return next >= 0 || (index < looks.length - 1 && isShown(versions, row));
  });
};

/** A state behind one that was so at a time: a look's own time is the earliest it can have been made. */
const notBefore = (row: Row, as_of: string | undefined): Row => {
  const [own, least] = [instantOf(row.as_of ?? ""), instantOf(as_of ?? "")];
  return own !== undefined && least !== undefined && own < least ? { ...row, as_of: as_of! } : row;
};

/**
 * @param from what was known before; `undefined` for a task that was not there
 * @param to what a look has shown now
 * @param limits instants of the server's clock in milliseconds since 1970: `since` when a task that was not there can have come at the
 * earliest, `until` when the look was made at the latest
 */
export const fill = (
  from: Row | undefined,
  to: Row,
  versions: ReadonlyArray<HistoryVersion>,
  limits: { readonly since?: number | undefined; readonly until?: number | undefined } = {},
): ReadonlyArray<Step> => {
  let last = versions.findLastIndex((version) => isStateOf(version, to));
  // One that is there twice, or that differs in what a row does not have, began with the first of them.
  while (last > 0 && isStateOf(versions[last - 1]!, to)) last--;
  const { since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY } = limits;
  // A history that does not reach up to the read state yet is reported as far as it goes.
  const end = last >= 0 ? last : versions.findLastIndex((version) => beganBy(version, until));
  const asOf = isInOrder(versions) ? instantOf(from?.as_of ?? "") : undefined;
  const start =
    from === undefined
      ? versions.findLastIndex((version) => beganBy(version, since))
      : startOf(versions, from, asOf, end);
  const first =
    from === undefined
      ? Math.max(0, start)
      : start >= 0
        ? start + 1
        : asOf === undefined
          ? last
          : versions.findIndex((version) => !beganBy(version, asOf));

  // The state before recurs, and nothing says which of them was seen. Beside one another they are one.
  const isFrom = (index: number) => from !== undefined && isStateOf(versions[index]!, from);
  const recurs = versions.filter((_, index) => index <= end && isFrom(index) && (index === 0 || !isFrom(index - 1)));
  let isLoose = from === undefined ? start > 0 : start < 0 || (asOf === undefined && recurs.length > 1);
  const steps: Array<Step> = [];
  let before = from;
  // Whether the row before is a version, and known whole.
  let isWhole = from === undefined ? start <= 0 : !isLoose && versions[start]!.task !== undefined;
  for (let index = Math.max(0, first); first >= 0 && index <= end; index++) {
    const version = versions[index]!;
    const hasTask = version.task !== undefined;
    const isLast = index === last;
    const at = version.at ?? undefined;
    if (before === undefined && !hasTask && !isLast) continue;
    const row = isLast ? to : hasTask ? wholeRow(to.id, version) : following(before!, version);
    if (before !== undefined && TaskVersion.isSame(before, row) && !isLast) continue;
    const shown = at === undefined ? row : { ...row, as_of: at };
    steps.push({ row: shown, at, isKnown: isWhole && hasTask, isLoose });
    isLoose = false;
    before = shown;
    isWhole = hasTask;
  }
  const isReached = before !== undefined && TaskVersion.isSame(before, to);
  return isReached
    ? steps
    : [...steps, { row: notBefore(to, before?.as_of), at: undefined, isKnown: false, isLoose: true }];
};
