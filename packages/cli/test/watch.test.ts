import { SGPClient } from "@evalwire/core";
import { createServer, type EvalwireServer } from "@evalwire/server";
import { claim, submit } from "@evalwire/tasks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cases } from "../src/demo/cases/index.ts";
import { answersOf, createEvaluation, type DemoEvaluation } from "../src/demo/createEvaluation.ts";
import { evalwire } from "./session.ts";

let server: EvalwireServer;
let url: string;
let client: SGPClient;

beforeAll(async () => {
  server = await createServer({ apiKeys: { key: "ada" } });
  url = (await server.listen()).url;
  client = new SGPClient({ apiKey: "key", baseURL: url });
});
afterAll(() => server.close());

const env = () => ({ SGP_API_KEY: "key", SGP_CLIENT_BASE_URL: url });
const create = (count: number) => createEvaluation(client, cases.slice(0, count), new AbortController().signal);

const finishNext = async (evaluation: DemoEvaluation) => {
  const held = await claim(client, { evaluation_id: evaluation.id });
  if (held._tag !== "Claimed") return held._tag;
  const result = answersOf(evaluation, { quality: 4, verdict: "faithful" });
  return (await submit(client, { task: held.task, heldUntil: held.heldUntil, result }))._tag;
};

describe("watch", () => {
  it("prints events as JSON, and ends with the evaluation when requested", async () => {
    const evaluation = await create(2);
    const { id } = evaluation;
    const finished: Array<Promise<string>> = [];
    const { exitCode, lines, notes } = await evalwire(["watch", id, "--json", "--replay", "--until-done"], {
      env: env(),
      onLine: (line) => {
        if (line.includes('"watch.synced"')) finished.push(finishNext(evaluation).then(() => finishNext(evaluation)));
      },
    });
    expect(await Promise.all(finished)).toEqual(["Done"]);
    expect({ exitCode, notes }).toEqual({ exitCode: 0, notes: [] });
    const events = lines.map((line) => JSON.parse(line));
    expect(events.filter(({ type }) => type === "task.added")).toHaveLength(2);
    expect(events.at(-1).current).toMatchObject({ id, status: "COMPLETED", completed: 2 });
  });

  it("with --history prints every version of a task", async () => {
    const evaluation = await create(1);
    const { id } = evaluation;
    const [result] = (await client.evaluations.testCaseResults.list({ evaluation_id: id, view: ["Task"] })).items;
    const task_id = result!.task!.id;
    const assign = (assigned_to: string | null) =>
      client.evaluations.tasks.update({ evaluation_id: id, task_id, assigned_to } as never);
    const { lines, notes } = await evalwire(["watch", id, "--json", "--history", "--until-done"], {
      env: env(),
      onLine: (line) => {
        if (!line.includes('"watch.synced"')) return;
        void assign("cleo")
          .then(() => assign(null))
          .then(() => assign("ben"))
          .then(() => assign(null))
          .then(() => finishNext(evaluation));
      },
    });
    expect(notes).toEqual([]);
    const leases = lines
      .map((line) => JSON.parse(line))
      .filter(({ type }) => type.startsWith("assignment.") || type === "task.status_changed");
    expect(leases.map(({ type, lease }) => [type, lease?.assignee])).toEqual([
      ["assignment.created", "cleo"],
      ["assignment.released", "cleo"],
      ["assignment.created", "ben"],
      ["assignment.released", "ben"],
      ["assignment.created", expect.any(String)],
      ["task.status_changed", undefined],
    ]);
    expect(leases.map(({ gap }) => gap)).toEqual(leases.map(() => false));
    const times = leases.map(({ at }) => at);
    expect(times).toEqual([...times].sort());
  });

  it("prints lines for a reader, until interrupted", async () => {
    const { id } = await create(1);
    const stop = new AbortController();
    const { exitCode, lines } = await evalwire(["watch", id], {
      env: env(),
      stop: stop.signal,
      onLine: (line) => line.includes("watching") && stop.abort(),
    });
    expect(exitCode).toBe(0);
    expect(lines.at(-1)).toMatch(/^\d\d:\d\d:\d\d +watching +1 task$/);
  });

  it("says what is wrong with an id or a key, and never shows the key", async () => {
    const unknown = await evalwire(["watch", "nothing"], { env: env() });
    expect(unknown.exitCode).toBe(1);
    expect(unknown.notes.at(-1)).toContain("404, not found");
    const refused = await evalwire(["watch", "nothing"], { env: { ...env(), SGP_API_KEY: "wrong-key" } });
    expect(refused.exitCode).toBe(1);
    expect(refused.notes.at(-1)).toContain("401, the API key was refused");
    expect(refused.notes.join("\n")).not.toContain("wrong-key");
  });

  it("speaks of its own flags and variables, not of the client's options", async () => {
    const at = (args: ReadonlyArray<string>, more: object = {}) =>
      evalwire(["watch", ...args], { env: { ...env(), ...more } });
    const without = await at(["ev_1"], { SGP_API_KEY: undefined });
    expect(without).toMatchObject({ exitCode: 2, notes: ["evalwire: there is no API key: set SGP_API_KEY"] });
    const nowhere = await at(["ev_1", "--base-url", "nowhere"]);
    expect(nowhere).toMatchObject({ exitCode: 2, notes: ["evalwire: --base-url: must be an http or https address"] });
    const unset = await at(["ev_1", "--account", ""]);
    const sentence = "evalwire: --account is empty: give a value, or leave it out";
    expect(unset).toMatchObject({ exitCode: 2, notes: [sentence] });
    expect(await at(["ev_1", "--account", " "])).toMatchObject({ exitCode: 2, notes: [sentence] });
    const nothing = await at([""]);
    expect(nothing.exitCode).toBe(2);
    expect(nothing.notes[0]).toBe("evalwire: <evaluation-id>: must be the id of an evaluation, not an empty text");
    const below = await at(["ev_1"], { SGP_CLIENT_BASE_URL: `${env().SGP_CLIENT_BASE_URL}/v4` });
    expect(below.notes.at(-1)).toBe(
      "evalwire: GET /v4/v4/evaluations/ev_1: 404, not found: --base-url ends with /v4, which each path begins with: leave it out",
    );
    const newer = await client.v5.evaluations.create({ name: "Newer", data: [{ text: "a" }], tasks: [] });
    const other = await at([newer.id], { SGP_ACCOUNT_ID: " " });
    expect(other.notes.at(-1)).toBe(
      `evalwire: GET /v4/evaluations/${newer.id}: 404, not found in v4, but it exists in v5: add --v5`,
    );
  });
});
