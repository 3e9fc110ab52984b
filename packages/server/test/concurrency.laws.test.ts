/** Several people at once: requests and answers overtake each other in every order fast-check can think of. */
import { resources } from "@evalwire/core/contract";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { apiKeys, type Key, makeEvaluation, makeWorld } from "./world.ts";

const keys = Object.keys(apiKeys) as ReadonlyArray<Key>;

interface Work {
  readonly user: string;
  readonly taskId: string;
}

/** Claims and submits until nothing is left, each request and each answer delayed by the scheduler. */
const worker = async (
  send: (method: string, path: string, body: unknown, key: Key) => Promise<any>,
  evaluationId: string,
  key: Key,
  done: Array<Work>,
): Promise<void> => {
  for (;;) {
    const task = await send("POST", `/v4/evaluations/${evaluationId}/claim-task`, {}, key);
    if (task === null) return;
    const path = `/v4/evaluations/${evaluationId}/test-case-results/${task.task_entity_id}`;
    await send("PATCH", path, { result: { by: apiKeys[key] } }, key);
    done.push({ user: apiKeys[key], taskId: task.id });
  }
};

describe("people who work at the same time", () => {
  it("never hold one task together, and hand each in once", () =>
    fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 6 }), async (scheduler, count) => {
        await using world = await makeWorld();
        const { evaluation } = await makeEvaluation(world, count);
        const send = async (method: string, path: string, body: unknown, key: Key) => {
          await scheduler.schedule(Promise.resolve(), `${key} ${method}`);
          const { status, value } = await world.send(method, path, { body, key });
          expect(status).toBe(200);
          await scheduler.schedule(Promise.resolve(), `answer to ${key}`);
          return value;
        };
        const done: Array<Work> = [];
        const working = Promise.all(keys.map((key) => worker(send, evaluation.id, key, done)));
        await scheduler.waitFor(working);
        expect(new Set(done.map(({ taskId }) => taskId)).size).toBe(count);
        expect(done).toHaveLength(count);
        const params = { evaluation_id: evaluation.id };
        const { items } = await world.call(resources.evaluations.testCaseResults.list, {
          params,
          query: { view: ["Task"] },
        });
        for (const item of items) {
          const by = done.find(({ taskId }) => taskId === item.task!.id)!.user;
          expect([item.annotated_by_user_id, item.result]).toEqual([by, { by }]);
        }
        const whole = await world.call(resources.evaluations.retrieve, { params });
        expect(whole.completed_test_case_result_count).toBe(count);
      }),
      { numRuns: 30 },
    ));

  it("a hundred claims sent together give a hundred leases, or null", async () => {
    await using world = await makeWorld({
      apiKeys: {
        "key-ada": "ada",
        ...Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`key-${n}`, `user-${n}`])),
      },
    });
    const { evaluation } = await makeEvaluation(world, 60);
    const claims = await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        world.send("POST", `/v4/evaluations/${evaluation.id}/claim-task`, { body: {}, key: `key-${n}` }),
      ),
    );
    const held = claims.flatMap(({ value }) => (value === null ? [] : [value]));
    expect(new Set(held.map((task) => task.id)).size).toBe(60);
    expect(held).toHaveLength(60);
    expect(held.map((task) => task.assigned_to)).toEqual(Array.from({ length: 60 }, (_, n) => `user-${n}`));
  });
});
