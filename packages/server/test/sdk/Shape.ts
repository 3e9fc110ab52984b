/**
 * A strict reader's requirements on an answer, by the platform's SDK: the fields its models call required are there, and every field that is
 * there and not null has its type. This shares nothing with the contract, against which it is held.
 */

export type Shape =
  | "string"
  | "int"
  | "float"
  | "bool"
  | "time"
  | "any"
  | { readonly list: Shape }
  | { readonly map: Shape }
  | { readonly oneOf: ReadonlyArray<string> }
  | { readonly anyOf: ReadonlyArray<Shape> }
  | { readonly nullOr: Shape }
  | { readonly fields: Fields };

/** A name that ends in `?` may be missing or null. */
export interface Fields {
  readonly [name: string]: Shape;
}

export const list = (of: Shape): Shape => ({ list: of });
export const map = (of: Shape): Shape => ({ map: of });
export const oneOf = (...oneOf: ReadonlyArray<string>): Shape => ({ oneOf });
export const anyOf = (...anyOf: ReadonlyArray<Shape>): Shape => ({ anyOf });
export const nullOr = (of: Shape): Shape => ({ nullOr: of });
export const model = (fields: Fields): Shape => ({ fields });

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?$/;

const isPlain = (shape: Extract<Shape, string>, value: unknown): boolean => {
  switch (shape) {
    case "any":
      return true;
    case "string":
      return typeof value === "string";
    case "bool":
      return typeof value === "boolean";
    case "int":
      return Number.isInteger(value);
    case "float":
      return typeof value === "number";
    case "time":
      return typeof value === "string" && time.test(value);
  }
};

/** The errors of a value, each as `path: what`. */
export const wrong = (shape: Shape, value: unknown, path = ""): ReadonlyArray<string> => {
  if (typeof shape === "string") return isPlain(shape, value) ? [] : [`${path}: not ${shape}`];
  if ("oneOf" in shape) return shape.oneOf.includes(value as string) ? [] : [`${path}: ${String(value)} is no member`];
  if ("nullOr" in shape) return value === null ? [] : wrong(shape.nullOr, value, path);
  if ("anyOf" in shape) {
    const attempts = shape.anyOf.map((one) => wrong(one, value, path));
    return attempts.some((one) => one.length === 0) ? [] : (attempts[0] ?? []);
  }
  if ("list" in shape) {
    if (!Array.isArray(value)) return [`${path}: no list`];
    return value.flatMap((item, index) => wrong(shape.list, item, `${path}[${index}]`));
  }
  if (!isObject(value)) return [`${path}: no object`];
  if ("map" in shape) return Object.entries(value).flatMap(([name, one]) => wrong(shape.map, one, `${path}.${name}`));
  return Object.entries(shape.fields).flatMap(([key, of]) => {
    const isOptional = key.endsWith("?");
    const name = isOptional ? key.slice(0, -1) : key;
    const field = value[name];
    if (field === undefined || (field === null && isOptional)) return isOptional ? [] : [`${path}.${name}: missing`];
    return wrong(of, field, `${path}.${name}`);
  });
};
