import type { JsMsg } from "@nats-io/jetstream";
import type { Time } from "./Time.ts";

/**
 * Tells the server that a message is still being worked on, four times in each of its acknowledgement times, so that no other replica is given it.
 * Returns what ends that.
 */
export const keepAlive = (time: Time, message: Pick<JsMsg, "working">, ackMillis: number): (() => void) => {
  const done = new AbortController();
  void (async () => {
    while (!done.signal.aborted) {
      await time.sleep(ackMillis / 4, done.signal);
      if (!done.signal.aborted) message.working();
    }
  })();
  return () => done.abort();
};
