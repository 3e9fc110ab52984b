/** Traces and metrics by the real SDK, sent by OTLP to a collector in this process. Run it: `node examples/16-opentelemetry.ts` */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { openTelemetry } from "@evalwire/core/plugins/openTelemetry";
import { claim, submit } from "@evalwire/tasks";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { smallEvaluation } from "./smallEvaluation.ts";

/** The names sent to a collector. */
const collector = async () => {
  const spans: Array<string> = [];
  const metrics = new Set<string>();
  const server = createServer(async (request, response) => {
    const parts: Array<Buffer> = [];
    for await (const part of request) parts.push(part);
    const body = JSON.parse(Buffer.concat(parts).toString());
    for (const { scopeSpans } of body.resourceSpans ?? [])
      for (const scope of scopeSpans) for (const { name } of scope.spans) spans.push(name);
    for (const { scopeMetrics } of body.resourceMetrics ?? [])
      for (const scope of scopeMetrics) for (const { name } of scope.metrics) metrics.add(name);
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, spans, metrics, close: () => new Promise((resolve) => server.close(resolve)) };
};

export const main = async (print: (line: string) => void): Promise<void> => {
  const { url, spans, metrics, close } = await collector();
  const traces = new TracerProvider({
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${url}/v1/traces` }) })],
  });
  const reader = new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter({ url: `${url}/v1/metrics` }) });
  const meters = new MeterProvider({ readers: [reader] });

  // A program with one SDK for everything registers it globally, and writes `openTelemetry()`.
  const plugin = openTelemetry({ tracer: traces.getTracer("example"), meter: meters.getMeter("example") });
  await using world = await smallEvaluation({ client: { plugins: [plugin] } });
  const { ada, evaluation } = world;
  const watch = ada.watch(evaluation.id);
  await watch.ready;
  const claimed = await claim(ada, { evaluation_id: evaluation.id });
  if (claimed._tag === "Claimed") await submit(ada, { ...claimed, result: { fluent: "yes" } });
  await meters.forceFlush();
  await watch.close();
  await ada.close();
  await traces.forceFlush();

  const has = (name: string) => `${name}: ${spans.includes(name) ? "yes" : "no"}`;
  print(has("POST /v4/evaluations/{evaluation_id}/claim-task"));
  print(has("evalwire watch"));
  print([...metrics].sort().join(", "));
  await traces.shutdown();
  await meters.shutdown();
  await close();
};

if (import.meta.main) await main(console.log);
