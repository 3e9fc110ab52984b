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
  const announced: Array<Write> = [];
  const undo = scripted.transport.writes.subscribe((write) => announced.push(write));
  return { ...scripted, announced, undo };
};

it("a write is announced when it starts and when it has succeeded", async () => {
  const { transport, run, announced, clock } = listen([json(task)]);
  const began = clock.now();
  const args = { evaluation_id: "e1", task_id: "t1", assigned_to: "u1" };
  await run(transport.call(Tasks.update, args));
  expect(announced).toEqual([
    { id: "call-1", endpoint: Tasks.update, args, phase: "started", at: began },
    {
      ...{ id: "call-1", endpoint: Tasks.update, args, phase: "succeeded", value: task, at: clock.now() },
      ...{ status: 200, attempts: 1, requestId: undefined },
    },
  ]);
});

it("a bare id is announced under its name; each call has an id of its own", async () => {
  const { transport, run, announced } = listen([json(null), json(null)]);
  await run(transport.call(Tasks.claim, "e1"));
  await run(transport.call(Tasks.claim, "e2"));
  expect(announced.map(({ id, args }) => [id, args])).toEqual([
    ["call-1", { evaluation_id: "e1" }],
    ["call-1", { evaluation_id: "e1" }],
    ["call-2", { evaluation_id: "e2" }],
    ["call-2", { evaluation_id: "e2" }],
  ]);
});

it("a write that fails is announced with its error, one that is repeated is announced once", async () => {
  const { transport, failure, announced } = listen(() => json({}, { status: 503 }));
  const error = await failure(transport.call(Tasks.update, { evaluation_id: "e1", task_id: "t1" }));
  expect(error.attempts).toBe(3);
  expect(announced.map(({ phase }) => phase)).toEqual(["started", "failed"]);
  expect(announced[1]?.error).toMatchObject({ reason: { _tag: "ServerFault" }, attempts: 3 });
});

it("a write whose answer was lost, and whose repetition is refused, is in doubt and says so", async () => {
  const { transport, failure, announced } = listen([
    new TypeError("fetch failed"),
    json({ detail: "taken" }, { status: 404 }),
  ]);
  const error = await failure(transport.call(Tasks.update, { evaluation_id: "e1", task_id: "t1" }));
  expect(error).toMatchObject({ reason: { _tag: "NotFound" }, attempts: 2, inDoubt: true });
  expect(error.message).toContain("an earlier attempt may have been carried out (2 attempts)");
  expect(announced[1]?.error?.inDoubt).toBe(true);
});

it("a write that is refused each time is in no doubt, nor is reading", async () => {
  const refused = listen(() => json({ detail: "taken" }, { status: 409 }));
  const write = await refused.failure(refused.transport.call(Tasks.update, { evaluation_id: "e1", task_id: "t1" }));
  expect([write.attempts, write.inDoubt]).toEqual([3, undefined]);
  const lost = listen(() => new TypeError("fetch failed"));
  const read = await lost.failure(lost.transport.call(Evaluations.retrieve, "e1"));
  expect([read.attempts, read.inDoubt]).toEqual([3, undefined]);
});

it("a write that is interrupted is announced as aborted", async () => {
  const { transport, provide, announced } = listen([silence]);
  const fiber = Effect.runFork(provide(transport.call(Tasks.claim, "e1")));
  await Effect.runPromise(Fiber.interrupt(fiber));
  expect(announced.map(({ phase }) => phase)).toEqual(["started", "failed"]);
  expect(announced[1]?.error?.reason).toEqual({ _tag: "Aborted" });
});

it("reads are not announced, nor calls refused before they are sent", async () => {
  const { transport, run, failure, announced } = listen([
    json({ items: [], current_page: 1, items_per_page: 1, total_item_count: 0 }),
  ]);
  await run(transport.call(Evaluations.list, {}));
  await failure(transport.call(Tasks.claim, ".."));
  expect(announced).toEqual([]);
});

it("a listener gets no more after its undo, and one that throws breaks neither the call nor the others", async () => {
  const problems: Array<Problem> = [];
  const { transport, run, announced, undo } = listen([json(null), json(null)], {
    onProblem: (problem) => problems.push(problem),
  });
  const error = new Error("not my day");
  const others: Array<string> = [];
  transport.writes.subscribe(() => {
    throw error;
  });
  transport.writes.subscribe(({ phase }) => others.push(phase));
  expect(await run(transport.call(Tasks.claim, "e1"))).toBeNull();
  expect(announced).toHaveLength(2);
  expect(others).toEqual(["started", "succeeded"]);
  expect(problems).toEqual([1, 2].map(() => ({ source: "a listener of calls", error })));
  undo();
  await run(transport.call(Tasks.claim, "e1"));
  expect(announced).toHaveLength(2);
  expect(others).toHaveLength(4);
});

it("a listener added while a write is under way learns how it ended", async () => {
  const announced: Array<Write["phase"]> = [];
  const { transport, run } = script([
    () => {
      transport.writes.subscribe(({ phase }) => announced.push(phase));
      return json(null);
    },
  ]);
  await run(transport.call(Tasks.claim, "e1"));
  expect(announced).toEqual(["succeeded"]);
});
