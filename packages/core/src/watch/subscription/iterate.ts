import type { WatchEvent } from "../event/Event.ts";
import type { Subscription } from "./Subscription.ts";

/**
 * Serves a `for await`: leaving the loop closes the subscription, and an error that ended it is thrown once. Asking for the next event
 * finishes those given before, unless that is said event by event.
 */
export const iterate = (subscription: Subscription, isManual = false): AsyncIterableIterator<WatchEvent, undefined> => {
  type Result = IteratorResult<WatchEvent, undefined>;
  const callers: Array<{ resolve: (result: Result) => void; reject: (error: unknown) => void }> = [];
  let hasThrown = false;
  const settle = () => {
    while (callers.length > 0) {
      const value = subscription.take();
      if (value !== undefined) callers.shift()!.resolve({ done: false, value });
      else if (!subscription.isEnded) return;
      else if (subscription.error !== undefined && !hasThrown) {
        hasThrown = true;
        callers.shift()!.reject(subscription.error);
      } else callers.shift()!.resolve({ done: true, value: undefined });
    }
  };
  subscription.onWake(settle);
  return {
    next: () =>
      new Promise<Result>((resolve, reject) => {
        if (!isManual) subscription.finish();
        callers.push({ resolve, reject });
        settle();
      }),
    return: async () => {
      subscription.close();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
};
