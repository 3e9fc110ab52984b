/** The hooks that act: state, optimistic rows, rollback, and runs whose component or evaluation changes. */
import { SGPClient, type SgpError } from "@evalwire/core";
import { SimulatedClock } from "@evalwire/core/testing";
import { act, renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { describe, expect, it } from "vitest";
import {
  EvalwireProvider,
  type Mutation,
  useAssignTask,
  useAssignTasks,
  useAudit,
  useClaimTask,
  useReleaseTask,
  useSaveTask,
  useSkipTask,
  useSubmitTask,
  useTask,
  useTasks,
} from "../src/index.ts";
import { fakeClient, settle } from "./harness.tsx";
import { row, watchOf } from "./rows.ts";

const created = "2030-01-01T00:00:00Z";

const taskOf = (id: string, fields: object = {}) => ({
  id,
  task_type: "EVALUATION_ANNOTATION",
  task_entity_parent_id: "ev_1",
  task_entity_id: `r-${id}`,
  account_id: "a1",
  status: "PENDING",
  priority: 0,
  assigned_to: "ada",
  ...fields,
});

const resultOf = (id: string, fields: object = {}, task: object = {}) => ({
  id: `r-${id}`,
  created_at: created,
  updated_at: created,
  account_id: "a1",
  created_by_user_id: "owner",
  application_spec_id: "s1",
  evaluation_id: "ev_1",
  evaluation_dataset_id: "d1",
  evaluation_dataset_version_num: "1",
  test_case_id: `c-${id}`,
  label_status: "PENDING",
  test_case_evaluation_data_schema: "GENERATION",
  test_case_evaluation_data: { generation_output: "text" },
  task: taskOf(id, task),
  ...fields,
});

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body: any;
  readonly answer: (body: unknown, status?: number) => Promise<void>;
}

/** A server whose reads are answered at once, and whose writes wait for the test. */
const stage = (tasks: Record<string, object> = {}, aheadMillis = 0) => {
  // The page's clock; the server's is `aheadMillis` ahead of it.
  const clock = new SimulatedClock({ startAt: created });
  const sent: Array<Sent> = [];
  const items = () => Object.entries(tasks).map(([id, task]) => resultOf(id, {}, task));
  const read = (path: string) =>
    path.endsWith("/ev_1")
      ? { ...evaluation, total_test_case_result_count: items().length }
      : { items: items(), current_page: 1, items_per_page: 1_000, total_item_count: items().length };
  const client = new SGPClient({
    apiKey: "a key",
    baseURL: "https://sgp.example.invalid",
    dangerouslyAllowBrowser: true,
    maxRetries: 0,
    clock,
    seed: 1,
    fetch: (url, init) => {
      const path = new URL(url).pathname;
      const respond = (body: unknown, status = 200) =>
        Response.json(body, { status, headers: { date: new Date(clock.now() + aheadMillis).toUTCString() } });
      if ((init?.method ?? "GET") === "GET") return Promise.resolve(respond(read(path)));
      return new Promise<Response>((resolve) =>
        sent.push({
          method: init.method!,
          path,
          body: JSON.parse(String(init.body ?? null)),
          answer: (body, status) =>
            act(async () => {
              resolve(respond(body, status));
              await clock.advance(0);
            }),
        }),
      );
    },
  });
  const wrapper = ({ children }: { readonly children: ReactNode }) => (
    <EvalwireProvider client={client} clock={clock} grace={0}>
      {children}
    </EvalwireProvider>
  );
  return { clock, tasks, sent, client, wrapper };
};

const evaluation = {
  id: "ev_1",
  name: "summaries",
  description: "",
  status: "PENDING",
  application_spec_id: "s1",
  completed_test_case_result_count: 0,
  created_at: created,
  account_id: "a1",
  created_by_user_id: "owner",
};

