/** Scoring a corpus: how two workers compare with one, and what a million records take of memory. */
import { spawnSync } from "node:child_process";
import type { MetricConfig } from "@evalwire/metrics";
import { scoreCorpus } from "@evalwire/metrics/corpus";
import { keepHeapSmall, nodePool } from "@evalwire/metrics/node";
import { hold, type Line } from "./budget.ts";
import { table } from "./measure.ts";
import { pairs } from "./texts.ts";

const mappings = { candidate: "item.candidate", reference: "item.reference" };
const params = { score_types: ["rouge1", "rouge2", "rougeL", "rougeLsum"], use_stemmer: true };
const config: MetricConfig = { components: [{ name: "r", type: "rouge", params, mappings }] };

/** Records parsed one by one, as from a file: nothing is shared between them. */
function* records(count: number, words: readonly [number, number]) {
  const lines = pairs(500, ...words).map((pair) => JSON.stringify(pair));
  for (let index = 0; index < count; index++) yield JSON.parse(lines[index % lines.length]!);
}

/** Records a second of wall-clock time, with a pool of so many workers or, with none, in this thread. */
const rate = async (count: number, words: readonly [number, number], workers: number): Promise<number> => {
  const pool = workers > 0 ? nodePool({ config, workers }) : undefined;
  await pool?.ready;
  // The first records warm the workers up.
  for await (const _ of scoreCorpus(records(count / 10, words), config, { pool }));
  const start = performance.now();
  for await (const _ of scoreCorpus(records(count, words), config, { pool }));
  const seconds = (performance.now() - start) / 1000;
  await pool?.close();
  return count / seconds;
};

const lines: Array<Line> = [];

const scaling = async () => {
  const rows: Array<ReadonlyArray<string | number>> = [];
  for (const [name, count, words] of [
    ["64 v 64", 60_000, [64, 64]],
    ["60 v 800", 10_000, [60, 800]],
    ["5,000 v 5,000", 300, [5000, 5000]],
  ] as const) {
    const best = [0, 0, 0];
    for (let round = 0; round < 3; round++) {
      for (const workers of [0, 1, 2]) best[workers] = Math.max(best[workers]!, await rate(count, words, workers));
    }
    const [alone, one, two] = best as [number, number, number];
    lines.push({ question: `${name}: 2 workers of 1`, figure: two / one, unit: "×", budget: { least: 1.7 } });
    rows.push([name, alone, one, two, `${(two / one).toFixed(2)} ×`]);
  }
  console.log("Records a second, wall clock: on a busy machine the workers have no second core to show.\n");
  table(["words", "this thread", "1 worker", "2 workers", "2 / 1"], rows);
};

/** Peak resident megabytes of a process of its own: `corpus.bench.ts memory <records> <workers>`. */
const peakOf = (count: number, workers: number): string => {
  const args = ["--conditions=@evalwire/source", "--disable-warning=ExperimentalWarning", import.meta.filename];
  return spawnSync(process.execPath, [...args, "memory", `${count}`, `${workers}`], { encoding: "utf8" }).stdout.trim();
};

const printPeak = async (count: number, workers: number) => {
  keepHeapSmall();
  const pool = workers > 0 ? nodePool({ config, workers }) : undefined;
  let peak = 0;
  let done = 0;
  for await (const { progress } of scoreCorpus(records(count, [64, 64]), config, { pool })) {
    done = progress.done;
    if (done % 1000 === 0) peak = Math.max(peak, process.memoryUsage.rss());
  }
  await pool?.close();
  if (done !== count) throw new Error(`${done} of ${count} records came through`);
  console.log((peak / 1e6).toFixed(0));
};

if (process.argv[2] === "memory") await printPeak(Number(process.argv[3]), Number(process.argv[4]));
else {
  await scaling();
  const rows = [10_000, 100_000, 1_000_000].map((count) => [
    count.toLocaleString("en"),
    peakOf(count, 0),
    peakOf(count, 2),
  ]);
  table(["records of 64 v 64 words", "peak RSS in MB, this thread", "with 2 workers"], rows);
  const [, alone, two] = rows.at(-1)!.map(Number);
  const limit = { unit: "MB", budget: { most: 200 } };
  lines.push({ question: "a million records, this thread", figure: alone!, ...limit });
  lines.push({ question: "a million records, 2 workers", figure: two!, ...limit });
  hold(lines);
}
