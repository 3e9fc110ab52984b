/**
 * When a lost connection is retried, by a clock that cannot be set. The NATS client compares the wall clock with that of the last attempt: set back
 * by an hour, it does not try again for an hour.
 */
import type { ConnectionOptions } from "@nats-io/nats-core";
import type { Time } from "./Time.ts";

/** Always due: what waits is the delay before each attempt. */
const due = Number.MIN_SAFE_INTEGER;

/**
 * Options for a connection that tries each server `waitMillis` after the last attempt at it, and up to `jitterMillis` later, so that replicas do not
 * all come at once.
 */
export const paced = (
  time: Time,
  { waitMillis, jitterMillis }: { readonly waitMillis: number; readonly jitterMillis: number },
): Pick<ConnectionOptions, "reconnectDelayHandler" | "reconnectToServer"> => {
  const attempts = new Map<string, number>();
  return {
    reconnectDelayHandler: () => due,
    reconnectToServer: ([server]) => {
      if (server === undefined) return null;
      const key = `${server.hostname}:${server.port}`;
      const [byte = 0] = crypto.getRandomValues(new Uint8Array(1));
      const now = time.now();
      const next = (attempts.get(key) ?? Number.NEGATIVE_INFINITY) + waitMillis + (jitterMillis * byte) / 255;
      attempts.set(key, Math.max(now, next));
      return next > now ? { server, delay: Math.ceil(next - now) } : null;
    },
  };
};
