/** The outcome of one request: how long it takes, and what goes wrong. */
import type { Rng } from "../Rng.ts";

/** How a proxy or a server that is too busy says when to come back. */
export interface RetryAfter {
  /** The pause, in milliseconds. */
  readonly millis: number;
  readonly form: "seconds" | "date" | "millis";
}

export type Accident =
  | { readonly _tag: "None" }
  /** There is no connection. */
  | { readonly _tag: "NoConnection" }
  /** The request is lost, and nothing ever comes back. */
  | { readonly _tag: "RequestLost" }
  /** The request is carried out, and its answer lost: the connection breaks, or nothing ever comes back. */
  | { readonly _tag: "AnswerLost"; readonly how: "broken" | "silent" }
  /** A proxy answers in the server's place: 429, or a fault of the way. The request is not carried out. */
  | { readonly _tag: "TurnedAway"; readonly status: number; readonly retryAfter: RetryAfter | undefined }
  /** The request is carried out, and the way back answers with a fault. */
  | { readonly _tag: "FaultAfter"; readonly status: number }
  /** A page for people instead of the answer, with a status of 200: the request is not carried out. */
  | { readonly _tag: "Portal" }
  /** The answer's body comes in pieces. */
  | { readonly _tag: "Slow"; readonly pieces: number; readonly pauseMillis: number }
  /** The answer's body ends too early, or breaks off. */
  | { readonly _tag: "Truncated"; readonly how: "ends" | "breaks"; readonly share: number }
  /** The request comes to the server twice; the answer to the first comes back, or that to the second. */
  | { readonly _tag: "Twice"; readonly laterMillis: number; readonly answered: "first" | "second" }
  /** The answer does not say what time it is. */
  | { readonly _tag: "Dateless" };

export interface NetworkOutcome {
  /** How long the way there and the way back take, in milliseconds. */
  readonly there: number;
  readonly back: number;
  readonly accident: Accident;
}

/** The ways are multiples of this, and time limits are none: no answer comes in the very moment it is given up. */
export const grainMillis = 10;

export interface FaultProfile {
  readonly name: string;
  /** The shortest and the longest way, in milliseconds. */
  readonly way: readonly [shortest: number, longest: number];
  readonly accidents: Readonly<Record<Accident["_tag"], number>>;
}

const clear = {
  None: 100,
  NoConnection: 0,
  RequestLost: 0,
  AnswerLost: 0,
  TurnedAway: 0,
  FaultAfter: 0,
  Portal: 0,
  Slow: 0,
  Truncated: 0,
  Twice: 0,
  Dateless: 0,
} satisfies FaultProfile["accidents"];

export const calm: FaultProfile = { name: "calm", way: [10, 60], accidents: clear };

export const faultProfiles: ReadonlyArray<FaultProfile> = [
  calm,
  { name: "far", way: [50, 3_000], accidents: { ...clear, Dateless: 5 } },
  {
    name: "unsteady",
    way: [10, 500],
    accidents: {
      None: 50,
      NoConnection: 5,
      RequestLost: 4,
      AnswerLost: 10,
      TurnedAway: 8,
      FaultAfter: 5,
      Portal: 2,
      Slow: 6,
      Truncated: 5,
      Twice: 8,
      Dateless: 3,
    },
  },
  { name: "forgetful", way: [10, 300], accidents: { ...clear, None: 40, AnswerLost: 30, FaultAfter: 15, Twice: 15 } },
  { name: "busy", way: [10, 100], accidents: { ...clear, None: 30, TurnedAway: 70 } },
  { name: "slow", way: [200, 2_500], accidents: { ...clear, None: 30, Slow: 50, Truncated: 10 } },
  { name: "down", way: [10, 100], accidents: { ...clear, None: 0, NoConnection: 60, TurnedAway: 40 } },
];

const retryAfter = (rng: Rng): RetryAfter | undefined => {
  if (rng.is(0.5)) return undefined;
  const form = rng.of(["seconds", "date", "millis"] as const);
  // Whole seconds, so that every form can say it; now and then a year, which is a mistake.
  return { millis: rng.is(0.04) ? 31_536_000_000 : rng.whole(1, 40) * 1_000, form };
};

const accidentOf = (tag: Accident["_tag"], rng: Rng): Accident => {
  switch (tag) {
    case "None":
    case "NoConnection":
    case "RequestLost":
    case "Portal":
    case "Dateless":
      return { _tag: tag };
    case "AnswerLost":
      return { _tag: tag, how: rng.is(0.7) ? "broken" : "silent" };
    case "TurnedAway":
      return { _tag: tag, status: rng.of([429, 429, 429, 500, 502, 503]), retryAfter: retryAfter(rng) };
    case "FaultAfter":
      return { _tag: tag, status: rng.of([500, 502, 504]) };
    case "Slow":
      return { _tag: tag, pieces: rng.whole(2, 4), pauseMillis: rng.whole(1, 400) * grainMillis };
    case "Truncated":
      return { _tag: tag, how: rng.is(0.5) ? "ends" : "breaks", share: rng.next() };
    case "Twice":
      return {
        _tag: tag,
        laterMillis: rng.whole(0, 300) * grainMillis,
        answered: rng.is(0.5) ? "first" : "second",
      };
  }
};

/** Draws the outcome of the next request. */
export const draw = (faultProfile: FaultProfile, rng: Rng): NetworkOutcome => {
  const [shortest, longest] = faultProfile.way;
  const way = () => rng.whole(Math.ceil(shortest / grainMillis), Math.floor(longest / grainMillis)) * grainMillis;
  const there = way();
  const back = way();
  return { there, back, accident: accidentOf(rng.weighted(faultProfile.accidents), rng) };
};
