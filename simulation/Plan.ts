/** What happens in one simulation, decided by its seed before anything begins: the world it is set in, its steps, and how it ends. */
import type { ServerOptions } from "@evalwire/server";
import { Chance } from "./Chance.ts";
import { type Weather, weathers } from "./world/Fate.ts";
import { kinds, type Kind as OwnKind } from "./world/OwnWrites.ts";
import { deeds, type Deed as PeoplesDeed } from "./world/People.ts";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** The machine on which the watch runs sleeps so long: no time passes for it, and everybody's clock goes on. */
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

export type Deed =
  | { readonly _tag: "People"; readonly deed: PeoplesDeed }
  | { readonly _tag: "Own"; readonly kind: OwnKind }
  | { readonly _tag: "Weather"; readonly weather: Weather }
  | { readonly _tag: "Sleep" }
  | { readonly _tag: "SetClient"; readonly byMillis: number }
  | { readonly _tag: "SetServer"; readonly byMillis: number }
  | { readonly _tag: "Tab"; readonly isVisible: boolean; readonly isOnline: boolean }
  /** Another subscriber comes, with a manner of its own; or one of them leaves. */
  | { readonly _tag: "Join"; readonly manner: "prompt" | "slow" | "throwing" }
  | { readonly _tag: "Leave" }
  /** Another watch of the same evaluation, perhaps with a cursor taken some time ago. */
  | { readonly _tag: "Open"; readonly hasCursor: boolean }
  | { readonly _tag: "Close" }
  | { readonly _tag: "TakeCursor" }
  /** Everybody stops listening for a while. */
  | { readonly _tag: "Rest" };

export interface Moment {
  /** Milliseconds after the step's beginning. */
  readonly at: number;
  readonly deed: Deed;
}

export interface Step {
  readonly moments: ReadonlyArray<Moment>;
  readonly lastsMillis: number;
}

export const endings = ["resumed", "resumed", "resumed", "idle", "gone", "unauthorized", "forbidden"] as const;

export type Ending = (typeof endings)[number];

export interface Plan {
  readonly seed: number;
  readonly settings: Settings;
  readonly steps: ReadonlyArray<Step>;
  readonly ending: Ending;
}

const settingsOf = (chance: Chance): Settings => {
  const claimSeconds = chance.of([7, 30, 90, 400, 900]);
  return {
    tasks: chance.whole(0, 8),
    pageSize: chance.of([2, 3, 5, 1_000, 1_000]),
    requestsPerMinute: chance.of([10, 30, 60, 60, 120]),
    interval: chance.of([
      [2 * second, minute],
      [2 * second, minute],
      [500, 20 * second],
      [5 * second, 2 * minute],
    ] as const),
    leads: chance.of([[5 * minute, minute], [5 * minute, minute], [20 * second, 5 * second], [3 * second], []]),
    policy: {
      claimSeconds,
      assignSeconds: chance.of([claimSeconds, claimSeconds, 45, null]),
      claimAgain: chance.of(["renew", "keep"]),
      expiredPlace: chance.of(["kept", "back"]),
      lateSubmit: chance.of(["accept", "unless-reclaimed", "refuse"]),
      redoBy: chance.of(["annotator", "queue"]),
      onlySkippedLeft: chance.of(["null", "same"]),
    },
    clientOffsetMillis: chance.of([0, 0, -3 * hour, 90 * second, 250]),
    serverOffsetMillis: chance.of([0, 0, 17 * minute, -40 * second, 730]),
  };
};

const sets = [-2 * hour, -5 * minute, -70 * second, 70 * second, 5 * minute, 3 * hour] as const;

const now = (deed: Deed): Moment => ({ at: 0, deed });

/** So many things that people do, spread over a time. */
const life = (chance: Chance, most: number, withinMillis: number): ReadonlyArray<Moment> =>
  Array.from({ length: chance.whole(0, most) }, (): Moment => {
    const deed: Deed = chance.is(0.75)
      ? { _tag: "People", deed: chance.weighted(deeds) }
      : { _tag: "Own", kind: chance.of(kinds) };
    return { at: chance.whole(0, withinMillis), deed };
  });

/** What kinds of steps there are, and how often they come. */
const weights = {
  work: 34,
  rush: 6,
  write: 12,
  quiet: 12,
  long: 2,
  weather: 12,
  sleep: 3,
  set: 4,
  tab: 4,
  audience: 8,
  watches: 4,
  rest: 2,
} as const;

const stepOf = (chance: Chance): Step => {
  const short = chance.whole(200, 5_000);
  switch (chance.weighted(weights)) {
    case "work":
      return { moments: life(chance, 4, short), lastsMillis: short };
    case "rush": {
      // So much at once that pages move under the reader.
      const moving = ["add", "delete", "claim", "submit"] as const;
      const moments = Array.from({ length: chance.whole(6, 14) }, (): Moment => {
        return { at: chance.whole(0, 1_500), deed: { _tag: "People", deed: chance.of(moving) } };
      });
      return { moments, lastsMillis: 1_500 };
    }
    case "write": {
      const moments = Array.from({ length: chance.whole(1, 3) }, (): Moment => {
        return { at: chance.whole(0, 200), deed: { _tag: "Own", kind: chance.of(kinds) } };
      });
      return { moments: [...moments, ...life(chance, 1, short)], lastsMillis: short };
    }
    case "quiet":
      return { moments: [], lastsMillis: chance.whole(3 * second, 30 * second) };
    case "long":
      return { moments: life(chance, 3, 2 * minute), lastsMillis: chance.whole(2 * minute, 8 * minute) };
    case "weather":
      return { moments: [now({ _tag: "Weather", weather: chance.of(weathers) })], lastsMillis: short };
    case "sleep":
      return { moments: [now({ _tag: "Sleep" })], lastsMillis: 25 * second };
    case "set": {
      const deed: Deed = { _tag: chance.is(0.5) ? "SetClient" : "SetServer", byMillis: chance.of(sets) };
      return { moments: [{ at: chance.whole(0, short), deed }], lastsMillis: short };
    }
    case "tab": {
      const state = { isVisible: chance.is(0.6), isOnline: chance.is(0.6) };
      return { moments: [now({ _tag: "Tab", ...state }), ...life(chance, 2, short)], lastsMillis: short };
    }
    case "audience": {
      const deed: Deed = chance.is(0.7)
        ? { _tag: "Join", manner: chance.of(["prompt", "slow", "throwing"]) }
        : { _tag: "Leave" };
      return { moments: [{ at: chance.whole(0, short), deed }, ...life(chance, 2, short)], lastsMillis: short };
    }
    case "watches": {
      const deed = chance.of<Deed>([
        { _tag: "TakeCursor" },
        { _tag: "Open", hasCursor: true },
        { _tag: "Open", hasCursor: false },
        { _tag: "Close" },
      ]);
      return { moments: [{ at: chance.whole(0, short), deed }, ...life(chance, 2, short)], lastsMillis: short };
    }
    case "rest":
      return {
        moments: [now({ _tag: "Rest" }), ...life(chance, 3, minute)],
        lastsMillis: chance.whole(minute, 3 * minute),
      };
  }
};

/** How many steps a simulation has unless told. */
export const usualSteps = 30;

export const make = (seed: number, steps: number = usualSteps): Plan => ({
  seed,
  settings: settingsOf(new Chance(seed, "settings")),
  steps: Array.from({ length: steps }, (_, index) => stepOf(new Chance(seed, "step", index))),
  ending: new Chance(seed, "ending").of(endings),
});
