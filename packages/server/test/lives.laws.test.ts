/**
 * Whole lives of an evaluation's tasks over the routes, against the model of the queue: many assigned at once and one by one, claims, work, sent
 * back, time that passes, stands still or is set back. After each step everything a caller can read of the tasks agrees.
 */
import { resources } from "@evalwire/core/contract";
import { SimulatedClock } from "@evalwire/core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assignSeconds, type Choices, claimSeconds, QueueModel, type Task } from "./QueueModel.ts";
import { type Key, makeEvaluation, makeWorld, type World } from "./world.ts";

const { claimTask, tasks: taskRoutes, testCaseResults } = resources.evaluations;

const choices: Choices = {
  claimAgain: "renew",
  expiredPlace: "kept",
  onlySkippedLeft: "null",
  lateSubmit: "unless-reclaimed",
  redoBy: "annotator",
  assignNull: "unassign",
};

/** More than one block of the kept versions, and a rest. */
const size = 75;
const users = ["ada", "ben", "cleo"] as const;
const user = fc.constantFrom(...users);
const keyOf = (name: string) => `key-${name}` as Key;
const one = fc.nat(size - 1);
const some = fc.oneof(
  fc.tuple(one, fc.nat(size)).map(([from, count]) => Array.from({ length: count + 1 }, (_, at) => (from + at) % size)),
  fc.array(one, { minLength: 1, maxLength: 9 }),
  fc.constant(Array.from({ length: size }, (_, at) => size - 1 - at)),
);
/** Among them a user whose id has to be escaped in JSON, and in SQL. */
const holder = fc.constantFrom("ada", "ben", null, `"x"\\'`, "\u2028é\u{1f600}");
const seconds = fc.constantFrom(0, 1, 60, 61, 149, 150, 151, -1, -70);

const instant = (millis: number | null) => (millis === null ? null : new Date(millis).toISOString());

const pass = async (clock: SimulatedClock, model: QueueModel, by: number) => {
  if (by < 0) clock.jump(by * 1000);
  else await clock.advance(by * 1000);
  model.now = clock.now();
};

/** The state of a task as it is shown, in the model's words. */
const shownOf = (task: any) => {
  const { id, status, assigned_to, assignment_expires_at } = task;
  return { id, status, holder: assigned_to?.id ?? assigned_to ?? null, until: assignment_expires_at };
};

const expected = ({ id, status, holder, until }: Task) => ({ id, status, holder, until: instant(until) });

type Move =
  | { readonly do: "all"; readonly which: ReadonlyArray<number>; readonly to: string | null; readonly stray: boolean }
  | { readonly do: "one"; readonly at: number; readonly to: string | null }
  | { readonly do: "claim"; readonly by: string; readonly skip: boolean }
  | { readonly do: "submit" | "redo" | "fix"; readonly at: number; readonly by: string }
  | { readonly do: "wait"; readonly seconds: number };

const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("all" as const),
      which: some,
      to: holder,
      stray: fc.nat(6).map((drawn) => drawn === 0),
    }),
  },
  fc.record({ do: fc.constant("one" as const), at: one, to: holder }),
  fc.record({ do: fc.constant("claim" as const), by: user, skip: fc.boolean() }),
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom("submit" as const, "redo" as const, "fix" as const),
      at: one,
      by: user,
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("wait" as const), seconds }) },
);

/** Reads the list of results in every way there is, and holds the ways against each other. */
const reader = (world: World, evaluationId: string) => {
  const path = `/v4/evaluations/${evaluationId}/test-case-results`;
  let last = { text: "", tag: "" };
  return async (page: number, limit: number): Promise<ReadonlyArray<any>> => {
    const whole = await world.send("GET", `${path}?view=Task&limit=1000`, { isText: true });
    const tag = whole.headers.get("etag")!;
    if (last.tag !== "") {
      const headers = { "x-api-key": "key-ada", "if-none-match": last.tag };
      const again = await world.server.fetch(`http://localhost${path}?view=Task&limit=1000`, { headers });
      expect([again.status, await again.text()]).toEqual(whole.value === last.text ? [304, ""] : [200, whole.value]);
    }
    last = { text: whole.value, tag };
    const { items } = JSON.parse(whole.value);
    const part = await world.send("GET", `${path}?view=Task&limit=${limit}&page=${page}`);
    expect(part.value.items).toEqual(items.slice((page - 1) * limit, page * limit));
    const other = await world.send("GET", `${path}?view=Metrics,Task&limit=1000`);
    expect(other.value.items.map(({ task }: any) => task)).toEqual(items.map(({ task }: any) => task));
    return items;
  };
};

