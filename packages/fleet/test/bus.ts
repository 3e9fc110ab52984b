/** Publish, subscribe and request in memory, on a clock that is moved by hand: the part of a NATS connection that the budget uses. */
import type { NatsConnection } from "@nats-io/nats-core";
import type { Time } from "../src/engine/Time.ts";

interface Heard {
  readonly reply: string;
  readonly string: () => string;
  readonly json: () => unknown;
  readonly respond: (data: string) => boolean;
}

/** @param delayMillis how long each message and each answer is under way */
export const bus = (time: Time, delayMillis = 0): NatsConnection => {
  const later = (work: () => void): void => {
    if (delayMillis === 0) queueMicrotask(work);
    else time.after(delayMillis, work);
  };
  const subscribers = new Set<{ readonly subject: string; readonly callback: (error: null, message: Heard) => void }>();
  const send = (subject: string, data: string, answer: (data: string) => void): boolean => {
    const found = [...subscribers].filter((each) => each.subject === subject);
    const respond = (text: string) => {
      if (delayMillis === 0) answer(text);
      else later(() => answer(text));
      return true;
    };
    for (const each of found)
      later(() => {
        const message = { reply: "asked", string: () => data, json: () => JSON.parse(data), respond };
        if (subscribers.has(each)) each.callback(null, message);
      });
    return found.length > 0;
  };
  return {
    isClosed: () => false,
    publish: (subject: string, data: string) => void send(subject, data, () => undefined),
    subscribe: (subject: string, { callback }: { readonly callback: (error: null, message: Heard) => void }) => {
      const own = { subject, callback };
      subscribers.add(own);
      return { unsubscribe: () => void subscribers.delete(own) };
    },
    request: (subject: string, data: string, { timeout }: { readonly timeout: number }) =>
      new Promise((resolve, reject) => {
        const cancel = time.after(timeout, () => reject(new Error("timeout")));
        const isHeard = send(subject, data, (text) => {
          cancel();
          resolve({ json: () => JSON.parse(text) });
        });
        if (isHeard) return;
        cancel();
        reject(new Error("no responders"));
      }),
  } as unknown as NatsConnection;
};
