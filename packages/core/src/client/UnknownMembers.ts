/**
 * Members of enums that the server has and this version does not: they are kept as they came, and each is told once per
 * client, however often and wherever it occurs.
 */
import * as Effect from "effect/Effect";
import type * as Endpoint from "../contract/Endpoint.ts";
import { unknownMembers } from "../contract/unknownMembers.ts";
import { isolated } from "./isolated.ts";
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

/** Tells `report` of unknown members in the valid answers it is shown. */
export const make = (report: (unknown: UnknownMember) => void) => {
  const told = new Set<string>();
  return (endpoint: Endpoint.Any, value: unknown): Effect.Effect<void> => {
    const news = unknownMembers(endpoint.success)(value).filter(({ known, value: member }) => {
      const key = `${known.join()}|${member}`;
      return !told.has(key) && told.size < mostRemembered && told.add(key);
    });
    return Effect.forEach(
      news,
      ({ path, value: member, known }) =>
        isolated("onUnknown", () => report({ endpoint: endpoint.name, path: pathText(path), member, known })),
      { discard: true },
    );
  };
};
