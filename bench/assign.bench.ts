/**
 * Assigning 3,000 tasks to a user in one request, against the same rows written by a bare handler and, when `EARLIER` names a checkout of an
 * earlier version (`EARLIER=../../evalwire-1.0 node run.mjs assign`), against that one: wall-clock time until the answer is read, and the
 * processor time of the server's process.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { hold, type Line } from "./budget.ts";
import { table } from "./measure.ts";
import { end, evaluationOn, headers, middle, next, run, used } from "./outside.ts";

const folder = mkdtempSync(join(tmpdir(), "evalwire-assign-"));
const given = 3_000;
const rounds = Number(process.env["ROUNDS"] ?? 9);
const earlier = process.env["EARLIER"];

const tasksOf = async (url: string, evaluationId: string): Promise<ReadonlyArray<string>> => {
  const ids: Array<string> = [];
  for (let page = 1; ids.length < given; page++) {
    const path = `/v4/evaluations/${evaluationId}/test-case-results?limit=1000&page=${page}&view=Task`;
    const { items } = (await (await fetch(url + path, { headers })).json()) as any;
    ids.push(...items.map(({ task }: any) => task.id));
  }
  return ids;
};

const start = async (name: string, kind: "evalwire" | "bare", ...from: ReadonlyArray<string>) => {
  const child = run("servers.ts", kind, join(folder, `${name}.db`), ...from);
  const url = await next<string>(child);
  const cpu: Array<number> = [];
  const wall: Array<number> = [];
  if (kind === "bare") {
    const ids = Array.from({ length: given }, () => crypto.randomUUID());
    return { name, child, path: `${url}/v4/assign`, method: "POST", ids, cpu, wall };
  }
  const evaluation = await evaluationOn(url);
  await evaluation.add(given);
  const path = `${url}/v4/evaluations/${evaluation.id}/tasks/batch-assign`;
  return { name, child, path, method: "PATCH", ids: await tasksOf(url, evaluation.id), cpu, wall };
};

const main = async () => {
  const ours = await start("this build", "evalwire");
  const bare = await start("a bare handler", "bare");
  const other =
    earlier === undefined
      ? []
      : [await start("the earlier build", "evalwire", resolve(earlier, "packages/server/src/index.ts"))];
  const servers = [ours, bare, ...other];
  for (let round = -2; round < rounds; round++) {
    // Each is the first in turn: what the last one's disk still does takes time from the next.
    const first = (round + 2) % servers.length;
    for (const { child, cpu, ids, method, path, wall } of [...servers.slice(first), ...servers.slice(0, first)]) {
      const body = JSON.stringify({ task_ids: ids, assigned_to: round % 2 === 0 ? "ada" : "ben" });
      const before = await used(child);
      const began = performance.now();
      const response = await fetch(path, { method, headers, body });
      const answer = await response.arrayBuffer();
      const millis = performance.now() - began;
      if (!response.ok) throw new Error(`${path}: ${response.status} ${new TextDecoder().decode(answer)}`);
      const spent = (await used(child)).millis - before.millis;
      if (round < 0) continue;
      wall.push(millis);
      cpu.push(spent);
    }
  }
  table(
    ["3,000 tasks given by", "CPU, ms", "wall, ms"],
    servers.map(({ cpu, name, wall }) => [name, middle(cpu).toFixed(0), middle(wall).toFixed(0)]),
  );
  const times = (one: ReadonlyArray<number>, by: ReadonlyArray<number>) =>
    middle(one.map((value, round) => value / by[round]!));
  const line = (question: string, figure: number, budget: Line["budget"]): Line => ({
    question,
    figure,
    unit: "×",
    budget,
  });
  hold([
    line("CPU of a bare handler's", times(ours.cpu, bare.cpu), { most: 4 }),
    ...other.flatMap(({ cpu, wall }) => [
      line("faster than the earlier build, CPU", times(cpu, ours.cpu), { least: 4 }),
      line("faster than the earlier build, wall", times(wall, ours.wall), { least: 4 }),
    ]),
  ]);
};

try {
  await main();
} finally {
  end();
  rmSync(folder, { recursive: true, force: true });
}
