/**
 * The way from a method's place on the client to its endpoint. v4's endpoints are at hand; those of v5 are loaded when one of them is
 * first called, and a program that calls none never loads them.
 */
import * as Effect from "effect/Effect";
import type * as Endpoint from "../contract/Endpoint.ts";
import { resources as v4 } from "../contract/v4/resources.ts";
import { outline } from "../contract/v5/outline.ts";
import { abort } from "./http/abort.ts";
import { OnDemand } from "./OnDemand.ts";
import { SgpError } from "./SgpError.ts";

/** What a method calls. */
export interface Route {
  /** Whether the endpoint answers with pages. */
  readonly isPaged: boolean;
  /** The endpoint, loaded if need be. Aborting the signal, or interrupting, ends the waiting of this one call. */
  readonly endpoint: (signal?: AbortSignal) => Effect.Effect<Endpoint.Any, SgpError>;
}

/** A tree of anything in the place of endpoints. */
interface Tree {
  readonly [name: string]: unknown;
}

const isEndpoint = (node: unknown): node is Endpoint.Any => typeof (node as Endpoint.Any).method === "string";

const atHand = (endpoint: Endpoint.Any): Route => ({
  isPaged: endpoint.paging !== undefined,
  endpoint: () => Effect.succeed(endpoint),
});

const v5 = new OnDemand(() => import("../contract/v5/resources.ts"));

const loaded = (path: ReadonlyArray<string>, isPaged: boolean): Route => {
  const about = { endpoint: ["v5", ...path].join("."), attempts: 0 };
  const endpoint = v5.load.pipe(
    Effect.mapError((error) => error.with(about)),
    Effect.map(
      ({ resources }) => path.reduce<unknown>((node, name) => (node as Tree)[name], resources) as Endpoint.Any,
    ),
  );
  return {
    isPaged,
    endpoint: (signal) =>
      signal === undefined || v5.atHand !== undefined
        ? endpoint
        : Effect.raceFirst(
            abort(signal, (cause) => new SgpError({ _tag: "Aborted" }, { ...about, cause })),
            endpoint,
          ),
  };
};

const mapTree = (
  tree: Tree,
  leaf: (node: unknown, path: ReadonlyArray<string>) => unknown,
  path: ReadonlyArray<string> = [],
): Tree =>
  Object.fromEntries(
    Object.entries(tree).map(([name, node]) => {
      const at = [...path, name];
      return [name, leaf(node, at) ?? mapTree(node as Tree, leaf, at)];
    }),
  );

/** The contract's tree with each endpoint replaced by what `leaf` makes of the way to it. */
export const derive = (leaf: (route: Route) => unknown): Tree => ({
  ...mapTree(v4, (node) => (isEndpoint(node) ? leaf(atHand(node)) : undefined)),
  v5: mapTree(outline, (node, path) => (typeof node === "string" ? leaf(loaded(path, node === "list")) : undefined)),
});
