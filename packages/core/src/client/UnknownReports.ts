/**
 * Members of enums that the server has and this version does not: they are kept as they came, and each is reported once per
 * client, however often and wherever it occurs. Without a listener nothing is searched, and the search is not loaded.
 */
import * as Effect from "effect/Effect";
import type * as Endpoint from "../contract/Endpoint.ts";
import type { UnknownValue } from "../contract/schema/unknownMembers.ts";
import { OnDemand } from "./OnDemand.ts";
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

const contract = new OnDemand(() => import("../contract/schema/unknownMembers.ts"));

/** Tells `onUnknown` of unknown members in the valid answers it is shown. */
export const make = (onUnknown: ((unknown: UnknownMember) => void) | undefined, report: Report) => {
  if (onUnknown === undefined) return () => Effect.void;
  const told = new Set<string>();
  const tell = (endpoint: string, strangers: ReadonlyArray<UnknownValue>): void => {
    for (const { path, value: member, known } of strangers) {
      const key = `${known.join()}|${member}`;
      if (told.has(key) || told.size >= mostRemembered) continue;
      told.add(key);
      isolated(report, "onUnknown", () => onUnknown({ endpoint, path: pathText(path), member, known }));
    }
  };
  return ({ name, success }: Endpoint.Any, answer: unknown): Effect.Effect<void> =>
    contract.load.pipe(
      Effect.map(({ unknownMembers }) => tell(name, unknownMembers(success)(answer))),
      // The answer is good, whatever becomes of looking at it closer.
      Effect.catch((error) => Effect.sync(() => report({ source: "onUnknown", error }))),
    );
};
