/**
 * One route of the platform, said once: the client's methods, the server's handlers, the `HttpApi` description and
 * the OpenAPI document are all derived from values of this type.
 */
import { type ArgumentNames, argumentNames } from "./argumentNames.ts";
import { guard } from "./schema/guard.ts";
import type { Codec } from "./schema/Schema.ts";

export type Method = "GET" | "POST" | "PATCH" | "DELETE";

/** How a list is walked: by page number (`page`, `limit`; v4) or by the id of the last item seen (`starting_after`; v5). */
export type Paging = "page" | "cursor";

/** The names in a path: `"/v4/evaluations/:evaluation_id"` has `"evaluation_id"`. */
export type ParamsOf<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamsOf<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;

export interface Endpoint<Path extends string = string, Query = unknown, Body = unknown, Success = unknown> {
  /** Where the method stands on the client, e.g. `"evaluations.claimTask"` or `"v5.evaluations.retrieve"`. */
  readonly name: string;
  readonly method: Method;
  /** The path with its parameters as `:name`. */
  readonly path: Path;
  /** The names of the path's parameters, in order. */
  readonly params: ReadonlyArray<ParamsOf<Path>>;
  /** The query as an object; an array is sent as the platform's own SDK sends it. */
  readonly query: Codec<Query> | undefined;
  /** The names that go into the query. */
  readonly queryNames: ReadonlyArray<string>;
  readonly body: Codec<Body> | undefined;
  /** Finds problems with the names it is called with. */
  readonly names: ArgumentNames;
  /** True when the body is a bare JSON array, which a caller passes as `items`. */
  readonly bodyIsArray: boolean;
  readonly success: Codec<Success>;
  /** Whether an answer is what `success` says. */
  readonly isSuccess: (value: unknown) => boolean;
  readonly paging: Paging | undefined;
  /** True when the answer is a text (a file to keep) and not JSON. */
  readonly isText: boolean;
}

export type Any = Endpoint<any, any, any, any>;

/** Schema of the answer. */
export type Success<E> = E extends Endpoint<any, any, any, infer S> ? S : never;

/** One item of a list endpoint's pages. */
export type Item<E> = Success<E> extends { readonly items: ReadonlyArray<infer T> } ? T : never;

/** Whether the endpoint answers with pages: with items, and with what their envelope says of the end. */
export type IsPaged<E> =
  Success<E> extends { readonly items: ReadonlyArray<unknown> }
    ? Extract<keyof Success<E>, "total_item_count" | "has_more"> extends never
      ? false
      : true
    : false;

type BodyArgs<Body> = unknown extends Body
  ? unknown
  : [Body] extends [ReadonlyArray<any>]
    ? { readonly items: Body }
    : Body;

/** Path parameters, query and body of a call as one object, under the wire's names. */
export type Args<E> =
  E extends Endpoint<infer Path, infer Query, infer Body, any>
    ? { readonly [Name in ParamsOf<Path>]: string } & (unknown extends Query ? unknown : Query) & BodyArgs<Body>
    : never;

interface Options<Path extends string, Query, Body, Success> {
  readonly path: Path;
  readonly success: Codec<Success>;
  readonly query?: Codec<Query>;
  readonly body?: Codec<Body>;
  readonly paging?: Paging;
  readonly isText?: boolean;
}

const paramPattern = /:([A-Za-z_]+)/g;

const make =
  (method: Method) =>
  <const Path extends string, Success, Query = unknown, Body = unknown>(
    name: string,
    options: Options<Path, Query, Body, Success>,
  ): Endpoint<Path, Query, Body, Success> => {
    const { path, query, body, success } = options;
    const params = Array.from(path.matchAll(paramPattern), (match) => match[1] as ParamsOf<Path>);
    const queryNames = query?.node.kind === "struct" ? query.node.fields.map(({ name }) => name) : [];
    return {
      name,
      method,
      path,
      params,
      query,
      queryNames,
      body,
      names: argumentNames(params, queryNames, body?.node),
      bodyIsArray: body?.node.kind === "list",
      success,
      isSuccess: (value) => guard(success)(value),
      paging: options.paging,
      isText: options.isText === true,
    };
  };

export const get = make("GET");
export const post = make("POST");
export const patch = make("PATCH");
/** `delete` is a reserved word. */
export const remove = make("DELETE");
