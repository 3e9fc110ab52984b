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

export interface ServerClock {
  /** Whether anything is known of it; where not, the local clock stands in, and says nothing about deadlines. */
  readonly isKnown: boolean;
  /** The server's time minus the local one, in milliseconds. */
  readonly offsetMillis: number;
  /** By how much that may be wrong; 0 where only the earliest time there is known. */
  readonly errorMillis: number;
}

/** A watch's estimate of the server's clock. */
export const serverClock = (store: Pick<WatchStore, "watch">): ServerClock => {
  const clock = store.watch()?.stats().clock;
  if (clock == null) return { isKnown: false, offsetMillis: 0, errorMillis: 0 };
  const errorMillis = Number.isFinite(clock.errorMillis) ? clock.errorMillis : 0;
  return { isKnown: true, offsetMillis: clock.offsetMillis, errorMillis };
};

/** How well it is known, for the reader. */
export const accuracyOf = ({ isKnown, errorMillis }: ServerClock): string => {
  if (!isKnown) return "The server's clock is not known yet: deadlines are shown as times of day.";
  if (errorMillis === 0) return "Times are the server's, at the earliest: it may be a moment later there.";
  return `Times are the server's, known to ± ${errorMillis < 100 ? "0.1" : (errorMillis / 1_000).toFixed(1)} s.`;
};
