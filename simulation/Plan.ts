/** The plan of one simulation, decided by its seed before it begins: its world, its steps, and how it ends. */
import type { ServerOptions } from "@evalwire/server";
import { Rng } from "./Rng.ts";
import { type Action as ResultAction, actions as resultActions } from "./world/Actors.ts";
import * as Deployment from "./world/Deployment.ts";
import { type FaultProfile, faultProfiles } from "./world/NetworkOutcome.ts";
import { type Kind as ResultKind, kinds as resultKinds } from "./world/resultWrites.ts";
import type { Api } from "./world/ServerHost.ts";
import { type Action as ItemAction, actions as itemActions } from "./world/v5/ItemActors.ts";
import { type Kind as ItemKind, kinds as itemKinds } from "./world/v5/itemWrites.ts";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** The machine on which the watch runs sleeps so long: no time passes for it, and all other clocks go on. */
export const sleepMillis = 12 * hour;

export interface Settings {
  readonly tasks: number;
  readonly pageSize: number;
  readonly requestsPerMinute: number;
  readonly interval: readonly [shortest: number, longest: number];
  /** Lead times of expiring leases, in milliseconds. */
  readonly leads: ReadonlyArray<number>;
  readonly policy: Partial<ServerOptions>;
  /** By how much the clocks of both machines are ahead of the simulated one, in milliseconds. */
  readonly clientOffsetMillis: number;
  readonly serverOffsetMillis: number;
}

export type Action =
  | { readonly _tag: "Actors"; readonly action: ResultAction | ItemAction }
  | { readonly _tag: "Own"; readonly kind: ResultKind | ItemKind }
  | { readonly _tag: "FaultProfile"; readonly faultProfile: FaultProfile }
  | { readonly _tag: "Sleep" }
  | { readonly _tag: "SetClient"; readonly byMillis: number }
  | { readonly _tag: "SetServer"; readonly byMillis: number }
  | { readonly _tag: "BrowserEnv"; readonly isVisible: boolean; readonly isOnline: boolean }
  /** Another subscriber comes, with a manner of its own; or one of them leaves. */
  | { readonly _tag: "Join"; readonly manner: "prompt" | "slow" | "throwing" }
  | { readonly _tag: "Leave" }
  /** Another watch of the same evaluation, perhaps with a cursor taken some time ago. */
  | { readonly _tag: "Open"; readonly hasCursor: boolean }
  | { readonly _tag: "Close" }
  | { readonly _tag: "TakeCursor" }
  /** All listeners stop for a while. */
  | { readonly _tag: "Rest" };

export interface Moment {
  /** Milliseconds after the step's beginning. */
  readonly at: number;
  readonly action: Action;
}

export interface Step {
  readonly moments: ReadonlyArray<Moment>;
  readonly lastsMillis: number;
}

export const endings = ["resumed", "resumed", "resumed", "idle", "gone", "unauthorized", "forbidden"] as const;

export type Ending = (typeof endings)[number];

export interface Plan {
  readonly seed: number;
  readonly api: Api;
  readonly settings: Settings;
  readonly deployment: Deployment.Deployment;
  readonly steps: ReadonlyArray<Step>;
  readonly ending: Ending;
}

const settingsOf = (rng: Rng): Settings => {
  const claimSeconds = rng.of([7, 30, 90, 400, 900]);
  return {
    tasks: rng.whole(0, 8),
    pageSize: rng.of([2, 3, 5, 1_000, 1_000]),
    requestsPerMinute: rng.of([10, 30, 60, 60, 120]),
    interval: rng.of([
      [2 * second, minute],
      [2 * second, minute],
      [500, 20 * second],
      [5 * second, 2 * minute],
    ] as const),
    leads: rng.of([[5 * minute, minute], [5 * minute, minute], [20 * second, 5 * second], [3 * second], []]),
    policy: {
      claimSeconds,
      assignSeconds: rng.of([claimSeconds, claimSeconds, 45, null]),
      claimAgain: rng.of(["renew", "keep"]),
      expiredPlace: rng.of(["kept", "back"]),
      lateSubmit: rng.of(["accept", "unless-reclaimed", "refuse"]),
      redoBy: rng.of(["annotator", "queue"]),
      onlySkippedLeft: rng.of(["null", "same"]),
    },
    clientOffsetMillis: rng.of([0, 0, -3 * hour, 90 * second, 250]),
    serverOffsetMillis: rng.of([0, 0, 17 * minute, -40 * second, 730]),
  };
};

const sets = [-2 * hour, -5 * minute, -70 * second, 70 * second, 5 * minute, 3 * hour] as const;

const now = (action: Action): Moment => ({ at: 0, action });

/** Actions on an evaluation on one version of the API. */
interface ApiActions {
  readonly actions: Readonly<Record<string, number>>;
  /** Those that move pages. */
  readonly moving: ReadonlyArray<ResultAction | ItemAction>;
  readonly kinds: ReadonlyArray<ResultKind | ItemKind>;
}

