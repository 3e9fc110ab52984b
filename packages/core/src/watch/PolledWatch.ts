/**
 * A watch over a poller, which it shares with the other watches of its evaluation.
 *
 * All watches of a poller emit the same live events; each has its own first events (what is there, or what has changed since
 * its cursor), which lead times concern it, and how long it keeps the poller at work.
 */
import { onAbort } from "../client/http/abort.ts";
import { SgpError } from "../client/SgpError.ts";
import type { CursorState } from "./cursor/Cursor.ts";
import * as CursorWriter from "./cursor/CursorWriter.ts";
import type { Engine } from "./Engine.ts";
import type { EventOf, WatchEvent, WatchEventType } from "./event/Event.ts";
import type { IssueListener, WatchIssue } from "./IssueLog.ts";
import { readyWithin } from "./ready.ts";
import type { WatchStats } from "./Stats.ts";
import type { WatchStatus } from "./Status.ts";
import type { Capabilities, Write } from "./source/Source.ts";
import type { WatchSnapshot } from "./state/Snapshot.ts";
import { bindContext } from "./subscription/bindContext.ts";
import { Consumers } from "./subscription/Consumers.ts";
import { iterate } from "./subscription/iterate.ts";
import * as Opening from "./subscription/Opening.ts";
import { Subscription } from "./subscription/Subscription.ts";
import { serve } from "./subscription/serve.ts";
import type { EventStream, Unsubscribe, Watch } from "./Watch.ts";
import * as Options from "./WatchOptions.ts";

/** The list's first full pass is enough to begin with; two complete scans are made up for by four times as many passes. */
const passesFor = (completeScans: number): number => (completeScans === 1 ? 1 : completeScans * 4);

export class PolledWatch implements Watch {
  readonly evaluationId: string;
  readonly ready: Promise<void>;
  #poller: Engine;
  readonly #roster: ReadonlyMap<string, Engine>;
  readonly #onIssue: IssueListener | undefined;
  readonly #leads: ReadonlyArray<number>;
  /** The events emitted according to the cursor; `undefined` without one. */
  readonly #since: CursorState | undefined;
  readonly #subscriptions = new Set<Subscription>();
  readonly #consumers: Consumers;
  /** Issues of this watch only, not of the others of its poller. */
  #issues: ReadonlyArray<WatchIssue> = [];
  readonly #undo = new Set<() => void>();
  // Subscriptions to its poller.
  #ties: ReadonlyArray<() => void> = [];
  #listeners = 0;
  // Keeps the poller at work: from the beginning, and later as long as there are listeners.
  #release: (() => Promise<void>) | undefined;
  #closed:
    | { readonly snapshot: WatchSnapshot; readonly position: CursorState; readonly done: Promise<void> }
    | undefined;

