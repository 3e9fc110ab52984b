import { type CallOptions, type SGPClient, SgpError, Transport } from "@evalwire/core";
import * as Effect from "effect/Effect";
import { missing } from "./required.ts";

/** What can be said about one call of a promise. */
export type PromiseOptions = Pick<CallOptions, "signal">;

const aborted = (signal: AbortSignal): Effect.Effect<never, SgpError> =>
  Effect.callback((resume) => {
    const listener = () => resume(Effect.fail(new SgpError({ reason: { _tag: "Aborted" }, cause: signal.reason })));
    if (signal.aborted) return listener();
    signal.addEventListener("abort", listener, { once: true });
    return Effect.sync(() => signal.removeEventListener("abort", listener));
  });

/** An Effect function as a promise: over a client, rejecting with the `SgpError` itself. */
export type Promised<Args, A> = (client: SGPClient, args: Args, options?: PromiseOptions) => Promise<A>;

/**
 * The promise twin of an Effect function, run by the client's own clock and chance.
 *
 * @param name - of the function, for the error of a call without one of the arguments that it `needs`
 * @param wrong - which argument is wrong all the same, and how
 */
export const promised =
  <Args extends object, A>(
    name: string,
    needs: ReadonlyArray<string & keyof Args>,
    effect: (args: Args) => Effect.Effect<A, SgpError, Transport>,
    wrong: (args: Args) => readonly [name: string, message: string] | undefined = () => undefined,
  ): Promised<Args, A> =>
  (client, args, { signal } = {}) => {
    const refusal = missing(name, client, args, needs, wrong as (args: object) => ReturnType<typeof wrong>);
    if (refusal !== undefined) return Promise.reject(refusal);
    const run = Effect.provideService(effect(args), Transport, client.transport);
    const limited = signal === undefined ? run : Effect.raceFirst(aborted(signal), run);
    return Effect.runPromiseWith(client.services)(limited);
  };