/** One move on the server and the model: whether the server takes it is the model's to say. */
const play = async (world: World, model: QueueModel, evaluationId: string, clock: SimulatedClock, move: Move) => {
  const params = { evaluation_id: evaluationId };
  if (move.do === "wait") return pass(clock, model, move.seconds);
  model.expire();
  switch (move.do) {
    case "all": {
      const named = move.which.map((at) => model.tasks[at]!);
      const ids = [...new Set(named)].map(({ id }) => id);
      const isTaken = !move.stray && named.every((task) => model.isOpen(task));
      if (isTaken) for (const task of named) model.assign(task, move.to);
      const body = { task_ids: [...named.map(({ id }) => id), ...(move.stray ? ["stray"] : [])], assigned_to: move.to };
      const { status, value } = await world.attempt(taskRoutes.batchAssign, { params, body } as never);
      expect(status).toBe(move.stray ? 404 : isTaken ? 200 : 409);
      if (!isTaken) return;
      expect(value.map(shownOf)).toEqual(ids.map((id) => expected(model.tasks.find((task) => task.id === id)!)));
      return;
    }
    case "one": {
      const task = model.tasks[move.at]!;
      const isTaken = model.assign(task, move.to);
      const body = { assigned_to: move.to };
      const at = { params: { ...params, task_id: task.id }, body };
      const { status, value } = await world.attempt(taskRoutes.update, at as never);
      expect(status).toBe(isTaken ? 200 : 409);
      if (isTaken) expect(shownOf(value)).toEqual(expected(task));
      return;
    }
    case "claim": {
      const claimed = model.claim(move.by, move.skip);
      const found = await world.call(claimTask, { params, body: { skip_current: move.skip } }, keyOf(move.by));
      expect(found === null ? undefined : shownOf(found)).toEqual(claimed && expected(claimed));
      return;
    }
    default: {
      const task = model.tasks[move.at]!;
      const isOpen = model.isOpen(task);
      // Saving what is not done yet, and sending it back, are one request.
      if (move.do === "redo" && isOpen) return;
      const isTaken = move.do === "submit" ? model.submit(task, move.by) : model[move.do](task);
      const body = {
        submit: { label_status: "COMPLETED" },
        redo: { label_status: "PENDING", audit_comment: "again" },
        fix: { audit_status: "FIXED" },
      }[move.do];
      const at = { params: { ...params, test_case_result_id: task.resultId }, body };
      const { status } = await world.attempt(testCaseResults.update, at as never, keyOf(move.by));
      expect(status).toBe(isTaken ? 200 : 409);
    }
  }
};

