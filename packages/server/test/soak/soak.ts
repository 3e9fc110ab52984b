/** A watch in a process of its own while an evaluation changes without end: by how much its memory grows. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { SGPClient } from "@evalwire/core";
import { createServer } from "../../src/index.ts";
import type { Chance } from "../storm/Chance.ts";
import { evaluationOf } from "../storm/evaluationOf.ts";

export interface Sample {
  /** Milliseconds since the process began. */
  readonly at: number;
  /** Bytes after a collection. */
  readonly heapUsed: number;
  readonly rss: number;
  readonly events: number;
  readonly requests: number;
}

export interface Soak {
  readonly samples: number;
  readonly events: number;
  readonly requests: number;
  readonly heapBytes: number;
  /** Bytes a minute, by least squares over what comes after the first third. */
  readonly heapSlope: number;
  readonly rssSlope: number;
  /** Heap bytes that each event has left behind, by the same fit. */
  readonly bytesAnEvent: number;
}

/** The slope of the least squares line. */
export const slopeOf = (points: ReadonlyArray<readonly [x: number, y: number]>): number => {
  const mean = (of: 0 | 1) => points.reduce((sum, point) => sum + point[of], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const spread = points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
  return spread === 0 ? 0 : points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0) / spread;
};

const fewest = 4;

/** @param count tasks of the evaluation */
export const soak = async (millis: number, chance: Chance, count = 200): Promise<Soak> => {
  const server = await createServer({ apiKeys: { "key-ada": "ada", "key-ben": "ben" }, seed: chance.below(1e9) });
  const listening = await server.listen({ port: 0 });
  const ben = new SGPClient({ apiKey: "key-ben", baseURL: "http://evalwire.localhost", fetch: server.fetch });
  const evaluation = await evaluationOf(ben, count);
  const { items } = await ben.evaluations.testCaseResults.list({
    evaluation_id: evaluation.id,
    view: ["Task"],
    limit: count,
  });
  const script = fileURLToPath(new URL("watcher.ts", import.meta.url));
  const flags = ["--expose-gc", "--conditions=@evalwire/source", "--no-warnings"];
  const child = spawn(process.execPath, [...flags, script, listening.url, evaluation.id], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const samples: Array<Sample> = [];
  createInterface({ input: child.stdout }).on("line", (line) => samples.push(JSON.parse(line) as Sample));
  try {
    const until = performance.now() + millis;
    // On a busy machine the process may not have begun by then.
    while ((performance.now() < until || samples.length < fewest) && child.exitCode === null) {
      const task_id = chance.of(items).task!.id;
      const assigned_to = chance.of(["ada", "ben"]);
      await ben.evaluations.tasks.update({ evaluation_id: evaluation.id, task_id, assigned_to });
      await setTimeout(chance.below(20));
    }
    if (child.exitCode !== null) throw new Error(`the watching process ended with ${child.exitCode}`);
  } finally {
    child.kill("SIGKILL");
    await ended;
    await listening.close();
    await server.close();
  }
  const settled = samples.slice(Math.floor(samples.length / 3));
  const last = settled.at(-1);
  if (last === undefined) throw new Error("the watching process said nothing");
  const aMinute = 60_000;
  return {
    samples: samples.length,
    events: last.events,
    requests: last.requests,
    heapBytes: last.heapUsed,
    heapSlope: aMinute * slopeOf(settled.map(({ at, heapUsed }) => [at, heapUsed])),
    rssSlope: aMinute * slopeOf(settled.map(({ at, rss }) => [at, rss])),
    bytesAnEvent: slopeOf(settled.map(({ events, heapUsed }) => [events, heapUsed])),
  };
};
