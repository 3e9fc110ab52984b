/**
 * Code that a browser loads: bundles as Vite makes them, minified, gzip at its best, with effect and rxjs inside; and their largest parts.
 * The figure counts the code an entry loads before it runs, the chunks it imports included; code loaded on demand later is listed apart.
 *
 * Sizes do not vary from run to run, so a budget that is missed fails the run. With `--budgets` only what has a budget is built: that is a step
 * of every check of the workspace.
 */
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";
import { require } from "./budget.ts";
import { table } from "./measure.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const entry = "virtual:entry";

type Chunk = Rolldown.OutputChunk;

interface Loaded {
  readonly atOnce: ReadonlyArray<Chunk>;
  readonly onDemand: ReadonlyArray<Chunk>;
}

const loaded = (chunks: ReadonlyArray<Chunk>): Loaded => {
  const atOnce = new Set(chunks.filter(({ isEntry }) => isEntry));
  for (const { imports } of atOnce) {
    for (const each of chunks) if (imports.includes(each.fileName)) atOnce.add(each);
  }
  return { atOnce: [...atOnce], onDemand: chunks.filter((each) => !atOnce.has(each)) };
};

/** Dependencies that every program with hooks has anyway. */
const beside = [/^react($|\/)/, /^effect($|\/)/];

/** Vite's wrapper of what is loaded on demand. Core's own bundle contains it, so that nothing on top of core brings it along. */
const preloadHelper = "\0vite/preload-helper.js";

const bundle = async (code: string, external: Array<RegExp> = []): Promise<Loaded> => {
  const id = `${here}entry.js`;
  const made = await build({
    root: here,
    configFile: false,
    logLevel: "error",
    plugins: [
      {
        name: "entry",
        resolveId: (source) => (source === entry ? id : undefined),
        enforce: "pre",
        load: (asked) => {
          if (asked === preloadHelper && external.length > 0) return "export const __vitePreload = (load) => load();";
          return asked === id ? code : undefined;
        },
      },
    ],
    resolve: { conditions: ["@evalwire/source", "module", "browser", "production"] },
    build: {
      write: false,
      minify: true,
      target: "es2022",
      modulePreload: false,
      // As an application is bundled: what is loaded on demand may import from the entry's chunk.
      rolldownOptions: { input: entry, preserveEntrySignatures: "allow-extension", external },
    },
  });
  return loaded((made as Rolldown.RolldownOutput).output.filter((one): one is Chunk => one.type === "chunk"));
};

const gzipped = (chunks: ReadonlyArray<Chunk>): number =>
  chunks.reduce((bytes, { code }) => bytes + gzipSync(code, { level: 9 }).length, 0) / 1000;

const all = (...specifiers: ReadonlyArray<string>) => specifiers.map((from) => `export * from "${from}";`).join("\n");

const dashboard = `
import { SGPClient } from "@evalwire/core";
import { taskEvents$ } from "@evalwire/core/rxjs";
taskEvents$(new SGPClient({ apiKey: null }), "e1").subscribe(console.log);`;

const client = `
import { SGPClient } from "@evalwire/core";
new SGPClient({ apiKey: null }).evaluations.retrieve("e1").then(console.log);`;

const watch = `
import { SGPClient } from "@evalwire/core";
new SGPClient({ apiKey: null }).watch("e1").subscribe(console.log);`;

interface Bundle {
  readonly name: string;
  readonly code: string;
  readonly most?: number;
  /** A program that is in the same bundle: only what comes to it is counted. */
  readonly onTopOf?: string;
  /** The parts left out of it. */
  readonly external?: Array<RegExp>;
}

const hooks = (name: string, what: string, most?: number): Bundle => ({
  name: `react-hooks on top of core, ${name}`,
  code: `export ${what} from "@evalwire/react-hooks";`,
  onTopOf: watch,
  external: beside,
  ...(most === undefined ? {} : { most }),
});

/** The exports that run in components; the others are `dehydrate`, `hydrate`, `preload` and two functions that hooks are made of. */
const allHooks = `{
  EvalwireProvider, useAssignTask, useAssignTasks, useAudit, useClaimTask, useClient, useCountdown, useEvaluation, useEvaluationProgress,
  useEvaluations, useExpiringAssignments, useFreshness, useLease, useMetricScores, useQueue, useReleaseTask, useRestart, useSaveTask, useSkipTask,
  useStore, useSubmitTask, useTask, useTaskEvents, useTasks, useWatchStatus, useWatchStore
}`;

