import { SGPClient, type SgpError } from "@evalwire/core";
import { SimulatedClock } from "@evalwire/core/testing";
import { type Claimed, Lease } from "@evalwire/tasks";
import { act, renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { expect, it } from "vitest";
import { EvalwireProvider, useLease } from "../src/index.ts";
import { settle } from "./harness.tsx";
import { row, watchOf } from "./rows.ts";

const minute = 60_000;

const stage = () => {
  const clock = new SimulatedClock();
  const sent: Array<string> = [];
  const client = new SGPClient({
    apiKey: "a key",
    baseURL: "https://sgp.example.invalid",
    dangerouslyAllowBrowser: true,
    maxRetries: 0,
    clock,
    fetch: async (url, init) => {
      sent.push(`${init?.method ?? "GET"} ${new URL(url).pathname}`);
      return Response.json({ detail: "no" }, { status: 403 });
    },
  });
  const wrapper = ({ children }: { readonly children: ReactNode }) => (
    <EvalwireProvider client={client} clock={clock} grace={0}>
      {children}
    </EvalwireProvider>
  );
  const claimed = (id: string): Claimed => ({
    _tag: "Claimed",
    task: {
      id,
      task_type: "EVALUATION_ANNOTATION",
      task_entity_parent_id: "ev_1",
      task_entity_id: `r-${id}`,
      account_id: "a1",
      status: "PENDING",
      priority: 0,
      assigned_to: "ada",
      assignment_expires_at: "2030-01-01T00:10:00Z",
    },
    heldUntil: clock.now() + 10 * minute,
    overAt: clock.now() + 10 * minute,
    errorMillis: 500,
    how: "answered",
  });
  return { clock, client, sent, wrapper, claimed };
};

it("counts down, aborts its signal before the end, and says that it expired", async () => {
  const { clock, wrapper, claimed } = stage();
  const lease = claimed("t1");
  const { result } = renderHook(() => useLease(lease, { marginMillis: 5_000 }), { wrapper });
  await settle();
  const { signal } = result.current;
  expect(result.current).toMatchObject({
    expiresAt: "2030-01-01T00:10:00Z",
    errorMillis: 500,
    remainingMillis: 10 * minute,
    isEnding: false,
    end: undefined,
  });
  await act(() => clock.advance("594 seconds"));
  expect(result.current).toMatchObject({ remainingMillis: 6_000, isEnding: false });
  await act(() => clock.advance("2 seconds"));
  expect(result.current).toMatchObject({ remainingMillis: 4_000, isEnding: true, end: undefined });
  await act(() => clock.advance("10 seconds"));
  expect(result.current).toMatchObject({
    remainingMillis: 0,
    isEnding: true,
    end: { _tag: "Lost", reason: "expired" },
  });
  expect([result.current.signal, signal?.aborted]).toEqual([signal, true]);
});

it("nothing is sent and nothing aborts when the component goes; no timer stays", async () => {
  const { clock, sent, wrapper, claimed } = stage();
  const lease = claimed("t1");
  const { result, unmount } = renderHook(() => useLease(lease), { wrapper });
  await settle();
  const { signal } = result.current;
  unmount();
  await act(() => clock.advance("1 second"));
  expect([sent, signal?.aborted, clock.pending]).toEqual([[], false, 0]);
});

it("another lease has a signal of its own, and null has none", async () => {
  const { wrapper, claimed } = stage();
  const [first, second] = [claimed("t1"), claimed("t2")];
  const { result, rerender } = renderHook(({ lease }: { lease: Claimed | null }) => useLease(lease), {
    wrapper,
    initialProps: { lease: first } as { lease: Claimed | null },
  });
  await settle();
  const { signal } = result.current;
  rerender({ lease: second });
  await settle();
  expect(result.current.signal).not.toBe(signal);
  expect([signal?.aborted, result.current.signal?.aborted]).toEqual([false, false]);
  rerender({ lease: null });
  expect(result.current).toMatchObject({ signal: undefined, expiresAt: undefined, remainingMillis: undefined });
  const refused = await act(() => result.current.submit({ result: {} }).catch((error: SgpError) => error.message));
  expect(refused).toContain("there is no lease in the hand");
});

it("is lost as soon as its watch sees it", async () => {
  const { wrapper, claimed } = stage();
  const held = row("t1", { assigned_to: "ada", assignment_expires_at: "2030-01-01T00:10:00Z" });
  const watch = watchOf("ev_1", [held]);
  const lease = claimed("t1");
  const { result, unmount } = renderHook(() => useLease(lease, { watched: watch }), { wrapper });
  await settle();
  await act(async () => watch.put(row("t1", { assigned_to: "ben" })));
  expect(result.current).toMatchObject({ isEnding: true, end: { _tag: "Lost", reason: "reassigned" } });
  unmount();
  await settle();
  expect(watch.listeners).toBe(0);
});

it("selects, and shows a lease that is held elsewhere without closing it", async () => {
  const { clock, client, wrapper, claimed } = stage();
  const held = Lease.hold(client, claimed("t1"));
  const { result, unmount } = renderHook(() => useLease(held, { select: ({ isEnding }) => isEnding }), { wrapper });
  await settle();
  expect(result.current).toBe(false);
  unmount();
  await settle();
  expect(held.end).toBeUndefined();
  held.close();
  await clock.advance("1 second");
  expect(clock.pending).toBe(0);
});
