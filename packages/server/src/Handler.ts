/**
 * Input and output of a handler: one Effect per endpoint of the contract, run in one transaction.
 *
 * `Handlers` is the contract's own tree with a handler at every leaf, so a route without a handler does not compile.
 */
import type { Endpoint } from "@evalwire/core/contract";
import type * as Effect from "effect/Effect";
import type { Encoded, TextFile } from "./Encoded.ts";
import type { Refusal } from "./http/Refusal.ts";
import type { Policy } from "./Policy.ts";
import type { StoreError } from "./store/Database.ts";
import type { Store } from "./store/Store.ts";

/** The caller: the user the API key stands for. */
export interface Caller {
  readonly userId: string;
  readonly identityType: "user" | "service_account";
  /** What `x-selected-account-id` names; nothing when it was not sent. */
  readonly accountId: string | undefined;
}

type QueryOf<E> = E extends Endpoint.Endpoint<any, infer Query, any, any> ? Query : never;
type BodyOf<E> = E extends Endpoint.Endpoint<any, any, infer Body, any> ? Body : never;
type PathOf<E> = E extends Endpoint.Endpoint<infer Path, any, any, any> ? Path : never;

/** Context of every call, for any endpoint. */
export interface CallContext {
  readonly caller: Caller;
  /** The server's clock when the request came in: one request happens at one instant. */
  readonly nowMillis: number;
  /** The same, as the wire writes it. */
  readonly now: string;
}

/** A request that the endpoint's schemas accept; query and body are as they were sent, unknown fields included. */
export interface Call<E extends Endpoint.Any> extends CallContext {
  readonly params: { readonly [Name in Endpoint.ParamsOf<PathOf<E>>]: string };
  readonly query: QueryOf<E>;
  readonly body: BodyOf<E>;
}

/** The errors of a handler and its requirements. */
export type Answer<A> = Effect.Effect<A, Refusal | StoreError, Store | Policy>;

/** The same, as the return type of a generator function for `Effect.fnUntraced`. */
export type Steps<A> = Effect.fn.Return<A, Refusal | StoreError, Store | Policy>;

export type Handler<E extends Endpoint.Any> = (
  call: Call<E>,
) => Answer<Endpoint.Success<E> | Encoded<Endpoint.Success<E>> | TextFile>;

/** A handler whose endpoint is not known to the compiler. */
export type Any = (call: Call<any>) => Answer<unknown>;

/** The tree `Tree` of endpoints with each endpoint's handler in its place. */
export type Handlers<Tree> = {
  readonly [Name in keyof Tree]: Tree[Name] extends Endpoint.Any ? Handler<Tree[Name]> : Handlers<Tree[Name]>;
};
