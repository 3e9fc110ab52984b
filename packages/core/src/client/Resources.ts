/**
 * The client's methods as Effect functions, written once for all endpoints: the tree is the contract's table with each
 * endpoint turned into the function that calls it.
 *
 * A list is a `Stream` of its items over all pages; `list.pages` is the stream of the pages, `list.page` a single one.
 */
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import * as Result from "effect/Result";
import * as Stream from "effect/Stream";
import type * as Endpoint from "../contract/Endpoint.ts";
import type { resources } from "../contract/endpoints.ts";
import * as Answer from "./http/Answer.ts";
import * as HttpRequest from "./http/HttpRequest.ts";
import * as Paging from "./Paging.ts";
import { derive, type Route } from "./Routes.ts";
import { invalid, type SgpError } from "./SgpError.ts";
import { type Arguments, type CallOptions, Transport } from "./Transport.ts";

type IsUnion<T, Whole = T> = [T] extends [never]
  ? false
  : T extends unknown
    ? [Whole] extends [T]
      ? false
      : true
    : never;

/** Whether the bare id will do: there is one path parameter, and nothing else must be given. */
export type TakesId<E> =
  E extends Endpoint.Endpoint<infer Path, any, any, any>
    ? [Endpoint.ParamsOf<Path>] extends [never]
      ? false
      : IsUnion<Endpoint.ParamsOf<Path>> extends true
        ? false
        : { readonly [Name in Endpoint.ParamsOf<Path>]: string } extends Endpoint.Args<E>
          ? true
          : false
    : false;

/** The arguments of a method under the wire's names, or the bare id where that says it all. */
export type ArgsOrId<E> = TakesId<E> extends true ? Endpoint.Args<E> | string : Endpoint.Args<E>;

/** The parameters of a method: its arguments, and options for this one call. */
export type MethodParameters<E> =
  Record<never, never> extends Endpoint.Args<E>
    ? [args?: ArgsOrId<E>, options?: CallOptions]
    : [args: ArgsOrId<E>, options?: CallOptions];

export type Call<E extends Endpoint.Any> = (
  ...parameters: MethodParameters<E>
) => Effect.Effect<Endpoint.Success<E>, SgpError>;

export interface List<E extends Endpoint.Any> {
  (...parameters: MethodParameters<E>): Stream.Stream<Endpoint.Item<E>, SgpError>;
  readonly page: (...parameters: MethodParameters<E>) => Effect.Effect<Endpoint.Success<E>, SgpError>;
  readonly pages: (...parameters: MethodParameters<E>) => Stream.Stream<Endpoint.Success<E>, SgpError>;
}

export type Method<E extends Endpoint.Any> = Endpoint.IsPaged<E> extends true ? List<E> : Call<E>;

export type Resources<T = typeof resources> = {
  readonly [Name in keyof T]: T[Name] extends Endpoint.Any ? Method<T[Name]> : Resources<T[Name]>;
};

type Transporting = Pick<Transport["Service"], "call">;
type Given = HttpRequest.Arguments;

/** The walk that a list's arguments begin. */
export const walk = (endpoint: Endpoint.Any, args: Given): Effect.Effect<Paging.Walk, SgpError> =>
  Effect.fromResult(
    Result.mapBoth(HttpRequest.argumentsOf(endpoint, args), {
      onFailure: (issues) => invalid(issues, { endpoint: endpoint.name, method: endpoint.method, path: endpoint.path }),
      onSuccess: (named) => Paging.start(endpoint, named),
    }),
  );

/** One page of a list: as it came, and as a stop of the walk. */
export interface Visited {
  readonly page: Paging.Page;
  readonly stop: Paging.Stop;
}

/** Fetches the page a walk has come to. */
export const visit = (
  transport: Transporting,
  at: Paging.Walk,
  options?: CallOptions,
): Effect.Effect<Visited, SgpError> =>
  Effect.flatMap(transport.call(at.endpoint, at.args as Arguments<Endpoint.Any>, options), (page: Paging.Page) =>
    Effect.map(Effect.fromResult(Paging.after(at, page, Answer.originalOf(page) as Paging.Page)), (stop) => ({
      page,
      stop,
    })),
  );

/** Calls a route, whose endpoint may have to be loaded before. */
export const call = (
  transport: Transporting,
  { endpoint }: Route,
  args: Given,
  options?: CallOptions,
): Effect.Effect<any, SgpError> =>
  Effect.flatMap(endpoint(options?.signal), (known) => transport.call(known, args as Arguments<Endpoint.Any>, options));

/** Walks a list to its end. */
const walked = <A>(
  transport: Transporting,
  endpoint: Endpoint.Any,
  args: Given,
  options: CallOptions | undefined,
  part: (visited: Visited) => ReadonlyArray<A>,
): Stream.Stream<A, SgpError> =>
  Stream.unwrap(
    Effect.map(walk(endpoint, args), (first) =>
      Stream.paginate(first, (at) =>
        Effect.map(
          visit(transport, at, options),
          (visited) => [part(visited), Option.fromUndefinedOr(visited.stop.next)] as const,
        ),
      ),
    ),
  );

/**
 * The items of a list over all its pages, for programs over a {@link Transport}. Fails with the `SgpError` of the page that cannot be
 * read, after the items before it.
 *
 * @param endpoint a list of the contract, such as `TestCaseResults.list`
 * @param args under the wire's names; `limit` is the number of items per request
 */
export const listItems = <E extends Endpoint.Any>(
  endpoint: E,
  args: Endpoint.Args<E>,
  options?: CallOptions,
): Stream.Stream<Endpoint.Item<E>, SgpError, Transport> =>
  Stream.unwrap(
    Effect.map(Effect.service(Transport), (transport) =>
      walked(transport, endpoint, args as Given, options, ({ stop }) => stop.fresh as ReadonlyArray<Endpoint.Item<E>>),
    ),
  );

const method = (transport: Transporting, route: Route) => {
  const called = (args: Given, options?: CallOptions) => call(transport, route, args, options);
  if (!route.isPaged) return called;

  const listed = <A>(args: Given, options: CallOptions | undefined, part: (visited: Visited) => ReadonlyArray<A>) =>
    Stream.unwrap(
      Effect.map(route.endpoint(options?.signal), (endpoint) => walked(transport, endpoint, args, options, part)),
    );
  return Object.assign((args: Given, options?: CallOptions) => listed(args, options, ({ stop }) => stop.fresh), {
    page: called,
    pages: (args: Given, options?: CallOptions) => listed(args, options, ({ page }) => [page]),
  });
};

/** The methods over one transport. */
export const make = (transport: Transporting): Resources =>
  derive((route) => method(transport, route)) as unknown as Resources;
