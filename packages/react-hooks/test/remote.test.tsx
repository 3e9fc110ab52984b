/** Remote values: shared, kept while it is read again, paged, repeated, and handed to boundaries. */
import { SGPClient, SgpError } from "@evalwire/core";
import { SimulatedClock } from "@evalwire/core/testing";
import { act, render, renderHook, screen, waitFor } from "@testing-library/react";
import { type ReactNode, Suspense } from "react";
import { expect, it, vi } from "vitest";
import { EvalwireProvider, useClient, useEvaluation, useEvaluations, useRestart } from "../src/index.ts";
import { Boundary, settle } from "./harness.tsx";

const gone = new SgpError({ reason: { _tag: "NotFound" }, status: 404 });

interface Asked {
  readonly args: unknown;
  readonly signal: AbortSignal;
  answer(value: unknown): Promise<void>;
  fail(error: unknown): Promise<void>;
}

const stage = (grace = 0) => {
  const clock = new SimulatedClock();
  const asked: Array<Asked> = [];
  const ask = (args: unknown, { signal }: { readonly signal: AbortSignal }) =>
    new Promise((resolve, reject) => {
      asked.push({
        args,
        signal,
        answer: (value) => act(async () => resolve(value)),
        fail: (error) => act(async () => reject(error)),
      });
    });
  const client = {
    evaluations: { retrieve: ask, list: ask },
    v5: { evaluations: { retrieve: (id: string, options: any) => ask({ v5: id }, options), list: ask } },
  } as unknown as SGPClient;
  const wrapper = ({ children }: { readonly children: ReactNode }) => (
    <EvalwireProvider client={client} clock={clock} grace={grace}>
      {children}
    </EvalwireProvider>
  );
  return { asked, clock, client, wrapper };
};

const page = (ids: ReadonlyArray<string>, next?: () => Promise<unknown>) => ({
  items: ids.map((id) => ({ id })),
  hasNextPage: next !== undefined,
  nextPage: next ?? (async () => undefined),
});

it("useClient gives the provider's client", () => {
  const { client, wrapper } = stage();
  expect(renderHook(() => useClient(), { wrapper }).result.current).toBe(client);
});

it("components that request the same share one request, and others are separate", async () => {
  const { asked, wrapper } = stage();
  const { result } = renderHook(
    () => [
      useEvaluation("ev_1"),
      useEvaluation("ev_1", { select: ({ name }) => name.length }),
      useEvaluation("ev_1", { view: ["EvaluationConfig"] }),
      useEvaluation({ v5: "ev_1" }),
      useEvaluation(null),
      useEvaluation("ev_1", { enabled: false }),
    ],
    { wrapper },
  );
  await settle();
  expect(asked.map(({ args }) => args)).toEqual([
    { evaluation_id: "ev_1" },
    { evaluation_id: "ev_1", view: ["EvaluationConfig"] },
    { v5: "ev_1" },
  ]);
  await asked[0]!.answer({ name: "summaries" });
  expect(result.current.map(({ value, isLoading }) => [value, isLoading])).toEqual([
    [{ name: "summaries" }, false],
    [9, false],
    [undefined, true],
    [undefined, true],
    [undefined, false],
    [undefined, false],
  ]);
});

it("pages are read one by one, and all of those again on reload", async () => {
  const { asked, wrapper } = stage();
  const { result } = renderHook(() => useEvaluations({ filters: { limit: 2 } }), { wrapper });
  const { result: other } = renderHook(() => useEvaluations({ filters: { limit: 2 } }), { wrapper });
  await settle();
  expect(asked.map(({ args }) => args)).toEqual([{ limit: 2 }, { limit: 2 }]);
  const second = async () => page(["c"]);
  await asked[0]!.answer(page(["a", "b"], second));
  expect(result.current.value).toEqual({ items: [{ id: "a" }, { id: "b" }], hasMore: true });
  await act(async () => result.current.loadMore());
  expect(result.current.value).toEqual({ items: [{ id: "a" }, { id: "b" }, { id: "c" }], hasMore: false });
  await act(async () => result.current.loadMore());
  expect(asked.length).toBe(2);
  await act(async () => result.current.reload());
  expect(result.current).toMatchObject({ value: { items: { length: 3 } }, isLoading: true });
  await asked[2]!.answer(page(["z", "a"], async () => page(["b", "c"], second)));
  expect(result.current.value?.items.map(({ id }) => id)).toEqual(["z", "a", "b", "c"]);
  expect(other.current.isLoading).toBe(true);
});

