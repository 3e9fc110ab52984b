/** Publish, subscribe and request in memory, on a clock that is moved by hand: the part of a NATS connection that the budget uses. */
import type { NatsConnection } from "@nats-io/nats-core";
import type { Time } from "../src/engine/Time.ts";

interface Heard {
  readonly reply: string;
  readonly string: () => string;
  readonly json: () => unknown;
  readonly respond: (data: string) => boolean;
}

export const bus = (time: Time): NatsConnection => {
  const subscribers = new Set<{ readonly subject: string; readonly callback: (error: null, message: Heard) => void }>();
  const send = (subject: string, data: string, answer: (data: string) => void): boolean => {
    const found = [...subscribers].filter((each) => each.subject === subject);
    const respond = (text: string) => {
      answer(text);
      return true;
    };
    for (const { callback } of found)
      queueMicrotask(() =>
        callback(null, { reply: "asked", string: () => data, json: () => JSON.parse(data), respond }),
      );
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
