import * as Effect from "effect/Effect";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { Attempt } from "../../src/client/http/Attempt.ts";
import { definePlugin, type FetchMiddleware, type Problem, SGPClient } from "../../src/index.ts";
import { key, type Step, script, silence } from "../client/script.ts";

const never = new Promise<never>(() => {});

/** MiddlewareStack that do something wrong, each on its own way. */
const faulty: Readonly<Record<string, FetchMiddleware>> = {
  "throws before it asks": () => {
    throw new Error("before");
  },
  "rejects after it was answered": async (request, next) => {
    await next(request);
    throw new Error("after");
  },
  "turns failures into its own": (request, next) =>
    next(request).catch((error) => {
      throw new Error(`instead of ${error}`);
    }),
  "gives back nothing": async (request, next) => {
    await next(request);
    return undefined as never;
  },
  "gives back half an answer": async (request, next) => ({ ...(await next(request)), headers: undefined }) as never,
  "never asks": () => never,
  "never gives back": async (request, next) => {
    await next(request);
    return never;
  },
  "asks twice": async (request, next) => {
    const first = await next(request);
    await next(request);
    return first;
  },
  "does not wait for its answer": async (request, next) => {
    next(request).catch(() => undefined);
    throw new Error("in a hurry");
  },
};

const harmless: FetchMiddleware = (request, next) => next(request);

const steps: ReadonlyArray<Step> = [
  () => Response.json(null),
  () => Response.json(null),
  () => Response.json({ detail: "no" }, { status: 404 }),
  () => Response.json({ detail: "no" }, { status: 503 }),
  new TypeError("fetch failed"),
  silence,
];

const play = async (middleware: ReadonlyArray<FetchMiddleware>, method: "claimTask" | "update", first: number) => {
  const { fetch, asked, clock } = script((_, index) => steps[(first + index) % steps.length]!);
  const problems: Array<Problem> = [];
  const plugins = middleware.map((middleware, index) =>
    definePlugin({
      name: `p${index}`,
      setup: (host) => void host.around(middleware),
      limits: { middleware: "2 seconds" },
    }),
  );
  const client = new SGPClient({
    apiKey: key,
    fetch,
    clock,
    seed: 1,
    plugins,
    onProblem: (problem) => problems.push(problem),
  });
  const call =
    method === "claimTask"
      ? client.evaluations.claimTask("e1")
      : client.evaluations.tasks.update({ evaluation_id: "e1", task_id: "t1" });
  const outcome = await clock.until(
    call.then(
      (value) => ({ value }),
      ({ message, attempts }) => ({ message, attempts }),
    ),
  );
  await clock.until(client.close());
  return { outcome, problems, requests: asked.length, pending: clock.pending };
};

const middleware = fc.array(fc.constantFrom(...Object.keys(faulty), "harmless"), { maxLength: 4 });

it("for any fault of middleware, the call ends as without them, with as many requests, and leaves nothing behind", () =>
  fc.assert(
    fc.asyncProperty(
      middleware,
      fc.constantFrom("claimTask", "update"),
      fc.nat({ max: 5 }),
      async (names, method, first) => {
        const plain = await play([], method, first);
        const layered = await play(
          names.map((name) => faulty[name] ?? harmless),
          method,
          first,
        );
        expect(layered.outcome).toEqual(plain.outcome);
        expect(layered.requests).toBe(plain.requests);
        expect(layered.pending).toBe(0);
        for (const { source } of layered.problems) expect(source).toMatch(/^plugin p\d \(around an attempt\)$/);
      },
    ),
  ));

it.each(Object.keys(faulty))("a middleware that %s is named once per attempt", async (name) => {
  const failing = name === "turns failures into its own" ? 4 : 0;
  const { problems } = await play([faulty[name]!], "claimTask", failing);
  expect(problems.map(({ source }) => source)).toEqual(["plugin p0 (around an attempt)"]);
});

it("a middleware in Effect that dies is passed by, too", async () => {
  const { fetch, asked } = script(() => () => Response.json(null));
  const problems: Array<unknown> = [];
  const dying = () => () => Effect.die(new Error("not my day"));
  const broken = (() => {
    throw new Error("not even an effect");
  }) as unknown as (next: Attempt) => Attempt;
  const plugins = [dying, broken].map((middleware, index) =>
    definePlugin({ name: `p${index}`, setup: (host) => void host.use(middleware) }),
  );
  const client = new SGPClient({ apiKey: key, fetch, plugins, onProblem: ({ error }) => problems.push(error) });
  expect(await client.evaluations.claimTask("e1")).toBeNull();
  expect(asked).toHaveLength(1);
  expect(problems).toEqual([new Error("not my day"), new Error("not even an effect")]);
});

it("an aborted call takes its middleware with it", async () => {
  const { fetch, clock } = script([silence]);
  let wasAborted = false;
  const plugins = [
    definePlugin({
      name: "a",
      setup: (host) =>
        void host.around((request, next) =>
          next(request).finally(() => {
            wasAborted = true;
          }),
        ),
    }),
  ];
  const client = new SGPClient({ apiKey: key, fetch, clock, plugins });
  const controller = new AbortController();
  const call = client.evaluations.claimTask("e1", { signal: controller.signal }).catch((error) => error.reason._tag);
  await clock.advance(0);
  controller.abort();
  expect(await call).toBe("Aborted");
  await clock.advance(0);
  expect(wasAborted).toBe(true);
  expect(clock.pending).toBe(0);
});

it("a middleware that calls on after its time was up gets nothing", async () => {
  const { fetch, asked, clock } = script(() => () => Response.json(null));
  const late: Array<string> = [];
  const plugins = [
    definePlugin({
      name: "a",
      limits: { middleware: "2 seconds" },
      setup: (host) =>
        void host.around(async (request, next) => {
          await host.sleep("3 seconds");
          return next(request).catch((error) => {
            late.push(error.message);
            throw error;
          });
        }),
    }),
  ];
  const problems: Array<unknown> = [];
  const client = new SGPClient({ apiKey: key, fetch, clock, plugins, onProblem: ({ error }) => problems.push(error) });
  expect(await clock.until(client.evaluations.claimTask("e1"))).toBeNull();
  await clock.advance("1 minute");
  expect(asked).toHaveLength(1);
  expect(late).toEqual(["the middleware called on after its time was up"]);
  expect(problems).toEqual([new Error("the middleware takes longer than 2000 ms")]);
});
