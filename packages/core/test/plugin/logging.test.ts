import * as fc from "fast-check";
import { expect, it, vi } from "vitest";
import { SGPClient } from "../../src/index.ts";
import { type LogEntry, type LoggingOptions, logging, redacted } from "../../src/plugin/logging.ts";
import { key, type Step, script } from "../client/script.ts";
import { evaluation, faces } from "./evaluation.ts";

const log = (steps: ReadonlyArray<Step>, options: LoggingOptions = {}) => {
  const entries: Array<LogEntry> = [];
  const { fetch, clock } = script(steps);
  const plugins = [logging({ log: (entry) => entries.push(entry), ...options })];
  const client = new SGPClient({ apiKey: key, baseURL: "https://sgp.test", fetch, clock, seed: 1, plugins });
  return { client, clock, entries, lines: () => entries.map(({ level, message }) => `${level} ${message}`) };
};

it("a line for each attempt and each call", async () => {
  const { client, clock, entries, lines } = log([
    Response.json({}, { status: 503, headers: { "retry-after": "2" } }),
    new TypeError("fetch failed"),
    Response.json(null, { headers: { "x-request-id": "r7" } }),
  ]);
  await clock.until(client.evaluations.tasks.update({ evaluation_id: "e1", task_id: "t1", assigned_to: "ada" }));
  const path = "PATCH /v4/evaluations/e1/tasks/t1";
  expect(lines().map((line) => line.replaceAll(/\d+ ms/g, "… ms"))).toEqual([
    `warn ${path}: 503 in … ms`,
    `warn ${path}: Unreachable in … ms`,
    `debug ${path}: 200 in … ms`,
    "info evaluations.tasks.update succeeded in … ms, 3 attempts",
  ]);
  expect(entries.at(-1)).toMatchObject({
    time: new Date(clock.now()).toISOString(),
    fields: {
      call: "call-1",
      endpoint: "evaluations.tasks.update",
      phase: "succeeded",
      status: 200,
      attempts: 3,
      requestId: "r7",
    },
  });
  expect(JSON.stringify(entries)).not.toContain("ada");
});

it("a call that fails is a warning that says why, without the key", async () => {
  const { client, clock, lines, entries } = log([Response.json({ detail: `unknown key ${key}` }, { status: 401 })]);
  await clock.until(client.evaluations.claimTask("e1").catch(() => undefined));
  expect(lines()).toEqual([
    "warn POST /v4/evaluations/e1/claim-task: 401 in 0 ms",
    "warn evaluations.claimTask failed in 0 ms: POST /v4/evaluations/e1/claim-task: 401, the API key was refused " +
      "(unknown key <redacted>); check apiKey or SGP_API_KEY",
  ]);
  expect(JSON.stringify(entries)).not.toContain(key);
});

it("what is included is redacted by name and cut short", async () => {
  const { client, entries } = log([Response.json(null)], { include: ["args", "headers"] });
  const tags = { api_token: "abc", note: "x".repeat(500), nested: [{ Password: "p", fine: 1 }] };
  await client.evaluations
    .update({ evaluation_id: "e1", tags }, { headers: { Authorization: "Bearer x", "x-team": "blue" } })
    .catch(() => undefined);
  expect(entries.map(({ fields }) => fields["headers"])[0]).toEqual({
    accept: "application/json",
    "content-type": "application/json",
    authorization: "<redacted>",
    "x-team": "blue",
  });
  expect(entries.at(-1)?.fields["args"]).toEqual({
    evaluation_id: "e1",
    tags: { api_token: "<redacted>", note: `${"x".repeat(200)}…`, nested: [{ Password: "<redacted>", fine: 1 }] },
  });
});

it("nothing under a secret's name is shown, wherever it stands", () =>
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 4 }), fc.jsonValue(), (path, rest) => {
      const secret = "the-very-secret";
      let value: unknown = { apiKey: secret, rest };
      for (const name of path) value = { [name]: [value] };
      const shown = JSON.stringify(redacted(value, (name) => name === "apiKey"));
      expect(shown).not.toContain(secret);
      expect(shown).toContain("<redacted>");
    }),
  ));

it.each(faces)("events are logged where that is requested, through the face in %s", async (face) => {
  const lines: Array<string> = [];
  const plugins = [logging({ log: ({ message }) => lines.push(message), events: { types: ["task.added"] } })];
  const { client, clock } = evaluation({ plugins }, face);
  await clock.until(client.watch("e1").ready);
  await clock.advance(0);
  await client.close();
  expect(lines.filter((line) => line.startsWith("task."))).toEqual([
    "task.added of task t1 in evaluation e1",
    "task.added of task t2 in evaluation e1",
  ]);
});

it("goes to the console by default", async () => {
  const spies = (["debug", "info", "warn"] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation(() => undefined),
  );
  const { fetch, clock } = script([Response.json(null)]);
  await new SGPClient({ apiKey: key, fetch, clock, plugins: [logging()] }).evaluations.claimTask("e1");
  const calls = spies.map((spy) => spy.mock.calls.flat());
  for (const spy of spies) spy.mockRestore();
  const time = new Date(clock.now()).toISOString();
  expect(calls).toEqual([
    [`${time} POST /v4/evaluations/e1/claim-task: 200 in 0 ms`],
    [`${time} evaluations.claimTask succeeded in 0 ms`],
    [],
  ]);
});
