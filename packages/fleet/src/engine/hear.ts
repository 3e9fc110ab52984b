/** Hears the messages of a subject. One that is none of ours is reported once and passed over: the client would stop reading its connection. */
import type { Msg, NatsConnection, Subscription } from "@nats-io/nats-core";
import * as Predicate from "effect/Predicate";

export type Json = Readonly<Record<string, unknown>>;

export const isJson: (value: unknown) => value is Json = Predicate.isObject;

export interface Hearing<A> {
  /** Whether a message's value is one of ours. */
  readonly is: (value: unknown) => value is A;
  readonly take: (value: A, message: Msg) => void;
  readonly onFailure: (error: unknown) => void;
  /** Called when the server does not allow the subject. Default: it is ignored. */
  readonly refused?: (error: unknown) => void;
}

export const hear = <A>(
  nc: NatsConnection,
  subject: string,
  { is, take, onFailure, refused }: Hearing<A>,
): Subscription => {
  // A stranger that sends every second would otherwise fill a log.
  const reported = new Set<string>();
  return nc.subscribe(subject, {
    callback: (error, message) => {
      if (error !== null) {
        refused?.(error);
        return;
      }
      try {
        const value: unknown = JSON.parse(message.string());
        if (!is(value)) throw new Error("it has another shape");
        take(value, message);
      } catch (cause) {
        const why = cause instanceof SyntaxError ? "it is not JSON" : String((cause as Error).message);
        if (reported.has(why)) return;
        reported.add(why);
        onFailure(new Error(`A message at ${subject} is none of this version's fleet: ${why}.`, { cause }));
      }
    },
  });
};
