/**
 * Cost of the embedded server, against a bare `node:http` + `node:sqlite` handler on the same socket, file and load: processor time of
 * the server's process a request, and wall-clock time for writes, at 1, 32 and 256 connections. With `EARLIER` (a checkout of an earlier
 * version) against that one, too. A list that nothing has changed is kept ready by the server: the row "another each time" is of lists that
 * have to be read.
 */
import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
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

const earlier = process.env["EARLIER"];

const start = async (name: string, kind: "evalwire" | "bare", ...from: ReadonlyArray<string>): Promise<Running> => {
  const script = fileURLToPath(new URL("servers.ts", import.meta.url));
  const child = fork(script, [kind, join(folder, `${name}.db`), ...from], {
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

/** Unknown parameters are ignored; an answer is kept under the whole query. */
const another = "list of 1,000, another each time";

const rounds = Number(process.env["ROUNDS"] ?? 3);

const shownTimes = (ratio: { readonly cpu: number; readonly wall: number } | undefined) =>
  ratio === undefined ? [] : [`${ratio.cpu.toFixed(2)} ×`, `${ratio.wall.toFixed(2)} ×`];

const main = async () => {
  const ours = await start("ours", "evalwire");
  const bare = await start("bare", "bare");
  const other =
    earlier === undefined
      ? undefined
      : await start("earlier", "evalwire", resolve(earlier, "packages/server/src/index.ts"));
  const servers = other === undefined ? [ours, bare] : [ours, bare, other];
  const idsOf = async ({ url }: Running) => {
    const made = Array.from({ length: 1000 }, (_, index) => ask(url + path, 32, bodyOf(index)));
    return (await Promise.all(made)).map((text) => (JSON.parse(text) as { id: string }).id);
  };
  const ids = new Map<string, ReadonlyArray<string>>();
  for (const server of servers) ids.set(server.url, await idsOf(server));
  let others = 0;
  const kinds = {
    "GET /health": (base: string) => [`${base}/health`] as const,
    "GET one": (base: string, index: number) => [`${base}${path}/${ids.get(base)![index % 1000]}`] as const,
    "list of 1,000": (base: string) => [`${base}${path}?page=1&limit=1000`] as const,
    [another]: (base: string) => [`${base}${path}?page=1&limit=1000&number=${others++}`] as const,
    "POST one": (base: string, index: number) => [base + path, bodyOf(index)] as const,
  };
  const counts = { "GET /health": 1500, "GET one": 1500, "list of 1,000": 40, [another]: 40, "POST one": 600 };
  const rows: Array<ReadonlyArray<string | number>> = [];
  const ratios = new Map<string, { readonly cpu: number; readonly wall: number }>();
  const toEarlier = new Map<string, { readonly cpu: number; readonly wall: number }>();
  const chosen = process.env["ONLY"];
  for (const name of Object.keys(kinds) as Array<keyof typeof kinds>) {
    if (chosen !== undefined && !chosen.split(";").includes(name)) continue;
    for (const connections of [1, 32, 256]) {
      const costs = servers.map((): Array<Cost> => []);
      for (let round = -1; round < rounds; round++) {
        for (const [index, server] of servers.entries()) {
          const cost = await load(server, connections, counts[name], kinds[name]);
          if (round >= 0) costs[index]!.push(cost);
        }
      }
      const [mine, plain, before] = costs as [Array<Cost>, Array<Cost>, Array<Cost>?];
      const of = (which: "cpu" | "wall", those: ReadonlyArray<Cost>) =>
        middle(mine.map((cost, round) => cost[which] / those[round]![which]));
      const ratio = { cpu: of("cpu", plain), wall: of("wall", plain) };
      ratios.set(`${name} ${connections}`, ratio);
      if (before !== undefined)
        toEarlier.set(`${name} ${connections}`, { cpu: of("cpu", before), wall: of("wall", before) });
      process.stderr.write(
        `${name} at ${connections}: CPU ${ratio.cpu.toFixed(2)} ×, wall ${ratio.wall.toFixed(2)} ×\n`,
      );
      rows.push([
        name,
        String(connections),
        `${middle(mine.map(({ cpu }) => cpu)).toFixed(0)} µs`,
        `${middle(plain.map(({ cpu }) => cpu)).toFixed(0)} µs`,
        `${ratio.cpu.toFixed(2)} ×`,
        `${ratio.wall.toFixed(2)} ×`,
        ...shownTimes(toEarlier.get(`${name} ${connections}`)),
      ]);
    }
  }
  const columns = ["request", "connections", "CPU", "bare CPU", "CPU of bare", "wall of bare"];
  table(other === undefined ? columns : [...columns, "CPU of earlier", "wall of earlier"], rows);
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
    ...[1, 32, 256].map((count) => cpu(`${another}, at ${count} connections, CPU`, `${another} ${count}`, 1.2)),
    wall(32),
    wall(256),
    ...[32, 256].map((count) => cpu(`POST one at ${count} connections, CPU`, `POST one ${count}`, 3)),
    ...[...toEarlier].map(
      ([name, { cpu: figure }]): Line => ({
        question: `${name}: CPU of the earlier build's`,
        figure,
        unit: "×",
        budget: { most: 1.1 },
      }),
    ),
  ]);
  for (const { child } of servers) child.disconnect();
};

try {
  await main();
} finally {
  for (const agent of agents.values()) agent.destroy();
  rmSync(folder, { recursive: true, force: true });
}
