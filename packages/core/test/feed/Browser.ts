/** The part of a browser that tabs share, held in the hand: Web Locks and BroadcastChannels, tabs that hide, freeze and close. */
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import type { Locks } from "../../src/feed/BroadcastElection.ts";
import { BroadcastFeed, type Channel } from "../../src/feed/broadcastFeed.ts";
import type { SimulatedClock } from "../../src/testing.ts";
import { Tab } from "../watch/watching.ts";

interface Waiting {
  readonly owner: FakeTab;
  readonly held: () => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export class Browser {
  readonly clock: SimulatedClock;
  /** How a message or a grant of a lock comes to a tab; a scheduler may interleave them. */
  readonly #later: () => Promise<unknown>;
  readonly tabs: Array<FakeTab> = [];
  #queue: Array<Waiting> = [];
  #holder: Waiting | undefined;
  readonly #shared = new Map<FakeTab, string>();

  constructor(clock: SimulatedClock, later?: () => Promise<unknown>) {
    this.clock = clock;
    this.#later = later ?? (() => Effect.runPromise(clock.sleep(Duration.millis(1))));
  }

  open(beatMillis: number, seed = this.tabs.length): FakeTab {
    const tab = new FakeTab(this, beatMillis, seed);
    this.tabs.push(tab);
    return tab;
  }

  get holder(): FakeTab | undefined {
    return this.#holder?.owner;
  }

  request(
    owner: FakeTab,
    { steal = false, mode, signal }: Parameters<Locks["request"]>[1],
    held: () => Promise<unknown>,
    name: string,
  ): Promise<unknown> {
    // Its code still runs in this process, and can do nothing any more.
    if (owner.isGone) return new Promise(() => undefined);
    if (mode === "shared") {
      this.#shared.set(owner, name);
      return held().finally(() => this.#shared.delete(owner));
    }
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { owner, held, resolve, reject };
      if (steal) {
        const robbed = this.#holder;
        this.#holder = undefined;
        if (robbed !== undefined)
          void robbed.owner.deliver(() => robbed.reject(new DOMException("stolen", "AbortError")));
        this.#grant(waiting);
        return;
      }
      signal?.addEventListener("abort", () => {
        if (!this.#queue.includes(waiting)) return;
        this.#queue = this.#queue.filter((each) => each !== waiting);
        reject(signal.reason);
      });
      this.#queue.push(waiting);
      this.#next();
    });
  }

  async query(): ReturnType<NonNullable<Locks["query"]>> {
    return { held: [...this.#shared.values()].map((name) => ({ name })) };
  }

  post(from: FakeTab, name: string, data: unknown): void {
    const copy = structuredClone(data);
    for (const tab of this.tabs) {
      if (tab !== from) void this.#later().then(() => tab.deliver(() => tab.receive(name, copy)));
    }
  }

  /** The tab is gone: what it holds is given back. */
  leave(tab: FakeTab): void {
    this.#shared.delete(tab);
    this.#queue = this.#queue.filter(({ owner }) => owner !== tab);
    if (this.#holder?.owner !== tab) return;
    this.#holder = undefined;
    this.#next();
  }

  #next(): void {
    if (this.#holder !== undefined) return;
    const next = this.#queue.shift();
    if (next !== undefined) this.#grant(next);
  }

  #grant(waiting: Waiting): void {
    this.#holder = waiting;
    void this.#later().then(() =>
      waiting.owner.deliver(async () => {
        // Also when it has been stolen meanwhile: then the promise was rejected before.
        const value = await waiting.held();
        waiting.resolve(value);
        if (this.#holder !== waiting) return;
        this.#holder = undefined;
        this.#next();
      }),
    );
  }
}

export class FakeTab extends Tab {
  readonly feed: BroadcastFeed;
  readonly #browser: Browser;
  readonly #channels = new Set<Channel & { readonly name: string }>();
  #frozen: Array<() => void> | undefined;
  #isGone = false;

  get isGone(): boolean {
    return this.#isGone;
  }

  constructor(browser: Browser, beatMillis: number, seed: number) {
    super();
    this.#browser = browser;
    const locks: Locks = {
      request: (name, options, held) => browser.request(this, options, held, name),
      query: () => browser.query(),
    };
    const channel = (name: string): Channel => {
      const own = {
        name,
        onmessage: null,
        postMessage: (data: unknown) => {
          // A frozen tab sends its pending messages when it thaws.
          void this.deliver(() => browser.post(this, name, data));
        },
        close: () => void this.#channels.delete(own),
      };
      this.#channels.add(own);
      return own;
    };
    this.feed = new BroadcastFeed("e1", { clock: browser.clock, seed, beatMillis, locks, channel, environment: this });
  }

  /** Does something in the tab; a frozen one does it when it thaws. */
  async deliver(run: () => unknown): Promise<void> {
    if (this.#isGone) return;
    if (this.#frozen !== undefined) this.#frozen.push(run);
    else await run();
  }

  receive(name: string, data: unknown): void {
    for (const channel of [...this.#channels]) if (channel.name === name) channel.onmessage?.({ data });
  }

  freeze(): void {
    this.#frozen ??= [];
  }

  thaw(): void {
    const waiting = this.#frozen ?? [];
    this.#frozen = undefined;
    for (const run of waiting) void this.deliver(run);
  }

  /** Nothing of it runs any more, and the browser knows. */
  crash(): void {
    this.#isGone = true;
    this.#browser.leave(this);
  }
}
