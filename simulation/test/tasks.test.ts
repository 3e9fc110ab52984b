/** `@evalwire/tasks` against the embedded server: the real client, in process, under one clock that only the test moves. */
import { SGPClient, type SgpError } from "@evalwire/core";
import { SimulatedClock } from "@evalwire/core/testing";
import { createServer, type ServerOptions } from "@evalwire/server";
import { assign, audit, type Claim, type Claimed, claim, queue, skip, submit } from "@evalwire/tasks";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const users = ["ada", "bo", "cy"];
const result = { fluent: "yes" };

/** A server with an evaluation of so many test cases, and a client for each user. */
const stage = async (testCases: number, options: Partial<ServerOptions> = {}) => {
  const clock = new SimulatedClock();
  const server = await createServer({
    apiKeys: Object.fromEntries(users.map((user) => [`key-of-${user}`, user])),
    clock,
    seed: 1,
    ...options,
  });
  const clientOf = (user: string, fetch: typeof server.fetch = server.fetch) =>
    new SGPClient({
      apiKey: `key-of-${user}`,
      baseURL: "http://sgp.example.invalid",
      fetch: clock.trackFetch(fetch),
      clock,
      seed: user,
    });
  const owner = clientOf("ada");
  const account_id = "default";
  const spec = await owner.applicationSpecs.create({ account_id, name: "summaries", description: "" });
  const dataset = await owner.evaluationDatasets.create({
    account_id,
    name: "texts",
    schema_type: "GENERATION",
    type: "manual",
  });
  const cases = await owner.evaluationDatasets.testCases.batch({
    evaluation_dataset_id: dataset.id,
    items: Array.from({ length: testCases }, (_, index) => ({
      account_id,
      test_case_data: { input: `text ${index}`, expected_output: "summary" },
    })),
  });
  await owner.evaluationDatasets.publish(dataset.id);
  const variant = await owner.applicationVariants.create({
    account_id,
    application_spec_id: spec.id,
    name: "one",
    version: "OFFLINE",
    configuration: {},
  });
  await owner.applicationTestCaseOutputs.batch({
    items: cases.map((testCase) => ({
      account_id,
      application_variant_id: variant.id,
      evaluation_dataset_version_num: 1,
      test_case_id: testCase.id,
      output: { generation_output: "a summary" },
    })),
  });
  const evaluation = await owner.evaluations.create({
    account_id,
    application_spec_id: spec.id,
    application_variant_id: variant.id,
    evaluation_dataset_id: dataset.id,
    name: "demo",
    description: "",
  });
  const args = { evaluation_id: evaluation.id };
  const tasks = async () => {
    const page = await owner.evaluations.testCaseResults.list({ ...args, view: ["Task"] });
    return page.items.map(({ task, annotated_by_user_id }) => ({ ...task!, annotated_by_user_id }));
  };
  return { clock, server, clientOf, args, tasks };
};

const claimedBy = async (client: SGPClient, args: { evaluation_id: string }) => {
  const held = await claim(client, args);
  expect(held._tag).toBe("Claimed");
  return held as Claimed;
};

