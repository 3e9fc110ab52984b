/**
 * The two moments of the client's clock between which a lease ends, for any difference between the client's clock and the server's.
 *
 * An answer with `Date: D` was made at a server time in [D, D + 1 s), between the sending of the request and the arrival of the answer. The time
 * left of the lease by D, counted from the sending and less that second, surely holds; counted from the arrival it is surely over.
 */
import { httpDate, Instant } from "@evalwire/core/contract";

/** When a request was sent and answered, in milliseconds of the client's clock. */
export interface Answer {
  readonly sentAt: number;
  /** When the answer came in; `sentAt` when left out. */
  readonly receivedAt?: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Milliseconds of the client's clock; `Infinity` for a lease without a deadline. */
export interface LeaseWindow {
  /** Until when the lease surely holds. */
  readonly heldUntil: number;
  /** From when it is surely over. */
  readonly overAt: number;
  /** How far its end may lie from the middle of the two; `null` where the answer has no readable `Date`, and the two clocks are taken to agree. */
  readonly errorMillis: number | null;
}

/** The resolution of the `Date` header (RFC 9110, section 5.6.7). */
const dateResolution = 1_000;

/** The window in which the lease that an answer speaks of ends. */
export const of = (
  task: { readonly assignment_expires_at?: string | null | undefined },
  answer: Answer,
): LeaseWindow => {
  const { assignment_expires_at: expiresAt } = task;
  const end = expiresAt === null || expiresAt === undefined ? Number.NaN : Instant.epochMillis(expiresAt);
  if (Number.isNaN(end))
    return { heldUntil: Number.POSITIVE_INFINITY, overAt: Number.POSITIVE_INFINITY, errorMillis: null };
  const date = httpDate(answer.headers["date"]);
  if (date === undefined) return { heldUntil: end, overAt: end, errorMillis: null };
  const heldUntil = answer.sentAt + (end - date) - dateResolution;
  const overAt = (answer.receivedAt ?? answer.sentAt) + (end - date);
  return { heldUntil, overAt, errorMillis: (overAt - heldUntil) / 2 };
};

/** The window of the same lease after its deadline was moved by the server from one instant to another. */
export const moved = (window: LeaseWindow, fromMillis: number, toMillis: number): LeaseWindow => {
  const by = toMillis - fromMillis;
  return Number.isFinite(by)
    ? { ...window, heldUntil: window.heldUntil + by, overAt: window.overAt + by }
    : { heldUntil: Number.POSITIVE_INFINITY, overAt: Number.POSITIVE_INFINITY, errorMillis: null };
};
