import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Random from "effect/Random";
import { seeded } from "../client/seeded.ts";
import { checkOptions } from "../contract/unknownNames.ts";
import * as Cursor from "../watch/cursor/Cursor.ts";
import type { Engine } from "../watch/Engine.ts";
import { PolledWatch } from "../watch/PolledWatch.ts";
import type { Tap } from "../watch/Pollers.ts";
import type { Source } from "../watch/source/Source.ts";
import * as Environment from "../watch/time/Environment.ts";
import type { Watch } from "../watch/Watch.ts";
import type { WatchOptions } from "../watch/WatchOptions.ts";
import type { FeedSource } from "./Feed.ts";
import { Follower } from "./Follower.ts";

export interface FollowOptions
  extends Pick<WatchOptions, "expiring" | "cursor" | "signal" | "onIssue" | "environment"> {
  /** The writes of the follower's own program, to be shown at once; see `writesOf`. Default: none are known. */
  readonly writes?: Source["writes"];
  /** Receives the events, as a client's plugins do: the result of `client.takeOnceHooks()`. Default: none. */
  readonly tap?: Tap | undefined;
  /** Default: the machine's. */
  readonly clock?: Clock.Clock;
  /** Makes every random choice repeatable. */
  readonly seed?: string | number;
}

/** @internal */
export const followNames: Record<keyof FollowOptions, true> = {
  expiring: true,
  cursor: true,
  signal: true,
  onIssue: true,
  environment: true,
  writes: true,
  tap: true,
  clock: true,
  seed: true,
};

/**
 * A watch of what a feed says: the same interface and the same promises, without a request to the platform.
 *
 * Its `stats()` count connections as `requests`, snapshots as `scans` and beats as `probes`. Throws an `SgpError` with reason
 * `Invalid` when the options cannot be right.
 *
 * @param source of the feed
 * @param roster followers at work by evaluation, to be shared by the watches of one program; each watch has its own unless given
 */
export const follow = (
  source: FeedSource,
  options: FollowOptions = {},
  roster: Map<string, Engine> = new Map(),
): Watch => {
  checkOptions("follow", options, followNames);
  const { evaluationId } = source;
  const since = options.cursor === undefined ? undefined : Cursor.decode(options.cursor, evaluationId);
  const none = Context.empty();
  const world = {
    clock: options.clock ?? Context.get(none, Clock.Clock),
    random: options.seed === undefined ? Context.get(none, Random.Random) : seeded(options.seed),
    environment: options.environment ?? Environment.browser(),
    writes: options.writes,
  };
  const followed = () => {
    const follower = new Follower(source, world, roster, since);
    const { store } = follower;
    if (options.tap !== undefined) store.tap(options.tap({ evaluationId, store }));
    return follower;
  };
  return new PolledWatch(roster.get(evaluationId) ?? followed(), roster, options, since);
};
