/**
 * `evalwire score` as built, on a file: how two workers compare with one and with another build, and what a million records take of memory,
 * scored and compared. `EVALWIRE_BASE` names the checkout of another build (its CLI built) to run in turn with this one.
 */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { hold, type Line } from "./budget.ts";
import { table } from "./measure.ts";
import { pairs } from "./texts.ts";

const folder = mkdtempSync(join(tmpdir(), "evalwire-bench-"));
const config = join(folder, "config.json");
const params = { score_types: ["rouge1", "rouge2", "rougeL", "rougeLsum"], use_stemmer: true };
writeFileSync(config, JSON.stringify({ components: [{ name: "r", type: "rouge", params }] }));

const entryIn = (root: string): string =>
  ["evalwire.js", "main.js"].map((name) => join(root, "packages/cli/dist", name)).find((file) => existsSync(file)) ??
  "";
const own = entryIn(fileURLToPath(new URL("..", import.meta.url)));
const base = process.env["EVALWIRE_BASE"] === undefined ? "" : entryIn(process.env["EVALWIRE_BASE"]);
if (own === "") throw new Error("build first: tsc -b packages/cli");

const fileOf = async (count: number): Promise<string> => {
  const file = join(folder, `${count}.jsonl`);
  const texts = pairs(5000, 64, 64).map(({ candidate, reference }) =>
    JSON.stringify({ test_case_data: { expected_output: reference }, test_case_output: { output: candidate } }).slice(
      1,
    ),
  );
  const out = createWriteStream(file);
  for (let at = 0; at < count; at++) {
    if (!out.write(`{"id":"record-${at}",${texts[at % texts.length]}\n`)) await once(out, "drain");
  }
  out.end();
  await finished(out);
  return file;
};

interface Cost {
  readonly seconds: number;
  readonly cpu: number;
  readonly megabytes: number;
}

/** Reports the time of the process and all its threads. */
const probe = `data:text/javascript,${encodeURIComponent(
  'process.on("exit", () => { const { userCPUTime: u, systemCPUTime: s, maxRSS } = process.resourceUsage(); process._rawDebug("cost " + (u + s) / 1e6 + " " + maxRSS / 1000); })',
)}`;

const run = (entry: string, args: ReadonlyArray<string>): Cost => {
  const start = performance.now();
  const all = ["--import", probe, entry, "score", "-c", config, "--samples", "10", ...args];
  const { stderr, status } = spawnSync(process.execPath, all, { encoding: "utf8" });
  const [, cpu, megabytes] = /^cost (\S+) (\S+)$/m.exec(stderr) ?? [];
  if (status !== 0 || cpu === undefined) throw new Error(`${entry} ${args.join(" ")}: ${stderr}`);
  return { seconds: (performance.now() - start) / 1000, cpu: Number(cpu), megabytes: Number(megabytes) };
};

const least = (costs: ReadonlyArray<Cost>, of: (cost: Cost) => number): number => Math.min(...costs.map(of));

const lines: Array<Line> = [];

const rates = async (count: number, rounds: number) => {
  const file = await fileOf(count);
  const contenders = [
    ...(base === "" ? [] : [["the other build, 2 workers", base, "2"] as const]),
    ...["0", "1", "2"].map((workers) => [`${workers} workers`, own, workers] as const),
  ];
  const costs = contenders.map((): Array<Cost> => []);
  for (let round = 0; round < rounds; round++) {
    contenders.forEach(([, entry, workers], at) => {
      costs[at]!.push(run(entry, ["--workers", workers, file]));
    });
  }
  table(
    [
      `${count.toLocaleString("en")} records of 64 v 64 words`,
      "s of wall clock",
      "s of processor time",
      "MB at the peak",
    ],
    contenders.map(([name], at) => [
      name,
      least(costs[at]!, ({ seconds }) => seconds),
      least(costs[at]!, ({ cpu }) => cpu),
      least(costs[at]!, ({ megabytes }) => megabytes),
    ]),
  );
  const [two, one] = [costs.at(-1)!, costs.at(-2)!];
  const ratio = (left: ReadonlyArray<Cost>, right: ReadonlyArray<Cost>, of: (cost: Cost) => number) =>
    least(left, of) / least(right, of);
  const wall = (cost: Cost) => cost.seconds;
  lines.push({
    question: "2 workers of 1, wall clock",
    figure: ratio(one, two, wall),
    unit: "×",
    budget: { least: 1.6 },
  });
  if (base === "") return;
  const budget = { unit: "×", budget: { least: 2.5 } };
  lines.push({
    question: "2 workers of the other build's, wall clock",
    figure: ratio(costs[0]!, two, wall),
    ...budget,
  });
  lines.push({ question: "the same, processor time", figure: ratio(costs[0]!, two, ({ cpu }) => cpu), ...budget });
};

const peaks = async (count: number) => {
  const file = await fileOf(count);
  const scored = run(own, ["--workers", "2", file]).megabytes;
  const compared = run(own, ["--compare", file, file]).megabytes;
  table(
    ["records of 64 v 64 words", "2 workers: MB", "compared with as many: MB"],
    [[count.toLocaleString("en"), scored, compared]],
  );
  lines.push({ question: "a million scored by 2 workers", figure: scored, unit: "MB", budget: { most: 200 } });
  lines.push({ question: "a million compared with a million", figure: compared, unit: "MB", budget: { most: 250 } });
};

try {
  await rates(Number(process.argv[2] ?? 300_000), 3);
  await peaks(Number(process.argv[3] ?? 1_000_000));
  hold(lines);
} finally {
  rmSync(folder, { recursive: true });
}
