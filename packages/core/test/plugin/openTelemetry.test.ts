import { AsyncLocalStorage } from "node:async_hooks";
import {
  type Context,
  type ContextManager,
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { afterEach, expect, it } from "vitest";
import { SGPClient } from "../../src/index.ts";
import { openTelemetry } from "../../src/plugin/openTelemetry.ts";
import { json, key, type Step, script } from "../client/script.ts";

afterEach(() => {
  context.disable();
  propagation.disable();
});

/** Contexts that follow asynchronous work, as an application on Node installs them. */
const followContexts = () => {
  const storage = new AsyncLocalStorage<Context>();
  const manager: ContextManager = {
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (active, run, self, ...args) => storage.run(active, () => run.apply(self as never, args)),
    bind: (_, target) => target,
    enable: () => manager,
    disable: () => manager,
  };
  context.setGlobalContextManager(manager);
};

const tracing = (steps: ReadonlyArray<Step>, propagate = true) => {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const tracer = provider.getTracer("test");
  propagation.setGlobalPropagator({
    inject: (active, carrier, setter) => {
      const { traceId, spanId } = trace.getSpanContext(active)!;
      setter.set(carrier, "traceparent", `00-${traceId}-${spanId}-01`);
    },
    extract: (active) => active,
    fields: () => ["traceparent"],
  });
  const { fetch, asked, clock } = script(steps);
  const plugins = [openTelemetry({ tracer, propagate })];
  const client = new SGPClient({ apiKey: key, baseURL: "http://sgp.test:8787", fetch, clock, seed: 1, plugins });
  return { client, clock, asked, tracer, spans: () => exporter.getFinishedSpans() };
};

const instant = ([seconds, nanos]: readonly [number, number]) => seconds * 1_000 + nanos / 1e6;

it("a call is a span, each attempt an event in it", async () => {
  const { client, clock, asked, spans } = tracing([
    json({}, { status: 503, headers: { "retry-after": "2" } }),
    json(null, { headers: { "x-request-id": "r7" } }),
  ]);
  const began = clock.now();
  await clock.until(client.evaluations.tasks.update({ evaluation_id: "e1", task_id: "t1" }));
  const [span, ...others] = spans();
  expect(others).toEqual([]);
  expect(span).toMatchObject({
    name: "evaluations.tasks.update",
    kind: SpanKind.CLIENT,
    status: { code: SpanStatusCode.UNSET },
    attributes: {
      "http.request.method": "PATCH",
      "url.template": "/v4/evaluations/:evaluation_id/tasks/:task_id",
      "server.address": "sgp.test",
      "server.port": 8787,
      "http.response.status_code": 200,
      "evalwire.attempts": 2,
      "evalwire.request_id": "r7",
    },
  });
  expect([instant(span!.startTime), instant(span!.endTime)]).toEqual([began, began + 2_000]);
  expect(span!.events.map(({ name, attributes }) => [name, attributes])).toEqual([
    ["attempt", { "http.request.resend_count": 0, "evalwire.attempt.millis": 0, "http.response.status_code": 503 }],
    ["attempt", { "http.request.resend_count": 1, "evalwire.attempt.millis": 0, "http.response.status_code": 200 }],
  ]);
  const { traceId, spanId } = span!.spanContext();
  expect(asked.map(({ headers }) => headers["traceparent"])).toEqual([1, 2].map(() => `00-${traceId}-${spanId}-01`));
});

it("a call that fails is a span that says why, without the key", async () => {
  const { client, clock, spans } = tracing([json({ detail: `unknown key ${key}` }, { status: 401 })]);
  await clock.until(client.evaluations.claimTask("e1").catch(() => undefined));
  const [span] = spans();
  expect(span?.status).toEqual({
    code: SpanStatusCode.ERROR,
    message:
      "POST /v4/evaluations/e1/claim-task: 401, the API key was refused (unknown key <redacted>); check apiKey or SGP_API_KEY",
  });
  expect(span?.attributes).toMatchObject({ "error.type": "Unauthorized", "http.response.status_code": 401 });
  expect(JSON.stringify([span?.attributes, span?.events])).not.toContain(key);
});

it("an attempt without an answer is an event that says why", async () => {
  const { client, clock, spans } = tracing([new TypeError("fetch failed")]);
  await clock.until(client.evaluations.claimTask("e1").catch(() => undefined));
  expect(spans()[0]?.events[0]?.attributes).toMatchObject({ "error.type": "Unreachable" });
  expect(spans()[0]?.attributes).not.toHaveProperty("http.response.status_code");
});

it("a call's span is a child of the span it is made in", async () => {
  followContexts();
  const { client, tracer, spans } = tracing([json(null)]);
  await tracer.startActiveSpan("my work", async (mine) => {
    await client.evaluations.claimTask("e1");
    mine.end();
  });
  const [call, mine] = spans();
  expect(call?.parentSpanContext?.spanId).toBe(mine?.spanContext().spanId);
});

it("the server is not told the trace where that is not wanted", async () => {
  const { client, asked } = tracing([json(null)], false);
  await client.evaluations.claimTask("e1");
  expect(asked[0]?.headers).not.toHaveProperty("traceparent");
});

it("spans of calls under way end with the plugin", async () => {
  const { client, clock, spans } = tracing([() => new Promise<Response>(() => {})]);
  const call = client.evaluations.claimTask("e1").catch(() => undefined);
  await clock.advance(0);
  await client.close();
  expect(spans().map(({ name }) => name)).toEqual(["evaluations.claimTask"]);
  await clock.until(call);
});