const evaluation = (id: string) => ({
  id,
  created_at: "2026-01-01T00:00:00.000Z",
  updated_at: "2026-01-01T00:00:00.000Z",
  account_id: "acme",
  created_by_user_id: "lead",
  name: "Summaries",
  description: "How good are they?",
  status: "PENDING",
  application_spec_id: "s1",
  total_test_case_result_count: 0,
  completed_test_case_result_count: 0,
});

/** A platform of twelve evaluations, five a page, whose answers come when the test says so. */
const platform = () => {
  const clock = new SimulatedClock();
  const waiting: Array<() => void> = [];
  const fetch = (url: string | URL | Request, init?: RequestInit) =>
    new Promise<Response>((resolve, reject) => {
      const { signal } = new Request(url, init);
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener("abort", () => reject(signal.reason));
      const page = Number(new URL(new Request(url).url).searchParams.get("page") ?? 1);
      const items = Array.from({ length: 12 }, (_, index) => evaluation(`ev_${index}`)).slice(5 * page - 5, 5 * page);
      waiting.push(() =>
        resolve(Response.json({ items, total_item_count: 12, current_page: page, items_per_page: 5 })),
      );
    });
  // By the machine's time: only the hooks have another.
  const options = { apiKey: null, baseURL: "https://sgp.test", fetch, maxRetries: 0 };
  const client = new SGPClient(options);
  const wrapper = ({ children }: { readonly children: ReactNode }) => (
    <EvalwireProvider client={client} clock={clock} grace={0}>
      {children}
    </EvalwireProvider>
  );
  const asked = () => waitFor(() => expect(waiting.length).toBeGreaterThan(0));
  /** Answers all requests that have come. */
  const answer = async () => {
    await asked();
    await act(async () => {
      for (const one of waiting.splice(0)) one();
    });
  };
  return { answer, asked, clock, waiting, wrapper };
};

it("loadMore reads the next page through a client, though the read before it is over", async () => {
  const { answer, wrapper } = platform();
  const { result } = renderHook(() => useEvaluations({ filters: { limit: 5 } }), { wrapper });
  await answer();
  await waitFor(() => expect(result.current).toMatchObject({ error: undefined, value: { items: { length: 5 } } }));
  act(() => result.current.loadMore());
  await answer();
  await waitFor(() => expect(result.current).toMatchObject({ isLoading: false, value: { items: { length: 10 } } }));
  expect(result.current.error).toBe(undefined);
});

it("loadMore is not lost to a periodic read, nor to a reload, that falls into it", async () => {
  for (const falls of ["periodic", "reload"]) {
    const { answer, asked, clock, wrapper } = platform();
    const { result, unmount } = renderHook(() => useEvaluations({ filters: { limit: 5 }, every: "30 seconds" }), {
      wrapper,
    });
    await answer();
    await waitFor(() => expect(result.current).toMatchObject({ error: undefined, value: { items: { length: 5 } } }));
    act(() => result.current.loadMore());
    await asked();
    if (falls === "periodic") await act(() => clock.advance("30 seconds"));
    else act(() => result.current.reload());
    await answer();
    await waitFor(() => expect(result.current.value?.items.length).toBe(10));
    unmount();
  }
});

it("loadMore during a read waits for it, also where that fails", async () => {
  const { asked, clock, wrapper } = stage();
  const { result } = renderHook(() => useEvaluations({ every: "30 seconds" }), { wrapper });
  await settle();
  const second = async () => page(["b"]);
  await asked[0]!.answer(page(["a"], second));
  await act(() => clock.advance("30 seconds"));
  expect([asked.length, result.current.isLoading]).toEqual([2, true]);
  act(() => result.current.loadMore());
  await asked[1]!.fail(new Error("down"));
  await settle();
  expect(result.current.value?.items.map(({ id }) => id)).toEqual(["a", "b"]);
});