describe("a submission", () => {
  const mounted = async () => {
    const staged = stage({ t1: {} });
    const { result } = renderHook(
      () => ({ submit: useSubmitTask("ev_1"), task: useTask("ev_1", "t1"), tasks: useTasks("ev_1") }),
      { wrapper: staged.wrapper },
    );
    await act(() => staged.clock.advance("5 seconds"));
    expect(result.current.task).toMatchObject({ status: "PENDING" });
    return { ...staged, result, row: result.current.task! };
  };

  it("shows as done at once, in the hook and in the watch, and stays when the server agrees", async () => {
    const { clock, tasks, sent, result, row } = await mounted();
    act(() => result.current.submit.mutate({ task: row, result: { fluent: "yes" } }));
    await act(() => clock.advance(0));
    expect(result.current.submit).toMatchObject({ isRunning: true, state: { _tag: "running", args: { task: row } } });
    expect([...result.current.submit.optimistic]).toEqual([
      ["t1", { id: "t1", status: "COMPLETED", label_status: "COMPLETED" }],
    ]);
    // Only the server decides the state of the task itself; the watch shows the write.
    expect(result.current.task).toMatchObject({ status: "PENDING" });
    expect(sent[0]).toMatchObject({ method: "PATCH", path: "/v4/evaluations/ev_1/test-case-results/r-t1" });
    await sent[0]!.answer(resultOf("t1", { label_status: "COMPLETED", result: { fluent: "yes" } }));
    expect(result.current.submit).toMatchObject({ isRunning: false, state: { _tag: "done", value: { _tag: "Done" } } });
    // Done, and not yet seen by the watch: what is shown does not fall back meanwhile.
    expect(result.current.task).toMatchObject({ status: "PENDING" });
    expect(result.current.submit.optimistic.get("t1")).toMatchObject({ status: "COMPLETED" });
    tasks["t1"] = { status: "COMPLETED" };
    await act(() => clock.advance("1 minute"));
    expect(result.current.task).toMatchObject({ status: "COMPLETED" });
    expect(result.current.submit.optimistic.size).toBe(0);
  });

  it("is not shown any longer than some seconds where the server decides otherwise", async () => {
    const { clock, sent, result, row } = await mounted();
    act(() => result.current.submit.mutate({ task: row, result: { fluent: "yes" } }));
    await settle();
    await sent[0]!.answer(resultOf("t1", { result: { fluent: "yes" } }));
    expect(result.current.submit.optimistic.size).toBe(1);
    await act(() => clock.advance("10 seconds"));
    expect(result.current.task).toMatchObject({ status: "PENDING" });
    expect(result.current.submit.optimistic.size).toBe(0);
  });

  it("is rolled back where the server refuses, with the error and the arguments in the hand", async () => {
    const { sent, result, row } = await mounted();
    const before = result.current.tasks;
    const args = { task: row, result: { fluent: "yes" } };
    act(() => result.current.submit.mutate(args));
    await settle();
    await sent[0]!.answer({ detail: "not an annotator" }, 403);
    expect(result.current.submit).toMatchObject({
      isRunning: false,
      error: { reason: { _tag: "Forbidden" } },
      state: { _tag: "failed", args },
    });
    expect(result.current.submit.optimistic.size).toBe(0);
    expect(result.current.task).toMatchObject({ status: "PENDING" });
    expect(result.current.tasks).toEqual(before);
    act(() => result.current.submit.reset());
    expect(result.current.submit).toMatchObject({ error: undefined, state: { _tag: "idle" } });
  });
});

describe.each([
  { hook: "useSubmitTask", use: useSubmitTask },
  { hook: "useSaveTask", use: useSaveTask },
])("$hook of a row that has a deadline", ({ use }) => {
  const minutes = 60_000;
  /** A task that is held for `left` minutes more by a server whose clock is `ahead` minutes ahead of the page's. */
  const mounted = async (left: number, ahead: number) => {
    const until = new Date(Date.parse(created) + (ahead + left) * minutes).toISOString();
    const task = { assigned_to: "ada", assignment_expires_at: until };
    const staged = stage({ t1: task }, ahead * minutes);
    const hooks = () => ({ hand: use("ev_1"), task: useTask("ev_1", "t1") });
    const { result } = renderHook(hooks, { wrapper: staged.wrapper });
    await act(() => staged.clock.advance("5 seconds"));
    act(() => result.current.hand.mutate({ task: result.current.task!, result: { fluent: "yes" } }));
    await act(() => staged.clock.advance(0));
    return { ...staged, result };
  };

  it.each([-20, 20])("is sent while the server's clock, %d minutes ahead, says that it is held", async (ahead) => {
    const { sent, result } = await mounted(10, ahead);
    expect(result.current.hand.state).toMatchObject({ _tag: "running" });
    expect(sent).toHaveLength(1);
    await sent[0]!.answer(resultOf("t1"));
    expect(result.current.hand.state).toMatchObject({ _tag: "done", value: { _tag: "Done" } });
  });

  it("is not sent where the page's clock, which is behind, says that it is held and the server's that it is not", async () => {
    const { sent, result } = await mounted(-1, 20);
    expect(result.current.hand.state).toMatchObject({ _tag: "done", value: { _tag: "Late" } });
    expect(sent).toEqual([]);
  });
});

