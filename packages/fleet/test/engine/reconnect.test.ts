/** A connection comes back at any setting of the machine's wall clock. */
import { afterEach, expect, it, vi } from "vitest";
import { connectEngine } from "../../src/engine/Engine.ts";
import { Nats, withNats } from "../nats.ts";

const hour = 3_600_000;

withNats("A connection whose node was killed and started again", () => {
  afterEach(() => void vi.restoreAllMocks());

  for (const [how, millis] of [
    ["set back by an hour", -hour],
    ["set ahead by an hour", hour],
  ] as const) {
    it(`comes back although the clock was ${how}`, async () => {
      await using nats = await Nats.start(1);
      const engine = await connectEngine({ servers: nats.servers });
      const states = (async () => {
        let attempts = 0;
        for await (const { type } of engine.nc.status()) {
          if (type === "reconnecting") attempts++;
          if (type === "reconnect") return attempts;
        }
        throw new Error("closed");
      })();
      const wall = Date.now.bind(Date);
      vi.spyOn(Date, "now").mockImplementation(() => wall() + millis);
      await nats.nodes[0]!.kill();
      await nats.nodes[0]!.start();
      // Attempts are paced all the same: far fewer than a loop would make.
      expect(await states).toBeLessThan(200);
      await engine.nc.flush();
      await engine.close();
    });
  }
});