describe("the life of an evaluation's tasks", () => {
  it("of v4: lists, answers and histories are the model's", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(move, { maxLength: 12, size: "max" }),
        fc.boolean(),
        fc.constantFrom("kept" as const, "back" as const),
        async (life, isTicking, expiredPlace) => {
          const clock = new SimulatedClock();
          const policy = { ...choices, expiredPlace };
          await using world = await makeWorld({ clock, claimSeconds, assignSeconds, ...policy });
          const { evaluation } = await makeEvaluation(world, size);
          const look = reader(world, evaluation.id);
          const model = new QueueModel(policy);
          model.now = clock.now();
          const first = await look(1, 30);
          model.tasks = first.map(({ id, task }, place) => ({
            ...{
              id: task.id,
              resultId: id,
              status: "PENDING",
              holder: null,
              until: null,
              place,
              priority: task.priority,
            },
          }));
          const seen = model.tasks.map((task) => [JSON.stringify(expected(task))]);
          for (const [index, move] of life.entries()) {
            await play(world, model, evaluation.id, clock, move);
            model.expire();
            const items = await look(1 + (index % 4), 30);
            expect(items.map(({ task }) => shownOf(task))).toEqual(model.tasks.map(expected));
            for (const [at, task] of model.tasks.entries()) {
              const now = JSON.stringify(expected(task));
              if (now !== seen[at]!.at(-1)) seen[at]!.push(now);
            }
            if (isTicking) await pass(clock, model, 0.001);
          }
          // A few of them: those that changed most, and some besides.
          const often = model.tasks.map((_, at) => at).sort((a, b) => seen[b]!.length - seen[a]!.length);
          for (const at of new Set([...often.slice(0, 4), 0, 63, 64, 74])) {
            const params = { evaluation_id: evaluation.id, test_case_result_id: model.tasks[at]!.resultId };
            const versions = await world.call(testCaseResults.history, { params, query: { view: ["Task"] } });
            const states = versions.map(({ task }) => JSON.stringify(shownOf(task)));
            const distinct = states.filter((state, place) => state !== states[place - 1]);
            // Skipping and claiming the same task is one call and two states: the one between was never to be seen.
            const isBetween = (state: string) => !seen[at]!.includes(state);
            expect(distinct.filter((state) => !isBetween(state))).toEqual(seen[at]);
            expect(distinct.filter(isBetween).every((state) => JSON.parse(state).holder === null)).toBe(true);
            const isOver = versions.map(({ invalidated_at }) => (invalidated_at ?? null) !== null);
            expect(isOver).toEqual(versions.map((_, place) => place < versions.length - 1));
          }
        },
      ),
      { numRuns: 6 },
    ));

  const ofV5 = fc.array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.record({
          do: fc.constant("batch" as const),
          which: fc.array(fc.nat(7), { minLength: 1, maxLength: 5 }),
          to: fc.option(holder, { nil: undefined }),
          status: fc.constantFrom(undefined, "PENDING_REDO" as const, "COMPLETED" as const),
        }),
      },
      fc.record({ do: fc.constant("claim" as const), by: user, skip: fc.boolean() }),
      fc.record({ do: fc.constant("wait" as const), seconds }),
    ),
    { maxLength: 16, size: "max" },
  );

  /** The change of one task of a batch; `false` where the whole batch is refused. */
  const changed = (
    model: QueueModel,
    task: Task,
    to: string | null | undefined,
    status: string | undefined,
  ): boolean => {
    const assign = () => to === undefined || (!model.isOpen(task) && to === task.holder) || model.assign(task, to);
    if (status === "PENDING_REDO") return (task.status === status || model.redo(task)) && assign();
    if (!assign()) return false;
    if (status === "COMPLETED" && task.status !== status) model.submit(task, task.holder ?? "ada");
    return true;
  };

  it("of v5: batches and claims are the model's, whole or not at all", () =>
    fc.assert(
      fc.asyncProperty(ofV5, async (life) => {
        const clock = new SimulatedClock();
        // Late submissions are a question of v4.
        const policy: Choices = { ...choices, lateSubmit: "accept" };
        await using world = await makeWorld({ clock, claimSeconds, assignSeconds, ...policy });
        const { annotationTasks, evaluations, questions } = resources.v5;
        const question = { name: "q", prompt: "?", question_type: "free_text" };
        const { id: question_id } = await world.call(questions.create, { body: question } as never);
        const evaluation = await world.call(evaluations.create, {
          body: {
            name: "E",
            data: Array.from({ length: 8 }, (_, n) => ({ n })),
            tasks: [
              {
                task_type: "contributor_evaluation.question",
                alias: "right",
                configuration: { question_id, layout: { children: [{ data: "item.n" }] } },
              },
            ],
          },
        } as never);
        const params = { evaluation_id: evaluation.id };
        const query = { task_type: "CONTRIBUTOR_ANNOTATION" };
        const claim = (by: string, skip: boolean) =>
          world.call(claimTask, { params, query, body: { skip_current: skip } } as never, keyOf(by));
        const model = new QueueModel(policy);
        model.now = clock.now();
        // No route lists the tasks of v5: each is claimed and assigned away until none is left, then all are given back.
        for (let place = 0; ; place++) {
          const task = (await claim("ada", false)) as any;
          if (task === null) break;
          const found = {
            id: task.id,
            resultId: task.task_entity_id,
            status: "PENDING",
            place,
            priority: task.priority,
          };
          model.tasks.push({ ...found, holder: null, until: null });
          await world.call(annotationTasks.batch, { body: { ids: [task.id], assigned_to: "away" } });
        }
        await world.call(annotationTasks.batch, { body: { ids: model.tasks.map(({ id }) => id), assigned_to: null } });
        expect(model.tasks).toHaveLength(8);
        for (const move of life) {
          if (move.do !== "wait") model.expire();
          if (move.do === "wait") await pass(clock, model, move.seconds);
          else if (move.do === "claim") {
            const claimed = model.claim(move.by, move.skip);
            const found = await claim(move.by, move.skip);
            expect(found === null ? undefined : shownOf(found)).toEqual(claimed && expected(claimed));
          } else {
            const before = model.tasks.map((task) => ({ ...task }));
            const named = [...new Set(move.which)].map((at) => model.tasks[at]!);
            const { to, status } = move;
            const isTaken = named.every((task) => changed(model, task, to, status));
            if (!isTaken) model.tasks = before;
            const body = {
              ids: [...named.map(({ id }) => id), "unknown"],
              ...(to === undefined ? {} : { assigned_to: to }),
              ...(status === undefined ? {} : { status }),
            };
            const answer = await world.attempt(annotationTasks.batch, { body } as never);
            const isEmpty = to === undefined && status === undefined;
            expect(answer.status).toBe(isEmpty ? 422 : isTaken ? 200 : 409);
            if (answer.status === 200) expect(answer.value.items.map(shownOf)).toEqual(named.map(expected));
          }
          model.expire();
          // A change of nothing reads a task.
          for (const task of model.tasks) {
            const read = { params: { ...params, task_id: task.id }, body: {} };
            expect(shownOf(await world.call(taskRoutes.update, read as never))).toEqual(expected(task));
          }
        }
      }),
      { numRuns: 10 },
    ));
});
