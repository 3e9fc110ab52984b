/**
 * Replicas in processes of their own on real NATS servers, and the faults they can suffer. In the end each live follower has received the
 * history of the platform: nothing doubled, lost, made up or out of order; each epoch of a log has one writer; and no more requests were
 * sent than the one budget allows.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import type { WatchEvent } from "@evalwire/core";
import type { FleetStatus } from "@evalwire/fleet";
import { connectEngine } from "../../src/engine/Engine.ts";
import { Names } from "../../src/engine/Names.ts";
import { ensureStream } from "../../src/engine/Streams.ts";
import { unique } from "../bed.ts";
import { FollowerCheck } from "../FollowerCheck.ts";
import type { Nats } from "../nats.ts";
import { Proxy } from "../Proxy.ts";
import { Platform, stateOf } from "../platform.ts";
import { electionMillis } from "./electionMillis.ts";
import { logViolations } from "./logViolations.ts";

export const acts = [
  "kill publisher",
  "kill follower",
  "stop publisher past its lease",
  "partition a replica",
  "partition the nodes",
  "kill a node",
  "stop a node",
  "kill all nodes",
  "trim the logs",
  "delete the logs",
  "recreate the logs",
  "set a clock",
] as const;
export type Act = (typeof acts)[number];

const entry = fileURLToPath(new URL("./replica.ts", import.meta.url));
const evaluations = ["e1", "e2", "e3"];
/** The default. */
const leaseMillis = 500;
const perMinute = 1_200;
const settleMillis = 45_000;
/** Slower than that, and what the replicas have reported is shown. */
const slowMillis = 10_000;

const pause = (millis: number) => new Promise<void>((resolve) => setTimeout(resolve, millis));

/** Messages and bytes a second that a server passes on, of a subject; for the bench. */
export const passedOn = async (
  nats: Nats,
  subject: string,
  millis: number,
): Promise<{ readonly messages: number; readonly bytes: number }> => {
  const engine = await connectEngine({ servers: nats.servers, connectTimeoutMillis: electionMillis });
  let messages = 0;
  let bytes = 0;
  engine.nc.subscribe(subject, {
    callback: (_, message) => {
      messages++;
      bytes += message.subject.length + message.data.length;
    },
  });
  await engine.nc.flush();
  await pause(millis);
  await engine.close();
  return { messages: (messages * 1_000) / millis, bytes: (bytes * 1_000) / millis };
};

/** A follower in another process, as seen through its events. */
class Follower {
  readonly check: FollowerCheck;
  #listeners: ReadonlyArray<(event: WatchEvent) => void> = [];
  readonly #platform: Platform;
  readonly #id: string;

  constructor(platform: Platform, id: string) {
    this.#platform = platform;
    this.#id = id;
    const subscribe = (listener: (event: WatchEvent) => void) => {
      this.#listeners = [...this.#listeners, listener];
      return () => undefined;
    };
    const tasks = () => this.check.checker.tasks;
    this.check = new FollowerCheck(
      { subscribe, snapshot: () => ({ tasks: tasks() }), onChange: () => () => undefined } as never,
      platform,
      id,
    );
  }

  take(event: WatchEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch {
        // A broken promise, which the checker has noted.
      }
    }
  }

  listen(listener: (event: WatchEvent) => void): void {
    this.#listeners = [...this.#listeners, listener];
  }

  get isTrue(): boolean {
    const real = this.#platform.states(this.#id);
    const { tasks } = this.check.checker;
    return (
      tasks.size === real.size && [...real].every(([id, state]) => stateOf((tasks.get(id) ?? {}) as never) === state)
    );
  }
}

class Replica {
  readonly process: ChildProcess;
  readonly followers: ReadonlyMap<string, Follower>;
  readonly proxy: Proxy;
  readonly ready: Promise<void>;
  readonly failures: Array<string> = [];
  status: FleetStatus | undefined;

