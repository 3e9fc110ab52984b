import { type CallOptions, type SGPClient, SgpError, Transport } from "@evalwire/core";
import * as Effect from "effect/Effect";

/** What can be said about one call of a promise. */
export type PromiseOptions = Pick<CallOptions, "signal">;

const aborted = (signal: AbortSignal): Effect.Effect<never, SgpError> =>
  Effect.callback((resume) => {
    const listener = () => resume(Effect.fail(new SgpError({ _tag: "Aborted" }, { cause: signal.reason })));
    if (signal.aborted) return listener();
    signal.addEventListener("abort", listener, { once: true });
    return Effect.sync(() => signal.removeEventListener("abort", listener));
  });

/** An Effect function as a promise: over a client, rejecting with the `SgpError` itself. */
export type Promised<Args, A> = (client: SGPClient, args: Args, options?: PromiseOptions) => Promise<A>;

/** The promise twin of an Effect function, run by the client's own clock and chance. */
export const promised =
  <Args, A>(effect: (args: Args) => Effect.Effect<A, SgpError, Transport>): Promised<Args, A> =>
  (client, args, { signal } = {}) => {
    const run = Effect.provideService(effect(args), Transport, client.transport);
    const limited = signal === undefined ? run : Effect.raceFirst(aborted(signal), run);
    return Effect.runPromiseWith(client.services)(limited);
  };
