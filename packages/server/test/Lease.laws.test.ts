/**
 * The queue against a model of it that is nothing but a list: after any moves of any people, the server holds what the model
 * holds. The rest of the laws are read off the same runs.
 */
import { resources, type TestCaseResults } from "@evalwire/core/contract";
import { SimulatedClock } from "@evalwire/core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assignSeconds, type Choices, claimSeconds, QueueModel as Model, type Task } from "./QueueModel.ts";
import { type Key, makeEvaluation, makeWorld, type World } from "./world.ts";

const users = ["ada", "ben", "cleo"] as const;
type User = (typeof users)[number];
const keyOf = (user: User): Key => `key-${user}`;

const choices: fc.Arbitrary<Choices> = fc.record({
  claimAgain: fc.constantFrom("renew", "keep"),
  expiredPlace: fc.constantFrom("kept", "back"),
  onlySkippedLeft: fc.constantFrom("null", "same"),
  lateSubmit: fc.constantFrom("accept", "unless-reclaimed", "refuse"),
  redoBy: fc.constantFrom("annotator", "queue"),
  assignNull: fc.constantFrom("unassign", "ignore"),
});

interface Real extends World {
  readonly clock: SimulatedClock;
  readonly evaluationId: string;
}

const view = { view: ["Task" as const] };
const params = (real: Real) => ({ evaluation_id: real.evaluationId });
const results = async (real: Real): Promise<ReadonlyArray<TestCaseResults.TestCaseResult>> =>
  (await real.call(resources.evaluations.testCaseResults.list, { params: params(real), query: view })).items;

const instant = (millis: number | null): string | null => (millis === null ? null : new Date(millis).toISOString());

/** The server's tasks and counts are the model's. */
const compare = async (model: Model, real: Real): Promise<void> => {
  const items = await results(real);
  const shown = items.map(({ task }) => {
    const { id, status, assigned_to, assignment_expires_at } = task!;
    return { id, status, holder: (assigned_to as { id: string } | null)?.id ?? null, until: assignment_expires_at };
  });
  expect(shown).toEqual(
    model.tasks.map(({ id, status, holder, until }) => ({ id, status, holder, until: instant(until) })),
  );
  const done = items.filter(({ label_status }) => label_status === "COMPLETED").length;
  const evaluation = await real.call(resources.evaluations.retrieve, { params: params(real) });
  expect(evaluation).toMatchObject({
    total_test_case_result_count: items.length,
    completed_test_case_result_count: done,
    status: done === items.length ? "COMPLETED" : "PENDING",
  });
  expect(evaluation.completed_at !== undefined).toBe(done === items.length);
  for (const { label_status, completed_at, task } of items) {
    expect(completed_at !== undefined).toBe(label_status === "COMPLETED");
    expect(label_status === "COMPLETED").toBe(task!.status === "COMPLETED" || task!.status === "FIXED");
  }
};

type Command = fc.AsyncCommand<Model, Real>;

const command = (name: string, run: (model: Model, real: Real) => Promise<void>): Command => ({
  check: () => true,
  run: async (model, real) => {
    model.expire();
    await run(model, real);
    await compare(model, real);
  },
  toString: () => name,
});

const at = (model: Model, index: number): Task => model.tasks[index % model.tasks.length]!;

const patch = (real: Real, task: Task, user: User, body: object) =>
  real.attempt(
    resources.evaluations.testCaseResults.update,
    { params: { ...params(real), test_case_result_id: task.resultId }, body },
    keyOf(user),
  );

const user = fc.constantFrom(...users);
const index = fc.nat({ max: 9 });

const claims = fc.tuple(user, fc.boolean()).map(([user, skip]) =>
  command(`${user} claims${skip ? ", skipping" : ""}`, async (model, real) => {
    const expected = model.claim(user, skip);
    const claimed = await real.call(
      resources.evaluations.claimTask,
      { params: params(real), body: { skip_current: skip } },
      keyOf(user),
    );
    expect(claimed?.id).toBe(expected?.id);
    expect(claimed?.task_entity?.id).toBe(expected?.resultId);
  }),
);

