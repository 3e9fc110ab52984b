import { checkOptions } from "@evalwire/core/contract";
import * as React from "react";
import { useEvalwire } from "../EvalwireProvider.tsx";
import { instant } from "../stores/instant.ts";
import { useStore } from "../useStore.ts";
import { useWatched } from "./useWatchStore.ts";
import type { Nothing, Watched } from "./Watched.ts";

export interface CountdownOptions {
  /** The evaluation whose watch says by how much the server's clock differs from this one. Opens no watch by itself. */
  readonly watched?: Watched | Nothing;
}

/**
 * How much time is left until a deadline, in milliseconds rounded up to whole seconds; 0 once it is over, never early.
 *
 * `undefined` when there is no deadline, and on a server and while its page is hydrated, where "now" is not one instant.
 * All countdowns of a page share one timer, and a countdown that is over renders no more.
 *
 * @param expiresAt - ISO 8601, e.g. a task's `assignment_expires_at`
 *
 * @example
 * ```tsx
 * import type { TaskRow } from "@evalwire/core";
 * import { useCountdown } from "@evalwire/react-hooks";
 *
 * const TimeLeft = ({ task }: { task: TaskRow }) => {
 *   const millis = useCountdown(task.assignment_expires_at, { watched: "ev_1" });
 *   return millis === undefined ? null : <time>{Math.floor(millis / 60_000)} min</time>;
 * };
 * ```
 */
export const useCountdown = (
  expiresAt: string | null | undefined,
  options: CountdownOptions = {},
): number | undefined => {
  checkOptions("useCountdown", options, { watched: true } satisfies Record<keyof CountdownOptions, true>);
  const { ticker } = useEvalwire();
  const watch = useWatched("useCountdown", options.watched);
  const select = React.useCallback(
    (now: number | undefined) => {
      const end = instant(expiresAt);
      if (now === undefined || end === Number.POSITIVE_INFINITY) return undefined;
      return Math.ceil(Math.max(0, end - (now + (watch?.offsetMillis(now) ?? 0))) / 1_000) * 1_000;
    },
    [expiresAt, watch],
  );
  return useStore(ticker, select);
};
