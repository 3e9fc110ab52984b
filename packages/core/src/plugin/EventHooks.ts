/**
 * The plugins' hooks on the events of all watches of a client.
 *
 * 1. Each hook is served serially and independently, whichever watch an event comes from; its queue is bounded like a subscriber's.
 * 2. A hook keeps no watch at work: without a watch there are no events.
 */
import { optionIssues } from "../contract/unknownNames.ts";
import { CursorJournal } from "../watch/cursor/CursorJournal.ts";
import * as CursorWriter from "../watch/cursor/CursorWriter.ts";
import type { EventOf, WatchEvent, WatchEventType } from "../watch/event/Event.ts";
import type { EventSource, Tap } from "../watch/Pollers.ts";
import type { Store } from "../watch/state/Store.ts";
import { type Overflow, Subscription } from "../watch/subscription/Subscription.ts";
import { serve } from "../watch/subscription/serve.ts";
import { refuse, typeIssues } from "../watch/WatchOptions.ts";

/** Which events a hook is for; what is left out lets everything through. */
export interface EventFilter<Type extends WatchEventType = WatchEventType> {
  readonly types?: ReadonlyArray<Type>;
  /** The ids of evaluations. */
  readonly evaluations?: ReadonlyArray<string>;
  /** The status of the task or evaluation that the event is about, as it is now. */
  readonly statuses?: ReadonlyArray<string>;
}

export interface HookOptions {
  readonly overflow?: Overflow;
  /** How many events may wait before `overflow` applies. Default 1024. */
  readonly capacity?: number;
  /**
   * Where the client is one replica of a fleet: whether the hook is called on one replica for each event, with a position that
   * outlives them all. The event counts as handled once its result has settled. Elsewhere it changes nothing. Default false.
   */
  readonly once?: boolean;
}

/**
 * Called with an event. With `once`, in a fleet, also with a signal: it is aborted when the replica closes, or the event is given to
 * another one, and what is still under way should end.
 */
export type HookListener<Type extends WatchEventType = WatchEventType> = (
  event: EventOf<Type>,
  signal?: AbortSignal,
) => unknown;

/** A hook marked `once`, for a program that brings each event to one replica. */
export interface OnceHook {
  /** Unlike that of any other. */
  readonly name: string;
  readonly accepts: (event: WatchEvent) => boolean;
  /**
   * Rejects with what the hook fails with.
   *
   * @param signal - aborted when the event is given to another replica instead
   */
  readonly run: (event: WatchEvent, signal?: AbortSignal) => Promise<void>;
}

/** Hooks whose events come from elsewhere instead of the client's own watches. */
export interface TakenHooks {
  readonly hooks: ReadonlyArray<OnceHook>;
  /** Brings events of followed watches to all other hooks: for `follow(feed, { tap })`. `undefined` without plugins. */
  readonly tap: Tap | undefined;
  /** Gives them back to the client. */
  readonly release: () => void;
}

const oneOf = (wanted: ReadonlyArray<string> | undefined): ((value: string | undefined) => boolean) => {
  if (wanted === undefined) return () => true;
  const values = new Set(wanted);
  return (value) => value !== undefined && values.has(value);
};

/** Whether an event is one that the filter is for. */
export const matches = ({ types, evaluations, statuses }: EventFilter): ((event: WatchEvent) => boolean) => {
  const [isType, isEvaluation, isStatus] = [oneOf(types), oneOf(evaluations), oneOf(statuses)];
  return (event) =>
    isType(event.type) &&
    isEvaluation(event.evaluationId) &&
    isStatus("current" in event ? event.current?.status : undefined);
};

const filterNames: Record<keyof EventFilter, true> = { types: true, evaluations: true, statuses: true };

/** Problems with a filter that would silently let nothing through, or everything: unknown names and types, a text for a list. */
const filterIssues = (filter: EventFilter): ReturnType<typeof optionIssues> => {
  const names = optionIssues(filter, Object.keys(filterNames));
  if (names.length > 0) return names;
  const lists = (["evaluations", "statuses"] as const).filter((name) => !Array.isArray(filter[name] ?? []));
  return [...typeIssues(filter.types), ...lists.map((path) => ({ path, message: "is a list of texts" }))];
};

