/**
 * Metrics at the embedded server hold its event loop while they are computed: its longest turn for rougeL of one pair of long texts, for many
 * such pairs in one request, and, when `EARLIER` names a checkout of an earlier version, that one. In the
 * server's processor time, so that other work on the machine counts little.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { rouge } from "@evalwire/metrics";
import { installKernels } from "@evalwire/metrics/wasm";
import { hold, type Line } from "./budget.ts";
import { table, timed } from "./measure.ts";
import { end, headers, middle, next, run, used } from "./outside.ts";

const folder = mkdtempSync(join(tmpdir(), "evalwire-pair-"));
const words = 20_000;
const many = 20;
const rounds = Number(process.env["ROUNDS"] ?? 7);
const earlier = process.env["EARLIER"];

/** Text of words of which there are some thousands, the second with a tenth replaced. */
const pair = (seed: number) => {
  let state = seed;
  const random = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const word = () => `w${Math.floor(random() ** 3 * 5_000).toString(36)}`;
  const reference = Array.from({ length: words }, word);
  const candidate = reference.map((one) => (random() < 0.1 ? word() : one));
  return { candidate: candidate.join(" "), reference: reference.join(" ") };
};

const configuration = { type: "rougeL", candidate: "item.candidate", reference: "item.reference" };

const start = async (name: string, ...from: ReadonlyArray<string>) => {
  const child = run("servers.ts", "evalwire", join(folder, `${name}.db`), ...from);
  const url = await next<string>(child);
  return { name, child, url, one: [] as Array<number>, turn: [] as Array<number>, turnOfMany: [] as Array<number> };
};

const main = async () => {
  const servers = [await start("this build")];
  if (earlier !== undefined)
    servers.push(await start("the earlier build", resolve(earlier, "packages/server/src/index.ts")));
  const evaluate = async (url: string, data: ReadonlyArray<object>): Promise<void> => {
    const body = JSON.stringify({ name: "E", data, tasks: [{ task_type: "metric", configuration }] });
    const response = await fetch(`${url}/v5/evaluations`, { method: "POST", headers, body });
    const answer: any = await response.json();
    if (!response.ok || answer.status !== "completed" || answer.error_count > 0)
      throw new Error(`${response.status} ${JSON.stringify(answer).slice(0, 500)}`);
  };
  const inProcess: Array<number> = [];
  installKernels();
  for (let round = -2; round < rounds; round++) {
    const some = Array.from({ length: many }, (_, index) => pair(1 + index + (round + 2) * many));
    for (const { child, url, one, turn, turnOfMany } of servers) {
      const before = await used(child);
      await evaluate(url, some.slice(0, 1));
      const after = await used(child);
      await evaluate(url, some);
      const last = await used(child);
      if (round < 0) continue;
      one.push(after.millis - before.millis);
      turn.push(after.longestTurn);
      turnOfMany.push(last.longestTurn);
    }
    const millis = timed(() => rouge(some[0]!.candidate, some[0]!.reference, { types: ["rougeL"] }));
    if (round >= 0) inProcess.push(millis);
  }
  table(
    [
      `rougeL of ${words} v ${words} words at`,
      "the request, ms",
      "longest turn, ms",
      `longest turn of ${many} pairs, ms`,
    ],
    servers.map(({ name, one, turn, turnOfMany }) => [name, middle(one), middle(turn), middle(turnOfMany)]),
  );
  console.log(`without a server: ${middle(inProcess).toFixed(1)} ms\n`);
  const [ours, other] = servers;
  const ratio = (these: ReadonlyArray<number>, those: ReadonlyArray<number>) =>
    middle(these.map((value, round) => value / those[round]!));
  const line = (question: string, figure: number, budget: Line["budget"]): Line => ({
    ...{ question, figure, unit: "×", budget },
  });
  hold([
    line("longest turn of one pair, of the same call without a server", ratio(ours!.turn, inProcess), { most: 4 }),
    line(`longest turn of ${many} pairs in one request, of one pair's`, ratio(ours!.turnOfMany, ours!.turn), {
      most: 3,
    }),
    ...(other === undefined
      ? []
      : [
          line("CPU of the request, the earlier build's against ours", ratio(other.one, ours!.one), { least: 1.5 }),
          line("longest turn, the earlier build's against ours", ratio(other.turn, ours!.turn), { least: 1.5 }),
          line(`… of ${many} pairs`, ratio(other.turnOfMany, ours!.turnOfMany), { least: 8 }),
        ]),
  ]);
};

try {
  await main();
} finally {
  end();
  rmSync(folder, { recursive: true, force: true });
}
