/** Options that cannot be are refused in a sentence. */
import { expect, it } from "vitest";
import { createServer } from "../src/index.ts";

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
])("%s", async (sentence, options) => {
  await expect(createServer(untyped(options))).rejects.toThrow(new TypeError(sentence));
});
