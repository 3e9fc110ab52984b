/**
 * Real nats-servers for tests: one node or several, in folders of their own, on free ports of the loopback interface.
 *
 * Where no nats-server is available, tests that need one are skipped, and say so; with EVALWIRE_REQUIRE_NATS=1 they fail instead.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe } from "vitest";
import { Proxy } from "./Proxy.ts";

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const candidates = [
  process.env["NATS_SERVER"] ?? "",
  fileURLToPath(new URL("../../../.cache/nats/usr/sbin/nats-server", import.meta.url)),
  ...(process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, "nats-server")),
  "/usr/sbin/nats-server",
];

/** The program, where there is one. */
export const natsServer: string | undefined = candidates.find((path) => path !== "" && isProgram(path));

const missing = "no nats-server: run scripts/bringNats.sh, or set NATS_SERVER to the program";

/** `describe` for tests that need a real server. */
export const withNats = (name: string, body: () => void): void => {
  if (natsServer !== undefined) describe(name, body);
  else if (process.env["EVALWIRE_REQUIRE_NATS"] === "1") throw new Error(missing);
  else {
    console.warn(`SKIPPED: ${name}: ${missing}`);
    describe.skip(`${name} (${missing})`, body);
  }
};

const listening = async (): Promise<Server> => {
  for (;;) {
    const server = createServer().listen(10_000 + Math.floor(Math.random() * 20_000), "127.0.0.1");
    const isFree = await once(server, "listening").catch(() => undefined);
    if (isFree !== undefined) return server;
  }
};

/** Lower than those that a system gives to outgoing connections: one of them could take the port of a node that is down for a moment. */
const freePorts = async (count: number): Promise<ReadonlyArray<number>> => {
  const servers = await Promise.all(Array.from({ length: count }, listening));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
};

