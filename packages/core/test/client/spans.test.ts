/** A program in Effect sees the client's calls by its own tracer, without a plugin. */
import * as Effect from "effect/Effect";
import * as Stream from "effect/Stream";
import * as Tracer from "effect/Tracer";
import { expect, it } from "vitest";
import { endpoints } from "../../src/contract/index.ts";
import { Sgp } from "../../src/Sgp.ts";

/** A tracer that keeps its spans. */
const recorder = () => {
  const spans: Array<Tracer.NativeSpan> = [];
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options);
      spans.push(span);
      return span;
    },
  });
  return { spans, tracer };
};

const fetch = async () => Response.json({ detail: "Not Found" }, { status: 404 });
const layer = Sgp.layer({ apiKey: "key", fetch });

it("each call is a span, a child of the one it is made in", async () => {
  const { spans, tracer } = recorder();
  const program = Effect.gen(function* () {
    const sgp = yield* Sgp;
    return yield* Effect.flip(sgp.evaluations.retrieve("e1"));
  }).pipe(Effect.withSpan("my work"), Effect.withTracer(tracer));
  const error = await Effect.runPromise(Effect.provide(program, layer));
  expect(error.reason._tag).toBe("NotFound");

  const call = spans.find(({ name }) => name === "evalwire evaluations.retrieve")!;
  const mine = spans.find(({ name }) => name === "my work")!;
  expect(Object.fromEntries(call.attributes)).toEqual({
    "http.request.method": "GET",
    "url.template": "/v4/evaluations/:evaluation_id",
  });
  expect(call.parent).toMatchObject({ value: { spanId: mine.spanId } });
  expect(call.status._tag).toBe("Ended");
});

it("every endpoint's method is a span of the endpoint's name", async () => {
  const args = Object.fromEntries(
    endpoints.flatMap(({ path }) => [...path.matchAll(/:(\w+)/g)].map(([, name]) => [name!, "x1"])),
  );
  for (const { name } of endpoints) {
    const { spans, tracer } = recorder();
    const program = Effect.gen(function* () {
      const sgp: any = yield* Sgp;
      const parts = name.split(".");
      const method = parts.reduce((on, part) => on[part], sgp);
      const work = method({ ...args });
      yield* Effect.ignore(
        Stream.isStream(work)
          ? Stream.runDrain(work as Stream.Stream<unknown, unknown>)
          : (work as Effect.Effect<unknown, unknown>),
      );
    });
    await Effect.runPromise(program.pipe(Effect.withTracer(tracer), Effect.provide(layer)));
    const own = spans.map((span) => span.name).filter((each) => each.startsWith("evalwire "));
    expect([name, own[0]]).toEqual([name, `evalwire ${name}`]);
  }
});

it("a watch is a span for as long as it is open, and events for as long as they are read, in both versions", async () => {
  const { spans, tracer } = recorder();
  const named = (name: string) => spans.filter((span) => span.name === name);
  const program = Effect.gen(function* () {
    const sgp = yield* Sgp;
    for (const { watch, events } of [sgp, sgp.v5]) {
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* watch("e1");
          expect(named("evalwire watch").at(-1)!.status._tag).toBe("Started");
        }),
      );
      yield* Effect.ignore(Stream.runDrain(events("e1")));
    }
  });
  await Effect.runPromise(program.pipe(Effect.withTracer(tracer), Effect.provide(layer)));
  for (const name of ["evalwire watch", "evalwire events"]) {
    const found = named(name).map((span) => [span.status._tag, Object.fromEntries(span.attributes)]);
    const one = ["Ended", { "evalwire.evaluation.id": "e1" }];
    expect([name, found]).toEqual([name, [one, one]]);
  }
});