const bundles: ReadonlyArray<Bundle> = [
  { name: "core + /rxjs, everything they export", code: all("@evalwire/core", "@evalwire/core/rxjs") },
  { name: "core + /rxjs, a program that observes task events", code: dashboard, most: 46 },
  { name: "core, a program that watches", code: watch },
  { name: "core, a client that does not watch", code: client, most: 33 },
  { name: "core's /contract, everything", code: all("@evalwire/core/contract") },
  { name: "metrics, everything in the root", code: all("@evalwire/metrics"), most: 20 },
  { name: "metrics, only rouge", code: `export { rouge } from "@evalwire/metrics";`, most: 6 },
  hooks("everything", "*", 7.1),
  hooks("the hooks and the provider", allHooks, 7),
  hooks("useTasks and the provider", "{ useTasks, EvalwireProvider }"),
  hooks("an action", "{ useSubmitTask }"),
  { name: "beside us: @tanstack/query-core, everything", code: all("@tanstack/query-core") },
  { name: "beside us: zod 4, everything", code: all("zod") },
  { name: "beside us: js-rouge, everything", code: all("js-rouge") },
];

/** The part of a package, or the folder of core, that a module belongs to. */
const partOf = (id: string): string => {
  const [, inPackages] = id.split("/node_modules/").length > 1 ? [] : id.split("/packages/");
  if (inPackages !== undefined) return inPackages.replace("/src/", "/").split("/").slice(0, 2).join("/");
  return id.split("/node_modules/").at(-1)!.replace("\0", "").split("/")[0]!;
};

/** Kilobytes by part: the code as it stands before it is minified, as a share of the whole bundle. */
const weights = (chunks: ReadonlyArray<Chunk>): ReadonlyArray<readonly [string, number]> => {
  const byPart = new Map<string, number>();
  for (const { modules } of chunks) {
    for (const [id, { code }] of Object.entries(modules)) {
      byPart.set(partOf(id), (byPart.get(partOf(id)) ?? 0) + (code?.length ?? 0));
    }
  }
  const whole = [...byPart.values()].reduce((sum, each) => sum + each, 0);
  const scale = gzipped(chunks) / whole;
  return [...byPart].map(([part, length]) => [part, length * scale] as const).sort((one, other) => other[1] - one[1]);
};

const onlyBudgets = process.argv.includes("--budgets");
const chosen = bundles.filter(({ most }) => !onlyBudgets || most !== undefined);
interface Made {
  readonly whole: Loaded;
  readonly below?: Loaded;
}
const made = new Map<Bundle, Made>();
for (const each of chosen) {
  const { code, external, onTopOf } = each;
  if (onTopOf === undefined) made.set(each, { whole: await bundle(code, external) });
  else made.set(each, { whole: await bundle(onTopOf + code, external), below: await bundle(onTopOf, external) });
}
const added = (each: Bundle, part: keyof Loaded) => {
  const { whole, below } = made.get(each)!;
  return gzipped(whole[part]) - gzipped(below?.[part] ?? []);
};
const sizeOf = (each: Bundle) => added(each, "atOnce");
const laterOf = (each: Bundle) => added(each, "onDemand");

if (!onlyBudgets) {
  const [first] = bundles;
  table(
    ["minified and gzipped", "kB", "of core + /rxjs", "kB on demand"],
    bundles.map((each) => [
      each.name,
      sizeOf(each),
      `${(sizeOf(each) / sizeOf(first!)).toFixed(2)} ×`,
      laterOf(each) === 0 ? "" : laterOf(each),
    ]),
  );
  table(
    ["what weighs in core + /rxjs", "kB, by share of code"],
    weights(made.get(first!)!.whole.atOnce).filter(([, kB]) => kB > 0.2),
  );
}
require(
  chosen.flatMap((each) =>
    each.most === undefined
      ? []
      : [{ question: each.name, figure: sizeOf(each), unit: "kB", budget: { most: each.most } }],
  ),
);
