/** Every function that takes options says which name it does not know, and which one was probably meant, before anything else happens. */
import * as callbacks from "node:fs";
import * as promises from "node:fs/promises";
import * as Effect from "effect/Effect";
import * as Stream from "effect/Stream";
import { expect, it } from "vitest";
import { checkAnswers, Evaluations } from "../src/contract/index.ts";
import { toEmitter } from "../src/emitter.ts";
import { broadcastFeed, follow, lead, memoryFeed, publish, shareWatch } from "../src/feed/index.ts";
import { definePlugin, listItems, SGPClient, Sgp, watchStream } from "../src/index.ts";
import { fileOutbox } from "../src/plugin/fileOutbox.ts";
import { logging } from "../src/plugin/logging.ts";
import { openTelemetry } from "../src/plugin/openTelemetry.ts";
import { persistCursor } from "../src/plugin/persistCursor.ts";
import { webhook } from "../src/plugin/webhook.ts";
import { expiring$, fromWatch, statusChanges$, taskEvents$, tasks$ } from "../src/rxjs.ts";
import { SimulatedClock } from "../src/testing.ts";

const fetch = async () => Response.json({ detail: "Not Found" }, { status: 404 });
const client = new SGPClient({ apiKey: "a key", baseURL: "http://localhost", fetch, maxRetries: 0 });
const watch = client.watch("e1");
watch.ready.catch(() => undefined);

/** JavaScript: no compiler stands before the call. */
const js = (options: object): any => options;

/** The error of an observable, at once. */
const observed = (observable: { subscribe(observer: { error(reason: unknown): void }): unknown }): void => {
  let failure: unknown;
  observable.subscribe({
    error: (reason) => {
      failure = reason;
    },
  });
  if (failure !== undefined) throw failure;
};

const feed = memoryFeed("e1");

it.each<[call: string, refused: () => unknown, meant: string]>([
  ["SGPClient", () => new SGPClient(js({ apiKey: "k", baseUrl: "http://localhost" })), "baseURL"],
  ["withOptions", () => client.withOptions(js({ maxRetry: 1 })), "maxRetries"],
  ["watch", () => client.watch("e1", js({ pollInterval: 5 })), "interval"],
  ["v5.watch", () => client.v5.watch("e1", js({ expirin: [] })), "expiring"],
  ["subscribe", () => watch.subscribe(() => {}, js({ overlow: "error" })), "overflow"],
  ["events", () => watch.events(js({ replays: false }))[Symbol.asyncIterator](), "replay"],
  ["fromWatch", () => observed(fromWatch(watch, js({ typs: [] }))), "types"],
  ["taskEvents$", () => observed(taskEvents$(client, "e1", js({ typs: [] }))), "types"],
  ["tasks$", () => observed(tasks$(client, "e1", js({ includes: [] }))), "include"],
  ["statusChanges$", () => observed(statusChanges$(client, "e1", js({ pagesize: 1 }))), "pageSize"],
  ["expiring$", () => observed(expiring$(client, "e1", js({ within: "1 minute", curser: "" }))), "cursor"],
  ["toEmitter", () => toEmitter(watch, js({ capacty: 1 })), "capacity"],
  ["definePlugin", () => definePlugin(js({ name: "p", require: [], setup: () => {} })), "requires"],
  ["definePlugin", () => definePlugin(js({ name: "p", limits: { listner: 1 }, setup: () => {} })), "listener"],
  ["logging", () => logging(js({ event: {} })), "events"],
  ["openTelemetry", () => openTelemetry(js({ propagat: false })), "propagate"],
  ["persistCursor", () => persistCursor(js({ stor: new Map() })), "store"],
  ["webhook", () => webhook(js({ ulr: "https://receiver.test" })), "url"],
  ["fileOutbox", () => fileOutbox(js({ fs: {}, paths: "f" })), "path"],
  ["publish", () => publish(watch, feed, js({ beats: 1 })), "beat"],
  ["lead", () => lead(js({ election: {}, sinks: feed })), "sink"],
  ["follow", () => follow(feed, js({ expireing: [] })), "expiring"],
  ["memoryFeed", () => memoryFeed("e1", js({ keeps: 1 })), "keep"],
  ["broadcastFeed", () => broadcastFeed("e1", js({ beatMilis: 1 })), "beatMillis"],
  ["shareWatch", () => shareWatch(js({}), () => watch, js({ sed: 1 })), "seed"],
  ["SimulatedClock", () => new SimulatedClock(js({ startsAt: 0 })), "startAt"],
  ["checkAnswers", () => checkAnswers([], {}, js({ partial: true })), "isPartial"],
])("%s", (_, refused, meant) => {
  expect(refused).toThrow(new RegExp(`is not known; did you mean ${meant}\\?`));
});

it("a call, and streams in Effect", async () => {
  const failureOf = (effect: Effect.Effect<unknown, unknown, any>) =>
    Effect.runPromise(
      Effect.provide(effect, Sgp.layer({ apiKey: "a key", baseURL: "http://localhost", fetch })) as never,
    );
  await expect(failureOf(Stream.runDrain(watchStream(watch, js({ replays: true }))))).rejects.toThrow(
    /did you mean replay\?/,
  );
  await expect(failureOf(Stream.runDrain(listItems(Evaluations.list, {}, js({ timeOut: 1 }))))).rejects.toThrow(
    /did you mean timeout\?/,
  );
  await expect(client.evaluations.retrieve("e1", js({ time_out: 1 }))).rejects.toThrow(/did you mean timeout\?/);
});

const hook = { url: "https://receiver.test", secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" };

it.each<[call: string, refused: () => unknown, sentence: string]>([
  ["persistCursor without a store", () => persistCursor(js({})), "persistCursor: store has get and set"],
  ["persistCursor with what is none", () => persistCursor(js({ store: { get: 1 } })), "persistCursor: store has get"],
  ["webhook without an address", () => webhook(js({})), "the url of a webhook is an http: or https: address"],
  [
    "webhook for a type that no event has",
    () => webhook(js({ ...hook, events: { types: ["assignment.expird"] } })),
    'webhook: events: types[0] "assignment.expird" is not known; did you mean assignment.expired?',
  ],
  [
    "webhook with a list for a filter",
    () => webhook(js({ ...hook, events: ["assignment.expired"] })),
    "webhook: events: 0 is not known; known are types, evaluations, statuses",
  ],
  [
    "logging of one evaluation, in no list",
    () => logging(js({ events: { evaluations: "ev_1" } })),
    "logging: events: evaluations is a list of texts",
  ],
  ["fileOutbox without fs", () => fileOutbox(js({ path: "o.jsonl" })), "fileOutbox: fs is what import * as fs from"],
  ["fileOutbox with callbacks", () => fileOutbox(js({ path: "o.jsonl", fs: callbacks })), "fileOutbox: fs is what"],
  ["fileOutbox without a path", () => fileOutbox(js({ fs: promises })), "fileOutbox: path is the name of a file"],
  [
    "an interval in letters that say no time",
    () => client.watch("e1", js({ interval: ["1s", "2s"] })),
    'watch: interval[0]: is a time of more than 0 ms, such as "30 seconds", not 1s',
  ],
  ["webhook of nothing", () => webhook(undefined as never), "webhook: options must be an object, not undefined"],
])("%s is reported in a sentence", (_, refused, sentence) => {
  expect(refused).toThrow(sentence);
});
