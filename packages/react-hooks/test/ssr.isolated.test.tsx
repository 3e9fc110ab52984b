/**
 * A page that a server renders as a stream and a browser goes on with: the same text on both sides, and no request to render it.
 */

import { PassThrough } from "node:stream";
import { SGPClient } from "@evalwire/core";
import type { ScriptedWatch } from "@evalwire/core/testing";
import { SimulatedClock } from "@evalwire/core/testing";
import { act } from "@testing-library/react";
import { type ReactNode, Suspense } from "react";
import { hydrateRoot } from "react-dom/client";
import { renderToPipeableStream } from "react-dom/server";
import { describe, expect, it, vi } from "vitest";
import * as hooks from "../src/index.ts";
import { fakeClient, settle } from "./harness.tsx";
import { isClosed, row, unread } from "./rows.ts";

const { dehydrate, hydrate } = hooks;
type Hooks = typeof hooks;

/** The hooks as a server has them: modules of their own, loaded where there is no document. */
const onServer = await (async (): Promise<Hooks> => {
  vi.stubGlobal("document", undefined);
  vi.resetModules();
  const own = await import("../src/index.ts");
  await own.preload();
  vi.unstubAllGlobals();
  return own;
})();

const created = "2030-01-01T00:00:00Z";

/** A server's output: rendered where there is no document. */
const rendered = (page: ReactNode, onError: (error: unknown) => void = (error) => expect.fail(String(error))) =>
  new Promise<string>((resolve, reject) => {
    vi.stubGlobal("document", undefined);
    const { pipe } = renderToPipeableStream(page, {
      onError,
      onShellError: reject,
      onAllReady: () => {
        const stream = new PassThrough();
        let html = "";
        stream.on("data", (chunk) => {
          html += chunk;
        });
        stream.on("end", () => resolve(html));
        pipe(stream);
      },
    });
  }).finally(() => vi.unstubAllGlobals());

/** Hydrates it; returns what React complained of, and the root. */
const hydrated = async (html: string, page: ReactNode) => {
  const container = document.createElement("div");
  document.body.append(container);
  container.innerHTML = html;
  const complaints: Array<string> = [];
  const root = await act(() =>
    hydrateRoot(container, page, { onRecoverableError: (error) => complaints.push(String(error)) }),
  );
  return { container, complaints, root };
};

const results = [
  { id: "t1", status: "PENDING", assigned_to: "ada", assignment_expires_at: "2030-01-01T00:10:00Z" },
  { id: "t2", status: "COMPLETED", assigned_to: "bo", assignment_expires_at: null },
].map(({ id, ...task }) => ({
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
  task: {
    id,
    task_type: "EVALUATION_ANNOTATION",
    task_entity_parent_id: "ev_1",
    task_entity_id: `r-${id}`,
    account_id: "a1",
    priority: 0,
    ...task,
  },
}));

/** The text of a real watch's state. */
const read = async (): Promise<string> => {
  const clock = new SimulatedClock({ startAt: created });
  const client = new SGPClient({
    apiKey: "a key",
    baseURL: "https://sgp.example.invalid",
    dangerouslyAllowBrowser: true,
    clock,
    seed: 1,
    fetch: async (url) =>
      Response.json(
        new URL(url).pathname.endsWith("ev_1")
          ? {
              id: "ev_1",
              name: "</script><b>summaries",
              description: "",
              status: "PENDING",
              application_spec_id: "s1",
              total_test_case_result_count: 2,
              completed_test_case_result_count: 1,
              created_at: created,
              account_id: "a1",
              created_by_user_id: "owner",
            }
          : { items: results, current_page: 1, items_per_page: 1_000, total_item_count: 2 },
      ),
  });
  const watch = client.watch("ev_1");
  await clock.until(watch.ready);
  const text = dehydrate(watch);
  await watch.close();
  return text;
};

const boardOf = (hooks: Hooks) => () => {
  const {
    useAssignTask,
    useCountdown,
    useEvaluation,
    useEvaluationProgress,
    useEvaluations,
    useExpiringAssignments,
    useFreshness,
  } = hooks;
  const { useLease, useMetricScores, useQueue, useTask, useTaskEvents, useTasks, useWatchStatus } = hooks;
  const { completed, total, name } = useEvaluationProgress("ev_1");
  const tasks = useTasks("ev_1", { select: (all) => all.map((task) => `${task.id} ${task.status}`).join(", ") });
  const [next] = useExpiringAssignments("ev_1");
  const left = useCountdown("2030-01-01T00:10:00Z", { watched: "ev_1" });
  const status = useWatchStatus("ev_1")._tag;
  const { state } = useFreshness("ev_1");
  const held = useQueue("ev_1", { select: (queue) => queue.counts().held });
  const events = useTaskEvents("ev_1").length;
  const { isLoading } = useEvaluation("ev_1");
  const { value } = useEvaluations();
  const [scores] = useMetricScores({ components: [{ name: "same", type: "rouge1" }] }, [{ id: "r" }]);
  const { remainingMillis } = useLease(null);
  const { state: assigning } = useAssignTask("ev_1");
  return (
    <p>
      {[
        name,
        `${completed}/${total}`,
        tasks,
        useTask("ev_1", "t1")?.assigned_to,
        next?.taskId,
        left,
        status,
        state,
        held,
        events,
        isLoading,
        value?.items.length,
        scores?.isPending,
        remainingMillis,
        assigning._tag,
      ].join(" | ")}
    </p>
  );
};