it("a list that takes longer to read than the time between reads is read", async () => {
  const { asked, clock, wrapper } = stage();
  const { result } = renderHook(() => useEvaluations({ every: "30 seconds" }), { wrapper });
  await settle();
  await act(() => clock.advance("70 seconds"));
  expect([asked.length, asked[0]!.signal.aborted]).toEqual([1, false]);
  await asked[0]!.answer(page(["a"]));
  expect(result.current.value?.items.length).toBe(1);
  await act(() => clock.advance("30 seconds"));
  expect(asked.length).toBe(2);
});

it("is read again every so often, not while the page is hidden, and no more without components", async () => {
  const { asked, clock, wrapper } = stage();
  const { unmount } = renderHook(() => useEvaluations({ every: "30 seconds" }), { wrapper });
  await settle();
  await asked[0]!.answer(page([]));
  await act(() => clock.advance("30 seconds"));
  expect(asked.length).toBe(2);
  await asked[1]!.answer(page(["new"]));
  const visibility = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
  await act(() => clock.advance("5 minutes"));
  expect(asked.length).toBe(2);
  visibility.mockReturnValue("visible");
  await act(() => clock.advance("30 seconds"));
  expect(asked.length).toBe(3);
  unmount();
  await settle();
  expect([clock.pending, asked[2]!.signal.aborted]).toEqual([0, true]);
});

it("initialData is shown at once and read again", async () => {
  const { asked, wrapper } = stage();
  const initialData = { name: "before" } as never;
  const { result } = renderHook(() => useEvaluation("ev_1", { initialData }), { wrapper });
  expect(result.current).toMatchObject({ value: { name: "before" }, isLoading: true });
  await asked[0]!.answer({ name: "after" });
  expect(result.current).toMatchObject({ value: { name: "after" }, isLoading: false });
});

it("within the grace time the value is there again at once; after it, it is read again", async () => {
  const { asked, clock, wrapper: Wrapper } = stage(10_000);
  const Name = () => <p>{useEvaluation("ev_1").value?.name ?? "…"}</p>;
  const { container, rerender } = render(
    <Wrapper>
      <Name />
    </Wrapper>,
  );
  await settle();
  await asked[0]!.answer({ name: "first" });
  rerender(<Wrapper>{null}</Wrapper>);
  await act(() => clock.advance("9 seconds"));
  rerender(
    <Wrapper>
      <Name />
    </Wrapper>,
  );
  expect([container.textContent, asked.length]).toEqual(["first", 1]);
  rerender(<Wrapper>{null}</Wrapper>);
  await act(() => clock.advance("10 seconds"));
  rerender(
    <Wrapper>
      <Name />
    </Wrapper>,
  );
  await settle();
  expect([container.textContent, asked.length]).toEqual(["…", 2]);
});

it("suspends until it is read, throws what failed to the boundary, and a restart reads again", async () => {
  const { asked, clock, wrapper } = stage();
  let restart = () => undefined as void;
  const Restart = () => {
    restart = useRestart();
    return null;
  };
  const Name = () => <p>{useEvaluation("ev_1", { suspense: true }).value?.name}</p>;
  const { container, unmount } = render(
    <>
      <Restart />
      <Boundary>
        <Suspense fallback="waiting">
          <Name />
        </Suspense>
      </Boundary>
    </>,
    { wrapper },
  );
  await settle();
  expect([container.textContent, asked.length]).toEqual(["waiting", 1]);
  await asked[0]!.fail(gone);
  expect(container.textContent).toContain("not found");
  vi.mocked(console.error).mockClear();
  await act(async () => {
    restart();
    screen.getByRole("button").click();
  });
  expect([container.textContent, asked.length]).toEqual(["waiting", 2]);
  await asked[1]!.answer({ name: "cured" });
  expect(container.textContent).toBe("cured");
  unmount();
  await act(() => clock.advance("5 seconds"));
  expect(clock.pending).toBe(0);
});

it("a selection that is undefined of a value that is there is shown, and not waited for", async () => {
  const { asked, wrapper } = stage();
  const Description = () => {
    const { value, isLoading } = useEvaluation("ev_1", { suspense: true, select: ({ description }) => description });
    return <p>{`${value} ${isLoading}`}</p>;
  };
  const { container } = render(
    <Suspense fallback="waiting">
      <Description />
    </Suspense>,
    { wrapper },
  );
  await settle();
  expect(container.textContent).toBe("waiting");
  await asked.at(-1)!.answer({ name: "summaries" });
  expect(container.textContent).toBe("undefined false");
});
