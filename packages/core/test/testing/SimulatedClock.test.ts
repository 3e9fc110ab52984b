import { createServer, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import { expect, it } from "vitest";
import { SimulatedClock } from "../../src/testing.ts";

const sleep = (clock: SimulatedClock, millis: number) => Effect.runPromise(clock.sleep(Duration.millis(millis)));

it("stands still until moved", () => {
  const clock = new SimulatedClock({ startAt: "2030-05-01T12:00:00Z" });
  expect(new Date(clock.now()).toISOString()).toBe("2030-05-01T12:00:00.000Z");
  expect(clock.currentTimeNanosUnsafe()).toBe(BigInt(clock.now()) * 1_000_000n);
  expect(clock.monotonicTimeNanosUnsafe()).toBe(0n);
  expect(clock.nextWakeAt).toBeUndefined();
});

it("an instant that is none is refused", () => {
  expect(() => new SimulatedClock({ startAt: "noon" })).toThrow("startAt is not an instant: noon");
});

it("time does not run backwards, nor forever", () => {
  const clock = new SimulatedClock();
  expect(() => clock.advance(Number.POSITIVE_INFINITY)).toThrow(RangeError);
  expect(() => clock.advance("-1 minute" as never)).toThrow();
});

it("calls of advance that overlap are served in order", async () => {
  const clock = new SimulatedClock({ startAt: 0 });
  const woken: Array<number> = [];
  void sleep(clock, 10).then(() => woken.push(clock.now()));
  void sleep(clock, 15).then(() => woken.push(clock.now()));
  await Promise.all([clock.advance(10), clock.advance(10)]);
  expect(woken).toEqual([10, 15]);
  expect(clock.now()).toBe(20);
});

it("a sleep longer than a timer can hold is one sleep", async () => {
  const clock = new SimulatedClock({ startAt: 0 });
  const slept = sleep(clock, 2 ** 31 * 4);
  expect(clock.nextWakeAt).toBe(2 ** 31 * 4);
  await clock.advance("100 days");
  await slept;
  expect(clock.pending).toBe(0);
});

it("until moves time no further than the promise needs", async () => {
  const clock = new SimulatedClock({ startAt: 0 });
  const later = sleep(clock, 5_000);
  expect(await clock.until(sleep(clock, 300).then(() => "done"))).toBe("done");
  expect(clock.now()).toBe(300);
  await clock.until(later);
});

it("until passes a rejection on", async () => {
  const clock = new SimulatedClock({ startAt: 0 });
  const failing = sleep(clock, 300).then(() => Promise.reject(new Error("no")));
  await expect(clock.until(failing)).rejects.toThrow("no");
});

it("until says when no passing of time will help", async () => {
  const clock = new SimulatedClock();
  const never = new Promise(() => {});
  await expect(clock.until(never)).rejects.toThrow("there is no sleeper");
  const slept = sleep(clock, 60_000);
  await expect(clock.until(never, { within: "30 seconds" })).rejects.toThrow("not settled within");
  await clock.advance("1 minute");
  await slept;
});

const withServer = async (answer: RequestListener, use: (url: string) => Promise<void>) => {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
};

it("waits for a tracked request over a real socket before time passes", () => {
  const asked = Promise.withResolvers<ServerResponse>();
  return withServer(
    (_, response) => asked.resolve(response),
    async (url) => {
      const clock = new SimulatedClock({ startAt: 0 });
      const answered = clock
        .trackFetch(fetch)(url)
        .then(() => clock.now());
      const advanced = clock.advance("1 hour");
      const response = await asked.promise;
      expect(clock.now()).toBe(0);
      response.end("late");
      await advanced;
      expect(await answered).toBe(0);
    },
  );
});

it("waits for the body of a tracked answer as well", () => {
  const begun = Promise.withResolvers<ServerResponse>();
  return withServer(
    (_, response) => response.write("first, ", () => begun.resolve(response)),
    async (url) => {
      const clock = new SimulatedClock({ startAt: 0 });
      const text = clock
        .trackFetch(fetch)(url)
        .then(async (response) => [await response.text(), clock.now()]);
      const advanced = clock.advance("1 hour");
      (await begun.promise).end("later");
      await advanced;
      expect(await text).toEqual(["first, later", 0]);
    },
  );
});

it("an unread answer does not stop time", () =>
  withServer(
    (_, response) => void response.write("unread"),
    async (url) => {
      const clock = new SimulatedClock({ startAt: 0 });
      const response = await clock.trackFetch(fetch)(url);
      await clock.advance("1 hour");
      expect(clock.now()).toBe(3_600_000);
      await response.body?.cancel();
    },
  ));

it("a tracked request that itself waits for the clock does not stop it forever", async () => {
  const clock = new SimulatedClock({ startAt: 0 });
  const slow = clock.trackFetch(() => sleep(clock, 100).then(() => new Response(null)));
  const answered = slow().then(() => clock.now());
  await clock.advance(200);
  expect(await answered).toBe(100);
});

it("time does not pass while tracked work is under way", async () => {
  const clock = new SimulatedClock({ startAt: 0 });
  const { subtle } = globalThis.crypto;
  const digest = clock.track(subtle.digest("SHA-256", new Uint8Array(1_000_000))).then(() => clock.now());
  await clock.advance("1 hour");
  expect(await digest).toBe(0);
  await expect(clock.track(Promise.reject(new Error("no")))).rejects.toThrow("no");
});
