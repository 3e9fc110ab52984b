/** A hook that is called wrongly says so in a sentence, at the first render. */
import type { SGPClient } from "@evalwire/core";
import { render, renderHook } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import {
  EvalwireProvider,
  useEvaluationProgress,
  useExpiringAssignments,
  useStore,
  useTask,
  useTaskEvents,
  useTasks,
  useWatchStatus,
} from "../src/index.ts";
import { stage } from "./harness.tsx";
import { watchOf } from "./rows.ts";

/** The error of a hook when it is rendered; React's own report of it is left out. */
const thrownBy = (hook: () => unknown): unknown => {
  const { wrapper } = stage(watchOf("ev_1", []));
  try {
    renderHook(hook, { wrapper });
    return undefined;
  } catch (error) {
    return error;
  } finally {
    vi.mocked(console.error).mockClear();
  }
};

const untyped = (value: unknown) => value as never;

describe("nothing to look at", () => {
  const hooks = {
    useTasks,
    useTaskEvents,
    useExpiringAssignments,
    useEvaluationProgress,
    useWatchStatus,
    useTask: (watched: never) => useTask(watched, "t1"),
  };
  it.each(Object.entries(hooks))("%s of what is no evaluation", (name, hook) => {
    for (const watched of ["", " ", 7, {}, { v5: "" }, { v5: 1 }])
      expect(thrownBy(() => (hook as (watched: never) => unknown)(untyped(watched)))).toEqual(
        new TypeError(
          `${name}: there is no evaluation to look at; pass an id, { v5: id }, a watch, or null, not ${JSON.stringify(watched)}`,
        ),
      );
  });

  it("a provider without a client", () => {
    try {
      expect(() => render(<EvalwireProvider client={untyped(undefined)} />)).toThrow(
        new TypeError("EvalwireProvider needs a client: an SGPClient or a relay's."),
      );
    } finally {
      vi.mocked(console.error).mockClear();
    }
  });

  it("a provider with a misspelt prop", () => {
    const props: { client: SGPClient } = Object.assign({ client: untyped({}) }, { watchOption: {} });
    try {
      expect(() => render(<EvalwireProvider {...props} />)).toThrow(/^EvalwireProvider: watchOption .*watchOptions/);
    } finally {
      vi.mocked(console.error).mockClear();
    }
  });

  it("useStore(undefined)", () => {
    expect(thrownBy(() => useStore(untyped(undefined), (value) => value))).toEqual(
      new TypeError("There is nothing to look at: pass the id of an evaluation, or a watch, not undefined."),
    );
  });
});

it.each<[string, () => unknown]>([
  [
    "useTasks: filter is not known; known are status, taskType, assignedTo, where, orderBy, enabled, suspense, throwOnError, select, isEqual",
    () => useTasks("ev_1", untyped({ filter: 1 })),
  ],
  [
    "useTaskEvents: type is not known; did you mean types?",
    () => useTaskEvents("ev_1", untyped({ type: ["task.added"] })),
  ],
  [
    "useExpiringAssignments: with is not known; did you mean within?",
    () => useExpiringAssignments("ev_1", untyped({ with: 5 })),
  ],
])("%s", (sentence, hook) => {
  expect(thrownBy(hook)).toEqual(new TypeError(sentence));
});
