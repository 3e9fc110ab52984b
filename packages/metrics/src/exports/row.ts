/** Looking into a row: by paths whose keys may have dots of their own. */

export type Row = Readonly<Record<string, unknown>>;

export const isRow = (value: unknown): value is Row =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const has = (value: unknown, ...keys: ReadonlyArray<string>): boolean =>
  isRow(value) && keys.every((key) => Object.hasOwn(value, key));

export const get = (value: unknown, ...keys: ReadonlyArray<string | number>): unknown => {
  let at = value;
  for (const key of keys) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string | number, unknown>)[key];
  }
  return at;
};

export const listOf = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : []);

/** The kind of a value, in a word. */
export const kindOf = (value: unknown): string => {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "string" ? "a text" : typeof value === "object" ? "an object" : `a ${typeof value}`;
};

/** A scalar's text; `undefined` for what is none. */
export const scalar = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;

/** An id; `undefined` where there is none, which must not become the text "undefined". */
export const idIn = (value: unknown): string | undefined => scalar(value) || undefined;

/**
 * The value at a path: the whole path is a key before it is a sequence of keys, and so is each part of it. In a list a number is a place, and
 * anything else is looked for in each element.
 */
export const at = (value: unknown, path: string): unknown => {
  if (path === "") return value;
  if (Array.isArray(value)) {
    const [first, rest] = cut(path, path.indexOf("."));
    if (/^-?\d+$/.test(first)) return at(value.at(Number(first)), rest);
    const found = value.map((one) => at(one, path)).filter((one) => one !== undefined);
    return found.length === 0 ? undefined : found.flat();
  }
  if (!isRow(value)) return undefined;
  if (Object.hasOwn(value, path)) return value[path];
  // The longest key first: `outputs.answer` before `outputs`, then `answer`.
  for (let dot = path.lastIndexOf("."); dot > 0; dot = path.lastIndexOf(".", dot - 1)) {
    const [key, rest] = cut(path, dot);
    if (!Object.hasOwn(value, key)) continue;
    const found = at(value[key], rest);
    if (found !== undefined) return found;
  }
  return undefined;
};

const cut = (path: string, dot: number): readonly [string, string] =>
  dot < 0 ? [path, ""] : [path.slice(0, dot), path.slice(dot + 1)];

/** A path as written in a `metric_config` or in a filter. */
export const withoutItem = (path: string): string => path.replace(/^item\./, "");
