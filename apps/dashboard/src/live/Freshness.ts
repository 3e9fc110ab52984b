/** How true the shown data is. "Live" is said only while it is. */
import type { WatchStatus } from "@evalwire/core";
import { millisOf, roughly, timeOfDay } from "../model/Time.ts";

export interface Freshness {
  readonly state: "connecting" | "live" | "paused" | "offline" | "degraded" | "ended";
  readonly label: string;
  /** What it means, and what to do; empty where the label says it all. */
  readonly detail: string;
  /** When the data was last known to be true, in milliseconds since 1970. */
  readonly asOf: number | undefined;
}

export interface FreshnessArgs {
  readonly status: WatchStatus;
  /** Whether the browser has a network. */
  readonly isOnline: boolean;
  /** When the reader paused the page, in milliseconds since 1970. */
  readonly pausedAt: number | undefined;
  /** When the page last heard that the data is true. */
  readonly heardAt: number | undefined;
  readonly now: number;
}

/** Longer than two beats of a feed: within them silence is noticed. */
const staleMillis = 30_000;

const ago = (now: number, at: number): string => `${roughly(now - at)} ago`;

const sinceOf = (status: WatchStatus): number | undefined => {
  const told = status as { readonly lastSyncedAt?: string; readonly asOf?: string; readonly since: string };
  return millisOf(told.lastSyncedAt) ?? millisOf(told.asOf);
};

export const freshnessOf = ({ status, isOnline, pausedAt, heardAt, now }: FreshnessArgs): Freshness => {
  const asOf = sinceOf(status) ?? heardAt;
  const picture =
    asOf === undefined ? "Nothing has been read yet." : `Data as of ${timeOfDay(asOf)} (${ago(now, asOf)}).`;
  if (status._tag === "closed") {
    return { state: "ended", label: "Not live", detail: status.error?.message ?? "The connection was closed.", asOf };
  }
  if (pausedAt !== undefined) {
    const detail = `Shown as of ${timeOfDay(pausedAt)} (${ago(now, pausedAt)}). Resume to see what has happened since.`;
    return { state: "paused", label: "Paused", detail, asOf: pausedAt };
  }
  if (!isOnline) {
    const detail = `${picture} This computer has no network; the page goes on by itself when it is back.`;
    return { state: "offline", label: "Offline", detail, asOf };
  }
  if (status._tag === "degraded") {
    return {
      state: "degraded",
      label: "Not live",
      detail: `${picture} ${reasonOf(status)} It retries by itself.`,
      asOf,
    };
  }
  if (status._tag === "connecting") {
    return { state: "connecting", label: "Connecting…", detail: asOf === undefined ? "" : picture, asOf };
  }
  if (asOf !== undefined && now - asOf > staleMillis) {
    return { state: "degraded", label: "Not live", detail: `${picture} Nothing has been heard since.`, asOf };
  }
  return { state: "live", label: "Live", detail: "", asOf: asOf ?? now };
};

/** Why a watch is out of touch, for somebody who does not know what a watch is. */
const reasonOf = ({ error }: Extract<WatchStatus, { readonly _tag: "degraded" }>): string => {
  switch (error.reason._tag) {
    case "Unreachable":
    case "Timeout":
      return error.endpoint === "follow"
        ? "The program behind this page does not answer: see the terminal it was started in."
        : "The evaluation server does not answer.";
    case "RateLimited":
      return "The evaluation server asks for fewer requests.";
    case "ServerFault":
      return `The evaluation server fails (${error.reason.status}).`;
    default:
      return error.message;
  }
};
