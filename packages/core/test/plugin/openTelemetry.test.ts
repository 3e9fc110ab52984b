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
import {
  AggregationTemporality,
  type Histogram,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { afterEach, expect, it } from "vitest";
import { SGPClient } from "../../src/index.ts";
import { type OpenTelemetryOptions, openTelemetry } from "../../src/plugin/openTelemetry.ts";
import { type Asked, json, key, type Step, script } from "../client/script.ts";
import conventions from "./http-conventions.json" with { type: "json" };

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

/** A client traced and measured by the real SDK. */
const observed = (steps: ReadonlyArray<Step>, options: OpenTelemetryOptions = {}) => {
  const exporter = new InMemorySpanExporter();
  const tracer = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }).getTracer("test");
  const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter: metricExporter, exportIntervalMillis: 2 ** 31 - 1 });
  const meter = new MeterProvider({ readers: [reader] }).getMeter("test");
  propagation.setGlobalPropagator({
    inject: (active, carrier, setter) => {
      const { traceId, spanId } = trace.getSpanContext(active)!;
      setter.set(carrier, "traceparent", `00-${traceId}-${spanId}-01`);
    },
    extract: (active) => active,
    fields: () => ["traceparent"],
  });
  const { fetch, asked, clock } = script(steps);
  const plugins = [openTelemetry({ tracer, meter, ...options })];
  const client = new SGPClient({
    apiKey: key,
    baseURL: "http://sgp.test:8787",
    fetch,
    clock,
    seed: 1,
    plugins,
    maxRetries: 2,
  });
  const points = async (name: string) => {
    await reader.forceFlush();
    const [last] = metricExporter.getMetrics().slice(-1);
    const found = last?.scopeMetrics
      .flatMap((scope) => scope.metrics)
      .find(({ descriptor }) => descriptor.name === name);
    return found?.dataPoints.map(({ attributes, value }) => ({ attributes, value })) ?? [];
  };
  const instrument = async (name: string) => {
    await reader.forceFlush();
    const [last] = metricExporter.getMetrics().slice(-1);
    const all = last?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
    return all.find(({ descriptor }) => descriptor.name === name)?.descriptor;
  };
  return { client, clock, asked, tracer, points, instrument, spans: () => exporter.getFinishedSpans() };
};

const instant = ([seconds, nanos]: readonly [number, number]) => seconds * 1_000 + nanos / 1e6;

const evaluation = {
  id: "e1",
  name: "Notices",
  description: "",
  status: "PENDING",
  account_id: "a1",
  application_spec_id: "s1",
  created_at: "2030-01-01T00:00:00Z",
  created_by_user_id: "ada",
  created_by_identity_type: "user",
};
const result = {
  id: "r1",
  evaluation_id: "e1",
  label_status: "PENDING",
  created_at: "2030-01-01T00:00:00Z",
  task: {
    id: "t1",
    status: "PENDING",
    task_type: "EVALUATION_ANNOTATION",
    assigned_to: "ada",
    assignment_expires_at: "2099-01-01T00:00:00Z",
    priority: 0,
    account_id: "a1",
    task_entity_id: "r1",
    task_entity_parent_id: "e1",
  },
};
const page = { items: [result], total_item_count: 1, current_page: 1, items_per_page: 1_000 };

/** Answers what a watch of e1 asks, and `null` to what is written. */
const answer = ({ method, url }: Asked): Response =>
  json(method !== "GET" ? null : url.pathname.endsWith("/test-case-results") ? page : evaluation);
const platform: ReadonlyArray<Step> = Array(200).fill(answer);

