/**
 * Which route a method and a path mean.
 *
 * A literal segment goes before a parameter (`tasks/batch-assign` before `tasks/:task_id`), the earlier segment deciding.
 */

export interface Route<A> {
  readonly method: string;
  /** With its parameters as `:name`. */
  readonly path: string;
  readonly target: A;
}

export type Match<A> =
  | { readonly _tag: "Found"; readonly target: A; readonly params: Record<string, string> }
  | { readonly _tag: "NoPath" }
  | { readonly _tag: "NoMethod"; readonly allowed: ReadonlyArray<string> };

export type Router<A> = (method: string, path: string) => Match<A>;

const split = (path: string): ReadonlyArray<string> => path.split("/").slice(1);

/** Literal segments first: `a` before `:x`, compared from the left. */
const bySpecificity = (a: Route<unknown>, b: Route<unknown>): number => {
  const [left, right] = [split(a.path), split(b.path)];
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const difference = Number(left[index]!.startsWith(":")) - Number(right[index]!.startsWith(":"));
    if (difference !== 0) return difference;
  }
  return 0;
};

/** A segment's text; `undefined` when it is no valid escape, or nothing. */
const decode = (segment: string): string | undefined => {
  try {
    return segment === "" ? undefined : decodeURIComponent(segment);
  } catch {
    // A broken %-escape names nothing.
    return undefined;
  }
};

const paramsOf = (
  pattern: ReadonlyArray<string>,
  segments: ReadonlyArray<string>,
): Record<string, string> | undefined => {
  if (pattern.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const found = decode(segments[index]!);
    if (found === undefined) return undefined;
    if (expected.startsWith(":")) params[expected.slice(1)] = found;
    else if (expected !== found) return undefined;
  }
  return params;
};

export const make = <A>(routes: ReadonlyArray<Route<A>>): Router<A> => {
  const sorted = [...routes].sort(bySpecificity).map((route) => ({ ...route, pattern: split(route.path) }));
  return (method, path) => {
    const segments = split(path);
    const allowed = new Set<string>();
    for (const route of sorted) {
      const params = paramsOf(route.pattern, segments);
      if (params === undefined) continue;
      if (route.method === method) return { _tag: "Found", target: route.target, params };
      allowed.add(route.method);
    }
    return allowed.size === 0 ? { _tag: "NoPath" } : { _tag: "NoMethod", allowed: [...allowed].sort() };
  };
};
