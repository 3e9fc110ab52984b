import { resources } from "@evalwire/core/contract";
import { SimulatedClock } from "@evalwire/core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createServer, type ServerOptions } from "../src/index.ts";
import { makeEvaluation, makeWorld } from "./world.ts";

const startAt = "2031-05-06T07:08:09Z";

/** Everything an evaluation's life says, as text. */
const life = async (options: Partial<ServerOptions>): Promise<string> => {
  const clock = new SimulatedClock({ startAt });
  await using world = await makeWorld({ clock, ...options });
  const said: Array<unknown> = [];
  const { evaluation } = await makeEvaluation(world, 3);
  const params = { evaluation_id: evaluation.id };
  said.push(evaluation, await world.call(resources.evaluations.claimTask, { params, body: {} }));
  await clock.advance("20 minutes");
  const claimed = await world.attempt(resources.evaluations.claimTask, { params, body: {} }, "key-ben");
  said.push(claimed.value, [...claimed.headers]);
  const query = { view: ["Task" as const, "Metrics" as const] };
  said.push(await world.call(resources.evaluations.testCaseResults.list, { params, query }));
  return JSON.stringify(said);
};

describe("a server with a seed and a clock of its own", () => {
  it("says the same twice, byte for byte", () =>
    fc.assert(
      fc.asyncProperty(fc.oneof(fc.integer(), fc.string()), async (seed) => {
        expect(await life({ seed })).toBe(await life({ seed }));
      }),
      { numRuns: 5 },
    ));

  it("gives other ids with another seed, and random ones without", async () => {
    const idOf = (text: string) => (JSON.parse(text) as [{ id: string }])[0].id;
    const lives = await Promise.all([life({ seed: 1 }), life({ seed: 2 }), life({ seed: "1" })]);
    expect(new Set(lives.map(idOf)).size).toBe(3);
    const server = async () => {
      await using world = await makeWorld({ seed: undefined as never });
      return (await makeEvaluation(world, 1)).evaluation.id;
    };
    expect(await server()).not.toBe(await server());
    for (const text of lives)
      expect(idOf(text)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it("shows the clock's time, and lets leases expire only by it", async () => {
    const clock = new SimulatedClock({ startAt });
    await using world = await makeWorld({ clock, claimSeconds: 600 });
    const { evaluation } = await makeEvaluation(world, 1);
    expect(evaluation.created_at).toBe("2031-05-06T07:08:09.000Z");
    const params = { evaluation_id: evaluation.id };
    const claim = (key: "key-ada" | "key-ben") =>
      world.attempt(resources.evaluations.claimTask, { params, body: {} }, key);
    const first = await claim("key-ada");
    expect(first.value.assignment_expires_at).toBe("2031-05-06T07:18:09.000Z");
    expect(first.headers.get("date")).toBe("Tue, 06 May 2031 07:08:09 GMT");
    await clock.advance("599.999 seconds");
    expect((await claim("key-ben")).value).toBeNull();
    await clock.advance("1 millis");
    expect((await claim("key-ben")).value).toMatchObject({
      id: first.value.id,
      assigned_to: "ben",
      assignment_expires_at: "2031-05-06T07:28:09.000Z",
    });
  });
});

describe("options", () => {
  it("assignSeconds: null assigns until it is done", async () => {
    const clock = new SimulatedClock();
    await using world = await makeWorld({ clock, assignSeconds: null });
    const { evaluation } = await makeEvaluation(world, 1);
    const params = { evaluation_id: evaluation.id };
    const task = await world.call(resources.evaluations.claimTask, { params, body: {} });
    const at = { ...params, task_id: task!.id };
    await world.call(resources.evaluations.tasks.update, { params: at, body: { assigned_to: "ben" } });
    await clock.advance("400 days");
    const own = await world.call(resources.evaluations.claimTask, { params, body: {} }, "key-ben");
    expect(own).toMatchObject({ id: task!.id, assigned_to: "ben", assignment_expires_at: null });
  });

  it("what cannot be is refused before anything runs", async () => {
    const open = (options: Partial<ServerOptions>) => createServer({ apiKeys: { k: "ada" }, ...options });
    await expect(open({ claimSeconds: 0 })).rejects.toThrow("claimSeconds must be a positive number of seconds, not 0");
    await expect(open({ claimSeconds: Number.NaN })).rejects.toThrow("claimSeconds");
    await expect(open({ assignSeconds: -1 })).rejects.toThrow("assignSeconds");
    await expect(open({ lateSubmit: "perhaps" as never })).rejects.toThrow(/lateSubmit must be accept, .* not perhaps/);
  });
});
