import type { WatchEvent } from "../event/Event.ts";
import { isPromise } from "./isPromise.ts";
import type { Subscription } from "./Subscription.ts";

/**
 * Serves a listener: one event at a time, a promise it returns is awaited. Its errors go to `onFailure`, and the
 * next event is delivered anyway. Then the event is finished, unless that is said event by event.
 */
export const serve = (
  subscription: Subscription,
  listener: (event: WatchEvent) => unknown,
  onFailure: (error: unknown) => void,
  isManual = false,
): void => {
  let isServing = false;
  const pump = async () => {
    for (let event = subscription.take(); event !== undefined; event = subscription.take()) {
      try {
        const answer = listener(event);
        if (isPromise(answer)) await answer;
      } catch (error) {
        onFailure(error);
      }
      if (!isManual) subscription.finish(event);
    }
  };
  const start = () => {
    if (isServing || subscription.isEnded) return;
    isServing = true;
    queueMicrotask(() =>
      pump().finally(() => {
        isServing = false;
        // Something may have come between the last look and now.
        if (subscription.isWanted) start();
      }),
    );
  };
  subscription.onWake(start);
  start();
};
