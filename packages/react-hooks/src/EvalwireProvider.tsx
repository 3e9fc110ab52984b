"use client";

/** State shared by the hooks below it: the client, one watch per evaluation, remote values, one ticker. */
import type { SGPClient, WatchOptions } from "@evalwire/core";
import { checkOptions } from "@evalwire/core/contract";
import type * as Clock from "effect/Clock";
import type * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as React from "react";
import type { Dehydrated } from "./dehydrate.ts";
import { millisOf } from "./stores/lingering.ts";
import { restarts } from "./stores/onDemand.ts";
import type * as Remote from "./stores/Remote.ts";
import * as Ticker from "./stores/Ticker.ts";
import * as Watches from "./stores/Watches.ts";
import { useLatest } from "./useLatest.ts";

export interface EvalwireProviderProps {
  /** Keep the same client between renders: another one closes the watches of the first. `relayClient(…)` is one, too. */
  readonly client: SGPClient;
  /** Time for countdowns; the system's when left out. Give the client the same. */
  readonly clock?: Clock.Clock;
  /** For every watch the hooks open. Read when a watch is opened. */
  readonly watchOptions?: WatchOptions;
  /**
   * How long a watch goes on after the last component that looked has gone, or was hidden by `<Activity>`: milliseconds, or text such as
   * `"30 seconds"`. After that its last state is kept, and the next component resumes it. Default `"10 seconds"`. Read once for each client.
   */
  readonly grace?: Duration.Input;
  /** State already read by a server: see `dehydrate`. Read once for each client. */
  readonly initialData?: Dehydrated | ReadonlyArray<Dehydrated>;
  readonly children?: React.ReactNode;
}

const names: Record<keyof EvalwireProviderProps, true> = {
  client: true,
  clock: true,
  watchOptions: true,
  grace: true,
  initialData: true,
  children: true,
};

interface Evalwire {
  readonly client: SGPClient;
  readonly clock: Clock.Clock;
  readonly graceMillis: number;
  readonly watches: Watches.Watches;
  /**
   * The remote values by a key each: components that request the same key share one value and one request. After the last of them has
   * gone, and the grace time is over, it is forgotten: the next component reads it again.
   */
  readonly remotes: Map<string, Remote.Remote<any>>;
  readonly ticker: Ticker.Ticker;
  readonly restart: () => void;
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
export const EvalwireProvider = (props: EvalwireProviderProps): React.ReactElement => {
  checkOptions("EvalwireProvider", props, names);
  const { client, clock: given, children } = props;
  if (!client) throw new TypeError("EvalwireProvider needs a client: an SGPClient or a relay's.");
  const latest = useLatest(props);
  const value = React.useMemo((): Evalwire => {
    const clock = given ?? Effect.runSync(Effect.clockWith(Effect.succeed));
    const { grace = "10 seconds", initialData = [] } = latest.current;
    const graceMillis = millisOf(grace);
    const watches = Watches.make(client, clock, graceMillis, () => latest.current.watchOptions);
    for (const { evaluationId, version, state } of [initialData].flat())
      watches.store(evaluationId, version).seed(state);
    const remotes = new Map<string, Remote.Remote<any>>();
    const restart = () => {
      restarts.notify();
      for (const each of [...watches.all.values(), ...remotes.values()]) each.restart();
    };
    return { client, clock, graceMillis, watches, remotes, ticker: Ticker.make(clock), restart };
  }, [client, given, latest]);
  const before = React.useRef(value);
  // After the effects of the components below, which look at the new client by now. Hiding this provider is no change of it.
  React.useEffect(() => {
    const { watches } = before.current;
    if (before.current !== value)
      queueMicrotask(() => {
        for (const each of watches.all.values()) each.stop();
      });
    before.current = value;
  }, [value]);
  return React.createElement(EvalwireContext.Provider, { value }, children);
};

/** The value of the nearest provider. Throws where there is none. */
export const useEvalwire = (): Evalwire => {
  const found = React.useContext(EvalwireContext);
  if (!found) throw new Error("There is no <EvalwireProvider> above this component: wrap the page in one.");
  return found;
};

/**
 * The client of the nearest provider, to call what no hook is for.
 *
 * @example
 * ```tsx
 * import { useClient } from "@evalwire/react-hooks";
 *
 * const Rename = () => {
 *   const client = useClient();
 *   return <button onClick={() => client.evaluations.update({ evaluation_id: "ev_1", name: "summaries" })}>Rename</button>;
 * };
 * ```
 */
export const useClient = (): SGPClient => useEvalwire().client;

/**
 * Restarts everything below the nearest provider that ended with an error: refused watches and failed reads, and loads again the code of
 * hooks that did not come. For the "Try again" of an error boundary; a failing poll is tried again without it.
 *
 * @example
 * ```tsx
 * import { useRestart } from "@evalwire/react-hooks";
 *
 * const TryAgain = ({ onReset }: { onReset: () => void }) => {
 *   const restart = useRestart();
 *   return <button onClick={() => { restart(); onReset(); }}>Try again</button>;
 * };
 * ```
 */
export const useRestart = (): (() => void) => useEvalwire().restart;
