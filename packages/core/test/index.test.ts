import { expect, it } from "vitest";
import * as core from "../src/index.ts";

it("gives a program what it makes things of and asks, and nothing of the inside", () => {
  const client = ["SGPClient", "Sgp", "SgpError", "Transport", "definePlugin", "listItems", "onAbort"];
  const watch = [
    "instantOf",
    "isOpen",
    "leaseOf",
    "snapshotAt",
    "WatchHub",
    "watchEventTypes",
    "watchEvents",
    "watchStream",
  ];
  expect(Object.keys(core).sort()).toEqual([...client, ...watch].sort());
});
