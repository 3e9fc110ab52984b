/**
 * Every page in every width, light and dark, as images to look at. By hand:
 * `node --conditions=@evalwire/source packages/cli/test/dashboard/screenshots.ts FOLDER [widths] [pages]`.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { SGPClient } from "@evalwire/core";
import { createServer } from "@evalwire/server";
import { audit, claim } from "@evalwire/tasks";
import { serveDashboard } from "../../src/dashboard/serveDashboard.ts";
import { cases } from "../../src/demo/cases/index.ts";
import { answersOf, createEvaluation } from "../../src/demo/createEvaluation.ts";
import * as Judgement from "../../src/demo/Judgement.ts";
import { assets, launch, missing } from "./browser.ts";
import { ShiftedClock } from "./ShiftedClock.ts";

const [folder = "screenshots", widths = "360,768,1280,1920,3840", only] = process.argv.slice(2);
if (missing.length > 0 || assets === undefined) process.exit(1);
mkdirSync(folder, { recursive: true });

const people = ["lead", "ada", "ben", "chris", "dana"] as const;
const clock = new ShiftedClock();
const server = await createServer({
  database: ":memory:",
  apiKeys: Object.fromEntries(people.map((user) => [`key-${user}`, user])),
  claimSeconds: 900,
  clock,
});
const fetch = (url: string | URL | Request, init?: RequestInit) => server.fetch(new Request(url, init));
const clients = new Map(
  people.map((user) => [user, new SGPClient({ apiKey: `key-${user}`, baseURL: "http://127.0.0.1:1", fetch, clock })]),
);
const clientOf = (user: string) => clients.get(user as "lead")!;
const never = new AbortController().signal;
const evaluation = await createEvaluation(clientOf("lead"), cases, never);
const { id } = evaluation;
await createEvaluation(clientOf("lead"), cases.slice(0, 5), never);
await clientOf("lead").v5.evaluations.create({
  name: "Answers of the new model",
  description: "An evaluation of API v5.",
  data: Array.from({ length: 12 }, (_, index) => ({ text: `Question ${index}`, length: index * 7 })),
  tasks: [],
});

const workers = people.slice(1);
let finished = "";
for (let index = 0; index < 30; index++) {
  const user = workers[index % workers.length]!;
  const client = clientOf(user);
  const held = await claim(client, { evaluation_id: id });
  if (held._tag !== "Claimed") break;
  const seconds = 40 + ((index * 37) % 90);
  clock.move(seconds * 700);
  if (index >= 26) continue;
  finished = held.task.id;
  const task = { ...held.task, assigned_to: user };
  const body = {
    evaluation_id: id,
    test_case_result_id: held.task.task_entity_id,
    label_status: "COMPLETED",
    result: answersOf(evaluation, Judgement.of(cases[index]!, 0)),
    time_spent_labeling_s: seconds,
  };
  await client.evaluations.testCaseResults.update(body as never);
  const about = { task: { ...task, status: "COMPLETED" as const }, me: "lead" };
  if (index % 3 === 0) await audit.approve(clientOf("lead"), about);
  if (index % 7 === 0) await audit.requestRevision(clientOf("lead"), { ...about, comment: "Look at it again." });
}
clock.move(620_000);

const dashboard = await serveDashboard({
  assets,
  port: 0,
  users: people,
  clientOf,
  server: "http://127.0.0.1:1",
  watch: { interval: ["500 millis", "2 seconds"], requestsPerMinute: 6_000 },
  clock,
});
const v5 = (await clientOf("lead").v5.evaluations.list({ limit: 1 })).items[0]!;
const pages: Readonly<Record<string, string>> = {
  list: "",
  overview: `evaluations/${id}`,
  tasks: `evaluations/${id}/tasks`,
  assignments: `evaluations/${id}/assignments`,
  people: `evaluations/${id}/people`,
  scores: `evaluations/${id}/scores`,
  events: `evaluations/${id}/events`,
  task: `evaluations/${id}/tasks/${finished}`,
  v5: `v5/evaluations/${v5.id}`,
  unknown: "evaluations/no-such-id",
};

const browser = await launch();
const context = await browser.newContext();
const page = await context.newPage();
await page.goto(dashboard.invite());
for (const [name, path] of Object.entries(pages)) {
  if (only !== undefined && !only.split(",").includes(name)) continue;
  await page.goto(dashboard.url + path);
  await page
    .getByText(name === "list" ? "Created" : name === "unknown" ? "Next attempt" : "Live")
    .first()
    .waitFor();
  await page.waitForTimeout(1_500);
  for (const width of widths.split(",").map(Number)) {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.setViewportSize({ width, height: Math.max(900, Math.round(width * 0.56)) });
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: width < 1_000 });
    }
  }
}
const stranger = await (await browser.newContext({ colorScheme: "dark" })).newPage();
await stranger.goto(dashboard.url);
await stranger.screenshot({ path: join(folder, "stranger-dark.png") });
await browser.close();
await dashboard.close();
await Promise.all(Array.from(clients.values(), (client) => client.close()));
await server.close();
