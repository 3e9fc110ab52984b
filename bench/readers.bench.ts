/**
 * One relay process and 2,000 readers of an evaluation of 10,000 tasks: what an idle reader costs on the wire and in memory, how long until the
 * last one has an entry while 50 tasks change a second, and what readers cost the others that never read. Beside it, in the same process and
 * run, a bare broadcast of the same bytes over `node:http`; and what a page reads that asks the server itself for all tasks once a minute.
 * At last the same readers again with views: each sees the tasks of one of `--people=17` only.
 */
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hold } from "./budget.ts";
import { table } from "./measure.ts";
import { end, evaluationOn, headers, middle, next, run } from "./outside.ts";
import type { Read, ReadersOrder } from "./readers.ts";
import type { Given, Memory, Order } from "./relay.ts";

const numberOf = (flag: string, usual: number) =>
  Number(process.argv.find((word) => word.startsWith(`--${flag}=`))?.split("=")[1] ?? usual);
const readers = numberOf("readers", 2_000);
const tasks = numberOf("tasks", 10_000);
const people = numberOf("people", 17);
const stalled = 50;
const idleMillis = 15_000;
const change = { do: "change", changes: 50, times: 2, millis: 10_000 } as const;

const folder = mkdtempSync(join(tmpdir(), "evalwire-readers-"));

const send = <A>(child: ChildProcess, order: Order | ReadersOrder): Promise<A> => {
  const answer = next<A>(child);
  child.send(order);
  return answer;
};

const sum = (values: ReadonlyArray<number>) => values.reduce((total, value) => total + value, 0);

/** The bytes of all tasks, as a page gets them that reads them from the server. */
const scanBytes = async (url: string, id: string): Promise<number> => {
  let bytes = 0;
  for (let page = 1; page <= tasks / 1_000; page++) {
    const path = `/v4/evaluations/${id}/test-case-results?view=Task&limit=1000&page=${page}`;
    bytes += (await (await fetch(url + path, { headers })).arrayBuffer()).byteLength;
  }
  return bytes;
};

