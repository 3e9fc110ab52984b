/** Code that is loaded on demand, while it is on its way, when it does not come, and when it comes at last. */
import { SimulatedClock } from "@evalwire/core/testing";
import { act, render, renderHook, screen } from "@testing-library/react";
import { type ReactNode, Suspense } from "react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type * as OnDemand from "../src/stores/onDemand.ts";
import { Boundary, fakeClient, settle } from "./harness.tsx";
import { row, watchOf } from "./rows.ts";

/** The chunks requested, which come or fail when a test says so. */
const asked: Array<{ readonly come: () => Promise<void>; readonly fail: () => Promise<void> }> = [];
const forget: Array<() => void> = [];

vi.resetModules();
vi.doMock("../src/stores/onDemand.ts", async (original) => {
  const real = await original<typeof OnDemand>();
  const onDemand = <Module,>(fetch: () => Promise<Module>): OnDemand.OnDemand<Module> => {
    const make = () =>
      real.onDemand(
        () =>
          new Promise<Module>((resolve, reject) =>
            asked.push({
              come: () => act(async () => resolve(await fetch())),
              fail: () => act(async () => reject(new Error("offline"))),
            }),
          ),
      );
    let now = make();
    forget.push(() => {
      now = make();
    });
    return {
      snapshot: () => now.snapshot(),
      initial: () => now.initial!(),
      onChange: (listener) => now.onChange(listener),
      load: () => now.load(),
      preload: () => now.preload(),
    };
  };
  return { ...real, onDemand };
});
const { SGPClient } = await import("@evalwire/core");
const { EvalwireProvider, useClaimTask, useLease, useMetricScores, useQueue, useReleaseTask, useRestart } =
  await import("../src/index.ts");

beforeEach(() => {
  asked.length = 0;
  for (const each of forget) each();
});

interface Sent {
  readonly args: object;
  readonly answer: (value: unknown) => void;
  readonly refuse: (error: unknown) => void;
}

const stage = () => {
  const clock = new SimulatedClock();
  const sent: Array<Sent> = [];
  const update = (args: object) =>
    new Promise((answer, refuse) => {
      sent.push({ args, answer, refuse });
    });
  const watch = watchOf("ev_1", [row("t1", { assigned_to: "ada" })]);
  const client = fakeClient(() => watch, { evaluations: { tasks: { update } } });
  const page = (children: ReactNode, by = client) => (
    <EvalwireProvider client={by} clock={clock} grace={0}>
      {children}
    </EvalwireProvider>
  );
  const wrapper = ({ children }: { readonly children: ReactNode }) => page(children);
  return { clock, client, watch, sent, page, wrapper };
};

