/**
 * The client's methods as promises, derived from the Effect functions: the same tree, the same arguments, the same
 * errors. A rejection is the `SgpError` itself.
 *
 * A list is a promise of its first page and an async iterable of all its items; it requests the next page when the
 * items of this one are used up.
 */
import type * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import type * as Endpoint from "../contract/Endpoint.ts";
import type { resources } from "../contract/endpoints.ts";
import type { Arguments } from "./http/HttpRequest.ts";
import type * as Paging from "./Paging.ts";
import * as Resources from "./Resources.ts";
import { derive, type Route } from "./Routes.ts";
import { SgpError } from "./SgpError.ts";
import type { CallOptions, Transport } from "./Transport.ts";

export type PromiseCall<E extends Endpoint.Any> = (
  ...parameters: Resources.MethodParameters<E>
) => Promise<Endpoint.Success<E>>;

/** Methods of a page, besides its envelope's fields. Iterating it yields its own items and those of all pages after it. */
export interface PageMethods<E extends Endpoint.Any> extends AsyncIterable<Endpoint.Item<E>> {
  readonly hasNextPage: boolean;
  /**
   * Fetches the next page; `undefined` after the last one.
   *
   * @param options - of this request and of those after it, e.g. a signal of its own; those of the list when left out
   */
  readonly nextPage: (options?: CallOptions) => Promise<Page<E> | undefined>;
  /** This page and all after it. */
  readonly pages: () => AsyncIterable<Page<E>>;
}

/** A page as the platform sends it (`items` and its counts) that knows the way to the next one. */
export type Page<E extends Endpoint.Any> = Endpoint.Success<E> & PageMethods<E>;

export interface PagePromise<E extends Endpoint.Any> extends Promise<Page<E>>, AsyncIterable<Endpoint.Item<E>> {
  readonly pages: () => AsyncIterable<Page<E>>;
}

export type PromiseList<E extends Endpoint.Any> = (...parameters: Resources.MethodParameters<E>) => PagePromise<E>;

export type PromiseMethod<E extends Endpoint.Any> = Endpoint.IsPaged<E> extends true ? PromiseList<E> : PromiseCall<E>;

export type Promises<T = typeof resources> = {
  readonly [Name in keyof T]: T[Name] extends Endpoint.Any ? PromiseMethod<T[Name]> : Promises<T[Name]>;
};

/** Runs an effect to a promise that rejects with the failure itself. */
export type Run = <A>(effect: Effect.Effect<A, SgpError>) => Promise<A>;

const framesOf = ({ stack }: Error): string => {
  const frames = stack?.indexOf("\n") ?? -1;
  return frames === -1 ? "" : (stack ?? "").slice(frames);
};

/** Runs effects with the given services (a clock, a source of chance) in place of the default ones. */
export const runWith = (services: Context.Context<never>): Run => {
  const runPromise = Effect.runPromiseWith(services);
  return (effect) => {
    // The failure is made deep in the pipeline; what its reader wants to see is who made the call.
    const site = new Error();
    return runPromise(effect).catch((error: unknown) => {
      if (error instanceof SgpError) error.stack = `${error.name}: ${error.message}${framesOf(site)}`;
      throw error;
    });
  };
};

interface AnyPage extends Paging.Page, AsyncIterable<unknown> {
  readonly hasNextPage: boolean;
  readonly nextPage: (options?: CallOptions) => Promise<AnyPage | undefined>;
  readonly pages: () => AsyncIterable<AnyPage>;
}

async function* pagesFrom(first: PromiseLike<AnyPage> | AnyPage): AsyncGenerator<AnyPage> {
  for (let page: AnyPage | undefined = await first; page !== undefined; page = await page.nextPage()) yield page;
}

const listing = (transport: Transport["Service"], run: Run, { endpoint }: Route) => {
  const freshOf = new WeakMap<AnyPage, ReadonlyArray<unknown>>();

  async function* itemsFrom(first: PromiseLike<AnyPage> | AnyPage): AsyncGenerator<unknown> {
    for await (const page of pagesFrom(first)) yield* freshOf.get(page) ?? page.items;
  }

  const pageOf = ({ page, stop: { fresh, next } }: Resources.Visited, options: CallOptions | undefined): AnyPage => {
    const methods = {
      hasNextPage: next !== undefined,
      nextPage: async (own = options) =>
        next && run(Effect.map(Resources.visit(transport, next, own), (visited) => pageOf(visited, own))),
      pages: () => pagesFrom(made),
      [Symbol.asyncIterator]: () => itemsFrom(made),
    };
    const made = Object.defineProperties(
      { ...page },
      Object.fromEntries(
        Reflect.ownKeys(methods).map((name) => [name, { value: methods[name as keyof typeof methods] }]),
      ),
    ) as AnyPage;
    freshOf.set(made, fresh);
    return made;
  };

  return (args: Arguments, options?: CallOptions) => {
    const first = run(
      endpoint(options?.signal).pipe(
        Effect.flatMap((known) => Resources.walk(known, args)),
        Effect.flatMap((walk) => Resources.visit(transport, walk, options)),
        Effect.map((visited) => pageOf(visited, options)),
      ),
    );
    return Object.assign(first, { pages: () => pagesFrom(first), [Symbol.asyncIterator]: () => itemsFrom(first) });
  };
};

/** The methods over one transport, each run by `run`. */
export const make = (transport: Transport["Service"], run: Run): Promises =>
  derive((route) =>
    route.isPaged
      ? listing(transport, run, route)
      : (args: Arguments, options?: CallOptions) => run(Resources.call(transport, route, args, options)),
  ) as unknown as Promises;
