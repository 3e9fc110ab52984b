import type { SgpError } from "@evalwire/core";
import { lifecycle as Lifecycle } from "@evalwire/core/contract";
import { expect, it } from "vitest";
import { assign, audit, type Claimed, claim, save, submit } from "../src/index.ts";
import { stage } from "./stage.ts";

const args = { evaluation_id: "e1" };
const result = { fluent: "yes" };

const inHand = async (scene: ReturnType<typeof stage>, user = "ada") => {
  const client = scene.clientOf(user);
  return { client, held: (await scene.clock.until(claim(client, args))) as Claimed };
};

it("hands in answers, and the task is completed", async () => {
  const scene = stage();
  const { client, held } = await inHand(scene);
  const outcome = await scene.clock.until(submit(client, { ...held, result, time_spent_labeling_s: 12 }));
  expect(outcome).toMatchObject({ _tag: "Done", status: "COMPLETED", result: { label_status: "COMPLETED" } });
  // Nothing but the wire's own fields is sent.
  expect(scene.platform.calls.at(-1)).toMatchObject({
    method: "PATCH",
    path: "/v4/evaluations/e1/test-case-results/r-t0",
    body: { result, time_spent_labeling_s: 12 },
  });
  expect(Object.keys(scene.platform.calls.at(-1)!.body)).toEqual(["result", "time_spent_labeling_s"]);
});

it("saves answers without handing in, and the task stays in hand", async () => {
  const scene = stage();
  const { client, held } = await inHand(scene);
  expect(await scene.clock.until(save(client, { ...held, result }))).toMatchObject({ _tag: "Done", status: "PENDING" });
  expect(scene.platform.heldBy("ada")).toEqual(["t0"]);
});

it("reports that it is too late, and sends nothing, from the end of the lease on", async () => {
  const scene = stage({ claimSeconds: 60 });
  const { client, held } = await inHand(scene);
  await scene.clock.advance(held.heldUntil - scene.clock.now());
  const calls = scene.platform.calls.length;
  const outcome = await scene.clock.until(submit(client, { ...held, result }));
  expect(outcome).toEqual({ _tag: "Late", heldUntil: held.heldUntil });
  expect(scene.platform.calls.length).toBe(calls);
});

it("goes by the task's own deadline where it does not know until when the task is held", async () => {
  const scene = stage({ claimSeconds: 60 });
  const { client, held } = await inHand(scene);
  await scene.clock.advance("60 seconds");
  expect(await submit(client, { task: held.task, result })).toEqual({
    _tag: "Late",
    heldUntil: held.heldUntil + 1_000,
  });
});

it("sends late answers when requested, and the server has the last word", async () => {
  const scene = stage({ claimSeconds: 60 });
  const { client, held } = await inHand(scene);
  await scene.clock.advance("2 minutes");
  await inHand(scene, "bo");
  expect(await scene.clock.until(submit(client, { ...held, result, late: "send" }))).toMatchObject({
    _tag: "Conflict",
    error: { reason: { _tag: "Conflict" } },
  });
  expect(scene.platform.heldBy("bo")).toEqual(["t0"]);

  await scene.clock.advance("2 minutes");
  expect(await scene.clock.until(submit(client, { ...held, result, late: "send" }))).toMatchObject({ _tag: "Done" });
});

it("a task that was given to another user meanwhile is lost, not overwritten", async () => {
  const scene = stage();
  const { client, held } = await inHand(scene);
  scene.platform.reassign("t0", "bo");
  expect(await scene.clock.until(submit(client, { ...held, result }))).toMatchObject({ _tag: "Conflict" });
  expect(scene.platform.tasks[0]).toMatchObject({ status: "PENDING", holder: "bo" });
});

it("what a status does not allow is not sent, and what it allows is said", async () => {
  const scene = stage();
  const { client, held } = await inHand(scene);
  const calls = scene.platform.calls.length;
  for (const status of [...Lifecycle.statuses, "ESCALATED"]) {
    if (Lifecycle.isOpen(status)) continue;
    const task = { ...held.task, status };
    const outcome = await submit(client, { task, result });
    expect(outcome).toEqual({ _tag: "NotPossible", status, possible: Lifecycle.triggersFrom(status) });
  }
  expect(scene.platform.calls.length).toBe(calls);
});