it("a call is a span, each attempt a client span in it, named and described as the conventions say", async () => {
  const { client, clock, asked, spans } = observed([
    json({}, { status: 503, headers: { "retry-after": "2" } }),
    json(null, { headers: { "x-request-id": "r7" } }),
  ]);
  const began = clock.now();
  await clock.until(client.evaluations.tasks.update({ evaluation_id: "e1", task_id: "t1" }));
  const [first, second, call, ...others] = spans();
  expect(others).toEqual([]);
  expect(call).toMatchObject({
    name: "evalwire evaluations.tasks.update",
    kind: SpanKind.INTERNAL,
    status: { code: SpanStatusCode.UNSET },
    attributes: { "evalwire.attempts": 2, "evalwire.request_id": "r7", "evalwire.evaluation.id": "e1" },
  });
  expect([instant(call!.startTime), instant(call!.endTime)]).toEqual([began, began + 2_000]);
  const shared = {
    "http.request.method": "PATCH",
    "url.template": "/v4/evaluations/{evaluation_id}/tasks/{task_id}",
    "url.full": "http://sgp.test:8787/v4/evaluations/e1/tasks/t1",
    "server.address": "sgp.test",
    "server.port": 8787,
  };
  const name = "PATCH /v4/evaluations/{evaluation_id}/tasks/{task_id}";
  expect(first).toMatchObject({ name, kind: SpanKind.CLIENT, status: { code: SpanStatusCode.ERROR } });
  expect(first?.attributes).toEqual({ ...shared, "http.response.status_code": 503, "error.type": "503" });
  expect(second).toMatchObject({ name, kind: SpanKind.CLIENT, status: { code: SpanStatusCode.UNSET } });
  expect(second?.attributes).toEqual({ ...shared, "http.response.status_code": 200, "http.request.resend_count": 1 });
  expect([first, second].map((span) => span?.parentSpanContext?.spanId)).toEqual(
    Array(2).fill(call!.spanContext().spanId),
  );
  const { traceId } = call!.spanContext();
  expect(asked.map(({ headers }) => headers["traceparent"])).toEqual(
    [first, second].map((span) => `00-${traceId}-${span!.spanContext().spanId}-01`),
  );
});

it("a call that fails is a span that says why, without the key", async () => {
  const { client, clock, spans } = observed([json({ detail: `unknown key ${key}` }, { status: 401 })]);
  await clock.until(client.evaluations.claimTask("e1").catch(() => undefined));
  const [attempt, call] = spans();
  expect(call?.status).toEqual({
    code: SpanStatusCode.ERROR,
    message:
      "POST /v4/evaluations/e1/claim-task: 401, the API key was refused (unknown key <redacted>); check apiKey or SGP_API_KEY",
  });
  expect(call?.attributes).toMatchObject({ "error.type": "Unauthorized" });
  expect(attempt?.attributes).toMatchObject({ "error.type": "401", "http.response.status_code": 401 });
  expect(JSON.stringify([call?.attributes, call?.status, attempt?.attributes])).not.toContain(key);
});

it("an attempt without an answer says why", async () => {
  const { client, clock, spans } = observed([new TypeError("fetch failed")]);
  await clock.until(client.evaluations.claimTask("e1").catch(() => undefined));
  expect(spans()[0]?.attributes).toMatchObject({ "error.type": "Unreachable" });
  expect(spans()[0]?.attributes).not.toHaveProperty("http.response.status_code");
});

it("a call's span is a child of the span it is made in", async () => {
  followContexts();
  const { client, tracer, spans } = observed([json(null)]);
  await tracer.startActiveSpan("my work", async (mine) => {
    await client.evaluations.claimTask("e1");
    mine.end();
  });
  const [, call, mine] = spans();
  expect(call?.parentSpanContext?.spanId).toBe(mine?.spanContext().spanId);
});

it("the trace is not sent to the server where that is not wanted", async () => {
  const { client, asked } = observed([json(null)], { propagate: false });
  await client.evaluations.claimTask("e1");
  expect(asked[0]?.headers).not.toHaveProperty("traceparent");
});

it("spans of calls under way end with the plugin", async () => {
  const { client, clock, spans } = observed([() => new Promise<Response>(() => {})]);
  const call = client.evaluations.claimTask("e1").catch(() => undefined);
  await clock.advance(0);
  await client.close();
  expect(spans().map(({ name }) => name)).toEqual(["evalwire evaluations.claimTask"]);
  await clock.until(call);
});

