/** JSON values of every schema that goes over the wire: the library's arbitraries, driven by fast-check's seeds. */
import * as Arbitrary from "effect/Arbitrary";
import * as Effect from "effect/Effect";
import fc from "fast-check";
import { effectSchema } from "../../src/contract/effectSchema.ts";
import { endpoints, type Schema } from "../../src/contract/index.ts";
import { get, type Place, places } from "./places.ts";

type AnySchema = Schema.Codec<any>;

/** Every schema of the contract's routes, by the route it belongs to. */
export const schemas: ReadonlyMap<string, AnySchema> = new Map(
  endpoints.flatMap(({ name, query, body, success }) =>
    Object.entries({ [`${name} query`]: query, [`${name} body`]: body, [`${name} answer`]: success }).flatMap(
      ([part, schema]) => (schema === undefined ? [] : [[part, schema] as const]),
    ),
  ),
);

export const schemaOf = (name: string): AnySchema => schemas.get(name)!;

/** What `Schema.Unknown` may come up with that JSON has no word for. */
const asJson = (_: string, value: unknown): unknown =>
  value === undefined || typeof value === "bigint" || typeof value === "symbol" || typeof value === "function"
    ? null
    : value;

const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value, asJson) ?? "null");

/** A value, and the name of the schema it was made from. */
export interface Generated {
  readonly name: string;
  readonly value: unknown;
}

const arbitraries = new Map(Array.from(schemas, ([name, schema]) => [name, Arbitrary.schema(effectSchema(schema))]));

export const generated: fc.Arbitrary<Generated> = fc
  .record({ name: fc.constantFrom(...schemas.keys()), seed: fc.nat(), size: fc.nat({ max: 5 }) })
  .map(({ name, seed, size }) => {
    const [value] = Effect.runSync(Arbitrary.sampleEffect(arbitraries.get(name)!, { seed, size, count: 1 }));
    return { name, value: json(value) };
  });

/** A value, and one of its places: of those that `fits`. */
export const generatedWith = (
  fits: (place: Place, inner: unknown) => boolean,
): fc.Arbitrary<Generated & { readonly place: Place }> =>
  fc
    .record({ from: generated, pick: fc.nat() })
    .map(({ from, pick }) => {
      const fitting = places(schemaOf(from.name).node, from.value).filter((one) =>
        fits(one, get(from.value, one.path)),
      );
      return { ...from, place: fitting[pick % Math.max(1, fitting.length)] };
    })
    .filter((one): one is Generated & { place: Place } => one.place !== undefined);
