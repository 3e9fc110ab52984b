/**
 * A watch whose poller is still being loaded, and after that the same watch with it.
 *
 * 1. Until then it shows its cursor's state, or nothing, and is connecting; all subscribers are served from the beginning.
 * 2. Invalid options throw at once.
 * 3. A load that fails degrades it, and is tried again, ever more slowly up to once a minute. No event reports it: what makes the
 *    events is not there.
 * 4. Closed before, it never polls, and waits for nothing.
 */
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import { onAbort } from "../client/http/abort.ts";
import { Listeners } from "../client/Listeners.ts";
import { toConsole } from "../client/Problem.ts";
import { SgpError } from "../client/SgpError.ts";
import * as Cursor from "./cursor/Cursor.ts";
import type { EventOf, WatchEvent, WatchEventType } from "./event/Event.ts";
import { readyWithin } from "./ready.ts";
import type { WatchStats } from "./Stats.ts";
import type { WatchStatus } from "./Status.ts";
import * as Source from "./source/Source.ts";
import type { WatchSnapshot } from "./state/Snapshot.ts";
import * as Snapshot from "./state/Snapshot.ts";
import type { EventStream, Unsubscribe, Watch } from "./Watch.ts";
import * as Options from "./WatchOptions.ts";

interface Facts {
  readonly kind: "v4" | "v5";
  readonly evaluationId: string;
  readonly clock: Clock.Clock;
  /** The cursor that it was given, and what that says. */
  readonly cursor: string | undefined;
  readonly since: Cursor.CursorState | undefined;
  readonly signal: AbortSignal | undefined;
  readonly requestsPerMinute: number;
  readonly readyMillis: number | undefined;
}

/** A listener from before the watch was loaded. */
interface Listening {
  readonly begin: (watch: Watch) => void;
  /** It is over before it began. */
  readonly end: () => void;
}

const over = { done: true, value: undefined } as const;
const noop = (): void => undefined;
const longestPause = 60_000;

export class LoadingWatch implements Watch {
  readonly evaluationId: string;
  readonly capabilities: Source.Capabilities;
  readonly ready: Promise<void>;
  readonly #facts: Facts;
  readonly #waiting = new Set<Listening>();
  readonly #onChange = new Listeners((error) => toConsole({ source: "onChange", error }));
  readonly #fiber: Fiber.Fiber<unknown>;
  #unlisten: () => void = noop;
  #wasListenedTo = false;
  #snapshot: WatchSnapshot;
  #loaded: Watch | undefined;
  #closed: Promise<void> | undefined;
  #settle!: { readonly resolve: (value: Promise<void>) => void; readonly reject: (error: SgpError) => void };