const folders = new Set<string>();
const running = new Set<NatsNode>();
process.once("exit", () => {
  for (const node of running) node.signal("SIGKILL");
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export interface NodeOptions {
  /** More arguments of the program. */
  readonly args?: ReadonlyArray<string>;
  /** A configuration file's text. */
  readonly config?: string;
  readonly isWithoutJetStream?: boolean;
  /** Whether the routes between the nodes can be cut. */
  readonly isPartitionable?: boolean;
}

/** The routes between nodes, each through a proxy of its own: a node dials another at that address, and knows no other. */
class Routes {
  readonly #proxies = new Map<string, Proxy>();

  static async between(ports: ReadonlyArray<number>): Promise<Routes> {
    const routes = new Routes();
    for (const [from] of ports.entries())
      for (const [to, port] of ports.entries())
        if (from !== to) routes.#proxies.set(`${from}/${to}`, await Proxy.before([port]));
    return routes;
  }

  /** The addresses at which a node dials the others. */
  of(from: number): ReadonlyArray<string> {
    return [...this.#proxies].filter(([key]) => key.startsWith(`${from}/`)).map(([, { url }]) => url);
  }

  cut(node: number): void {
    for (const [key, proxy] of this.#proxies) if (key.split("/").includes(String(node))) proxy.cut();
  }

  heal(): void {
    for (const proxy of this.#proxies.values()) proxy.restore();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#proxies.values()].map((proxy) => proxy.close()));
  }
}

/** One nats-server that keeps its port and its folder over restarts. */
export class NatsNode {
  readonly port: number;
  readonly name: string;
  readonly #folder: string;
  readonly #args: ReadonlyArray<string>;
  #process: ChildProcess | undefined;
  /** Everything it has logged. */
  readonly log: Array<string> = [];
  #listeners: Array<{ readonly pattern: RegExp; readonly resolve: () => void }> = [];

  constructor(name: string, port: number, folder: string, args: ReadonlyArray<string>) {
    this.name = name;
    this.port = port;
    this.#folder = folder;
    this.#args = args;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  /** Its process; while it runs. */
  get pid(): number {
    return this.#process!.pid!;
  }

  /** Resolves when a line of the log matches, from now on. */
  said(pattern: RegExp): Promise<void> {
    return new Promise((resolve) => this.#listeners.push({ pattern, resolve }));
  }

  /** Resolves when it is ready for clients. */
  async start(): Promise<void> {
    const own = ["-a", "127.0.0.1", "-p", String(this.port), "-n", this.name, "-sd", join(this.#folder, this.name)];
    const child = spawn(natsServer!, [...own, ...this.#args], { stdio: ["ignore", "ignore", "pipe"] });
    this.#process = child;
    const ready = this.said(/Server is ready/);
    const failed = once(child, "exit").then(([code]) => {
      throw new Error(`nats-server ended with ${code}:\n${this.log.slice(-10).join("\n")}`);
    });
    failed.catch(() => undefined);
    createInterface({ input: child.stderr! }).on("line", (line) => {
      this.log.push(line);
      const heard = this.#listeners.filter(({ pattern }) => pattern.test(line));
      this.#listeners = this.#listeners.filter((each) => !heard.includes(each));
      for (const { resolve } of heard) resolve();
    });
    await Promise.race([ready, failed]);
  }

  signal(signal: NodeJS.Signals): void {
    this.#process?.kill(signal);
  }

  /** Ends it at once, without a farewell. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }
}

/** One node, or several that are one cluster. */
export class Nats implements AsyncDisposable {
  readonly nodes: ReadonlyArray<NatsNode>;
  readonly #folder: string;
  readonly #routes: Routes | undefined;

  private constructor(nodes: ReadonlyArray<NatsNode>, folder: string, routes: Routes | undefined) {
    this.nodes = nodes;
    this.#folder = folder;
    this.#routes = routes;
  }

  get servers(): ReadonlyArray<string> {
    return this.nodes.map(({ url }) => url);
  }

  static async start(
    count: 1 | 3 = 1,
    { args = [], config, isWithoutJetStream = false, isPartitionable = false }: NodeOptions = {},
  ): Promise<Nats> {
    const folder = mkdtempSync(join(tmpdir(), "evalwire-nats-"));
    folders.add(folder);
    const [nowhere, ...ports] = await freePorts(1 + count * 2);
    const given = config === undefined ? [] : ["-c", join(folder, "nats.conf")];
    if (config !== undefined) writeFileSync(join(folder, "nats.conf"), config);
    const jetStream = isWithoutJetStream ? [] : ["-js"];
    const own = ports.slice(count).map((port) => `nats://127.0.0.1:${port}`);
    const routes = isPartitionable && count > 1 ? await Routes.between(ports.slice(count)) : undefined;
    // Nodes give each other the addresses of third ones: at this address none answers, so that no route goes past its proxy.
    const secret = routes === undefined ? [] : ["--cluster_advertise", `127.0.0.1:${nowhere}`];
    const nodes = Array.from({ length: count }, (_, index) => {
      const dialled = (routes?.of(index) ?? own).join(",");
      const cluster =
        count === 1 ? [] : ["--cluster_name", "c", "--cluster", own[index]!, "--routes", dialled, ...secret];
      return new NatsNode(`n${index + 1}`, ports[index]!, folder, [...jetStream, ...cluster, ...given, ...args]);
    });
    const nats = new Nats(nodes, folder, routes);
    for (const node of nodes) running.add(node);
    const led = count === 1 ? undefined : Promise.race(nodes.map((node) => node.said(/new metadata leader/)));
    await Promise.all(nodes.map((node) => node.start()));
    await led;
    return nats;
  }

  /** The node that leads the cluster: it makes streams and consumers. */
  get leader(): number {
    const last = this.nodes.map(({ log }) => log.findLast((line) => line.includes("metadata leader")) ?? "");
    return last.findIndex((line) => line.includes("Self is"));
  }

  /** Cuts the routes between a node and all others; its clients stay connected to it. Of one that was started as partitionable. */
  cut(node: number): void {
    this.#routes!.cut(node);
  }

  heal(): void {
    this.#routes!.heal();
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.kill()));
    await this.#routes?.close();
    for (const node of this.nodes) running.delete(node);
    folders.delete(this.#folder);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}
