/**
 * Members of enums that the server has and this version does not: they are kept as they came, and each is told once per
 * client, however often and wherever it occurs.
 */
import type * as Endpoint from "../contract/Endpoint.ts";
import { unknownMembers } from "../contract/unknownMembers.ts";
import { isolated, type Report } from "./Problem.ts";
import { pathText } from "./SgpError.ts";

export interface UnknownMember {
  /** The client method whose answer had it first, e.g. `evaluations.retrieve`. */
  readonly endpoint: string;
  /** Where in the answer it stood, e.g. `items[3].task.status`. */
  readonly path: string;
  readonly member: string;
  /** The members this version knows. */
  readonly known: ReadonlyArray<string>;
}

// A server that sends ever new members must not fill the memory of a client that runs for months.
const mostRemembered = 1_000;

/** Tells `onUnknown` of unknown members in the valid answers it is shown. */
export const make = (onUnknown: (unknown: UnknownMember) => void, report: Report) => {
  const told = new Set<string>();
  return (endpoint: Endpoint.Any, value: unknown): void => {
    for (const { path, value: member, known } of unknownMembers(endpoint.success)(value)) {
      const key = `${known.join()}|${member}`;
      if (told.has(key) || told.size >= mostRemembered) continue;
      told.add(key);
      const unknown = { endpoint: endpoint.name, path: pathText(path), member, known };
      isolated(report, "onUnknown", () => onUnknown(unknown));
    }
  };
};
