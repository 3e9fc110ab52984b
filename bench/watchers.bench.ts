/**
 * A hundred watchers of one evaluation of 1,000 tasks, by one key, against the embedded server: how long until all are ready, what that costs
 * the server and what the clients, and the wait of another client's request meanwhile. Server and clients in processes of their own; one
 * watcher in the same run to compare with.
 *
 * A hundred clients are seldom on the server's machine. Here they are, and hold its processors: a request then waits for a processor, on its
 * way out, in the server and on its way back. So all is measured twice, with clients of the server's own priority, and of the lowest, which
 * leave the processors to the server and to the requests for `/health`. The budget of the worst `/health` is for the second.
 */
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { constants, getPriority, setPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { hold } from "./budget.ts";
import { table } from "./measure.ts";
import { end, evaluationOn, headers, middle, next, run, used } from "./outside.ts";
import type { Opened } from "./watchers.ts";

const folder = mkdtempSync(join(tmpdir(), "evalwire-watchers-"));
const processes = 4;
const watchers = 100;

/** Asks again and again, one request at a time, until stopped; the time of each, in milliseconds. */
const probing = (url: string, path: string) => {
  const millis: Array<number> = [];
  let isOver = false;
  const done = (async () => {
    while (!isOver) {
      const began = performance.now();
      await (await fetch(url + path, { headers })).arrayBuffer();
      millis.push(performance.now() - began);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  })();
  return {
    seen: () => millis.length,
    stop: async () => {
      isOver = true;
      await done;
      return millis;
    },
  };
};

/**
 * What `/health` takes with both probes and nothing else of ours at work. The worst of many requests is worse than that of a few wherever other
 * programs run: it is compared with the worst among as many.
 */
const probed = async (url: string, times: number) => {
  const [health, lists] = [probing(url, "/health"), probing(url, "/v4/application-specs?limit=1000")];
  while (health.seen() < times) await new Promise((resolve) => setTimeout(resolve, 10));
  const [seen] = [await health.stop(), await lists.stop()];
  return { middle: middle(seen), worst: worst(seen) };
};

const worst = (values: ReadonlyArray<number>) => Math.max(...values);
const sum = (values: ReadonlyArray<number>) => values.reduce((total, value) => total + value, 0);

const main = async () => {
  const server = run("servers.ts", "evalwire", join(folder, "data.db"));
  const url = await next<string>(server);
  const evaluation = await evaluationOn(url);
  await evaluation.add(1_000);
  const clientsOf = async (priority: number) => {
    const clients = Array.from({ length: processes }, () => run("watchers.ts", url, evaluation.id));
    await Promise.all(clients.map((client) => next(client)));
    for (const { pid } of clients) setPriority(pid!, priority);
    return clients;
  };
  const equal = await clientsOf(getPriority());
  const low = await clientsOf(constants.priority.PRIORITY_LOW);
  const measure = async (clients: ReadonlyArray<ChildProcess>, counts: ReadonlyArray<number>) => {
    const before = await used(server);
    const health = probing(url, "/health");
    const lists = probing(url, "/v4/application-specs?limit=1000");
    const opened = await Promise.all(
      counts.map((count, index) => {
        const answer = next<Opened>(clients[index]!);
        clients[index]!.send(count);
        return answer;
      }),
    );
    const [healthMillis, listMillis] = [await health.stop(), await lists.stop()];
    const after = await used(server);
    return {
      ready: worst(opened.flatMap(({ readyMillis }) => readyMillis)),
      degraded: sum(opened.map(({ degraded }) => degraded)),
      clientCpu: sum(opened.map(({ cpuMillis }) => cpuMillis)),
      serverCpu: after.millis - before.millis,
      turn: after.longestTurn,
      probes: healthMillis.length,
      health: { middle: middle(healthMillis), worst: worst(healthMillis) },
      list: { middle: middle(listMillis), worst: worst(listMillis) },
    };
  };
  type Seen = Awaited<ReturnType<typeof measure>>;
  await measure(equal, [1]);
  type Rounds = Array<{ readonly one: Seen; readonly all: Seen; readonly idle: Awaited<ReturnType<typeof probed>> }>;
  const beside: Rounds = [];
  const rounds: Rounds = [];
  for (let round = 0; round < 3; round++) {
    for (const [clients, kept] of [
      [equal, beside],
      [low, rounds],
    ] as const) {
      const one = await measure(clients, [1]);
      const all = await measure(
        clients,
        clients.map(() => watchers / processes),
      );
      kept.push({ one, all, idle: await probed(url, all.probes) });
    }
  }
  const shown = (name: string, seen: Seen) => [
    name,
    `${seen.ready.toFixed(0)} ms`,
    `${seen.serverCpu.toFixed(0)} ms`,
    `${seen.clientCpu.toFixed(0)} ms`,
    `${seen.turn.toFixed(1)} ms`,
    `${seen.health.middle.toFixed(1)} / ${seen.health.worst.toFixed(0)} ms`,
    `${seen.list.middle.toFixed(1)} / ${seen.list.worst.toFixed(0)} ms`,
  ];
  table(
    [
      "watchers",
      "all ready",
      "CPU of server",
      "CPU of clients",
      "longest turn of the server",
      "/health, middle / worst",
      "a list, middle / worst",
    ],
    [
      ...beside.flatMap(({ one, all }) => [shown("1", one), shown(String(watchers), all)]),
      ...rounds.flatMap(({ one, all }) => [shown("1, low priority", one), shown(`${watchers}, low priority`, all)]),
    ],
  );
  const ratioIn = (those: Rounds, of: (seen: Seen) => number) => middle(those.map(({ one, all }) => of(all) / of(one)));
  const worstOfIdle = (those: Rounds) => middle(those.map(({ all, idle }) => all.health.worst / idle.worst));
  const ratio = (of: (seen: Seen) => number) => ratioIn(beside, of);
  const line = (question: string, figure: number, most: number) => ({ question, figure, unit: "×", budget: { most } });
  const without = [...beside, ...rounds].map(({ all, idle }) => `${idle.worst.toFixed(0)} (of ${all.probes})`);
  console.log(`/health without watchers, the worst of as many requests, in ms: ${without.join(", ")}\n`);
  for (const [name, those] of [
    ["the server's own", beside],
    ["low", rounds],
  ] as const) {
    const few = ratioIn(those, ({ health }) => health.worst).toFixed(1);
    console.log(`the worst /health, clients at ${name} priority: ${worstOfIdle(those).toFixed(1)} × as many without`);
    console.log(`watchers, ${few} × the few beside one watcher\n`);
  }
  hold([
    line("100 watchers ready, against one a hundred times", ratio(({ ready }) => ready) / watchers, 2),
    line("CPU of the server, against one a hundred times", ratio(({ serverCpu }) => serverCpu) / watchers, 1),
    line("CPU of the server, of the clients'", middle(beside.map(({ all }) => all.serverCpu / all.clientCpu)), 0.5),
    line("watchers degraded, of all", sum([...beside, ...rounds].map(({ all }) => all.degraded)) / watchers, 0),
    line(
      "/health meanwhile, the middle one",
      ratio(({ health }) => health.middle),
      10,
    ),
    line("/health meanwhile, the worst of as many without watchers, clients at low priority", worstOfIdle(rounds), 10),
    line(
      "the longest turn of the server's loop (processor time), of the worst /health without watchers",
      middle([...beside, ...rounds].map(({ all, idle }) => all.turn / idle.worst)),
      10,
    ),
    line(
      "another client's list meanwhile, the middle one",
      ratio(({ list }) => list.middle),
      10,
    ),
  ]);
};

try {
  await main();
} finally {
  end();
  rmSync(folder, { recursive: true, force: true });
}
