import { act, renderHook } from "@testing-library/react";
import { expect, it } from "vitest";
import { useEvaluationProgress } from "../src/index.ts";
import { stage } from "./harness.tsx";
import { row, watchOf } from "./rows.ts";

it("counts, and renders again only for numbers", () => {
  const { watch, wrapper } = stage(
    watchOf("ev_1", [row("a", { assigned_to: "ada" }), row("b"), row("c", { status: "COMPLETED", assigned_to: "bo" })]),
  );
  let renders = 0;
  const { result } = renderHook(
    () => {
      renders++;
      return useEvaluationProgress("ev_1");
    },
    { wrapper },
  );
  expect(result.current).toEqual({
    name: undefined,
    status: undefined,
    total: 0,
    completed: 0,
    fraction: 0,
    held: 1,
    byStatus: [
      { status: "PENDING", tasks: 2 },
      { status: "COMPLETED", tasks: 1 },
    ],
  });

  act(() => watch.setEvaluation({ name: "demo", total: 4, completed: 1 }));
  expect(result.current).toMatchObject({ name: "demo", status: "PENDING", total: 4, completed: 1, fraction: 0.25 });

  const [before, rendersBefore] = [result.current, renders];
  act(() => watch.put(row("a", { assigned_to: "bo" })));
  expect(renders).toBe(rendersBefore);
  expect(result.current).toBe(before);
});

it("a status this version does not know is counted under its own name", () => {
  const { wrapper } = stage(watchOf("ev_1", [row("a", { status: "ESCALATED" })]));
  const { result } = renderHook(() => useEvaluationProgress("ev_1").byStatus, { wrapper });
  expect(result.current).toEqual([{ status: "ESCALATED", tasks: 1 }]);
});

it("a server that counts more completed than total shows a whole, not more", () => {
  const { watch, wrapper } = stage();
  const { result } = renderHook(() => useEvaluationProgress("ev_1").fraction, { wrapper });
  act(() => watch.setEvaluation({ total: 2, completed: 3 }));
  expect(result.current).toBe(1);
});