/** Throws a `TypeError` at the filter of a plugin's option `events` that cannot be right. */
export const checkFilter = (who: string, filter: EventFilter): void => {
  const [issue] = filterIssues(filter);
  if (issue !== undefined) throw new TypeError(`${who}: events: ${issue.path} ${issue.message}`);
};

const optionNames: Record<keyof HookOptions, true> = { overflow: true, capacity: true, once: true };

export class EventHooks {
  readonly #hooks = new Set<Subscription>();
  readonly #once = new Set<OnceHook>();
  // Whether other code brings events to the hooks marked `once`.
  #isTaken = false;
  // Weak: a hook must not retain the state of an evaluation that is no longer watched.
  readonly #sources = new Map<string, WeakRef<EventSource>>();

  readonly #journals = new WeakMap<Store, CursorJournal>();

  readonly tap: Tap = (source) => {
    this.#sources.set(source.evaluationId, new WeakRef(source));
    return {
      source,
      push: (events) => {
        for (const hook of [...this.#hooks]) hook.push(events);
      },
      end: () => undefined,
    };
  };

  /** The evaluations of which something is known. */
  watched(): ReadonlyArray<string> {
    for (const [id, source] of this.#sources) if (source.deref() === undefined) this.#sources.delete(id);
    return [...this.#sources.keys()];
  }

  /** Gives the place of the evaluation's consumers as of the moment of the asking; `undefined` when it is not watched. */
  cursorOf(evaluationId: string): (() => string) | undefined {
    const store = this.#sources.get(evaluationId)?.deref()?.store;
    return store && (() => CursorWriter.encode(store.consumers.position(() => store.position())));
  }

  /** The same, portion by portion; the same journal as long as the same poller is at work. */
  journalOf(evaluationId: string): CursorJournal | undefined {
    const store = this.#sources.get(evaluationId)?.deref()?.store;
    if (store === undefined) return undefined;
    const journal = this.#journals.get(store) ?? new CursorJournal(store);
    this.#journals.set(store, journal);
    return journal;
  }

  /** How many events wait in the longest queue of an evaluation's subscribers, and of the hooks; `undefined` when it is not watched. */
  waitingOf(evaluationId: string): number | undefined {
    const store = this.#sources.get(evaluationId)?.deref()?.store;
    return store && Math.max(store.waiting, ...[...this.#hooks].map(({ size }) => size));
  }

  /** Gives the hooks marked `once`, which the client's own watches do not call any more until `release`. */
  takeOnce(): TakenHooks {
    this.#isTaken = true;
    const release = () => {
      this.#isTaken = false;
    };
    return { hooks: [...this.#once], tap: this.tap, release };
  }

  /** Returns the undo. */
  on<Type extends WatchEventType>(
    plugin: string,
    filter: EventFilter<Type>,
    listener: HookListener<Type>,
    options: HookOptions,
    onFailure: (error: unknown) => void,
  ): () => void {
    refuse(filterIssues(filter));
    refuse(optionIssues(options, Object.keys(optionNames)));
    const { overflow = "latest-per-task", capacity = 1024, once: isOnce = false } = options;
    const isFor = matches(filter);
    const accepts = isOnce ? (event: WatchEvent) => !this.#isTaken && isFor(event) : isFor;
    const hook = new Subscription({ accepts, overflow, capacity }, (error) => {
      this.#hooks.delete(hook);
      if (error !== undefined) onFailure(error);
    });
    this.#hooks.add(hook);
    serve(hook, (event) => listener(event as EventOf<Type>), onFailure);
    if (!isOnce) return () => hook.close();
    const count = [...this.#once].filter(({ name }) => name === plugin || name.startsWith(`${plugin}-`)).length;
    const once: OnceHook = {
      name: count === 0 ? plugin : `${plugin}-${count + 1}`,
      accepts: isFor,
      run: async (event, signal) => void (await listener(event as EventOf<Type>, signal)),
    };
    this.#once.add(once);
    return () => {
      this.#once.delete(once);
      hook.close();
    };
  }
}
