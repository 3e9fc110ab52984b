/**
 * Cost of checking an answer: a page of 10,000 tasks against the contract, held against parsing that page; where functions may
 * be made from text, and under a strict content security policy, where they may not (`--disallow-code-generation-from-strings`).
 */
import { spawnSync } from "node:child_process";
import { check, TestCaseResults } from "@evalwire/core/contract";
import { effectSchema } from "@evalwire/core/contract/effect";
import * as Schema from "effect/Schema";
import * as z from "zod";
import { compare, hold } from "./budget.ts";
import { inTurn } from "./measure.ts";
import { pageText } from "./page.ts";
import { zodSchema } from "./peerSchemas.ts";

const count = 10_000;
const text = pageText(count);
const page: unknown = JSON.parse(text);
const { success } = TestCaseResults.list;

const isStrict = (() => {
  try {
    return new Function("return false")() as boolean;
  } catch {
    // The error of a strict policy, an EvalError.
    return true;
  }
})();

const conditions = isStrict ? "under a strict policy" : "where functions may be made from text";

/** Effect's own check; a schema is compiled on its first use if the compiler is there by then. */
const effectIs = () => {
  const isPage = Schema.is(effectSchema(success));
  return () => isPage(page);
};

const zodParse = () => {
  const schema = zodSchema(success);
  return () => schema.safeParse(page).success;
};

interface Contender {
  readonly name: string;
  readonly run: () => boolean;
}

const ours: Contender = { name: "evalwire", run: () => check(success)(page).ok };

const contenders = async (way: string): Promise<ReadonlyArray<Contender>> => {
  // Whether effect and zod compile is decided once for a process.
  if (way === "compiled") {
    await import("effect/schema/SchemaJITCompiler/enable");
    return [ours, { name: "effect Schema.is, compiled", run: effectIs() }, { name: "zod 4, loose", run: zodParse() }];
  }
  z.config({ jitless: true });
  return [
    ours,
    { name: "effect Schema.is, interpreted", run: effectIs() },
    { name: "zod 4, loose, jitless", run: zodParse() },
  ];
};

const measure = async (way: string) => {
  const all = await contenders(way);
  for (const { name, run } of all) if (!run()) throw new Error(`${name} refuses the page`);
  const [parse, ...times] = inTurn(
    [{ name: "JSON.parse of the page", run: () => JSON.parse(text) }, ...all].map((each) => ({ ...each, units: 1 })),
    9,
  );
  console.log(`A page of ${count.toLocaleString("en")} tasks, ${(text.length / 1e6).toFixed(1)} MB; ${conditions}.\n`);
  compare("", [parse!, ...times], { unit: "ms", perMicrosecond: 1e-3 }, [
    ["JSON.parse", parse!],
    ["ours", times[0]!],
  ]);
  const question = `validation / JSON.parse, ${conditions}`;
  hold([{ question, figure: times[0]!.median / parse!.median, unit: "×", budget: { most: isStrict ? 2 : 1 } }]);
};

const inProcess = (way: string, ...flags: ReadonlyArray<string>) => {
  const args = ["--conditions=@evalwire/source", "--disable-warning=ExperimentalWarning", ...flags];
  const { status } = spawnSync(process.execPath, [...args, import.meta.filename, way], { stdio: "inherit" });
  if (status !== 0) throw new Error(`validate.bench.ts ${way} ended with ${status}`);
};

const way = process.argv[2];
if (way === undefined) {
  inProcess("compiled");
  inProcess("interpreted", "--disallow-code-generation-from-strings");
} else await measure(way);
