/**
 * Values that this version of the contract does not know: members of enums, which are kept as they came, and fields and rows of
 * another shape, which are left out. Each is reported once per client, however often and wherever it occurs.
 *
 * Without a listener no members are searched, and the search is not loaded; what is left out is reported to the console then.
 */
import * as Effect from "effect/Effect";
import type * as Endpoint from "../contract/Endpoint.ts";
import type { LeftOut } from "../contract/schema/lenient.ts";
import type { UnknownValue } from "../contract/schema/unknownMembers.ts";
import { OnDemand } from "./OnDemand.ts";
import { isolated, type Report } from "./Problem.ts";
import { pathText } from "./SgpError.ts";

/** A member of an enum that this version does not know; the answer has it. */
export interface UnknownMember {
  /** The client method whose answer had it first, e.g. `evaluations.retrieve`. */
  readonly endpoint: string;
  /** Where in the answer it stood, e.g. `items[3].task.status`. */
  readonly path: string;
  readonly member: string;
  /** The members this version knows. */
  readonly known: ReadonlyArray<string>;
}

/** A field or a row that is not what the contract says; the answer is without it. */
export interface UnreadablePart {
  /** The client method whose answer had it first. */
  readonly endpoint: string;
  /** Where in the answer it stood first, e.g. `items[3].completed_at`. */
  readonly path: string;
  readonly message: string;
  readonly cost: "field" | "item";
}

export type UnknownListener = (unknown: UnknownMember | UnreadablePart) => void;

// A server that sends ever new things must not fill the memory of a client that runs for months.
const mostRemembered = 1_000;

const contract = new OnDemand(() => import("../contract/schema/unknownMembers.ts"));

export interface UnknownReports {
  /** Reports unknown members in an answer. */
  readonly noteMembers: (endpoint: Endpoint.Any, answer: unknown) => Effect.Effect<void>;
  /** Reports what was left out of an answer. */
  readonly noteLeftOut: (endpoint: Endpoint.Any, leftOut: ReadonlyArray<LeftOut>) => void;
}

/** @param onUnknown called once per value */
export const make = (onUnknown: UnknownListener | undefined, report: Report): UnknownReports => {
  const reported = new Set<string>();
  const isNew = (key: string): boolean => {
    if (reported.has(key) || reported.size >= mostRemembered) return false;
    reported.add(key);
    return true;
  };

  const noteLeftOut: UnknownReports["noteLeftOut"] = ({ name }, leftOut) => {
    for (const { path, message, cost } of leftOut) {
      const part: UnreadablePart = { endpoint: name, path: pathText(path), message, cost };
      // The same field of another row is the same news.
      if (!isNew(`${name} ${part.path.replaceAll(/\[\d+\]/g, "[]")} ${message}`)) continue;
      if (onUnknown !== undefined) isolated(report, "onUnknown", () => onUnknown(part));
      else report({ source: `reading the answer of ${name}`, error: `left out ${part.path}: ${message}` });
    }
  };

  const noteUnknown = (endpoint: string, values: ReadonlyArray<UnknownValue>): void => {
    for (const { path, value: member, known } of values) {
      if (!isNew(`${known.join()}|${member}`)) continue;
      isolated(report, "onUnknown", () => onUnknown?.({ endpoint, path: pathText(path), member, known }));
    }
  };
  const noteMembers: UnknownReports["noteMembers"] = ({ name, success }, answer) =>
    onUnknown === undefined
      ? Effect.void
      : contract.load.pipe(
          Effect.map(({ unknownMembers }) => noteUnknown(name, unknownMembers(success)(answer))),
          // The answer is valid even if this closer check fails.
          Effect.catch((error) => Effect.sync(() => report({ source: "onUnknown", error }))),
        );

  return { noteMembers, noteLeftOut };
};
