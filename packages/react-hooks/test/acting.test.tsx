/** The hooks that ask the server for something, over the real client and a scripted fetch. */
import { SGPClient, type SgpError } from "@evalwire/core";
import { SimulatedClock } from "@evalwire/core/testing";
import { act, renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { expect, it } from "vitest";
import { EvalwireProvider, useAssignTask, useClaimTask, useEvaluation } from "../src/index.ts";

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly search: string;
  readonly body: unknown;
  readonly signal: AbortSignal;
  answer(body: unknown, status?: number): Promise<void>;
}

/** A client whose requests wait in `asked` until the test answers them. */
const stage = () => {
  const asked: Array<Asked> = [];
  const clock = new SimulatedClock();
  const client = new SGPClient({
    apiKey: "a key",
    baseURL: "https://sgp.example.invalid",
    // The tests' page looks like a browser to the client.
    dangerouslyAllowBrowser: true,
    maxRetries: 0,
    clock,
    fetch: (url, init) =>
      new Promise<Response>((resolve, reject) => {
        const { pathname, search } = new URL(url);
        const signal = init?.signal as AbortSignal;
        signal.addEventListener("abort", () => reject(signal.reason));
        asked.push({
          method: init?.method ?? "GET",
          path: pathname,
          search,
          body: init?.body === undefined ? undefined : JSON.parse(String(init.body)),
          signal,
          answer: (body, status = 200) =>
            act(async () => {
              resolve(Response.json(body, { status }));
              await clock.advance(0);
            }),
        });
      }),
  });
  const wrapper = ({ children }: { children: ReactNode }) => (
    <EvalwireProvider client={client} clock={clock} grace={0}>
      {children}
    </EvalwireProvider>
  );
  return { asked, clock, client, wrapper };
};

const settle = () => act(async () => undefined);

const evaluation = {
  id: "ev_1",
  name: "summaries",
  description: "",
  status: "PENDING",
  application_spec_id: "s1",
  total_test_case_result_count: 3,
  completed_test_case_result_count: 1,
  created_at: "2030-01-01T00:00:00Z",
  account_id: "a1",
  created_by_user_id: "owner",
};

const task = {
  id: "t1",
  task_type: "EVALUATION_ANNOTATION",
  task_entity_parent_id: "ev_1",
  task_entity_id: "r1",
  account_id: "a1",
  status: "PENDING",
  priority: 0,
  assigned_to: "ada",
};

it("useEvaluation reads once, shows a failure, and keeps what it read while it reads again", async () => {
  const { asked, wrapper } = stage();
  const { result } = renderHook(() => useEvaluation("ev_1", { view: ["EvaluationConfig"] }), { wrapper });
  await settle();
  expect(result.current).toMatchObject({ value: undefined, error: undefined, isLoading: true });
  expect(asked.map(({ method, path, search }) => `${method} ${path}${search}`)).toEqual([
    "GET /v4/evaluations/ev_1?view=EvaluationConfig",
  ]);
  await asked[0]!.answer(evaluation);
  expect(result.current).toMatchObject({ value: { name: "summaries" }, error: undefined, isLoading: false });

  act(() => result.current.reload());
  expect(result.current).toMatchObject({ value: { name: "summaries" }, isLoading: true });
  await settle();
  await asked[1]!.answer({ detail: "gone" }, 404);
  // It is looked for in the API's other version, too.
  expect(asked[2]?.path).toBe("/v5/evaluations/ev_1");
  await asked[2]!.answer({ detail: "gone" }, 404);
  expect(result.current).toMatchObject({
    value: { name: "summaries" },
    error: { reason: { _tag: "NotFound" } },
    isLoading: false,
  });
});

it("useEvaluation aborts when it is unmounted, and when it gets another id", async () => {
  const { asked, wrapper } = stage();
  const { result, rerender, unmount } = renderHook(({ id }) => useEvaluation(id), {
    wrapper,
    initialProps: { id: "ev_1" },
  });
  await settle();
  rerender({ id: "ev_2" });
  await settle();
  expect(asked.map(({ path, signal }) => [path, signal.aborted])).toEqual([
    ["/v4/evaluations/ev_1", true],
    ["/v4/evaluations/ev_2", false],
  ]);
  expect(result.current.value).toBeUndefined();
  unmount();
  await settle();
  expect(asked[1]!.signal.aborted).toBe(true);
});

