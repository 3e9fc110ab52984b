/** A program in Effect sees the client's calls by its own tracer, without a plugin. */
import * as Effect from "effect/Effect";
import * as Tracer from "effect/Tracer";
import { expect, it } from "vitest";
import { Sgp } from "../../src/Sgp.ts";

it("each call is a span, a child of the one it is made in", async () => {
  const spans: Array<Tracer.NativeSpan> = [];
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options);
      spans.push(span);
      return span;
    },
  });
  const fetch = async () => Response.json({ detail: "Not Found" }, { status: 404 });
  const program = Effect.gen(function* () {
    const sgp = yield* Sgp;
    return yield* Effect.flip(sgp.evaluations.retrieve("e1"));
  }).pipe(Effect.withSpan("my work"), Effect.withTracer(tracer));
  const error = await Effect.runPromise(Effect.provide(program, Sgp.layer({ apiKey: "key", fetch })));
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
