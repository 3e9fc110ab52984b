/** A request to the relay: a feed, or a call of a route of the contract. */
import { type Endpoint, endpoints } from "@evalwire/core/contract";

export interface FeedCall {
  readonly kind: "feed";
  readonly version: "v4" | "v5";
  readonly evaluationId: string;
}

export interface RouteCall {
  readonly kind: "route";
  /** The client's name for it, e.g. `evaluations.claimTask`. */
  readonly name: string;
  readonly endpoint: Endpoint.Any;
  readonly version: "v4" | "v5";
  /** `undefined` for routes that are of no evaluation. */
  readonly evaluationId: string | undefined;
  /** Path, query and body under the wire's names. */
  readonly args: Readonly<Record<string, unknown>>;
}

export type RelayCall = FeedCall | RouteCall;

interface Route {
  readonly endpoint: Endpoint.Any;
  readonly segments: ReadonlyArray<string>;
}

const routes: ReadonlyArray<Route> = endpoints.map((endpoint) => ({
  endpoint,
  segments: endpoint.path.split("/").slice(1),
}));

const decoded = (segment: string): string | undefined => {
  try {
    const text = decodeURIComponent(segment);
    return text === "" || text === "." || text === ".." || text.includes("/") ? undefined : text;
  } catch {
    // A percent sign that encodes nothing.
    return undefined;
  }
};

const paramsOf = (route: Route, segments: ReadonlyArray<string>): Readonly<Record<string, string>> | undefined => {
  if (route.segments.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, expected] of route.segments.entries()) {
    const text = decoded(segments[index]!);
    if (text === undefined) return undefined;
    if (expected.startsWith(":")) params[expected.slice(1)] = text;
    else if (expected !== text) return undefined;
  }
  return params;
};

/** The parts of a path from a `/v4/` or `/v5/` in it on: before it stands where the relay is mounted, which may have such parts as well. */
const tailsOf = (pathname: string): ReadonlyArray<ReadonlyArray<string>> => {
  const segments = pathname.split("/");
  return segments.flatMap((segment, index) =>
    index > 0 && (segment === "v4" || segment === "v5") ? [segments.slice(index)] : [],
  );
};

/** The feed or route that a path and method name; `undefined` when there is none. */
export const targetOf = (method: string, pathname: string) => {
  for (const segments of tailsOf(pathname)) {
    const feed = feedOf(segments);
    const route = routeOf(method, segments);
    if (feed !== undefined || route !== undefined) return { version: segments[0] as "v4" | "v5", feed, route };
  }
  return undefined;
};

/** The feed that a path names. */
const feedOf = (segments: ReadonlyArray<string>): FeedCall | undefined => {
  const [version, evaluations, id, feed] = segments;
  if (segments.length !== 4 || evaluations !== "evaluations" || feed !== "feed" || id === undefined) return undefined;
  const evaluationId = decoded(id);
  return evaluationId === undefined ? undefined : { kind: "feed", version: version as "v4" | "v5", evaluationId };
};

const literals = ({ segments }: Route) => segments.filter((segment) => !segment.startsWith(":")).length;

/** The route of the contract that a path and method name, the most literal one first. */
const routeOf = (
  method: string,
  segments: ReadonlyArray<string>,
): { readonly endpoint: Endpoint.Any; readonly params: Readonly<Record<string, string>> } | undefined => {
  const found = routes
    .filter(({ endpoint }) => endpoint.method === method)
    .flatMap((route) => {
      const params = paramsOf(route, segments);
      return params === undefined ? [] : [{ route, params }];
    })
    .sort((a, b) => literals(b.route) - literals(a.route))[0];
  return found && { endpoint: found.route.endpoint, params: found.params };
};

/** The evaluation that a call is about. */
export const evaluationOf = (endpoint: Endpoint.Any, params: Readonly<Record<string, string>>): string | undefined =>
  params["evaluation_id"] ?? (endpoint.path.startsWith("/v5/evaluations/:id") ? params["id"] : undefined);
