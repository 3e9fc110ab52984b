/** A stream is made once the nodes of a cluster know one another. */
import { SimulatedClock } from "@evalwire/core/testing";
import { JetStreamApiError, StorageType } from "@nats-io/jetstream";
import { expect, it } from "vitest";
import { errorCodes } from "../../src/engine/errorCodes.ts";
import { ensureStream } from "../../src/engine/Streams.ts";
import { Time } from "../../src/engine/Time.ts";

const refusal = (name: keyof typeof errorCodes) =>
  new JetStreamApiError({ code: 400, err_code: errorCodes[name], description: name });

/** A stream made on a cluster whose nodes have met after so many milliseconds, by a fleet that waits so long. */
const making = (metMillis: number, connectTimeoutMillis: number) => {
  const clock = new SimulatedClock();
  const time = new Time(clock);
  const streams = {
    info: () => Promise.reject(refusal("streamNotFound")),
    add: async (config: object) => {
      if (time.now() < metMillis) throw refusal("tooFewPeers");
      return { config };
    },
  };
  const wanted = { name: "s", num_replicas: 3, storage: StorageType.File };
  const made = ensureStream({ jsm: { streams } as never, connectTimeoutMillis }, wanted, time);
  made.catch(() => undefined);
  return { clock, made };
};

it("waits for nodes that have just started, as long as for a server", async () => {
  const { clock, made } = making(8_000, 15_000);
  await clock.advance(9_000);
  expect((await made).config.name).toBe("s");
});

it("says what to do where there are too few of them", async () => {
  const { clock, made } = making(8_000, 5_000);
  await clock.advance(6_000);
  await expect(made).rejects.toMatchObject({ problem: "Invalid", message: expect.stringMatching(/fewer NATS nodes/) });
});