it("a row stays until the watch shows what was written, or that it has become something else", async () => {
  const clock = new SimulatedClock();
  const watch = watchOf("ev_1", [row("t1", { assigned_to: "ada" }), row("t2", { assigned_to: "ada" })]);
  const client = fakeClient(() => watch, { evaluations: { tasks: { update: async () => null } } });
  const { result } = renderHook(() => ({ release: useReleaseTask("ev_1"), tasks: useTasks("ev_1") }), {
    wrapper: ({ children }) => (
      <EvalwireProvider client={client} clock={clock} grace={0}>
        {children}
      </EvalwireProvider>
    ),
  });
  await act(async () => result.current.release.mutate({ task_id: "t1" }));
  await act(async () => result.current.release.mutate({ task_id: "t2" }));
  expect(result.current.release.state._tag).toBe("done");
  expect([...result.current.release.optimistic.keys()]).toEqual(["t1", "t2"]);
  await act(async () => watch.put(row("t1", { assigned_to: "ada", priority: 7 })));
  expect([...result.current.release.optimistic.keys()]).toEqual(["t1", "t2"]);
  await act(async () => watch.put(row("t1", { assigned_to: null })));
  expect([...result.current.release.optimistic.keys()]).toEqual(["t2"]);
  await act(async () => watch.put(row("t2", { assigned_to: "ben" })));
  expect([result.current.release.optimistic.size, clock.pending]).toEqual([0, 0]);
});

type AnyMutation = Pick<Mutation<any, any>, "mutate" | "mutateAsync" | "state" | "optimistic" | "error">;

