/** Every function that takes options says which name it does not know, and which one was probably meant, before it connects. */
import { SGPClient } from "@evalwire/core";
import { expect, it } from "vitest";
import { createFleet, fleetStatus, openQueue } from "../src/index.ts";
import { observeFleet } from "../src/openTelemetry.ts";

const client = new SGPClient({ apiKey: "a key", fetch: async () => Response.json({}) });
const servers = "nats://127.0.0.1:9";

/** JavaScript: no compiler stands before the call. */
const js = (options: object): any => options;

it.each<[call: string, refused: () => Promise<unknown>, meant: string]>([
  ["createFleet", () => createFleet(js({ servers, client, leases: "1 second" })), "lease"],
  ["createFleet's retention", () => createFleet(js({ servers, client, retention: { ages: 1 } })), "age"],
  ["fleetStatus", () => fleetStatus(js({ servers, names: "n" })), "name"],
  ["observeFleet", async () => observeFleet(js({}), js({ metre: 1 })), "meter"],
  ["openQueue", () => openQueue(js({ server: servers })), "servers"],
])("%s", async (_, refused, meant) => {
  await expect(refused()).rejects.toMatchObject({
    problem: "Invalid",
    message: expect.stringContaining(`is not known; did you mean ${meant}?`),
  });
});
