/** For any request, the answer is the contract's: generated bodies, damaged bodies, damaged queries, damaged JSON. */
import { type Endpoint, endpoints, guard, resources, unknownMembers, ValidationError } from "@evalwire/core/contract";
import { effectSchema } from "@evalwire/core/contract/effect";
import * as Arbitrary from "effect/Arbitrary";
import * as Effect from "effect/Effect";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeEvaluation, makeWorld, type World } from "./world.ts";

let world: World;
/** Ids that mean something, to be put where a path wants one. */
let known: Record<string, string>;

beforeAll(async () => {
  world = await makeWorld();
  const { spec, variant, dataset, testCases, outputs, evaluation } = await makeEvaluation(world, 2);
  const query = { view: ["Task"] };
  const params = { evaluation_id: evaluation.id };
  const { items } = await world.call(resources.evaluations.testCaseResults.list, { params, query });
  known = {
    application_spec_id: spec.id,
    application_variant_id: variant.id,
    evaluation_dataset_id: dataset.id,
    test_case_id: testCases[0]!.id,
    application_test_case_output_id: outputs[0]!.id,
    evaluation_id: evaluation.id,
    test_case_result_id: items[0]!.id,
    task_id: items[0]!.task!.id,
  };
});

afterAll(() => world.close());

/** JSON has no word for some of what `Schema.Unknown` comes up with. */
const asJson = (_: string, value: unknown): unknown =>
  value === undefined || typeof value === "bigint" || typeof value === "symbol" ? null : value;

const arbitraries = new Map(
  endpoints.flatMap(({ name, body }) =>
    body === undefined ? [] : [[name, Arbitrary.schema(effectSchema(body))] as const],
  ),
);

/** A body its endpoint's schema takes; the seed is fast-check's, so that a failure can be run again. */
const bodyOf = (endpoint: Endpoint.Any, seed: number, size: number): unknown => {
  const arbitrary = arbitraries.get(endpoint.name);
  if (arbitrary === undefined) return undefined;
  const [value] = Effect.runSync(Arbitrary.sampleEffect(arbitrary, { seed, size, count: 1 }));
  return JSON.parse(JSON.stringify(value, asJson) ?? "null");
};

const paramsOf = (endpoint: Endpoint.Any, isKnown: boolean): Record<string, string> =>
  Object.fromEntries(
    endpoint.params.map((name: string) => [name, isKnown ? (known[name] ?? "1") : "no such thing/%00"]),
  );

const anyEndpoint = fc.constantFrom(...endpoints);
const withBody = fc.constantFrom(...endpoints.filter(({ body }) => body !== undefined));

/** A contract's example may name a unknownTag in an open enum, which a request may not. */
const holdsStrangers = (endpoint: Endpoint.Any, body: unknown): boolean =>
  body !== undefined && unknownMembers(endpoint.body!)(body).length > 0;

const places = (value: unknown, path: ReadonlyArray<string | number> = []): ReadonlyArray<typeof path> => [
  path,
  ...(typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, inner]) =>
        places(inner, [...path, Array.isArray(value) ? Number(key) : key]),
      )
    : []),
];

const alter = (value: any, path: ReadonlyArray<string | number>, to: unknown): unknown => {
  if (path.length === 0) return to;
  const [key, ...rest] = path;
  const copy = Array.isArray(value) ? [...value] : { ...value };
  copy[key!] = alter(copy[key!], rest, to);
  return copy;
};

describe("every endpoint", () => {
  it("answers any body of its schema as the contract says, and never with a 500", () =>
    fc.assert(
      fc.asyncProperty(
        anyEndpoint,
        fc.boolean(),
        fc.nat(),
        fc.nat({ max: 4 }),
        async (endpoint, isKnown, seed, size) => {
          const body = bodyOf(endpoint, seed, size);
          // `attempt` throws when the answer is not one of the contract's.
          const { status } = await world.attempt(endpoint, { params: paramsOf(endpoint, isKnown), body } as never);
          expect(status).toBeLessThan(500);
          if (holdsStrangers(endpoint, body)) expect(status).toBe(422);
        },
      ),
      { numRuns: 400 },
    ));

  it("refuses a body its schema does not take with 422, at places within the body", () =>
    fc.assert(
      fc.asyncProperty(
        withBody,
        fc.nat(),
        fc.nat(),
        fc.constantFrom<unknown>(3.5, "text", true, [], {}, [null], { a: { b: 1 } }),
        async (endpoint, seed, pick, damage) => {
          const whole = bodyOf(endpoint, seed, 3);
          const all = places(whole);
          const body = alter(whole, all[pick % all.length]!, damage);
          const { status, value } = await world.attempt(endpoint, {
            params: paramsOf(endpoint, true),
            body,
          } as never);
          if (guard(endpoint.body!)(body)) return;
          expect(status).toBe(422);
          expect(value.detail.length).toBeGreaterThan(0);
          for (const { loc } of value.detail) {
            expect(loc[0]).toBe("body");
            // Everything but the last step is there: `loc` leads to the damage.
            const parent = loc.slice(1, -1).reduce((inner: any, key: any) => inner?.[key], body);
            expect(parent).toBeDefined();
          }
        },
      ),
      { numRuns: 400 },
    ));

  it("says where JSON breaks off", () =>
    fc.assert(
      fc.asyncProperty(withBody, fc.nat(), fc.nat(), async (endpoint, seed, cut) => {
        const text = JSON.stringify(bodyOf(endpoint, seed, 3));
        const broken = text.slice(0, 1 + (cut % Math.max(1, text.length - 1)));
        // A number or a literal cut short may be JSON still.
        fc.pre(!isJson(broken));
        const path = endpoint.path.replace(/:([a-z_]+)/g, (_: string, name: string) => known[name] ?? "1");
        const { status, value } = await world.send(endpoint.method, path, { body: broken });
        expect(status).toBe(422);
        expect(guard(ValidationError.ValidationError)(value)).toBe(true);
        expect(value.detail).toHaveLength(1);
        expect(value.detail[0]).toMatchObject({ type: "json_invalid", msg: "JSON decode error" });
        expect(value.detail[0].loc[1]).toBeLessThanOrEqual(broken.length);
      }),
      { numRuns: 100 },
    ));
});

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe("a body cannot write what only the server says", () => {
  const { create } = resources.applicationSpecs;
  const owned = fc.record(
    {
      id: fc.string(),
      created_at: fc.string(),
      created_by_user_id: fc.string(),
      archived_at: fc.string(),
    },
    { requiredKeys: [] },
  );

  it("create(body + owned) differs from create(body) only in its id", () =>
    fc.assert(
      fc.asyncProperty(owned, async (extra) => {
        const body = { account_id: "acme", name: "n", description: "d" };
        const made = await world.call(create, { body: { ...body, ...extra } as never });
        expect(Object.keys(made).toSorted()).toEqual(Object.keys(await world.call(create, { body })).toSorted());
        expect(made.created_by_user_id).toBe("ada");
        expect(made.id).not.toBe(extra.id);
      }),
      { numRuns: 20 },
    ));

  it("unknown fields survive", async () => {
    const body = { account_id: "acme", name: "n", description: "d", colour: { of: ["money"] } };
    const made = await world.call(create, { body });
    const params = { application_spec_id: made.id };
    expect(await world.call(resources.applicationSpecs.retrieve, { params })).toMatchObject({ colour: body.colour });
  });
});
