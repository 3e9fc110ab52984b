/** Options of a consumer, checked before the first request to JetStream. */
import { instantOf, type WatchEvent } from "@evalwire/core";
import { checkIs, checkMillis, checkWhole } from "../engine/checkIs.ts";
import { checkOptions } from "../engine/checkOptions.ts";
import { FleetError } from "../engine/FleetError.ts";
import type { Names, Version } from "../engine/Names.ts";

/** Where a consumer begins that is not there yet. */
export type ConsumeFrom =
  /** With what comes from now on. The default. */
  | "now"
  /** With everything that the logs still have. */
  | "start"
  | { readonly time: string | Date }
  /** After an entry of one evaluation's feed, for the shard it is in; other shards from now on. The version is `v4` by default. */
  | { readonly evaluationId: string; readonly number: number; readonly version?: Version };

export interface ConsumeOptions {
  readonly from?: ConsumeFrom;
  /** Which events to handle. Default all. */
  readonly accepts?: (event: WatchEvent) => boolean;
  /** Whether tasks that were there when their evaluation was first watched are events, too. Default false. */
  readonly replay?: boolean;
  /** Messages of a shard that are handled at a time, over all replicas. Default 1: in order. */
  readonly concurrency?: number;
  /** How often an event is tried before it becomes a dead letter. Default 8. */
  readonly deliveries?: number;
  /** For how long a replica that says nothing is believed to be at work on an event, in milliseconds. Default 10,000. */
  readonly ackMillis?: number;
  /** The pause before the second try, in milliseconds; each further one is twice as long, up to a minute. Default 500. */
  readonly retryMillis?: number;
  /**
   * How long `close` waits for the handlers at work, in milliseconds. Their `signal` is aborted at once; an event whose handler has not ended by then
   * is given back for another replica, and `onFailure` of the fleet receives a `FleetError` of problem `Unfinished`. Default 10,000.
   */
  readonly closeMillis?: number;
  /** Called with what was dropped from a log before it was handled. Default: `onFailure` of the fleet. */
  readonly onGap?: (error: FleetError) => void;
}

const who = "consume";

const optionNames: Record<keyof ConsumeOptions, true> = {
  from: true,
  accepts: true,
  replay: true,
  concurrency: true,
  deliveries: true,
  ackMillis: true,
  retryMillis: true,
  closeMillis: true,
  onGap: true,
};

/** A time as a consumer's start, in milliseconds since 1970. */
export const millisOfStart = (time: string | Date): number => {
  const at = time instanceof Date ? time.getTime() : typeof time === "string" ? instantOf(time) : undefined;
  if (at === undefined || Number.isNaN(at))
    throw new FleetError("Invalid", `${who}: from.time is no time: ${JSON.stringify(time)}.`);
  return at;
};

const checkFrom = (from: ConsumeFrom, names: Names): void => {
  if (from === "now" || from === "start") return;
  const isObject = typeof from === "object" && from !== null;
  if (isObject && "time" in from) {
    checkOptions(`${who}: from`, from, { time: true });
    millisOfStart(from.time);
    return;
  }
  const isPlace = isObject && "evaluationId" in from;
  checkIs(isPlace, who, "from", '"now", "start", { time } or { evaluationId, number }', from ?? null);
  if (!isPlace) return;
  checkOptions(`${who}: from`, from, { evaluationId: true, number: true, version: true });
  checkIs(from.version === "v4" || from.version === "v5", who, "from.version", '"v4" or "v5"', from.version);
  names.keyOf(from.evaluationId, from.version ?? "v4");
  checkWhole(who, "from.number", from.number ?? null, 0);
};

/** Throws a `FleetError` at a name, a handler or options that cannot be. */
export const checkConsumer = (name: unknown, handler: unknown, options: ConsumeOptions, names: Names): void => {
  checkOptions(who, options, optionNames);
  if (typeof name !== "string" || !/^[A-Za-z0-9_-]{1,64}$/.test(name))
    throw new FleetError(
      "Invalid",
      `The consumer's name ${JSON.stringify(name)} is no name: use 1 to 64 letters, digits, - and _.`,
    );
  if (typeof handler !== "function")
    throw new FleetError("Invalid", `${who}: the handler is a function, not ${String(handler)}.`);
  const {
    from = "now",
    accepts,
    replay,
    concurrency,
    deliveries,
    ackMillis,
    retryMillis,
    closeMillis,
    onGap,
  } = options;
  checkFrom(from, names);
  checkIs(typeof accepts === "function", who, "accepts", "a function", accepts);
  checkIs(typeof onGap === "function", who, "onGap", "a function", onGap);
  checkIs(typeof replay === "boolean", who, "replay", "true or false", replay);
  checkWhole(who, "concurrency", concurrency, 1);
  checkWhole(who, "deliveries", deliveries, 1);
  checkMillis(who, "ackMillis", ackMillis, 1);
  checkMillis(who, "retryMillis", retryMillis, 0);
  checkMillis(who, "closeMillis", closeMillis, 0);
};
