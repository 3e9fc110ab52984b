import { definePlugin, SGPClient, Sgp, type Watch, type WatchEvent } from "@evalwire/core";
import * as Clock from "effect/Clock";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as Fiber from "effect/Fiber";
import * as Layer from "effect/Layer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runWorker, workerLayer } from "../src/effect.ts";
import { type Handler, TaskWorker, type WorkContext, type WorkerEvent, type WorkerOptions } from "../src/index.ts";
import type { Call, Fate } from "./Platform.ts";
import { stage } from "./stage.ts";

const yes: Handler = () => ({ result: { fluent: "yes" } });

const scene = (options: Parameters<typeof stage>[0] = {}) => {
  const made = stage(options);
  const events: Array<WorkerEvent> = [];
  const work = (handler: Handler, more: Partial<WorkerOptions> = {}, users: ReadonlyArray<string> = ["ada"]) =>
    new TaskWorker(
      users.map((user) => made.clientOf(user)),
      { evaluation_id: "e1", stopWhenEmpty: true, onEvent: (event) => events.push(event), ...more },
      handler,
    );
  const sleep = (millis: number) => Effect.runPromise(made.clock.sleep(Duration.millis(millis)));
  const of = <Type extends WorkerEvent["type"]>(type: Type) =>
    events.filter((event): event is Extract<WorkerEvent, { type: Type }> => event.type === type);
  return { ...made, events, work, sleep, of };
};

const submitted = (calls: ReadonlyArray<Call>) => calls.filter(({ method }) => method === "PATCH");

