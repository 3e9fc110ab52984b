/**
 * Listening to an `AbortSignal` for as long as something waits, so that a signal may outlive any number of calls and watches
 * without collecting listeners.
 */
import * as Effect from "effect/Effect";

/**
 * Calls `run` once the signal is aborted, at once when it is already; returns the undo. Without a signal it does nothing.
 *
 * @example
 * ```ts
 * import { onAbort } from "@evalwire/core";
 *
 * const controller = new AbortController();
 * const heard: Array<string> = [];
 * onAbort(controller.signal, () => heard.push("first"));
 * const undo = onAbort(controller.signal, () => heard.push("second"));
 * undo();
 * controller.abort();
 * heard; // => ["first"]
 * ```
 */
export const onAbort = (signal: AbortSignal | undefined, run: () => void): (() => void) => {
  if (signal === undefined) return () => undefined;
  if (signal.aborted) {
    run();
    return () => undefined;
  }
  signal.addEventListener("abort", run, { once: true });
  return () => signal.removeEventListener("abort", run);
};

/** Waits until the signal is aborted, and then fails with what `toError` makes of the signal's reason. */
export const abort = <E>(signal: AbortSignal, toError: (reason: unknown) => E): Effect.Effect<never, E> =>
  Effect.callback<never, E>((resume) => {
    const undo = onAbort(signal, () => resume(Effect.fail(toError(signal.reason))));
    return Effect.sync(undo);
  });
