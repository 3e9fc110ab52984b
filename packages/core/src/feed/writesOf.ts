import * as Effect from "effect/Effect";
import { endpointsOnDemand } from "../client/Routes.ts";
import type { SGPClient } from "../SGPClient.ts";
import type { Source } from "../watch/source/Source.ts";
import { sourceV4 } from "../watch/source/sourceV4.ts";
import { sourceV5 } from "../watch/source/sourceV5.ts";

/**
 * The writes that a client makes to an evaluation's tasks, for a follower to show at once: `follow(feed, { writes: writesOf(client, id) })`.
 *
 * @param version the API under which the evaluation is watched
 */
export const writesOf = (
  { transport }: Pick<SGPClient, "transport">,
  evaluationId: string,
  version: "v4" | "v5" = "v4",
): Source["writes"] => {
  // A write is announced when it is sent, and sent at once when its module is loaded. The write requests a module that failed to load again.
  Effect.runFork(Effect.ignore(endpointsOnDemand[version].load));
  const source = version === "v4" ? sourceV4 : sourceV5;
  return source(transport, { evaluationId, pageSize: 1, include: [] }).writes;
};
