/**
 * Load of a fleet on its engine: messages and bytes a minute for 100, 1,000 and 10,000 evaluations and 1, 2 and 4 replicas that all follow all of
 * them, idle and with ten changes a second in all.
 *
 * The fleet's own senders (`Members`, `Pulses`, `BudgetOwner`, `BudgetGate`, the body of a log's entry) on a bus in memory that counts, with a time that
 * goes from one timer to the next: equal on every run and every machine. `sent` is what replicas publish, `delivered` what subscribers are given: each
 * message once for every connection that subscribes to it. Counted are subject and payload; headers of the protocol (about 20 bytes a message, and
 * about 120 of JetStream's in an entry) are not.
 *
 * Then 1,000,000 tasks, in evaluations of 100, 1,000 and 10,000: the snapshots that the fleet keeps of them, as they are written and read; the memory
 * of a publisher's record; the requests of one complete scan.
 */
import { EventEmitter } from "node:events";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { gunzipSync, gzipSync } from "node:zlib";
import { type Cell, decodeEntry, encodeEntry, feedFormat, Ledger, type NewsEntry } from "@evalwire/core/feed";
// @boundaries-ignore the parts that send, as they are
import { BudgetGate } from "../packages/fleet/src/budget/BudgetGate.ts";
// @boundaries-ignore the parts that send, as they are
import { BudgetOwner } from "../packages/fleet/src/budget/BudgetOwner.ts";
// @boundaries-ignore the parts that send, as they are
import type { Engine } from "../packages/fleet/src/engine/Engine.ts";
// @boundaries-ignore the parts that send, as they are
import { Names } from "../packages/fleet/src/engine/Names.ts";
// @boundaries-ignore the parts that send, as they are
import { Time } from "../packages/fleet/src/engine/Time.ts";
// @boundaries-ignore the parts that send, as they are
import { encodeBody } from "../packages/fleet/src/log/Body.ts";
// @boundaries-ignore the parts that send, as they are
import { Pulses } from "../packages/fleet/src/log/Pulses.ts";
// @boundaries-ignore the parts that send, as they are
import { Formats } from "../packages/fleet/src/membership/Formats.ts";
// @boundaries-ignore the parts that send, as they are
import { Members } from "../packages/fleet/src/membership/Members.ts";
// @boundaries-ignore the parts that send, as they are
import { wantMillis } from "../packages/fleet/src/shard/Shard.ts";
// @boundaries-ignore the parts that send, as they are
import { wantListOf } from "../packages/fleet/src/shard/WantLists.ts";
import { require } from "./budget.ts";
import { table } from "./measure.ts";

const shards = 16;
const leaseMillis = 500;
const beatMillis = 5_000;
const requestsPerMinute = 600;
const changesPerSecond = 10;
const seconds = 60;

/** A time that goes from one timer to the next, as soon as nothing else is left to do. */
class SteppedTime extends Time {
  #now = 0;
  readonly #due = new Map<number, Array<() => void>>();
  readonly #moments: Array<number> = [];

  override now(): number {
    return this.#now;
  }

  override wall(): number {
    return Date.UTC(2030, 0, 1) + this.#now;
  }

