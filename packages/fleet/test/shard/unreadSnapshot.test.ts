/** The bucket of snapshots has no leader for a while: the log is read instead, as far as it reaches back. */
import { SGPClient } from "@evalwire/core";
import { type Entry, Ledger, type SnapshotEntry } from "@evalwire/core/feed";
import { createFleet } from "@evalwire/fleet";
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import { expect, it, vi } from "vitest";
import { connectEngine } from "../../src/engine/Engine.ts";
import { errorCodes } from "../../src/engine/errorCodes.ts";
import { Names } from "../../src/engine/Names.ts";
import { pointerOf } from "../../src/log/Body.ts";
import type { Snapshots } from "../../src/log/Snapshots.ts";
import { feedSource } from "../../src/shard/ShardFeed.ts";
import { depsOf, unique } from "../bed.ts";
import { Nats, withNats } from "../nats.ts";
import { Platform } from "../platform.ts";

const clock = Effect.runSync(Clock.Clock);
const leaderless = {
  get: () => Promise.reject(Object.assign(new Error("no leader"), { code: errorCodes.noAnswer })),
} as unknown as Snapshots;

/** A follower of a log whose snapshots cannot be read: what it is given, and how it ends. */
const followed = async (servers: ReadonlyArray<string>, name: string, trim: boolean) => {
  const engine = await connectEngine({ servers });
  const names = new Names(name, 1);
  const key = names.keyOf("e1", "v4");
  const failures: Array<unknown> = [];
  const onFailure = (error: unknown) => void failures.push(error);
  const on = { engine, names, stream: names.logStream(0), created: "", snapshots: leaderless };
  const deps = depsOf(on, clock, { onFailure });
  await vi.waitUntil(async () => pointerOf((await deps.reader.last(key))!) !== undefined, { timeout: 20_000 });
  if (trim) await engine.jsm.streams.purge(on.stream, { keep: 1 });
  const entries: Array<Entry> = [];
  const ended = Promise.withResolvers<"ended">();
  const leave = feedSource(deps, "e1", key).open(undefined, {
    take: (entry) => {
      entries.push(entry);
      if (entry.kind === "snapshot") ended.resolve("ended");
    },
    end: () => ended.resolve("ended"),
  });
  await ended.promise;
  leave();
  await deps.reader.close();
  await engine.close();
  return { entries, failures };
};

withNats("A follower that cannot read the snapshot", () => {
  it.for([false, true])("has the state by the log, or says why not (trimmed: %s)", async (trim) => {
    await using nats = await Nats.start(1);
    const platform = new Platform();
    platform.add("e1", 3);
    const name = unique();
    const client = new SGPClient({ apiKey: "k", baseURL: "https://sgp.test", fetch: platform.fetch, maxRetries: 0 });
    const polling = { interval: [30, 100], requestsPerMinute: 6_000 } as const;
    const fleet = await createFleet({
      servers: nats.servers,
      client,
      name,
      shards: 1,
      snapshotEvery: 2,
      beat: 300,
      polling,
    });
    const watch = fleet.watch("e1");
    await watch.ready;
    for (const priority of [2, 3, 4, 5]) {
      platform.set("e1", "e1-t1", { priority });
      await vi.waitUntil(() => watch.snapshot().tasks.get("e1-t1")?.priority === priority, { timeout: 20_000 });
    }
    const { entries, failures } = await followed(nats.servers, name, trim);
    if (trim) {
      expect(entries).toEqual([]);
      expect(String(failures[0])).toBe("Error: The log of e1 cannot be read now: no leader");
    } else {
      expect(failures).toEqual([]);
      const parts = entries.filter((entry): entry is SnapshotEntry => entry.kind === "snapshot");
      const { tasks } = Ledger.of("e1", parts)!;
      expect([...tasks.values()].map(({ id, priority }) => [id, priority])).toEqual(
        [...watch.snapshot().tasks.values()].map(({ id, priority }) => [id, priority]),
      );
    }
    await fleet.close();
  });
});
