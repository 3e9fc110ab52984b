/** The program's own help needs no command's modules, and says what they would. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { afterAll, expect, it } from "vitest";
import { dashboard } from "../src/dashboard.ts";
import { demo } from "../src/demo.ts";
import { fleet } from "../src/fleet.ts";
import { outlines } from "../src/outline.ts";
import { preflight } from "../src/preflight.ts";
import { score } from "../src/score.ts";
import { serve } from "../src/serve.ts";
import * as Terminal from "../src/terminal/Terminal.ts";
import { watch } from "../src/watch.ts";
import { evalwire } from "./session.ts";

const folder = mkdtempSync(join(tmpdir(), "evalwire-outline-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("is what the commands declare, in their order", () => {
  const silent = { write: () => true };
  const terminal = Terminal.make({ out: silent, err: silent, env: {} });
  const session = { terminal, env: {}, stop: new AbortController().signal, stdin: () => process.stdin };
  const program = new Command("evalwire");
  for (const declare of [demo, serve, dashboard, watch, score, preflight, fleet]) declare(program, session);
  const help = program.createHelp();
  const term = (name: string, takes: ReadonlyArray<string>, hasOptions: boolean) =>
    [name, ...(hasOptions ? ["[options]"] : []), ...takes].join(" ");
  expect(outlines.map((one) => [term(one.name, one.takes, one.hasOptions), one.description])).toEqual(
    program.commands.map((one) => [help.subcommandTerm(one), one.description()]),
  );
});

it("help of a command that is named behind help is the command's own", async () => {
  const { exitCode, lines } = await evalwire(["help", "worker"]);
  expect(exitCode).toBe(0);
  expect(lines.join("\n")).toContain("Usage: evalwire worker [options]");
  expect(lines.join("\n")).toContain("--workers <count>");
});

it("a misspelt command gets the nearest one", async () => {
  const { exitCode, notes } = await evalwire(["scor", "x.jsonl"]);
  expect(exitCode).toBe(2);
  expect(notes.join("\n")).toContain("(Did you mean score?)");
});

const hooks = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from "node:module";
  const seen = [];
  registerHooks({ load: (url, context, next) => (seen.push(url), next(url, context)) });
  process.on("exit", () => console.error("\\nLOADED " + JSON.stringify(seen)));
`)}`;

/** Addresses of the modules that a process of its own loads. */
const loadedBy = (args: ReadonlyArray<string>, entry = new URL("../src/evalwire.ts", import.meta.url)) => {
  const main = fileURLToPath(entry);
  const flags = ["--disable-warning=ExperimentalWarning", "--conditions=@evalwire/source", "--import", hooks];
  const { stderr, status } = spawnSync(process.execPath, [...flags, main, ...args], { encoding: "utf8" });
  expect(status, stderr).toBe(0);
  return JSON.parse(stderr.slice(stderr.lastIndexOf("\nLOADED ") + 8)) as ReadonlyArray<string>;
};

it("--version loads no command, no effect and no server", () => {
  const loaded = loadedBy(["--version"]);
  expect(loaded.length).toBeGreaterThan(5);
  expect(loaded.filter((url) => /node_modules\/(effect|@nats-io|jose)\/|packages\/(?!cli\/)/.test(url))).toEqual([]);
});

/** The most modules that help of a command may load: about a tenth more than it does. */
it.each([
  ["serve", 390, /packages\/relay\/|packages\/core\/src\/SGPClient|node_modules\/(jose|@nats-io)\//],
  ["fleet", 31, /packages\/(?!cli\/)|node_modules\/(effect|jose|@nats-io)\//],
])("%s loads what a page, a relay or a fleet needs only where it uses them", (name, most, needless) => {
  const loaded = loadedBy(["help", name]);
  expect(loaded.some((url) => url.endsWith(`/cli/src/${name}.ts`))).toBe(true);
  expect(loaded.filter((url) => needless.test(url))).toEqual([]);
  expect(loaded.length).toBeLessThan(most);
});

it("a queue of work loads nothing that watches", () => {
  const loaded = loadedBy([], new URL("../../fleet/src/queue.ts", import.meta.url));
  expect(loaded.some((url) => url.includes("/fleet/src/corpus/"))).toBe(true);
  expect(
    loaded.filter((url) => /packages\/core\/(?!src\/contract\/unknownNames)|fleet\/src\/shard\//.test(url)),
  ).toEqual([]);
});

it.each([
  ["rouge", false],
  ["levenshtein", true],
  ["regex", true],
])("a score by %s loads the extended metrics only where it needs them", (type, isExtended) => {
  const config = join(folder, `${type}.json`);
  const records = join(folder, "records.jsonl");
  const params = type === "regex" ? { pattern: "a+" } : {};
  writeFileSync(config, JSON.stringify({ components: [{ name: "m", type, params }] }));
  writeFileSync(records, '{"test_case_data":{"expected_output":"a b"},"test_case_output":{"output":"a c"}}\n');
  const loaded = loadedBy(["score", "--config", config, records]);
  expect(loaded.some((url) => url.includes("/metrics/src/config/"))).toBe(true);
  expect(loaded.some((url) => /re2js|metrics\/src\/extended\//.test(url))).toBe(isExtended);
  expect(loaded.some((url) => /score\/Comparison|packages\/(core|server|fleet|relay)\//.test(url))).toBe(false);
});
