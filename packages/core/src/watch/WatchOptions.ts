/**
 * The options of a watch and of a subscription, with their defaults.
 */
import type * as Duration from "effect/Duration";
import { millisOf } from "../client/ClientOptions.ts";
import { invalid } from "../client/SgpError.ts";
import { optionIssues, unknownName } from "../contract/unknownNames.ts";
import { maxLimit } from "../contract/v4/maxLimit.ts";
import * as Cursor from "./cursor/Cursor.ts";
import { types as eventTypes, type WatchEventType } from "./event/Event.ts";
import type { IssueListener } from "./IssueLog.ts";
import type { Overflow } from "./subscription/Subscription.ts";
import type { Environment } from "./time/Environment.ts";

export interface WatchOptions {
  /** The most requests sent in any minute, all of this watch's together. Default 60. */
  readonly requestsPerMinute?: number | undefined;
  /**
   * The most bytes of answers received in a minute, on average: scans wait until what came before is paid for. Counted as
   * `stats().bytes` is. Default: as many as come.
   */
  readonly bytesPerMinute?: number | undefined;
  /** The shortest and the longest pause between two polls. Default `["2 seconds", "1 minute"]`. */
  readonly interval?: readonly [shortest: Duration.Input, longest: Duration.Input] | undefined;
  /** How long before its end a lease is announced as expiring. Default `["5 minutes", "1 minute"]`. */
  readonly expiring?: ReadonlyArray<Duration.Input> | undefined;
  /** Items requested in one page of a scan, 1 to 10,000. Default 1,000 at first, and up to 8,000 while pages come quickly. */
  readonly pageSize?: number | undefined;
  /** Fields of the test case result to keep in `row.included`, e.g. `["result"]`. Default none. */
  readonly include?: ReadonlyArray<string> | undefined;
  /**
   * Whether the versions between two looks at a task are read from the history of its test case result (API v4), one request for each changed
   * task within the budget, so that events carry every version with the server's own times (`at`): an audit-grade log. Events of such a
   * task wait for its history, at most a minute. All watches of an evaluation get the history one of them requests. Default false.
   */
  readonly history?: boolean | undefined;
  /** The result of an earlier `cursor()` of a watch or a subscription: only the differences since then are emitted. */
  readonly cursor?: string | undefined;
  /** How long `ready` waits for the first complete scan before it rejects with reason `Timeout`; the watch goes on. Default: without end. */
  readonly readyTimeout?: Duration.Input | undefined;
  /** Closes the watch. */
  readonly signal?: AbortSignal | undefined;
  /** Announced each issue once. */
  readonly onIssue?: IssueListener | undefined;
  /** Page visibility and network state. Default: the browser's; elsewhere always visible and online. */
  readonly environment?: Environment | undefined;
}

export interface SubscribeOptions<Type extends WatchEventType = WatchEventType> {
  /** Only these types. Default all. */
  readonly types?: ReadonlyArray<Type> | undefined;
  /**
   * Whether tasks that are already there are emitted first, as `task.added` with `replay: true`. Default true; of a watch that was given a
   * cursor, the default is to emit the differences since the cursor instead. `"later"` leaves out the tasks that are there now, for those who
   * have read them from the snapshot: of a list that is still being read for the first time the rest follows.
   */
  readonly replay?: boolean | "later" | undefined;
  /** Policy when more than `capacity` events wait. Default `latest-per-task`. */
  readonly overflow?: Overflow | undefined;
  /** How many events may wait before `overflow` applies. Default 1024. */
  readonly capacity?: number | undefined;
  /**
   * When an event counts as handled, for the subscription's cursor. `automatic`, the default: a listener has returned, or the promise it
   * returned has settled; a `for await` requests the next. `manual`: `ack(event)` was called; at most `capacity` events are given
   * without it.
   */
  readonly ack?: "automatic" | "manual" | undefined;
  /** True for one that only looks on: `watch.cursor()` and kept cursors do not wait for it. Default false. */
  readonly transient?: boolean | undefined;
  /** Ends the subscription. */
  readonly signal?: AbortSignal | undefined;
  /** Called once when the subscription has ended: without an error when it was closed, else with what ended it. */
  readonly onEnd?: ((error?: Error) => void) | undefined;
}

