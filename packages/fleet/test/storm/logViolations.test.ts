/** The check of a log finds each fault it is to find, on a real server. */
import { headers } from "@nats-io/nats-core";
import { expect, it } from "vitest";
import { logConfig } from "../../src/engine/configs.ts";
import { connectEngine } from "../../src/engine/Engine.ts";
import { Names } from "../../src/engine/Names.ts";
import { ensureStream } from "../../src/engine/Streams.ts";
import { unique } from "../bed.ts";
import { Nats, withNats } from "../nats.ts";
import { logViolations } from "./logViolations.ts";

withNats("The check of a log", () => {
  it.for<readonly [string, ReadonlyArray<string>, ReadonlyArray<string>]>([
    ["nothing, in the numbers of one writer after another", ["1.1.a", "1.2.a", "3.1.b"], []],
    ["two writers of one epoch", ["1.1.a", "1.2.b"], ["shard 0: 1.2.b follows 1.1.a"]],
    ["a missing number", ["1.1.a", "1.3.a"], ["shard 0: 1.3.a follows 1.1.a"]],
    ["an epoch that goes back", ["2.1.b", "1.2.a"], ["shard 0: 1.2.a follows 2.1.b"]],
    ["a message without an id", ["1.1.a", ""], ["shard 0 has a message without an id"]],
  ])("finds %s", async ([, ids, violations]) => {
    await using nats = await Nats.start(1);
    const names = new Names(unique(), 2);
    const engine = await connectEngine({ servers: nats.servers });
    await ensureStream(engine, logConfig(names, 0, { replicas: 1 }));
    for (const id of ids) {
      const given = headers();
      if (id !== "") given.set("Nats-Msg-Id", id);
      await engine.js.publish(names.log(0, "e1"), "", { headers: given });
    }
    await engine.close();
    expect(await logViolations(nats.servers, names)).toEqual(violations);
  });
});
