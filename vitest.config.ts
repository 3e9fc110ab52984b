import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

// Programs that tests start compile what they share once: each starts in less than half of the time.
process.env["NODE_COMPILE_CACHE"] ??= fileURLToPath(new URL("node_modules/.cache/node-compile", import.meta.url));

const laws = fileURLToPath(new URL("scripts/laws.ts", import.meta.url));
const leftAsFound = fileURLToPath(new URL("scripts/leftAsFound.ts", import.meta.url));

/** Tests of what a process loads first, or with modules of their own in the place of others: each such file gets its own modules. */
const isolated = "**/*.isolated.test.{ts,tsx}";

const alone = { include: ["test/**/*.isolated.test.{ts,tsx}"], exclude: ["**/node_modules/**"], isolate: true };

/**
 * Node loads the modules by itself, without Vite: nothing is transformed, and imports are not looked up at each use, so that they run
 * faster. What replaces modules, or has JSX, needs Vite.
 */
const loadedByNode = {
  execArgv: ["--conditions=@evalwire/source", "--disable-warning=ExperimentalWarning"],
  experimental: { viteModuleRunner: false, nodeLoader: false },
};

/**
 * One folder's tests: against the sources (export condition `@evalwire/source`), so that no build is needed.
 *
 * Files of one project share their modules, which halves the time of a run: a test that changes a module's state puts it back, and one
 * that leaves a global of the process changed fails (`scripts/leftAsFound.ts`).
 *
 * The time limit catches what hangs, on a machine however busy; no test measures time.
 */
const project = (
  root: string,
  setupFiles: ReadonlyArray<string> = [],
  environment = "node",
  own: TestProjectInlineConfiguration["test"] = {},
): TestProjectInlineConfiguration => ({
  root,
  resolve: { conditions: ["@evalwire/source"] },
  ssr: { resolve: { conditions: ["@evalwire/source"] } },
  test: {
    name: root.split("/").at(-1)!,
    include: ["test/**/*.test.{ts,tsx}"],
    exclude: [isolated, "**/node_modules/**"],
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    setupFiles: [leftAsFound, laws, ...setupFiles],
    environment,
    ...own,
  },
});

/** Several folders' tests, which share their modules: for each folder alone every worker would compile and load nearly the same anew. */
const together = (
  name: string,
  folders: ReadonlyArray<string>,
  own: TestProjectInlineConfiguration["test"] = {},
): TestProjectInlineConfiguration =>
  project(".", [], "node", {
    ...own,
    name,
    include: folders.map((folder) => `${folder}/test/**/*.test.{ts,tsx}`),
  });

/** The same tests with the oldest React the hooks run on in the place of the newest. */
const onReact18 = (own: TestProjectInlineConfiguration): TestProjectInlineConfiguration => {
  const folder = fileURLToPath(new URL("packages/react-hooks/react18/node_modules/", import.meta.url));
  const alias = ["react-dom", "react", "@testing-library/react"].map((name) => ({
    find: new RegExp(`^${name}(?=$|/)`),
    replacement: folder + name,
  }));
  return { ...own, resolve: { ...own.resolve, alias } };
};

/** Files that take longest, most of it waiting: for other processes, browsers and servers. The longest first. */
const long = [
  "packages/cli/test/foreignText",
  "simulation/test/simulate",
  "simulation/test/",
  "packages/cli/test/dashboard/page/",
  "packages/cli/test/main",
  "packages/cli/test/",
  "packages/fleet/test/createFleet",
  "packages/fleet/test/operations/",
  "packages/fleet/test/shard/",
  "packages/fleet/test/",
  "packages/server/test/storm",
  "packages/server/test/",
  "packages/relay/test/",
  "examples/test/",
];

/** Begins with the longest files: while they wait, others compute, and no worker is left with a long one at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: Array<TestSpecification>): Promise<Array<TestSpecification>> {
    const rankOf = ({ moduleId }: TestSpecification) => {
      const rank = long.findIndex((part) => moduleId.includes(`/${part}`));
      return rank === -1 ? long.length : rank;
    };
    const firstOf = new Map<string, number>();
    for (const file of files) {
      const { name } = file.project;
      firstOf.set(name, Math.min(rankOf(file), firstOf.get(name) ?? long.length));
    }
    const sorted = await super.sort(files);
    // The files of a project stay together: a worker that goes on with another project loads its modules anew.
    return sorted.sort((a, b) => firstOf.get(a.project.name)! - firstOf.get(b.project.name)! || rankOf(a) - rankOf(b));
  }
}

export default defineConfig({
  test: {
    // Many tests wait for other processes, for browsers and for servers, and leave the processors to others meanwhile.
    maxWorkers: availableParallelism() + 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      // By itself: a server in the same process would put the WebAssembly kernels under its figures.
      project("packages/metrics"),
      // Once more with the WebAssembly kernels under them: the figures and laws of what they compute. The other tests call JavaScript
      // by its own name, or nothing that counts tokens.
      project("packages/metrics", ["test/wasm/setup.ts"], "node", {
        name: "metrics-wasm",
        include: [
          "test/rouge/rouge.{test,laws.test}.ts",
          "test/ngram/{bleu,chrf,gleu,sacreBleu}.test.ts",
          "test/ngram/ngramMetrics.laws.test.ts",
          "test/answer/{f1,answer.laws}.test.ts",
          "test/config/{computeMetrics,params.laws,scorers}.test.ts",
          "test/{index,meteor,meteor.laws}.test.ts",
        ],
      }),
      // Time stands still until a test moves it, nearly everywhere.
      together("simulated", ["packages/core", "packages/tasks", "simulation"], loadedByNode),
      project("apps/dashboard"),
      // Sockets, disks, other processes and browsers take their time.
      together("real", ["packages/relay", "packages/fleet", "packages/server", "packages/cli"], loadedByNode),
      project("examples"),
      project(".", [], "node", {
        name: "isolated",
        ...alone,
        include: ["packages/{core,cli}/test/**/*.isolated.test.ts"],
      }),
      project("packages/react-hooks", ["test/setup.ts"], "happy-dom"),
      project("packages/react-hooks", ["test/setup.ts"], "happy-dom", { name: "react-hooks-isolated", ...alone }),
      onReact18(project("packages/react-hooks", ["test/setup.ts"], "happy-dom", { name: "react-hooks-18" })),
      onReact18(
        project("packages/react-hooks", ["test/setup.ts"], "happy-dom", { name: "react-hooks-18-isolated", ...alone }),
      ),
    ],
  },
});
