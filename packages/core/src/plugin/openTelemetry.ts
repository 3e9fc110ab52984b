/**
 * Traces a client with OpenTelemetry: a span for each call, an event in it for each attempt.
 *
 * 1. A call's span is a child of whatever span is active where the call is made, and ends when the call does.
 * 2. Attempts carry the span's context to the server (`traceparent`), so that both sides of a call are one trace.
 * 3. Names and attributes are those of the semantic conventions for HTTP clients where they have one.
 *
 * @source OpenTelemetry semantic conventions 1.34, "HTTP spans".
 */
import {
  type Attributes,
  context,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import type { Call } from "../client/Calls.ts";
import { SgpError } from "../client/SgpError.ts";
import { definePlugin, type Plugin } from "./Plugin.ts";

export interface OpenTelemetryOptions {
  /** Default: the global provider's tracer named `@evalwire/core`. */
  readonly tracer?: Tracer;
  /** Whether the server is told the trace. Default true; where a browser must ask before it sends a header of its own, say false. */
  readonly propagate?: boolean;
}

const endSpan = (span: Span, { phase, status, attempts, requestId, error, at }: Call): void => {
  const attributes: Attributes = {
    ...(status === undefined ? {} : { "http.response.status_code": status }),
    ...(attempts === undefined ? {} : { "evalwire.attempts": attempts }),
    ...(requestId === undefined ? {} : { "evalwire.request_id": requestId }),
    ...(error === undefined ? {} : { "error.type": error.reason._tag }),
  };
  span.setAttributes(attributes);
  if (phase === "failed") span.setStatus({ code: SpanStatusCode.ERROR, message: error?.message ?? "" });
  span.end(at);
};

/**
 * @example
 * ```ts
 * import { SGPClient } from "@evalwire/core";
 * import { openTelemetry } from "@evalwire/core/plugins/openTelemetry";
 *
 * const fetch = async () => Response.json(null);
 * await using client = new SGPClient({ apiKey: "a key", fetch, plugins: [openTelemetry()] });
 * await client.evaluations.claimTask("e1"); // => null
 * ```
 */
export const openTelemetry = (options: OpenTelemetryOptions = {}): Plugin =>
  definePlugin({
    name: "openTelemetry",
    setup: (host) => {
      const { tracer = trace.getTracer("@evalwire/core"), propagate = true } = options;
      const { hostname, port, protocol } = new URL(host.client.baseURL);
      const spans = new Map<string, Span>();

      const begin = ({ id, endpoint, at }: Call) => {
        const attributes: Attributes = {
          "http.request.method": endpoint.method,
          "url.template": endpoint.path,
          "server.address": hostname,
          "server.port": Number(port || (protocol === "https:" ? 443 : 80)),
        };
        spans.set(id, tracer.startSpan(endpoint.name, { kind: SpanKind.CLIENT, startTime: at, attributes }));
      };

      host.onCall((call) => {
        if (call.phase === "started") return begin(call);
        const span = spans.get(call.id);
        spans.delete(call.id);
        if (span !== undefined) endSpan(span, call);
      });

      host.around(async (request, next) => {
        const span = spans.get(request.call);
        // A call that began before this plugin did.
        if (span === undefined) return next(request);
        const here = trace.setSpan(context.active(), span);
        const carried: Record<string, string> = {};
        if (propagate) propagation.inject(here, carried);
        const began = host.now();
        const tell = (outcome: Attributes) =>
          span.addEvent(
            "attempt",
            {
              "http.request.resend_count": request.attempt - 1,
              "evalwire.attempt.millis": host.now() - began,
              ...outcome,
            },
            host.now(),
          );
        try {
          const response = await context.with(here, () =>
            next({ ...request, headers: { ...request.headers, ...carried } }),
          );
          tell({ "http.response.status_code": response.status });
          return response;
        } catch (error) {
          tell({ "error.type": error instanceof SgpError ? error.reason._tag : "unknown" });
          throw error;
        }
      });

      return () => {
        for (const span of spans.values()) span.end(host.now());
        spans.clear();
      };
    },
  });