  override after(millis: number, work: () => void): () => void {
    let isOff = false;
    // Whole milliseconds, so that what is due together goes together.
    const at = Math.max(Math.floor(this.#now) + 1, Math.ceil(this.#now + millis));
    const all = this.#due.get(at);
    if (all === undefined) {
      this.#due.set(at, [() => !isOff && work()]);
      let index = this.#moments.length;
      while (index > 0 && this.#moments[index - 1]! < at) index--;
      this.#moments.splice(index, 0, at);
    } else all.push(() => !isOff && work());
    return () => {
      isOff = true;
    };
  }

  override sleep(millis: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const cancel = this.after(millis, resolve);
      signal?.addEventListener("abort", () => {
        cancel();
        resolve();
      });
    });
  }

  async advance(millis: number): Promise<void> {
    const until = this.#now + millis;
    const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
    await settled();
    while (this.#moments.length > 0 && this.#moments.at(-1)! <= until) {
      this.#now = this.#moments.pop()!;
      const works = this.#due.get(this.#now)!;
      this.#due.delete(this.#now);
      for (const work of works) work();
      await settled();
    }
    this.#now = until;
  }
}

interface Traffic {
  readonly sent: number;
  readonly sentBytes: number;
  readonly delivered: number;
  readonly deliveredBytes: number;
}

type NatsConnection = Engine["nc"];
type Callback = (error: null, message: unknown) => void;

/** The part of a NATS server that the senders use; everything that crosses it is counted. */
class CountingBus {
  readonly #topics = new EventEmitter().setMaxListeners(0);
  readonly #epochs = new Set<string>();
  readonly #counts = { sent: 0, sentBytes: 0, delivered: 0, deliveredBytes: 0 };
  elections = 0;

