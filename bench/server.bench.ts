/**
 * Cost of the embedded server, against a bare `node:http` + `node:sqlite` handler on the same socket, file and load: processor time of
 * the server's process a request, and wall-clock time for writes, at 1, 32 and 256 connections.
 */
import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { hold, type Line } from "./budget.ts";
import { table } from "./measure.ts";

const folder = mkdtempSync(join(tmpdir(), "evalwire-bench-"));
const path = "/v4/application-specs";
const headers = { "x-api-key": "key", "content-type": "application/json" };

interface Running {
  readonly url: string;
  /** Processor time so far in microseconds, and memory in bytes. */
  readonly spent: () => Promise<{ readonly micros: number; readonly rss: number }>;
  readonly child: ChildProcess;
}

const start = async (kind: "evalwire" | "bare"): Promise<Running> => {
  const script = fileURLToPath(new URL("servers.ts", import.meta.url));
  const child = fork(script, [kind, join(folder, `${kind}.db`)], {
    execArgv: ["--conditions=@evalwire/source", "--disable-warning=ExperimentalWarning"],
  });
  const next = <A>() => new Promise<A>((resolve) => child.once("message", (message) => resolve(message as A)));
  const url = await next<string>();
  return {
    url,
    child,
    spent: () => {
      const answer = next<{ micros: number; rss: number }>();
      child.send("spent");
      return answer;
    },
  };
};

const agents = new Map<number, Agent>();

/** One request; its body as text. A socket that the server closed while it was idle is replaced. */
const ask = (url: string, connections: number, body?: string): Promise<string> =>
  asked(url, connections, body).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ECONNRESET") throw error;
    return asked(url, connections, body);
  });

const asked = (url: string, connections: number, body: string | undefined): Promise<string> => {
  const agent = agents.get(connections) ?? new Agent({ keepAlive: true, maxSockets: connections });
  agents.set(connections, agent);
  return new Promise((resolve, reject) => {
    const method = body === undefined ? "GET" : "POST";
    const sent = request(url, { agent, method, headers }, (response) => {
      const chunks: Array<Buffer> = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`${method} ${url}: ${response.statusCode} ${text}`));
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
};

interface Cost {
  /** Of the server's processor, in microseconds a request. */
  readonly cpu: number;
  /** In microseconds a request. */
  readonly wall: number;
}

const load = async (
  { url, spent }: Running,
  connections: number,
  count: number,
  of: (base: string, index: number) => readonly [url: string, body?: string],
): Promise<Cost> => {
  const before = (await spent()).micros;
  const began = performance.now();
  let index = 0;
  const loop = async () => {
    while (index < count) await ask(...withConnections(of(url, index++), connections));
  };
  await Promise.all(Array.from({ length: connections }, loop));
  const wall = ((performance.now() - began) * 1000) / count;
  return { cpu: ((await spent()).micros - before) / count, wall };
};

const withConnections = ([url, body]: readonly [string, string?], connections: number) =>
  [url, connections, body] as [string, number, string?];

const bodyOf = (index: number): string =>
  JSON.stringify({
    account_id: "acme",
    name: `spec ${index}`,
    description: "A description of some length. ".repeat(20),
  });

const middle = (values: ReadonlyArray<number>): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

const rounds = Number(process.env["ROUNDS"] ?? 3);

const main = async () => {
  const ours = await start("evalwire");
  const bare = await start("bare");
  const idsOf = async ({ url }: Running) => {
    const made = Array.from({ length: 1000 }, (_, index) => ask(url + path, 32, bodyOf(index)));
    return (await Promise.all(made)).map((text) => (JSON.parse(text) as { id: string }).id);
  };
  const ids = new Map([
    [ours.url, await idsOf(ours)],
    [bare.url, await idsOf(bare)],
  ]);
  const kinds = {
    "GET /health": (base: string) => [`${base}/health`] as const,
    "GET one": (base: string, index: number) => [`${base}${path}/${ids.get(base)![index % 1000]}`] as const,
    "list of 1,000": (base: string) => [`${base}${path}?page=1&limit=1000`] as const,
    "POST one": (base: string, index: number) => [base + path, bodyOf(index)] as const,
  };
  const counts = { "GET /health": 1500, "GET one": 1500, "list of 1,000": 40, "POST one": 600 };
  const rows: Array<ReadonlyArray<string | number>> = [];
  const ratios = new Map<string, { readonly cpu: number; readonly wall: number }>();
  const chosen = process.env["ONLY"];
  for (const name of Object.keys(kinds) as Array<keyof typeof kinds>) {
    if (chosen !== undefined && chosen !== name) continue;
    for (const connections of [1, 32, 256]) {
      const costs = { ours: [] as Array<Cost>, bare: [] as Array<Cost> };
      for (let round = -1; round < rounds; round++) {
        const one = await load(ours, connections, counts[name], kinds[name]);
        const other = await load(bare, connections, counts[name], kinds[name]);
        if (round < 0) continue;
        costs.ours.push(one);
        costs.bare.push(other);
      }
      const of = (which: "cpu" | "wall") =>
        middle(costs.ours.map((cost, round) => cost[which] / costs.bare[round]![which]));
      const ratio = { cpu: of("cpu"), wall: of("wall") };
      ratios.set(`${name} ${connections}`, ratio);
      process.stderr.write(
        `${name} at ${connections}: CPU ${ratio.cpu.toFixed(2)} ×, wall ${ratio.wall.toFixed(2)} ×\n`,
      );
      rows.push([
        name,
        String(connections),
        `${middle(costs.ours.map(({ cpu }) => cpu)).toFixed(0)} µs`,
        `${middle(costs.bare.map(({ cpu }) => cpu)).toFixed(0)} µs`,
        `${ratio.cpu.toFixed(2)} ×`,
        `${ratio.wall.toFixed(2)} ×`,
      ]);
    }
  }
  table(["request", "connections", "CPU", "bare CPU", "CPU of bare", "wall of bare"], rows);
  const cpu = (question: string, name: string, most: number): Line => ({
    question,
    figure: ratios.get(name)!.cpu,
    unit: "×",
    budget: { most },
  });
  const wall = (connections: number): Line => ({
    question: `POST one at ${connections} connections, wall on a file`,
    figure: ratios.get(`POST one ${connections}`)!.wall,
    unit: "×",
    budget: { most: 1.6 },
  });
  hold([
    ...[1, 32, 256].map((count) => cpu(`GET one at ${count} connections, CPU`, `GET one ${count}`, 2.5)),
    ...[1, 32, 256].map((count) => cpu(`list of 1,000 at ${count} connections, CPU`, `list of 1,000 ${count}`, 1.2)),
    wall(32),
    wall(256),
    ...[32, 256].map((count) => cpu(`POST one at ${count} connections, CPU`, `POST one ${count}`, 3)),
  ]);
  for (const { child } of [ours, bare]) child.disconnect();
};

try {
  await main();
} finally {
  for (const agent of agents.values()) agent.destroy();
  rmSync(folder, { recursive: true, force: true });
}