/** Claiming is what moves the queue, so it comes most often. */
const commands: ReadonlyArray<fc.Arbitrary<Command>> = [
  claims,
  claims,
  claims,
  claims,
  claims,
  fc.tuple(index, fc.option(user)).map(([index, to]) =>
    command(`${index} is assigned to ${to}`, async (model, real) => {
      const task = at(model, index);
      const isTaken = model.assign(task, to);
      const { status } = await real.attempt(resources.evaluations.tasks.update, {
        params: { ...params(real), task_id: task.id },
        body: { assigned_to: to },
      });
      expect(status).toBe(isTaken ? 200 : 409);
    }),
  ),
  fc.tuple(index, index, user).map(([first, second, to]) =>
    command(`${first} and ${second} are assigned to ${to}`, async (model, real) => {
      const tasks = [at(model, first), at(model, second)];
      const isTaken = tasks.every((task) => model.isOpen(task));
      if (isTaken) for (const task of tasks) model.assign(task, to);
      const { status } = await real.attempt(resources.evaluations.tasks.batchAssign, {
        params: params(real),
        body: { task_ids: tasks.map(({ id }) => id), assigned_to: to },
      });
      expect(status).toBe(isTaken ? 200 : 409);
    }),
  ),
  fc.tuple(user, index).map(([user, index]) =>
    command(`${user} submits ${index}`, async (model, real) => {
      const task = at(model, index);
      const isTaken = model.submit(task, user);
      const { status } = await patch(real, task, user, { result: { q: "good" } });
      expect(status).toBe(isTaken ? 200 : 409);
    }),
  ),
  fc.tuple(user, index).map(([user, index]) =>
    command(`${user} saves ${index}`, async (model, real) => {
      const task = at(model, index);
      // Saving what is done would send it back.
      if (!model.isOpen(task)) return;
      const isTaken = model.mayWork(task, user);
      const { status } = await patch(real, task, user, { result: { q: "draft" }, label_status: "PENDING" });
      expect(status).toBe(isTaken ? 200 : 409);
    }),
  ),
  fc.tuple(user, index).map(([user, index]) =>
    command(`${user} sends ${index} back`, async (model, real) => {
      const task = at(model, index);
      if (model.isOpen(task)) return;
      const isTaken = model.redo(task);
      const { status } = await patch(real, task, user, { label_status: "PENDING", audit_comment: "again" });
      expect(status).toBe(isTaken ? 200 : 409);
    }),
  ),
  fc.tuple(user, index).map(([user, index]) =>
    command(`${user} fixes ${index}`, async (model, real) => {
      const task = at(model, index);
      const isTaken = model.fix(task);
      const { status } = await patch(real, task, user, { audit_status: "FIXED", result: { q: "fixed" } });
      expect(status).toBe(isTaken ? 200 : 409);
    }),
  ),
  fc.constantFrom(1, 30, 59, 60, 61, 149, 150, 100_000).map((seconds) =>
    command(`${seconds} s go by`, async (model, real) => {
      await real.clock.advance(`${seconds} seconds`);
      model.now = real.clock.now();
      model.expire();
    }),
  ),
];

/** A world with an evaluation of so many tasks, and the model of it. */
const begin = async (choices: Choices, priorities: ReadonlyArray<number>) => {
  const clock = new SimulatedClock();
  let made = 0;
  const priorityOf = () => priorities[made++ % priorities.length]!;
  const world = await makeWorld({ clock, claimSeconds, assignSeconds, priorityOf, ...choices });
  const { evaluation } = await makeEvaluation(world, priorities.length);
  const real: Real = { ...world, clock, evaluationId: evaluation.id };
  const model = new Model(choices);
  model.now = clock.now();
  const items = await results(real);
  model.tasks = items.map(({ id, task }, place) => ({
    ...{ id: task!.id, resultId: id, status: "PENDING", holder: null, until: null, place },
    priority: task!.priority,
  }));
  return { model, real };
};

const priorities = fc.array(fc.constantFrom(0, 0, 1), { minLength: 1, maxLength: 6 });

describe("the queue", () => {
  it("server(moves) = model(moves)", () =>
    fc.assert(
      fc.asyncProperty(
        choices,
        priorities,
        fc.commands([...commands], { maxCommands: 40, size: "max" }),
        async (choices, priorities, moves) => {
          const { model, real } = await begin(choices, priorities);
          try {
            await fc.asyncModelRun(() => ({ model, real }), moves);
          } finally {
            await real.close();
          }
        },
      ),
      { numRuns: 40 },
    ));
});