describe("acting on tasks", () => {
  it("goes from claim to submit, revision, correction, and to nothing left", async () => {
    const { server, clientOf, args, tasks } = await stage(2);
    const [ada, bo] = [clientOf("ada"), clientOf("bo")];
    const [first, second] = [await claimedBy(ada, args), await claimedBy(bo, args)];
    expect(first.task.id).not.toBe(second.task.id);
    expect(await claim(clientOf("cy"), args)).toEqual({ _tag: "NothingLeft" });

    expect(await submit(ada, { ...first, result })).toMatchObject({
      _tag: "Done",
      result: { annotated_by_user_id: "ada", label_status: "COMPLETED" },
    });
    const done = { ...first.task, status: "COMPLETED" };
    expect(await audit.requestRevision(bo, { task: done, comment: "look again" })).toMatchObject({ _tag: "Done" });
    const again = await claimedBy(ada, args);
    expect(again.task).toMatchObject({ id: first.task.id, status: "PENDING_REDO" });
    await submit(ada, { ...again, result });
    expect(await audit.fix(bo, { task: done, result: { fluent: "no" } })).toMatchObject({
      _tag: "Done",
      result: { audit_status: "FIXED", result: { fluent: "no" } },
    });
    expect(await audit.approve(bo, { task: { ...done, status: "FIXED" } })).toMatchObject({ _tag: "Done" });
    expect((await tasks()).find((task) => task.id === first.task.id)).toMatchObject({ status: "FIXED" });
    await server.close();
  });

  it("a lease lasts as long as the claim said, and late work is reported as such", async () => {
    const { clock, server, clientOf, args, tasks } = await stage(1, {
      claimSeconds: 60,
      lateSubmit: "unless-reclaimed",
    });
    const held = await claimedBy(clientOf("ada"), args);
    await clock.advance(held.heldUntil - clock.now() - 1);
    expect(queue.held(await tasks(), clock.now()).map(({ lease }) => lease.assignee)).toEqual(["ada"]);
    expect(await claim(clientOf("bo"), args)).toEqual({ _tag: "NothingLeft" });

    await clock.advance("2 seconds");
    await claimedBy(clientOf("bo"), args);
    expect(await submit(clientOf("ada"), { ...held, result })).toMatchObject({ _tag: "Late" });
    expect(await clock.until(submit(clientOf("ada"), { ...held, result, late: "send" }))).toMatchObject({
      _tag: "Conflict",
    });
    expect((await tasks())[0]).toMatchObject({ status: "PENDING", assigned_to: { id: "bo" } });
    await server.close();
  });

  it("skips to the next task, and assigns what is waiting", async () => {
    const { server, clientOf, args, tasks, clock } = await stage(3);
    const ada = clientOf("ada");
    const held = await claimedBy(ada, args);
    const next = (await skip(ada, { ...args, task_id: held.task.id })) as Claimed;
    expect(next.task.id).not.toBe(held.task.id);
    const task_ids = queue.waiting(await tasks(), clock.now()).map((task) => task.id);
    expect(task_ids.length).toBe(2);
    expect((await assign(ada, { ...args, task_ids, assigned_to: "cy" })).map((task) => task.assigned_to)).toEqual([
      "cy",
      "cy",
    ]);
    expect([...queue.byAssignee(await tasks(), clock.now()).keys()].sort()).toEqual(["ada", "cy"]);
    await server.close();
  });
});

describe("over a network that loses requests and answers", () => {
  const outcome = fc.constantFrom("well", "well", "request lost", "answer lost", "answer cut");

  it("every result is handed in once, by the annotator who held its task", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(outcome, { maxLength: 40 }), fc.boolean(), async (outcomes, isKnown) => {
        const { clock, server, clientOf, args, tasks } = await stage(6);
        const waiting = [...outcomes];
        const lossy: typeof server.fetch = async (input, init) => {
          const next = waiting.shift();
          if (next === "request lost") throw new TypeError("the connection was lost");
          const response = await server.fetch(input, init);
          if (next === "answer lost") throw new TypeError("the connection was lost");
          return next === "answer cut" ? new Response((await response.text()).slice(0, -1), response) : response;
        };
        const believed = new Map<string, Array<string>>();
        const work = async (user: string) => {
          const client = clientOf(user, lossy);
          const me = isKnown ? { me: user } : {};
          for (;;) {
            const held = await claim(client, { ...args, ...me }).catch((error: SgpError): Claim | SgpError => error);
            if (held._tag === "NothingLeft") return;
            if (held._tag !== "Claimed") continue;
            const outcome = await submit(client, { ...held, result }).catch((error: SgpError) => error);
            if (outcome._tag !== "Done") continue;
            believed.set(held.task.id, [...(believed.get(held.task.id) ?? []), user]);
          }
        };
        await clock.until(Promise.all(users.map(work)));

        for (const task of await tasks()) {
          expect(task.status).toBe("COMPLETED");
          // An answer to the hand-in may be lost for good; then it is not reported, but the work is there.
          expect(believed.get(task.id) ?? [task.annotated_by_user_id]).toEqual([task.annotated_by_user_id]);
        }
        await server.close();
      }),
      { numRuns: 20 },
    );
  });
});
