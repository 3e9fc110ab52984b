/**
 * Logs what a client does: a line for each call and each attempt, and for events if asked.
 *
 * 1. By default no key, header or task text is logged; `include` opts in.
 * 2. Included values are redacted where their name says so, and cut where they are long.
 */
import type { Call } from "../client/Calls.ts";
import { SgpError } from "../client/SgpError.ts";
import { checkOptions } from "../contract/unknownNames.ts";
import { checkFilter, type EventFilter } from "./EventHooks.ts";
import { definePlugin, type Plugin } from "./Plugin.ts";

export interface LogEntry {
  readonly level: "debug" | "info" | "warn";
  /** ISO 8601, by the client's clock. */
  readonly time: string;
  /** One line. */
  readonly message: string;
  /** Fields of the line, for a log that can be searched. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface LoggingOptions {
  /** Where entries go. Default: the console. */
  readonly log?: (entry: LogEntry) => void;
  /** Which events to log. Default none; `{}` is all. */
  readonly events?: EventFilter;
  /** Fields to log besides the outcome. Default none. */
  readonly include?: ReadonlyArray<"args" | "headers">;
  /** Whether a field or header of this name is kept secret. Default: names that speak of keys, tokens, secrets, cookies. */
  readonly isSecret?: (name: string) => boolean;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

/** Ids and errors are other people's texts: a line break in one must not begin a line of its own, nor an escape reach a terminal. */
const oneLine = (text: string): string =>
  text.replaceAll(controls, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);

const toConsole = ({ level, time, message }: LogEntry) => console[level](`${time} ${message}`);

const speaksOfSecrets = (name: string) => /key|token|secret|password|authorization|cookie|signature/i.test(name);

const longest = 200;

/** The same value with secrets taken out and long texts cut short. */
export const redacted = (value: unknown, isSecret: (name: string) => boolean): unknown => {
  if (typeof value === "string") return value.length > longest ? `${value.slice(0, longest)}…` : value;
  if (Array.isArray(value)) return value.map((each) => redacted(each, isSecret));
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).map(([name, each]) => [
    name,
    isSecret(name) ? "<redacted>" : redacted(each, isSecret),
  ]);
  return Object.fromEntries(fields);
};

const attempted = (attempts: number | undefined) =>
  attempts === undefined || attempts <= 1 ? "" : `, ${attempts} attempts`;

const optionNames: Record<keyof LoggingOptions, true> = { log: true, events: true, include: true, isSecret: true };

/**
 * Throws a `TypeError` at an option it does not know, and at a type that no event has.
 *
 * @example
 * ```ts
 * import { SGPClient } from "@evalwire/core";
 * import { logging } from "@evalwire/core/plugins/logging";
 *
 * const lines: string[] = [];
 * const log = logging({ log: ({ level, message }) => lines.push(`${level} ${message.replace(/\d+ ms/, "9 ms")}`) });
 * const fetch = async () => Response.json(null);
 * const client = new SGPClient({ apiKey: "a key", fetch, plugins: [log] });
 * await client.evaluations.claimTask("e1");
 * lines; // => ["debug POST /v4/evaluations/e1/claim-task: 200 in 9 ms", "info evaluations.claimTask succeeded in 9 ms"]
 * ```
 */
export const logging = (options: LoggingOptions = {}): Plugin => {
  checkOptions("logging", options, optionNames);
  const { log = toConsole, events, include = [], isSecret = speaksOfSecrets } = options;
  checkFilter("logging", events ?? {});
  return definePlugin({
    name: "logging",
    setup: (host) => {
      const write = (level: LogEntry["level"], message: string, fields: LogEntry["fields"]) =>
        log({ level, time: new Date(host.now()).toISOString(), message: oneLine(message), fields });
      const included = (name: "args" | "headers", value: unknown) =>
        include.includes(name) ? { [name]: redacted(value, isSecret) } : {};

      host.around(async (request, next) => {
        const began = host.now();
        const { call, endpoint, method, attempt, headers } = request;
        const path = new URL(request.url).pathname;
        const log = (level: "debug" | "warn", outcome: string, more: LogEntry["fields"]) => {
          const millis = Math.round(host.now() - began);
          const fields = { call, endpoint, method, path, attempt, millis, ...included("headers", headers), ...more };
          write(level, `${method} ${path}: ${outcome} in ${millis} ms`, fields);
        };
        try {
          const response = await next(request);
          log(response.status < 400 ? "debug" : "warn", String(response.status), { status: response.status });
          return response;
        } catch (error) {
          const reason = error instanceof SgpError ? error.reason._tag : String(error);
          log("warn", reason, { reason });
          throw error;
        }
      });

      const began = new Map<string, number>();
      host.onCall(({ id, endpoint, args, phase, error, at, status, attempts, requestId }: Call) => {
        if (phase === "started") return void began.set(id, at);
        const millis = Math.round(at - (began.get(id) ?? at));
        began.delete(id);
        const fields = {
          call: id,
          endpoint: endpoint.name,
          phase,
          status,
          attempts,
          requestId,
          millis,
          ...included("args", args),
        };
        if (error === undefined)
          write("info", `${endpoint.name} succeeded in ${millis} ms${attempted(attempts)}`, fields);
        else
          write("warn", `${endpoint.name} failed in ${millis} ms: ${error.message}`, {
            ...fields,
            reason: error.reason._tag,
          });
      });

      if (events !== undefined) {
        host.on(events, (event) => {
          const about = "taskId" in event ? ` of task ${event.taskId}` : "";
          const { type, id, evaluationId } = event;
          write("info", `${type}${about} in evaluation ${evaluationId}`, { type, id, evaluationId });
        });
      }
    },
  });
};
