/**
 * What a fleet asks of its engine, simulated: messages and bytes a second for 100 to 10,000 evaluations and 1 to 10 replicas in which nothing changes,
 * and what 1,000,000 tasks take of a replica's memory, of the snapshots and of the platform's budget. The fleet's own parts on a clock that is moved by
 * hand and a bus in memory; the table of the guide comes from here.
 */
import { gzipSync } from "node:zlib";
import { encodeEntry, feedFormat, Ledger } from "@evalwire/core/feed";
import { SimulatedClock } from "@evalwire/core/testing";
import type { NatsConnection } from "@nats-io/nats-core";
// @boundaries-ignore the parts that send, as they are
import type { Engine } from "../packages/fleet/src/Engine.ts";
// @boundaries-ignore the parts that send, as they are
import { Formats } from "../packages/fleet/src/Formats.ts";
// @boundaries-ignore the parts that send, as they are
import { Members } from "../packages/fleet/src/Members.ts";
// @boundaries-ignore the parts that send, as they are
import { Names } from "../packages/fleet/src/Names.ts";
// @boundaries-ignore the parts that send, as they are
import { Pulses } from "../packages/fleet/src/Pulses.ts";
// @boundaries-ignore the parts that send, as they are
import { Time } from "../packages/fleet/src/Time.ts";
import { require } from "./budget.ts";
import { table } from "./measure.ts";

const shards = 16;
const leaseMillis = 500;
const beatMillis = 5_000;
const seconds = 20;

interface Traffic {
  messages: number;
  bytes: number;
  elections: number;
}

/** A bus that counts, and hands every message to all who listen. */
const counting = (count: Traffic): { readonly nc: NatsConnection; readonly engine: Engine } => {
  const listeners = new Map<string, Set<(error: null, message: unknown) => void>>();
  const epochs = new Set<string>();
  const nc = {
    isClosed: () => false,
    flush: async () => undefined,
    subscribe: (subject: string, { callback }: { readonly callback: (error: null, message: unknown) => void }) => {
      const all = listeners.get(subject) ?? new Set();
      listeners.set(subject, all);
      all.add(callback);
      return { unsubscribe: () => void all.delete(callback) };
    },
    publish: (subject: string, data: string) => {
      count.messages++;
      count.bytes += subject.length + data.length;
      for (const callback of listeners.get(subject) ?? [])
        queueMicrotask(() => callback(null, { json: () => JSON.parse(data) as unknown }));
    },
  } as unknown as NatsConnection;
  const subjects = () => Object.fromEntries([...epochs].map((each) => [each, 1]));
  const js = {
    publish: async (subject: string) => {
      count.elections++;
      epochs.add(subject);
    },
  };
  const info = async (_: string, { subjects_filter }: { readonly subjects_filter: string }) => {
    const start = subjects_filter.slice(0, -1);
    const found = Object.entries(subjects()).filter(([subject]) => subject.startsWith(start));
    return { state: { subjects: Object.fromEntries(found) } };
  };
  return { nc, engine: { nc, js, jsm: { streams: { info } } } as unknown as Engine };
};

const traffic = async (evaluations: number, replicas: number): Promise<Traffic> => {
  const clock = new SimulatedClock();
  const count: Traffic = { messages: 0, bytes: 0, elections: 0 };
  const { nc, engine } = counting(count);
  const time = new Time(clock);
  const names = new Names("fleet", shards);
  const members: Array<Members> = [];
  for (let index = 0; index < replicas; index++) {
    const facts = () => ({
      name: `replica-${index}`,
      formats: new Formats().facts,
      ...{ evaluations: Math.round(evaluations / replicas), followed: evaluations, admitted: 100_000, waiting: 0 },
    });
    const options = { engine, names, time, id: `member${index}`, facts, leaseMillis };
    members.push(new Members({ ...options, onFailure: () => undefined }));
  }
  await Promise.all(members.map((each) => each.start()));
  await clock.advance("1 second");
  for (let shard = 0; shard < shards; shard++) await members[shard % replicas]!.take(`s${shard}`);
  const pulses = Array.from({ length: shards }, (_, shard) => {
    const facts = { epoch: 1, created: "2030-01-01T00:00:00.000Z", windowMillis: 250, time };
    return new Pulses(nc, names.pulse(shard), facts);
  });
  // Beats of evaluations are spread over the time between two of them.
  const beat = (index: number) => {
    const key = names.keyOf(`evaluation-${index}`, "v4");
    const mark = { generation: "1utufav1jdc6lzpbapbd", epoch: 1, number: 1_000 };
    const said = { base: 900, time: "2030-01-01T00:00:00.000Z", beatMillis, serverTime: 1_893_456_000_000, scans: 100 };
    const entry = { kind: "beat", format: feedFormat, ...mark, ...said } as const;
    pulses[names.shardOf(key)]!.add(key, entry);
    time.after(beatMillis, () => beat(index));
  };
  for (let index = 0; index < evaluations; index++) time.after((index * beatMillis) / evaluations, () => beat(index));
  await clock.advance("6 seconds");
  const before = { ...count };
  await clock.advance(`${seconds} seconds`);
  for (const each of members) each.vanish();
  return {
    messages: (count.messages - before.messages) / seconds,
    bytes: (count.bytes - before.bytes) / seconds,
    elections: count.elections - before.elections,
  };
};

