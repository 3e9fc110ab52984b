/** What every part of an evaluation's page shares. */
import type { SGPClient, Watch } from "@evalwire/core";
import { createContext, useContext } from "react";
import type { Acts } from "../acts/Acts.ts";
import type { Board } from "../model/Board.ts";
import type { EventFeed } from "./EventFeed.ts";
import type { Results } from "./Results.ts";
import type { Sampled } from "./sampled.ts";
import type { Session } from "./session.ts";

export interface Shown {
  readonly evaluationId: string;
  readonly client: SGPClient;
  readonly session: Session;
  readonly watch: Watch;
  readonly board: Sampled<Board>;
  readonly results: Results;
  readonly feed: EventFeed;
  readonly acts: Acts;
}

export const ShownContext = createContext<Shown | undefined>(undefined);

export const useShown = (): Shown => {
  const shown = useContext(ShownContext);
  if (shown === undefined) throw new Error("There is no evaluation above this component.");
  return shown;
};

export interface ServerClock {
  /** The server's time minus the local one, in milliseconds. */
  readonly offsetMillis: number;
  /** By how much that may be wrong. */
  readonly errorMillis: number;
}

/** What a watch knows of the server's clock; no difference and no error while it knows nothing. */
export const serverClock = (watch: Watch): ServerClock => {
  const { clock } = watch.stats();
  if (clock === null) return { offsetMillis: 0, errorMillis: 0 };
  return { offsetMillis: clock.offsetMillis, errorMillis: Number.isFinite(clock.errorMillis) ? clock.errorMillis : 0 };
};
