/**
 * Checks a request to create an evaluation against its data, before the platform refuses it.
 *
 * 1. Every place that has to lead somewhere is tried in every record; the report names each record and place that fails, and counts them.
 * 2. Errors in the request itself (an alias twice, a task that reads a later one, a question that is not asked) are named once.
 * 3. It reads records one by one, and remembers no more than the ids it names.
 */

import { type AnyQuestions, checkOptions } from "@evalwire/core/contract";
import * as Predicate from "effect/Predicate";
import type { Fault, Location, Requirement, Requirements } from "./Requirement.ts";
import { requirementsV4 } from "./requirementsV4.ts";
import { requirementsV5 } from "./requirementsV5.ts";

/** A record: a test case with its output (`test_case_data`, `test_case_output`, `trace`), or a v5 item. */
export interface PreflightRow {
  readonly id?: string | undefined;
  readonly [field: string]: unknown;
}

/** `locate` of `@evalwire/metrics`, which knows both spellings of places. */
export type Locate = (
  location: Location,
  row: any,
) => { readonly found: true; readonly value: unknown } | { readonly found: false; readonly missing: string };

export interface PreflightArgs {
  /** The body of `evaluations.create` (v4) or `v5.evaluations.create`; v5 is recognised by its `tasks`. */
  readonly evaluation: object;
  readonly rows: Iterable<PreflightRow> | AsyncIterable<PreflightRow>;
  /** `locate` of `@evalwire/metrics`. */
  readonly locate: Locate;
  /** The questions that are asked, or their ids; ids are not checked when left out. */
  readonly questions?: AnyQuestions | Iterable<string>;
  /** How many records are listed for each place; 100 when left out, 0 for none. All are counted, and the message names the first. */
  readonly named?: number;
}

const argNames: Record<keyof PreflightArgs, true> = {
  evaluation: true,
  rows: true,
  locate: true,
  questions: true,
  named: true,
};

/** A place that leads nowhere in some records. */
export interface PlaceIssue {
  readonly kind: Requirement["kind"];
  /** Where it stands in the request. */
  readonly at: string;
  /** The place, as text: `test_case_data.expected_output`, `item.answer`. */
  readonly path: string;
  /** How many records it leads nowhere in. */
  readonly count: number;
  /** The first of them: their ids, or `row 12` where they have none. */
  readonly rows: ReadonlyArray<string>;
  /** The step that is missing, in the first of them. */
  readonly missing: string;
  readonly message: string;
}

export interface PreflightReport {
  readonly ok: boolean;
  readonly rows: number;
  /** Errors that do not depend on the data. */
  readonly faults: ReadonlyArray<Fault>;
  readonly issues: ReadonlyArray<PlaceIssue>;
  /** Records in which some place leads nowhere. */
  readonly failingRows: number;
}

const idsOf = (questions: PreflightArgs["questions"]): ReadonlySet<string> | undefined => {
  if (questions === undefined) return undefined;
  const list = Symbol.iterator in questions ? [...questions] : (questions.questions ?? []);
  return new Set(list.map((one) => (typeof one === "string" ? one : one.id)));
};

const requirementsOf = (evaluation: object, questions: ReadonlySet<string> | undefined): Requirements => {
  const body = evaluation as Readonly<Record<string, unknown>>;
  return Array.isArray(body["tasks"]) ? requirementsV5(body, questions) : requirementsV4(body, questions);
};

interface Tally {
  count: number;
  readonly first: string;
  missing: string;
  readonly rows: Array<string>;
}

const textOf = (location: Location): string => (typeof location === "string" ? location : location.join("."));

const issueOf = ({ kind, at, location }: Requirement, { count, first, rows, missing }: Tally): PlaceIssue => {
  const path = textOf(location);
  const others = count === 1 ? "" : ` and ${count - 1} more`;
  return { kind, at, path, count, rows, missing, message: `${at}: ${path} leads nowhere for ${first}${others}` };
};

/** Says what is wrong with arguments that a compiler has not seen. */
const checkArgs = (args: PreflightArgs): void => {
  const refuse = (what: string, value: unknown) => {
    throw new RangeError(
      `preflight: ${what}, not ${value === null ? "null" : Array.isArray(value) ? "a list" : typeof value}`,
    );
  };
  if (!Predicate.isObject(args)) refuse("the argument is an object with evaluation, rows and locate", args);
  const { evaluation, rows, locate, named = 100 } = args;
  if (!Predicate.isObject(evaluation)) refuse("evaluation is the body of evaluations.create, an object", evaluation);
  const isIterable =
    typeof rows === "object" && rows !== null && (Symbol.iterator in rows || Symbol.asyncIterator in rows);
  if (!isIterable) refuse("rows is a list or an (async) iterable of records", rows);
  if (typeof locate !== "function") refuse("locate is the function of @evalwire/metrics", locate);
  if (!(named === Number.POSITIVE_INFINITY || (Number.isInteger(named) && named >= 0))) {
    throw new RangeError(`preflight: named is a whole number of 0 or more, not ${String(named)}`);
  }
};

/**
 * Checks a request to create an evaluation against its data.
 *
 * @param args - `evaluation`, the request's body; `rows`, the data; `locate` of `@evalwire/metrics`; `questions` that are asked
 * @returns whether the platform would take it, as far as the data goes; each place that leads nowhere, with the records, and how many
 * @throws RangeError for a record that is no object, and for arguments that cannot be right
 *
 * @example
 * ```ts
 * import { locate } from "@evalwire/metrics";
 * import { preflight } from "@evalwire/tasks";
 *
 * const evaluation = { annotation_config: { components: [[{ data_loc: ["test_case_data", "expected_output"] }]] } };
 * const rows = [{ id: "c1", test_case_data: { input: "?", expected_output: "!" } }, { id: "c2", test_case_data: { input: "?" } }];
 * const { ok, issues } = await preflight({ evaluation, rows, locate });
 * ok; // => false
 * issues[0]?.message; // => "annotation_config.components[0][0].data_loc: test_case_data.expected_output leads nowhere for c2"
 * ```
 */
export const preflight = async (args: PreflightArgs): Promise<PreflightReport> => {
  checkArgs(args);
  checkOptions("preflight", args, argNames);
  const { evaluation, rows, locate, named = 100 } = args;
  const { places, faults } = requirementsOf(evaluation, idsOf(args.questions));
  const tallies = new Map<Requirement, Tally>();
  let count = 0;
  let failingRows = 0;
  for await (const row of rows) {
    count++;
    const isRow: boolean = Predicate.isObject(row);
    if (!isRow) throw new RangeError(`preflight: row ${count} is no object`);
    let isFailing = false;
    for (const place of places) {
      const located = locate(place.location, row);
      if (located.found) continue;
      isFailing = true;
      const name = row.id ?? `row ${count}`;
      const tally = tallies.get(place) ?? { count: 0, first: name, missing: located.missing, rows: [] };
      tally.count++;
      if (tally.rows.length < named) tally.rows.push(name);
      tallies.set(place, tally);
    }
    if (isFailing) failingRows++;
  }
  const issues = places.flatMap((place) => {
    const tally = tallies.get(place);
    return tally === undefined ? [] : [issueOf(place, tally)];
  });
  return { ok: faults.length === 0 && issues.length === 0, rows: count, faults, issues, failingRows };
};
