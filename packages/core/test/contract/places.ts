/** The typed places of a value: every field and item a schema says something about, found by walking both together. */
import * as Schema from "effect/Schema";
import * as SchemaAST from "effect/SchemaAST";

export type Path = ReadonlyArray<string | number>;

export interface Place {
  readonly path: Path;
  readonly ast: SchemaAST.AST;
}

export const is = (ast: SchemaAST.AST, value: unknown): boolean => Schema.is(Schema.make<Schema.Top>(ast))(value);

export const knownMembers = (ast: SchemaAST.AST): ReadonlyArray<string> | undefined =>
  ast.annotations?.["knownMembers"] as ReadonlyArray<string> | undefined;

/** The declared struct, array, literal … a place holds: unions are followed to the member the value is. */
const settle = (ast: SchemaAST.AST, value: unknown): SchemaAST.AST => {
  if (SchemaAST.isSuspend(ast)) return settle(ast.thunk(), value);
  if (!SchemaAST.isUnion(ast) || knownMembers(ast) !== undefined) return ast;
  const member = ast.types.find((type) => is(type, value));
  return member === undefined ? ast : settle(member, value);
};

/** The places at and under `value`, a value of `ast`; the parents before their children. */
export const places = (ast: SchemaAST.AST, value: unknown, path: Path = []): ReadonlyArray<Place> => {
  const settled = settle(ast, value);
  const here: Place = { path, ast };
  if (SchemaAST.isObjects(settled) && typeof value === "object" && value !== null) {
    const record = value as Record<string, unknown>;
    const declared = new Map(settled.propertySignatures.map(({ name, type }) => [String(name), type]));
    const others = settled.indexSignatures[0]?.type;
    const fields = Object.keys(record).flatMap((name) => {
      const type = declared.get(name) ?? others;
      return type === undefined ? [] : places(type, record[name], [...path, name]);
    });
    return [here, ...fields];
  }
  if (SchemaAST.isArrays(settled) && Array.isArray(value)) {
    const items = value.flatMap((item, index) =>
      places(settled.elements[index] ?? settled.rest[0]!, item, [...path, index]),
    );
    return [here, ...items];
  }
  return [here];
};

/** The declared struct a place holds, if it is one whose other fields are the sender's own. */
export const openStruct = (place: Place, value: unknown): SchemaAST.Objects | undefined => {
  const settled = settle(place.ast, value);
  return SchemaAST.isObjects(settled) && settled.indexSignatures.length === 0 ? settled : undefined;
};

/** The members an open enum, or an open discriminator, knows at this place. */
export const enumAt = (place: Place, value: unknown): ReadonlyArray<string> | undefined =>
  typeof value === "string" ? knownMembers(settle(place.ast, value)) : undefined;

export const get = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<string | number, unknown>)[key], value);

/** A copy of `value` with `change` applied to what lies at `path`. */
export const alter = (value: unknown, path: Path, change: (inner: any) => unknown): unknown => {
  const copy = structuredClone(value);
  if (path.length === 0) return change(copy);
  const parent = get(copy, path.slice(0, -1)) as Record<string | number, unknown>;
  parent[path.at(-1)!] = change(parent[path.at(-1)!]);
  return copy;
};
