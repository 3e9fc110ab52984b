"use client";

/** What the hooks below it share: the client, one watch per evaluation, one ticker. */
import type { SGPClient, WatchOptions } from "@evalwire/core";
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import * as React from "react";
import * as Ticker from "./stores/Ticker.ts";
import * as Watches from "./stores/Watches.ts";
import { useLatest } from "./useLatest.ts";

export interface EvalwireProviderProps {
  /** Keep the same client between renders: another one closes the watches of the first. */
  readonly client: SGPClient;
  /** Time for countdowns; the system's when left out. Give the client the same. */
  readonly clock?: Clock.Clock;
  /** For every watch the hooks open. Read when a watch is opened. */
  readonly watchOptions?: WatchOptions;
  readonly children?: React.ReactNode;
}

interface Evalwire {
  readonly client: SGPClient;
  readonly watches: Watches.Watches;
  readonly ticker: Ticker.Ticker;
}

// Where React is the one for server components it has no contexts: this module can be loaded there, and only loaded.
const EvalwireContext = React.createContext?.<Evalwire | undefined>(undefined);

/**
 * Gives the hooks below it a client. All of them share one watch per evaluation and one timer for all countdowns; both
 * begin with the first component that looks and end after the last.
 *
 * @example
 * ```tsx
 * import { SGPClient } from "@evalwire/core";
 * import { EvalwireProvider, useTasks } from "@evalwire/react-hooks";
 * import { createRoot } from "react-dom/client";
 *
 * // A proxy on the page's own origin adds the key.
 * const client = new SGPClient({ apiKey: null, baseURL: `${location.origin}/api` });
 * const Board = () => <p>{useTasks("ev_1").length} tasks</p>;
 *
 * createRoot(document.body).render(
 *   <EvalwireProvider client={client} watchOptions={{ requestsPerMinute: 30 }}>
 *     <Board />
 *   </EvalwireProvider>,
 * );
 * ```
 */
export const EvalwireProvider = ({ client, clock, watchOptions, children }: EvalwireProviderProps) => {
  const ticker = React.useMemo(() => Ticker.make(clock ?? Effect.runSync(Clock.clockWith(Effect.succeed))), [clock]);
  const options = useLatest(watchOptions);
  const watches = React.useMemo(() => Watches.make((id) => client.watch(id, options.current)), [client, options]);
  const value = React.useMemo(() => ({ client, watches, ticker }), [client, watches, ticker]);
  return <EvalwireContext.Provider value={value}>{children}</EvalwireContext.Provider>;
};

/** What the nearest provider gives. Throws where there is none. */
export const useEvalwire = (): Evalwire => {
  const found = React.useContext(EvalwireContext);
  if (found === undefined)
    throw new Error("There is no <EvalwireProvider> above this component: wrap the page in one.");
  return found;
};
