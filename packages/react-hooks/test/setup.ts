/** StrictMode everywhere, every root unmounted after its test, and anything React complains about fails the test. */
import { cleanup, configure } from "@testing-library/react";
import { afterEach, beforeEach, expect, vi } from "vitest";
import { acting } from "../src/act/acting.ts";

// It comes by the machine's time, which no simulated clock shows: at hand, every action begins at once.
await acting.load();

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
configure({ reactStrictMode: true });

beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});

afterEach(() => {
  cleanup();
  const complaints = vi.mocked(console.error).mock.calls.map((call) => call.map(String).join(" "));
  vi.restoreAllMocks();
  expect(complaints).toEqual([]);
});