describe("a worker", () => {
  it("works on every task, and stops when nothing is left", async () => {
    const { clock, platform, work } = scene({ tasks: 5 });
    const seen: Array<WorkContext> = [];
    const worker = work((context) => {
      seen.push(context);
      return { result: { fluent: context.task.id } };
    });
    const report = await clock.until(worker.closed);
    expect(report).toMatchObject({ counts: { claimed: 5, submitted: 5, failed: 0, answersLost: 0 }, errors: [] });
    expect([...platform.answers]).toEqual(["t0", "t1", "t2", "t3", "t4"].map((id) => [id, { fluent: id }]));
    expect(seen[0]).toMatchObject({ attempt: 1, questions: [], result: { id: "r-t0" } });
    expect(worker.inHand).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it("1. holds one task for each key, and never more", async () => {
    const { clock, platform, work, sleep } = scene({ tasks: 7 });
    let atWork = 0;
    let most = 0;
    const handler: Handler = async ({ task }) => {
      most = Math.max(most, ++atWork);
      for (const user of ["ada", "ben", "cy"]) expect(platform.heldBy(user).length).toBeLessThanOrEqual(1);
      await sleep(1_000);
      atWork--;
      return { result: { fluent: task.id } };
    };
    const report = await clock.until(work(handler, {}, ["ada", "ben", "cy"]).closed);
    expect(report.counts.submitted).toBe(7);
    expect(most).toBe(3);
  });

  it("1. stops a lane whose key belongs to another lane's user, with an error that says so", async () => {
    const { clock, work, sleep, of } = scene({ tasks: 2 });
    const handler: Handler = async () => {
      await sleep(1_000);
      return { result: { fluent: "yes" } };
    };
    const report = await clock.until(work(handler, {}, ["ada", "ada"]).closed);
    expect(report.counts.submitted).toBe(2);
    expect(report.errors.map(({ message }) => message)).toEqual([
      "Lane 1 was given task t0, which lane 0 has in hand: their keys belong to one user, who holds one task at a time.",
    ]);
    expect(of("lane.stopped").map(({ lane }) => lane)).toEqual([1, 0]);
  });

  it("2. stores every answer exactly once, or says that it is lost, over any network", async () => {
    const fault = fc.constantFrom<Fate["fault"]>(
      "none",
      "none",
      "request lost",
      "answer lost",
      "fault before",
      "fault after",
      "answer cut",
    );
    const fate = fc.record({
      there: fc.integer({ min: 0, max: 9_000 }),
      back: fc.integer({ min: 0, max: 9_000 }),
      fault,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fate, { maxLength: 25 }),
        fc.integer({ min: 20, max: 300 }),
        async (fates, claimSeconds) => {
          const waiting = [...fates];
          const next = (): Fate => waiting.shift() ?? { there: 5, back: 5, fault: "none" };
          const { clock, platform, work, of } = scene({ tasks: 3, claimSeconds, fate: next });
          let answers = 0;
          const given: Array<string> = [];
          const handler: Handler = () => {
            given.push(`a${++answers}`);
            return { result: { fluent: `a${answers}` } };
          };
          const report = await clock.until(work(handler, { tries: 20 }).closed);
          const stored = [...platform.answers.values()].map((result) => (result as { fluent: string }).fluent);
          const submitted = of("task.submitted").map(({ result }) => result["fluent"]);
          const lost = of("answer.lost").map(({ answer }) => (answer as { result: { fluent: string } }).result.fluent);
          expect([...submitted, ...lost].sort()).toEqual([...given].sort());
          for (const answer of submitted) expect(stored).toContain(answer);
          for (const event of of("answer.lost")) {
            const { fluent } = (event.answer as { result: { fluent: string } }).result;
            // Only where it could not be found out may a lost answer be there.
            if (event.reason !== "unconfirmed") expect(stored).not.toContain(fluent);
          }
          expect(report.errors).toEqual([]);
          expect(clock.pending).toBe(0);
        },
      ),
      { numRuns: 40 },
    );
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("no model");
      },
      "no model",
    ],
    ["returns nothing", () => undefined, "The handler of task t0 returned nothing: return { result"],
    ["returns the wrong shape", () => ({ fluent: "yes" }), "returned something else than it can"],
    ["returns a list", () => ["yes"], "returned something else than it can"],
    ["returns no number of seconds", () => ({ result: {}, time_spent_labeling_s: 0.5 }), "no whole number of seconds"],
  ])("3. gives back for good the task of a handler that %s, after so many tries", async (_, bad, message) => {
    const { clock, platform, work, of } = scene({ tasks: 3 });
    let calls = 0;
    const handler = ((context: WorkContext) => {
      if (context.task.id !== "t0") return yes(context);
      calls++;
      return bad();
    }) as Handler;
    const report = await clock.until(work(handler, { tries: 2 }).closed);
    expect(calls).toBe(2);
    expect(of("task.failed").map(({ attempt, isLast }) => [attempt, isLast])).toEqual([
      [1, false],
      [2, true],
    ]);
    expect(of("task.poisoned")[0]?.error.message).toContain(message);
    expect(report).toMatchObject({ counts: { submitted: 2, poisoned: 1, failed: 2 }, errors: [] });
    expect([...report.poisoned.keys()]).toEqual(["t0"]);
    expect(platform.heldBy("ada")).toEqual([]);
    expect(platform.tasks.find(({ id }) => id === "t0")).toMatchObject({ status: "PENDING", holder: undefined });
  });

  it("3. does not go round and round when only poisoned tasks are left", async () => {
    const { clock, platform, work, of } = scene({ tasks: 3 });
    const handler: Handler = () => Promise.reject(new Error("always"));
    const worker = work(handler, { tries: 1, stopWhenEmpty: false });
    await clock.advance("1 hour");
    expect(of("task.poisoned").length).toBe(3);
    // At most once a minute or so, and a claim and three skips each time.
    expect(platform.calls.length).toBeLessThan(700);
    expect(of("lane.idle").length).toBeGreaterThan(50);
    await clock.until(worker.stop());
    expect(clock.pending).toBe(0);
  });

  it("passes over what the handler declines, and offers it again later", async () => {
    const { clock, work, of } = scene({ tasks: 2 });
    let isReady = false;
    const handler: Handler = (context) => (isReady || context.task.id === "t1" ? yes(context) : { skip: "not yet" });
    const worker = work(handler, { stopWhenEmpty: false });
    await clock.advance("10 seconds");
    expect(of("task.submitted").map(({ taskId }) => taskId)).toEqual(["t1"]);
    expect(of("task.skipped")[0]).toMatchObject({ taskId: "t0", reason: "not yet" });
    isReady = true;
    await clock.advance("2 minutes");
    expect(of("task.submitted").map(({ taskId }) => taskId)).toEqual(["t1", "t0"]);
    await clock.until(worker.stop());
  });

  const number = {
    id: "q1",
    type: "number",
    title: "How many?",
    prompt: "?",
    created_at: "2030-01-01T00:00:00Z",
    account_id: "a1",
    created_by_user_id: "o",
    created_by_identity_type: "user",
  };
  const questionSet = (...questions: ReadonlyArray<object>) => ({ ...number, id: "s1", name: "Set", questions });

  it("checks answers, and names question, rule and value", async () => {
    const { clock, platform, work, of } = scene({ tasks: 1 });
    platform.questionSet = questionSet(number);
    await clock.until(work(() => ({ result: { q1: "many" } }), { tries: 1 }).closed);
    expect(of("task.failed")[0]?.error.message).toBe(
      'The answer breaks a rule: question q1 (How many?) takes a number, not "many".',
    );
    expect(submitted(platform.calls)).toEqual([]);
  });

  it("reads the questions again when an answer does not fit, as after the set was changed", async () => {
    const { clock, platform, work, of } = scene({ tasks: 2 });
    platform.questionSet = questionSet(number);
    const handler: Handler = ({ questions }) => {
      // By the time the second task is worked on, the set has changed.
      const answer = questions.some(({ id }) => id === "q2")
        ? { q2: 1 }
        : platform.answers.size === 0
          ? { q1: 1 }
          : { q2: 1 };
      platform.questionSet = questionSet({ ...number, id: "q2" });
      return { result: answer };
    };
    const report = await clock.until(work(handler).closed);
    expect(of("task.failed")[0]?.error.message).toContain("question q2 is not asked");
    expect(report.counts).toMatchObject({ submitted: 2, failed: 1, poisoned: 0 });
    expect(platform.answers.get("t1")).toEqual({ q2: 1 });
  });

  it("reports the answer of a handler that returns after its time limit, and does not store it", async () => {
    const { clock, platform, work, sleep, of } = scene({ tasks: 1 });
    const aborted: Array<string> = [];
    const handler: Handler = async ({ signal }) => {
      signal.addEventListener("abort", () => aborted.push(String(signal.reason)));
      await sleep(60_000);
      return { result: { fluent: "late" } };
    };
    const worker = work(handler, { timeLimit: "30 seconds", grace: "1 second", tries: 1 });
    await clock.until(worker.closed);
    await clock.advance("1 minute");
    expect(aborted).toEqual(["Error: The handler took longer than its limit of 30000 ms."]);
    expect(of("answer.lost")).toMatchObject([{ reason: "aborted", answer: { result: { fluent: "late" } } }]);
    expect(of("task.poisoned")[0]?.error.message).toContain("longer than its limit");
    expect(submitted(platform.calls)).toEqual([]);
  });

  it("stores nothing for a handler whose lease ended, and reports its answer", async () => {
    const { clock, platform, work, sleep, of } = scene({ tasks: 1, claimSeconds: 60 });
    const handler: Handler = async ({ attempt }) => {
      await sleep(attempt === 1 ? 120_000 : 1_000);
      return { result: { fluent: `try ${attempt}` } };
    };
    await clock.until(work(handler).closed);
    await clock.advance("5 minutes");
    expect(of("answer.lost")).toMatchObject([{ answer: { result: { fluent: "try 1" } } }]);
    expect([...platform.answers]).toEqual([["t0", { fluent: "try 2" }]]);
    expect(of("lease.lost")[0]).toMatchObject({ reason: "expired" });
  });

  it("still hands in what comes after the signal, while the lease holds", async () => {
    const { clock, platform, work, of } = scene({ tasks: 1, claimSeconds: 60 });
    const handler: Handler = ({ signal }) =>
      new Promise((resolve) => {
        signal.addEventListener("abort", () => resolve({ result: { fluent: "just in time" } }));
      });
    await clock.until(work(handler).closed);
    expect(platform.answers.get("t0")).toEqual({ fluent: "just in time" });
    expect(of("answer.lost")).toEqual([]);
  });

  it("says that it cannot work on a task of another type, and gives it back", async () => {
    const { clock, platform, work, of } = scene({ tasks: 2 });
    platform.typeOf = (id) => (id === "t0" ? "SOMETHING_NEW" : "EVALUATION_ANNOTATION");
    const report = await clock.until(work(yes).closed);
    expect(of("task.skipped")[0]).toMatchObject({
      taskId: "t0",
      reason: "no public route takes answers to a task of type SOMETHING_NEW",
    });
    expect(report.counts.submitted).toBe(1);
    expect(platform.heldBy("ada")).toEqual([]);
  });

  it("4. waits ever longer when there is nothing to do", async () => {
    const { clock, work, of } = scene({ tasks: 0 });
    const worker = work(yes, { stopWhenEmpty: false, idle: ["1 second", "30 seconds"] });
    await clock.advance("10 minutes");
    const waits = of("lane.idle").map(({ waitMillis }) => waitMillis);
    expect(waits[0]).toBeGreaterThanOrEqual(500);
    expect(waits[0]).toBeLessThanOrEqual(1_000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(30_000);
    expect(waits.at(-1)).toBeGreaterThanOrEqual(15_000);
    expect(new Set(waits).size).toBe(waits.length);
    await clock.until(worker.stop());
    expect(clock.pending).toBe(0);
  });

  it("4. wakes at once when a watch sees a task that may be claimed, and not for what it passed over", async () => {
    const { clock, platform, work, of } = scene({ tasks: 1 });
    const listeners: Array<(event: WatchEvent) => unknown> = [];
    const watch = {
      status: { _tag: "connecting", since: "" },
      snapshot: () => ({ evaluation: undefined, tasks: new Map() }),
      subscribe: (listener: (event: WatchEvent) => unknown) => {
        listeners.push(listener);
        return () => listeners.splice(listeners.indexOf(listener), 1);
      },
      onChange: () => () => undefined,
    } as unknown as Watch;
    platform.reassign("t0", "ben");
    const worker = work(({ task }) => (task.id === "t0" ? { skip: "mine not" } : { result: { fluent: "yes" } }), {
      stopWhenEmpty: false,
      watch,
      idle: ["1 hour", "2 hours"],
    });
    await clock.advance("1 minute");
    const claims = platform.claims;
    const emit = (status: string, taskId = "t0") => {
      const current = { id: taskId, status, assigned_to: null };
      for (const listener of [...listeners]) listener({ type: "assignment.released", taskId, current } as never);
    };
    emit("COMPLETED");
    await clock.advance(0);
    expect(platform.claims).toBe(claims);
    platform.release("t0");
    emit("PENDING");
    await clock.advance(0);
    expect(of("task.skipped").length).toBe(1);
    emit("PENDING");
    await clock.advance(0);
    expect(of("task.claimed").length).toBe(1);
    await clock.until(worker.stop());
    expect(listeners).toEqual([]);
  });

  it("5. finishes what is begun when it is stopped, and begins nothing new", async () => {
    const { clock, platform, work, sleep } = scene({ tasks: 3 });
    const handler: Handler = async () => {
      await sleep(10_000);
      return { result: { fluent: "yes" } };
    };
    const worker = work(handler);
    await clock.advance("5 seconds");
    const report = await clock.until(worker.stop({ within: "1 minute" }));
    expect(report.counts).toMatchObject({ claimed: 1, submitted: 1, givenBack: 0 });
    expect([...platform.answers.keys()]).toEqual(["t0"]);
    expect(clock.pending).toBe(0);
  });

  it.each([
    ["unassign", []],
    ["skip", ["t1"]],
    ["keep", ["t0"]],
  ] as const)("5. aborts what is not finished in time, and gives it back: %s", async (giveBack, inHand) => {
    const { clock, platform, work, sleep, of } = scene({ tasks: 3 });
    const reasons: Array<unknown> = [];
    const handler: Handler = async ({ signal }) => {
      await Promise.race([sleep(100_000), new Promise((resolve) => signal.addEventListener("abort", resolve))]);
      reasons.push(signal.reason);
      throw new Error("aborted");
    };
    const worker = work(handler, { giveBack });
    await clock.advance("1 second");
    const report = await clock.until(worker.stop({ within: "5 seconds" }));
    expect(String(reasons[0])).toBe("Error: The worker stops.");
    expect(report.counts).toMatchObject({ submitted: 0, poisoned: 0, givenBack: 1 });
    expect(of("task.given_back")[0]).toMatchObject({ taskId: "t0", by: giveBack });
    expect(platform.heldBy("ada")).toEqual(inHand);
  });

  const stuck: Fate = { there: 5_000_000, back: 0, fault: "none" };
  const stored: Fate = { there: 0, back: 5_000_000, fault: "none" };
  const smooth: Fate = { there: 0, back: 0, fault: "none" };

  it.each([
    ["is not carried out", stuck, "unconfirmed", 0],
    ["is carried out, and found", stored, undefined, 1],
  ])("5. a hand-in that is under way at a hard stop and %s is given up in time", async (_, fate, reason, count) => {
    const { clock, platform, work, of } = scene({
      tasks: 2,
      claimSeconds: 3_600_000,
      fate: ({ method }) => (method === "PATCH" ? fate : smooth),
    });
    const worker = work(yes, { grace: "5 seconds" });
    await clock.advance("1 second");
    const report = await clock.until(worker.stop({ within: "10 seconds" }), { within: "26 seconds" });
    expect(report.counts.submitted).toBe(count);
    expect(of("answer.lost").map((event) => event.reason)).toEqual(reason === undefined ? [] : [reason]);
    expect(platform.answers.size).toBe(count);
    expect(worker.inHand).toEqual([]);
    // A request in flight arrives, and its answer is not received.
    await clock.advance("2 hours");
    expect(clock.pending).toBe(0);
  });

  it("5. ends in time when not even the look for a hand-in is answered", async () => {
    let isCut = false;
    const { clock, work, of } = scene({ tasks: 1, claimSeconds: 3_600_000, fate: () => (isCut ? stuck : smooth) });
    const handler: Handler = (context) => {
      isCut = true;
      return yes(context);
    };
    const worker = work(handler, { grace: "5 seconds" });
    await clock.advance("1 second");
    await clock.until(worker.stop({ within: 0 }), { within: "16 seconds" });
    expect(of("answer.lost")).toMatchObject([{ reason: "unconfirmed", answer: { result: { fluent: "yes" } } }]);
    // A request in flight arrives, and its answer is not received.
    await clock.advance("2 hours");
    expect(clock.pending).toBe(0);
  });

  it.each(["skip", "unassign"] as const)(
    "5. gives a %s that is not answered up in time, and says so",
    async (giveBack) => {
      let isCut = false;
      const { clock, work, of } = scene({ tasks: 2, claimSeconds: 3_600_000, fate: () => (isCut ? stuck : smooth) });
      const handler: Handler = ({ signal }) =>
        new Promise((_, reject) => {
          isCut = true;
          signal.addEventListener("abort", () => reject(signal.reason));
        });
      const worker = work(handler, { giveBack, grace: "5 seconds" });
      await clock.advance("1 second");
      await clock.until(worker.stop({ within: "1 second" }), { within: "12 seconds" });
      expect(of("task.given_back")).toMatchObject([
        { by: giveBack, error: { reason: { _tag: "Aborted" }, inDoubt: true } },
      ]);
      // A request in flight arrives, and its answer is not received.
      await clock.advance("2 hours");
      expect(clock.pending).toBe(0);
    },
  );

  it("5. a second stop may hurry the first", async () => {
    const { clock, work, sleep } = scene({ tasks: 1 });
    const handler: Handler = async () => {
      await sleep(500_000);
      return { skip: "never" };
    };
    const worker = work(handler);
    await clock.advance("1 second");
    const first = worker.stop({ within: "5 minutes" });
    await clock.until(worker.stop({ within: 0 }), { within: "10 seconds" });
    expect((await first).counts.givenBack).toBe(1);
  });

  it("6. goes on with the task that is its own after a crash", async () => {
    const { clock, platform, work, of } = scene({ tasks: 2 });
    // The first process dies in the middle of its first task: nothing of it is ever heard again.
    void work(() => new Promise(() => undefined));
    await clock.advance("1 minute");
    expect(platform.heldBy("ada")).toEqual(["t0"]);
    const second = work(({ task }) => ({ result: { fluent: task.id } }));
    const report = await clock.until(second.closed);
    expect(report.counts.submitted).toBe(2);
    expect(of("task.submitted").map(({ taskId }) => taskId)).toEqual(["t0", "t1"]);
  });

  it("ends a lane at what nothing cures, and says it", async () => {
    const client = new SGPClient({
      apiKey: "a key",
      fetch: async () => Response.json({ detail: "no" }, { status: 403 }),
    });
    const worker = new TaskWorker(client, { evaluation_id: "e1" }, yes);
    const report = await worker.closed;
    expect(report.errors).toMatchObject([{ reason: { _tag: "Forbidden" } }]);
  });

  it("ends at an archived evaluation", async () => {
    const { clock, platform, work } = scene({ tasks: 2 });
    platform.isArchived = true;
    expect((await clock.until(work(yes).closed)).errors).toMatchObject([{ reason: { _tag: "Conflict" } }]);
  });

  it("says how much is left and how long it will take", async () => {
    const { clock, work, sleep } = scene({ tasks: 20 });
    const handler: Handler = async ({ log }) => {
      log("thinking", { model: "stub" });
      await sleep(60_000);
      return { result: { fluent: "yes" } };
    };
    const worker = work(handler);
    expect(worker.progress()).toMatchObject({ remaining: null, millis: 0, submitted: 0 });
    await clock.advance("10 minutes");
    const { submitted: done, remaining, millis, low, high } = worker.progress();
    expect(done).toBeGreaterThanOrEqual(9);
    expect(done + remaining!).toBe(20);
    expect(low).toBeLessThan(millis!);
    expect(high).toBeGreaterThan(millis!);
    await clock.until(worker.stop());
  });

  it("is observed by a plugin, and a listener that throws harms no other", async () => {
    const { clock, platform } = scene({ tasks: 2 });
    const seen: Array<string> = [];
    const observer = definePlugin({
      name: "observer",
      setup: (host) => {
        host.provide("taskWorker", ({ type }) => seen.push(type));
      },
    });
    const client = new SGPClient({ apiKey: "a key", clock, fetch: platform.fetchFor("ada"), plugins: [observer] });
    let calls = 0;
    const onEvent = () => {
      calls++;
      throw new Error("a listener's own");
    };
    const worker = new TaskWorker(client, { evaluation_id: "e1", stopWhenEmpty: true, onEvent }, yes);
    await clock.until(worker.closed);
    expect(seen).toEqual(["task.claimed", "task.submitted", "task.claimed", "task.submitted", "lane.stopped"]);
    expect(calls).toBe(1);
    await client.close();
  });

  it("as an Effect is observed by the plugins of its layer, until a plugin is closed", async () => {
    const { clock, platform } = scene({ tasks: 2 });
    const seen: Array<string> = [];
    const observer = definePlugin({
      name: "observer",
      setup: (host) => {
        host.provide("taskWorker", ({ type }) => seen.push(type));
      },
    });
    const layer = Sgp.layer({ apiKey: "a key", fetch: platform.fetchFor("ada") as never, plugins: [observer] });
    const handler = () => Effect.succeed({ result: { fluent: "yes" } });
    const run = runWorker({ evaluation_id: "e1", stopWhenEmpty: true }, handler);
    const worker = workerLayer({ evaluation_id: "e1" }, handler);
    const isStopped = () => seen.filter((type) => type === "lane.stopped").length;
    await clock.until(Effect.runPromise(Effect.provideService(Effect.provide(run, layer), Clock.Clock, clock)));
    expect(seen).toEqual(["task.claimed", "task.submitted", "task.claimed", "task.submitted", "lane.stopped"]);
    const living = Effect.scoped(Effect.andThen(Layer.build(Layer.provide(worker, layer)), Effect.sleep("1 second")));
    await clock.until(Effect.runPromise(Effect.provideService(living, Clock.Clock, clock)));
    expect(isStopped()).toBe(2);
  });

  it("runs as an Effect, and stops as gently when it is interrupted", async () => {
    const { clock, platform, clientOf } = scene({ tasks: 3 });
    const { services } = clientOf("ada");
    const handler = ({ task }: WorkContext) => Effect.as(Effect.sleep("10 seconds"), { result: { fluent: task.id } });
    const run = runWorker({ evaluation_id: "e1", stopWhenEmpty: true }, handler);
    expect((await clock.until(Effect.runPromiseWith(services)(run))).counts.submitted).toBe(3);

    const other = scene({ tasks: 3 });
    const fiber = Effect.runForkWith(other.clientOf("ada").services)(run);
    await other.clock.advance("5 seconds");
    const exit = Effect.runPromise(Effect.andThen(Fiber.interrupt(fiber), Fiber.await(fiber)));
    expect(Exit.isFailure(await other.clock.until(exit))).toBe(true);
    expect([...other.platform.answers.keys()]).toEqual(["t0"]);
    expect(other.platform.heldBy("ada")).toEqual([]);
    expect(other.clock.pending).toBe(0);
    expect(platform.answers.size).toBe(3);
  });

  it.each([
    [{ evaluation_id: "" }, "evaluation_id is the id of an evaluation"],
    [{ tries: 0 }, "tries must be a whole number above 0, not 0"],
    [{ timeLimit: "soon" as never }, 'timeLimit is a time such as "30 seconds", not soon'],
    [{ idle: [0, 1] as const }, "idle[0] must be more than 0 ms"],
  ])("refuses %j", (more, message) => {
    expect(() => scene().work(yes, more)).toThrow(`TaskWorker: ${message}`);
  });

  it("refuses no client, the same one twice, and what is no handler", () => {
    const { work, clientOf } = scene();
    expect(() => work(yes, {}, [])).toThrow("at least one client is needed");
    const client = clientOf("ada");
    expect(() => new TaskWorker([client, client], { evaluation_id: "e1" }, yes)).toThrow(
      "the same client is given twice",
    );
    expect(() => new TaskWorker(client, { evaluation_id: "e1" }, "yes" as never)).toThrow("the handler is a function");
  });
});
