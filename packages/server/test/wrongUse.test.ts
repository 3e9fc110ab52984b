/** Options that cannot be are refused in a sentence. */
import { expect, it } from "vitest";
import { createServer, listen } from "../src/index.ts";

const untyped = (value: unknown) => value as never;

it.each<[string, unknown]>([
  ['createServer: apiKeys is empty; give at least one key and its user, e.g. { "my-key": "alice" }', undefined],
  ['createServer: apiKeys is empty; give at least one key and its user, e.g. { "my-key": "alice" }', {}],
  [
    'createServer: apiKeys must be an object with a user id for each key, e.g. { "my-key": "alice" }',
    { apiKeys: ["k"] },
  ],
  ['createServer: apiKeys must be an object with a user id for each key, e.g. { "my-key": "alice" }', { apiKeys: "k" }],
  ["createServer: apikeys is not known; did you mean apiKeys?", { apikeys: { k: "ada" } }],
  ["createServer: claimSecond is not known; did you mean claimSeconds?", { apiKeys: { k: "ada" }, claimSecond: 5 }],
  ['createServer: database must be the path of a file or ":memory:", not 5', { apiKeys: { k: "ada" }, database: 5 }],
  ['createServer: database must be the path of a file or ":memory:", not ""', { apiKeys: { k: "ada" }, database: "" }],
  ["createServer: options must be an object, not string", "k"],
  [
    "createServer: apiKeys: acount is not known; did you mean account?",
    { apiKeys: { k: { user: "ada", acount: "acme" } } },
  ],
  ...(
    [
      ["claimSeconds must be at most a century, 3155760000 s, not 1e+300", { claimSeconds: 1e300 }],
      ["claimSeconds must be a positive number of seconds, not null", { claimSeconds: null }],
      ["assignSeconds must be a positive number of seconds, not Infinity", { assignSeconds: 1 / 0 }],
      ["maxBodyBytes must be a whole number of bytes, or Infinity, not NaN", { maxBodyBytes: Number.NaN }],
      ['maxBodyBytes must be a whole number of bytes, or Infinity, not "5"', { maxBodyBytes: "5" }],
      ["clock must be a Clock of Effect, not an object", { clock: {} }],
      ["clock must be a Clock of Effect, not null", { clock: null }],
      ["seed must be a text or a number, not NaN", { seed: Number.NaN }],
      ["ids must be a function, not 5", { ids: 5 }],
      ["faults must be a function, not an object", { faults: {} }],
      ["onError must be a function, not null", { onError: null }],
      ["priorityOf must be a function, not 3", { priorityOf: 3 }],
      ['defaultAccountId must be an id: a text that is not empty, not ""', { defaultAccountId: "" }],
      ["users must be an object, not a list", { users: [] }],
      ["metrics must be an object, not true", { metrics: true }],
    ] as const
  ).map(([words, wrong]): [string, unknown] => [`createServer: ${words}`, { apiKeys: { k: "ada" }, ...wrong }]),
])("%s", async (sentence, options) => {
  await expect(createServer(untyped(options))).rejects.toThrow(new TypeError(sentence));
});

it.each<[string, unknown]>([
  ["port must be a whole number from 0 to 65535, not NaN", { port: Number.NaN }],
  ["port must be a whole number from 0 to 65535, not 65536", { port: 65_536 }],
  ['port must be a whole number from 0 to 65535, not "a.sock"', { port: "a.sock" }],
  ["host must be an address, or a name of one, not 0", { host: 0 }],
  ['allowedHosts must be a list of host names, at least one, not "localhost"', { allowedHosts: "localhost" }],
  ["allowedHosts must be a list of host names, at least one, not a list", { allowedHosts: [] }],
  ["allowedHosts must be a list of host names, at least one, not a list", { allowedHosts: ["a b"] }],
  ["allowedHosts must be a list of host names, at least one, not a list", { allowedHosts: ["localhost/x"] }],
  ["maxConnections must be a whole number from 1 to 9007199254740991, not 0", { maxConnections: 0 }],
  ["maxConnections must be a whole number from 1 to 9007199254740991, not NaN", { maxConnections: Number.NaN }],
  ["closeSeconds must be a number of seconds from 0 to 2147483, not Infinity", { closeSeconds: Infinity }],
  ["closeSeconds must be a number of seconds from 0 to 2147483, not NaN", { closeSeconds: Number.NaN }],
])("listen: %s", async (words, options) => {
  const refusal = new TypeError(`listen: ${words}`);
  await using server = await createServer({ apiKeys: { k: "ada" } });
  await expect(server.listen(untyped(options))).rejects.toThrow(refusal);
  await expect(listen(() => new Response(), untyped(options))).rejects.toThrow(refusal);
});

it("host names may be addresses, also in brackets, and end with a dot", async () => {
  await using server = await createServer({ apiKeys: { k: "ada" } });
  const { url, close } = await server.listen({ allowedHosts: ["127.0.0.1", "::1", "[::1]", "example.com."] });
  expect((await fetch(`${url}/health`)).status).toBe(200);
  await close();
});
