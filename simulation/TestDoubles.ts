/** Replacements for parts of a simulation, to see whether a broken promise is found. */
import type { Watch } from "@evalwire/core";
import type * as Clock from "effect/Clock";
import type { Fetch } from "./world/Network.ts";
import type { World } from "./world/World.ts";

export interface TestDoubles {
  /** Between the client and the network. */
  readonly fetch?: (fetch: Fetch, world: World) => Fetch;
  /** Between the client and its machine's clock. */
  readonly clock?: (clock: Clock.Clock, world: World) => Clock.Clock;
  /** Between the watch and those who use it. */
  readonly watch?: (watch: Watch, world: World) => Watch;
  /** Through which client the program writes: the watched one, or another that the watch hears nothing of. */
  readonly writer?: "watched" | "other";
  /** A change of a cursor between two sessions. */
  readonly cursor?: (cursor: string) => string | undefined;
}
