/**
 * Every route of the contract, once, at the place where its method stands on the client.
 *
 * Promise: the dotted path of an endpoint in `resources` is its `name`.
 */
import type * as Endpoint from "./Endpoint.ts";
import { resources as v4 } from "./v4/resources.ts";
import { resources as v5 } from "./v5/resources.ts";

/** The client's tree of methods, with the endpoint each one calls. */
export const resources = { ...v4, v5 };

/** The dotted names of a tree's endpoints. */
type NameIn<T> = {
  readonly [Name in keyof T & string]: T[Name] extends Endpoint.Any ? Name : `${Name}.${NameIn<T[Name]>}`;
}[keyof T & string];

/** The name of a route: `"evaluations.claimTask"`. */
export type EndpointName = NameIn<typeof resources>;

/** A tree of endpoints: what `resources` is. */
export interface Tree {
  readonly [name: string]: Tree | Endpoint.Any;
}

const isEndpoint = (node: Tree | Endpoint.Any): node is Endpoint.Any => typeof node["method"] === "string";

const leaves = (tree: Tree): ReadonlyArray<Endpoint.Any> =>
  Object.values(tree).flatMap((node) => (isEndpoint(node) ? [node] : leaves(node)));

/** Every route of the contract. */
export const endpoints: ReadonlyArray<Endpoint.Any> = leaves(resources);
