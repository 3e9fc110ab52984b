/** StrictMode everywhere, every root unmounted after its test, and anything React complains about fails the test. */
import { cleanup, configure } from "@testing-library/react";
import { afterEach, beforeEach, expect, vi } from "vitest";
import { preload } from "../src/index.ts";

// It comes by the machine's time, which no simulated clock shows: at hand, every action begins at once.
await preload();

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
// A part that loads on demand appears by the machine's time, however busy that is.
configure({ reactStrictMode: true, asyncUtilTimeout: 60_000 });

/** React 18 warns of layout effects on a server; that there is a document beside it is these tests' doing. `*.isolated` has none there. */
const isOfTheStage = (complaint: string): boolean =>
  complaint.includes("useLayoutEffect does nothing on the server") &&
  expect.getState().testPath?.includes(".isolated.") !== true;

beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});

afterEach(() => {
  cleanup();
  const complaints = vi
    .mocked(console.error)
    .mock.calls.map((call) => call.map(String).join(" "))
    .filter((complaint) => !isOfTheStage(complaint));
  vi.restoreAllMocks();
  expect(complaints).toEqual([]);
});
