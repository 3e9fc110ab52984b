import { expect, it } from "vitest";
import { Nats, withNats } from "../nats.ts";
import { type Act, Storm } from "./Storm.ts";

withNats("A storm", () => {
  const weather: ReadonlyArray<readonly [nodes: 1 | 3, acts: ReadonlyArray<Act>]> = [
    [1, ["kill publisher", "stop publisher past its lease", "kill all nodes", "partition a replica"]],
  ];
  for (const [nodes, acts] of weather) {
    it(`on ${nodes} ${nodes === 1 ? "node" : "nodes"}: ${acts.join(", ")}: followers receive the platform's history`, async () => {
      await using nats = await Nats.start(nodes);
      const storm = new Storm(nats, 7);
      await storm.start();
      for (const act of acts) await storm.act(act);
      expect(await storm.end()).toEqual([]);
    });
  }
});