  /**
   * @param roster the pollers at work, by evaluation
   * @param issues what is wrong with this watch, and not with the others of its poller
   */
  constructor(
    poller: Engine,
    roster: ReadonlyMap<string, Engine>,
    options: Options.WatchOptions,
    since: CursorState | undefined,
    issues: ReadonlyArray<WatchIssue> = [],
  ) {
    this.evaluationId = poller.store.evaluationId;
    this.#poller = poller;
    this.#roster = roster;
    this.#leads = Options.leads(options);
    this.#onIssue = options.onIssue && bindContext(options.onIssue);
    this.#since = since;
    this.#consumers = new Consumers(since);
    this.#tie(poller);
    this.#release = poller.hold();
    this.ready = readyWithin(this.#afterScans(1), Options.readyMillis(options), poller.time.clock);
    // Avoid an unhandled rejection when `ready` is not awaited.
    this.ready.catch(() => undefined);
    for (const issue of issues) this.#report(issue);
    this.#undo.add(onAbort(options.signal, () => void this.close()));
  }

  get capabilities(): Capabilities {
    return this.#poller.capabilities;
  }

  snapshot(): WatchSnapshot {
    return this.#closed?.snapshot ?? this.#poller.store.snapshot();
  }

  get status(): WatchStatus {
    return this.#closed?.snapshot.status ?? this.#poller.store.status;
  }

  subscribe<Type extends WatchEventType = WatchEventType>(
    listener: (event: EventOf<Type>) => unknown,
    options: Options.SubscribeOptions<Type> = {},
  ): Unsubscribe<EventOf<Type>> {
    const own = new Consumers(this.#since);
    const subscription = this.#open(options, own);
    const bound = bindContext(listener as (event: WatchEvent) => unknown);
    serve(subscription, bound, (error) => this.#poller.reportListener(error), options.ack === "manual");
    return Object.assign(() => subscription.close(), {
      cursor: () => this.#cursorOf(own),
      ack: (event: WatchEvent) => subscription.finish(event),
    });
  }

  events<Type extends WatchEventType = WatchEventType>(
    options: Options.SubscribeOptions<Type> = {},
  ): EventStream<EventOf<Type>> {
    const own = new Consumers(this.#since);
    const subscriptions = new Set<Subscription>();
    return {
      [Symbol.asyncIterator]: () => {
        const subscription = this.#open(options, own);
        subscriptions.add(subscription);
        return iterate(subscription, options.ack === "manual") as AsyncIterator<EventOf<Type>>;
      },
      cursor: () => this.#cursorOf(own),
      ack: (event) => {
        for (const each of subscriptions) each.finish(event);
      },
    };
  }

  [Symbol.asyncIterator](): AsyncIterator<WatchEvent> {
    return this.events()[Symbol.asyncIterator]();
  }

  onChange(listener: () => void): () => void {
    if (this.#closed !== undefined) return () => undefined;
    const leave = this.#enter();
    const unlisten = this.#poller.store.listen(bindContext(listener));
    const undo = () => {
      if (!this.#undo.delete(undo)) return;
      unlisten();
      leave();
    };
    this.#undo.add(undo);
    return undo;
  }

  cursor(): string {
    return this.#cursorOf(this.#consumers);
  }

  stats(): WatchStats {
    const stats = this.#poller.stats();
    const own = this.#issues.map((issue) => ({ ...issue, count: 1 }));
    return own.length === 0 ? stats : { ...stats, issues: [...stats.issues, ...own] };
  }

  /** Takes a write that was made elsewhere, in another tab or process, as if it had been made through the watched client. */
  hear(write: Write): void {
    this.#poller.hear(write);
  }

  close(): Promise<void> {
    if (this.#closed !== undefined) return this.#closed.done;
    const { store, time, reconciler } = this.#poller;
    const status: WatchStatus = this.#poller.isEnded ? store.status : { _tag: "closed", since: time.time() };
    const done = this.#release?.() ?? Promise.resolve();
    this.#release = undefined;
    this.#closed = { snapshot: store.snapshotWith(status), position: reconciler.position(), done };
    for (const undo of [...this.#undo]) undo();
    this.#undo.clear();
    for (const subscription of [...this.#subscriptions]) subscription.close();
    for (const untie of this.#ties) untie();
    return done;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #tie(poller: Engine): void {
    for (const untie of this.#ties) untie();
    this.#poller = poller;
    poller.setLeads(this, this.#leads);
    this.#ties = [() => poller.setLeads(this, undefined)];
    if (this.#onIssue !== undefined) this.#ties = [...this.#ties, poller.issues.subscribe(this.#onIssue)];
  }

  /** Reports this watch's issues to its opener, once it can listen. */
  #report(issue: WatchIssue): void {
    this.#issues = [...this.#issues, issue];
    queueMicrotask(() => {
      try {
        this.#onIssue?.(issue);
      } catch (failure) {
        this.#poller.reportListener(failure);
      }
    });
  }

  readonly #known = (): CursorState => this.#closed?.position ?? this.#poller.reconciler.position();

  #cursorOf(consumers: Consumers): string {
    return CursorWriter.encode(consumers.position(this.#known));
  }

  /** @param own what counts this subscription by itself */
  #open(options: Options.SubscribeOptions, own: Consumers): Subscription {
    Options.checkSubscription(options);
    const types = options.types === undefined ? undefined : new Set<WatchEventType>(options.types);
    const leave = this.#closed === undefined ? this.#enter() : () => undefined;
    const { store } = this.#poller;
    const undo: Array<() => void> = [leave];
    const onEnd = options.onEnd && bindContext(options.onEnd);
    const subscription = new Subscription(
      {
        accepts: (event) =>
          (types === undefined || types.has(event.type)) &&
          this.#concerns(event) &&
          !(options.replay === false && event.type === "task.added" && event.replay),
        overflow: options.overflow ?? "latest-per-task",
        capacity: options.capacity ?? 1024,
        ...(options.ack === "manual" ? { window: options.capacity ?? 1024 } : {}),
      },
      (error) => {
        store.delete(subscription);
        this.#subscriptions.delete(subscription);
        for (const each of undo) each();
        try {
          onEnd?.(error);
        } catch (failure) {
          // It is the caller's, and keeps neither this watch from closing nor the other subscribers from ending.
          this.#poller.reportListener(failure);
        }
      },
    );
    if (this.#closed !== undefined || this.#poller.isEnded) {
      const { status } = this;
      subscription.end(status._tag === "closed" ? status.error : undefined);
      return subscription;
    }
    this.#subscriptions.add(subscription);
    this.#count(subscription, options.transient === true ? [own] : [own, this.#consumers, store.consumers]);
    this.#begin(subscription, options.replay);
    undo.push(onAbort(options.signal, () => subscription.close()));
    return subscription;
  }

  /** Puts what was there before in front, and the live events behind it. */
  #begin(subscription: Subscription, replay: Options.SubscribeOptions["replay"]): void {
    const { store, reconciler } = this.#poller;
    const present = () => Opening.present(this.#poller, this.#leads);
    const differences = (from: CursorState) => Opening.differences(this.#poller, this.#leads, from);
    const begin = (before: () => Iterable<WatchEvent>) => {
      if (subscription.isEnded) return;
      subscription.before = undefined;
      subscription.replay(before());
      store.consumers.moved(undefined);
      store.add(subscription);
    };
    const since = this.#since;
    if (replay === false) begin(() => []);
    else if (replay === "later") begin(() => Opening.standing(this.#poller, this.#leads));
    else if (replay === true || since === undefined) begin(present);
    else if (reconciler.origin === since || reconciler.completeScans > 1) begin(() => differences(since));
    // Another watch began without this cursor: two complete scans show what is there and what is gone.
    else {
      subscription.before = since;
      this.#afterScans(2).then(() => begin(() => differences(since)), subscription.end.bind(subscription));
    }
  }

  /** Counts a subscription until it takes nothing more. */
  #count(subscription: Subscription, groups: ReadonlyArray<Consumers>): void {
    if (this.#since !== undefined) subscription.owed = new Set(this.#since.owed);
    for (const each of groups) each.add(subscription);
    subscription.onFinish = (event) => {
      for (const each of groups) each.moved(event);
    };
    subscription.onLast = () => {
      let known: CursorState | undefined;
      for (const each of groups) {
        each.leave(subscription, () => {
          known ??= this.#known();
          return known;
        });
      }
    };
  }

  /** Other watches may have other lead times. */
  #concerns(event: WatchEvent): boolean {
    return event.type !== "assignment.expiring" || this.#leads.includes(event.leadMillis);
  }

  /** Keeps the poller running until the last listener's undo is called. */
  #enter(): () => void {
    this.#listeners++;
    if (this.#release === undefined) {
      // While this watch rested, another one may have set a poller to work.
      const atWork = this.#roster.get(this.evaluationId);
      if (atWork !== undefined && atWork !== this.#poller) this.#tie(atWork);
      this.#release = this.#poller.hold();
    }
    let isIn = true;
    return () => {
      if (!isIn) return;
      isIn = false;
      this.#listeners--;
      // Unsubscribing and resubscribing in the same tick (React StrictMode) does not stop the poller.
      queueMicrotask(() => {
        if (this.#listeners > 0 || this.#closed !== undefined) return;
        void this.#release?.();
        this.#release = undefined;
      });
    };
  }

  /** Resolves once so many complete scans have been made; rejects when the watch ends before. */
  #afterScans(count: number): Promise<void> {
    const { reconciler, store } = this.#poller;
    return new Promise((resolve, reject) => {
      const end = () => {
        this.#undo.delete(end);
        unlisten();
        const error = store.status._tag === "closed" ? store.status.error : undefined;
        reject(error ?? new SgpError({ reason: { _tag: "Aborted" }, endpoint: "watch" }));
      };
      const look = () => {
        if (this.#poller.isEnded) end();
        else if (reconciler.completeScans >= count || reconciler.passes >= passesFor(count)) {
          this.#undo.delete(end);
          unlisten();
          resolve();
        }
      };
      let unlisten = () => {};
      unlisten = this.#poller.onSync(look);
      this.#undo.add(end);
      look();
    });
  }
}
