import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import * as Stream from "effect/Stream";
import { expect, it } from "vitest";
import { definePlugin, Sgp, Transport } from "../src/index.ts";
import { json, key, script } from "./client/script.ts";
import evaluation from "./fixtures/contract/evaluation.json" with { type: "json" };

const page = (current_page: number, total_item_count: number) =>
  json({ items: [{ ...evaluation, id: `e${current_page}` }], current_page, items_per_page: 1, total_item_count });

it("lists are streams of items, of pages, or one page", async () => {
  const { fetch, asked } = script(({ url }) => page(Number(url.searchParams.get("page") ?? 1), 3));
  const program = Effect.gen(function* () {
    const { evaluations } = yield* Sgp;
    return {
      items: (yield* Stream.runCollect(evaluations.list())).map(({ id }) => id),
      pages: (yield* Stream.runCollect(evaluations.list.pages())).map(({ current_page }) => current_page),
      page: (yield* evaluations.list.page({ page: 2 })).items.map(({ id }) => id),
      firstTwo: (yield* Stream.runCollect(Stream.take(evaluations.list(), 2))).map(({ id }) => id),
    };
  });
  const seen = await Effect.runPromise(Effect.provide(program, Sgp.layer({ apiKey: key, fetch })));
  expect(seen).toEqual({ items: ["e1", "e2", "e3"], pages: [1, 2, 3], page: ["e2"], firstTwo: ["e1", "e2"] });
  expect(asked).toHaveLength(3 + 3 + 1 + 2);
});

it("waits by the fiber's own clock", async () => {
  const { fetch, clock, asked } = script([
    json({}, { status: 503, headers: { "retry-after": "20" } }),
    json(evaluation),
  ]);
  const program = Effect.gen(function* () {
    return (yield* (yield* Sgp).evaluations.retrieve("e1")).id;
  }).pipe(Effect.provide(Sgp.layer({ apiKey: key, fetch })), Effect.provideService(Clock.Clock, clock));
  expect(await clock.until(Effect.runPromise(program))).toBe(evaluation.id);
  expect(asked[1]!.at - asked[0]!.at).toBe(20_000);
});

it("a stream that is interrupted stops asking", async () => {
  const { fetch, clock, asked } = script((_, index) => (index === 0 ? page(1, 9) : json({}, { status: 503 })));
  const program = Effect.gen(function* () {
    yield* Stream.runDrain((yield* Sgp).evaluations.list());
  }).pipe(Effect.provide(Sgp.layer({ apiKey: key, fetch })), Effect.provideService(Clock.Clock, clock));
  const fiber = Effect.runFork(program);
  await clock.advance(0);
  await Effect.runPromise(Fiber.interrupt(fiber));
  expect(clock.pending).toBe(0);
  expect(asked).toHaveLength(2);
});

it("options that cannot be right are a typed failure of the layer", async () => {
  const program = Effect.provide(Effect.service(Transport), Sgp.layer({ apiKey: key, baseURL: "nowhere" }));
  const message = await Effect.runPromise(
    Effect.catchReason(program, "SgpError", "Invalid", ({ issues }) => Effect.succeed(issues.map(({ path }) => path))),
  );
  expect(message).toEqual(["baseURL"]);
});

it("plugins live as long as the layer", async () => {
  const { fetch } = script([json(evaluation)]);
  const log: Array<string> = [];
  const plugin = definePlugin({
    name: "a",
    setup: (host) => {
      host.onCall(({ phase }) => log.push(phase));
      return () => log.push("closed");
    },
  });
  const program = Effect.gen(function* () {
    yield* (yield* Sgp).evaluations.retrieve("e1");
    log.push("done");
  });
  await Effect.runPromise(Effect.provide(program, Sgp.layer({ apiKey: key, fetch, plugins: [plugin] })));
  expect(log).toEqual(["started", "succeeded", "done", "closed"]);
});
