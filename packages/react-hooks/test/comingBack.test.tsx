/** Components, values and watches that are gone for a while, or were refused, and come back. */
import { SGPClient, SgpError } from "@evalwire/core";
import { SimulatedClock } from "@evalwire/core/testing";
import type { Claimed } from "@evalwire/tasks";
import { act, render, screen } from "@testing-library/react";
import * as React from "react";
import { describe, expect, it, vi } from "vitest";
import {
  EvalwireProvider,
  type HeldLease,
  type RemoteEvaluation,
  useEvaluation,
  useFreshness,
  useLease,
  useQueue,
  useRestart,
  useTaskEvents,
  useTasks,
} from "../src/index.ts";
import { Boundary, fakeClient, settle } from "./harness.tsx";
import { isClosed, rows, watchOf } from "./rows.ts";

const created = "2030-01-01T00:00:00Z";

// React 18 has no <Activity>: there nothing keeps its state while its effects are gone.
const { Activity } = React;
const page = (client: SGPClient, clock: SimulatedClock, grace: number, children: React.ReactNode) => (
  <EvalwireProvider client={client} clock={clock} grace={grace}>
    {children}
  </EvalwireProvider>
);

describe.skipIf(Activity === undefined)("a lease whose component is hidden by <Activity>", () => {
  const stage = () => {
    const clock = new SimulatedClock({ startAt: created });
    const sent: Array<(body: object) => Promise<void>> = [];
    const client = new SGPClient({
      apiKey: "a key",
      baseURL: "https://sgp.example.invalid",
      dangerouslyAllowBrowser: true,
      maxRetries: 0,
      clock,
      fetch: () =>
        new Promise<Response>((resolve) =>
          sent.push((body) =>
            act(async () => {
              resolve(Response.json(body));
              await clock.advance(0);
            }),
          ),
        ),
    });
    const task = {
      id: "t1",
      task_type: "EVALUATION_ANNOTATION",
      task_entity_parent_id: "ev_1",
      task_entity_id: "r-t1",
      account_id: "a1",
      status: "PENDING",
      priority: 0,
      assigned_to: "ada",
      assignment_expires_at: "2030-01-01T00:10:00Z",
    } as const;
    const end = clock.now() + 600_000;
    const lease: Claimed = { _tag: "Claimed", task, heldUntil: end, overAt: end, errorMillis: 500, how: "answered" };
    const seen: Array<HeldLease> = [];
    const InHand = () => {
      seen.push(useLease(lease));
      return null;
    };
    const { rerender, unmount } = render(page(client, clock, 0, null));
    const show = async (mode: "visible" | "hidden") => {
      rerender(
        page(
          client,
          clock,
          0,
          <Activity mode={mode}>
            <InHand />
          </Activity>,
        ),
      );
      await settle();
    };
    return { clock, sent, seen, show, unmount };
  };

  it("is in the hand again, and never looks as if it had ended", async () => {
    const { clock, seen, show, unmount } = stage();
    for (const mode of ["visible", "hidden", "hidden", "visible"] as const) await show(mode);
    expect(new Set(seen.map(({ end }) => end))).toEqual(new Set([undefined]));
    unmount();
    await act(() => clock.advance("1 second"));
    expect(clock.pending).toBe(0);
  });

  it("stays handed in, also when the answer comes while it is hidden", async () => {
    const { clock, sent, seen, show } = stage();
    await show("visible");
    const outcomes: Array<unknown> = [];
    act(
      () =>
        void seen
          .at(-1)!
          .submit({ result: {} })
          .then(({ _tag }) => outcomes.push(_tag)),
    );
    await act(() => clock.advance(0));
    await show("hidden");
    await sent[0]!({
      id: "r-t1",
      created_at: created,
      updated_at: created,
      account_id: "a1",
      created_by_user_id: "owner",
      application_spec_id: "s1",
      evaluation_id: "ev_1",
      evaluation_dataset_id: "d1",
      evaluation_dataset_version_num: "1",
      test_case_id: "c-t1",
      label_status: "COMPLETED",
      test_case_evaluation_data_schema: "GENERATION",
      test_case_evaluation_data: { generation_output: "text" },
    });
    await show("visible");
    expect(seen.at(-1)).toMatchObject({ end: { _tag: "HandedIn" }, isEnding: true });
    expect(await seen.at(-1)!.submit({ result: {} })).toMatchObject({ _tag: "Late" });
    expect([outcomes, sent.length]).toEqual([["Done"], 1]);
  });
});

