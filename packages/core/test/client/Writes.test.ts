import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import { expect, it } from "vitest";
import type { Problem } from "../../src/client/Problem.ts";
import type { Write } from "../../src/client/Writes.ts";
import { Evaluations, Tasks } from "../../src/contract/index.ts";
import task from "../fixtures/contract/task.json" with { type: "json" };
import { json, script, silence } from "./script.ts";

const listen = (...parameters: Parameters<typeof script>) => {
  const scripted = script(...parameters);
  const told: Array<Write> = [];
  const undo = scripted.transport.writes.subscribe((write) => told.push(write));
  return { ...scripted, told, undo };
};

it("a write is told when it starts and when it has succeeded", async () => {
  const { transport, run, told, clock } = listen([json(task)]);
  const began = clock.now();
  const args = { evaluation_id: "e1", task_id: "t1", assigned_to: "u1" };
  await run(transport.call(Tasks.update, args));
  expect(told).toEqual([
    { id: "call-1", endpoint: Tasks.update, args, phase: "started", at: began },
    {
      ...{ id: "call-1", endpoint: Tasks.update, args, phase: "succeeded", value: task, at: clock.now() },
      ...{ status: 200, attempts: 1, requestId: undefined },
    },
  ]);
});

it("a bare id is told under its name; each call has an id of its own", async () => {
  const { transport, run, told } = listen([json(null), json(null)]);
  await run(transport.call(Tasks.claim, "e1"));
  await run(transport.call(Tasks.claim, "e2"));
  expect(told.map(({ id, args }) => [id, args])).toEqual([
    ["call-1", { evaluation_id: "e1" }],
    ["call-1", { evaluation_id: "e1" }],
    ["call-2", { evaluation_id: "e2" }],
    ["call-2", { evaluation_id: "e2" }],
  ]);
});

it("a write that fails is told with its error, one that is repeated is told once", async () => {
  const { transport, failure, told } = listen(() => json({}, { status: 503 }));
  const error = await failure(transport.call(Tasks.update, { evaluation_id: "e1", task_id: "t1" }));
  expect(error.attempts).toBe(3);
  expect(told.map(({ phase }) => phase)).toEqual(["started", "failed"]);
  expect(told[1]?.error).toMatchObject({ reason: { _tag: "ServerFault" }, attempts: 3 });
});

it("a write whose answer was lost, and whose repetition is refused, is in doubt and says so", async () => {
  const { transport, failure, told } = listen([
    new TypeError("fetch failed"),
    json({ detail: "taken" }, { status: 404 }),
  ]);
  const error = await failure(transport.call(Tasks.update, { evaluation_id: "e1", task_id: "t1" }));
  expect(error).toMatchObject({ reason: { _tag: "NotFound" }, attempts: 2, inDoubt: true });
  expect(error.message).toContain("an earlier attempt may have been carried out (2 attempts)");
  expect(told[1]?.error?.inDoubt).toBe(true);
});

it("a write that is refused each time is in no doubt, nor is reading", async () => {
  const refused = listen(() => json({ detail: "taken" }, { status: 409 }));
  const write = await refused.failure(refused.transport.call(Tasks.update, { evaluation_id: "e1", task_id: "t1" }));
  expect([write.attempts, write.inDoubt]).toEqual([3, undefined]);
  const lost = listen(() => new TypeError("fetch failed"));
  const read = await lost.failure(lost.transport.call(Evaluations.retrieve, "e1"));
  expect([read.attempts, read.inDoubt]).toEqual([3, undefined]);
});

it("a write that is interrupted is told as aborted", async () => {
  const { transport, provide, told } = listen([silence]);
  const fiber = Effect.runFork(provide(transport.call(Tasks.claim, "e1")));
  await Effect.runPromise(Fiber.interrupt(fiber));
  expect(told.map(({ phase }) => phase)).toEqual(["started", "failed"]);
  expect(told[1]?.error?.reason).toEqual({ _tag: "Aborted" });
});

it("reading is not told, nor what is refused before it is sent", async () => {
  const { transport, run, failure, told } = listen([
    json({ items: [], current_page: 1, items_per_page: 1, total_item_count: 0 }),
  ]);
  await run(transport.call(Evaluations.list, {}));
  await failure(transport.call(Tasks.claim, ".."));
  expect(told).toEqual([]);
});

it("a listener is told no more after its undo, and one that throws breaks neither the call nor the others", async () => {
  const problems: Array<Problem> = [];
  const { transport, run, told, undo } = listen([json(null), json(null)], {
    onProblem: (problem) => problems.push(problem),
  });
  const error = new Error("not my day");
  const others: Array<string> = [];
  transport.writes.subscribe(() => {
    throw error;
  });
  transport.writes.subscribe(({ phase }) => others.push(phase));
  expect(await run(transport.call(Tasks.claim, "e1"))).toBeNull();
  expect(told).toHaveLength(2);
  expect(others).toEqual(["started", "succeeded"]);
  expect(problems).toEqual([1, 2].map(() => ({ source: "a listener of calls", error })));
  undo();
  await run(transport.call(Tasks.claim, "e1"));
  expect(told).toHaveLength(2);
  expect(others).toHaveLength(4);
});

it("who begins to listen while a write is under way is told how it ended", async () => {
  const told: Array<Write["phase"]> = [];
  const { transport, run } = script([
    () => {
      transport.writes.subscribe(({ phase }) => told.push(phase));
      return json(null);
    },
  ]);
  await run(transport.call(Tasks.claim, "e1"));
  expect(told).toEqual(["succeeded"]);
});
