import { Instant } from "@evalwire/core/contract";

/** When a lease ends, in milliseconds since 1970; `Infinity` for one without a deadline, or with one that names no instant. */
export const deadline = (expiresAt: string | null | undefined): number => {
  const millis = Instant.epochMillis(expiresAt ?? "");
  return Number.isNaN(millis) ? Number.POSITIVE_INFINITY : millis;
};
