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

/** The routes that begin alike: what may follow, and those that end here, by method. */
interface Branch<A> {
  readonly literals: Map<string, Branch<A>>;
  parameter: Branch<A> | undefined;
  readonly ends: Map<string, { readonly names: ReadonlyArray<string>; readonly target: A }>;
}

const split = (path: string): ReadonlyArray<string> => path.split("/").slice(1);

/** A segment's text; `undefined` when it is no valid escape, or nothing. */
const decode = (segment: string): string | undefined => {
  if (!segment.includes("%")) return segment === "" ? undefined : segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    // A broken %-escape names nothing.
    return undefined;
  }
};

const branch = <A>(): Branch<A> => ({ literals: new Map(), parameter: undefined, ends: new Map() });

const add = <A>(root: Branch<A>, { method, path, target }: Route<A>): void => {
  const names: Array<string> = [];
  let at = root;
  for (const segment of split(path)) {
    if (segment.startsWith(":")) {
      names.push(segment.slice(1));
      at.parameter ??= branch();
      at = at.parameter;
    } else {
      const next = at.literals.get(segment) ?? branch<A>();
      at.literals.set(segment, next);
      at = next;
    }
  }
  at.ends.set(method, { names, target });
};

/** Where the segments from `index` on lead, the most literal way first; `values` are those of the parameters on the way. */
const walk = <A>(
  at: Branch<A>,
  segments: ReadonlyArray<string>,
  index: number,
  values: ReadonlyArray<string>,
  visit: (end: Branch<A>, values: ReadonlyArray<string>) => boolean,
): boolean => {
  if (index === segments.length) return at.ends.size > 0 && visit(at, values);
  const segment = segments[index]!;
  const literal = at.literals.get(segment);
  if (literal !== undefined && walk(literal, segments, index + 1, values, visit)) return true;
  if (at.parameter === undefined) return false;
  return walk(at.parameter, segments, index + 1, [...values, segment], visit);
};

export const make = <A>(routes: ReadonlyArray<Route<A>>): Router<A> => {
  const root = branch<A>();
  for (const route of routes) add(root, route);
  return (method, path) => {
    const segments: Array<string> = [];
    for (const segment of split(path)) {
      const decoded = decode(segment);
      if (decoded === undefined) return { _tag: "NoPath" };
      segments.push(decoded);
    }
    const allowed = new Set<string>();
    let found: Match<A> | undefined;
    walk(root, segments, 0, [], ({ ends }, values) => {
      const end = ends.get(method);
      if (end === undefined) {
        for (const name of ends.keys()) allowed.add(name);
        return false;
      }
      const params: Record<string, string> = {};
      for (const [index, name] of end.names.entries()) params[name] = values[index]!;
      found = { _tag: "Found", target: end.target, params };
      return true;
    });
    if (found !== undefined) return found;
    return allowed.size === 0 ? { _tag: "NoPath" } : { _tag: "NoMethod", allowed: [...allowed].sort() };
  };
};
