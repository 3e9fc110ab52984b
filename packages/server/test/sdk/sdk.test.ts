/** The embedded server against strict readers of the platform's SDKs: every method, every answer. */
import { expect, it } from "vitest";
import { createServer } from "../../src/index.ts";
import { driver, driveV4, driveV5 } from "./drive.ts";

it.each([
  ["v4", driveV4],
  ["v5", driveV5],
])("%s: every answer is what the SDK's models say", async (_, drive) => {
  const server = await createServer({ apiKeys: { "key-ada": "ada" } });
  const driven = driver((url, init) => server.fetch(url, init), "key-ada");
  await drive(driven);
  await server.close();
  expect(driven.checks.filter(({ wrong }) => wrong.length > 0)).toEqual([]);
  expect(driven.checks.length).toBeGreaterThan(80);
});
