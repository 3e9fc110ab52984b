/** A worker between two requests: what happens while an answer is on its way. */
import { SGPClient, type Watch, type WatchEvent } from "@evalwire/core";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import { describe, expect, it, vi } from "vitest";
import { type Handler, TaskWorker, type WorkerEvent, type WorkerOptions } from "../src/index.ts";
import type { Call, Fate } from "./Platform.ts";
import { stage } from "./stage.ts";

const yes: Handler = () => ({ result: { fluent: "yes" } });
const still = ["1 hour", "2 hours"] as const;

const scene = (options: Parameters<typeof stage>[0] = {}) => {
  const made = stage(options);
  const events: Array<WorkerEvent> = [];
  const work = (handler: Handler, more: Partial<WorkerOptions> = {}, users: ReadonlyArray<string> = ["ada"]) =>
    new TaskWorker(
      users.map((user) => made.clientOf(user)),
      { evaluation_id: "e1", onEvent: (event) => events.push(event), ...more },
      handler,
    );
  const sleep = (millis: number) => Effect.runPromise(made.clock.sleep(Duration.millis(millis)));
  const types = () => events.map(({ type }) => type);
  return { ...made, events, types, work, sleep };
};

const slow =
  (isSlow: (call: Call) => boolean, more: Partial<Fate>) =>
  (call: Call): Fate => ({ there: 0, back: 0, fault: "none", ...(isSlow(call) ? more : {}) });

const isClaim = ({ path }: Call) => path.endsWith("/claim-task");
const isHandIn = ({ method }: Call) => method === "PATCH";

const scripted = () => {
  const listeners = new Set<(event: WatchEvent) => unknown>();
  const watch = {
    status: { _tag: "connecting", since: "" },
    snapshot: () => ({ evaluation: undefined, tasks: new Map() }),
    subscribe: (listener: (event: WatchEvent) => unknown) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onChange: () => () => undefined,
  } as unknown as Watch;
  const released = (taskId: string) => {
    const current = { id: taskId, status: "PENDING", assigned_to: null };
    for (const listener of listeners) listener({ type: "assignment.released", taskId, current } as never);
  };
  return { watch, released };
};

describe("a worker, while an answer is on its way,", () => {
  it("lets another user have the task that is being given back", async () => {
    const fate = slow((call) => isClaim(call) && call.body["skip_current"] === true, { back: 8_000 });
    const { clock, platform, work } = scene({ tasks: 1, fate });
    let calls = 0;
    const handler: Handler = () => (++calls === 1 ? { skip: "mine not" } : { result: { fluent: "yes" } });
    const worker = work(handler, { idle: ["1 second", "2 seconds"] }, ["ada", "ben"]);
    await clock.advance("30 seconds");
    const report = await clock.until(worker.stop());
    expect(report.errors).toEqual([]);
    expect(platform.answers.get("t0")).toEqual({ fluent: "yes" });
  });

  it("stops at once when stopped while it claims, and nothing is there", async () => {
    const { clock, work } = scene({ tasks: 0, fate: slow(isClaim, { back: 500 }) });
    const worker = work(yes, { idle: still });
    await clock.advance(100);
    await clock.until(worker.stop({ within: "10 minutes" }), { within: "2 seconds" });
    expect(clock.pending).toBe(0);
  });

  it("stops within its time when the platform does not answer a claim", async () => {
    const { clock, work, types } = scene({ tasks: 1, fate: slow(isClaim, { there: 1e9 }) });
    const worker = work(yes);
    await clock.advance(100);
    await clock.until(worker.stop({ within: "2 seconds" }), { within: "5 seconds" });
    expect(types()).toEqual(["lane.stopped"]);
  });

  it("stops within its time when the platform does not answer what a task is about, and gives it back", async () => {
    const fate = slow(({ path }) => path.endsWith("/test-case-results/r-t0"), { there: 1e9 });
    const { clock, platform, work } = scene({ tasks: 1, fate });
    const worker = work(yes);
    await clock.advance(100);
    await clock.until(worker.stop({ within: "2 seconds" }), { within: "5 seconds" });
    expect(platform.heldBy("ada")).toEqual([]);
  });

  it("hears of work that turns up behind a claim's answer", async () => {
    const { watch, released } = scripted();
    const { clock, platform, work } = scene({ tasks: 1, fate: slow(isClaim, { back: 1_000 }) });
    platform.reassign("t0", "ben");
    const worker = work(yes, { watch, idle: still });
    await clock.advance(500);
    platform.release("t0");
    released("t0");
    await clock.advance("10 seconds");
    expect(platform.answers.has("t0")).toBe(true);
    await clock.until(worker.stop());
  });

  it("finds its answer stored when it holds what JSON leaves out", async () => {
    const fate = slow(isHandIn, { fault: "answer lost" });
    const { clock, work } = scene({ tasks: 1, claimSeconds: 60, fate });
    const answers = { fluent: "yes", why: undefined } as never;
    const report = await clock.until(work(() => ({ result: answers }), { stopWhenEmpty: true }).closed);
    expect(report.counts).toMatchObject({ submitted: 1, answersLost: 0 });
  });
});

