/**
 * The messages between replicas and the owner of the budget, and the figures that both keep to.
 *
 * In any minute all replicas together send at most `perMinute` requests for their watches, whichever replica dies, is cut off or is elected. Granted are,
 * in a minute, what grows in it and what was saved up; a grant is used within the time that a request for it may take, or not at all.
 */
import { isJson } from "../engine/hear.ts";
import type { Time } from "../engine/Time.ts";

const minuteMillis = 60_000;
/** For so long after a replica has asked it may spend its share without an owner. */
export const shareMillis = 10_000;
/** How long a request for a grant waits at the owner. */
export const replyMillis = 1_500;
/** From the request for a grant until it is void, whether it came or not. */
export const grantMillis = replyMillis + 500;
/** A replica asks once in a round in the long run, and while replicas are short grants are given in rounds: all of them ask within one. */
export const roundMillis = 100;
/** How far ahead a replica asks. */
export const aheadMillis = 1_000;
export const longestHaltMillis = 15 * minuteMillis;

/** Grants that may be saved up by the owner: two seconds' worth, and never less than one. */
export const burstOf = (perMinute: number): number => Math.max(1, perMinute / 30);

/** Grants a millisecond, so that a minute's, what was saved up and what is under way are never more than the budget. */
export const rateOf = (perMinute: number): number => (perMinute - 2 * burstOf(perMinute)) / minuteMillis;

/** Requests a millisecond that a replica may send without an owner. */
export const shareRateOf = (share: number): number => (0.8 * share) / minuteMillis;

export interface Ask {
  readonly member: string;
  /** Requests that wait. */
  readonly count: number;
  /** Requests that are expected in the next second, by what was used in the last. */
  readonly ahead?: number;
}

export interface Grant {
  readonly granted: number;
  /** Requests per minute that the replica may send when no owner answers. */
  readonly share: number;
}

/** The platform has requested a pause. */
export interface Halt {
  readonly millis: number;
}

export const isAsk = (value: unknown): value is Ask =>
  isJson(value) &&
  typeof value["member"] === "string" &&
  Number.isSafeInteger(value["count"]) &&
  (value["ahead"] === undefined || Number.isSafeInteger(value["ahead"]));
export const isGrant = (value: unknown): value is Grant =>
  isJson(value) && Number.isSafeInteger(value["granted"]) && Number.isFinite(value["share"]);
export const isHalt = (value: unknown): value is Halt =>
  isJson(value) && Number.isFinite(value["millis"]) && Number(value["millis"]) >= 0;

export interface BudgetOptions {
  /** Subject of requests for grants; halts are published at `<subject>.halt`. */
  readonly subject: string;
  readonly perMinute: number;
  readonly time: Time;
  readonly onFailure: (error: unknown) => void;
}
