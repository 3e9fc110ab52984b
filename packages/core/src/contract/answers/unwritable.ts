/**
 * The parts of an answer that JSON cannot carry unchanged: each would arrive as something else (`NaN` as `null`, a `Date` as a text, a `Map` as `{}`),
 * or not at all.
 */
const nameOf = (value: object): string => {
  const { constructor } = value as { readonly constructor?: { readonly name?: unknown } };
  return typeof constructor?.name === "string" && constructor.name !== "" ? constructor.name : "object of a class";
};

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  // Plain objects of another realm have another Object.prototype, above which there is nothing all the same.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
};

const what = (value: unknown): string | undefined => {
  switch (typeof value) {
    case "number":
      return Number.isFinite(value) ? undefined : String(value);
    case "bigint":
    case "function":
    case "symbol":
      return `a ${typeof value}`;
    case "object":
      if (value === null || Array.isArray(value) || isPlain(value)) return undefined;
      return value instanceof Date ? "a Date; give its ISO text" : `a ${nameOf(value)}`;
    default:
      return undefined;
  }
};

const deepest = 100;

/**
 * The first place in a value that JSON would change, as a JSON pointer, and what is there; `undefined` where the value is JSON. Fields of an
 * object that are `undefined` are left out, as everywhere in JavaScript.
 */
export const unwritable = (
  value: unknown,
  path = "",
  depth = 0,
): { readonly path: string; readonly what: string } | undefined => {
  const own = what(value);
  if (own !== undefined) return { path, what: own };
  if (typeof value !== "object" || value === null) return undefined;
  // An object that holds itself is of endless depth.
  if (depth >= deepest) return { path, what: `nested more than ${deepest} levels deep` };
  for (const [key, one] of Object.entries(value)) {
    const place = `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    if (one === undefined && Array.isArray(value)) return { path: place, what: "undefined" };
    const found = unwritable(one, place, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
};