describe("a value that is read once", () => {
  const stage = (grace: number) => {
    const clock = new SimulatedClock();
    let calls = 0;
    const retrieve = async () => {
      calls++;
      if (calls === 1 && grace > 0) throw new SgpError({ reason: { _tag: "NotFound" }, status: 404 });
      return { name: `read ${calls}` };
    };
    const client = fakeClient(() => watchOf(), { evaluations: { retrieve } });
    const shown: Record<string, RemoteEvaluation> = {};
    const One = ({ as }: { readonly as: string }) => {
      shown[as] = useEvaluation("ev_1");
      return null;
    };
    let restart = () => undefined as void;
    const Restart = () => {
      restart = useRestart();
      return null;
    };
    const at = async (children: React.ReactNode) => {
      const own = (
        <>
          <Restart />
          {children}
        </>
      );
      rerender(page(client, clock, grace, own));
      await settle();
    };
    const { rerender } = render(page(client, clock, grace, null));
    return { clock, shown, One, at, restart: () => act(() => restart()), calls: () => calls };
  };

  it("again after a failure is shared, also when the time of the one that failed is over", async () => {
    const { clock, shown, One, at, restart, calls } = stage(10_000);
    await at(<One key="first" as="first" />);
    expect(shown["first"]?.error).toBeDefined();
    await at(null);
    restart();
    await at(<One key="second" as="second" />);
    await act(() => clock.advance("30 seconds"));
    await at(["second", "third"].map((as) => <One key={as} as={as} />));
    expect(shown["second"]?.value).toEqual({ name: "read 2" });
    expect([shown["third"]?.value, calls()]).toEqual([shown["second"]?.value, 2]);
  });

  it.skipIf(Activity === undefined)("is shared by a component that was hidden for a long time", async () => {
    const { clock, shown, One, at, calls } = stage(0);
    const hidden = (mode: "visible" | "hidden", more: React.ReactNode = null) =>
      at(
        <>
          <Activity mode={mode}>
            <One as="first" />
          </Activity>
          {more}
        </>,
      );
    await hidden("visible");
    await hidden("hidden");
    await act(() => clock.advance("30 seconds"));
    await hidden("visible");
    await hidden("visible", <One as="second" />);
    expect([shown["first"]?.value, shown["second"]?.value, calls()]).toEqual([
      { name: "read 1" },
      shown["first"]?.value,
      1,
    ]);
  });
});

const hooks: ReadonlyArray<readonly [string, () => React.ReactNode]> = [
  ["useTasks", () => useTasks("ev_1").length],
  ["useTasks under suspense", () => useTasks("ev_1", { suspense: true }).length],
  ["useQueue", () => useQueue("ev_1", { select: (queue) => queue.counts().ready })],
  ["useQueue under suspense", () => useQueue("ev_1", { suspense: true, select: (queue) => queue.counts().ready })],
  ["useTaskEvents", () => useTaskEvents("ev_1", { replay: true }).length],
  ["useFreshness", () => useFreshness("ev_1", { select: ({ state }) => (state === "live" ? 2 : 0) })],
];

it.each(hooks)("%s throws what the client refuses to watch with, and recovers with its boundary", async (_, use) => {
  const clock = new SimulatedClock();
  const watch = watchOf("ev_1", rows(2));
  let isRefused = true;
  const client = fakeClient(() => {
    if (isRefused) throw new TypeError("There is no such option.");
    return watch;
  });
  const Two = () => <p>{use()}</p>;
  const { container, unmount } = render(
    page(
      client,
      clock,
      10_000,
      <Boundary>
        <React.Suspense fallback="waiting">
          <Two />
        </React.Suspense>
      </Boundary>,
    ),
  );
  await settle();
  expect(container.textContent).toBe("There is no such option.");
  isRefused = false;
  await act(async () => screen.getByRole("button").click());
  vi.mocked(console.error).mockClear();
  expect(container.textContent).toBe("2");
  unmount();
  await act(() => clock.advance("1 minute"));
  expect([isClosed(watch), watch.listeners, clock.pending]).toEqual([true, 0, 0]);
});