const actionsOf: Readonly<Record<Api, ApiActions>> = {
  v4: { actions: resultActions, moving: ["add", "delete", "claim", "submit"], kinds: resultKinds },
  v5: { actions: itemActions, moving: ["arrive", "archive", "restore", "answer"], kinds: itemKinds },
};

/** An action of others, as often as each occurs. */
export const deedOf = (rng: Rng, api: Api): ResultAction | ItemAction =>
  rng.weighted(actionsOf[api].actions) as ResultAction | ItemAction;

/** So many actions of users, spread over a time. */
const life = (rng: Rng, api: Api, most: number, withinMillis: number): ReadonlyArray<Moment> =>
  Array.from({ length: rng.whole(0, most) }, (): Moment => {
    const action: Action = rng.is(0.75)
      ? { _tag: "Actors", action: deedOf(rng, api) }
      : { _tag: "Own", kind: rng.of(actionsOf[api].kinds) };
    return { at: rng.whole(0, withinMillis), action };
  });

/** The kinds of steps, and their frequencies. */
const weights = {
  work: 34,
  rush: 6,
  write: 12,
  quiet: 12,
  long: 2,
  faultProfile: 12,
  sleep: 3,
  set: 4,
  browser: 4,
  audience: 8,
  watches: 4,
  rest: 2,
} as const;

const stepOf = (rng: Rng, api: Api): Step => {
  const short = rng.whole(200, 5_000);
  switch (rng.weighted(weights)) {
    case "work":
      return { moments: life(rng, api, 4, short), lastsMillis: short };
    case "rush": {
      // So much at once that pages move under the reader.
      const { moving } = actionsOf[api];
      const moments = Array.from({ length: rng.whole(6, 14) }, (): Moment => {
        return { at: rng.whole(0, 1_500), action: { _tag: "Actors", action: rng.of(moving) } };
      });
      return { moments, lastsMillis: 1_500 };
    }
    case "write": {
      const moments = Array.from({ length: rng.whole(1, 3) }, (): Moment => {
        return { at: rng.whole(0, 200), action: { _tag: "Own", kind: rng.of(actionsOf[api].kinds) } };
      });
      return { moments: [...moments, ...life(rng, api, 1, short)], lastsMillis: short };
    }
    case "quiet":
      return { moments: [], lastsMillis: rng.whole(3 * second, 30 * second) };
    case "long":
      return { moments: life(rng, api, 3, 2 * minute), lastsMillis: rng.whole(2 * minute, 8 * minute) };
    case "faultProfile":
      return { moments: [now({ _tag: "FaultProfile", faultProfile: rng.of(faultProfiles) })], lastsMillis: short };
    case "sleep":
      return { moments: [now({ _tag: "Sleep" })], lastsMillis: 25 * second };
    case "set": {
      const action: Action = { _tag: rng.is(0.5) ? "SetClient" : "SetServer", byMillis: rng.of(sets) };
      return { moments: [{ at: rng.whole(0, short), action }], lastsMillis: short };
    }
    case "browser": {
      const state = { isVisible: rng.is(0.6), isOnline: rng.is(0.6) };
      return { moments: [now({ _tag: "BrowserEnv", ...state }), ...life(rng, api, 2, short)], lastsMillis: short };
    }
    case "audience": {
      const action: Action = rng.is(0.7)
        ? { _tag: "Join", manner: rng.of(["prompt", "slow", "throwing"]) }
        : { _tag: "Leave" };
      return { moments: [{ at: rng.whole(0, short), action }, ...life(rng, api, 2, short)], lastsMillis: short };
    }
    case "watches": {
      const action = rng.of<Action>([
        { _tag: "TakeCursor" },
        { _tag: "Open", hasCursor: true },
        { _tag: "Open", hasCursor: false },
        { _tag: "Close" },
      ]);
      return { moments: [{ at: rng.whole(0, short), action }, ...life(rng, api, 2, short)], lastsMillis: short };
    }
    case "rest":
      return {
        moments: [now({ _tag: "Rest" }), ...life(rng, api, 3, minute)],
        lastsMillis: rng.whole(minute, 3 * minute),
      };
  }
};

/** The default number of steps of a simulation. */
export const usualSteps = 30;

/** How often an evaluation lives on v5. */
const shareOfV5 = 0.25;

/**
 * @param faults of the deployment, which are drawn by default
 * @param given version of the API, which is drawn by default, from a stream of its own: all else is the same with either
 */
export const make = (
  seed: number,
  steps: number = usualSteps,
  faults?: ReadonlyArray<Deployment.Fault>,
  given?: Api,
): Plan => {
  const api = given ?? (new Rng(seed, "api").is(shareOfV5) ? "v5" : "v4");
  return {
    seed,
    api,
    settings: settingsOf(new Rng(seed, "settings")),
    deployment: Deployment.draw(seed, faults),
    steps: Array.from({ length: steps }, (_, index) => stepOf(new Rng(seed, "step", index), api)),
    ending: new Rng(seed, "ending").of(endings),
  };
};
