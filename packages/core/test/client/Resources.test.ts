/**
 * The endpoint table and the client's methods match one to one.
 */
import * as Effect from "effect/Effect";
import * as Stream from "effect/Stream";
import { expect, it } from "vitest";
import { type Endpoint, endpoints, resources } from "../../src/contract/index.ts";
import { SGPClient, Sgp } from "../../src/index.ts";
import { key, type Step, script } from "./script.ts";

/** The dotted names of the functions in a tree. */
const methodsOf = (tree: object, within = ""): ReadonlyArray<string> =>
  Object.entries(tree).flatMap(([name, node]) =>
    typeof node === "function" ? [`${within}${name}`] : methodsOf(node as object, `${within}${name}.`),
  );

const at = (tree: unknown, name: string): any => name.split(".").reduce((node: any, part) => node[part], tree);

const argsOf = (endpoint: Endpoint.Any) => ({
  ...Object.fromEntries(endpoint.params.map((name: string) => [name, `the/${name}`])),
  ...(endpoint.bodyIsArray ? { items: [{ n: 1 }] } : endpoint.body === undefined ? {} : { a_field: 1 }),
});

const pathOf = (endpoint: Endpoint.Any) =>
  endpoint.path.replaceAll(/:([a-z_]+)/g, (_: string, name: string) => encodeURIComponent(`the/${name}`));

const refusal: Step = () => Response.json({ detail: "asked" }, { status: 418 });
const names = endpoints.map(({ name }) => name);

it("no two endpoints have one name, or one method and path", () => {
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(endpoints.map(({ method, path }) => `${method} ${path.replaceAll(/:\w+/g, ":")}`)).size).toBe(
    names.length,
  );
});

it("an endpoint stands where its name says", () => {
  for (const endpoint of endpoints) expect(at(resources, endpoint.name)).toBe(endpoint);
});

it("the client has a method for each endpoint, and the watch beside them", () => {
  const client = new SGPClient({ apiKey: key });
  expect(methodsOf(client).toSorted()).toEqual([...names, "v5.watch"].toSorted());
});

it("the Effect service has a method for each endpoint, and the watch and the plugins' part beside them", async () => {
  const sgp = await Effect.runPromise(Effect.provide(Effect.service(Sgp), Sgp.layer({ apiKey: key })));
  const beside = ["watch", "events", "v5.watch", "v5.events", "resource"];
  const { metrics: _, ...methods } = sgp;
  expect(methodsOf(methods).toSorted()).toEqual([...names, ...beside].toSorted());
});

it.each(endpoints.map((endpoint) => [endpoint.name, endpoint] as const))(
  "%s calls its endpoint, as a promise and as an Effect",
  async (name, endpoint) => {
    const { fetch, asked } = script(() => refusal);
    const options = { apiKey: key, baseURL: "https://sgp.test", fetch };
    const args = argsOf(endpoint);
    await expect(at(new SGPClient(options), name)(args)).rejects.toMatchObject({ endpoint: name, status: 418 });

    const sgp = await Effect.runPromise(Effect.provide(Effect.service(Sgp), Sgp.layer(options)));
    const called: unknown = at(sgp, name)(args);
    const effect = Stream.isStream(called) ? Stream.runDrain(called) : (called as Effect.Effect<unknown, unknown>);
    expect(await Effect.runPromise(Effect.flip(effect as Effect.Effect<unknown, unknown>))).toMatchObject({
      endpoint: name,
    });
    expect(Stream.isStream(called)).toBe(endpoint.paging !== undefined);

    expect(asked).toHaveLength(2);
    for (const ask of asked) {
      expect(ask.method).toBe(endpoint.method);
      expect(ask.url.pathname).toBe(pathOf(endpoint));
      expect(ask.body).toEqual(
        endpoint.body === undefined ? undefined : endpoint.bodyIsArray ? [{ n: 1 }] : { a_field: 1 },
      );
    }
  },
);
