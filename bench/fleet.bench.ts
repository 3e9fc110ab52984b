/**
 * A fleet on one NATS node and on three: how soon a follower hears, how soon another replica goes on after `kill -9`, what three replicas cost
 * the platform against one, and what the engine carries for few evaluations and for many.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join as pathOf } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { SGPClient } from "@evalwire/core";
import { createFleet, type Fleet } from "@evalwire/fleet";
// @boundaries-ignore the servers and replicas that the fleet's own tests run on
import { Nats, natsServer } from "../packages/fleet/test/nats.ts";
// @boundaries-ignore the platform that the fleet's own tests run on
import { Platform } from "../packages/fleet/test/platform.ts";
// @boundaries-ignore the replicas in processes of their own
import { passedOn, Storm } from "../packages/fleet/test/storm/Storm.ts";
import { pairs } from "./texts.ts";

const median = (values: ReadonlyArray<number>): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
const at = (values: ReadonlyArray<number>, share: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? Number.NaN;
const shown = (value: number): string => value.toFixed(value < 10 ? 2 : 0);
const pause = (millis: number) => new Promise<void>((resolve) => setTimeout(resolve, millis));

const join = (nats: Nats, platform: Platform, name: string): Promise<Fleet> =>
  createFleet({
    servers: nats.servers,
    client: new SGPClient({ apiKey: "k", baseURL: "https://sgp.test", fetch: platform.fetch }),
    name,
    shards: 4,
    requestsPerMinute: 60_000,
    polling: { interval: [20, 20], requestsPerMinute: 60_000 },
  });

/** From the event on the publisher's replica to the same event on another replica. */
const latency = async (nats: Nats): Promise<void> => {
  const platform = new Platform();
  platform.add("e1", 10);
  const fleets = [await join(nats, platform, "lat"), await join(nats, platform, "lat")];
  const watches = fleets.map((fleet) => fleet.watch("e1"));
  const heard = watches.map(() => new Map<string, number>());
  for (const [index, watch] of watches.entries())
    watch.subscribe((event) => void heard[index]!.set(`${event.type}/${event.time}/${event.id}`, performance.now()), {
      replay: false,
    });
  await Promise.all(watches.map(({ ready }) => ready));
  // From the change on the platform; polls are 20 ms apart, so that half of that is waiting.
  const sinceChange: Array<number> = [];
  for (let priority = 2; priority < 102; priority++) {
    const began = performance.now();
    const received = new Promise<void>((resolve) => {
      const undo = watches[1]!.onChange(() => {
        undo();
        resolve();
      });
    });
    platform.set("e1", "e1-t1", { priority });
    await received;
    sinceChange.push(performance.now() - began);
  }
  const between = [...heard[0]!].flatMap(([key, time]) =>
    heard[1]!.has(key) ? [Math.abs(heard[1]!.get(key)! - time)] : [],
  );
  console.log(
    `  change to follower: median ${shown(median(sinceChange))} ms, p95 ${shown(at(sinceChange, 0.95))} ms (polls every 20 ms)`,
  );
  console.log(
    `  between two replicas' followers: median ${shown(median(between))} ms, p95 ${shown(at(between, 0.95))} ms`,
  );
  for (const fleet of fleets) await fleet.close();
};

/** Requests of three replicas that all follow, over those of one. */
const requests = async (nats: Nats): Promise<void> => {
  const count = async (replicas: number, name: string): Promise<number> => {
    const platform = new Platform();
    for (let index = 0; index < 8; index++) platform.add(`e${index}`, 5);
    const fleets: Array<Fleet> = [];
    for (let index = 0; index < replicas; index++) fleets.push(await join(nats, platform, name));
    await pause(2_000);
    const watches = fleets.flatMap((fleet) => [...platform.evaluations.keys()].map((id) => fleet.watch(id)));
    for (const watch of watches) watch.onChange(() => undefined);
    await Promise.all(watches.map(({ ready }) => ready));
    const before = platform.requests.length;
    await pause(5_000);
    const sent = platform.requests.length - before;
    for (const fleet of fleets) await fleet.close();
    return sent;
  };
  const one = await count(1, "one");
  const three = await count(3, "three");
  console.log(`  requests of three replicas: ${shown(three / one)} x those of one (${three} / ${one} in 5 s)`);
};

/** Messages and bytes that the servers take in for 10 and for 300 evaluations that do not change. */
const traffic = async (nats: Nats): Promise<void> => {
  const count = async (evaluations: number, name: string) => {
    const platform = new Platform();
    for (let index = 0; index < evaluations; index++) platform.add(`e${index}`, 1);
    const fleet = await createFleet({
      servers: nats.servers,
      client: new SGPClient({ apiKey: "k", baseURL: "https://sgp.test", fetch: platform.fetch }),
      name,
      shards: 4,
      requestsPerMinute: 60_000,
      polling: { interval: ["5 seconds", "5 seconds"], requestsPerMinute: 60_000 },
    });
    const watches = [...platform.evaluations.keys()].map((id) => fleet.watch(id));
    for (const watch of watches) watch.onChange(() => undefined);
    await Promise.all(watches.map(({ ready }) => ready));
    await pause(2_000);
    const passed = await passedOn(nats, `ew.${name}.>`, 10_000);
    await fleet.close();
    return passed;
  };
  const few = await count(10, "few");
  const many = await count(300, "many");
  console.log(
    `  messages a second for 300 evaluations: ${shown(many.messages / few.messages)} x those for 10 (${shown(many.messages)} / ${shown(few.messages)}), bytes ${shown(many.bytes / few.bytes)} x (${shown(many.bytes)} / ${shown(few.bytes)})`,
  );
};