it("useClaimTask claims once however often it is clicked, and shows the task", async () => {
  const { asked, wrapper } = stage();
  const { result } = renderHook(() => useClaimTask("ev_1"), { wrapper });
  expect(result.current.state).toEqual({ _tag: "idle" });
  const claims: Array<Promise<unknown>> = [];
  act(() => {
    claims.push(result.current.claim(), result.current.claim());
  });
  await settle();
  expect(result.current).toMatchObject({ state: { _tag: "running" }, isRunning: true });
  expect(asked.length).toBe(1);
  await asked[0]!.answer(task);
  expect(result.current.state).toMatchObject({ _tag: "done", value: { _tag: "Claimed", task: { id: "t1" } } });
  expect(await Promise.all(claims)).toMatchObject([{ task: { id: "t1" } }, { task: { id: "t1" } }]);
  act(() => result.current.reset());
  expect(result.current.state).toEqual({ _tag: "idle" });
});

it("useClaimTask skips a task, and says when nothing is left", async () => {
  const { asked, wrapper } = stage();
  const { result } = renderHook(() => useClaimTask("ev_1", { task_type: "EVALUATION_AUDIT" }), { wrapper });
  act(() => void result.current.skip("t1"));
  await settle();
  expect(asked[0]).toMatchObject({
    path: "/v4/evaluations/ev_1/claim-task",
    search: "?task_type=EVALUATION_AUDIT",
    body: { skip_current: true },
  });
  await asked[0]!.answer(null);
  expect(result.current.state).toEqual({
    _tag: "done",
    args: { skip: "t1", task_type: "EVALUATION_AUDIT" },
    value: { _tag: "NothingLeft" },
  });
});

it("useClaimTask does not give up a claim when its component goes: the promise reports its outcome", async () => {
  const { asked, wrapper } = stage();
  const { result, unmount } = renderHook(() => useClaimTask("ev_1"), { wrapper });
  const { claim } = result.current;
  let claimed: Promise<unknown> = Promise.resolve();
  act(() => {
    claimed = claim();
  });
  await settle();
  unmount();
  await settle();
  expect(asked[0]!.signal.aborted).toBe(false);
  await asked[0]!.answer(task);
  expect(await claimed).toMatchObject({ _tag: "Claimed" });
});

it("useClaimTask shows why it failed", async () => {
  const { asked, wrapper } = stage();
  const { result } = renderHook(() => useClaimTask("ev_1"), { wrapper });
  let reason: Promise<unknown> = Promise.resolve();
  act(() => {
    reason = result.current.claim().catch((error: SgpError) => error.reason._tag);
  });
  await settle();
  await asked[0]!.answer({ detail: "not an annotator" }, 403);
  expect(await reason).toBe("Forbidden");
  expect(result.current.state).toMatchObject({ _tag: "failed", error: { reason: { _tag: "Forbidden" } } });
});

it("useAssignTask assigns one task or several, for the evaluation of the last render", async () => {
  const { asked, wrapper } = stage();
  const { result, rerender } = renderHook(({ id }) => useAssignTask(id), { wrapper, initialProps: { id: "ev_1" } });
  act(() => void result.current.assign("t1", "bo"));
  await settle();
  await asked[0]!.answer({ ...task, assigned_to: "bo" });
  expect(result.current.state).toMatchObject({ _tag: "done", value: [{ id: "t1", assigned_to: "bo" }] });

  rerender({ id: "ev_2" });
  act(() => void result.current.assign(["t1", "t2"], "cy"));
  await settle();
  await asked[1]!.answer([]);
  expect(asked.map(({ path, body }) => [path, body])).toEqual([
    ["/v4/evaluations/ev_1/tasks/t1", { assigned_to: "bo" }],
    ["/v4/evaluations/ev_2/tasks/batch-assign", { task_ids: ["t1", "t2"], assigned_to: "cy" }],
  ]);
});
