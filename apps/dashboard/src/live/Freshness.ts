/** How true the shown data is. "Live" is said only while it is. */
import type { SgpError } from "@evalwire/core";
import type { Freshness as Shown } from "@evalwire/react-hooks";
import { millisOf, roughly, timeOfDay } from "../model/Time.ts";

export interface Freshness {
  readonly state: "connecting" | "live" | "paused" | "offline" | "degraded" | "ended";
  readonly label: string;
  /** Its meaning and the reader's options; empty where the label says it all. */
  readonly detail: string;
  /** When the data was last known to be true, in milliseconds since 1970. */
  readonly asOf: number | undefined;
}

export interface FreshnessArgs {
  /** As the hook says it. */
  readonly shown: Shown;
  /** Whether the browser has a network. */
  readonly isOnline: boolean;
  /** When the reader paused the page, in milliseconds since 1970. */
  readonly pausedAt: number | undefined;
  readonly now: number;
}

const ago = (now: number, at: number): string => `${roughly(now - at)} ago`;

export const freshnessOf = ({ shown, isOnline, pausedAt, now }: FreshnessArgs): Freshness => {
  const { error } = shown;
  const asOf = millisOf(shown.asOf);
  const dated =
    asOf === undefined ? "Nothing has been read yet." : `Data as of ${timeOfDay(asOf)} (${ago(now, asOf)}).`;
  if (shown.state === "ended") {
    return { state: "ended", label: "Not live", detail: error?.message ?? "The connection was closed.", asOf };
  }
  if (pausedAt !== undefined) {
    const detail = `Shown as of ${timeOfDay(pausedAt)} (${ago(now, pausedAt)}). Resume to see what has happened since.`;
    return { state: "paused", label: "Paused", detail, asOf: pausedAt };
  }
  if (!isOnline || shown.state === "offline") {
    const detail = `${dated} This computer has no network; the page goes on by itself when it is back.`;
    return { state: "offline", label: "Offline", detail, asOf };
  }
  switch (shown.state) {
    case "live":
      return { state: "live", label: "Live", detail: "", asOf: asOf ?? now };
    case "degraded": {
      const detail = `${dated} ${error === undefined ? "" : `${reasonOf(error)} `}It retries by itself.`;
      return { state: "degraded", label: "Not live", detail, asOf };
    }
    case "stale":
      return { state: "degraded", label: "Not live", detail: `${dated} Nothing has been heard since.`, asOf };
    case "connecting":
    case "idle":
      return { state: "connecting", label: "Connecting…", detail: asOf === undefined ? "" : dated, asOf };
  }
};

/** Why a watch lost its connection, for readers who do not know what a watch is. */
const reasonOf = (error: SgpError): string => {
  switch (error.reason._tag) {
    case "Unreachable":
    case "Timeout":
      return error.endpoint === "follow"
        ? "The program behind this page does not answer: see the terminal it was started in."
        : "The evaluation server does not answer.";
    case "RateLimited":
      return "The evaluation server requests a slower pace.";
    case "ServerFault":
      return `The evaluation server fails (${error.reason.status}).`;
    case "NotFound":
      return "The evaluation server does not know this evaluation any more.";
    case "Unauthorized":
    case "Forbidden":
      return "The evaluation server refuses the key of this dashboard.";
    default:
      return error.message;
  }
};