/** The options of a poller, which all watches of one evaluation share. */
export interface Polling {
  readonly requestsPerMinute: number;
  readonly bytesPerMinute?: number | undefined;
  readonly shortestMillis: number;
  readonly longestMillis: number;
  readonly pageSize: number;
  /** As large as pages may grow where the server is quick. */
  readonly largestPage: number;
  readonly include: ReadonlyArray<string>;
}

const watchNames: Record<keyof WatchOptions, true> = {
  requestsPerMinute: true,
  bytesPerMinute: true,
  interval: true,
  expiring: true,
  pageSize: true,
  include: true,
  history: true,
  cursor: true,
  readyTimeout: true,
  signal: true,
  onIssue: true,
  environment: true,
};
const subscribeNames: Record<keyof SubscribeOptions, true> = {
  types: true,
  replay: true,
  overflow: true,
  capacity: true,
  ack: true,
  transient: true,
  signal: true,
  onEnd: true,
};

export const refuse = (issues: ReturnType<typeof optionIssues>): void => {
  if (issues.length > 0) throw invalid(issues, { endpoint: "watch" });
};

/** Refuses names that are not known; one that belongs to another function is sent there. */
const checkNames = (options: object, known: object, others: object, where: string): void =>
  refuse(
    optionIssues(options, Object.keys(known)).map((issue) =>
      issue.path in others ? { ...issue, message: `is an option of ${where}` } : issue,
    ),
  );

/** Options that are those of a watch and of a subscription to it, parted; refuses what neither knows. */
export const parted = <Type extends WatchEventType>(
  options: WatchOptions & Omit<SubscribeOptions<Type>, "onEnd" | "signal">,
): readonly [WatchOptions, Omit<SubscribeOptions<Type>, "onEnd" | "signal">] => {
  refuse(optionIssues(options, Object.keys({ ...watchNames, ...subscribeNames })));
  const part = (names: object) =>
    Object.fromEntries(Object.entries(options).filter(([name, value]) => name in names && value !== undefined));
  const { signal: _, ...subscribing } = subscribeNames;
  return [part(watchNames) as WatchOptions, part(subscribing) as Omit<SubscribeOptions<Type>, "onEnd" | "signal">];
};

/** Throws an `SgpError` with reason `Invalid` at options that a subscription does not know, and at types that no event has. */
export const checkSubscription = (options: SubscribeOptions): void => {
  checkNames(options, subscribeNames, watchNames, "watch, not of a subscription to it");
  const { capacity = 1 } = options;
  if (!(capacity >= 1)) refuse([{ path: "capacity", message: `is at least 1, not ${capacity}` }]);
  const { ack = "automatic" } = options;
  if (ack !== "automatic" && ack !== "manual")
    refuse([{ path: "ack", message: `is "automatic" or "manual", not ${ack}` }]);
  refuse(typeIssues(options.types));
};

/** Problems with a list of types: what is no list, and types that no event has. */
export const typeIssues = (types: unknown): ReturnType<typeof optionIssues> => {
  if (types === undefined) return [];
  if (!Array.isArray(types)) return [{ path: "types", message: `is a list of types, such as ["task.added"]` }];
  return (types as ReadonlyArray<WatchEventType>).flatMap((type, index) =>
    eventTypes.includes(type)
      ? []
      : [{ path: `types[${index}]`, message: `"${type}" ${unknownName(type, eventTypes)}` }],
  );
};

const millis = (path: string, input: Duration.Input): number => {
  const value = millisOf(input);
  if (value === undefined) {
    const message = `is a time of more than 0 ms, such as "30 seconds", not ${String(input)}`;
    throw invalid([{ path, message }], { endpoint: "watch" });
  }
  return value;
};

