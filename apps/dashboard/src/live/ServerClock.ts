/** The evaluation server's clock, as far as a watch knows it. */
import type { WatchStore } from "@evalwire/react-hooks";

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
