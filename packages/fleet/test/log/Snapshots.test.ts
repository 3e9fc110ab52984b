/** The bucket of a fleet's snapshots on real servers. */
import { expect, it } from "vitest";
import { connectEngine } from "../../src/engine/Engine.ts";
import { errorCodes } from "../../src/engine/errorCodes.ts";
import { Snapshots } from "../../src/log/Snapshots.ts";
import { unique } from "../bed.ts";
import { Nats, withNats } from "../nats.ts";

withNats("Snapshots", () => {
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
    const snapshots = await Snapshots.open({ js: engine.js, jsm }, `${unique()}_snapshots`, 1);
    expect(unknowing).toBeLessThan(0);
    await snapshots.putBytes("some", new Uint8Array([1, 2, 3]));
    expect([...(await snapshots.getBytes("some"))!]).toEqual([1, 2, 3]);
    await engine.close();
  });
});