  constructor(platform: Platform, proxy: Proxy, args: ReadonlyArray<string>) {
    this.proxy = proxy;
    this.followers = new Map(evaluations.map((id) => [id, new Follower(platform, id)]));
    this.process = fork(entry, [...args], {
      execArgv: ["--conditions=@evalwire/source", "--disable-warning=ExperimentalWarning"],
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    this.ready = new Promise((resolve, reject) => {
      // One that cannot join ends the storm.
      this.process.once("exit", (code) => reject(new Error(`A replica ended with ${code}.`)));
      this.process.on(
        "message",
        (message: { kind: string; id: string; event: WatchEvent; text: string; status: FleetStatus }) => {
          if (message.kind === "ready") resolve();
          if (message.kind === "event") this.followers.get(message.id)?.take(message.event);
          if (message.kind === "failure")
            this.failures.push(`${new Date().toISOString().slice(14, 23)} ${message.text}`);
          if (message.kind === "status") this.status = message.status;
        },
      );
    });
  }

  async look(): Promise<FleetStatus> {
    this.status = undefined;
    this.process.send("status");
    while (this.status === undefined) await pause(5);
    return this.status;
  }

  async kill(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = once(this.process, "exit");
    this.process.kill("SIGKILL");
    await ended;
    await this.proxy.close();
  }
}

export class Storm {
  readonly platform = new Platform();
  readonly #nats: Nats;
  readonly #name = unique();
  readonly #random: () => number;
  readonly #log: (text: string) => void;
  #server: Server | undefined;
  #replicas: Array<Replica> = [];
  #joined = 0;
  readonly violations: Array<string> = [];

  constructor(nats: Nats, seed: number, log: (text: string) => void = () => undefined) {
    this.#nats = nats;
    let state = seed >>> 0 || 1;
    // xorshift32
    this.#random = () => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return (state >>> 0) / 2 ** 32;
    };
    this.#log = log;
  }

  async start(count = 3): Promise<void> {
    for (const id of evaluations) this.platform.add(id, 4);
    this.#server = createServer((request, response) => {
      this.platform
        .fetch(`http://platform.test${request.url}`, { method: request.method ?? "GET" })
        .then(async (answer) => {
          response.writeHead(answer.status, Object.fromEntries(answer.headers));
          response.end(await answer.text());
        });
    }).listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    await Promise.all(Array.from({ length: count }, () => this.#join()));
    await this.#settle("the start");
  }

  async #join(): Promise<void> {
    const base = `http://127.0.0.1:${(this.#server!.address() as AddressInfo).port}`;
    // Replicas begin at different nodes.
    const ports = this.#nats.nodes.map(({ port }) => port);
    const proxy = await Proxy.before(ports, this.#joined++);
    const args = [proxy.url, this.#name, base, evaluations.join(","), String(leaseMillis)];
    const replica = new Replica(this.platform, proxy, args);
    this.#replicas.push(replica);
    await replica.ready;
  }

  /** Changes of the platform, some milliseconds apart. */
  async #live(changes: number): Promise<void> {
    for (let count = 0; count < changes; count++) {
      const id = this.#pick(evaluations);
      const taskId = `${id}-t${1 + Math.floor(this.#random() * 4)}`;
      this.platform.set(id, taskId, { priority: 1 + Math.floor(this.#random() * 1_000_000) });
      await pause(10 + this.#random() * 60);
    }
  }

  #pick<A>(all: ReadonlyArray<A>): A {
    return all[Math.floor(this.#random() * all.length)]!;
  }

  async #publisher(isPublisher: boolean): Promise<Replica> {
    for (const replica of this.#replicas) {
      const { shards, member } = await replica.look();
      const publishes = shards.some(({ holder, publications }) => holder === member && publications.length > 0);
      if (publishes === isPublisher) return replica;
    }
    return this.#pick(this.#replicas);
  }

  async act(act: Act): Promise<void> {
    this.#log(`  ${act}`);
    const living = this.#live(12);
    switch (act) {
      case "kill publisher":
      case "kill follower": {
        const replica = await this.#publisher(act === "kill publisher");
        this.#replicas = this.#replicas.filter((each) => each !== replica);
        this.#note(replica);
        await replica.kill();
        await this.#join();
        break;
      }
      case "stop publisher past its lease": {
        const replica = await this.#publisher(true);
        replica.process.kill("SIGSTOP");
        await pause(leaseMillis * 3);
        replica.process.kill("SIGCONT");
        break;
      }
      case "partition a replica": {
        const { proxy } = this.#pick(this.#replicas);
        proxy.cut();
        await pause(leaseMillis * 3);
        proxy.restore();
        break;
      }
      case "partition the nodes": {
        const { proxy } = await this.#publisher(true);
        this.#nats.cut(this.#nats.nodes.findIndex(({ port }) => port === proxy.port));
        // Shorter and longer than it takes to elect leaders of streams, and than an owner of the budget waits for them.
        await Promise.all([this.#live(60), pause(1_000 + this.#random() * 20_000)]);
        this.#nats.heal();
        break;
      }
      case "kill a node": {
        const node = this.#pick(this.#nats.nodes);
        await node.kill();
        await pause(300);
        await node.start();
        break;
      }
      case "stop a node": {
        const node = this.#pick(this.#nats.nodes);
        node.signal("SIGSTOP");
        await pause(1_500);
        node.signal("SIGCONT");
        break;
      }
      case "kill all nodes":
        await Promise.all(this.#nats.nodes.map((node) => node.kill()));
        await Promise.all(this.#nats.nodes.map((node) => node.start()));
        break;
      case "set a clock":
        // By an hour at most, to either side; a publisher's as well as a follower's.
        this.#pick(this.#replicas).process.send({ skewMillis: Math.round((this.#random() - 0.5) * 7_200_000) });
        break;
      case "trim the logs":
      case "delete the logs":
      case "recreate the logs": {
        const engine = await connectEngine({ servers: this.#nats.servers, connectTimeoutMillis: electionMillis });
        const names = new Names(this.#name, 4);
        for (let shard = 0; shard < 4; shard++) {
          const stream = names.logStream(shard);
          const info = await engine.jsm.streams.info(stream).catch(() => undefined);
          if (info === undefined) continue;
          if (act === "trim the logs") await engine.jsm.streams.purge(stream, { keep: 1 }).catch(() => undefined);
          else await engine.jsm.streams.delete(stream).catch(() => undefined);
          // Before its publisher has noticed.
          if (act === "recreate the logs") await ensureStream(engine, info.config).catch(() => undefined);
        }
        await engine.close();
        break;
      }
    }
    await living;
    const began = performance.now();
    await this.#settle(act);
    const millis = Math.round(performance.now() - began);
    this.#log(`    caught up after ${millis} ms, at ${new Date().toISOString().slice(14, 23)}`);
    if (millis > slowMillis)
      for (const { failures } of this.#replicas) for (const text of failures.slice(-12)) this.#log(`      ${text}`);
  }

  /** Waits until every follower shows what the platform holds. */
  async #settle(after: string): Promise<void> {
    const until = performance.now() + settleMillis;
    const wrong = () =>
      this.#replicas.flatMap((replica, index) =>
        [...replica.followers].filter(([, follower]) => !follower.isTrue).map(([id]) => `${index}/${id}`),
      );
    while (wrong().length > 0) {
      if (performance.now() > until) {
        const failures = this.#replicas.map(({ failures: all }) => all.slice(-3).join(" | "));
        for (const replica of this.#replicas) {
          const { shards, members, budget, connection, member } = await replica.look();
          this.#log(
            JSON.stringify({ member, connection, budget, members, shards, failures: replica.failures.slice(-6) }),
          );
        }
        this.violations.push(`after ${after}: not caught up: ${wrong().join(", ")}; ${failures.join(" || ")}`);
        return;
      }
      await pause(10);
    }
  }

  #note(replica: Replica): void {
    for (const [id, { check }] of replica.followers) {
      for (const violation of check.violations()) this.violations.push(`${id}: ${violation}`);
    }
  }

  async end(): Promise<ReadonlyArray<string>> {
    for (const replica of this.#replicas) this.#note(replica);
    this.violations.push(...(await logViolations(this.#nats.servers, new Names(this.#name, 4))));
    const { requests } = this.platform;
    const most = Math.max(
      0,
      ...requests.map(({ at }, index) => requests.slice(index).filter((each) => each.at < at + 60_000).length),
    );
    if (most > perMinute) this.violations.push(`${most} requests in a minute`);
    await Promise.all(this.#replicas.map((replica) => replica.kill()));
    this.#server?.close();
    return this.violations;
  }

  /** Elections while the platform changes and no fault occurs; for the bench. */
  async electionsIn(millis: number): Promise<number> {
    const [replica] = this.#replicas;
    const before = (await replica!.look()).elections;
    const until = performance.now() + millis;
    while (performance.now() < until) await this.#live(4);
    return (await replica!.look()).elections - before;
  }

  /**
   * How long followers heard nothing while the platform changed all the time and a publisher was killed, and how much of that was the first scan of
   * its successor, in milliseconds; for the bench.
   */
  async failOvers(count: number): Promise<ReadonlyArray<{ readonly gap: number; readonly scan: number }>> {
    const gaps: Array<{ readonly gap: number; readonly scan: number }> = [];
    for (let round = 0; round < count; round++) {
      const victim = await this.#publisher(true);
      const { shards, member } = await victim.look();
      const id = shards
        .filter(({ holder }) => holder === member)
        .flatMap(({ publications }) => publications)[0]?.evaluationId;
      const witness = this.#replicas.find((replica) => replica !== victim)?.followers.get(id ?? "");
      if (witness === undefined) continue;
      const heard: Array<number> = [];
      witness.listen(() => heard.push(performance.now()));
      let isOver = false;
      const living = (async () => {
        for (let priority = 2_000_000; !isOver; priority++) {
          this.platform.set(id!, `${id}-t1`, { priority });
          await pause(15);
        }
      })();
      while (heard.length < 5) await pause(5);
      this.#replicas = this.#replicas.filter((each) => each !== victim);
      const killedAt = performance.now();
      await victim.kill();
      while ((heard.at(-1) ?? 0) < killedAt + 100) await pause(1);
      isOver = true;
      await living;
      const next = heard.findIndex((time, index) => index > 0 && time > killedAt && time - heard[index - 1]! > 90);
      if (next > 0) {
        const first = this.platform.requests.find(
          ({ at, path }) => at > killedAt + 100 && at < heard[next]! && path.split("/").includes(id!),
        );
        gaps.push({ gap: heard[next]! - heard[next - 1]!, scan: heard[next]! - (first?.at ?? heard[next]!) });
      }
      await this.#join();
      await this.#settle("a fail-over");
    }
    return gaps;
  }

  /** Any act, by chance. */
  next(): Act {
    return this.#pick(this.#nats.nodes.length > 1 ? acts : acts.filter((act) => act !== "partition the nodes"));
  }
}