it("any other failure is a failure", async () => {
  const scene = stage();
  const { client, held } = await inHand(scene);
  const denied = client.withOptions({ fetch: async () => Response.json({ detail: "no" }, { status: 403 }) });
  const reason = submit(denied, { ...held, result }).catch((error: SgpError) => error.reason._tag);
  expect(await scene.clock.until(reason)).toBe("Forbidden");
});

it("an auditor approves, corrects, or sends back to be done again", async () => {
  const scene = stage();
  const { client, held } = await inHand(scene);
  await scene.clock.until(submit(client, { ...held, result }));
  const task = { ...held.task, status: "COMPLETED" };
  const verdict = async (outcome: Promise<unknown>) => {
    const settled = await scene.clock.until(outcome);
    return [settled, scene.platform.calls.at(-1)!.body];
  };

  expect(await verdict(audit.approve(client, { task, comment: "well done" }))).toMatchObject([
    { _tag: "Done", status: "COMPLETED" },
    { audit_status: "APPROVED", audit_comment: "well done" },
  ]);
  expect(await verdict(audit.requestRevision(client, { task, comment: "the second sentence" }))).toMatchObject([
    { _tag: "Done", status: "PENDING_REDO" },
    { label_status: "PENDING", audit_comment: "the second sentence" },
  ]);
  expect(scene.platform.tasks[0]).toMatchObject({ status: "PENDING_REDO" });

  const again = (await scene.clock.until(claim(client, args))) as Claimed;
  expect(again.task).toMatchObject({ id: "t0", status: "PENDING_REDO" });
  await scene.clock.until(submit(client, { ...again, result }));
  expect(await verdict(audit.fix(client, { task, result: { fluent: "no" } }))).toMatchObject([
    { _tag: "Done", status: "FIXED" },
    { audit_status: "FIXED", result: { fluent: "no" } },
  ]);
});

it("what each act writes is what the lifecycle table calls it", async () => {
  const scene = stage();
  const { client, held } = await inHand(scene);
  const open = { ...held.task, status: "PENDING" };
  const done = { ...held.task, status: "COMPLETED" };
  const acts: ReadonlyArray<readonly [Lifecycle.Trigger, Lifecycle.Status, () => Promise<unknown>]> = [
    ["save", "PENDING", () => save(client, { task: open, result })],
    ["submit", "PENDING", () => submit(client, { task: open, result })],
    ["approve", "COMPLETED", () => audit.approve(client, { task: done })],
    ["fix", "COMPLETED", () => audit.fix(client, { task: done, result })],
    ["requestRevision", "COMPLETED", () => audit.requestRevision(client, { task: done })],
  ];
  for (const [trigger, status, act] of acts) {
    await scene.clock.until(act().catch(() => undefined));
    expect(Lifecycle.triggerOf(status, scene.platform.calls.at(-1)!.body)).toBe(trigger);
  }
});

it("assigns one task, many in one request, none in none", async () => {
  const sent: Array<{ path: string; body: unknown }> = [];
  const task = {
    id: "t0",
    task_type: "EVALUATION_ANNOTATION",
    task_entity_parent_id: "e1",
    task_entity_id: "r-t0",
    account_id: "a1",
    status: "PENDING",
    priority: 0,
    assigned_to: "bo",
  };
  const scene = stage();
  const client = scene.clientOf("ada").withOptions({
    fetch: async (url, init) => {
      const { pathname } = new URL(url);
      sent.push({ path: pathname, body: JSON.parse(String(init?.body)) });
      return Response.json(pathname.endsWith("/batch-assign") ? [task, task] : task);
    },
  });
  const give = (...task_ids: ReadonlyArray<string>) => assign(client, { ...args, task_ids, assigned_to: "bo" });
  expect(await give()).toEqual([]);
  expect(await give("t0")).toEqual([task]);
  expect(await give("t0", "t1")).toEqual([task, task]);
  expect(sent).toEqual([
    { path: "/v4/evaluations/e1/tasks/t0", body: { assigned_to: "bo" } },
    { path: "/v4/evaluations/e1/tasks/batch-assign", body: { task_ids: ["t0", "t1"], assigned_to: "bo" } },
  ]);
});

it("a refusal is not repeated: by then another's work may be there, and would be overwritten", async () => {
  const scene = stage();
  const { client, held } = await inHand(scene);
  scene.platform.reassign("t0", "bo");
  const before = scene.platform.calls.length;
  expect(await scene.clock.until(submit(client, { ...held, result }))).toMatchObject({ _tag: "Conflict" });
  expect(scene.platform.calls.length).toBe(before + 1);
});
