/**
 * The embedded server when an evaluation grows: the cost of the 100,000th task against the 10,000th, the memory of all, the cost of the last page of a
 * list against the first, the wait of others for the longest page, and assigning 3,000 tasks to a user against the same rows written by hand. Costs are of the server's processor.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hold } from "./budget.ts";
import { table } from "./measure.ts";
import { end, evaluationOn, headers, middle, next, run, send, used } from "./outside.ts";

const folder = mkdtempSync(join(tmpdir(), "evalwire-scale-"));
const many = Number(process.env["TASKS"] ?? 100_000);
const few = many / 10;
const given = 3_000;
const rounds = 5;

const main = async () => {
  const server = run("servers.ts", "evalwire", join(folder, "data.db"));
  const url = await next<string>(server);
  const evaluation = await evaluationOn(url);
  const list = `/v4/evaluations/${evaluation.id}/test-case-results`;
  const cost = async (work: () => Promise<unknown>): Promise<number> => {
    const before = await used(server);
    await work();
    return (await used(server)).millis - before.millis;
  };
  const read = async (page: number, nth: number, limit = 1_000): Promise<ReadonlyArray<any>> => {
    // Another address each time: the server keeps lists that it sent lately.
    const response = await fetch(`${url}${list}?limit=${limit}&page=${page}&view=Task&nth=${nth}`, {
      headers: { ...headers, "accept-encoding": "identity" },
    });
    if (!response.ok) throw new Error(`page ${page}: ${response.status} ${await response.text()}`);
    return ((await response.json()) as { items: ReadonlyArray<any> }).items;
  };
  await evaluation.add(1_000);
  const early = await cost(() => evaluation.add(few - 1_000));
  await evaluation.add(many - 2 * few);
  const late = await cost(() => evaluation.add(few));
  const perTask = { early: early / (few - 1_000), late: late / few };
  const { rss } = await used(server);

  const pages = { first: [] as Array<number>, last: [] as Array<number>, turn: [] as Array<number> };
  for (let round = -1; round < rounds; round++) {
    const first = await cost(() => read(1, round));
    const last = await cost(() => read(many / 1_000, round));
    await used(server);
    await read(1, round, 10_000);
    const { longestTurn } = await used(server);
    if (round < 0) continue;
    pages.turn.push(longestTurn);
    pages.first.push(first);
    pages.last.push(last);
  }

  const ids: Array<string> = [];
  for (let page = 1; ids.length < given; page++) ids.push(...(await read(page, -2)).map(({ task }) => task.id));
  const bare = run("servers.ts", "bare", join(folder, "bare.db"));
  const bareUrl = await next<string>(bare);
  const batch = `/evaluations/${evaluation.id}/tasks/batch-assign`;
  const assigned = { ours: [] as Array<number>, bare: [] as Array<number> };
  const body = (round: number) => ({ task_ids: ids.slice(0, given), assigned_to: round % 2 === 0 ? "ada" : "ben" });
  for (let round = -1; round < rounds; round++) {
    const before = await used(bare);
    await send(bareUrl, "/assign", body(round));
    const other = (await used(bare)).millis - before.millis;
    const own = await cost(() => send(url, batch, body(round), "PATCH"));
    if (round < 0) continue;
    assigned.ours.push(own);
    assigned.bare.push(other);
  }
  table(
    ["of the server's processor", "ms"],
    [
      [`a task of the first ${few}`, perTask.early.toFixed(3)],
      [`a task of the last ${few} of ${many}`, perTask.late.toFixed(3)],
      ["the first page of 1,000", middle(pages.first).toFixed(1)],
      ["the last page of 1,000", middle(pages.last).toFixed(1)],
      ["the longest turn of the loop for a page of 10,000", middle(pages.turn).toFixed(1)],
      [`batch-assign of ${given}`, middle(assigned.ours).toFixed(0)],
      [`${given} rows written by hand`, middle(assigned.bare).toFixed(0)],
    ],
  );
  const times = (question: string, figure: number, most: number) => ({ question, figure, unit: "×", budget: { most } });
  hold([
    times(`a task of the last ${few} of ${many}, against the first ${few}`, perTask.late / perTask.early, 2),
    { question: "memory of the server with all of them", figure: rss / 1e6, unit: "MB", budget: { most: 500 } },
    times("the last page, against the first", middle(pages.last.map((last, round) => last / pages.first[round]!)), 1.3),
    times(
      "the longest turn of the loop for a page of 10,000, the wait of all others, against ten pages of 1,000",
      middle(pages.turn.map((turn, round) => turn / (10 * pages.first[round]!))),
      1,
    ),
    times(
      `batch-assign of ${given}, against the same rows written by hand`,
      middle(assigned.ours.map((own, round) => own / assigned.bare[round]!)),
      4,
    ),
  ]);
};

try {
  await main();
} finally {
  end();
  rmSync(folder, { recursive: true, force: true });
}
