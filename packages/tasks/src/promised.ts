import type { CallOptions, SGPClient, SgpError, Transport } from "@evalwire/core";
import type * as Effect from "effect/Effect";
import { missing } from "./required.ts";

/** Options of one call that returns a promise. */
export type PromiseOptions = Pick<CallOptions, "signal">;

/** An Effect function as a promise: over a client, rejecting with the `SgpError` itself. */
export type Promised<Args, A> = (client: SGPClient, args: Args, options?: PromiseOptions) => Promise<A>;

/**
 * The promise twin of an Effect function, run by the client's own clock and chance.
 *
 * @param name - of the function, for the error of a call without one of the arguments that it `needs`
 * @param known - all arguments' names; an object, so that the compiler sees that none is missing
 * @param wrong - which argument is wrong all the same, and how
 */
export const promised =
  <Args extends object, A>(
    name: string,
    needs: ReadonlyArray<string & keyof Args>,
    known: Readonly<Record<keyof Args, true>>,
    effect: (args: Args) => Effect.Effect<A, SgpError, Transport>,
    wrong: (args: Args) => readonly [name: string, message: string] | undefined = () => undefined,
  ): Promised<Args, A> =>
  (client, args, options) => {
    const refusal = missing(
      name,
      client,
      args,
      needs,
      Object.keys(known),
      wrong as (args: object) => ReturnType<typeof wrong>,
    );
    if (refusal !== undefined) return Promise.reject(refusal);
    return client.run(effect(args), options);
  };