  get counts(): Traffic {
    return { ...this.#counts };
  }

  send(subject: string, bytes: number, deliveries: number): void {
    const size = subject.length + bytes;
    this.#counts.sent++;
    this.#counts.sentBytes += size;
    this.#counts.delivered += deliveries;
    this.#counts.deliveredBytes += deliveries * size;
  }

  engine(): Engine {
    const nc = {
      isClosed: () => false,
      flush: async () => undefined,
      subscribe: (subject: string, { callback }: { readonly callback: Callback }) => {
        this.#topics.on(subject, callback);
        return { unsubscribe: () => void this.#topics.off(subject, callback) };
      },
      publish: (subject: string, data: string) => {
        this.send(subject, data.length, this.#topics.listenerCount(subject));
        queueMicrotask(() => this.#topics.emit(subject, null, { string: () => data }));
      },
      request: (subject: string, data: string) =>
        new Promise((resolve, reject) => {
          const listeners = this.#topics.listenerCount(subject);
          this.send(subject, data.length, listeners);
          if (listeners === 0) return reject(new Error("no responders"));
          const respond = (answer: string) => {
            this.send("_INBOX.1234567890123456789012.1", answer.length, 1);
            resolve({ json: () => JSON.parse(answer) as unknown });
            return true;
          };
          this.#topics.emit(subject, null, { string: () => data, respond });
        }),
    } as unknown as NatsConnection;
    const js = {
      publish: async (subject: string) => {
        this.elections++;
        this.#epochs.add(subject);
      },
    };
    const info = async (_: string, { subjects_filter }: { readonly subjects_filter: string }) => {
      const found = [...this.#epochs].filter((subject) => subject.startsWith(subjects_filter.slice(0, -1)));
      return { state: { subjects: Object.fromEntries(found.map((each) => [each, 1])) } };
    };
    return { nc, js, jsm: { streams: { info } } } as unknown as Engine;
  }
}

const isoTime = "2030-01-01T00:00:00.000Z";
const evaluationOf = (index: number) => `evaluation-${index.toString().padStart(24, "0")}`;
const mark = { generation: "1utufav1jdc6lzpbapbd", epoch: 1, number: 1_000 };

/** The bytes of an entry that says that a task was claimed. */
const entryBytes = (evaluationId: string): number => {
  const before = [
    "task_000000000000000000000042",
    "EVALUATION_ANNOTATION",
    "PENDING",
    1,
    null,
    null,
    "result_0000000000000000000042",
    "case_000000000000000000000042",
    null,
    null,
    isoTime,
  ] as const;
  const row = before.map((cell, at) =>
    at === 4 ? "user_0000000000000000000042" : at === 5 ? "2030-01-01T01:00:00.000Z" : cell,
  );
  const events = [{ type: "assignment.created", id: "assignment.created:task_000000000000000000000042:1893456000000" }];
  const entry = { kind: "news", format: feedFormat, ...mark, base: 900, time: isoTime, news: [{ row, events }] };
  const body = {
    entry: entry as unknown as NewsEntry,
    evaluationId,
    before: [before],
    capabilities: { assignments: true, deadlines: true, pointReads: true },
    beatMillis,
  };
  return encodeBody(body, undefined, 1_000_000, new Formats()).bytes.length;
};

const measure = async (evaluations: number, replicas: number, changes: number): Promise<Traffic> => {
  const bus = new CountingBus();
  const time = new SteppedTime();
  const names = new Names("fleet", shards);
  const onFailure = (error: unknown): never => {
    throw error;
  };
  const keys = Array.from({ length: evaluations }, (_, index) => names.keyOf(evaluationOf(index), "v4"));
  const fleet = Array.from({ length: replicas }, (_, index) => {
    const facts = () => ({
      name: `replica-${index}`,
      formats: new Formats().facts,
      settings: { lease: leaseMillis },
      ...{ evaluations: Math.round(evaluations / replicas), followed: evaluations, admitted: 100_000, waiting: 0 },
      ...{ haltedMillis: 0, isDraining: false },
    });
    const engine = bus.engine();
    const members = new Members({
      engine,
      names,
      time,
      id: `member00000${index}`,
      facts,
      leaseMillis,
      restore: async () => undefined,
      onFailure,
    });
    const options = {
      nc: engine.nc,
      subject: names.budget,
      perMinute: requestsPerMinute,
      time,
      onFailure,
    };
    return { engine, members, gate: new BudgetGate({ ...options, member: members.id }), options };
  });
  await Promise.all(fleet.map(({ members }) => members.start()));
  await time.advance(1_000);
  await fleet[0]!.members.take("budget");
  const owner = new BudgetOwner(fleet[0]!.options, () => fleet[0]!.members.list().length);
  const pulses: Array<Pulses> = [];
  const formats = new Formats();
  for (let shard = 0; shard < shards; shard++) {
    const { engine, members } = fleet[shard % replicas]!;
    await members.take(`s${shard}`);
    const facts = { epoch: 1, created: isoTime, periodMillis: beatMillis / 2, formats, time };
    pulses.push(new Pulses({ nc: engine.nc, subject: names.pulse(shard), ...facts }));
    // Every replica follows evaluations of every shard.
    for (const each of fleet) each.engine.nc.subscribe(names.pulse(shard), { callback: () => undefined });
  }
  const every = (millis: number, first: number, work: () => void) =>
    time.after(first, () => {
      work();
      every(millis, millis, work);
    });
  // Each evaluation is scanned as often as the budget allows: two requests a scan.
  const scans = new Map(keys.map((key): readonly [string, number] => [key, 100]));
  let scanned = 0;
  every((2 * 60_000) / requestsPerMinute, 0, () => {
    const key = keys[scanned++ % keys.length]!;
    scans.set(key, scans.get(key)! + 1);
  });
  for (const [index, key] of keys.entries()) {
    const shard = names.shardOf(key);
    every(beatMillis / 2, (index * beatMillis) / 2 / evaluations, () => {
      const wall = Math.round(time.wall());
      const pulse = { beatMillis, serverTime: wall - 500, errorMillis: 500, scans: scans.get(key)! };
      const head = { kind: "beat", format: feedFormat, ...mark, base: 900 } as const;
      pulses[shard]!.add(key, { ...head, time: new Date(wall).toISOString(), ...pulse });
    });
  }
  // A replica repeats the name of its list of wanted evaluations to the publisher of each shard.
  const wanted = Array.from({ length: shards }, () => [] as Array<string>);
  for (const key of keys) wanted[names.shardOf(key)]!.push(key);
  for (const [shard, some] of wanted.entries()) {
    const bytes = JSON.stringify({ kind: "want", list: wantListOf(some) }).length;
    for (let replica = 0; replica < replicas; replica++)
      every(wantMillis, (shard * wantMillis) / shards + replica, () => {
        bus.send(names.ask(shard), bytes, 1);
        bus.send("_INBOX.1234567890123456789012.1", JSON.stringify({ ok: true }).length, 1);
      });
  }
  // The whole budget is spent, by all replicas alike.
  const never = new AbortController().signal;
  for (const { gate } of fleet)
    every((60_000 * replicas) / requestsPerMinute, 0, () => void gate.admit(never).catch(() => undefined));
  if (changes > 0) {
    const key = keys[0]!;
    const bytes = entryBytes(evaluationOf(0));
    const acknowledged = JSON.stringify({ stream: names.logStream(0), seq: 100_000 }).length;
    every(1_000 / changes, 0, () => {
      bus.send(names.log(0, key), bytes, replicas);
      bus.send("_INBOX.1234567890123456789012.1", acknowledged, 1);
    });
  }
  // Longer than it takes until every beat was said once.
  await time.advance(31_000);
  const before = bus.counts;
  const elections = bus.elections;
  await time.advance(seconds * 1_000);
  const after = bus.counts;
  if (bus.elections !== elections) throw new Error(`${bus.elections - elections} elections while no replica died`);
  for (const { members, gate } of fleet) {
    members.vanish();
    gate.close();
  }
  owner.close();
  for (const each of pulses) each.close();
  const aMinute = 60 / seconds;
  return {
    sent: (after.sent - before.sent) * aMinute,
    sentBytes: (after.sentBytes - before.sentBytes) * aMinute,
    delivered: (after.delivered - before.delivered) * aMinute,
    deliveredBytes: (after.deliveredBytes - before.deliveredBytes) * aMinute,
  };
};

const tasksInAll = 1_000_000;
const tasksInPage = 1_000;
const capabilities = { assignments: true, deadlines: true, pointReads: true };

/** Numbers by chance that are the same on every run. */
const chance = (seed: number) => () => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 2 ** 32;
};

/** The record of an evaluation: identifiers that have nothing in common, two hundred people, a third of the tasks held, every moment another. */
const ledgerOf = (evaluation: number, tasks: number): Ledger => {
  const next = chance(evaluation + 1);
  const id = (prefix: string) =>
    `${prefix}_${Array.from({ length: 3 }, () =>
      Math.floor(next() * 2 ** 32)
        .toString(36)
        .padStart(7, "0"),
    ).join("")}`;
  const moment = () => new Date(Date.UTC(2030, 0, 1) + Math.floor(next() * 30 * 86_400_000)).toISOString();
  const ledger = new Ledger({
    evaluationId: evaluationOf(evaluation),
    generation: mark.generation,
    capabilities,
    time: isoTime,
  });
  const news = Array.from({ length: tasks }, () => {
    const isHeld = next() < 1 / 3;
    const person = isHeld ? `user_${Math.floor(next() * 200)}` : null;
    const status = isHeld || next() < 0.5 ? "PENDING" : "COMPLETED";
    const priority = Math.ceil(next() * 10);
    const row: ReadonlyArray<Cell> = [
      ...[id("task"), "EVALUATION_ANNOTATION", status, priority, person, isHeld ? moment() : null],
      ...[id("result"), id("case"), null, null, moment()],
    ];
    return { row, events: [] };
  });
  ledger.take({ kind: "news", format: feedFormat, ...mark, base: 0, time: isoTime, news } as unknown as NewsEntry);
  return ledger;
};

/** Bytes of a million tasks in snapshots, the processor time to write and to read them, and the memory of their records. */
const million = (tasks: number) => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const evaluations = tasksInAll / tasks;
  collect();
  const before = process.memoryUsage().heapUsed;
  const ledgers = Array.from({ length: evaluations }, (_, evaluation) => ledgerOf(evaluation, tasks));
  collect();
  const heap = process.memoryUsage().heapUsed - before;
  const head = { base: 0, time: isoTime, beatMillis, serverTime: null, scans: 1 };
  const spent = { written: 0, read: 0 };
  let bytes = 0;
  for (const ledger of ledgers) {
    const began = process.cpuUsage();
    const object = gzipSync([...ledger.snapshot(head)].map(encodeEntry).join("\n"), { level: 1 });
    const written = process.cpuUsage(began);
    bytes += object.length;
    const begunReading = process.cpuUsage();
    const parts = gunzipSync(object).toString().split("\n").map(decodeEntry);
    const read = process.cpuUsage(begunReading);
    if (parts.length !== Math.max(1, Math.ceil(tasks / 1_000))) throw new Error("a part of a snapshot is missing");
    spent.written += (written.user + written.system) / 1e6;
    spent.read += (read.user + read.system) / 1e6;
  }
  const requests = evaluations * (1 + Math.ceil(tasks / tasksInPage));
  return { evaluations, bytes, heap, requests, ...spent };
};

const rows: Array<ReadonlyArray<string | number>> = [];
const found = new Map<string, Traffic>();
const shown = (value: number): string => Math.round(value).toLocaleString("en");
for (const changes of [0, changesPerSecond]) {
  for (const replicas of [1, 2, 4]) {
    for (const evaluations of [100, 1_000, 10_000]) {
      const each = await measure(evaluations, replicas, changes);
      found.set(`${changes}/${replicas}/${evaluations}`, each);
      const { sent, sentBytes, delivered, deliveredBytes } = each;
      const kinds = changes === 0 ? "none" : `${changes}`;
      const figures = [evaluations, sent, sentBytes / 1e3, delivered, deliveredBytes / 1e3].map(shown);
      rows.push([kinds, `${replicas}`, ...figures]);
    }
  }
}
console.log("a minute (16 shards, lease 500 ms, beat 5 s, 600 requests a minute, every replica follows everything)");
table(["changes/s", "replicas", "evaluations", "sent", "sent kB", "delivered", "delivered kB"], rows);

console.log(
  `${tasksInAll.toLocaleString("en")} tasks; a scan reads each evaluation and its pages of ${tasksInPage.toLocaleString("en")}`,
);
const millions = [100, 1_000, 10_000].map((tasks) => ({ tasks, ...million(tasks) }));
table(
  [
    "evaluations",
    "tasks each",
    "snapshots MB",
    "written s",
    "read s",
    "records MB",
    "requests a scan",
    "minutes a scan",
  ],
  millions.map(({ tasks, evaluations, bytes: size, written, read, heap, requests }) => [
    shown(evaluations),
    shown(tasks),
    shown(size / 1e6),
    written.toFixed(1),
    read.toFixed(1),
    shown(heap / 1e6),
    shown(requests),
    (requests / requestsPerMinute).toFixed(1),
  ]),
);

const sent = (replicas: number, evaluations: number): number => found.get(`0/${replicas}/${evaluations}`)!.sent;
const bytes = (evaluations: number): number => found.get(`0/2/${evaluations}`)!.sentBytes;
// A replica more: what the third and the fourth cost, against what the second did.
const step = (sent(4, 1_000) - sent(2, 1_000)) / 2 / (sent(2, 1_000) - sent(1, 1_000));
require([
  {
    question: "messages for 10,000 evaluations, 1,000 =",
    figure: sent(2, 10_000) / sent(2, 1_000),
    unit: "×",
    budget: { most: 1.02 },
  },
  {
    question: "messages for 1,000 evaluations, 100 =",
    figure: sent(2, 1_000) / sent(2, 100),
    unit: "×",
    budget: { most: 1.02 },
  },
  { question: "messages of a further replica, the second's =", figure: step, unit: "×", budget: { most: 1.1 } },
  {
    question: "bytes for 10,000 evaluations, 1,000 =",
    figure: bytes(10_000) / bytes(1_000),
    unit: "×",
    budget: { most: 1.1 },
  },
  {
    question: "bytes for 1,000 evaluations, 100 =",
    figure: bytes(1_000) / bytes(100),
    unit: "×",
    budget: { most: 1.1 },
  },
]);
