/** What a schema generates is accepted and survives the wire; what is damaged is refused, at the place of the damage. */
import * as Schema from "effect/Schema";
import * as SchemaAST from "effect/SchemaAST";
import fc from "fast-check";
import { expect, it } from "vitest";
import { check, guard } from "../../src/contract/index.ts";
import { generated, generatedWith, schemaOf } from "./generated.ts";
import { alter, get, knownMembers, openStruct, type Place } from "./places.ts";

/** There are about a hundred schemas. */
const numRuns = 2_000;

/** JSON of every type but null, which may mean that a field was left out. */
const strangeValues = [0.5, true, "\u0000 damage", [[0.5]], { damage: [] }];

const typeOf = (value: unknown): string => (Array.isArray(value) ? "array" : typeof value);

/** The types a place's value can have. */
const typesOf = (ast: SchemaAST.AST): ReadonlyArray<string> => {
  switch (ast._tag) {
    case "Union":
      return ast.types.flatMap(typesOf);
    case "Suspend":
      return typesOf(ast.thunk());
    case "Literal":
      return [typeof ast.literal];
    case "Arrays":
      return ["array"];
    case "Objects":
      return ["object"];
    case "Unknown":
      return strangeValues.map(typeOf);
    default:
      return [ast._tag.toLowerCase()];
  }
};

/** Values of a type that cannot stand at a place. */
const wrongFor = ({ ast }: Place): ReadonlyArray<unknown> =>
  strangeValues.filter((value) => !typesOf(ast).includes(typeOf(value)));

const isUnionOf = (ast: SchemaAST.AST, test: (ast: SchemaAST.AST) => boolean): boolean =>
  SchemaAST.isUnion(ast) && ast.types.every(test);

/** Whether a field says which variant its object is. */
const isName = (ast: SchemaAST.AST): boolean =>
  SchemaAST.isLiteral(ast) || SchemaAST.isNull(ast) || isUnionOf(ast, isName);

const required = (ast: SchemaAST.Objects): ReadonlyArray<SchemaAST.PropertySignature> =>
  ast.propertySignatures.filter(({ type }) => !SchemaAST.isOptional(type));

const isNamed = (ast: SchemaAST.Objects): boolean =>
  required(ast).some(({ type }) => isName(type) || knownMembers(type) !== undefined);

/** The objects a union can be, if there are several. */
const variantsOf = (union: SchemaAST.Union): ReadonlyArray<SchemaAST.Objects> => {
  const members = union.types.map((type) => (SchemaAST.isSuspend(type) ? type.thunk() : type));
  const objects = members.flatMap((type) =>
    SchemaAST.isUnion(type) ? variantsOf(type) : SchemaAST.isObjects(type) ? [type] : [],
  );
  return objects.length > 1 ? objects : [];
};

/** The fields an object must have whatever else it has; of an object whose variants have no names, none is sure. */
const requiredFields = (place: Place, inner: unknown): ReadonlyArray<string> => {
  const struct = openStruct(place, inner);
  if (struct === undefined || (SchemaAST.isUnion(place.ast) && !variantsOf(place.ast).every(isNamed))) return [];
  return required(struct).flatMap(({ name, type }) => (isName(type) ? [] : [String(name)]));
};

it("check(generated) is the value itself", () => {
  fc.assert(
    fc.property(generated, ({ name, value }) => {
      const checked = check(schemaOf(name))(value);
      expect(checked).toEqual({ ok: true, value });
      expect(checked.ok && Object.is(checked.value, value)).toBe(true);
    }),
    { numRuns },
  );
});

it("stringify(check(parse(stringify(generated)))) = stringify(generated)", () => {
  fc.assert(
    fc.property(generated, ({ name, value }) => {
      const text = JSON.stringify(value);
      const checked = check(schemaOf(name))(JSON.parse(text));
      expect(checked.ok && JSON.stringify(checked.value)).toBe(text);
    }),
    { numRuns },
  );
});

it("a damaged value is refused, at the path of the damage and nowhere else", () => {
  const breakable = generatedWith((place) => wrongFor(place).length > 0);
  fc.assert(
    fc.property(breakable, fc.nat(), ({ name, value, place }, pick) => {
      const wrong = wrongFor(place);
      const checked = check(schemaOf(name))(alter(value, place.path, () => wrong[pick % wrong.length]));
      expect(checked.ok ? "accepted" : checked.issues.map(({ path }) => path)).toEqual([place.path]);
    }),
    { numRuns },
  );
});

it("a value without a required field is refused, at the path of the field", () => {
  const withRequired = generatedWith((place, inner) => requiredFields(place, inner).length > 0);
  fc.assert(
    fc.property(withRequired, fc.nat(), ({ name, value, place }, pick) => {
      const fields = requiredFields(place, get(value, place.path));
      const field = fields[pick % fields.length]!;
      const without = alter(value, place.path, ({ [field]: _, ...others }) => others);
      const checked = check(schemaOf(name))(without);
      expect(checked.ok ? "accepted" : checked.issues.map(({ path, kind }) => ({ path, kind }))).toEqual([
        { path: [...place.path, field], kind: "missing" },
      ]);
    }),
    { numRuns },
  );
});

it("an unknown field is kept, wherever it is", () => {
  const withStruct = generatedWith((place, inner) => openStruct(place, inner) !== undefined);
  fc.assert(
    fc.property(withStruct, fc.jsonValue(), ({ name, value, place }, more) => {
      const extended = alter(value, place.path, (inner) => ({ ...inner, "x-later": more }));
      const checked = check(schemaOf(name))(extended);
      expect(checked.ok && checked.value).toBe(extended);
      expect(checked.ok && get(checked.value, [...place.path, "x-later"])).toBe(more);
    }),
    { numRuns },
  );
});

it("guard(schema) = Schema.is(schema)", () => {
  const anywhere = generatedWith(() => true);
  fc.assert(
    fc.property(anywhere, fc.constantFrom(...strangeValues, null), ({ name, value, place }, strange) => {
      const schema = schemaOf(name);
      const altered = alter(value, place.path, () => strange);
      expect([guard(schema)(value), guard(schema)(altered)]).toEqual([true, Schema.is(schema)(altered)]);
    }),
    { numRuns },
  );
});
