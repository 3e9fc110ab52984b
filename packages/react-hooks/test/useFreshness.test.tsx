import { SgpError, type WatchStatus } from "@evalwire/core";
import { act, renderHook } from "@testing-library/react";
import { expect, it } from "vitest";
import { useFreshness } from "../src/index.ts";
import { stage } from "./harness.tsx";
import { epoch, watchOf } from "./rows.ts";

const status = (fields: object) => ({ since: epoch, ...fields }) as unknown as WatchStatus;
const failed = new SgpError({ reason: { _tag: "Unreachable", description: "no route to host" } });

it("says how old the state is, every second, and since when it is no longer live", async () => {
  const { watch, clock, wrapper } = stage(watchOf("ev_1"));
  watch.setStatus(status({ _tag: "synced", lastSyncedAt: epoch, freshUntil: "2030-01-01T00:00:30.000Z" }));
  const { result } = renderHook(() => useFreshness("ev_1"), { wrapper });
  expect(result.current).toEqual({ state: "live", asOf: epoch, ageMillis: 0, error: undefined });
  await act(() => clock.advance("30 seconds"));
  expect(result.current).toMatchObject({ state: "live", ageMillis: 30_000 });
  await act(() => clock.advance("1 second"));
  expect(result.current).toMatchObject({ state: "stale", ageMillis: 31_000 });
  act(() => watch.setStatus(status({ _tag: "degraded", lastSyncedAt: epoch, error: failed })));
  expect(result.current).toMatchObject({ state: "degraded", ageMillis: 31_000, error: failed });
  const offline = new SgpError({ reason: { _tag: "Offline" } });
  act(() => watch.setStatus(status({ _tag: "degraded", lastSyncedAt: epoch, error: offline })));
  expect(result.current).toMatchObject({ state: "offline", asOf: epoch, error: offline });
  act(() =>
    watch.setStatus(
      status({
        _tag: "degraded",
        lastSyncedAt: epoch,
        error: new SgpError({ reason: { _tag: "Stale", lastSyncedAt: epoch } }),
      }),
    ),
  );
  expect(result.current).toMatchObject({ state: "stale", asOf: epoch });
  act(() => watch.setStatus(status({ _tag: "closed" })));
  expect(result.current.state).toBe("ended");
  act(() => watch.setStatus(status({ _tag: "connecting" })));
  expect(result.current).toEqual({ state: "connecting", asOf: undefined, ageMillis: undefined, error: undefined });
});

it("a component that shows only the state does not render every second", async () => {
  const { watch, clock, wrapper } = stage(watchOf("ev_1"));
  watch.setStatus(status({ _tag: "synced", lastSyncedAt: epoch, freshUntil: "2030-01-01T00:00:30.000Z" }));
  let renders = 0;
  const { result } = renderHook(
    () => {
      renders++;
      return useFreshness("ev_1", { select: ({ state }) => state });
    },
    { wrapper },
  );
  const before = renders;
  await act(() => clock.advance("30 seconds"));
  expect([result.current, renders]).toEqual(["live", before]);
  await act(() => clock.advance("1 second"));
  expect(result.current).toBe("stale");
});
