import * as Effect from "effect/Effect";
import * as Random from "effect/Random";
import { ScriptedPlatform } from "../../src/testing/ScriptedPlatform.ts";
import { SimulatedClock } from "../../src/testing.ts";
import type { WatchEvent } from "../../src/watch/event/Event.ts";
import { Pollers } from "../../src/watch/Pollers.ts";
import type { Environment } from "../../src/watch/time/Environment.ts";
import type { Watch } from "../../src/watch/Watch.ts";
import type { SubscribeOptions, WatchOptions } from "../../src/watch/WatchOptions.ts";
import { wireV5 } from "./wireV5.ts";

/** A tab whose visibility and network are held in the hand. */
export class Tab implements Environment {
  #visible = true;
  #online = true;
  readonly #listeners = new Set<() => void>();

  readonly isVisible = () => this.#visible;
  readonly isOnline = () => this.#online;
  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  get listeners(): number {
    return this.#listeners.size;
  }

  become(state: { readonly visible?: boolean; readonly online?: boolean }): void {
    this.#visible = state.visible ?? this.#visible;
    this.#online = state.online ?? this.#online;
    for (const listener of [...this.#listeners]) listener();
  }
}

export const randomOf = (seed: string | number) => Effect.runSync(Random.withSeed(Effect.service(Random.Random), seed));

interface StageOptions {
  readonly seed?: string | number | undefined;
  /** Which version of the API the platform speaks: v4 by the platform's own source, v5 by the client's source over the wire. */
  readonly api?: "v4" | "v5" | undefined;
  /** Items in a page of the platform. */
  readonly pageSize?: number | undefined;
}

/** A clock, a platform with so many tasks, a tab, and watches of it. */
export const stage = (count = 0, { seed = 1, pageSize = 1_000, api = "v4" }: StageOptions = {}) => {
  const clock = new SimulatedClock();
  const platform = new ScriptedPlatform(clock, count, api);
  platform.pageSize = pageSize;
  const tab = new Tab();
  const pollers = new Pollers();
  const source = api === "v4" ? () => platform.source : wireV5(platform, clock);
  const polls = { kind: api, clock, random: randomOf(seed), source } as const;
  return {
    clock,
    platform,
    tab,
    watch: (options: WatchOptions = {}): Watch => pollers.watch(polls, "e1", { environment: tab, ...options }),
  };
};

/** All events of a watch from now on. */
export const record = (watch: Watch, options?: SubscribeOptions): Array<WatchEvent> => {
  const events: Array<WatchEvent> = [];
  watch.subscribe((event) => {
    events.push(event);
  }, options);
  return events;
};

/** Events in short: `task.status_changed t1`. */
export const brief = (events: ReadonlyArray<WatchEvent>): ReadonlyArray<string> =>
  events.map((event) => ("taskId" in event ? `${event.type} ${event.taskId}` : event.type));

/** Runs `body` with a stage, and always closes the resources it opened. */
export const withWatch = async (
  options: WatchOptions & { readonly count?: number; readonly seed?: string | number; readonly api?: "v4" | "v5" },
  body: (on: ReturnType<typeof stage> & { readonly live: Watch; readonly events: Array<WatchEvent> }) => Promise<void>,
): Promise<void> => {
  const { count, seed, api, ...rest } = options;
  const on = stage(count, { seed, api });
  await using live = on.watch(rest);
  await body({ ...on, live, events: record(live) });
};

/** The versions of the API that laws run on. */
export const apis = ["v4", "v5"] as const;

/** How long a property may take that plays many lives of a watch. */
export const patience = { timeout: 240_000 };
