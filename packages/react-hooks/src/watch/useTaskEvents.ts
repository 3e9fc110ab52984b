import type { EventOf, WatchEventType } from "@evalwire/core";
import { checkOptions } from "@evalwire/core/contract";
import * as React from "react";
import * as EventLog from "../stores/EventLog.ts";
import { whole } from "../stores/Store.ts";
import { idle } from "../stores/Watches.ts";
import { useLatest } from "../useLatest.ts";
import { useSelected } from "../useStore.ts";
import { useWatched } from "./useWatchStore.ts";
import type { Nothing, ReadOptions, Watched } from "./Watched.ts";

export interface TaskEventsOptions<Type extends WatchEventType = WatchEventType> {
  /** Only these types; all when left out. */
  readonly types?: ReadonlyArray<Type>;
  /** How many events to keep; 100 when left out. With 0 the component never renders again for an event. */
  readonly limit?: number;
  /** Whether the present tasks come first, as `task.added` with `replay: true`; not when left out. */
  readonly replay?: boolean;
  /** Called with each event, in order, while the component is mounted: for sounds, toasts, a log of your own. */
  readonly onEvent?: (event: EventOf<Type>) => void;
}

type Reading<T, A = T> = Pick<ReadOptions<T, A>, "enabled" | "select" | "isEqual">;

const names: Record<keyof TaskEventsOptions | keyof Reading<unknown>, true> = {
  types: true,
  limit: true,
  replay: true,
  onEvent: true,
  enabled: true,
  select: true,
  isEqual: true,
};

/**
 * The last events of an evaluation, oldest first, beginning when the component was mounted.
 *
 * @example
 * ```tsx
 * import { useTaskEvents } from "@evalwire/react-hooks";
 *
 * const Log = () => {
 *   const events = useTaskEvents("ev_1", { types: ["assignment.expired", "assignment.created"], limit: 20 });
 *   return <ul>{events.map((event) => <li key={event.id}>{event.time} {event.lease.assignee}: {event.type}</li>)}</ul>;
 * };
 * ```
 */
export const useTaskEvents = <const Type extends WatchEventType = WatchEventType, A = ReadonlyArray<EventOf<Type>>>(
  watched: Watched | Nothing,
  options: TaskEventsOptions<Type> & Reading<ReadonlyArray<EventOf<Type>>, A> = {},
): A => {
  checkOptions("useTaskEvents", options, names);
  const watch = useWatched("useTaskEvents", watched, options.enabled) ?? idle;
  const onEvent = useLatest(options.onEvent);
  const { limit = 100, replay = false } = options;
  const types = options.types?.join("\n");
  const log = React.useMemo(
    () =>
      EventLog.make(watch, {
        types: types?.split("\n") as Array<Type> | undefined,
        limit,
        replay,
        onEvent: (event) => onEvent.current?.(event as EventOf<Type>),
      }),
    [watch, types, limit, replay, onEvent],
  );
  return useSelected(log, whole, Object.is, options as never);
};
