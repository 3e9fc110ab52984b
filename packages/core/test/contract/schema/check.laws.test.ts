/** What a schema generates is accepted and survives the wire; what is damaged is refused, at the place of the damage. */
import * as EffectSchema from "effect/Schema";
import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { effectSchema } from "../../../src/contract/effectSchema.ts";
import { check, guard, type Schema } from "../../../src/contract/index.ts";
import { typeOf, typesOf } from "../../../src/contract/schema/Expectation.ts";
import { generated, generatedWith, hasPlaces, names, schemaOf } from "../generated.ts";
import { alter, get, type Place, structAt } from "../places.ts";

/** Of each schema. */
const numRuns = 20;

/** Enough for a machine that does other things as well. */
vi.setConfig({ testTimeout: 60_000 });

/** JSON of every type but null, which may mean that a field was left out. */
const strangeValues = [0.5, true, "\u0000 damage", [[0.5]], { damage: [] }];

/** Whether a field says which variant its object is. */
const isName = (node: Schema.Node): boolean =>
  ["literal", "unknownTag", "null"].includes(node.kind) || (node.kind === "union" && node.members.every(isName));

/** Values of a type that cannot stand at a place. Where a variant names itself, what it calls another one is right. */
const wrongFor = ({ node }: Place): ReadonlyArray<unknown> =>
  (isName(node) ? [0.5] : strangeValues).filter((value) => !typesOf(node).includes(typeOf(value)));

const isNamed = (node: Schema.Node): boolean =>
  node.kind === "struct" && node.fields.some((field) => !field.mayBeMissing && isName(field.node));

/** The objects a node's value can be. */
const variantsOf = (node: Schema.Node): ReadonlyArray<Schema.Node> => {
  if (node.kind === "lazy") return variantsOf(node.node());
  if (node.kind === "union") return node.members.flatMap(variantsOf);
  return node.kind === "struct" ? [node] : [];
};

/** The fields an object must have whatever else it has; of an object whose variants have no names, none is sure. */
const requiredFields = (place: Place, inner: unknown): ReadonlyArray<string> => {
  const variants = variantsOf(place.node);
  if (variants.length > 1 && !variants.every(isNamed)) return [];
  const fields = structAt(place, inner)?.fields ?? [];
  return fields.flatMap(({ name, node, mayBeMissing }) => (mayBeMissing || isName(node) ? [] : [name]));
};

it.each(names)("%s: check(generated) is the value itself", (name) => {
  fc.assert(
    fc.property(generated(name), (value) => {
      const checked = check(schemaOf(name))(value);
      expect(checked).toEqual({ ok: true, value });
      expect(checked.ok && Object.is(checked.value, value)).toBe(true);
    }),
    { numRuns },
  );
});

it.each(names)("%s: stringify(check(parse(stringify(generated)))) = stringify(generated)", (name) => {
  fc.assert(
    fc.property(generated(name), (value) => {
      const text = JSON.stringify(value);
      const checked = check(schemaOf(name))(JSON.parse(text));
      expect(checked.ok && JSON.stringify(checked.value)).toBe(text);
    }),
    { numRuns },
  );
});

const isBreakable = (place: Place) => wrongFor(place).length > 0;

it.each(names.filter((name) => hasPlaces(name, isBreakable)))(
  "%s: a damaged value is refused, at the path of the damage and nowhere else",
  (name) => {
    fc.assert(
      fc.property(generatedWith(name, isBreakable), fc.nat(), ({ value, place }, pick) => {
        const wrong = wrongFor(place);
        const checked = check(schemaOf(name))(alter(value, place.path, () => wrong[pick % wrong.length]));
        const paths = checked.ok ? "accepted" : checked.issues.map(({ path }) => path);
        // A field that may only be null says which variant of a union is meant: another value there means another variant, which may lack more.
        if (place.node.kind === "null") expect(paths).toContainEqual(place.path);
        else expect(paths).toEqual([place.path]);
      }),
      { numRuns },
    );
  },
);

const hasRequired = (place: Place, inner: unknown) => requiredFields(place, inner).length > 0;

it.each(names.filter((name) => hasPlaces(name, hasRequired)))(
  "%s: a value without a required field is refused, at the path of the field",
  (name) => {
    fc.assert(
      fc.property(generatedWith(name, hasRequired), fc.nat(), ({ value, place }, pick) => {
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
  },
);

const isStruct = (place: Place, inner: unknown) => structAt(place, inner) !== undefined;

it.each(names.filter((name) => hasPlaces(name, isStruct)))("%s: an unknown field is kept, wherever it is", (name) => {
  fc.assert(
    fc.property(generatedWith(name, isStruct), fc.jsonValue(), ({ value, place }, more) => {
      const extended = alter(value, place.path, (inner) => ({ ...inner, "x-later": more }));
      const checked = check(schemaOf(name))(extended);
      expect(checked.ok && checked.value).toBe(extended);
      expect(checked.ok && get(checked.value, [...place.path, "x-later"])).toBe(more);
    }),
    { numRuns },
  );
});

it.each(names)("%s: guard(schema) = effect/Schema's is(schema)", (name) => {
  const anywhere = generatedWith(name, () => true);
  fc.assert(
    fc.property(anywhere, fc.constantFrom(...strangeValues, null), ({ value, place }, strange) => {
      const schema = schemaOf(name);
      const altered = alter(value, place.path, () => strange);
      expect([guard(schema)(value), guard(schema)(altered)]).toEqual([
        true,
        EffectSchema.is(effectSchema(schema))(altered),
      ]);
    }),
    { numRuns },
  );
});
