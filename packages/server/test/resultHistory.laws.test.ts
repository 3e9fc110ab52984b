/** The history of a result with its task equals the states read after every call. */
import { resources } from "@evalwire/core/contract";
import { SimulatedClock } from "@evalwire/core/testing";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Key, makeEvaluation, makeWorld } from "./world.ts";

const { testCaseResults, tasks, claimTask } = resources.evaluations;

const keys = fc.constantFrom<Key>("key-ada", "key-ben");
const actions = fc.array(
  fc.oneof(
    fc.record({ action: fc.constant("claim" as const), key: keys, skip_current: fc.boolean() }),
    fc.record({ action: fc.constant("assign" as const), to: fc.constantFrom("ada", "ben", null) }),
    fc.record({
      action: fc.constantFrom("save" as const, "submit" as const, "redo" as const, "fix" as const),
      key: keys,
    }),
    fc.record({ action: fc.constant("wait" as const), seconds: fc.constantFrom(0, 1, 40) }),
  ),
  { maxLength: 20, size: "max" },
);

/** The state of a result with its task, apart from when the version ended. */
const state = (result: any) => {
  const { task, label_status, audit_status, updated_at } = result;
  const { status, assigned_to, assignment_expires_at } = task;
  return { status, holder: assigned_to?.id ?? null, assignment_expires_at, label_status, audit_status, updated_at };
};

describe("the history of a result with view=Task", () => {
  it("is the states that a look after each call saw, each ending when the next begins", async () => {
    await fc.assert(
      fc.asyncProperty(actions, fc.boolean(), async (life, isTicking) => {
        const clock = new SimulatedClock();
        await using world = await makeWorld({ clock, claimSeconds: 30, assignSeconds: 30, lateSubmit: "accept" });
        const { evaluation } = await makeEvaluation(world, 1);
        const params = { evaluation_id: evaluation.id };
        const [first] = (await world.call(testCaseResults.list, { params, query: { view: ["Task"] } })).items;
        const at = { ...params, test_case_result_id: first!.id };
        const task_id = (first as any).task.id;
        const look = async () =>
          state(await world.call(testCaseResults.retrieve, { params: at, query: { view: ["Task"] } }));
        const seen = [await look()];
        for (const each of life) {
          switch (each.action) {
            case "claim":
              await world.attempt(claimTask, { params, body: { skip_current: each.skip_current } }, each.key);
              break;
            case "assign":
              await world.attempt(tasks.update, {
                params: { ...params, task_id },
                body: { assigned_to: each.to },
              } as never);
              break;
            case "wait":
              await clock.advance(`${each.seconds} seconds`);
              break;
            default: {
              const body = {
                save: { label_status: "PENDING" },
                submit: { label_status: "COMPLETED" },
                redo: { label_status: "PENDING" },
                fix: { audit_status: "FIXED" },
              }[each.action];
              await world.attempt(testCaseResults.update, { params: at, body } as never, each.key);
            }
          }
          const now = await look();
          if (JSON.stringify(now) !== JSON.stringify(seen.at(-1))) seen.push(now);
          if (isTicking) await clock.advance(1);
        }
        const versions = await world.call(testCaseResults.history, { params: at, query: { view: ["Task"] } });
        const states = versions.map(state);
        // An update within the same millisecond that changes nothing of these is a version all the same.
        const distinct = states.filter((each, index) => JSON.stringify(each) !== JSON.stringify(states[index - 1]));
        // Skipping and claiming the same task again is one call, and two states.
        const isRest = (each: object) => seen.some((one) => JSON.stringify(one) === JSON.stringify(each));
        const skipped = distinct.filter((each) => !isRest(each));
        expect(skipped.every(({ holder }) => holder === null)).toBe(true);
        expect(distinct.filter(isRest)).toEqual(seen);
        expect(versions.map((version) => version.invalidated_at == null)).toEqual(
          versions.map((_, index) => index === versions.length - 1),
        );
        const ends = versions.slice(0, -1).map((version) => version.invalidated_at!);
        expect(ends).toEqual([...ends].sort());
      }),
      { numRuns: 60 },
    );
  });

  it("has no task and no version of an assignment without the view", async () => {
    await using world = await makeWorld();
    const { evaluation } = await makeEvaluation(world, 1);
    const params = { evaluation_id: evaluation.id };
    const task = await world.call(claimTask, { params, body: {} });
    const at = { ...params, test_case_result_id: task!.task_entity_id };
    const plain = await world.call(testCaseResults.history, { params: at });
    expect(plain.map((version) => version.task)).toEqual([undefined]);
    const whole = await world.call(testCaseResults.history, { params: at, query: { view: ["Task"] } });
    expect(whole.map((version) => (version.task?.assigned_to as { id: string } | null)?.id)).toEqual([
      undefined,
      "ada",
    ]);
  });
});