/** From the last event of a publisher that is killed to the first one of its successor. */
const failOver = async (nats: Nats): Promise<void> => {
  const storm = new Storm(nats, 1);
  await storm.start();
  const all = await storm.failOvers(9);
  const gaps = all.map(({ gap }) => gap);
  const bare = all.map(({ gap, scan }) => gap - scan);
  console.log(
    `  fail-over after kill -9, default options: median ${shown(median(gaps))} ms, worst ${shown(Math.max(...gaps))} ms, without the successor's first scan median ${shown(median(bare))} ms, worst ${shown(Math.max(...bare))} ms (${gaps.length} kills)`,
  );
  await storm.end();
};

/** Elections that nothing but load is the reason for. */
const elections = async (nats: Nats): Promise<void> => {
  const storm = new Storm(nats, 1);
  await storm.start();
  await pause(3_000);
  const count = await storm.electionsIn(60_000);
  console.log(`  elections of five offices in a minute in which no replica dies: ${count} (default lease)`);
  await storm.end();
};

/** Seconds of processor time that a process has spent; Linux says it. */
const cpuOf = (pid: number): number => {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
};

/** As it is installed: from its sources, a process spends a second on their types. */
const evalwire = fileURLToPath(new URL("../packages/cli/dist/evalwire.js", import.meta.url));

const corpus = async (nats: Nats): Promise<void> => {
  if (!existsSync(evalwire)) {
    console.log("  corpus: nothing is built; run turbo run build");
    return;
  }
  for (const pairs of [100_000, 400_000]) await corpusOf(nats, pairs);
};

/** Cost of a corpus of 64-word pairs in a file over a fleet's worker, against one process: processor time of all processes involved. */
const corpusOf = async (nats: Nats, count: number): Promise<void> => {
  const folder = mkdtempSync(pathOf(tmpdir(), "evalwire-corpus-"));
  const file = pathOf(folder, "records.jsonl");
  const config = pathOf(folder, "config.json");
  const texts = pairs(500, 64, 64).map((pair) =>
    JSON.stringify({
      test_case_data: { expected_output: pair.reference },
      test_case_output: { output: pair.candidate },
    }),
  );
  writeFileSync(
    file,
    Array.from({ length: count }, (_, index) => texts[index % texts.length]!.replace("{", `{"id":"r${index}",`)).join(
      "\n",
    ),
  );
  const params = { score_types: ["rouge1", "rouge2", "rougeL", "rougeLsum"], use_stemmer: true };
  writeFileSync(config, JSON.stringify({ components: [{ name: "r", type: "rouge", params }] }));
  const run = async (...args: ReadonlyArray<string>): Promise<number> => {
    const command = `TIMEFORMAT='%U %S'; time "${process.execPath}" "${evalwire}" score --config "${config}" ${args.join(" ")} "${file}" > /dev/null 2>&1`;
    const child = spawn("bash", ["-c", command], { stdio: ["ignore", "ignore", "pipe"] });
    let text = "";
    child.stderr.on("data", (data) => {
      text += data;
    });
    await once(child, "exit");
    return text
      .trim()
      .split(/\s+/)
      .reduce((sum, each) => sum + Number(each), 0);
  };
  const worker = spawn(process.execPath, [evalwire, "worker", "--fleet", nats.servers.join(",")], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  await once(worker.stderr, "data");
  await run("--fleet", nats.servers.join(","));
  const single: Array<number> = [];
  const over: Array<number> = [];
  for (let round = 0; round < 5; round++) {
    single.push(await run("--workers", "1"));
    const pids = [worker.pid!, ...nats.nodes.map(({ pid }) => pid)];
    const before = pids.map(cpuOf);
    const own = await run("--fleet", nats.servers.join(","));
    over.push(own + pids.reduce((sum, pid, index) => sum + cpuOf(pid) - before[index]!, 0));
  }
  worker.kill("SIGTERM");
  rmSync(folder, { recursive: true, force: true });
  console.log(
    `  ${count.toLocaleString("en")} pairs of 64 words over one worker: ${shown(median(over) / median(single))} x the processor time of one process with one worker (${shown(median(over))} / ${shown(median(single))} s)`,
  );
};

if (natsServer === undefined) {
  console.log("fleet: no nats-server; run scripts/bringNats.sh");
  process.exit(0);
}
const asked = process.argv.slice(2).filter((word) => word.startsWith("--only="));
const questions = { latency, requests, traffic, failOver, elections, corpus };
for (const word of asked) {
  if (word.slice("--only=".length) in questions) continue;
  console.error(`fleet: ${word} is none of --only=${Object.keys(questions).join(", --only=")}`);
  process.exit(2);
}
for (const nodes of [1, 3] as const) {
  await using nats = await Nats.start(nodes);
  console.log(`fleet on ${nodes} ${nodes === 1 ? "node" : "nodes"} (load ${loadavg()[0]!.toFixed(1)})`);
  for (const [name, measure] of Object.entries(questions)) {
    if (asked.length === 0 || asked.includes(`--only=${name}`)) await measure(nats);
  }
}
process.exit(0);
