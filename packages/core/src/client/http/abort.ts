/**
 * An `AbortSignal` as an effect: fails with what `onAbort` makes of the signal's reason once it is aborted, and waits
 * until then.
 *
 * Its listener lives as long as the waiting, so that a signal may outlive any number of calls without collecting listeners.
 */
import * as Effect from "effect/Effect";

export const abort = <E>(signal: AbortSignal, onAbort: (reason: unknown) => E): Effect.Effect<never, E> =>
  Effect.callback<never, E>((resume) => {
    const listener = () => resume(Effect.fail(onAbort(signal.reason)));
    if (signal.aborted) return listener();
    signal.addEventListener("abort", listener, { once: true });
    return Effect.sync(() => signal.removeEventListener("abort", listener));
  });
