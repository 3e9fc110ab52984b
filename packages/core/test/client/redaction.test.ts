/**
 * The key is looked for wherever something is shown.
 */
import { inspect } from "node:util";
import * as Cause from "effect/Cause";
import * as Effect from "effect/Effect";
import * as Redacted from "effect/Redacted";
import { expect, it, vi } from "vitest";
import { type ApiKey, SGPClient } from "../../src/index.ts";
import { json, key, type Step, script } from "./script.ts";

const shown = (value: unknown): string =>
  [
    String(value),
    JSON.stringify(value),
    inspect(value, { depth: 4, showHidden: true }),
    value instanceof Error ? `${value.stack} ${Cause.pretty(Cause.fail(value))} ${inspect(value.cause)}` : "",
  ].join("\n");

const quoting = (what: string) => `${what} (x-api-key: ${key})`;

const steps: ReadonlyArray<readonly [string, Step]> = [
  ["a refusal that quotes it", () => json({ detail: quoting("unknown key") }, { status: 401 })],
  ["a 422 that quotes it", () => json({ detail: [{ loc: ["header"], msg: quoting("bad key") }] }, { status: 422 })],
  ["an error page that quotes it", () => new Response(quoting("<h1>Bad gateway</h1>"), { status: 502 })],
  ["a page in place of JSON that quotes it", () => new Response(quoting("<p>"), { status: 200 })],
  ["a request id that quotes it", () => json({}, { status: 404, headers: { "x-request-id": quoting("r") } })],
  ["a place that quotes it", () => json({ detail: [{ loc: ["header", quoting("x")], msg: "bad" }] }, { status: 422 })],
  ["a type that quotes it", () => json({ detail: [{ loc: [], msg: "bad", type: quoting("t") }] }, { status: 422 })],
  ["an answer that is none, and whose id quotes it", () => json([], { headers: { "x-request-id": quoting("r") } })],
  ["a fetch that fails and quotes it", new TypeError("fetch failed", { cause: new Error(quoting("no route")) })],
  ["a fetch that quotes it as a code", Object.assign(new Error("no"), { code: quoting("E") })],
];

const providers: ReadonlyArray<readonly [string, ApiKey]> = [
  ["as text", key],
  ["redacted", Redacted.make(key)],
  ["from a provider", async () => key],
];

it.each(providers.flatMap(([given, apiKey]) => steps.map(([name, step]) => [name, given, apiKey, step] as const)))(
  "%s, the key given %s: it is not in the error, the client, nor the log",
  async (_, __, apiKey, step) => {
    const { fetch, clock } = script(() => step);
    const lines: Array<unknown> = [];
    const spies = (["log", "error", "warn", "debug", "info"] as const).map((level) =>
      vi.spyOn(console, level).mockImplementation((...args) => void lines.push(...args)),
    );
    const client = new SGPClient({ apiKey, baseURL: "https://sgp.test", fetch, clock });
    const writes: Array<unknown> = [];
    client.transport.writes.subscribe(({ endpoint: _, ...write }) => writes.push(write));
    client.transport.use(
      (next) => (request) => Effect.tap(next(request), () => Effect.sync(() => writes.push(request))),
    );
    const error = await clock.until(client.evaluations.retrieve("e1").catch((error) => error));
    const claim = await clock.until(client.evaluations.claimTask("e1").catch((error) => error));
    for (const spy of spies) spy.mockRestore();
    expect(error.reason._tag).toEqual(expect.any(String));
    const { settings } = client.transport;
    const everything = [error, claim, client, settings, ...writes, ...lines].map(shown).join("\n");
    expect(everything).not.toContain(key);
    expect(everything).toContain("redacted");
  },
);

it("a provider's error is shown without a key that has not been used yet", async () => {
  const { fetch, clock } = script([]);
  const failing = async () => {
    throw new TypeError(quoting("the token service refused"));
  };
  const client = new SGPClient({ apiKey: failing, baseURL: "https://sgp.test", fetch, clock, maxRetries: 0 });
  const error = await clock.until(client.evaluations.retrieve("e1").catch((error) => error));
  expect(error.message).toContain("apiKey() failed: the token service refused");
  expect(shown(error)).not.toContain(key);
});

it("the request id of an answer that succeeded is clean as well", async () => {
  const { fetch, clock } = script([() => json(null, { headers: { "x-request-id": quoting("r") } })]);
  const client = new SGPClient({ apiKey: key, baseURL: "https://sgp.test", fetch, clock });
  const calls: Array<unknown> = [];
  client.transport.writes.subscribe(({ endpoint: _, ...write }) => calls.push(write));
  await client.evaluations.claimTask("e1");
  expect(calls.map(shown).join()).not.toContain(key);
});

it("plugins see requests and failures without the key", async () => {
  const { fetch, clock } = script(() => new TypeError(quoting("fetch failed")));
  const client = new SGPClient({ apiKey: key, baseURL: "https://sgp.test", fetch, clock, maxRetries: 0 });
  const seen: Array<unknown> = [];
  client.transport.use((next) => (request) => {
    seen.push(request);
    return Effect.tapError(next(request), (error) => Effect.sync(() => seen.push(error)));
  });
  await client.evaluations.retrieve("e1").catch(() => undefined);
  expect(seen).toHaveLength(2);
  expect(seen.map(shown).join("\n")).not.toContain(key);
});

it("a plugin that sends a request elsewhere sends no key there", async () => {
  const { fetch, asked } = script([json(null)]);
  const client = new SGPClient({ apiKey: key, baseURL: "https://sgp.test", fetch });
  client.transport.use((next) => (request) => next({ ...request, url: "https://elsewhere.test/" }));
  await client.evaluations.claimTask("e1");
  expect(asked[0]?.url.host).toBe("elsewhere.test");
  expect(JSON.stringify(asked[0]?.headers)).not.toContain(key);
});