describe("a click before the code that acts is there", () => {
  it("shows as running, is sent once, and settles", async () => {
    const { sent, wrapper } = stage();
    const heard: Array<string> = [];
    const { result } = renderHook(
      () => useReleaseTask("ev_1", { onDone: (_, { task_id }) => heard.push(`done ${task_id}`) }),
      { wrapper },
    );
    let outcome: unknown;
    act(() => {
      result.current.mutateAsync({ task_id: "t1" }).then((value) => {
        outcome = value;
      });
    });
    expect([result.current.isRunning, asked.length]).toEqual([true, 1]);
    await asked[0]!.come();
    expect(sent.map(({ args }) => args)).toMatchObject([{ task_id: "t1" }]);
    expect(result.current.optimistic.get("t1")).toMatchObject({ assigned_to: null });
    await act(async () => sent[0]!.answer(null));
    expect([result.current.state._tag, outcome, heard]).toEqual(["done", null, ["done t1"]]);
  });

  it("fails where it does not come, and a second one requests it again", async () => {
    const { sent, wrapper } = stage();
    const heard: Array<string> = [];
    const { result } = renderHook(() => useReleaseTask("ev_1", { onError: ({ reason }) => heard.push(reason._tag) }), {
      wrapper,
    });
    act(() => result.current.mutate({ task_id: "t1" }));
    await asked[0]!.fail();
    expect([result.current.state._tag, heard, sent.length]).toEqual(["failed", ["Unreachable"], 0]);
    act(() => result.current.mutate({ task_id: "t1" }));
    expect([result.current.isRunning, asked.length]).toEqual([true, 2]);
    await asked[1]!.come();
    expect(sent.length).toBe(1);
    await act(async () => sent[0]!.answer(null));
    expect([result.current.state._tag, heard]).toEqual(["done", ["Unreachable"]]);
  });

  it("is carried out for the evaluation and the client it was made for, although another is shown by then", async () => {
    const { sent, page } = stage();
    const other = stage();
    let mutate: (args: { readonly task_id: string }) => void = () => undefined;
    let state = "";
    const Release = ({ id }: { readonly id: string }) => {
      const release = useReleaseTask(id);
      mutate = release.mutate;
      state = release.state._tag;
      return null;
    };
    const { rerender, unmount } = render(page(<Release id="ev_1" />));
    act(() => mutate({ task_id: "t1" }));
    rerender(page(<Release id="ev_2" />));
    act(() => mutate({ task_id: "t2" }));
    rerender(page(<Release id="ev_2" />, other.client));
    expect(state).toBe("idle");
    act(() => mutate({ task_id: "t3" }));
    unmount();
    await asked[0]!.come();
    expect([...sent, ...other.sent].map(({ args }) => args)).toMatchObject([
      { evaluation_id: "ev_1", task_id: "t1" },
      { evaluation_id: "ev_2", task_id: "t2" },
      { evaluation_id: "ev_2", task_id: "t3" },
    ]);
    expect([sent.length, other.sent.length]).toEqual([2, 1]);
  });

  it("claims once, however often it is made", async () => {
    const claims: Array<(answer: Response) => void> = [];
    const client = new SGPClient({
      apiKey: "a key",
      baseURL: "https://sgp.example.invalid",
      dangerouslyAllowBrowser: true,
      fetch: () => new Promise((resolve) => claims.push(resolve)),
    });
    const { page } = stage();
    const { result } = renderHook(() => useClaimTask("ev_1"), {
      wrapper: ({ children }) => page(children, client as never),
    });
    act(() => {
      result.current.mutate();
      result.current.mutate();
    });
    expect(result.current.isRunning).toBe(true);
    await asked[0]!.come();
    expect(claims.length).toBe(1);
    await act(async () => {
      claims[0]!(Response.json(null));
      await result.current.mutateAsync();
    });
    expect([claims.length, result.current.state]).toMatchObject([1, { _tag: "done", value: { _tag: "NothingLeft" } }]);
  });
});

describe("a lease in the hand before the code that keeps it is there", () => {
  const held = () => {
    const calls: Array<string> = [];
    const answer = (name: string) => async () => {
      calls.push(name);
      return { _tag: "Done" };
    };
    const signal = new AbortController().signal;
    const lease = {
      task: row("t1"),
      ended: new Promise(() => undefined),
      signal,
      deadline: { expiresAt: null, errorMillis: null },
      end: undefined,
      remainingMillis: () => 60_000,
      submit: answer("submit"),
      save: answer("save"),
      giveBack: answer("giveBack"),
      close: answer("close"),
    };
    return { lease: lease as never, calls };
  };

  it("waits for it to submit, save and give back, each once", async () => {
    const { wrapper } = stage();
    const { lease, calls } = held();
    const { result } = renderHook(() => useLease(lease), { wrapper });
    const outcomes: Array<string> = [];
    act(() => {
      for (const each of [
        result.current.save({ result: {} }),
        result.current.submit({ result: {} }),
        result.current.giveBack(),
      ])
        each.then(
          ({ _tag }) => outcomes.push(_tag),
          (error: Error) => outcomes.push(error.message),
        );
    });
    await asked[0]!.come();
    expect([outcomes, calls]).toEqual([
      ["Done", "Done", "Done"],
      ["save", "submit", "giveBack"],
    ]);
  });

  it("rejects where it does not come, and requests it again at the next click", async () => {
    const { wrapper } = stage();
    const { lease, calls } = held();
    const { result } = renderHook(() => useLease(lease), { wrapper });
    const outcomes: Array<string> = [];
    const submit = () =>
      act(() => {
        result.current.submit({ result: {} }).then(
          ({ _tag }) => outcomes.push(_tag),
          (error) => outcomes.push(error.reason._tag),
        );
      });
    submit();
    await asked[0]!.fail();
    expect(outcomes).toEqual(["Unreachable"]);
    expect(result.current.error?.reason._tag).toBe("Unreachable");
    submit();
    expect(asked.length).toBe(2);
    await asked[1]!.come();
    expect([outcomes, calls, result.current.error]).toEqual([["Unreachable", "Done"], ["submit"], undefined]);
  });
});

