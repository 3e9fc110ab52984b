/**
 * The watches of one client, over its pipeline: `client.watch` and `client.v5.watch`.
 */
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Random from "effect/Random";
import type { Transport } from "../client/Transport.ts";
import type { Tap } from "../host/EventHooks.ts";
import { sourceV4 } from "./source/sourceV4.ts";
import { sourceV5 } from "./source/sourceV5.ts";
import { Limiter } from "./time/Budget.ts";
import { type Watches, watches } from "./watches.ts";

/**
 * @param services a clock and a source of chance, where the default ones are not meant
 * @param tap told everything that any watch is
 */
export const attach = (
  transport: Transport["Service"],
  services: Context.Context<never>,
  tap?: Tap,
): { readonly v4: Watches; readonly v5: Watches } => {
  const makings = {
    clock: Context.get(services, Clock.Clock),
    random: Context.get(services, Random.Random),
    limiter: new Limiter(),
    tap,
  };
  return {
    v4: watches({
      ...makings,
      source: (evaluationId, { pageSize, include }) => sourceV4(transport, { evaluationId, pageSize, include }),
    }),
    v5: watches({
      ...makings,
      source: (evaluationId, { pageSize, include }) => sourceV5(transport, { evaluationId, pageSize, include }),
    }),
  };
};
