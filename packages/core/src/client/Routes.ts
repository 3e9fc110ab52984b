/**
 * The way from a method's place on the client to its endpoint. The endpoints of v4 that most programs use are at hand; the
 * others, and all of v5, are loaded when one of them is first called, and a program that calls none never loads them.
 */
import * as Effect from "effect/Effect";
import type * as Endpoint from "../contract/Endpoint.ts";
import { merged } from "../contract/merged.ts";
import { basic } from "../contract/v4/basic.ts";
import { outline as outlineV4 } from "../contract/v4/outline.ts";
import { outline as outlineV5 } from "../contract/v5/outline.ts";
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

/** The endpoints that are not at hand from the beginning, by version. */
export const endpointsOnDemand = {
  v4: new OnDemand<Tree>(() => import("../contract/v4/more.ts").then(({ more }) => more)),
  v5: new OnDemand<Tree>(() => import("../contract/v5/resources.ts").then(({ resources }) => resources)),
};

const loaded = (version: keyof typeof endpointsOnDemand, path: ReadonlyArray<string>, isPaged: boolean): Route => {
  const module = endpointsOnDemand[version];
  const about = { endpoint: (version === "v4" ? path : [version, ...path]).join("."), attempts: 0 };
  const endpoint = module.load.pipe(
    Effect.mapError((error) => error.with(about)),
    Effect.map((tree) => path.reduce<unknown>((node, name) => (node as Tree)[name], tree) as Endpoint.Any),
  );
  return {
    isPaged,
    endpoint: (signal) =>
      signal === undefined || module.atHand !== undefined
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
export const derive = (leaf: (route: Route) => unknown): Tree => {
  const leafOf = (version: keyof typeof endpointsOnDemand) => (node: unknown, path: ReadonlyArray<string>) => {
    if (typeof node === "string") return leaf(loaded(version, path, node === "list"));
    return isEndpoint(node) ? leaf(atHand(node)) : undefined;
  };
  return {
    ...mapTree(merged(basic, outlineV4), leafOf("v4")),
    v5: mapTree(outlineV5, leafOf("v5")),
  };
};