const whole = (path: string, value: number, highest: number): number => {
  if (!Number.isInteger(value) || value < 1 || value > highest) {
    throw invalid([{ path, message: `is a whole number from 1 to ${highest}, not ${value}` }], { endpoint: "watch" });
  }
  return value;
};

const lists = {
  interval: `is a pair of times, the shortest and the longest, such as ["2 seconds", "1 minute"]`,
  expiring: `is a list of times, such as ["5 minutes", "1 minute"]`,
  include: `is a list of names, such as ["result"]`,
};

/** Fills in the defaults; throws an `SgpError` with reason `Invalid` at invalid options. */
export const polling = (options: WatchOptions): Polling => {
  checkNames(options, watchNames, subscribeNames, "watch.subscribe and watch.events, not of watch");
  for (const name of ["interval", "expiring", "include"] as const)
    if (options[name] !== undefined && !Array.isArray(options[name])) refuse([{ path: name, message: lists[name] }]);
  if (typeof (options.history ?? true) !== "boolean")
    refuse([{ path: "history", message: `is true or false, not ${String(options.history)}` }]);
  const [shortest, longest] = options.interval ?? ["2 seconds", "1 minute"];
  const shortestMillis = millis("interval[0]", shortest);
  return {
    requestsPerMinute: whole("requestsPerMinute", options.requestsPerMinute ?? 60, 60_000),
    bytesPerMinute:
      options.bytesPerMinute === undefined
        ? undefined
        : whole("bytesPerMinute", options.bytesPerMinute, Number.MAX_SAFE_INTEGER),
    shortestMillis,
    longestMillis: Math.max(shortestMillis, millis("interval[1]", longest)),
    pageSize: whole("pageSize", options.pageSize ?? 1_000, maxLimit),
    largestPage: options.pageSize ?? maxLimit,
    include: options.include ?? [],
  };
};

/** The state of the cursor, if there is one; throws an `SgpError` with reason `Invalid` at an id or a cursor that cannot be. */
export const since = (evaluationId: string, { cursor }: WatchOptions): Cursor.CursorState | undefined => {
  if (typeof evaluationId !== "string" || evaluationId.trim() === "") {
    const message = `must be the id of an evaluation, not ${evaluationId === "" ? "an empty text" : String(evaluationId)}`;
    throw invalid([{ path: "evaluationId", message }], { endpoint: "watch" });
  }
  return cursor === undefined ? undefined : Cursor.decode(cursor, evaluationId);
};

/** How long `ready` waits, in milliseconds. */
export const readyMillis = ({ readyTimeout }: WatchOptions): number | undefined =>
  readyTimeout === undefined ? undefined : millis("readyTimeout", readyTimeout);

/** The lead times in milliseconds. */
export const leads = (options: WatchOptions): ReadonlyArray<number> =>
  (options.expiring ?? ["5 minutes", "1 minute"]).map((lead, index) => millis(`expiring[${index}]`, lead));

/** The names of the options in which `asked` differs from those at work; of `include` all requested fields are read. */
export const ignored = (asked: WatchOptions, atWork: Polling): ReadonlyArray<string> => {
  const wanted = polling(asked);
  const differs = (key: keyof Polling) => JSON.stringify(wanted[key]) !== JSON.stringify(atWork[key]);
  return [
    ...(asked.requestsPerMinute !== undefined && differs("requestsPerMinute") ? ["requestsPerMinute"] : []),
    ...(asked.bytesPerMinute !== undefined && differs("bytesPerMinute") ? ["bytesPerMinute"] : []),
    ...(asked.interval !== undefined && (differs("shortestMillis") || differs("longestMillis")) ? ["interval"] : []),
    ...(asked.pageSize !== undefined && differs("pageSize") ? ["pageSize"] : []),
  ];
};