describe("a worker is not ended by", () => {
  it("an answer that JSON cannot write", async () => {
    const { clock, work, events } = scene({ tasks: 2 });
    const worker = work(({ task }) => ({ result: task.id === "t0" ? ({ many: 10n } as never) : { fluent: "yes" } }), {
      stopWhenEmpty: true,
      tries: 1,
    });
    const report = await clock.until(worker.closed);
    expect(report.counts).toMatchObject({ submitted: 1, poisoned: 1 });
    const poisoned = events.find(({ type }) => type === "task.poisoned") as { readonly error: Error } | undefined;
    expect(poisoned?.error.message).toContain("The handler of task t0 returned a result that is no JSON:");
  });

  it("a validator of forms that throws", async () => {
    const { clock, platform, work } = scene({ tasks: 1 });
    platform.questionSet = {
      id: "qs1",
      name: "set",
      account_id: "a1",
      created_at: "2030-01-01T00:00:00Z",
      created_by_user_id: "owner",
      created_by_identity_type: "user",
      questions: [
        {
          id: "f",
          type: "form",
          title: "f",
          prompt: "f",
          account_id: "a1",
          created_at: "2030-01-01T00:00:00Z",
          created_by_user_id: "owner",
          created_by_identity_type: "user",
          form_schema: {},
        },
      ],
    };
    const forms = () => {
      throw new Error("a validator's own");
    };
    const report = await clock.until(
      work(() => ({ result: { f: {} } }), { stopWhenEmpty: true, tries: 1, forms }).closed,
    );
    expect(report.counts).toMatchObject({ submitted: 0, poisoned: 1 });
    expect(String(report.poisoned.get("t0"))).toContain("a validator's own");
  });

  it("a listener whose promise rejects, which is not called again", async () => {
    const rejected = vi.fn();
    process.on("unhandledRejection", rejected);
    try {
      const { clock, work } = scene({ tasks: 2 });
      let calls = 0;
      const onEvent = async () => {
        calls++;
        throw new Error("a listener's own");
      };
      await clock.until(work(yes, { stopWhenEmpty: true, onEvent }).closed);
      await new Promise((resolve) => setImmediate(resolve));
      expect(rejected).not.toHaveBeenCalled();
      expect(calls).toBeLessThan(5);
    } finally {
      process.off("unhandledRejection", rejected);
    }
  });
});

it.each<[string, () => unknown]>([
  [
    "the first argument is an SGPClient, or several",
    () => new TaskWorker(undefined as never, { evaluation_id: "e1" }, yes),
  ],
  ["the first argument is an SGPClient, or several", () => new TaskWorker([{} as never], { evaluation_id: "e1" }, yes)],
  [
    "the second argument is the options, with evaluation_id",
    () => new TaskWorker(new SGPClient({ apiKey: "k" }), undefined as never, yes),
  ],
  [
    'giveBack is "skip", "unassign" or "keep", not "return"',
    () => new TaskWorker(new SGPClient({ apiKey: "k" }), { evaluation_id: "e1", giveBack: "return" as never }, yes),
  ],
])("a worker refuses what cannot be right: %s", (message, make) => {
  expect(make).toThrow(`TaskWorker: ${message}`);
});
