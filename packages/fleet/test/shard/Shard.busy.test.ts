/** A replica on a slow machine, where opening an evaluation holds its process: in memory, in time that only work and turns of the event loop take. */
import type { TaskRow } from "@evalwire/core";
import { ScriptedWatch } from "@evalwire/core/testing";
import { describe, expect, it } from "vitest";
import type { Engine } from "../../src/engine/Engine.ts";
import { Names } from "../../src/engine/Names.ts";
import { nextTurn, Turns } from "../../src/engine/Turns.ts";
import type { Snapshots } from "../../src/log/Snapshots.ts";
import { Formats } from "../../src/membership/Formats.ts";
import { Members } from "../../src/membership/Members.ts";
import { Shard } from "../../src/shard/Shard.ts";
import { ShardKeeper } from "../../src/shard/ShardKeeper.ts";
import { BusyTime } from "../BusyTime.ts";
import { bus } from "../bus.ts";
import { memoryJetStream } from "../memoryJetStream.ts";

const leaseMillis = 500;

const task = {
  ...{ id: "t1", task_type: "EVALUATION_ANNOTATION", status: "PENDING", priority: 1, assigned_to: null },
  ...{ assignment_expires_at: null, test_case_result_id: null, test_case_id: null, label_status: null },
  ...{ audit_status: null, updated_at: null },
} satisfies TaskRow;

/** One replica that holds every shard, and follows so many evaluations. */
const replica = async ({
  evaluations,
  shards,
  workMillis,
}: Record<"evaluations" | "shards" | "workMillis", number>) => {
  const time = new BusyTime();
  const names = new Names("fleet", shards);
  const { publish, ...rest } = bus(time);
  // Each message comes back a turn later, as over a socket.
  const sendLater = (...message: Parameters<typeof publish>) => {
    if (!server.isSilent) void nextTurn().then(() => publish(...message));
  };
  const nc = { ...rest, publish: sendLater, flush: async () => undefined };
  const { js, jsm } = memoryJetStream();
  const server = { isSilent: false, isDeafToLogs: false };
  const write: typeof js.publish = (subject, ...message) => {
    const isHeard = !server.isSilent && !(server.isDeafToLogs && subject.includes(".log."));
    return isHeard ? js.publish(subject, ...message) : new Promise(() => undefined);
  };
  const engine = { nc, js: { ...js, publish: write }, jsm, isClustered: false } as unknown as Engine;
  const formats = new Formats();
  const failures: Array<unknown> = [];
  const onFailure = (error: unknown) => void failures.push(error);
  const members = new Members({
    engine,
    names,
    time,
    id: "a",
    facts: () => ({ name: "a", formats: formats.facts }),
    leaseMillis,
    restore: async () => undefined,
    onFailure,
  });
  await members.start();
  let opened = 0;
  const watches: Array<ScriptedWatch> = [];
  const deps = {
    engine,
    names,
    members,
    formats,
    time,
    turns: new Turns(),
    snapshots: {} as Snapshots,
    limits: { replicas: 1 },
    beatMillis: 5_000,
    snapshotEvery: 256,
    seed: undefined,
    open: (evaluationId: string) => {
      opened++;
      time.work(workMillis);
      const watch = new ScriptedWatch(evaluationId);
      watches.push(watch);
      return watch;
    },
    onFailure,
  };
  const all = Array.from({ length: shards }, (_, number) => new Shard(number, deps));
  const keeper = new ShardKeeper({ members, shards: all, onFailure });
  for (let index = 0; index < evaluations; index++) {
    const shard = names.shardOf(names.keyOf(`e${index}`, "v4"));
    all[shard]!.source(`e${index}`, "v4").open(undefined, { take: () => undefined, end: () => undefined });
  }
  const written = () => all.flatMap(({ publications = [] }) => publications).filter(({ number }) => number > 0).length;
  return {
    time,
    members,
    server,
    watches,
    written,
    opened: () => opened,
    closeShards: async () => {
      keeper.close();
      await Promise.all(all.map((shard) => shard.close()));
    },
    close: async () => {
      keeper.close();
      members.vanish();
      await Promise.all(all.map((shard) => shard.close()));
      time.stop();
    },
  };
};

describe("A replica whose evaluations take longer to open than its lease is long", () => {
  it("opens each once, under the offices that it has won first", async () => {
    const shards = 4;
    const evaluations = 300;
    const busy = await replica({ evaluations, shards, workMillis: 20 });
    // A livelock would go on forever: more than enough for all evaluations.
    for (let turns = 0; turns < 20_000 && busy.written() < evaluations; turns++) await nextTurn();
    expect(busy.written()).toBe(evaluations);
    expect(busy.members.elections).toBe(shards);
    expect(busy.opened()).toBe(evaluations);
    await busy.close();
  });

  it("goes on where it was when a single one of them takes longer than the lease", async () => {
    const shards = 2;
    const evaluations = 20;
    const busy = await replica({ evaluations, shards, workMillis: 2 * leaseMillis });
    for (let turns = 0; turns < 20_000 && busy.written() < evaluations; turns++) await nextTurn();
    expect(busy.written()).toBe(evaluations);
    expect(busy.members.elections).toBe(shards);
    expect(busy.opened()).toBe(evaluations);
    await busy.close();
  });
});

describe("A replica that takes a shard it has held before", () => {
  it("opens its log at once: only a stream that is gone is waited for", async () => {
    const busy = await replica({ evaluations: 1, shards: 1, workMillis: 0 });
    const published = async () => {
      for (let turns = 0; turns < 20_000 && busy.written() < 1; turns++) await nextTurn();
      expect(busy.written()).toBe(1);
    };
    await published();
    await busy.members.held("s0")!.resign();
    expect(busy.written()).toBe(0);
    const before = busy.time.now();
    await published();
    // Beats, at which shards are taken, come four times a lease.
    expect(busy.time.now() - before).toBeLessThan(leaseMillis / 2);
    await busy.close();
  });
});

describe("A replica whose server falls silent", () => {
  for (const isOpening of [true, false])
    it(`is closed all the same, ${isOpening ? "while the log is opened" : "with entries to write"}`, async () => {
      const busy = await replica({ evaluations: 3, shards: 1, workMillis: 0 });
      busy.server.isDeafToLogs = isOpening;
      const isThere = () => (isOpening ? busy.members.held("s0") !== undefined : busy.written() === 3);
      for (let turns = 0; turns < 20_000 && !isThere(); turns++) await nextTurn();
      expect(isThere()).toBe(true);
      for (let turns = 0; turns < 10; turns++) await nextTurn();
      busy.server.isSilent = true;
      for (const watch of busy.watches) watch.put(task);
      for (let turns = 0; turns < 10; turns++) await nextTurn();
      let isClosed = false;
      void busy.closeShards().then(() => {
        isClosed = true;
      });
      for (let turns = 0; turns < 20_000 && !isClosed; turns++) await nextTurn();
      expect(isClosed).toBe(true);
      await busy.close();
    });
});
