/**
 * The built page at 10,000 tasks and 200 changes a second, in Chromium: when the first data is painted, and how long the page is
 * busy at a time. By hand: `node --conditions=@evalwire/source packages/cli/test/dashboard/underLoad.ts [tasks] [changes a second]`.
 *
 * The page's thread is measured by its CPU time, which other programs on the machine change little; and every figure stands beside a
 * reference of the same run: `JSON.parse` of the tasks as one text.
 *
 * The page itself notes when the data is painted: a wait from outside looks every half second only. And each view begins in an empty
 * page whose garbage was collected, so that the one before it is not cleared away on its account.
 */
import { SGPClient } from "@evalwire/core";
import { createServer } from "@evalwire/server";
import { serveDashboard } from "../../src/dashboard/serveDashboard.ts";
import { cases } from "../../src/demo/cases/index.ts";
import { createEvaluation } from "../../src/demo/createEvaluation.ts";
import { assets, launch, missing } from "./browser.ts";

const tasks = Number(process.argv[2] ?? 10_000);
const changes = Number(process.argv[3] ?? 200);
const viewMillis = 8_000;

if (missing.length > 0 || assets === undefined) process.exit(1);

const server = await createServer({ database: ":memory:", apiKeys: { key: "lead" }, claimSeconds: 900 });
const client = new SGPClient({
  apiKey: "key",
  baseURL: "http://127.0.0.1:1",
  fetch: (url, init) => server.fetch(url, init as RequestInit),
});
const many = Array.from({ length: tasks }, (_, index) => {
  const one = cases[index % cases.length]!;
  return { ...one, title: `${one.title} ${index}`, document: one.document.slice(0, 200) };
});
const evaluation = await createEvaluation(client, many, new AbortController().signal);
const dashboard = await serveDashboard({
  assets,
  port: 0,
  users: ["lead"],
  clientOf: () => client,
  server: "here",
  watch: { interval: ["5 seconds", "15 seconds"], requestsPerMinute: 240 },
});
// The watch behind the page, warm.
const watch = client.watch(evaluation.id);
await watch.ready;
const ids = [...watch.snapshot().tasks.keys()];

const browser = await launch();
const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
const devtools = await page.context().newCDPSession(page);
await page.addInitScript(`new MutationObserver((_, observer) => {
  if (!document.body?.textContent.includes("of ${tasks} done")) return;
  observer.disconnect();
  // A task of its own behind the frame.
  requestAnimationFrame(() => setTimeout(() => { globalThis.paintedAt = performance.now(); }));
}).observe(document, { subtree: true, childList: true, characterData: true })`);

interface TraceEvent {
  readonly name: string;
  readonly cat: string;
  readonly pid: number;
  readonly tid: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string; readonly data?: { readonly processId?: number } };
}

/** The tasks of the page's main thread during some work, in milliseconds of CPU, longest first. */
const tasksDuring = async (work: () => Promise<unknown>): Promise<ReadonlyArray<number>> => {
  await browser.startTracing(page, { categories: ["toplevel", "devtools.timeline", "__metadata"] });
  await work();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
    readonly traceEvents: ReadonlyArray<TraceEvent>;
  };
  const mains = new Set(
    traceEvents
      .filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain")
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  return traceEvents
    .filter(
      ({ name, pid, tid, tdur }) =>
        name === "ThreadControllerImpl::RunTask" && tdur !== undefined && mains.has(`${pid} ${tid}`),
    )
    .map(({ tdur }) => tdur! / 1_000)
    .sort((a, b) => b - a);
};

await page.goto(dashboard.invite());
const url = `${dashboard.url}evaluations/${evaluation.id}`;
// Once to warm the browser's caches of code.
await page.goto(url);
await page.getByText(`of ${tasks} done`).waitFor({ timeout: 60_000 });

const reference = async (): Promise<number> => {
  const text = JSON.stringify([...watch.snapshot().tasks.values()]);
  const times = (await page.evaluate(`(() => {
    const text = ${JSON.stringify(text)};
    return Array.from({ length: 9 }, () => { const at = performance.now(); JSON.parse(text); return performance.now() - at; });
  })()`)) as Array<number>;
  return times.sort((a, b) => a - b)[4]!;
};

const report = (what: string, cpu: ReadonlyArray<number>, millis: number, parse: number): void => {
  const long = cpu.filter((each) => each > 50).length;
  const [longest = 0] = cpu;
  const share = (100 * cpu.reduce((sum, each) => sum + each, 0)) / millis;
  const ratio = `${(longest / parse).toFixed(1)} × JSON.parse of all tasks (${parse.toFixed(0)} ms)`;
  console.log(
    `${what}: longest task ${longest.toFixed(0)} ms, ${ratio}; ${long} over 50 ms; ${share.toFixed(0)} % of a core`,
  );
};

const painted = async (): Promise<number> =>
  Number(
    await (await page.waitForFunction(() => (globalThis as { readonly paintedAt?: number }).paintedAt)).jsonValue(),
  );

const clear = async (): Promise<void> => {
  await page.goto("about:blank");
  await devtools.send("HeapProfiler.collectGarbage");
};

let shown = 0;
/** Processor time of this process, where the evaluation server, the watch and the relay are. */
let servedMillis = 0;
const loading = await tasksDuring(async () => {
  const cpu = process.cpuUsage();
  await page.goto(url);
  shown = await painted();
  const { user, system } = process.cpuUsage(cpu);
  servedMillis = (user + system) / 1_000;
});
console.log(
  `first data: painted ${shown.toFixed(0)} ms after the address was opened; ` +
    `processor time until then: ${loading.reduce((sum, one) => sum + one, 0).toFixed(0)} ms of the page's thread, ${servedMillis.toFixed(0)} ms behind it`,
);
report("until then", loading, shown, await reference());
await page.waitForTimeout(8_000);

// As many as are to change in a tenth of a second, moved from one person to another.
let turn = 0;
const each = Math.max(1, Math.round(changes / 10));
const timer = setInterval(() => {
  const some = Array.from({ length: each }, (_, index) => ids[(turn * each + index) % ids.length]!);
  turn++;
  client.evaluations.tasks
    .batchAssign({ evaluation_id: evaluation.id, task_ids: some, assigned_to: `person-${turn % 17}` })
    .catch((error: unknown) => console.error(String(error)));
}, 100);

for (const view of ["", "/tasks", "/tasks?sort=-deadline", "/assignments", "/people", "/events", "/scores"]) {
  await clear();
  await page.goto(url + view);
  await page.getByText("Live", { exact: true }).waitFor({ timeout: 60_000 });
  await page.waitForTimeout(4_000);
  const before = turn;
  const cpu = await tasksDuring(() => page.waitForTimeout(viewMillis));
  const rate = ((turn - before) * each * 1_000) / viewMillis;
  report(
    `${view === "" ? "overview" : view} at ${rate.toFixed(0)} changes a second`,
    cpu,
    viewMillis,
    await reference(),
  );
}
clearInterval(timer);
await browser.close();
await dashboard.close();
await watch.close();
await client.close();
await server.close();
