import { expect, it } from "vitest";
import { tooOld } from "../src/tooOld.ts";

it("names both versions where Node is too old, and says nothing where it is not", () => {
  expect(tooOld("20.19.6", ">=22.16")).toBe("evalwire needs Node 22.16 or later; this is Node 20.19.6.");
  expect(tooOld("22.15.1", ">=22.16")).toBe("evalwire needs Node 22.16 or later; this is Node 22.15.1.");
  expect(tooOld("22.16.0", ">=22.16")).toBeUndefined();
  expect(tooOld("24.0.0", ">=22.16")).toBeUndefined();
});