describe("each action", () => {
  const task = row("t1");
  const done = row("t1", { status: "COMPLETED", assigned_to: "ben" });
  const plan = {
    moves: [
      { taskId: "t1", from: null, to: "ada" },
      { taskId: "t2", from: null, to: "ben" },
    ],
  };
  const actions: ReadonlyArray<
    readonly [
      name: string,
      use: (id: any, options?: any) => AnyMutation,
      args: object | undefined,
      request: object,
      optimistic: ReadonlyArray<object>,
    ]
  > = [
    [
      "useSubmitTask",
      useSubmitTask,
      { task, result: { a: 1 } },
      { method: "PATCH", body: { result: { a: 1 } } },
      [{ id: "t1", status: "COMPLETED" }],
    ],
    [
      "useSaveTask",
      useSaveTask,
      { task, result: { a: 1 } },
      { body: { result: { a: 1 }, label_status: "PENDING" } },
      [{ id: "t1" }],
    ],
    [
      "useSkipTask",
      useSkipTask,
      { task_id: "t1" },
      { path: "/v4/evaluations/ev_1/claim-task", body: { skip_current: true } },
      [{ id: "t1", assigned_to: null }],
    ],
    [
      "useReleaseTask",
      useReleaseTask,
      { task_id: "t1" },
      { path: "/v4/evaluations/ev_1/tasks/t1", body: { assigned_to: null } },
      [{ id: "t1", assigned_to: null }],
    ],
    [
      "useAssignTask",
      useAssignTask,
      { task_ids: ["t1"], assigned_to: "ben" },
      { path: "/v4/evaluations/ev_1/tasks/t1", body: { assigned_to: "ben" } },
      [{ id: "t1", assigned_to: "ben" }],
    ],
    [
      "useAssignTasks",
      useAssignTasks,
      { plan },
      { path: "/v4/evaluations/ev_1/tasks/batch-assign", body: { task_ids: ["t1"], assigned_to: "ada" } },
      [
        { id: "t1", assigned_to: "ada" },
        { id: "t2", assigned_to: "ben" },
      ],
    ],
    [
      "useAudit approve",
      useAudit,
      { verdict: "approve", task: done },
      { body: { audit_status: "APPROVED" } },
      [{ id: "t1", audit_status: "APPROVED" }],
    ],
    [
      "useAudit fix",
      useAudit,
      { verdict: "fix", task: done, result: { a: 2 } },
      { body: { audit_status: "FIXED", result: { a: 2 } } },
      [{ id: "t1", audit_status: "FIXED", status: "FIXED" }],
    ],
    [
      "useAudit requestRevision",
      useAudit,
      { verdict: "requestRevision", task: done },
      { body: { label_status: "PENDING" } },
      [{ id: "t1", status: "PENDING_REDO" }],
    ],
    ["useClaimTask", useClaimTask, undefined, { method: "POST", path: "/v4/evaluations/ev_1/claim-task" }, []],
  ];

  it.each(actions)(
    "%s sends its request, shows its rows, and mutate does not reject",
    async (_, use, args, request, optimistic) => {
      const { sent, wrapper } = stage();
      const failures: Array<unknown> = [];
      const { result } = renderHook(
        () => use("ev_1", { onError: (error: SgpError) => failures.push(error.reason._tag) }),
        { wrapper },
      );
      act(() => result.current.mutate(args));
      await settle();
      expect(sent[0]).toMatchObject(request);
      expect([...result.current.optimistic.values()]).toMatchObject(optimistic);
      await sent[0]!.answer({ detail: "no" }, 403);
      await settle();
      if (result.current.state._tag === "done") {
        // A plan's refusals stand in its report.
        expect(result.current.state.value).toMatchObject({
          error: { reason: { _tag: "Forbidden" } },
          isComplete: false,
        });
      } else {
        expect(result.current.error).toMatchObject({ reason: { _tag: "Forbidden" } });
        expect(failures).toEqual(["Forbidden"]);
        await act(async () => {
          const again = result.current.mutateAsync(args).catch((error: SgpError) => error.reason._tag);
          await Promise.resolve();
          await new Promise<void>((resolve) => queueMicrotask(resolve));
          void again;
        });
      }
      expect(result.current.optimistic.size).toBe(result.current.state._tag === "running" ? optimistic.length : 0);
    },
  );

  it.each(actions)("%s without an evaluation fails in a sentence, and sends nothing", async (_, use, args) => {
    const { sent, wrapper } = stage();
    const { result } = renderHook(() => use(null), { wrapper });
    const reason = await act(() => result.current.mutateAsync(args).catch((error: SgpError) => error.message));
    expect(reason).toContain("evaluation: is missing: there is none yet");
    expect(result.current.error?.reason._tag).toBe("Invalid");
    expect(sent).toEqual([]);
  });

  it.each(actions)(
    "%s of what is no task or arguments fails as state, and throws nothing in a render",
    async (_, use) => {
      const { wrapper } = stage();
      const { result } = renderHook(() => use("ev_1"), { wrapper });
      if (use === useClaimTask) return;
      await act(async () => result.current.mutate({}));
      await settle();
      expect(result.current.state._tag).toBe("failed");
      expect(result.current.error?.reason._tag).toBe("Invalid");
    },
  );

  const inV5: ReadonlyArray<readonly [string, (id: any) => AnyMutation, object | undefined]> = [
    ["useSubmitTask", useSubmitTask, { task, result: {} }],
    ["useSaveTask", useSaveTask, { task, result: {} }],
    ["useSkipTask", useSkipTask, { task_id: "t1" }],
    ["useReleaseTask", useReleaseTask, { task_id: "t1" }],
    ["useClaimTask", useClaimTask, undefined],
    ["useAudit", useAudit, { verdict: "fix", task: done, result: {} }],
  ];
  it.each(inV5)("%s says what v5 has no route for", async (_, use, args) => {
    const { sent, wrapper } = stage();
    const { result } = renderHook(() => use({ v5: "ev_1" }), { wrapper });
    await act(async () => result.current.mutate(args));
    expect(result.current.error?.message).toContain("v5");
    expect(sent).toEqual([]);
  });

  it.each<readonly [string, (id: any) => AnyMutation, object, object]>([
    ["useAssignTask", useAssignTask, { task_ids: ["t1"], assigned_to: "ben" }, { ids: ["t1"], assigned_to: "ben" }],
    ["useAssignTasks", useAssignTasks, { plan }, { ids: ["t1"], assigned_to: "ada" }],
    ["useAudit", useAudit, { verdict: "approve", task: done }, { ids: ["t1"], status: "COMPLETED" }],
    ["useAudit", useAudit, { verdict: "requestRevision", task: done }, { ids: ["t1"], status: "PENDING_REDO" }],
  ])("%s works in v5", async (_, use, args, body) => {
    const { sent, wrapper } = stage();
    const { result } = renderHook(() => use({ v5: "ev_1" }), { wrapper });
    act(() => result.current.mutate(args));
    await settle();
    expect(sent[0]).toMatchObject({ method: "PATCH", path: "/v5/annotation-tasks/batch", body });
  });
});

