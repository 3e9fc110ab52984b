/** Answers made in memory that is used again are what was added, for any answers made and given back before. */
import { request } from "node:http";
import { text } from "node:stream/consumers";
import { setImmediate } from "node:timers/promises";
import { resources } from "@evalwire/core/contract";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as Pieces from "../src/Pieces.ts";
import { makeEvaluation, makeWorld } from "./world.ts";

const bytesOf = (pieces: ReadonlyArray<Uint8Array>): string =>
  pieces.map((piece) => Buffer.from(piece).toString()).join(",");

const answer = (texts: ReadonlyArray<string>) => {
  const writer = Pieces.writer();
  for (const one of texts) writer.add(one);
  return writer.end();
};

/** A character of one to four bytes, and how often: on both sides of what a piece holds. */
const shape = fc.tuple(
  fc.constantFrom("a", "ü", "語", "👩‍🚀", "\u0000", "\\", ","),
  fc.oneof(
    fc.integer({ min: 1, max: 40 }),
    fc.constantFrom(16_000, 50_000, 87_381, 131_071, 262_143, 262_144, 300_000),
  ),
);
type Shape = readonly [unit: string, times: number];
const textsOf = (shapes: ReadonlyArray<Shape>) => shapes.map(([unit, times]) => unit.repeat(times));

describe("an answer in pieces", () => {
  it("is the texts with commas between, beside answers still in use and in memory of those given back", () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.array(shape, { maxLength: 8 }), fc.nat({ max: 3 })), { maxLength: 6 }),
        (all) => {
          const inUse: Array<{ readonly texts: ReadonlyArray<string>; readonly pieces: ReturnType<typeof answer> }> =
            [];
          for (const [shapes, given] of all) {
            const texts = textsOf(shapes);
            inUse.push({ texts, pieces: answer(texts) });
            const back = inUse[given];
            if (back === undefined) continue;
            // More than once is as good as once.
            Pieces.giveBack(back.pieces);
            Pieces.giveBack(back.pieces);
            inUse.splice(given, 1);
          }
          for (const { texts, pieces } of inUse) expect(bytesOf(pieces) === texts.join(",")).toBe(true);
        },
      ),
      { numRuns: 25 },
    ));

  it("uses the memory of an answer that was given back, and no other", () => {
    const long = Array.from({ length: 40 }, (_, index) => String(index).repeat(20_000));
    const first = answer(long);
    const second = answer(long);
    Pieces.giveBack(first);
    const third = answer(long);
    const memoryOf = (pieces: typeof first) => pieces.map(({ buffer }) => buffer);
    expect(third.length).toBeGreaterThan(1);
    for (const memory of memoryOf(third)) {
      expect(memoryOf(first).includes(memory)).toBe(true);
      expect(memoryOf(second).includes(memory)).toBe(false);
    }
  });
});

describe("an answer of megabytes over a socket", () => {
  it("arrives as it was made, however late it is read, with other answers made meanwhile", async () => {
    await using world = await makeWorld();
    const { evaluation } = await makeEvaluation(world, 40);
    const params = { evaluation_id: evaluation.id };
    const { items } = await world.call(resources.evaluations.testCaseResults.list, {
      params,
      query: { view: ["Task"], limit: 200 },
    });
    const path = `/v4/evaluations/${evaluation.id}`;
    for (const { id } of items) {
      const body = `{"label_status":"PENDING","result":{"1":"${"x".repeat(200_000)}"}}`;
      expect((await world.send("PATCH", `${path}/test-case-results/${id}`, { body })).status).toBe(200);
    }
    const task_ids = items.map((item: any) => item.task.id);
    const { port } = await world.server.listen();
    /** The head of the answer; its body waits until it is read. */
    const assign = (user: string) =>
      new Promise<import("node:http").IncomingMessage>((resolve, reject) => {
        const headers = { "x-api-key": "key-ada", "content-type": "application/json" };
        request({ port, path: `${path}/tasks/batch-assign`, method: "PATCH", headers, agent: false }, resolve)
          .on("error", reject)
          .end(JSON.stringify({ task_ids, assigned_to: user }));
      });
    const users = ["ada", "ben", "cleo", "dora"];
    const answers = [];
    for (const user of users) {
      answers.push(await assign(user));
      // By now memory given back too early would be used again.
      await setImmediate();
    }
    for (const [index, message] of answers.entries()) {
      const tasks: ReadonlyArray<any> = JSON.parse(await text(message));
      expect(tasks.map(({ id }) => id)).toEqual(task_ids);
      expect(new Set(tasks.map(({ assigned_to }) => assigned_to))).toEqual(new Set([users[index]]));
      expect(tasks.every(({ task_entity }) => task_entity.id !== undefined)).toBe(true);
    }
  });
});
