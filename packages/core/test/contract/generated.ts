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

/** The names of all schemas: each has law runs of its own, so that none goes undrawn. */
export const names: ReadonlyArray<string> = [...schemas.keys()];

const arbitraries = new Map(Array.from(schemas, ([name, schema]) => [name, Arbitrary.schema(effectSchema(schema))]));

/** Values of one schema. */
export const generated = (name: string): fc.Arbitrary<unknown> =>
  fc.record({ seed: fc.nat(), size: fc.nat({ max: 5 }) }).map(({ seed, size }) => {
    const [value] = Effect.runSync(Arbitrary.sampleEffect(arbitraries.get(name)!, { seed, size, count: 1 }));
    return json(value);
  });

type Fits = (place: Place, inner: unknown) => boolean;

/** A value, and one of its places. */
export interface Placed {
  readonly value: unknown;
  readonly place: Place;
}

/** Values of one schema, each with one of those places that `fits`; values without such a place are left out. */
export const generatedWith = (name: string, fits: Fits): fc.Arbitrary<Placed> =>
  fc
    .record({ value: generated(name), pick: fc.nat() })
    .map(({ value, pick }) => {
      const fitting = places(schemaOf(name).node, value).filter((one) => fits(one, get(value, one.path)));
      return { value, place: fitting[pick % Math.max(1, fitting.length)] };
    })
    .filter((one): one is Placed => one.place !== undefined);

/** Whether any of `count` values of the schema has a place that `fits`: of a bare number, say, no field can be missing. */
export const hasPlaces = (name: string, fits: Fits, count = 12): boolean =>
  Effect.runSync(Arbitrary.sampleEffect(arbitraries.get(name)!, { seed: 1, size: 5, count })).some((sample) => {
    const value = json(sample);
    return places(schemaOf(name).node, value).some((one) => fits(one, get(value, one.path)));
  });
