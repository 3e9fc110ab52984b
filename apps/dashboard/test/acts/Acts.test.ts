// @vitest-environment happy-dom
import { SGPClient, type TaskRow } from "@evalwire/core";
import { EvalwireProvider } from "@evalwire/react-hooks";
import { plan } from "@evalwire/tasks";
import { createElement, useEffect } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, expect, it, vi } from "vitest";
import { makeActs } from "../../src/acts/Acts.ts";
import { type Doing, useDoing } from "../../src/acts/useDoing.ts";
import { record, row } from "../rows.ts";

const roots: Array<Root> = [];
afterEach(() => {
  for (const root of roots.splice(0)) root.unmount();
});

type Answer = (
  path: string,
  body: { readonly task_ids?: ReadonlyArray<string> },
) => Response | undefined | Promise<Response | undefined>;

const stage = async (answer: Answer = () => undefined) => {
  const sent: Array<string> = [];
  const client = new SGPClient({
    apiKey: null,
    baseURL: "http://localhost:1",
    maxRetries: 0,
    fetch: async (url: string, init: RequestInit) => {
      const path = new URL(url).pathname.replace("/v4/evaluations/e1/", "");
      const text = typeof init.body === "string" ? init.body : "{}";
      sent.push(`${init.method} ${path} ${text}`);
      return (await answer(path, JSON.parse(text))) ?? Response.json(null);
    },
  });
  const refreshed: Array<string> = [];
  const byId = new Map([["r-t1", record({ id: "r-t1", title: "Frost" })]]);
  const { promise, resolve } = Promise.withResolvers<Doing>();
  const Probe = () => {
    const doing = useDoing("e1");
    useEffect(() => resolve(doing), [doing]);
    return null;
  };
  const root = createRoot(document.createElement("div"));
  roots.push(root);
  root.render(createElement(EvalwireProvider, { client }, createElement(Probe)));
  const tasks = new Map<string, TaskRow>();
  const listeners = new Set<() => void>();
  const show = (...rows: ReadonlyArray<TaskRow>) => {
    for (const each of rows) tasks.set(each.id, each);
    for (const listener of [...listeners]) listener();
  };
  const acts = makeActs({
    doing: await promise,
    me: "eve",
    tasks: () => tasks,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    results: {
      refresh: (id) => void refreshed.push(id),
      snapshot: () => ({ byId, total: 1, isWhole: true, error: undefined }),
    },
  });
  return {
    acts,
    tasks,
    show,
    listeners,
    sent,
    refreshed,
    texts: () => acts.snapshot().map(({ tone, text }) => `${tone}: ${text}`),
  };
};

it("assigns, says so, and gives each task back to whom it was with", async () => {
  const on = await stage();
  const tasks = [row({ id: "t1", assigned_to: "ada" }), row({ id: "t2" })];
  expect(await on.acts.assign(tasks, "ben")).toBe(true);
  expect(on.texts()).toEqual(["good: Assigned 2 tasks to ben."]);
  on.sent.length = 0;
  await on.acts.snapshot()[0]!.undo!();
  expect(on.sent).toEqual([`PATCH tasks/t1 {"assigned_to":"ada"}`, `PATCH tasks/t2 {"assigned_to":null}`]);
  expect(on.texts()).toEqual(["good: Undone: 2 tasks as before."]);
});

it("says that an undo is under way until it is done", async () => {
  const held = Promise.withResolvers<void>();
  let isHeld = false;
  const on = await stage(async () => {
    if (isHeld) await held.promise;
    return undefined;
  });
  await on.acts.assign([row({ id: "t1" }), row({ id: "t2" })], "ben");
  isHeld = true;
  const undone = on.acts.snapshot()[0]!.undo!();
  expect(on.texts()).toEqual(["notice: Undoing for 2 tasks…"]);
  held.resolve();
  await undone;
  expect(on.texts()).toEqual(["good: Undone: 2 tasks as before."]);
});

it("gives a task back to the holder that is known, not to the one that is still rendered", async () => {
  const on = await stage();
  const rendered = row({ id: "t1", assigned_to: "ben" });
  on.tasks.set("t1", { ...rendered, assigned_to: "ada" });
  await on.acts.release([rendered]);
  on.tasks.set("t1", { ...rendered, assigned_to: null });
  on.sent.length = 0;
  await on.acts.snapshot()[0]!.undo!();
  expect(on.sent).toEqual([`PATCH tasks/t1 {"assigned_to":"ada"}`]);
});

it("keeps a failure until it is dismissed, and a success for half a minute", async () => {
  const on = await stage((path) =>
    path.endsWith("/t1") ? Response.json({ detail: "no such task" }, { status: 404 }) : undefined,
  );
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  expect(await on.acts.release([row({ id: "t1", assigned_to: "ada" })])).toBe(false);
  await on.acts.release([row({ id: "t2", assigned_to: "ada" })]);
  expect(on.texts()).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(30_000);
  vi.useRealTimers();
  expect(on.texts()).toEqual(["bad: Releasing failed: no such task"]);
  on.acts.dismiss(on.acts.snapshot()[0]!.id);
  expect(on.acts.snapshot()).toEqual([]);
});

it("says why nothing was sent: the task is in no state for it, or it is one's own work", async () => {
  const on = await stage();
  expect(await on.acts.approve(row({ id: "t1" }), "")).toBe(false);
  expect(await on.acts.approve(row({ id: "t1", status: "COMPLETED", assigned_to: "eve" }), "")).toBe(false);
  expect(on.sent).toEqual([]);
  expect(on.texts()).toEqual([
    "bad: Not done for “Frost”: the task is in no state for it.",
    "bad: Not done for “Frost”: it is your own work, which another user has to judge.",
  ]);
});

