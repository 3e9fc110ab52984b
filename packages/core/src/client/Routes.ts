/**
 * The way from a method's place on the client to its endpoint. The client knows the names of its methods; the endpoints of a version
 * of the API are loaded together when one of its methods is first called, and a program that calls none never loads them.
 */
import * as Effect from "effect/Effect";
import type * as Endpoint from "../contract/Endpoint.ts";
import { outline as v4 } from "../contract/v4/outline.ts";
import { outline as v5 } from "../contract/v5/outline.ts";
import { abort } from "./http/abort.ts";
import { OnDemand } from "./OnDemand.ts";
import { SgpError } from "./SgpError.ts";

/** The endpoint that a method calls. */
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

/** The endpoints of each version of the API. */
export const endpointsOnDemand = {
  v4: new OnDemand<Tree>(() => import("../contract/v4/resources.ts").then(({ resources }) => resources)),
  v5: new OnDemand<Tree>(() => import("../contract/v5/resources.ts").then(({ resources }) => resources)),
};

const routeTo = (version: keyof typeof endpointsOnDemand, path: ReadonlyArray<string>, isPaged: boolean): Route => {
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
            abort(signal, (cause) => new SgpError({ reason: { _tag: "Aborted" }, ...about, cause })),
            endpoint,
          ),
  };
};

/** The contract's tree with each endpoint replaced by what `leaf` makes of the way to it. */
export const derive = (leaf: (route: Route) => unknown): Tree => {
  const grow = (version: keyof typeof endpointsOnDemand, outline: Tree, path: ReadonlyArray<string> = []): Tree =>
    Object.fromEntries(
      Object.entries(outline).map(([name, node]) => {
        const at = [...path, name];
        const isLeaf = typeof node === "string";
        return [name, isLeaf ? leaf(routeTo(version, at, node === "list")) : grow(version, node as Tree, at)];
      }),
    );
  return { ...grow("v4", v4), v5: grow("v5", v5) };
};