const never = () => new Promise(() => undefined);
const api = { evaluations: { retrieve: never, list: never } };

describe.each([
  ["with initialData", true],
  ["without", false],
])("a page %s", (_, isGiven) => {
  it("shows the same on the server and while hydrating, without a mismatch, and sends no request on the server", async () => {
    const data = isGiven ? { initialData: hydrate(await read()) } : {};
    const clock = new SimulatedClock({ startAt: created });
    const opened: Array<ScriptedWatch> = [];
    const client = fakeClient((id) => {
      const watch = unread(id);
      opened.push(watch);
      return watch;
    }, api);
    const pageOf = (hooks: Hooks) => {
      const Board = boardOf(hooks);
      return (
        <hooks.EvalwireProvider client={client} clock={clock} grace={0} {...data}>
          <Board />
        </hooks.EvalwireProvider>
      );
    };
    const page = pageOf(hooks);
    const html = await rendered(pageOf(onServer));
    expect(opened).toEqual([]);
    expect(html).toContain(isGiven ? "1/2 | t1 PENDING, t2 COMPLETED | ada |" : "0/0 |");
    const { container, complaints, root } = await hydrated(html, page);
    expect(complaints).toEqual([]);
    expect(opened.length).toBe(1);
    // The kept state stays until the watch has one of its own.
    expect(container.textContent).toContain(isGiven ? "1/2 | t1 PENDING, t2 COMPLETED | ada |" : "0/0 |");
    act(() => {
      opened[0]!.put(row("t9"));
      opened[0]!.setStatus({ _tag: "synced", since: created });
    });
    expect(container.textContent).toContain("t9 PENDING");
    act(() => root.unmount());
    await settle();
    expect(isClosed(opened[0]!)).toBe(true);
  });
});

it("a suspended hook shows on a server what it is given, and hydrates without a mismatch", async () => {
  const initialData = hydrate(await read());
  const client = fakeClient((id) => unread(id));
  const pageOf = (hooks: Hooks) => {
    const Suspended = () => <p>{hooks.useTasks("ev_1", { suspense: true }).length} tasks</p>;
    return (
      <hooks.EvalwireProvider client={client} grace={0} initialData={[initialData]}>
        <Suspense fallback={<p>waiting</p>}>
          <Suspended />
        </Suspense>
      </hooks.EvalwireProvider>
    );
  };
  const page = pageOf(hooks);
  const html = await rendered(pageOf(onServer));
  expect(html.replaceAll("<!-- -->", "")).toContain("2 tasks");
  const { container, complaints, root } = await hydrated(html, page);
  expect([container.textContent, complaints]).toEqual(["2 tasks", []]);
  act(() => root.unmount());
});

it("a suspended hook that is given nothing leaves the fallback to the page, and says what would be needed", async () => {
  const errors: Array<string> = [];
  const client = fakeClient((id) => unread(id));
  const Suspended = () => <p>{onServer.useTasks("ev_1", { suspense: true }).length} tasks</p>;
  const html = await rendered(
    <onServer.EvalwireProvider client={client}>
      <Suspense fallback={<p>waiting</p>}>
        <Suspended />
      </Suspense>
    </onServer.EvalwireProvider>,
    (error) => {
      errors.push(String(error));
    },
  );
  expect(html).toContain("waiting");
  expect(errors[0]).toContain("give the provider initialData, see dehydrate");
});

describe("dehydrate", () => {
  it("writes text that can stand in a script, and hydrate reads it back; the watch resumes at its cursor", async () => {
    const text = await read();
    expect(text).not.toContain("<");
    const { evaluationId, version, state } = hydrate(text);
    expect([evaluationId, version, state.snapshot.evaluation?.name]).toEqual(["ev_1", "v4", "</script><b>summaries"]);
    expect([...state.snapshot.leases.keys()]).toEqual(["t1"]);
    expect(state.snapshot.status._tag).toBe("connecting");
    const cursors: Array<unknown> = [];
    const client = fakeClient((id, options) => {
      cursors.push(options?.cursor);
      return unread(id);
    });
    const pageOf = ({ EvalwireProvider, useTasks }: Hooks) => {
      const Count = () => <p>{useTasks("ev_1").length}</p>;
      return (
        <EvalwireProvider client={client} grace={0} initialData={hydrate(text)}>
          <Count />
        </EvalwireProvider>
      );
    };
    const { root } = await hydrated(await rendered(pageOf(onServer)), pageOf(hooks));
    expect(cursors).toEqual([state.cursor]);
    act(() => root.unmount());
  });

  it.each(["", "{", "null", "[]", '{"format":"evalwire-dehydrated-0"}', '{"format":"evalwire-dehydrated-1"}'])(
    "hydrate refuses %j in a sentence",
    (text) => {
      expect(() => hydrate(text)).toThrow(
        expect.objectContaining({ reason: expect.objectContaining({ _tag: "Invalid" }) }),
      );
    },
  );
});
