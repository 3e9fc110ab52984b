import { createHmac } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memoryOutbox } from "../../src/plugin/Outbox.ts";
import { type Signing, signature, type WebhookOptions, webhook } from "../../src/plugin/webhook.ts";
import { SGPClient } from "../../src/SGPClient.ts";
import { SimulatedClock } from "../../src/testing/SimulatedClock.ts";
import { evaluation, faces } from "./evaluation.ts";

const secret = `whsec_${Buffer.from("a secret of thirty-two letters!!").toString("base64")}`;

interface Received {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: any;
  readonly at: number;
}

/** Nothing changes after the first look, and hours pass. */
const rarely = { interval: ["10 minutes", "10 minutes"] } as const;

const added = ["task.added", "task.added"].map((type) => `evalwire.${type}`);

it("the signature is the specification's", async () => {
  const message = { id: "msg_1", timestamp: 1_893_456_000, body: '{"a":"ü"}' };
  const expected = createHmac("sha256", Buffer.from(secret.slice("whsec_".length), "base64"))
    .update(`${message.id}.${message.timestamp}.${message.body}`)
    .digest("base64");
  expect(await signature(message, [secret])).toBe(`v1,${expected}`);
  const other = `whsec_${Buffer.from("another").toString("base64")}`;
  expect(await signature(message, [other, secret])).toBe(`${await signature(message, [other])} v1,${expected}`);
});

it("where a fleet takes its deliveries, one that fails is tried once more when the replica gives it back, and not again", async () => {
  const clock = new SimulatedClock();
  const reported = Promise.withResolvers<unknown>();
  let attempts = 0;
  const refusing = async () => {
    attempts++;
    return new Response(null, { status: 503 });
  };
  const client = new SGPClient({
    apiKey: "k",
    clock,
    seed: 1,
    onProblem: ({ error }) => reported.resolve(error),
    plugins: [webhook({ url: "https://receiver.test/hook", secret, once: true, fetch: refusing, timeout: "1 hour" })],
  });
  const { hooks } = await client.takeOnceHooks();
  const event = { type: "watch.recovered", id: "r1", time: "", evaluationId: "e1", degradedAt: "" } as const;
  const givenBack = new AbortController();
  const running = hooks[0]!.run(event, givenBack.signal).then(
    () => "delivered",
    (error: Error) => error.message,
  );
  expect(await reported.promise).toMatchObject({
    message: "delivery r1 failed once: answered with 503; it is tried again",
  });
  givenBack.abort();
  expect(await running).toBe("delivery r1 failed: answered with 503");
  expect(attempts).toBe(2);
  await clock.until(client.close());
  expect(clock.pending).toBe(0);
});

