/**
 * All watches of one client: they share a limiter, and those of one evaluation a poller.
 */
import type * as Clock from "effect/Clock";
import type * as Random from "effect/Random";
import type { Tap } from "../host/EventHooks.ts";
import * as Cursor from "./Cursor.ts";
import * as Options from "./Options.ts";
import { PolledWatch } from "./PolledWatch.ts";
import { Poller } from "./Poller.ts";
import type { Source } from "./source/Source.ts";
import { Limiter } from "./time/Budget.ts";
import * as Environment from "./time/Environment.ts";
import type { Watch } from "./Watch.ts";

/** What watches are made of. */
export interface Makings {
  readonly clock: Clock.Clock;
  readonly random: (typeof Random.Random)["Service"];
  readonly source: (evaluationId: string, polling: Options.Polling) => Source;
  /** Told everything that the watches are, without being one of them. */
  readonly tap?: Tap | undefined;
  /** Shared where two kinds of sources share a server. */
  readonly limiter?: Limiter;
}

/** Makes a watch of an evaluation; throws an `SgpError` with reason `Invalid` at options that cannot be. */
export type Watches = (evaluationId: string, options?: Options.WatchOptions) => Watch;

export const watches = ({ clock, random, source, tap, limiter = new Limiter() }: Makings): Watches => {
  const roster = new Map<string, Poller>();

  return (evaluationId, options = {}) => {
    const polling = Options.polling(options);
    const since = options.cursor === undefined ? undefined : Cursor.decode(options.cursor, evaluationId);
    const atWork = roster.get(evaluationId);
    if (atWork !== undefined) {
      const ignored = Options.ignored(options, atWork.polling);
      if (ignored.length > 0) {
        const message = `this evaluation is already watched with other values of: ${ignored.join(", ")}`;
        atWork.issues.report({ kind: "options-ignored", message });
      }
      return new PolledWatch(atWork, roster, options, since);
    }
    const environment = options.environment ?? Environment.browser();
    const world = { clock, random, environment, limiter };
    const poller = new Poller(source(evaluationId, polling), world, polling, roster, since);
    if (tap !== undefined) {
      poller.store.tap(tap({ evaluationId, cursor: () => Cursor.encode(poller.reconciler.position()) }));
    }
    return new PolledWatch(poller, roster, options, since);
  };
};
