/** Answers made in memory that is used again are what was added, for any answers made and given back before. */
import { request } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { setImmediate } from "node:timers/promises";
import { createGunzip } from "node:zlib";
import { resources } from "@evalwire/core/contract";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
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

describe("an answer of megabytes", () => {
  const stage = async () => {
    const world = await makeWorld();
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
    const headers = { "x-api-key": "key-ada", "content-type": "application/json" };
    const bodyFor = (user: string) => JSON.stringify({ task_ids, assigned_to: user });
    const to = `${path}/tasks/batch-assign`;
    return {
      /** The head of the answer; its body waits until it is read. */
      assign: (user: string, more = {}) =>
        new Promise<import("node:http").IncomingMessage>((resolve, reject) => {
          request({ port, path: to, method: "PATCH", headers: { ...headers, ...more }, agent: false }, resolve)
            .on("error", reject)
            .end(bodyFor(user));
        }),
      assignInProcess: (user: string, signal: AbortSignal | null = null) =>
        world.server.fetch(`http://localhost${to}`, { method: "PATCH", headers, body: bodyFor(user), signal }),
      /** Several requests on one connection, before the first answer; gives all that is sent back. */
      assignInTurn: (users: ReadonlyArray<string>) =>
        new Promise<string>((resolve, reject) => {
          const socket = connect(port, "127.0.0.1").on("error", reject);
          for (const [index, user] of users.entries()) {
            const body = bodyFor(user);
            const last = index === users.length - 1 ? "connection: close\r\n" : "";
            const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
            socket.write(
              `PATCH ${to} HTTP/1.1\r\nhost: localhost\r\n${lines.join("")}${last}content-length: ${body.length}\r\n\r\n${body}`,
            );
          }
          text(socket).then(resolve, reject);
        }),
      hold: (user: string, sent: string) => {
        const tasks: ReadonlyArray<any> = JSON.parse(sent);
        expect(tasks.map(({ id }) => id)).toEqual(task_ids);
        expect(new Set(tasks.map(({ assigned_to }) => assigned_to))).toEqual(new Set([user]));
        expect(tasks.every(({ task_entity }) => task_entity.id !== undefined)).toBe(true);
      },
      close: world.close,
    };
  };
  let staged: Awaited<ReturnType<typeof stage>>;
  beforeAll(async () => {
    staged = await stage();
  });
  afterAll(() => staged.close());

  it("arrives as it was made, however late it is read, with other answers made meanwhile", async () => {
    const users = ["ada", "ben", "cleo", "dora"];
    const answers = [];
    for (const user of users) {
      answers.push(await staged.assign(user));
      // By now memory given back too early would be used again.
      await setImmediate();
    }
    for (const [index, message] of answers.entries()) staged.hold(users[index]!, await text(message));
  });

  it("arrives as it was made beside clients who leave, in process, compressed and several on a connection", async () => {
    const late = await staged.assignInProcess("late");
    const never = await staged.assignInProcess("never");
    const slow = await staged.assign("slow");
    const left = await staged.assign("one who leaves half-way");
    await new Promise((resolve) => left.once("data", resolve));
    left.destroy();
    const gone = new AbortController();
    const given = staged.assignInProcess("one who gives up", gone.signal);
    gone.abort();
    await expect(given).rejects.toThrow(/abort/);
    // Compressed while the next answers are made.
    const packing = staged.assign("packed", { "accept-encoding": "gzip", via: "1.1 proxy" });
    for (const user of ["meanwhile", "and again"]) (await staged.assign(user)).resume();
    const packed = await packing;
    const inTurn = await staged.assignInTurn(["first", "second"]);
    const bodies = inTurn.split(/HTTP\/1\.1 200 OK\r\n.*?\r\n\r\n/s).slice(1);
    expect(bodies.length).toBe(2);
    for (const [index, user] of ["first", "second"].entries()) staged.hold(user, bodies[index]!);
    expect(packed.headers["content-encoding"]).toBe("gzip");
    staged.hold("packed", await text(packed.pipe(createGunzip())));
    staged.hold("slow", await text(slow));
    staged.hold("late", await late.text());
    expect(never.bodyUsed).toBe(false);
  });
});