describe.each(faces)("through the face in %s", (face) => {
  /** A receiver that answers the nth delivery with the nth answer, and with 200 when these are used up. */
  const hooked = (
    answers: ReadonlyArray<number | "down" | "silent" | (() => Response)> = [],
    options: Partial<WebhookOptions> = {},
  ) => {
    const received: Array<Received> = [];
    let asked = 0;
    const receive = async (_: string, init: RequestInit): Promise<Response> => {
      const answer = answers[asked++] ?? 200;
      if (answer === "down") throw new TypeError("fetch failed");
      if (answer === "silent") {
        return new Promise((_, reject) => init.signal?.addEventListener("abort", () => reject(init.signal?.reason)));
      }
      const { headers, body } = init as { readonly headers: Record<string, string>; readonly body: string };
      received.push({ headers, body: JSON.parse(body), at: world.clock.now() });
      return typeof answer === "function" ? answer() : new Response(null, { status: answer });
    };
    // Not tracked by the clock: a receiver may be silent.
    const world = evaluation((clock) => {
      // Cryptography is done where the clock does not see it.
      const { subtle } = globalThis.crypto;
      const tracked: Signing = {
        importKey: (...args: [any, any, any, any, any]) => clock.track(subtle.importKey(...args)),
        sign: (...args) => clock.track(subtle.sign(...args)),
      };
      const url = "https://receiver.test/hook";
      return { plugins: [webhook({ url, secret, fetch: receive, crypto: tracked, ...options })] };
    }, face);
    const types = () => received.map(({ body }) => body.type);
    return { ...world, received, types, asked: () => asked };
  };

  it("an event is sent as a CloudEvent, signed", async () => {
    const { client, clock, received } = hooked([], { events: { types: ["task.added"] } });
    const watch = client.watch("e1");
    await clock.until(watch.ready);
    await clock.advance(0);
    const [first, ...others] = received;
    expect(others).toHaveLength(1);
    const { data, ...envelope } = first!.body;
    expect(envelope).toEqual({
      specversion: "1.0",
      id: data.id,
      source: "https://sgp.test/v4/evaluations/e1",
      type: "evalwire.task.added",
      subject: "t1",
      time: data.time,
      datacontenttype: "application/json",
    });
    expect(data).toMatchObject({ type: "task.added", evaluationId: "e1", taskId: "t1" });
    const { "webhook-signature": signed, ...headers } = first!.headers;
    expect(headers).toEqual({
      "content-type": "application/cloudevents+json; charset=utf-8",
      "webhook-id": data.id,
      "webhook-timestamp": String(Math.floor(first!.at / 1_000)),
    });
    const body = JSON.stringify(first!.body);
    expect(signed).toBe(await signature({ id: data.id, timestamp: Math.floor(first!.at / 1_000), body }, [secret]));
    await clock.until(client.close());
    expect(clock.pending).toBe(0);
  });

  it("for any behaviour of the receiver, each event gets to it at least once and in order", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(200, 204, 301, 400, 404, 429, 500, 503, "down" as const, "silent" as const), {
          maxLength: 12,
        }),
        async (answers) => {
          const accepted: Array<string> = [];
          const { client, clock, received, reported } = hooked(answers);
          const events: Array<string> = [];
          const watch = client.watch("e1", rarely);
          watch.subscribe(({ id }) => events.push(id));
          await clock.until(watch.ready);
          await clock.advance("1 hour");
          for (const [index, { headers }] of received.entries()) {
            const status = answers.filter((answer) => typeof answer === "number")[index] ?? 200;
            if (status >= 200 && status < 300) accepted.push(headers["webhook-id"]!);
          }
          expect([...new Set(accepted)]).toEqual(events);
          expect(accepted).toHaveLength(events.length);
          expect(reported().every((line) => line.startsWith("plugin webhook: delivery"))).toBe(true);
          await clock.until(client.close());
          expect(clock.pending).toBe(0);
        },
      ),
      { numRuns: 40 },
    ));

  it("pauses grow, lie within their limits, and obey Retry-After within the longest", async () => {
    const retryAfter = (seconds: string) => () =>
      new Response(null, { status: 503, headers: { "retry-after": seconds } });
    const { client, clock, received } = hooked([500, 500, 500, retryAfter("7"), retryAfter("999999")], {
      events: { types: ["task.added"] },
      longestPause: "1 minute",
    });
    await clock.until(client.watch("e1", rarely).ready);
    await clock.advance("10 minutes");
    const pauses = received.slice(1).map(({ at }, index) => at - received[index]!.at);
    for (const [index, limit] of [1_000, 2_000, 4_000].entries()) {
      expect(pauses[index]).toBeGreaterThanOrEqual(0);
      expect(pauses[index]).toBeLessThanOrEqual(limit);
    }
    expect(pauses.slice(3, 5)).toEqual([7_000, 60_000]);
    await clock.until(client.close());
  });

  it("a failure is reported when it is news, then after two, four, eight", async () => {
    const { client, clock, reported } = hooked(new Array(9).fill(503), { events: { types: ["task.added"] } });
    await clock.until(client.watch("e1", rarely).ready);
    await clock.advance("1 hour");
    expect(reported().map((line) => line.replace(/delivery \S+/, "delivery x"))).toEqual(
      ["once", "2 times", "4 times", "8 times"].map(
        (times) => `plugin webhook: delivery x failed ${times}: answered with 503; it is tried again`,
      ),
    );
    await clock.until(client.close());
  });

  it("a receiver that is gone is not asked again, and what waits is not forgotten silently", async () => {
    const { client, clock, reported, asked } = hooked([200, 410], { events: { types: ["task.added"] } });
    await clock.until(client.watch("e1", rarely).ready);
    await clock.advance("1 hour");
    expect(asked()).toBe(2);
    await clock.until(client.close());
    expect(reported()).toEqual([
      "plugin webhook: the receiver is gone (410); nothing more is sent to it",
      "plugin webhook: closed with 1 events that were not delivered",
    ]);
  });

  it("an outbox that is full is reported; what comes meanwhile waits, and is not lost", async () => {
    const { client, clock, tasks, reported, types, received } = hooked(new Array(30).fill("down"), {
      events: { types: ["task.added", "task.status_changed"] },
      capacity: 1,
      longestPause: "1 minute",
    });
    await clock.until(client.watch("e1", rarely).ready);
    tasks["t1"] = { status: "COMPLETED" };
    await clock.advance("5 minutes");
    expect(reported()).toContain("plugin webhook: the outbox is full: 1 events wait for the receiver");
    await clock.advance("1 hour");
    expect(types()).toEqual(expect.arrayContaining(added));
    expect(received.filter(({ body }) => body.subject === "t1").at(-1)?.body.data.current.status).toBe("COMPLETED");
    await clock.until(client.close());
  });

  it("what waits in an outbox that outlived its program is delivered by the next", async () => {
    const outbox = memoryOutbox();
    const down = hooked(new Array(1_000).fill("down"), { outbox, events: { types: ["task.added"] } });
    await down.clock.until(down.client.watch("e1").ready);
    await down.clock.advance(0);
    await down.clock.until(down.client.close());
    expect(down.reported().at(-1)).toBe("plugin webhook: closed with 2 events that were not delivered");
    const up = hooked([], { outbox });
    await up.clock.advance(0);
    expect(up.types()).toEqual(added);
    await up.clock.until(up.client.close());
    expect(await outbox.size()).toBe(0);
  });

  it("closing delivers what waits", async () => {
    const { client, clock, types, reported } = hooked(["down"], { events: { types: ["task.added"] } });
    await clock.until(client.watch("e1").ready);
    await clock.until(client.close());
    expect(types()).toEqual(added);
    expect(reported()).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it("a receiver that requests no pause is not hammered", async () => {
    const asking = (header: string) => () => new Response(null, { status: 503, headers: { "retry-after": header } });
    for (const header of ["0", "", "0.0", "soon", "-1"]) {
      const world = hooked(Array.from({ length: 100 }, () => asking(header)));
      await world.clock.until(world.client.watch("e1", rarely).ready);
      await world.clock.advance("1 minute");
      // Pauses double from one second: about ten fit into a minute, however short chance makes them.
      expect(world.asked()).toBeLessThan(40);
      await world.clock.until(world.client.close());
    }
  });

  it("Retry-After may be a date", async () => {
    const at = new Date("2030-01-01T00:03:00Z").toUTCString();
    const dated = () => new Response(null, { status: 503, headers: { "retry-after": at } });
    const { client, clock, received } = hooked([dated], { events: { types: ["task.added"] } });
    await clock.until(client.watch("e1", rarely).ready);
    await clock.advance("10 minutes");
    expect(new Date(received[1]!.at).toUTCString()).toBe(at);
    await clock.until(client.close());
  });

  it("an id that no header can hold is escaped, and holds up nothing behind it", async () => {
    const outbox = memoryOutbox();
    const ids = ["ü", "two\nlines", "日本", "\ud800", "x".repeat(20_000), "", "plain:1"];
    for (const id of ids) await outbox.add({ id, body: "{}" });
    const { client, clock, received } = hooked([], { outbox });
    await client.evaluations.claimTask("e1");
    await clock.advance("1 minute");
    const sent = received.map(({ headers }) => headers["webhook-id"]!);
    expect(sent).toHaveLength(ids.length);
    expect(new Set(sent).size).toBe(ids.length);
    for (const id of sent) expect(id).toMatch(/^[\x21-\x7e]{1,256}$/);
    expect(sent.at(-1)).toBe("plain:1");
    await clock.until(client.close());
  });

  it("what can never work is refused at once, and nothing of it is shown", () => {
    const short = `whsec_${Buffer.from("short").toString("base64")}`;
    const cases = [
      [{ secret: [] }, "a webhook needs a secret: unsigned events are not sent"],
      [{ secret: undefined }, "a webhook needs a secret: unsigned events are not sent"],
      [{ secret: [secret, short] }, "a secret of a webhook has 24 to 64 bytes (Standard Webhooks), not 5"],
      [{ secret: "whsec_x" }, "a secret of a webhook is whsec_ and base64"],
      [{ secret: "not base64!" }, "a secret of a webhook is whsec_ and base64"],
      [{ url: "https://ada:hush@receiver.test/" }, "holds no user or password"],
      [{ url: "ftp://receiver.test/" }, "is an http: or https: address"],
      [{ capacity: Number.NaN }, "webhook: capacity must be a whole number of at least 1, not NaN"],
      [{ capacity: 0 }, "webhook: capacity must be a whole number of at least 1, not 0"],
      [{ timeout: "soon" }, 'webhook: timeout must be a duration of at least 1 ms, such as "30 seconds"'],
      [{ timeout: 0 }, "webhook: timeout must be a duration of at least 1 ms"],
      [{ timeout: Number.NaN }, "webhook: timeout must be a duration of at least 1 ms"],
      [{ closeTimeout: "never" }, "webhook: closeTimeout must be a duration of at least 0 ms"],
      [{ longestPause: 0 }, "webhook: longestPause must be a duration of at least 1000 ms"],
      [{ longestPause: "1 millis" }, "webhook: longestPause must be a duration of at least 1000 ms"],
      [{ url: undefined, ulr: "https://receiver.test/" }, "webhook: ulr is not known; did you mean url?"],
    ] as const;
    for (const [options, message] of cases) {
      const make = () => webhook({ url: "https://receiver.test/", secret, ...(options as object) });
      expect(make).toThrow(message);
      expect(make).not.toThrow(/hush|c2hvcnQ/);
    }
  });

  it("closing aborts a delivery that hangs, after the time it was given", async () => {
    const { client, clock, reported } = hooked(["silent"], {
      events: { types: ["task.added"] },
      closeTimeout: "1 second",
    });
    await clock.until(client.watch("e1").ready);
    await clock.advance(0);
    const before = clock.now();
    await clock.until(client.close());
    expect(clock.now() - before).toBeLessThanOrEqual(1_000);
    expect(reported().join()).toContain("closed with 2 events that were not delivered");
    expect(clock.pending).toBe(0);
  });
});