it("a run goes on when its component is gone, and its promise and callbacks report it", async () => {
  const { sent, wrapper } = stage();
  const heard: Array<unknown> = [];
  const onDone = (value: { readonly _tag: string }) => heard.push(value._tag);
  const { result, unmount } = renderHook(() => useSubmitTask("ev_1", { onDone }), { wrapper });
  let run: Promise<unknown> = Promise.resolve();
  act(() => {
    run = result.current.mutateAsync({ task: row("t1"), result: {} });
  });
  await settle();
  unmount();
  await sent[0]!.answer(resultOf("t1", { label_status: "COMPLETED" }));
  expect(await run).toMatchObject({ _tag: "Done" });
  expect(heard).toEqual(["Done"]);
});

it("another evaluation begins idle while the run of the one before goes on, under the callbacks it began with", async () => {
  const { sent, wrapper } = stage();
  const heard: Array<string> = [];
  const { result, rerender } = renderHook(
    ({ id }) => useAssignTask(id, { onDone: () => heard.push(`done for ${id}`) }),
    { wrapper, initialProps: { id: "ev_1" } },
  );
  act(() => result.current.mutate({ task_ids: ["t1"], assigned_to: "ben" }));
  await settle();
  rerender({ id: "ev_2" });
  expect(result.current).toMatchObject({ isRunning: false, state: { _tag: "idle" } });
  expect(result.current.optimistic.size).toBe(0);
  await sent[0]!.answer(taskOf("t1", { assigned_to: "ben" }));
  expect([result.current.state._tag, heard]).toEqual(["idle", ["done for ev_1"]]);
});

it("keeps the rows of all runs under way, each until its own is over", async () => {
  const { sent, wrapper } = stage();
  const { result } = renderHook(() => useReleaseTask("ev_1"), { wrapper });
  act(() => result.current.mutate({ task_id: "t1" }));
  act(() => result.current.mutate({ task_id: "t2" }));
  await settle();
  expect([...result.current.optimistic.keys()]).toEqual(["t1", "t2"]);
  await sent[0]!.answer(taskOf("t1", { assigned_to: null }));
  expect([[...result.current.optimistic.keys()], result.current.isRunning]).toEqual([["t2"], true]);
  await sent[1]!.answer({ detail: "no" }, 403);
  expect([result.current.optimistic.size, result.current.state._tag]).toEqual([0, "failed"]);
});

it("a plan reports as it goes, and whole once it is done", async () => {
  const { sent, wrapper } = stage();
  const plan = {
    moves: [
      { taskId: "t1", from: null, to: "ada" },
      { taskId: "t2", from: null, to: "ben" },
    ],
  };
  const { result } = renderHook(() => useAssignTasks("ev_1"), { wrapper });
  act(() => result.current.mutate({ plan }));
  await settle();
  expect(result.current.report).toBeUndefined();
  await sent[0]!.answer([taskOf("t1", { assigned_to: "ada" })]);
  expect(result.current).toMatchObject({ isRunning: true, report: { counts: { Assigned: 1, NotSent: 1 } } });
  await sent[1]!.answer([taskOf("t2", { assigned_to: "ben" })]);
  expect(result.current).toMatchObject({ isRunning: false, report: { isComplete: true, requests: 2 } });

  act(() => result.current.mutate({ plan, dryRun: true }));
  expect(result.current.optimistic.size).toBe(0);
  await settle();
  expect(result.current.report).toMatchObject({ requests: 2, counts: { NotSent: 2 } });
  expect(sent.length).toBe(2);
});
