"use client";

import type { Watch, WatchEvent, WatchStats } from "@evalwire/core";
import * as React from "react";
import { useEvalwire } from "../EvalwireProvider.tsx";
import * as EventLog from "../stores/EventLog.ts";
import { type Cell, cell } from "../stores/Store.ts";
import type * as Watches from "../stores/Watches.ts";
import { useStore } from "../useStore.ts";
import * as Bytes from "./Bytes.ts";
import * as look from "./look.ts";

const all = <A,>(value: A): A => value;

/** How many events the tail shows. */
const tailLength = 50;

/** Events and gaps since the panel was opened. */
interface Seen {
  events: number;
  gaps: number;
}

const offsetText = (clock: WatchStats["clock"]): string =>
  clock === null ? "not known" : `${Math.round(clock.offsetMillis)} ms ± ${Math.round(clock.errorMillis)} ms`;

const bytesText = (bytes: number | undefined): string =>
  bytes === undefined ? "not known" : bytes < 10_000 ? `${bytes} B` : `${(bytes / 1_000).toFixed(0)} kB`;

const figuresOf = (watch: Watch, stats: WatchStats, seen: Seen, bytes: number | undefined) =>
  [
    ["Status", watch.status._tag],
    ["Tasks, leases", `${stats.tasks}, ${stats.leases}`],
    ["Polls", `${stats.requests} (${stats.failures} failed)`],
    ["Scans, complete", `${stats.scans}, ${stats.completeScans}`],
    ["Budget used, last minute", `${stats.requestsInLastMinute} of ${stats.requestsPerMinute}`],
    ["Received from its server", bytesText(bytes)],
    ["Events, with gaps (since opened)", `${seen.events}, ${seen.gaps}`],
    ["Server clock minus this one", offsetText(stats.clock)],
    ["Own writes unconfirmed", String(stats.unconfirmedWrites)],
    ["Subscribers", String(stats.subscribers)],
    [
      "Issues",
      stats.issues.length === 0 ? "none" : stats.issues.map(({ kind, count }) => `${kind} ×${count}`).join(", "),
    ],
  ] as const;

const subjectOf = (event: WatchEvent): string => ("taskId" in event ? event.taskId : "");

const Tail = ({ store, seen }: { readonly store: Watches.WatchStore; readonly seen: Seen }) => {
  const log = React.useMemo(
    () =>
      EventLog.make(store, {
        types: undefined,
        limit: tailLength,
        replay: false,
        onEvent: (event) => {
          seen.events++;
          if ("gap" in event && event.gap) seen.gaps++;
        },
      }),
    [store, seen],
  );
  const events = useStore(log);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and a keyboard has to reach it.
    <ol style={look.tail} aria-label={`Last events of ${store.evaluationId}`} tabIndex={0}>
      {events.length === 0 ? <li>No event since this panel was opened.</li> : null}
      {events.toReversed().map((event) => (
        <li key={event.id}>
          <time>{event.time.slice(11, 19)}</time> {event.type} {subjectOf(event)}
          {"gap" in event && event.gap ? " (gap)" : ""}
        </li>
      ))}
    </ol>
  );
};

const WatchFigures = ({ store, watch }: { readonly store: Watches.WatchStore; readonly watch: Watch }) => {
  const { client, ticker } = useEvalwire();
  // Figures change without a change of the snapshot: they are read again every second.
  useStore(ticker);
  const [seen] = React.useState<Seen>(() => ({ events: 0, gaps: 0 }));
  const figures = figuresOf(watch, watch.stats(), seen, Bytes.received(client.baseURL));
  return (
    <>
      <table style={look.table}>
        <caption style={look.caption}>Evaluation {store.evaluationId}</caption>
        <tbody>
          {figures.map(([name, figure]) => (
            <tr key={name}>
              <th scope="row" style={look.name}>
                {name}
              </th>
              <td style={look.figure}>{figure}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Tail store={store} seen={seen} />
    </>
  );
};

/** The watches of a provider that are open. */
const opening = (watches: Watches.Watches) => {
  const read = () =>
    [...watches.all].flatMap(([key, store]) => {
      const watch = store.watch();
      return watch === undefined ? [] : [{ key, store, watch }];
    });
  const store: Cell<ReturnType<typeof read>> = cell(read(), () => watches.onOpen(() => store.set(read())));
  return store;
};

/** The panel: one table for each open watch of the provider. */
const Panel = ({ id, onClose }: { readonly id: string; readonly onClose: () => void }) => {
  const { watches } = useEvalwire();
  const open = useStore(
    React.useMemo(() => opening(watches), [watches]),
    all,
  );
  return (
    <section
      id={id}
      style={look.panel}
      aria-label="evalwire devtools"
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
      }}
    >
      <h2 style={look.heading}>evalwire devtools</h2>
      {open.length === 0 ? <p>No watch is open.</p> : null}
      {open.map(({ key, store, watch }) => (
        <WatchFigures key={key} store={store} watch={watch} />
      ))}
      <button type="button" style={look.button} onClick={onClose}>
        Close
      </button>
    </section>
  );
};

export default Panel;