it("is submitted when the code comes after its component has gone, and is held no longer than that", async () => {
  const clock = new SimulatedClock();
  const sent: Array<string> = [];
  const client = new SGPClient({
    apiKey: "a key",
    baseURL: "https://sgp.example.invalid",
    dangerouslyAllowBrowser: true,
    maxRetries: 0,
    clock,
    fetch: async (url, init) => {
      sent.push(`${init?.method} ${new URL(url).pathname}`);
      return Response.json({ detail: "no" }, { status: 403 });
    },
  });
  const end = clock.now() + 600_000;
  const task = { ...row("t1", { assigned_to: "ada" }), task_entity_parent_id: "ev_1", task_entity_id: "r-t1" };
  const claimed = { _tag: "Claimed", task, heldUntil: end, overAt: end, errorMillis: 500, how: "answered" };
  const { result, unmount } = renderHook(() => useLease(claimed as never), {
    wrapper: ({ children }) => (
      <EvalwireProvider client={client as never} clock={clock} grace={0}>
        {children}
      </EvalwireProvider>
    ),
  });
  const { signal } = result.current;
  let outcome: unknown;
  act(() => {
    result.current.submit({ result: {} }).catch(({ reason }) => {
      outcome = reason._tag;
    });
  });
  unmount();
  await asked[0]!.come();
  await act(() => clock.advance("1 second"));
  expect([sent, outcome]).toEqual([["PATCH /v4/evaluations/ev_1/test-case-results/r-t1"], "Forbidden"]);
  expect([signal?.aborted, clock.pending]).toEqual([false, 0]);
});

it("a page that waits for views of the queue and throws nothing goes on without them where they do not come", async () => {
  const { wrapper } = stage();
  let restart = () => undefined as void;
  const Ready = () => {
    restart = useRestart();
    return <p>{String(useQueue("ev_1", { suspense: true, throwOnError: false })?.counts().held)}</p>;
  };
  const { container } = render(
    <Suspense fallback="waiting">
      <Ready />
    </Suspense>,
    { wrapper },
  );
  await settle();
  expect(container.textContent).toBe("waiting");
  await asked[0]!.fail();
  expect(container.textContent).toBe("undefined");
  // Now that it is mounted it requests them again, once.
  expect(asked.length).toBe(2);
  await asked[1]!.fail();
  expect([container.textContent, asked.length]).toEqual(["undefined", 2]);
  act(() => restart());
  await asked[2]!.come();
  expect(container.textContent).toBe("1");
});

it("scores that could not be computed for want of their code are pending after a restart", async () => {
  const { wrapper } = stage();
  const records = [{ test_case_data: { input: "a" } }];
  const config = { components: [{ name: "overlap", type: "rouge1" }] };
  const { result } = renderHook(
    () => ({ restart: useRestart(), scores: useMetricScores(config as never, records as never)[0] }),
    { wrapper },
  );
  await asked[0]!.fail();
  expect(result.current.scores?.error).toMatchObject({ reason: { _tag: "Unreachable" } });
  act(() => result.current.restart());
  expect([result.current.scores, asked.length]).toEqual([{ isPending: true }, 2]);
});

it("a page whose views of the queue did not come shows them after a restart", async () => {
  const { page } = stage();
  let restart = () => undefined as void;
  const Restart = () => {
    restart = useRestart();
    return null;
  };
  const Ready = () => <p>{useQueue("ev_1", { suspense: true })?.counts().held} held</p>;
  const { container } = render(
    page(
      <>
        <Restart />
        <Boundary>
          <Suspense fallback="waiting">
            <Ready />
          </Suspense>
        </Boundary>
      </>,
    ),
  );
  await settle();
  expect([container.textContent, asked.length]).toEqual(["waiting", 1]);
  await asked[0]!.fail();
  expect(container.textContent).toContain("could not be loaded");
  vi.mocked(console.error).mockClear();
  await act(async () => {
    restart();
    screen.getByRole("button").click();
  });
  expect([container.textContent, asked.length]).toEqual(["waiting", 2]);
  await asked[1]!.come();
  expect(container.textContent).toContain("held");
});
