/**
 * ROUGE-1, 2, L and Lsum with stemming, on the WebAssembly kernels: against js-rouge, plain JavaScript and, where present,
 * Python's rouge_score and another build (`EVALWIRE_BASE`, the checkout); cold against warm; growth.
 */
import { spawnSync } from "node:child_process";
import { rouge, rougeTokens } from "@evalwire/metrics";
import { use } from "@evalwire/metrics/src/kernel/Replaceable.ts";
import * as RougeEngine from "@evalwire/metrics/src/rouge/RougeEngine.ts";
import { installKernels } from "@evalwire/metrics/wasm";
import * as jsRouge from "js-rouge";
import { hold, type Line } from "./budget.ts";
import { inTurn, table, timed } from "./measure.ts";
import { isEnglish, type Pair, pairs } from "./texts.ts";

installKernels();
const withKernels = RougeEngine.engine.current;

const types = ["rouge1", "rouge2", "rougeL", "rougeLsum"] as const;
const ours = ({ candidate, reference }: Pair) => rouge(candidate, reference, { types, stemmer: true });

/** The features of js-rouge: no rougeL of whole texts, no stems, only F-measures. */
const asShipped = ({ candidate, reference }: Pair) => [
  jsRouge.n(candidate, reference, { n: 1 }),
  jsRouge.n(candidate, reference, { n: 2 }),
  jsRouge.l(candidate, reference, {}),
];

/** The four numbers with the caller's tokens and stems: as near as it comes to the same work. */
const sameWork = ({ candidate, reference }: Pair) => {
  const tokenizer = (text: string) => rougeTokens(text, { stemmer: true });
  const segmenter = (text: string) => text.split("\n");
  return [
    jsRouge.n(candidate, reference, { n: 1, tokenizer }),
    jsRouge.n(candidate, reference, { n: 2, tokenizer }),
    jsRouge.l(candidate, reference, { tokenizer, segmenter: (text) => [text] }),
    jsRouge.l(candidate, reference, { tokenizer, segmenter }),
  ];
};

const base = process.env["EVALWIRE_BASE"];
const other =
  base === undefined
    ? undefined
    : ((await import(`${base}/packages/metrics/src/index.ts`)) as { readonly rouge: typeof rouge });

const sizes: ReadonlyArray<{
  readonly name: string;
  readonly count: number;
  readonly words: readonly [number, number];
  readonly peers: number;
  readonly rounds: number;
  /** How many times faster than rouge_score, and than the other build, it is to be. */
  readonly thanPython: number;
  readonly thanOther: number;
}> = [
  { name: "64 v 64", count: 1000, words: [64, 64], peers: 40, rounds: 9, thanPython: 520, thanOther: 2 },
  { name: "60 v 800", count: 200, words: [60, 800], peers: 10, rounds: 9, thanPython: 740, thanOther: 2 },
  { name: "5,000 v 5,000", count: 12, words: [5000, 5000], peers: 1, rounds: 5, thanPython: 5700, thanOther: 2.2 },
];

const each = (name: string, list: ReadonlyArray<Pair>, work: (pair: Pair) => unknown) => ({
  name,
  units: list.length,
  run: () => list.forEach(work),
});

/**
 * Microseconds a pair of rouge_score in the fastest of three rounds, where this machine's Python has it. It is in no registry used here; by hand: its repository's
 * `rouge_score` folder on PYTHONPATH, and `apt-get install python3-nltk python3-absl`.
 */
const python = (list: ReadonlyArray<Pair>): number | undefined => {
  const program = `
import json, sys, time
from rouge_score import rouge_scorer
scorer = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeL", "rougeLsum"], use_stemmer=True)
pairs = json.load(sys.stdin)
def turn():
    start = time.thread_time()
    for pair in pairs: scorer.score(pair["reference"], pair["candidate"])
    return time.thread_time() - start
print(min(turn() for _ in range(3)) / len(pairs) * 1e6)`;
  for (const command of ["python3", "/usr/bin/python3"]) {
    const { status, stdout } = spawnSync(command, ["-c", program], { input: JSON.stringify(list), encoding: "utf8" });
    if (status === 0) return Number(stdout);
  }
  return undefined;
};

const lines: Array<Line> = [];
const faster = (question: string, figure: number, least: number) =>
  lines.push({ question, figure, unit: "×", budget: { least } });