  /** @param open makes the watch of what was loaded */
  constructor(load: Effect.Effect<any, SgpError>, open: (module: any) => Watch, facts: Facts) {
    this.#facts = facts;
    this.evaluationId = facts.evaluationId;
    this.capabilities = Source.capabilities[facts.kind];
    this.#snapshot = this.#snapshotWith({ _tag: "connecting", since: this.#time() });
    const ready = new Promise<void>((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.ready = readyWithin(ready, facts.readyMillis, facts.clock);
    // Avoid an unhandled rejection when `ready` is not awaited.
    this.ready.catch(noop);
    const loading = (pause: number): Effect.Effect<unknown> =>
      Effect.matchEffect(load, {
        onSuccess: (module) => Effect.sync(() => this.#begin(() => open(module))),
        onFailure: (error) =>
          Effect.sync(() => this.#degrade(error)).pipe(
            Effect.andThen(Effect.sleep(pause)),
            Effect.andThen(Effect.suspend(() => loading(Math.min(pause * 2, longestPause)))),
          ),
      });
    this.#fiber = Effect.runForkWith(Context.make(Clock.Clock, facts.clock))(loading(1_000));
    this.#unlisten = onAbort(facts.signal, () => void this.close());
  }

  get status(): WatchStatus {
    return this.snapshot().status;
  }

  snapshot(): WatchSnapshot {
    return this.#loaded?.snapshot() ?? this.#snapshot;
  }

  cursor(): string {
    if (this.#loaded !== undefined) return this.#loaded.cursor();
    return this.#facts.cursor ?? Cursor.join(this.evaluationId, undefined, []);
  }

  stats(): WatchStats {
    const { requestsPerMinute } = this.#facts;
    return (
      this.#loaded?.stats() ?? {
        requests: 0,
        requestsInLastMinute: 0,
        requestsPerMinute,
        bytes: 0,
        failures: 0,
        scans: 0,
        completeScans: 0,
        pagesPerScan: 0,
        retrievals: 0,
        probes: 0,
        histories: 0,
        events: 0,
        tasks: this.#snapshot.tasks.size,
        leases: this.#snapshot.leases.size,
        unconfirmedWrites: 0,
        subscribers: this.#waiting.size,
        waiting: 0,
        clock: null,
        issues: [],
      }
    );
  }

  subscribe<Type extends WatchEventType = WatchEventType>(
    listener: (event: EventOf<Type>) => unknown,
    options: Options.SubscribeOptions<Type> = {},
  ): Unsubscribe<EventOf<Type>> {
    if (this.#loaded !== undefined) return this.#loaded.subscribe(listener, options);
    Options.checkSubscription(options);
    let loaded: Unsubscribe<EventOf<Type>> | undefined;
    const leave = this.#listen((watch) => {
      loaded = watch.subscribe(listener, options);
      return loaded;
    }, options);
    return Object.assign(leave, {
      cursor: () => loaded?.cursor() ?? this.cursor(),
      ack: (event: EventOf<Type>) => loaded?.ack(event),
    });
  }

  events<Type extends WatchEventType = WatchEventType>(
    options: Options.SubscribeOptions<Type> = {},
  ): EventStream<EventOf<Type>> {
    let loaded: EventStream<EventOf<Type>> | undefined;
    const stream = () => {
      loaded ??= this.#loaded?.events(options);
      return loaded;
    };
    return {
      [Symbol.asyncIterator]: () => this.#iterate(options, stream),
      cursor: () => stream()?.cursor() ?? this.cursor(),
      ack: (event) => loaded?.ack(event),
    };
  }

  [Symbol.asyncIterator](): AsyncIterator<WatchEvent> {
    return this.events()[Symbol.asyncIterator]();
  }

  onChange(listener: () => void): () => void {
    if (this.#loaded !== undefined) return this.#loaded.onChange(listener);
    const leave = this.#onChange.add(listener);
    const undo = this.#listen((watch) => watch.onChange(listener), { onEnd: leave });
    return () => {
      leave();
      undo();
    };
  }

  /** As the loaded watch: takes a write that was made elsewhere. `undefined` until then: the first scan shows what was written before. */
  get hear(): ((write: Source.Write) => void) | undefined {
    const loaded = this.#loaded as (Watch & Pick<LoadingWatch, "hear">) | undefined;
    return loaded?.hear?.bind(loaded);
  }

  close(): Promise<void> {
    if (this.#loaded !== undefined) return this.#loaded.close();
    if (this.#closed !== undefined) return this.#closed;
    this.#closed = Effect.runPromise(Fiber.interrupt(this.#fiber)).then(noop);
    this.#unlisten();
    this.#snapshot = this.#snapshotWith({ _tag: "closed", since: this.#time() });
    this.#settle.reject(new SgpError({ reason: { _tag: "Aborted" }, endpoint: "watch" }));
    for (const each of this.#waiting) each.end();
    this.#waiting.clear();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #time(): string {
    return new Date(this.#facts.clock.currentTimeMillisUnsafe()).toISOString();
  }

  #snapshotWith(status: WatchStatus): WatchSnapshot {
    const { evaluationId, since } = this.#facts;
    const tasks = this.#snapshot?.tasks ?? since?.tasks ?? new Map();
    const facts = { evaluationId, evaluation: since?.evaluation, tasks, status };
    return Snapshot.make(facts, new Snapshot.LeaseView(tasks, () => undefined));
  }

  #degrade(error: SgpError): void {
    const { status } = this.#snapshot;
    const since = status._tag === "degraded" ? status.since : this.#time();
    this.#snapshot = this.#snapshotWith({ _tag: "degraded", since, error });
    this.#onChange.notify();
  }

  #begin(open: () => Watch): void {
    const watch = open();
    this.#loaded = watch;
    // The loaded watch listens to the signal itself.
    this.#unlisten();
    this.#settle.resolve(watch.ready);
    // All listeners have left: the watch rests, as it would have.
    if (this.#wasListenedTo && this.#waiting.size === 0) watch.onChange(noop)();
    for (const each of this.#waiting) each.begin(watch);
    this.#waiting.clear();
    this.#onChange.notify();
  }

  /** Calls `begin` once the watch is loaded, or `onEnd` when it is over before; returns the undo. */
  #listen(
    begin: (watch: Watch) => () => void,
    { signal, onEnd }: Pick<Options.SubscribeOptions, "signal" | "onEnd">,
  ): () => void {
    let undo: (() => void) | undefined;
    let unlisten = noop;
    this.#wasListenedTo = true;
    const listening: Listening = {
      begin: (watch) => {
        unlisten();
        undo = begin(watch);
      },
      end: () => {
        unlisten();
        onEnd?.();
      },
    };
    if (this.#closed !== undefined) {
      onEnd?.();
      return noop;
    }
    this.#waiting.add(listening);
    const leave = () => {
      if (undo !== undefined) undo();
      else if (this.#waiting.delete(listening)) listening.end();
    };
    unlisten = onAbort(signal, leave);
    return leave;
  }

  #iterate<Type extends WatchEventType>(
    options: Options.SubscribeOptions<Type>,
    stream: () => EventStream<EventOf<Type>> | undefined,
  ): AsyncIterator<EventOf<Type>> {
    if (this.#loaded !== undefined) return stream()![Symbol.asyncIterator]();
    Options.checkSubscription(options);
    let leave: () => void = noop;
    const opened = new Promise<AsyncIterator<EventOf<Type>> | undefined>((resolve) => {
      const begin = () => {
        resolve(stream()![Symbol.asyncIterator]());
        return noop;
      };
      const onEnd = () => {
        options.onEnd?.();
        resolve(undefined);
      };
      leave = this.#listen(begin, { ...options, onEnd });
    });
    return {
      next: async () => (await opened)?.next() ?? over,
      return: async () => {
        leave();
        return (await opened)?.return?.() ?? over;
      },
    };
  }
}
