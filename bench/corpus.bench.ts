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

const linesOf = (words: readonly [number, number]): ReadonlyArray<string> =>
  pairs(500, ...words).map((pair) => JSON.stringify(pair));

/** Records parsed one by one, as from a file: nothing is shared between them. */
function* records(count: number, texts: ReadonlyArray<string>) {
  for (let index = 0; index < count; index++) yield JSON.parse(texts[index % texts.length]!);
}

interface Rate {
  /** Of wall-clock time. */
  readonly perSecond: number;
  /** Microseconds of processor time a record: of this thread, and of all others. */
  readonly here: number;
  readonly elsewhere: number;
}

/** With a pool of so many workers or, with none, in this thread. */
const rate = async (count: number, texts: ReadonlyArray<string>, workers: number): Promise<Rate> => {
  const pool = workers > 0 ? nodePool({ config, workers }) : undefined;
  await pool?.ready;
  // The first records warm the workers up.
  for await (const _ of scoreCorpus(records(count / 10, texts), config, { pool }));
  const start = performance.now();
  const [thread, whole] = [process.threadCpuUsage(), process.cpuUsage()];
  for await (const _ of scoreCorpus(records(count, texts), config, { pool }));
  const spent = ({ user, system }: NodeJS.CpuUsage) => (user + system) / count;
  const [here, all] = [spent(process.threadCpuUsage(thread)), spent(process.cpuUsage(whole))];
  const seconds = (performance.now() - start) / 1000;
  await pool?.close();
  return { perSecond: count / seconds, here, elsewhere: all - here };
};

const lines: Array<Line> = [];

const scaling = async () => {
  const rows: Array<ReadonlyArray<string | number>> = [];
  for (const [name, count, words] of [
    ["64 v 64", 60_000, [64, 64]],
    ["60 v 800", 10_000, [60, 800]],
    ["5,000 v 5,000", 600, [5000, 5000]],
  ] as const) {
    const texts = linesOf(words);
    const best: Array<Rate> = [];
    for (let round = 0; round < 3; round++) {
      for (const workers of [0, 1, 2]) {
        const found = await rate(count, texts, workers);
        if (best[workers] === undefined || found.perSecond > best[workers].perSecond) best[workers] = found;
      }
    }
    const [single, one, two] = best as [Rate, Rate, Rate];
    const ratio = two.perSecond / one.perSecond;
    const withCores = Math.max(one.here, one.elsewhere) / Math.max(two.here, two.elsewhere / 2);
    lines.push({ question: `${name}: 2 workers of 1`, figure: ratio, unit: "×", budget: { least: 1.7 } });
    const costs = [one, two].map(({ here, elsewhere }) => `${here.toFixed(1)} + ${elsewhere.toFixed(1)}`);
    const rates = [single, one, two].map(({ perSecond }) => perSecond);
    rows.push([name, ...rates, `${ratio.toFixed(2)} ×`, ...costs, `${withCores.toFixed(2)} ×`]);
  }
  console.log(
    "Records a second, wall clock: on a busy machine the workers have no second core to show. Beside it the processor",
  );
  console.log(
    "time a record in µs, of this thread + of the workers, and what follows from it were each thread to have a core.\n",
  );
  const costs = ["1 worker: µs", "2 workers: µs", "2 / 1, a core each"];
  table(["words", "this thread", "1 worker", "2 workers", "2 / 1", ...costs], rows);
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
  for await (const { progress } of scoreCorpus(records(count, linesOf([64, 64])), config, { pool })) {
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
  const [, single, two] = rows.at(-1)!.map(Number);
  const limit = { unit: "MB", budget: { most: 200 } };
  lines.push({ question: "a million records, this thread", figure: single!, ...limit });
  lines.push({ question: "a million records, 2 workers", figure: two!, ...limit });
  hold(lines);
}
