/**
 * What 100,000 tasks weigh once a watch has them: heap after collection, against keeping the answers as a cache of pages does.
 * Each way in a process of its own: `heap.bench.ts watch`, `heap.bench.ts leased`, `heap.bench.ts pages`.
 */
import { spawnSync } from "node:child_process";
import { SGPClient } from "@evalwire/core";
import { hold } from "./budget.ts";
import { table } from "./measure.ts";
import { evaluationId, evaluationOf, type Facts, factsOf, pageText } from "./page.ts";

const count = 100_000;
const limit = 10_000;
const megabyte = 1e6;

const serving =
  (facts: (number: number) => Facts) =>
  async (address: string): Promise<Response> => {
    const { pathname, searchParams } = new URL(address);
    const text = pathname.endsWith("/test-case-results")
      ? pageText(count, { page: Number(searchParams.get("page")), limit, facts })
      : JSON.stringify(evaluationOf(count, 0));
    return new Response(text, { headers: { "content-type": "application/json" } });
  };

/** Heap in use when nothing more can be collected. */
const heap = async (): Promise<number> => {
  // Garbage of an answer is released over several turns of the event loop.
  for (let round = 0; round < 5; round++) {
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc!();
  }
  return process.memoryUsage().heapUsed;
};

/** Once before measuring, so that code and caches are not counted as tasks. */
const warmUp = async () => {
  const client = new SGPClient({
    apiKey: "a key",
    baseURL: "https://sgp.example.invalid",
    fetch: async (url) =>
      Response.json(url.includes("/test-case-results") ? JSON.parse(pageText(10)) : evaluationOf(10, 0)),
  });
  await using watch = client.watch(evaluationId);
  await watch.ready;
};

const watching = (facts: (number: number) => Facts) => async () => {
  const client = new SGPClient({ apiKey: "a key", baseURL: "https://sgp.example.invalid", fetch: serving(facts) });
  const watch = client.watch(evaluationId, {
    pageSize: limit,
    interval: ["1 hour", "1 hour"],
    requestsPerMinute: 600,
  });
  await watch.ready;
  // A program that requests the leases has a map of them as well.
  const { tasks, leases } = watch.snapshot();
  if (tasks.size !== count || leases.size < count / 4) throw new Error(`the watch holds ${tasks.size} tasks`);
  return { size: tasks.size, watch } as { readonly size: number };
};

const ways: Record<string, () => Promise<{ readonly size: number }>> = {
  watch: watching(factsOf),
  // Every third task of a page is held: here each one.
  leased: watching((number) => factsOf(number - (number % 3))),
  pages: async () => {
    const fetch = serving(factsOf);
    const kept = new Map<number, unknown>();
    for (let page = 1; page <= count / limit; page++) {
      kept.set(page, await (await fetch(`https://sgp.example.invalid/test-case-results?page=${page}`)).json());
    }
    return kept;
  },
};

const weigh = async (way: string) => {
  await warmUp();
  const before = await heap();
  const held = await ways[way]!();
  const after = await heap();
  console.log(JSON.stringify({ megabytes: (after - before) / megabyte, size: held.size }));
  // Its next poll is an hour away.
  process.exit(0);
};

const inProcess = (way: string): number => {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [
      "--conditions=@evalwire/source",
      "--expose-gc",
      "--disable-warning=ExperimentalWarning",
      import.meta.filename,
      way,
    ],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(stderr);
  return (JSON.parse(stdout) as { readonly megabytes: number }).megabytes;
};

const compare = () => {
  const watch = inProcess("watch");
  const leased = inProcess("leased");
  const cache = inProcess("pages");
  table(
    ["100,000 tasks held", "MB of heap", "bytes a task", "of the watch"],
    [
      ["evalwire, a watch with its rows, leases and deadlines", watch, (watch * megabyte) / count, "1.0 ×"],
      ["evalwire, every task under lease", leased, (leased * megabyte) / count, `${(leased / watch).toFixed(1)} ×`],
      [
        "the parsed pages, as a query cache keeps them",
        cache,
        (cache * megabyte) / count,
        `${(cache / watch).toFixed(1)} ×`,
      ],
    ],
  );
  const atMost = (question: string, figure: number) => ({ question, figure, unit: "MB", budget: { most: 60 } });
  hold([atMost("100,000 tasks held by a watch", watch), atMost("the same, every task under lease", leased)]);
};

const way = process.argv[2];
if (way === undefined) compare();
else await weigh(way);
