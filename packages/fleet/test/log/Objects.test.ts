/** The bucket of a fleet's objects, and the snapshots in it, on real servers. */
import { SimulatedClock } from "@evalwire/core/testing";
import { getSha256Backend } from "@nats-io/obj";
import { expect, it } from "vitest";
import { connectEngine } from "../../src/engine/Engine.ts";
import { errorCodes } from "../../src/engine/errorCodes.ts";
import { Time } from "../../src/engine/Time.ts";
import { Objects } from "../../src/log/Objects.ts";
import { Snapshots } from "../../src/log/Snapshots.ts";
import { Formats } from "../../src/membership/Formats.ts";
import { unique } from "../bed.ts";
import { Nats, withNats } from "../nats.ts";

withNats("Objects", () => {
  it("are opened although the node that is asked does not know of the new bucket yet", async () => {
    await using nats = await Nats.start(1);
    const engine = await connectEngine({ servers: nats.servers });
    const { streams } = engine.jsm;
    let unknowing = 2;
    const late = Object.assign(Object.create(streams) as typeof streams, {
      info: async (name: string) => {
        if (unknowing-- > 0) throw Object.assign(new Error("stream not found"), { code: errorCodes.streamNotFound });
        return streams.info(name);
      },
    });
    const jsm = Object.assign(Object.create(engine.jsm) as typeof engine.jsm, { streams: late });
    const objects = await Objects.open({ js: engine.js, jsm }, `${unique()}_snapshots`, 1);
    expect(unknowing).toBeLessThan(0);
    expect(getSha256Backend()).toBe("native");
    await objects.put("some", new Uint8Array([1, 2, 3]));
    expect([...(await objects.get("some"))!]).toEqual([1, 2, 3]);
    await engine.close();
  });

  it("are given up soon by a reader of snapshots where the bucket cannot be made again", async () => {
    await using nats = await Nats.start(1);
    const engine = await connectEngine({ servers: nats.servers });
    const bucket = `${unique()}_snapshots`;
    const jetstream = { js: engine.js, jsm: engine.jsm };
    const clock = new SimulatedClock();
    const time = new Time(clock);
    const snapshots = new Snapshots(await Objects.open(jetstream, bucket, 1, time), time, new Formats());
    await engine.jsm.streams.delete(`OBJ_${bucket}`);
    const refused = () => Promise.reject(Object.assign(new Error("none"), { name: "JetStreamNotEnabled" }));
    jetstream.js = Object.assign(Object.create(engine.js) as typeof engine.js, { jetstreamManager: refused });
    let isSettled = false;
    const reading = snapshots.get("some").finally(() => {
      isSettled = true;
    });
    reading.catch(() => undefined);
    const began = new Time(clock).now();
    while (!isSettled) {
      await engine.nc.flush();
      await clock.advance(50);
    }
    await expect(reading).rejects.toThrow("none");
    expect(new Time(clock).now() - began).toBeLessThan(10_000);
    await engine.close();
  });

  it("are read without a consumer, whose node may have died; a damaged one counts as removed", async () => {
    await using nats = await Nats.start(1);
    const engine = await connectEngine({ servers: nats.servers });
    const none = () => Promise.reject(new Error("no consumers"));
    const consumers = Object.assign(Object.create(engine.js.consumers) as typeof engine.js.consumers, {
      get: none,
      getPushConsumer: none,
    });
    const js = Object.create(engine.js, { consumers: { value: consumers } }) as typeof engine.js;
    const bucket = `${unique()}_snapshots`;
    const objects = await Objects.open({ js, jsm: engine.jsm }, bucket, 1);
    const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251);
    await objects.put("some", bytes);
    await objects.put("none", new Uint8Array());
    expect(await objects.get("some")).toEqual(bytes);
    expect(await objects.get("none")).toHaveLength(0);
    expect(await objects.get("other")).toBeUndefined();
    // The second of its three chunks.
    await engine.jsm.streams.deleteMessage(`OBJ_${bucket}`, 2);
    expect(await objects.get("some")).toBeUndefined();
    await objects.remove("none");
    expect(await objects.get("none")).toBeUndefined();
    await engine.close();
  });
});
