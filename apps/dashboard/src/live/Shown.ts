/** State shared by all parts of an evaluation's page. */
import type { SGPClient } from "@evalwire/core";
import type { EvaluationId, WatchStore } from "@evalwire/react-hooks";
import { createContext, useContext } from "react";
import type { Acts } from "../acts/Acts.ts";
import type { Board } from "../model/Board.ts";
import type { Entry } from "../model/Entry.ts";
import type { EventFeed } from "./EventFeed.ts";
import type { Results } from "./Results.ts";
import type { Sampled } from "./sampled.ts";
import type { Session } from "./session.ts";

export interface Shown {
  /** As the hooks take it. */
  readonly evaluation: EvaluationId;
  readonly evaluationId: string;
  /** v5 shows no assignments, and knows no questions. */
  readonly isV5: boolean;
  readonly client: SGPClient;
  readonly session: Session;
  readonly store: WatchStore;
  readonly board: Sampled<Board>;
  readonly results: Results;
  readonly feed: EventFeed;
  /** The feed's state, sampled at most so often. */
  readonly entries: Sampled<ReadonlyArray<Entry>>;
  readonly acts: Acts;
}

export const ShownContext = createContext<Shown | undefined>(undefined);

export const useShown = (): Shown => {
  const shown = useContext(ShownContext);
  if (shown === undefined) throw new Error("There is no evaluation above this component.");
  return shown;
};
