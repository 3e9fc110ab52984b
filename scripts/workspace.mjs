// The commands of the README, on a machine that has Node 20, npm and git: brings pnpm and Node 24 with
// `npx` and the lock file, builds, then hands over. Everything before the hand-over goes to stderr, so that
// stdout has only the output of the command itself.
//
//   node scripts/workspace.mjs VERB [arguments…]
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const [verb, ...rest] = process.argv.slice(2);

const environment = { ...process.env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1", NO_UPDATE_NOTIFIER: "1" };
// npm hands its own settings down as environment variables; pnpm would read (and warn about) them.
for (const name of Object.keys(environment)) {
  if (/^npm_config_(?!registry$|cache$|.*proxy$|cafile$)/i.test(name)) delete environment[name];
}

/** Runs one preparatory command with its output on stderr; ends the program when it fails. */
const prepare = (...args) => {
  const shown = spawnSync("npx", ["--yes", packageManager, ...args], {
    cwd: root,
    env: environment,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (shown.error) {
    console.error(`evalwire: could not run npx (${shown.error.message}). Node 20 or later with npm is needed.`);
    process.exit(1);
  }
  if (shown.status !== 0) {
    console.error(`evalwire: "pnpm ${args.join(" ")}" failed with exit code ${shown.status}; its output is above.`);
    process.exit(shown.status ?? 1);
  }
};

/** Hands over to `command`: same standard streams, signals passed on, its exit code becomes ours. */
const handOver = (command, args) => {
  const child = spawn(command, args, { cwd: root, env: environment, stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    console.error(`evalwire: could not start ${command}: ${error.message}`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
};

/** Programs that run from source. */
const fromSource = {
  simulate: "simulation/main.ts",
  "simulate:expiry": "simulation/expiry/main.ts",
  "simulate:work": "simulation/work/main.ts",
  storm: "packages/server/test/storm/main.ts",
  soak: "packages/server/test/soak/main.ts",
  "storm:fleet": "packages/fleet/test/storm/main.ts",
};
const verbs = ["start", "serve", ...Object.keys(fromSource), "verify", "consumer", "docs", "version", "publish"];
if (!verbs.includes(verb)) {
  console.error(`evalwire: unknown verb "${verb ?? ""}"; known are ${verbs.join(", ")}.`);
  process.exit(2);
}

prepare("install", "--frozen-lockfile", "--reporter=append-only");

const node = join(root, "node_modules", "node", "bin", "node");
if (!existsSync(node)) {
  console.error(`evalwire: the pinned Node is missing at ${node}; remove node_modules and try again.`);
  process.exit(1);
}
environment.PATH = [join(root, "node_modules", ".bin"), dirname(node), environment.PATH].join(
  process.platform === "win32" ? ";" : ":",
);

const cli = join(root, "packages", "cli", "dist", "evalwire.js");
switch (verb) {
  case "start":
  case "serve":
    prepare("exec", "turbo", "run", "build", "--output-logs=errors-only", "--no-update-notifier");
    handOver(node, [cli, verb === "start" ? "demo" : "serve", ...rest]);
    break;
  case "consumer":
    handOver(node, [join(root, "scripts", "consumer", "consumer.mjs"), ...rest]);
    break;
  case "docs":
    handOver(node, [
      join(root, "apps", "docs", "build.mjs"),
      ...(rest.includes("--check") ? [] : ["--serve"]),
      ...rest,
    ]);
    break;
  case "publish":
    handOver(node, [join(root, "scripts", "release", "publish.mjs"), ...rest]);
    break;
  case "version":
    handOver(join(root, "node_modules", ".bin", "changeset"), ["version", ...rest]);
    break;
  case "verify":
    handOver("npx", ["--yes", packageManager, "run", "verify", ...rest]);
    break;
  default:
    handOver(node, ["--conditions=@evalwire/source", join(root, fromSource[verb]), ...rest]);
}
