/**
 * The strangers among the open enums of a valid value: members the server has and this version does not know.
 *
 * The way to each open enum is worked out once per schema, so that a page of 10,000 items costs a walk to its enums alone.
 */
import * as SchemaAST from "effect/SchemaAST";
import type { Codec } from "./Wire.ts";

/** An open enum's value that is none of the `known` ones, and where it stood. */
export interface UnknownValue {
  readonly path: ReadonlyArray<string | number>;
  readonly value: string;
  readonly known: ReadonlyArray<string>;
}

/** Looks for strangers under `value`, which stands at `path`; `path` is left as it was found. */
type Visit = (value: unknown, path: Array<string | number>, found: Array<UnknownValue>) => void;

/** What the value of an object's field is looked at with. */
type Fields = ReadonlyArray<readonly [name: string, visit: Visit]>;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const knownMembers = (ast: SchemaAST.AST): ReadonlyArray<string> | undefined =>
  ast.annotations?.["knownMembers"] as ReadonlyArray<string> | undefined;

const ofEnum = (known: ReadonlyArray<string>): Visit => {
  const members = new Set(known);
  return (value, path, found) => {
    if (typeof value === "string" && !members.has(value)) found.push({ path: [...path], value, known });
  };
};

const ofObject = (ast: SchemaAST.Objects): Visit | undefined => {
  const fields: Fields = ast.propertySignatures.flatMap(({ name, type }) => {
    const visit = visitor(type);
    return visit === undefined ? [] : [[String(name), visit] as const];
  });
  const ofOthers = ast.indexSignatures.map(({ type }) => visitor(type)).find((visit) => visit !== undefined);
  if (fields.length === 0 && ofOthers === undefined) return undefined;
  return (value, path, found) => {
    if (!isObject(value)) return;
    const named: Fields = ofOthers === undefined ? fields : Object.keys(value).map((name) => [name, ofOthers] as const);
    for (const [name, visit] of named) {
      const field = value[name];
      if (field === undefined || field === null) continue;
      path.push(name);
      visit(field, path, found);
      path.pop();
    }
  };
};

const ofArray = (ast: SchemaAST.Arrays): Visit | undefined => {
  const item = ast.rest[0];
  const visit = item === undefined ? undefined : visitor(item);
  if (visit === undefined) return undefined;
  return (value, path, found) => {
    if (!Array.isArray(value)) return;
    for (let index = 0; index < value.length; index++) {
      path.push(index);
      visit(value[index], path, found);
      path.pop();
    }
  };
};

type Test = (value: unknown) => boolean;

/** Whether a field's value can be `ast`'s, as far as literals tell. */
const literalTest = (ast: SchemaAST.AST): Test | undefined => {
  if (SchemaAST.isLiteral(ast)) return (value) => value === ast.literal;
  if (SchemaAST.isNull(ast)) return (value) => value === null;
  const known = knownMembers(ast);
  if (SchemaAST.isString(ast) && known !== undefined) return (value) => !known.includes(value as string);
  if (!SchemaAST.isUnion(ast)) return undefined;
  const tests = ast.types.map(literalTest);
  return tests.every((test) => test !== undefined) ? (value) => tests.some((test) => test(value)) : undefined;
};

/** Whether a valid value is this variant of its union: by the variant's names for itself, else by its fields. */
const variantTest = (ast: SchemaAST.AST): Test => {
  if (!SchemaAST.isObjects(ast)) return (value) => !isObject(value);
  const literals = ast.propertySignatures.flatMap(({ name, type }) => {
    const test = literalTest(type);
    return test === undefined ? [] : [[String(name), test, SchemaAST.isOptional(type)] as const];
  });
  const named = literals.some(([, , mayBeMissing]) => !mayBeMissing);
  const required = named ? [] : ast.propertySignatures.filter(({ type }) => !SchemaAST.isOptional(type));
  const names = required.map(({ name }) => String(name));
  return (value) =>
    isObject(value) &&
    literals.every(([name, test, mayBeMissing]) => (name in value ? test(value[name]) : mayBeMissing)) &&
    names.every((name) => name in value);
};

const ofUnion = (ast: SchemaAST.Union): Visit | undefined => {
  const variants = ast.types.map((type) => [visitor(type), variantTest(type)] as const);
  const bearing = variants.filter(([visit]) => visit !== undefined);
  if (bearing.length <= 1) return bearing[0]?.[0];
  return (value, path, found) => variants.find(([, test]) => test(value))?.[0]?.(value, path, found);
};

const visitors = new WeakMap<SchemaAST.AST, Visit | undefined>();

const compile = (ast: SchemaAST.AST): Visit | undefined => {
  const known = knownMembers(ast);
  if (known !== undefined) return ofEnum(known);
  if (SchemaAST.isObjects(ast)) return ofObject(ast);
  if (SchemaAST.isArrays(ast)) return ofArray(ast);
  if (SchemaAST.isUnion(ast)) return ofUnion(ast);
  if (SchemaAST.isSuspend(ast)) return (value, path, found) => visitor(ast.thunk())?.(value, path, found);
  return undefined;
};

const visitor = (ast: SchemaAST.AST): Visit | undefined => {
  if (!visitors.has(ast)) visitors.set(ast, compile(ast));
  return visitors.get(ast);
};

/**
 * A function from a value that `schema` accepts to the unknown members in it, in the order of the schema's fields.
 *
 * @example
 * ```ts
 * import { Tasks, unknownMembers } from "@evalwire/core/contract";
 *
 * const strangers = unknownMembers(Tasks.TaskView);
 * strangers({ status: "ON_HOLD" }).map(({ path, value }) => `${path.join(".")}: ${value}`); // => ["status: ON_HOLD"]
 * ```
 */
export const unknownMembers = (schema: Codec<any>): ((value: unknown) => ReadonlyArray<UnknownValue>) => {
  const visit = visitor(schema.ast);
  return (value) => {
    const found: Array<UnknownValue> = [];
    visit?.(value, [], found);
    return found;
  };
};