const main = async () => {
  const server = run("servers.ts", "evalwire", join(folder, "data.db"));
  const url = await next<string>(server);
  const evaluation = await evaluationOn(url);
  await evaluation.add(tasks);
  const scan = await scanBytes(url, evaluation.id);
  const hub = run("relay.ts", url, evaluation.id);
  const [relayPort, barePort] = await next<[string, string]>(hub);
  const clients = [run("readers.ts"), run("readers.ts")];
  await Promise.all(clients.map((client) => next(client)));
  const path = `/v4/evaluations/${evaluation.id}/feed`;
  const open = (port: string, count: number, people?: number) =>
    Promise.all(
      clients.map((client) =>
        send(client, {
          do: "open",
          port,
          path,
          count: count / clients.length,
          ...(people === undefined ? {} : { people }),
        }),
      ),
    );
  const memory = () => send<Memory>(hub, { do: "memory" });
  const report = () => Promise.all(clients.map((client) => send<Read>(client, { do: "report" })));

  /** How long until the last reader had each entry, in milliseconds; how many entries not all had. */
  const delivery = (given: Given, read: ReadonlyArray<Read>, most: number) => {
    const at = new Map(given);
    const last = new Map<number, { at: number; readers: number }>();
    for (const [number, when, count] of read.flatMap(({ entries }) => entries)) {
      const known = last.get(number) ?? { at: 0, readers: 0 };
      last.set(number, { at: Math.max(known.at, when), readers: known.readers + count });
    }
    const whole = [...at].filter(([number]) => last.get(number)?.readers === most);
    const millis = whole.map(([number, began]) => last.get(number)!.at - began);
    return {
      millis: middle(millis),
      worst: Math.max(...millis),
      entries: given.length,
      partial: given.length - whole.length,
    };
  };

  // On-demand modules are loaded, and a snapshot is written, before measuring; code is compiled and the heap has grown
  // when the second half comes.
  await open(relayPort, 2);
  const before = await memory();
  const began = performance.now();
  await open(relayPort, readers / 2 - 2);
  const half = await memory();
  await open(relayPort, readers / 2);
  const seconds = (performance.now() - began) / 1_000;
  console.log(`${readers} readers have a snapshot of ${tasks} tasks after ${seconds.toFixed(1)} s\n`);
  const after = await memory();
  const perReader = (after.rss - half.rss) / (readers / 2);
  const heldPerReader = (after.held - half.held) / (readers / 2);
  const perReaderInAll = (after.rss - before.rss) / readers;
  await report();
  await new Promise((resolve) => setTimeout(resolve, idleMillis));
  const idle = sum((await report()).map(({ bytes }) => bytes)) / readers / (idleMillis / 60_000);

  const beforeBare = await memory();
  await open(barePort, readers);
  const perBare = ((await memory()).held - beforeBare.held) / readers;
  const rounds: Array<{ readonly relay: ReturnType<typeof delivery>; readonly bare: ReturnType<typeof delivery> }> = [];
  const cpuOfChange: Array<number> = [];
  /** Growth of memory while tasks change, for any readers. */
  let drift = 0;
  for (let round = 0; round < 3; round++) {
    await report();
    const beforeChange = await memory();
    const cpu = await send<number>(hub, { do: "cpu" });
    const given = await send<Given>(hub, change);
    cpuOfChange.push((await send<number>(hub, { do: "cpu" })) - cpu);
    const relay = delivery(given, await report(), readers);
    drift = (await memory()).rss - beforeChange.rss;
    const sent = await send<Given>(hub, { do: "broadcast" });
    rounds.push({ relay, bare: delivery(sent, await report(), readers) });
  }
  const beforeStall = await memory();
  await Promise.all(
    clients.map((client) => send(client, { do: "stall", port: relayPort, path, count: stalled / clients.length })),
  );
  const withStalled = [delivery(await send<Given>(hub, change), await report(), readers)];
  const perStalled = ((await memory()).rss - beforeStall.rss - drift) / stalled;
  // As often as without them: on a busy machine one round is no figure.
  while (withStalled.length < rounds.length)
    withStalled.push(delivery(await send<Given>(hub, change), await report(), readers));
  const stalledMillis = middle(withStalled.map(({ millis }) => millis));
  const lost = sum((await report()).map(({ closed }) => closed));

  const beforeViews = await memory();
  await open(relayPort, readers, people);
  const heldWithViews = ((await memory()).held - beforeViews.held) / readers;
  await report();
  const cpuBefore = await send<number>(hub, { do: "cpu" });
  await send<Given>(hub, change);
  const cpuWithViews = (await send<number>(hub, { do: "cpu" })) - cpuBefore;

  table(
    ["to the last reader, ms", "relay", "worst", "bare", "worst", "entries", "not with all in time"],
    rounds.map(({ relay, bare }, index) => [
      `round ${index + 1}`,
      relay.millis,
      relay.worst,
      bare.millis,
      bare.worst,
      String(relay.entries),
      `${relay.partial}, ${bare.partial}`,
    ]),
  );
  const relayMillis = middle(rounds.map(({ relay }) => relay.millis));
  const kB = (bytes: number) => bytes / 1_000;
  console.log(
    `idle: ${kB(idle).toFixed(2)} kB a reader and minute; all tasks once: ${kB(scan).toFixed(0)} kB; ` +
      `memory, all that came with ${readers} readers: ${kB(perReaderInAll).toFixed(1)} kB each; held by objects: ${kB(heldPerReader).toFixed(1)} kB each, of the bare broadcast ${kB(perBare).toFixed(1)} kB; ` +
      `beside ${stalled} readers that never read: ${stalledMillis.toFixed(1)} ms (${sum(withStalled.map(({ partial }) => partial))} not with all), ` +
      `${kB(perStalled).toFixed(1)} kB for each of those; connections lost: ${lost}\n` +
      `with ${readers} more readers in ${people} views: ${kB(heldWithViews).toFixed(1)} kB held by objects each; processor time while tasks change ` +
      `${(cpuWithViews / middle(cpuOfChange)).toFixed(2)} times as much as without them\n`,
  );
  hold([
    {
      question: "bytes of an idle reader, of all tasks read once a minute",
      figure: idle / scan,
      unit: "×",
      budget: { most: 0.001 },
    },
    {
      question: "delivery to the last reader, of a bare broadcast",
      figure: middle(rounds.map(({ relay, bare }) => relay.millis / bare.millis)),
      unit: "×",
      budget: { most: 2 },
    },
    { question: "memory of a further reader", figure: kB(perReader), unit: "kB", budget: { most: 30 } },
    {
      question: "delivery beside readers that never read, of delivery without",
      figure: stalledMillis / relayMillis,
      unit: "×",
      budget: { most: 1.2 },
    },
  ]);
};

try {
  await main();
} finally {
  end();
  rmSync(folder, { recursive: true, force: true });
}
