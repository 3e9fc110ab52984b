import { getEventListeners } from "node:events";
import type * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { Evaluations } from "../../../src/contract/index.ts";
import { SGPClient, type SgpError } from "../../../src/index.ts";
import { type Asked, json, key, type Step, script, silence } from "../script.ts";

/** An answer whose body comes in pieces, and which notices when it is not read any more. */
const dripping = (asked: Asked, bodies: Array<"open" | "closed">) => {
  const index = bodies.push("open") - 1;
  return new Response(
    new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode('{"id":')),
      cancel: () => {
        bodies[index] = "closed";
      },
    }),
    { status: asked.method === "GET" ? 200 : 500 },
  );
};

const kinds = fc.array(fc.constantFrom("silence", "dripping", "down", "busy"), { minLength: 1, maxLength: 6 });

const play = (kinds: ReadonlyArray<string>) => {
  const bodies: Array<"open" | "closed"> = [];
  const steps: Record<string, Step> = {
    silence,
    dripping: (asked) => dripping(asked, bodies),
    down: new TypeError("fetch failed"),
    busy: () => json({}, { status: 503, headers: { "retry-after": "7" } }),
  };
  return {
    bodies,
    ...script((_, index) => steps[kinds[index % kinds.length]!]!, { maxRetries: 8, timeout: "10 seconds" }),
  };
};

const moment = fc.integer({ min: 0, max: 150_000 });

it("aborted at any moment, a call ends at once as Aborted and leaves no timer, no listener, no open body", () =>
  fc.assert(
    fc.asyncProperty(kinds, moment, async (kinds, at) => {
      const { transport, clock, asked, bodies, provide } = play(kinds);
      const controller = new AbortController();
      let ended: { readonly at: number; readonly error: SgpError } | undefined;
      const call = Effect.runPromise(
        provide(Effect.flip(transport.call(Evaluations.retrieve, "e1", { signal: controller.signal }))),
      ).then((error) => {
        ended = { at: clock.now(), error };
      });
      const began = clock.now();
      await clock.advance(at);
      const wasOver = ended !== undefined;
      controller.abort(new Error("enough"));
      await clock.advance(0);
      await call;
      if (wasOver) expect(ended?.error.reason._tag).not.toBe("Aborted");
      else {
        expect(ended).toMatchObject({ at: began + at, error: { reason: { _tag: "Aborted" }, attempts: asked.length } });
        expect(ended?.error.cause).toEqual(new Error("enough"));
      }
      expect(clock.pending).toBe(0);
      expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
      expect(bodies.every((body) => body === "closed")).toBe(true);
      const { length } = asked;
      await clock.advance("1 hour");
      expect(asked).toHaveLength(length);
    }),
  ));

it("interrupted at any moment, an Effect leaves as little", () =>
  fc.assert(
    fc.asyncProperty(kinds, moment, async (kinds, at) => {
      const { transport, clock, asked, bodies, provide } = play(kinds);
      const fiber = Effect.runFork(provide(transport.call(Evaluations.retrieve, "e1")));
      await clock.advance(at);
      await Effect.runPromise(Fiber.interrupt(fiber));
      expect(clock.pending).toBe(0);
      expect(bodies.every((body) => body === "closed")).toBe(true);
      const { length } = asked;
      await clock.advance("1 hour");
      expect(asked).toHaveLength(length);
    }),
  ));

const evaluation = {
  id: "e1",
  name: "n",
  description: "d",
  status: "PENDING",
  application_spec_id: "s",
  total_test_case_result_count: 0,
  completed_test_case_result_count: 0,
  created_at: "2030-01-01T00:00:00Z",
  account_id: "a",
  created_by_user_id: "u",
};

it("a signal that outlives a thousand calls carries no listener of theirs", async () => {
  const { fetch, clock } = script(() => json(evaluation));
  const client = new SGPClient({ apiKey: key, baseURL: "https://sgp.test", fetch, clock });
  const { signal } = new AbortController();
  for (let call = 0; call < 1_000; call++) await client.evaluations.retrieve("e1", { signal });
  expect(getEventListeners(signal, "abort")).toHaveLength(0);
  expect(clock.pending).toBe(0);
});

it("a signal aborted beforehand sends nothing", async () => {
  const { fetch, asked } = script([]);
  const client = new SGPClient({ apiKey: key, baseURL: "https://sgp.test", fetch });
  const call = client.evaluations.claimTask("e1", { signal: AbortSignal.abort() });
  await expect(call).rejects.toMatchObject({ reason: { _tag: "Aborted" }, attempts: 0 });
  expect(asked).toHaveLength(0);
});

it("an abort between two pages ends a walk", async () => {
  const page = (current_page: number) =>
    json({ items: [evaluation], current_page, items_per_page: 1, total_item_count: 9 });
  const { fetch, asked } = script((_, index) => page(index + 1));
  const client = new SGPClient({ apiKey: key, baseURL: "https://sgp.test", fetch });
  const controller = new AbortController();
  const walk = (async () => {
    for await (const _ of client.evaluations.list({}, { signal: controller.signal })) controller.abort();
  })();
  await expect(walk).rejects.toMatchObject({ reason: { _tag: "Aborted" } });
  expect(asked).toHaveLength(1);
});

it("a time limit that is none is refused", async () => {
  const { transport, failure } = script([]);
  const error = await failure(transport.call(Evaluations.retrieve, "e1", { timeout: "soon" as Duration.Input }));
  expect(error.message).toBe(
    'GET /v4/evaluations/:evaluation_id: timeout: must be more than 0 ms, such as "30 seconds"',
  );
});
