/** Requests and answers with their bodies in hand, and those answers that something on the way gives in the server's place. */
import { httpDate } from "@evalwire/core/contract";
import type { Accident, RetryAfter } from "./NetworkOutcome.ts";
import type { SkewedClock } from "./SkewedClock.ts";

export interface Request {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: HeadersInit | undefined;
  readonly body: string | undefined;
}

export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>;
  readonly text: string;
}

/** An answer, and the clock of the server that gave it. */
export interface Served {
  readonly answer: Answer;
  readonly clock: SkewedClock;
  /** The server that gave it: `leader`, or the number of a replica. */
  readonly by: string;
}

/** A header of an answer. */
export const header = ({ headers }: Answer, name: string): string | undefined =>
  headers.find(([each]) => each === name)?.[1];

const dateOf = (clock: SkewedClock) => new Date(clock.now()).toUTCString();

const retryAfterHeader = ({ millis, form }: RetryAfter, clock: SkewedClock): readonly [name: string, value: string] => {
  switch (form) {
    case "seconds":
      return ["retry-after", String(millis / 1_000)];
    case "date":
      return ["retry-after", new Date(clock.now() + millis).toUTCString()];
    case "millis":
      return ["retry-after-ms", String(millis)];
  }
};

const fault = (status: number, clock: SkewedClock, retryAfter?: RetryAfter): Answer => ({
  status,
  headers: [
    ["content-type", "application/json"],
    ["date", dateOf(clock)],
    ...(retryAfter === undefined ? [] : [retryAfterHeader(retryAfter, clock)]),
  ],
  text: JSON.stringify({ detail: `The way answers ${status}` }),
});

/** A replacement of the server's answer; `undefined` where the server answers. */
export const instead = (accident: Accident | number, clock: SkewedClock): Answer | undefined => {
  if (typeof accident === "number") return fault(accident, clock);
  switch (accident._tag) {
    case "TurnedAway":
      return fault(accident.status, clock, accident.retryAfter);
    case "FaultAfter":
      return fault(accident.status, clock);
    case "Portal":
      return {
        status: 200,
        headers: [["content-type", "text/html"]],
        text: "<!doctype html><title>Welcome</title><p>Please sign in to use this network.</p>",
      };
    default:
      return undefined;
  }
};

/** How long an answer asks to wait, in milliseconds, from its own headers. */
export const askedToWait = (answer: Answer): number | undefined => {
  const millis = header(answer, "retry-after-ms");
  if (millis !== undefined) return Number(millis);
  const after = header(answer, "retry-after");
  if (after === undefined) return undefined;
  return /^\d+$/.test(after)
    ? Number(after) * 1_000
    : (httpDate(after) ?? Number.NaN) - (httpDate(header(answer, "date")) ?? Number.NaN);
};
