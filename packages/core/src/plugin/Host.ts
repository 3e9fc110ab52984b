/**
 * One plugin at work: what it was given, what it registered, and how all of that ends.
 */
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Random from "effect/Random";
import type { CallListener } from "../client/Calls.ts";
import type { Middleware } from "../client/http/Attempt.ts";
import { abort } from "../client/http/abort.ts";
import { isolated } from "../client/Problem.ts";
import type { SGPClient } from "../SGPClient.ts";
import type { CursorJournal } from "../watch/cursor/CursorJournal.ts";
import type { WatchEvent, WatchEventType } from "../watch/event/Event.ts";
import { isPromise } from "../watch/subscription/isPromise.ts";
import type { EventFilter, EventHooks, HookListener, HookOptions } from "./EventHooks.ts";
import { type FetchMiddleware, isolateMiddleware, ofPromises } from "./isolateMiddleware.ts";
import type { PluginDefinition, PluginHost, PluginLimits, Undo } from "./PluginHost.ts";
import type { PluginDeps } from "./PluginRuntime.ts";

/** State shared by all plugins of a client. */
export interface HostDeps extends PluginDeps {
  readonly client: () => SGPClient;
  readonly hooks: EventHooks;
  readonly metrics: Map<string, object>;
  readonly resources: Map<string, unknown>;
}

const defaults = { setup: 10_000, middleware: 5_000, listener: 30_000, close: 10_000 };

export class Host implements PluginHost {
  readonly name: string;
  readonly #deps: HostDeps;
  readonly #limits: PluginLimits;
  readonly #closing = new AbortController();
  readonly #undo = new Set<Undo>();
  #client: SGPClient | undefined;

  constructor({ name, limits = {} }: PluginDefinition, deps: HostDeps) {
    this.name = name;
    this.#limits = limits;
    this.#deps = deps;
  }

  get client(): SGPClient {
    this.#client ??= this.#deps.client();
    return this.#client;
  }

  get signal(): AbortSignal {
    return this.#closing.signal;
  }

  get fetch() {
    return this.#deps.settings.fetch;
  }

  limitMillis(of: keyof PluginLimits): number {
    return Duration.toMillis(Duration.fromInputUnsafe(this.#limits[of] ?? defaults[of]));
  }

  /** Runs an effect by the client's clock. */
  run<A, E>(effect: Effect.Effect<A, E>, signal?: AbortSignal): Promise<A> {
    return Effect.runPromiseWith(this.#deps.services)(effect, signal === undefined ? {} : { signal });
  }

  readonly now = (): number => Context.get(this.#deps.services, Clock.Clock).currentTimeMillisUnsafe();

  readonly random = (): number => Context.get(this.#deps.services, Random.Random).nextDoubleUnsafe();

  readonly sleep = (duration: Duration.Input, signal?: AbortSignal): Promise<void> => {
    const untilAborted = (by: AbortSignal) => abort(by, (reason) => reason);
    const ends = signal === undefined ? [] : [untilAborted(signal)];
    return this.run(Effect.raceAllFirst([untilAborted(this.signal), ...ends, Effect.sleep(duration)]));
  };

  readonly around = (middleware: FetchMiddleware): Undo => this.use(ofPromises(middleware));

  readonly use = (middleware: Middleware): Undo => {
    const report = (error: unknown) => this.report(error, "around an attempt");
    return this.#register(
      this.#deps.middleware.use(isolateMiddleware(middleware, this.limitMillis("middleware"), report)),
    );
  };

  readonly on = <Type extends WatchEventType>(
    filter: EventFilter<Type>,
    listener: HookListener<Type>,
    options: HookOptions = {},
  ): Undo => {
    const timed: HookListener<Type> = (event, signal) => this.#timed(event, listener(event, signal));
    return this.#register(
      this.#deps.hooks.on(this.name, filter, timed, options, (error) => this.report(error, "on an event")),
    );
  };

  readonly onCall = (listener: CallListener): Undo =>
    this.#register(
      this.#deps.calls.subscribe((call) =>
        isolated(
          ({ error }) => this.report(error, "on a call"),
          "",
          () => listener(call),
        ),
      ),
    );

  readonly metric = (type: string, scorer: object): Undo => this.#put(this.#deps.metrics, type, scorer);

  readonly provide = (name: string, value: unknown): Undo => this.#put(this.#deps.resources, name, value);

  readonly resource = (name: string): any => this.#deps.resources.get(name);

  readonly watched = (): ReadonlyArray<string> => this.#deps.hooks.watched();

  readonly cursorOf = (evaluationId: string): (() => string) | undefined => this.#deps.hooks.cursorOf(evaluationId);

  readonly journalOf = (evaluationId: string): CursorJournal | undefined => this.#deps.hooks.journalOf(evaluationId);

  readonly waitingOf = (evaluationId: string): number | undefined => this.#deps.hooks.waitingOf(evaluationId);

  readonly report = (error: unknown, during?: string): void => {
    const source = `plugin ${this.name}${during === undefined ? "" : ` (${during})`}`;
    this.#deps.settings.report({ source, error });
  };

  /** Undoes what was registered, the last first. */
  close(): void {
    this.#closing.abort(new DOMException(`The plugin ${this.name} is closed.`, "AbortError"));
    for (const undo of [...this.#undo].reverse()) undo();
    this.#undo.clear();
  }

  /** Registrations after close are undone immediately. */
  #register(undo: Undo): Undo {
    if (this.signal.aborted) undo();
    else this.#undo.add(undo);
    return () => {
      if (this.#undo.delete(undo)) undo();
    };
  }

  // The value under the name before comes back: it is another plugin's.
  #put<Value>(map: Map<string, Value>, name: string, value: Value): Undo {
    const before = map.get(name);
    map.set(name, value);
    return this.#register(() => {
      if (map.get(name) !== value) return;
      if (before === undefined) map.delete(name);
      else map.set(name, before);
    });
  }

  #timed(event: WatchEvent, answer: unknown): unknown {
    if (!isPromise(answer)) return answer;
    const done = new AbortController();
    const limit = this.limitMillis("listener");
    const late = () =>
      this.report(new Error(`still busy with ${event.type} ${event.id} after ${limit} ms`), "on an event");
    this.run(Effect.sleep(limit), done.signal).then(late, () => undefined);
    return Promise.resolve(answer).finally(() => done.abort());
  }
}
