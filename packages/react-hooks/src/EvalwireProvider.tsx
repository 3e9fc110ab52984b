"use client";

/** State shared by the hooks below it: the client, one watch per evaluation, remote values, one ticker. */
import type { SGPClient, WatchOptions } from "@evalwire/core";
import * as Clock from "effect/Clock";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as React from "react";
import { checkOptions } from "./checkOptions.ts";
import type { Dehydrated } from "./dehydrate.ts";
import * as Remotes from "./stores/Remotes.ts";
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
   * `"30 seconds"`. After that its last state is kept, and the next component resumes it. Default `"10 seconds"`. Read once.
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

export type Version = "v4" | "v5";

interface Evalwire {
  readonly client: SGPClient;
  readonly clock: Clock.Clock;
  readonly graceMillis: number;
  readonly watches: {
    readonly store: (evaluationId: string, version: Version) => Watches.WatchStore;
    readonly open: Watches.Watches["open"];
  };
  readonly remotes: Remotes.Remotes;
  readonly ticker: Ticker.Ticker;
  readonly restart: () => void;
}

// Where React is the one for server components it has no contexts: this module can be loaded there, and only loaded.
const EvalwireContext = React.createContext?.<Evalwire | undefined>(undefined);

const asList = <A,>(given: A | ReadonlyArray<A> | undefined): ReadonlyArray<A> =>
  given === undefined ? [] : Array.isArray(given) ? given : [given as A];

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
export const EvalwireProvider = (props: EvalwireProviderProps) => {
  checkOptions("EvalwireProvider", props, names);
  const { client, watchOptions, initialData, children } = props;
  if (!client) throw new TypeError("EvalwireProvider needs a client: an SGPClient or a relay's.");
  const clock = React.useMemo(() => props.clock ?? Effect.runSync(Clock.clockWith(Effect.succeed)), [props.clock]);
  const [graceMillis] = React.useState(() => Duration.toMillis(Duration.fromInputUnsafe(props.grace ?? "10 seconds")));
  const ticker = React.useMemo(() => Ticker.make(clock), [clock]);
  const latest = useLatest({ watchOptions, initialData });
  const shared = React.useMemo(() => {
    const watches = Watches.make(clock, graceMillis);
    const opening =
      (id: string, version: Version): Watches.Open =>
      (options) => {
        const own = { ...latest.current.watchOptions, ...options };
        return version === "v5" ? client.v5.watch(id, own) : client.watch(id, own);
      };
    for (const each of asList(latest.current.initialData)) {
      const { evaluationId: id, version, state } = each;
      watches.seed(`${version}/${id}`, id, opening(id, version), state);
    }
    const store = (id: string, version: Version) => watches.store(`${version}/${id}`, id, opening(id, version));
    const remotes = Remotes.make();
    const restart = () => {
      watches.restart();
      remotes.retry();
    };
    return { watches: { store, open: watches.open }, remotes, restart, stop: watches.stop };
  }, [client, clock, graceMillis, latest]);
  const before = React.useRef(shared);
  // After the effects of the components below, which look at the new client by now. Hiding this provider is no change of it.
  React.useEffect(() => {
    const { stop } = before.current;
    if (before.current !== shared) queueMicrotask(stop);
    before.current = shared;
  }, [shared]);
  const value = React.useMemo(
    () => ({ client, clock, graceMillis, ticker, ...shared }),
    [client, clock, graceMillis, ticker, shared],
  );
  return <EvalwireContext.Provider value={value}>{children}</EvalwireContext.Provider>;
};

/** The value of the nearest provider. Throws where there is none. */
export const useEvalwire = (): Evalwire => {
  const found = React.useContext(EvalwireContext);
  if (found === undefined)
    throw new Error("There is no <EvalwireProvider> above this component: wrap the page in one.");
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
 * Restarts everything below the nearest provider that ended with an error: refused watches and failed reads. For the
 * "Try again" of an error boundary; a failing poll is tried again without it.
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
