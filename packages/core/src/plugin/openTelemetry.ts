/**
 * Traces and measures a client with OpenTelemetry.
 *
 * 1. A call is a span, a child of the span that is active where it is made; each attempt is a client span inside it, which carries its context to the
 *    server (`traceparent`). An attempt's name and attributes are those of the semantic conventions for HTTP clients.
 * 2. The polls of a watch are children of the watch's span, not of the code that happened to open it; or there are no spans of them (`polls: "none"`).
 * 3. The poll that confirms a write is linked to it: the first that began after the write had ended, and shows what it wrote.
 * 4. Instruments are made once, and what they observe costs no request.
 *
 * @source OpenTelemetry semantic conventions 1.34, "HTTP spans" and "HTTP metrics".
 */
import {
  type Attributes,
  type Context,
  context,
  type Meter,
  metrics,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import type { Call } from "../client/Calls.ts";
import { SgpError } from "../client/SgpError.ts";
import { checkOptions } from "../contract/unknownNames.ts";
import { leaseOf } from "../watch/event/TaskRow.ts";
import { definePlugin, type Plugin } from "./Plugin.ts";
import { type Shown, WatchSpans, type Written } from "./WatchSpans.ts";

export interface OpenTelemetryOptions {
  /** Default: the global provider's tracer named `@evalwire/core`. */
  readonly tracer?: Tracer;
  /** Default: the global provider's meter named `@evalwire/core`. */
  readonly meter?: Meter;
  /** Whether the trace is sent to the server. Default true; set false where a browser would need a preflight to send the header. */
  readonly propagate?: boolean;
  /** Whether polls are children of their watch's span (`children`, the default) or have no spans (`none`). They are measured either way. */
  readonly polls?: "children" | "none";
}

// The boundaries that the semantic conventions advise for http.client.request.duration, in seconds.
const seconds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

const optionNames: Record<keyof OpenTelemetryOptions, true> = {
  tracer: true,
  meter: true,
  propagate: true,
  polls: true,
};

/** `/v4/evaluations/{evaluation_id}`: the path of an endpoint as the conventions write templates. */
const templateOf = (path: string): string => path.replace(/:(\w+)/g, "{$1}");

const evaluationOf = ({ args }: Call): string => String(args["evaluation_id"] ?? "");

const isWrite = ({ endpoint }: Call): boolean => endpoint.method !== "GET";

type Json = Readonly<Record<string, unknown>>;

const isJson = (value: unknown): value is Json => typeof value === "object" && value !== null;

const shownOf = (task: Json): Shown => ({ status: task["status"], assigned_to: task["assigned_to"] ?? null });

/** The states of tasks in a poll, by their ids and those of their results. */
const tasksIn = (value: unknown): ReadonlyMap<string, Shown> => {
  const shown = new Map<string, Shown>();
  const items = isJson(value) && Array.isArray(value["items"]) ? value["items"] : [value];
  for (const item of items) {
    if (!isJson(item) || !isJson(item["task"])) continue;
    for (const id of [item["id"], item["task"]["id"]]) if (typeof id === "string") shown.set(id, shownOf(item["task"]));
  }
  return shown;
};

/** The effect of a write on tasks; unknown for those of v5, which no poll shows. */
const tasksWrittenBy = ({ endpoint, args, value }: Call): Written["tasks"] => {
  const written = new Map<string, Shown | undefined>();
  if (endpoint.name.startsWith("v5.")) return written;
  for (const id of [args["task_id"], args["test_case_result_id"], args["task_ids"]].flat())
    if (typeof id === "string") written.set(id, undefined);
  for (const task of [value].flat())
    if (isJson(task) && "assigned_to" in task && typeof task["id"] === "string") written.set(task["id"], shownOf(task));
  return written;
};

/** A call under way. */
interface Underway {
  /** None for a poll where polls have no spans. */
  readonly span: Span | undefined;
  readonly template: string;
  /** In milliseconds of the client's clock. */
  readonly since: number;
}

/**
 * Throws a `TypeError` at an option it does not know.
 *
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
export const openTelemetry = (options: OpenTelemetryOptions = {}): Plugin => {
  checkOptions("openTelemetry", options, optionNames);
  if (options.polls !== undefined && options.polls !== "children" && options.polls !== "none")
    throw new TypeError(`openTelemetry: polls is "children" or "none", not ${String(options.polls)}`);
  return definePlugin({
    name: "openTelemetry",
    setup: (host) => {
      const { tracer = trace.getTracer("@evalwire/core"), propagate = true, polls = "children" } = options;
      const { meter = metrics.getMeter("@evalwire/core") } = options;
      const { hostname, port, protocol } = new URL(host.client.baseURL);
      const server: Attributes = {
        "server.address": hostname,
        "server.port": Number(port || (protocol === "https:" ? 443 : 80)),
      };
      const underway = new Map<string, Underway>();
      const watches = new WatchSpans(tracer);
      // By evaluation: when its last poll succeeded, and the tasks that are held.
      const polledAt = new Map<string, number>();
      const held = new Map<string, Set<string>>();

      const duration = meter.createHistogram("http.client.request.duration", {
        unit: "s",
        description: "Duration of HTTP attempts.",
        advice: { explicitBucketBoundaries: seconds },
      });
      const events = meter.createCounter("evalwire.watch.events", { description: "Events of watches, by type." });
      const limited = meter.createCounter("evalwire.client.rate_limited", {
        description: "Attempts answered with 429.",
      });
      const age = meter.createObservableGauge("evalwire.watch.poll.age", {
        unit: "s",
        description: "Time since the last successful poll of a watched evaluation.",
      });
      const leases = meter.createObservableGauge("evalwire.watch.leases", {
        description: "Open tasks of a watched evaluation that are held.",
      });
      const queues = meter.createObservableGauge("evalwire.watch.queue.depth", {
        unit: "{event}",
        description: "Events that wait in the longest queue of a watched evaluation's subscribers.",
      });
      const observeAge: Parameters<typeof age.addCallback>[0] = (observe) => {
        for (const [id, at] of polledAt) observe.observe((host.now() - at) / 1_000, { "evalwire.evaluation.id": id });
      };
      const observeLeases: Parameters<typeof leases.addCallback>[0] = (observe) => {
        for (const [id, tasks] of held) observe.observe(tasks.size, { "evalwire.evaluation.id": id });
      };
      const observeQueues: Parameters<typeof queues.addCallback>[0] = (observe) => {
        for (const id of polledAt.keys()) {
          const waiting = host.waitingOf(id);
          if (waiting !== undefined) observe.observe(waiting, { "evalwire.evaluation.id": id });
        }
      };
      queues.addCallback(observeQueues);
      age.addCallback(observeAge);
      leases.addCallback(observeLeases);

      const parentOf = (call: Call): Context =>
        call.isPoll === true ? watches.contextOf(evaluationOf(call), call.at) : context.active();

      const begin = (call: Call): void => {
        const { id, endpoint, at } = call;
        const template = templateOf(endpoint.path);
        if (call.isPoll === true && polls === "none") {
          underway.set(id, { span: undefined, template, since: at });
          return;
        }
        const attributes: Attributes = { "evalwire.method": endpoint.name };
        if (call.args["evaluation_id"] !== undefined) attributes["evalwire.evaluation.id"] = evaluationOf(call);
        const name = `evalwire ${endpoint.name}`;
        underway.set(id, {
          span: tracer.startSpan(name, { startTime: at, attributes }, parentOf(call)),
          template,
          since: at,
        });
      };

      const end = (call: Call): void => {
        const { id, phase, error, attempts, requestId, at } = call;
        const { span, since = at } = underway.get(id) ?? {};
        underway.delete(id);
        if (call.isPoll === true && phase === "succeeded") polledAt.set(evaluationOf(call), at);
        if (span === undefined) return;
        if (attempts !== undefined) span.setAttribute("evalwire.attempts", attempts);
        if (requestId !== undefined) span.setAttribute("evalwire.request_id", requestId);
        if (error !== undefined) {
          span.setAttribute("error.type", error.reason._tag);
          span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
        }
        if (call.isPoll === true && phase === "succeeded") {
          const seen = { since, tasks: tasksIn(call.value) };
          for (const link of watches.confirmedBy(evaluationOf(call), seen)) span.addLink(link);
        }
        span.end(at);
        if (call.isPoll === true) watches.polled(evaluationOf(call), at);
        else if (isWrite(call) && phase === "succeeded")
          watches.wrote(evaluationOf(call), { span: span.spanContext(), at, tasks: tasksWrittenBy(call) });
      };

      host.onCall((call) => (call.phase === "started" ? begin(call) : end(call)));

      host.around(async (request, next) => {
        const known = underway.get(request.call);
        // A call that began before this plugin did.
        if (known === undefined) return next(request);
        const attributes: Attributes = {
          "http.request.method": request.method,
          "url.template": known.template,
          ...server,
        };
        const parent = known.span === undefined ? ROOT_CONTEXT : trace.setSpan(context.active(), known.span);
        const again = request.attempt > 1 ? { "http.request.resend_count": request.attempt - 1 } : {};
        const began = host.now();
        const span =
          known.span &&
          tracer.startSpan(
            `${request.method} ${known.template}`,
            {
              kind: SpanKind.CLIENT,
              startTime: began,
              attributes: { ...attributes, "url.full": request.url, ...again },
            },
            parent,
          );
        const here = span === undefined ? parent : trace.setSpan(parent, span);
        const carried: Record<string, string> = {};
        if (propagate && span !== undefined) propagation.inject(here, carried);
        const finish = (outcome: Attributes, message?: string): void => {
          const at = host.now();
          duration.record((at - began) / 1_000, { ...attributes, ...outcome });
          if (outcome["http.response.status_code"] === 429) limited.add(1, server);
          span?.setAttributes(outcome);
          if (outcome["error.type"] !== undefined)
            span?.setStatus({ code: SpanStatusCode.ERROR, ...(message === undefined ? {} : { message }) });
          span?.end(at);
        };
        try {
          const response = await context.with(here, () =>
            next({ ...request, headers: { ...request.headers, ...carried } }),
          );
          const { status } = response;
          finish({ "http.response.status_code": status, ...(status >= 400 ? { "error.type": String(status) } : {}) });
          return response;
        } catch (error) {
          const isOurs = error instanceof SgpError;
          finish({ "error.type": isOurs ? error.reason._tag : "_OTHER" }, isOurs ? error.message : undefined);
          throw error;
        }
      });

      host.on({}, (event) => {
        events.add(1, { "evalwire.event.type": event.type });
        if (!("taskId" in event)) return;
        const tasks = held.get(event.evaluationId) ?? new Set();
        held.set(event.evaluationId, tasks);
        if (event.current !== null && leaseOf(event.current) !== undefined) tasks.add(event.taskId);
        else tasks.delete(event.taskId);
      });

      return () => {
        age.removeCallback(observeAge);
        leases.removeCallback(observeLeases);
        queues.removeCallback(observeQueues);
        for (const { span } of underway.values()) span?.end(host.now());
        underway.clear();
        watches.close(host.now());
      };
    },
  });
};