it("polls are children of one watch span, for any opener of the watch", async () => {
  followContexts();
  const { client, clock, tracer, spans } = observed(platform);
  await tracer.startActiveSpan("a request", async (request) => {
    const watch = client.watch("e1");
    await clock.advance("5 minutes");
    await watch.close();
    request.end();
  });
  await client.close();
  const watches = spans().filter(({ name }) => name === "evalwire watch");
  expect(watches).toHaveLength(1);
  expect(watches[0]?.parentSpanContext).toBeUndefined();
  const polls = spans().filter(({ name }) => name.startsWith("evalwire evaluations."));
  expect(polls.length).toBeGreaterThan(3);
  expect(new Set(polls.map((span) => span.parentSpanContext?.spanId))).toEqual(
    new Set([watches[0]?.spanContext().spanId]),
  );
});

it("a long watch is several spans, each linked to the one before", async () => {
  const { client, clock, spans } = observed(platform);
  const watch = client.watch("e1");
  await clock.advance("25 minutes");
  await watch.close();
  await client.close();
  const watches = spans().filter(({ name }) => name === "evalwire watch");
  expect(watches).toHaveLength(3);
  expect(watches.map(({ links }) => links.map(({ context }) => context.spanId))).toEqual([
    [],
    [watches[0]!.spanContext().spanId],
    [watches[1]!.spanContext().spanId],
  ]);
});

it("polls have no spans where that is not wanted, and are measured all the same", async () => {
  const { client, clock, spans, points, asked } = observed(platform, { polls: "none" });
  const watch = client.watch("e1");
  await clock.advance("10 seconds");
  const measured = await points("http.client.request.duration");
  await watch.close();
  await client.close();
  expect(spans()).toEqual([]);
  expect(asked[0]?.headers).not.toHaveProperty("traceparent");
  expect(measured.map(({ attributes }) => attributes["url.template"])).toContain("/v4/evaluations/{evaluation_id}");
});

const linkedTo = (spans: ReadonlyArray<ReadableSpan>, name: string): ReadonlyArray<ReadableSpan> => {
  const write = spans.find((span) => span.name === `evalwire ${name}`);
  return spans.filter(({ links }) => links.some(({ context: { spanId } }) => spanId === write?.spanContext().spanId));
};

it("the poll that confirms a write is linked to it, once, and no poll that shows something else", async () => {
  // The platform's lists, which lag behind its answer to a write.
  let shown = "ada";
  const step = ({ method, url }: Asked): Response => {
    if (method === "PATCH") return json({ ...result.task, assigned_to: "ben" });
    const [row] = [{ ...result, task: { ...result.task, assigned_to: shown } }];
    if (url.pathname.endsWith("/test-case-results")) return json({ ...page, items: [row] });
    return json(url.pathname.includes("/test-case-results/") ? row : evaluation);
  };
  const { client, clock, spans } = observed(Array(400).fill(step));
  const watch = client.watch("e1");
  await clock.advance("10 seconds");
  await clock.until(client.evaluations.tasks.update({ evaluation_id: "e1", task_id: "t1", assigned_to: "ben" }));
  await clock.advance("2 minutes");
  expect(linkedTo(spans(), "evaluations.tasks.update")).toEqual([]);
  const caughtUp = clock.now();
  shown = "ben";
  await clock.advance("3 minutes");
  await watch.close();
  await client.close();
  const linked = linkedTo(spans(), "evaluations.tasks.update");
  expect(linked).toHaveLength(1);
  expect(linked[0]?.name).toMatch(/^evalwire evaluations.testCaseResults\./);
  expect(instant(linked[0]!.startTime)).toBeGreaterThanOrEqual(caughtUp);
});

it("a write that says nothing of a task is confirmed by the next poll that succeeds", async () => {
  const { client, clock, spans } = observed(platform);
  const watch = client.watch("e1");
  await clock.advance("10 seconds");
  await clock.until(client.evaluations.claimTask("e1"));
  await clock.advance("1 minute");
  await watch.close();
  await client.close();
  const [linked, ...others] = linkedTo(spans(), "evaluations.claimTask");
  expect(others).toEqual([]);
  const write = spans().find(({ name }) => name === "evalwire evaluations.claimTask");
  expect(instant(linked!.startTime)).toBeGreaterThanOrEqual(instant(write!.endTime));
});

const typeOf = (value: unknown): string => (Number.isInteger(value) ? "int" : typeof value);