it.each([
  [
    () => Response.json({ detail: [{ loc: ["body", "result", "q1"], msg: "at most 5", type: "v" }] }, { status: 422 }),
    "at most 5 (result.q1)",
  ],
  [
    () => new Response(null, { status: 503 }),
    "the evaluation server fails (503); it may have been done all the same: look before you repeat it",
  ],
  [() => new Response(null, { status: 403 }), "it is not allowed"],
  [() => new Response(null, { status: 404 }), "it is not there any more"],
  [() => new Response(null, { status: 429 }), "the evaluation server requests a slower pace; try again in a moment"],
  [
    () => {
      throw new TypeError("Failed to fetch");
    },
    "nothing answers; it may have been done all the same: look before you repeat it",
  ],
])("says why an act failed without addresses and ids of requests (%#)", async (answer, why) => {
  const on = await stage(answer);
  expect(await on.acts.submit(row({ id: "t1", assigned_to: "eve" }), { q1: 6 }, 42)).toBe(false);
  expect(on.texts()).toEqual([`bad: Handing in failed: ${why}`]);
});

it("sends back with the comment, and reads the result again", async () => {
  const on = await stage();
  await on.acts.sendBack(row({ id: "t1", status: "COMPLETED", assigned_to: "ada" }), " look again ");
  expect(on.sent).toHaveLength(1);
  expect(on.sent[0]).toMatch(/^PATCH test-case-results\/r-t1 /);
  expect(JSON.parse(on.sent[0]!.split(" ").slice(2).join(" "))).toEqual({
    label_status: "PENDING",
    audit_comment: "look again",
  });
  expect(on.refreshed).toEqual(["r-t1"]);
});

it("carries a plan out, and says how many were not assigned", async () => {
  const on = await stage((_, { task_ids = [] }) =>
    task_ids.includes("t2") ? Response.json({ detail: "t2 is finished" }, { status: 409 }) : undefined,
  );
  const made = plan({ tasks: [row({ id: "t1" }), row({ id: "t2" })], people: [{ id: "ada" }] });
  expect(await on.acts.carryOut(made, () => undefined)).toBe(false);
  expect(on.texts()[0]).toMatch(/^bad: Assigned 1 task by plan; 1 task not: /);
});

it.each([
  ["another user has it", { assigned_to: "ben" }],
  ["it was released", { assigned_to: null }],
  ["it was handed in", { status: "COMPLETED" }],
] as const)("says that a claimed task is the reader's until it is not: %s", async (_, change) => {
  const task_entity = {
    id: "r-t1",
    account_id: "a1",
    evaluation_id: "e1",
    application_spec_id: "s1",
    evaluation_dataset_id: "d1",
    evaluation_dataset_version_num: "1",
    test_case_id: "c1",
    test_case_evaluation_data_schema: "GENERATION",
    test_case_evaluation_data: { generation_output: "A summary." },
    label_status: "PENDING",
    created_at: "2030-01-01T00:00:00Z",
    updated_at: "2030-01-01T00:00:00Z",
    created_by_user_id: "zoe",
    created_by_identity_type: "user",
  };
  const task = { account_id: "a1", task_entity_parent_id: "e1", task_entity_id: "r-t1", task_entity };
  const on = await stage((path) =>
    path === "claim-task" ? Response.json({ ...row({ id: "t1", assigned_to: "eve" }), ...task }) : undefined,
  );
  expect(await on.acts.claim()).toBe("t1");
  on.show(row({ id: "t1", assigned_to: "eve" }), row({ id: "t2", assigned_to: "ada" }));
  expect(on.texts()).toEqual(["good: Claimed. The task is yours until its deadline."]);
  on.show(row({ id: "t1", assigned_to: "eve", ...change }));
  expect(on.texts()).toEqual([]);
  expect(on.listeners.size).toBe(0);
});

it("undoes only what has not been changed since, and says so", async () => {
  const on = await stage();
  await on.acts.assign([row({ id: "t1" }), row({ id: "t2" }), row({ id: "t3" })], "ben");
  on.show(row({ id: "t1", assigned_to: "ben" }), row({ id: "t2", assigned_to: "zoe" }));
  on.show(row({ id: "t3", assigned_to: "ben", status: "COMPLETED" }));
  on.sent.length = 0;
  await on.acts.snapshot()[0]!.undo!();
  expect(on.sent).toEqual([`PATCH tasks/t1 {"assigned_to":null}`]);
  expect(on.texts()).toEqual([
    "notice: Undone: 1 task as before; 2 tasks have been changed since and stay as they are.",
  ]);
  on.acts.dismiss(on.acts.snapshot()[0]!.id);
  await on.acts.release([row({ id: "t1", assigned_to: "ben" })]);
  on.show(row({ id: "t1", assigned_to: "zoe" }));
  on.sent.length = 0;
  await on.acts.snapshot()[0]!.undo!();
  expect(on.sent).toEqual([]);
  expect(on.texts()).toEqual(["notice: Not undone: 1 task has been changed since and stays as it is."]);
});

it("says when there is nothing to claim", async () => {
  const on = await stage();
  expect(await on.acts.claim()).toBeUndefined();
  expect(on.texts()).toEqual(["notice: There is nothing to claim just now."]);
});
