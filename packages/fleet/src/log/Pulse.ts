/**
 * The heartbeats of all evaluations of a shard, in one message between entries.
 *
 * 1. A beat moves on by itself: a reader that has heard one knows what the next would say, as long as nothing but time has passed. So a message
 *    contains only the beats that say more than that, and its size does not grow with the number of evaluations.
 * 2. A beat that has moved on never claims more than a new one would: its bounds of the server's time widen as those of two clocks do.
 */
import { instantOf } from "@evalwire/core";
import type { BeatEntry, Entry } from "@evalwire/core/feed";
import { isJson } from "../engine/hear.ts";

/** A publisher's heartbeat between entries, for all its evaluations in a shard at once. */
export interface PulseMessage {
  /** When the stream was made, as its publisher found it. */
  readonly created: string;
  readonly epoch: number;
  /** Rises by one with each message of an epoch, from 1: a reader that finds a hole knows nothing any more. */
  readonly round: number;
  /** When it was sent, in monotonic milliseconds of its publisher. */
  readonly at: number;
  /** Whether everything that was said before is to be forgotten. */
  readonly isWhole: boolean;
  /** The beats that are not those of before, moved on. */
  readonly beats: Readonly<Record<string, Entry>>;
  /** How many scans those have made of which nothing else has changed. */
  readonly scans: Readonly<Record<string, number>>;
  /** Evaluations of which nothing is said from now on. */
  readonly silent: ReadonlyArray<string>;
}

export const isPulse = (value: unknown): value is PulseMessage =>
  isJson(value) &&
  typeof value["created"] === "string" &&
  [value["epoch"], value["round"]].every(Number.isSafeInteger) &&
  Number.isFinite(value["at"]) &&
  typeof value["isWhole"] === "boolean" &&
  isJson(value["beats"]) &&
  Object.values(value["beats"]).every(isJson) &&
  isJson(value["scans"]) &&
  Object.values(value["scans"]).every(Number.isSafeInteger) &&
  Array.isArray(value["silent"]) &&
  value["silent"].every((key) => typeof key === "string");

export const isBeat = (entry: Entry): entry is BeatEntry =>
  entry.kind === "beat" &&
  [entry.number, entry.epoch, entry.beatMillis].every(Number.isFinite) &&
  typeof entry.generation === "string" &&
  typeof entry.time === "string";

/** As a watch widens the bounds of the server's time between two answers; far beyond what two working clocks drift apart. */
const driftPerMilli = 0.0002;
/** Whole milliseconds are rounded more than once. */
const roundingMillis = 2;
/** A beat that knows the time this much better is worth sending. */
const worthMillis = 100;

/** A beat as its publisher would say it some milliseconds later, if nothing but time has passed. */
export const movedOn = (beat: BeatEntry, millis: number): BeatEntry => {
  if (millis <= 0) return beat;
  const written = instantOf(beat.time);
  const drift = Math.ceil(millis * driftPerMilli) + roundingMillis;
  return {
    ...beat,
    time: written === undefined ? beat.time : new Date(written + millis).toISOString(),
    serverTime: beat.serverTime === null ? null : Math.floor(beat.serverTime + millis) - drift,
    ...(beat.errorMillis === undefined ? {} : { errorMillis: beat.errorMillis + drift }),
  };
};

/** Whether a reader that expects one beat needs no other, but for its count of scans. */
export const isExpected = (expected: BeatEntry, actual: BeatEntry): boolean => {
  if (expected.generation !== actual.generation || expected.epoch !== actual.epoch) return false;
  if (expected.number !== actual.number || expected.base !== actual.base) return false;
  if (expected.beatMillis !== actual.beatMillis) return false;
  const apart = (instantOf(expected.time) ?? Number.NaN) - (instantOf(actual.time) ?? Number.NaN);
  if (!(Math.abs(apart) <= worthMillis)) return false;
  if (expected.serverTime === null || actual.serverTime === null) return expected.serverTime === actual.serverTime;
  const earlier = actual.serverTime - expected.serverTime;
  if (earlier < 0 || earlier > worthMillis) return false;
  if (expected.errorMillis === undefined || actual.errorMillis === undefined)
    return expected.errorMillis === actual.errorMillis;
  // So much later it may be than the earliest time that each says.
  const later = expected.serverTime + 2 * expected.errorMillis - actual.serverTime - 2 * actual.errorMillis;
  return later >= 0 && later <= worthMillis;
};