const rows: Array<ReadonlyArray<string | number>> = [];
const found = new Map<string, Traffic>();
for (const replicas of [1, 3, 10]) {
  for (const evaluations of [100, 1_000, 10_000]) {
    const each = await traffic(evaluations, replicas);
    found.set(`${replicas}/${evaluations}`, each);
    rows.push([replicas, evaluations, each.messages.toFixed(0), (each.bytes / 1_000).toFixed(0), each.elections]);
  }
}
console.log("what the engine takes in while nothing changes (16 shards, lease 500 ms, beat 5 s)");
table(["replicas", "evaluations", "messages/s", "kB/s", "elections"], rows);

/** One evaluation of so many tasks, as a publisher or a follower holds it. */
const ledgerOf = (tasks: number): Ledger => {
  const time = "2030-01-01T00:00:00.000Z";
  const ledger = new Ledger({
    evaluationId: "e1",
    generation: "1utufav1jdc6lzpbapbd",
    capabilities: { assignments: true, deadlines: true, pointReads: true },
    time,
  });
  const one = (index: number) =>
    [
      `task_${index.toString(36).padStart(20, "0")}`,
      "EVALUATION_ANNOTATION",
      "PENDING",
      1,
      `user_${index % 500}@example.org`,
      "2030-01-01T01:00:00.000Z",
      `result_${index.toString(36).padStart(20, "0")}`,
      `case_${index.toString(36).padStart(20, "0")}`,
      null,
      null,
      time,
    ] as const;
  const news = Array.from({ length: tasks }, (_, index) => ({ row: one(index), events: [] }));
  const mark = { generation: "1utufav1jdc6lzpbapbd", epoch: 1, number: 1 };
  ledger.take({ kind: "news", format: feedFormat, ...mark, base: 0, time, news } as never);
  return ledger;
};

const perEvaluation = 100;
globalThis.gc?.();
const before = process.memoryUsage().heapUsed;
const held = Array.from({ length: 1_000 }, () => ledgerOf(perEvaluation));
globalThis.gc?.();
const bytesOfTask = (process.memoryUsage().heapUsed - before) / (held.length * perEvaluation);
const parts = [
  ...held[0]!.snapshot({ base: 0, time: "2030-01-01T00:00:00.000Z", beatMillis, serverTime: null, scans: 0 }),
];
const snapshotBytes = gzipSync(parts.map(encodeEntry).join("\n"), { level: 1 }).length;
const evaluations = 10_000;
const tasks = evaluations * perEvaluation;
console.log(`\n${evaluations} evaluations of ${perEvaluation} tasks: ${tasks} tasks`);
table(
  ["what", "figure"],
  [
    ["memory of a replica that follows all, MB", ((bytesOfTask * tasks) / 1e6).toFixed(0)],
    ["snapshots in the bucket, two each, MB", ((2 * snapshotBytes * evaluations) / 1e6).toFixed(0)],
    ["requests of one scan of all (the evaluation, one page)", 2 * evaluations],
    ["a scan of all at 600 requests a minute, minutes", ((2 * evaluations) / 600).toFixed(0)],
    ["requests a minute for a scan of all in a minute", 2 * evaluations],
  ],
);
const per = (key: string): number => found.get(key)!.messages;
const aBeat = (1_000 / leaseMillis) * 4;
// Equal on every run and every machine: nothing here is measured by a clock.
require([
  {
    question: "messages for 10,000 evaluations, 1,000 =",
    figure: per("3/10000") / per("3/1000"),
    unit: "×",
    budget: { most: 1.1 },
  },
  {
    question: "messages of a further replica, its own beats =",
    figure: (per("10/1000") - per("1/1000")) / 9 / aBeat,
    unit: "×",
    budget: { most: 1.05 },
  },
  {
    question: "elections while nobody dies",
    figure: [...found.values()].reduce((sum, { elections }) => sum + elections, 0),
    unit: "",
    budget: { most: 0 },
  },
]);
