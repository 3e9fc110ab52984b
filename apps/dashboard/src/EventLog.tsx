import type { WatchEvent } from "@evalwire/core";
import { useTaskEvents } from "@evalwire/react-hooks";
import { memo, useState } from "react";
import { type Kind, phraseOf } from "./Phrase.ts";
import { timeOfDay } from "./timeOfDay.ts";
import type { Results } from "./useResults.ts";

export interface EventLogProps {
  readonly evaluationId: string;
  readonly results: Results["byId"];
}

const filters = [
  [undefined, "All"],
  ["status", "Status"],
  ["lease", "Leases"],
] as const satisfies ReadonlyArray<readonly [Kind | undefined, string]>;

const kept = 400;
const shown = 120;

/** What happened, newest first. A pause holds the list still while events go on being kept. */
export const EventLog = ({ evaluationId, results }: EventLogProps) => {
  const live = useTaskEvents(evaluationId, { limit: kept });
  const [paused, setPaused] = useState<ReadonlyArray<WatchEvent>>();
  const [kind, setKind] = useState<Kind>();
  const events = (paused ?? live)
    .flatMap((event) => {
      const phrase = phraseOf(event);
      return phrase !== undefined && (kind === undefined || phrase.kind === kind) ? [{ event, phrase }] : [];
    })
    .slice(-shown)
    .reverse();
  return (
    <section className="panel log" aria-labelledby="log-head">
      <h2 id="log-head">Events</h2>
      <div className="log-tools">
        <fieldset>
          <legend className="unseen">Show</legend>
          {filters.map(([value, label]) => (
            <button key={label} type="button" aria-pressed={kind === value} onClick={() => setKind(value)}>
              {label}
            </button>
          ))}
        </fieldset>
        <button type="button" aria-pressed={paused !== undefined} onClick={() => setPaused(paused ? undefined : live)}>
          Pause
        </button>
      </div>
      {events.length === 0 ? (
        <p className="empty">Nothing yet. Events appear here as they happen.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
        <ol className="events scroll" role="log" aria-live="off" aria-labelledby="log-head" tabIndex={0}>
          {events.map(({ event, phrase }) => (
            <Line key={event.id} event={event} title={titleOf(results, phrase.resultId)} />
          ))}
        </ol>
      )}
    </section>
  );
};

const titleOf = (results: Results["byId"], resultId: string | null | undefined): string | undefined =>
  resultId ? (results.get(resultId)?.title ?? resultId) : undefined;

const Line = memo(({ event, title }: { readonly event: WatchEvent; readonly title: string | undefined }) => {
  const { tone, who, verb, detail } = phraseOf(event)!;
  return (
    <li className={`event tone-${tone}`}>
      <time dateTime={event.time}>{timeOfDay(event.time)}</time>
      <span className="event-text">
        {who !== undefined && <b>{who}</b>} <span className="verb">{verb}</span>{" "}
        {title !== undefined && <cite>{title}</cite>}
        {detail !== undefined && <span className="quiet"> {detail}</span>}
      </span>
    </li>
  );
});