it("attempts are named and described by the published tables, and have nothing that is not in them", async () => {
  const steps = [json({}, { status: 503 }), json(null), json({ detail: "no" }, { status: 404 })];
  const { client, clock, spans } = observed(steps);
  await clock.until(client.evaluations.tasks.update({ evaluation_id: "e1", task_id: "t1" }));
  await clock.until(client.evaluations.retrieve("e2").catch(() => undefined));
  const { kind, attributes: known } = conventions["span.http.client"];
  const attempts = spans().filter((span) => span.kind === SpanKind.CLIENT);
  expect(attempts).toHaveLength(3);
  for (const { name, attributes, status, kind: is } of attempts) {
    expect(SpanKind[is]).toBe(kind);
    expect(name).toBe(`${attributes["http.request.method"]} ${attributes["url.template"]}`);
    for (const [attribute, value] of Object.entries(attributes))
      expect([attribute, typeOf(value)]).toEqual([attribute, known[attribute as keyof typeof known]?.type]);
    for (const [attribute, { level }] of Object.entries(known))
      if (level === "required") expect(attributes).toHaveProperty([attribute]);
    const isError = Number(attributes["http.response.status_code"]) >= 400;
    expect(status).toEqual({ code: isError ? SpanStatusCode.ERROR : SpanStatusCode.UNSET });
    expect(attributes["error.type"]).toBe(isError ? String(attributes["http.response.status_code"]) : undefined);
  }
  expect(attempts.map(({ attributes }) => attributes["http.request.resend_count"])).toEqual([undefined, 1, undefined]);
});

it("durations are measured by the published table", async () => {
  const { client, clock, points, instrument } = observed([json(null)]);
  await clock.until(client.evaluations.claimTask("e1"));
  const { unit, buckets, attributes: known } = conventions["metric.http.client.request.duration"];
  const [point] = await points("http.client.request.duration");
  expect((await instrument("http.client.request.duration"))?.unit).toBe(unit);
  expect((point!.value as Histogram).buckets.boundaries).toEqual(buckets);
  for (const [attribute, value] of Object.entries(point!.attributes))
    expect([attribute, typeOf(value)]).toEqual([attribute, known[attribute as keyof typeof known]?.type]);
  for (const [attribute, { level }] of Object.entries(known))
    if (level === "required") expect(point!.attributes).toHaveProperty([attribute]);
});

it("the longest queue of a subscriber is measured, and gone with the watch", async () => {
  const { client, clock, points } = observed(platform);
  const watch = client.watch("e1");
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  watch.subscribe(() => held, { transient: true });
  await clock.advance("3 seconds");
  const depth = async () => (await points("evalwire.watch.queue.depth"))[0]?.value;
  expect(await depth()).toBe(watch.stats().waiting);
  expect(await depth()).toBeGreaterThanOrEqual(1);
  release();
  await clock.advance("1 second");
  expect(await depth()).toBe(0);
  await watch.close();
  await client.close();
});

it("an option that is not known is refused at once", () => {
  expect(() => openTelemetry({ trcer: 1 } as never)).toThrow("openTelemetry: trcer is not known; did you mean tracer?");
  expect(() => openTelemetry({ polls: "no" } as never)).toThrow('openTelemetry: polls is "children" or "none", not no');
});

it("watches are measured: events by type, leases, the age of the last poll, refusals for too many requests", async () => {
  const { client, clock, points } = observed([...platform.slice(0, 6), json({}, { status: 429 })]);
  const watch = client.watch("e1");
  await clock.advance("3 seconds");
  const byType = Object.fromEntries(
    (await points("evalwire.watch.events")).map(({ attributes, value }) => [attributes["evalwire.event.type"], value]),
  );
  expect(byType).toMatchObject({ "task.added": 1, "watch.synced": 1 });
  expect(await points("evalwire.watch.leases")).toEqual([{ attributes: { "evalwire.evaluation.id": "e1" }, value: 1 }]);
  const [age] = await points("evalwire.watch.poll.age");
  expect(age?.value).toBeGreaterThanOrEqual(0);
  expect(age?.value).toBeLessThanOrEqual(3);
  await clock.advance("5 minutes");
  expect((await points("evalwire.client.rate_limited"))[0]?.value).toBeGreaterThanOrEqual(1);
  await watch.close();
  await client.close();
});
