import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import { SgpError } from "../client/SgpError.ts";

/** `ready`, or a rejection with reason `Timeout` when it is not settled in time; nothing is left of the waiting afterwards. */
export const readyWithin = (ready: Promise<void>, millis: number | undefined, clock: Clock.Clock): Promise<void> => {
  if (millis === undefined) return ready;
  return new Promise((resolve, reject) => {
    const late = Effect.sync(() =>
      reject(new SgpError({ reason: { _tag: "Timeout", timeoutMillis: millis }, endpoint: "watch.ready" })),
    );
    const waiting = Effect.runForkWith(Context.make(Clock.Clock, clock))(
      Effect.andThen(Effect.sleep(Duration.millis(millis)), late),
    );
    const stop = () => void Effect.runFork(Fiber.interrupt(waiting));
    ready.then(
      () => {
        stop();
        resolve();
      },
      (error) => {
        stop();
        reject(error);
      },
    );
  });
};
