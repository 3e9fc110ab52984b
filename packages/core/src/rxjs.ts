/**
 * Watches as RxJS observables.
 *
 * Every observable here is cold: subscribing opens a watch (which shares the evaluation's one poller with all others),
 * unsubscribing closes it. An observable errors with the `SgpError` that ended the watch, and completes when
 * the watch is closed. A watch is also an async iterable, so RxJS's own `from(watch)` works.
 */
import type * as Duration from "effect/Duration";
import { defer, filter, Observable, type OperatorFunction } from "rxjs";
import type {
  AssignmentExpiring,
  EventOf,
  TaskEvent,
  TaskStatusChanged,
  WatchEvent,
  WatchEventType,
} from "./watch/event/Event.ts";
import { types as allTypes } from "./watch/event/Event.ts";
import type { TaskRow } from "./watch/event/TaskRow.ts";
import type { Watch } from "./watch/Watch.ts";
import { parted, type SubscribeOptions, type WatchOptions } from "./watch/WatchOptions.ts";

/** Anything that opens watches: an `SGPClient`, or its `v5`. */
export interface Watching {
  watch(evaluationId: string, options?: WatchOptions): Watch;
}

/** How to observe: a watch's options, and those of a subscription to it. */
export type ObserveOptions<Type extends WatchEventType = WatchEventType> = WatchOptions &
  Pick<SubscribeOptions<Type>, "types" | "replay" | "overflow" | "capacity">;

const taskTypes = allTypes.filter(
  (type) => type.startsWith("task.") || type.startsWith("assignment."),
) as ReadonlyArray<TaskEvent["type"]>;

/**
 * The events of a watch that is already there and stays open without observers. Errors with the `SgpError` that ends the
 * watch, and completes when the watch is closed.
 *
 * @example
 * ```ts
 * import { SGPClient } from "@evalwire/core";
 * import { fromWatch } from "@evalwire/core/rxjs";
 * import { firstValueFrom, toArray } from "rxjs";
 *
 * const watch = new SGPClient({ apiKey: "a key", fetch: async () => Response.json({}, { status: 500 }) }).watch("e1");
 * const events = firstValueFrom(fromWatch(watch, { types: ["task.removed"] }).pipe(toArray()));
 * await watch.close();
 * await events; // => []
 * ```
 */
export const fromWatch = <Type extends WatchEventType = WatchEventType>(
  watch: Watch,
  options: Omit<SubscribeOptions<Type>, "onEnd" | "signal"> = {},
): Observable<EventOf<Type>> =>
  new Observable((observer) =>
    watch.subscribe<Type>((event) => observer.next(event), {
      ...options,
      onEnd: (error) => (error === undefined ? observer.complete() : observer.error(error)),
    }),
  );

/** Opens a watch for as long as it is observed. */
const observing = <A>(
  client: Watching,
  evaluationId: string,
  options: WatchOptions,
  observe: (watch: Watch) => Observable<A>,
): Observable<A> =>
  new Observable((observer) => {
    const watch = client.watch(evaluationId, options);
    const subscription = observe(watch).subscribe(observer);
    return () => {
      subscription.unsubscribe();
      void watch.close();
    };
  });

/**
 * The task events of an evaluation, after a `task.added` with `replay: true` for each that is there.
 *
 * @param options `types` narrows the events, and with them their type; the rest as for `client.watch`
 * @throws to the observer: an `SgpError` with reason `Invalid` at options that cannot be right, or with the reason that ends the watch
 */
export const taskEvents$ = <Type extends TaskEvent["type"] = TaskEvent["type"]>(
  client: Watching,
  evaluationId: string,
  options: ObserveOptions<Type> = {},
): Observable<EventOf<Type>> =>
  defer(() => {
    const [watching, subscribing] = parted<Type>(options);
    return observing(client, evaluationId, watching, (watch) =>
      fromWatch<Type>(watch, { types: taskTypes as ReadonlyArray<Type>, ...subscribing }),
    );
  });

/**
 * All tasks by id: first when every one is known, then whenever one has changed. Each map is another one, and none ever
 * changes. Errors as `taskEvents$` does.
 */
export const tasks$ = (
  client: Watching,
  evaluationId: string,
  options: WatchOptions = {},
): Observable<ReadonlyMap<string, TaskRow>> =>
  observing(
    client,
    evaluationId,
    options,
    (watch) =>
      new Observable((observer) => {
        let last: ReadonlyMap<string, TaskRow> | undefined;
        const look = () => {
          const { status, tasks } = watch.snapshot();
          if (status._tag === "closed") {
            if (status.error === undefined) observer.complete();
            else observer.error(status.error);
          } else if (isReady && tasks !== last) {
            last = tasks;
            observer.next(tasks);
          }
        };
        let isReady = false;
        const undo = watch.onChange(look);
        watch.ready.then(
          () => {
            isReady = true;
            if (!observer.closed) look();
          },
          // The watch ended before: its status says how.
          () => look(),
        );
        return undo;
      }),
  );

/** Every change of a task's status. Errors as `taskEvents$` does. */
export const statusChanges$ = (
  client: Watching,
  evaluationId: string,
  options: WatchOptions = {},
): Observable<TaskStatusChanged> => taskEvents$(client, evaluationId, { ...options, types: ["task.status_changed"] });

/**
 * Leases of which less than `within` is left, each emitted once; leases that are already that near come first.
 *
 * @param options `within` as a duration, e.g. `"10 minutes"`; the rest as for `client.watch`
 * @throws what `taskEvents$` does, to the observer
 */
export const expiring$ = (
  client: Watching,
  evaluationId: string,
  { within, ...options }: WatchOptions & { readonly within: Duration.Input },
): Observable<AssignmentExpiring> =>
  taskEvents$(client, evaluationId, { ...options, expiring: [within], types: ["assignment.expiring"] });

/**
 * Keeps the events of these types, and knows theirs.
 *
 * @example
 * ```ts
 * import { ofType } from "@evalwire/core/rxjs";
 * import type { WatchEvent } from "@evalwire/core";
 * import { firstValueFrom, of, toArray } from "rxjs";
 *
 * const base = { id: "1", time: "2030-01-01T00:00:00Z", evaluationId: "e1" };
 * const events = of<Array<WatchEvent>>(
 *   { ...base, type: "watch.synced", tasks: 3 },
 *   { ...base, type: "watch.recovered", degradedAt: "2030-01-01T00:00:00Z" },
 * );
 * const synced = await firstValueFrom(events.pipe(ofType("watch.synced"), toArray()));
 * synced.map((event) => event.tasks); // => [3]
 * ```
 */
export const ofType = <Type extends WatchEventType>(
  ...types: ReadonlyArray<Type>
): OperatorFunction<WatchEvent, EventOf<Type>> =>
  filter((event): event is EventOf<Type> => (types as ReadonlyArray<WatchEventType>).includes(event.type));