const against = () => {
  console.log(
    `Texts: ${isEnglish ? "inaugural addresses" : "made"}; microseconds a pair, the fastest round of each.\n`,
  );
  const rows = sizes.map(({ name, count, words, peers, rounds, thanPython, thanOther }) => {
    const list = pairs(count, ...words);
    const some = list.slice(0, peers);
    const contenders = [
      each("evalwire", list, ours),
      each("js-rouge as shipped", some, asShipped),
      each("js-rouge given our tokens", some, sameWork),
    ];
    const inJavaScript = each("evalwire without the kernels", list, (pair) => {
      use(RougeEngine.engine);
      ours(pair);
      use(RougeEngine.engine, withKernels);
    });
    const others =
      other === undefined
        ? []
        : [
            each("the other build", list, ({ candidate, reference }) =>
              other.rouge(candidate, reference, { types, stemmer: true }),
            ),
          ];
    const [mine, shipped, same, plain, older] = inTurn([...contenders, inJavaScript, ...others], rounds).map(
      ({ best }) => best,
    ) as [number, number, number, number, number?];
    if (older !== undefined) faster(`${name}: faster than the other build`, older / mine, thanOther);
    const reference = python(some);
    faster(`${name}: faster than js-rouge as shipped`, shipped / mine, 100);
    if (reference !== undefined) faster(`${name}: faster than rouge_score`, reference / mine, thanPython);
    return [
      name,
      mine,
      `${plain.toFixed(1)} (${(plain / mine).toFixed(1)} ×)`,
      older === undefined ? "not given" : `${older.toFixed(1)} (${(older / mine).toFixed(2)} ×)`,
      `${shipped.toFixed(0)} (${(shipped / mine).toFixed(0)} ×)`,
      `${same.toFixed(0)} (${(same / mine).toFixed(0)} ×)`,
      reference === undefined ? "not installed here" : `${reference.toFixed(0)} (${(reference / mine).toFixed(0)} ×)`,
    ];
  });
  table(
    [
      "words",
      "evalwire, 4 types, stems",
      "in plain JavaScript",
      "the other build",
      "js-rouge as shipped, 3, no stems",
      "js-rouge given our tokens",
      "rouge_score",
    ],
    rows,
  );
};

/** The first pass of a new process over the same pairs: run as `rouge.bench.ts cold <size>`. */
const coldOf = (size: number): string => {
  const args = [
    "--conditions=@evalwire/source",
    "--disable-warning=ExperimentalWarning",
    import.meta.filename,
    "cold",
    `${size}`,
  ];
  return spawnSync(process.execPath, args, { encoding: "utf8" }).stdout;
};

const printCold = (size: number) => {
  const { count, words } = sizes[size]!;
  const list = pairs(count, ...words);
  const pass = () => (timed(() => list.forEach(ours)) * 1000) / list.length;
  const cold = pass();
  const warm = inTurn([each("warm", list, ours)], 5)[0]!.best;
  console.log(JSON.stringify({ cold, warm }));
};

const coldAndWarm = () => {
  const rows = sizes.map(({ name, count }, size) => {
    const runs = Array.from({ length: 5 }, () => JSON.parse(coldOf(size)) as { cold: number; warm: number });
    const cold = Math.min(...runs.map((run) => run.cold));
    const warm = Math.min(...runs.map((run) => run.warm));
    lines.push({ question: `${name}: first pass of warm`, figure: cold / warm, unit: "×", budget: { most: 10 } });
    return [name, count, cold, warm, `${(cold / warm).toFixed(1)} ×`];
  });
  table(["words", "pairs", "first pass of a process, µs a pair", "warm", "cold / warm"], rows);
};

const growth = () => {
  const rows = [50, 500, 5000, 50_000].map((words) => {
    const list = pairs(Math.max(Math.round(20_000 / words), 1), words, words);
    const of = (some: ReadonlyArray<"rouge1" | "rouge2" | "rougeL" | "rougeLsum">) => ({
      name: some.join(),
      units: list.length * words * 2,
      run: () => list.map(({ candidate, reference }) => rouge(candidate, reference, { types: some, stemmer: true })),
    });
    const times = inTurn(
      [of(["rouge1"]), of(["rouge1", "rouge2"]), of(["rougeL"]), of(["rougeLsum"])],
      words > 5000 ? 3 : 9,
    );
    return [words.toLocaleString("en"), ...times.map(({ best }) => best * 1000)];
  });
  table(["words a side", "rouge1, ns a token", "rouge1 + 2", "rougeL", "rougeLsum"], rows);
};

if (process.argv[2] === "cold") printCold(Number(process.argv[3]));
else {
  against();
  coldAndWarm();
  growth();
  hold(lines);
}
