import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

let folder: string;
const started = new Set<ChildProcess>();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "evalwire-main-"));
});
afterEach(() => {
  for (const child of started) child.kill("SIGKILL");
  started.clear();
  rmSync(folder, { recursive: true });
});

/** The program itself, from its sources, in a process of its own. */
const start = (...args: ReadonlyArray<string>) => {
  const child = spawn(process.execPath, ["--conditions=@evalwire/source", main, ...args], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", TMPDIR: folder, EVALWIRE_API_KEYS: "secret=ada" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  started.add(child);
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    err += chunk.toString();
  });
  const ended = once(child, "close").then(([code, signal]) => ({ code, signal, out, err }));
  /** Resolves with the first match in standard output; rejects when the program ends without one. */
  const says = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(out);
        if (match) resolve(match);
      };
      child.stdout.on("data", look);
      look();
      ended.then(({ code }) => reject(new Error(`ended with ${code} before it said ${pattern}: ${out}${err}`)));
    });
  return { child, ended, says };
};

const refusesConnections = (url: string) =>
  fetch(url).then(
    () => false,
    () => true,
  );

describe("the program", { timeout: 60_000 }, () => {
  it.each(["SIGINT", "SIGTERM"] as const)(
    "serve ends with 0 on %s, and leaves the port and the database behind",
    async (signal) => {
      const { child, ended, says } = start("serve", "--port", "0", "--database", "data.db");
      const [, url = ""] = await says(/listening +(\S+)/);
      await says(/Ctrl-C/);
      child.kill(signal);
      const { code, out, err } = await ended;
      expect({ code, err }).toEqual({ code: 0, err: "" });
      expect(out).toContain("stopped");
      expect(await refusesConnections(url)).toBe(true);
      expect(existsSync(join(folder, "data.db"))).toBe(true);
    },
  );

  it("a signal that comes twice at once, as launchers pass it on, is one wish", async () => {
    const { child, ended, says } = start("serve", "--port", "0", "--database", ":memory:");
    await says(/Ctrl-C/);
    child.kill("SIGINT");
    child.kill("SIGINT");
    expect((await ended).code).toBe(0);
  });

  it("demo is interrupted with 130, and both its ports are free again", async () => {
    const { child, ended, says } = start("demo", "--port", "0", "--database", "demo.db");
    const [, url = ""] = await says(/server +(\S+?),/);
    await says(/takes/);
    child.kill("SIGINT");
    const { code, out, err } = await ended;
    expect({ code, err }).toEqual({ code: 130, err: "evalwire: interrupted\n" });
    expect(out).not.toContain("\u001b");
    expect(await refusesConnections(url)).toBe(true);
  });

  it("demo --once --json writes JSON and nothing else, and leaves no file behind", async () => {
    const { code, out, err } = await start("demo", "--once", "--json").ended;
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const lines = out.trimEnd().split("\n");
    expect(lines.every((line) => typeof JSON.parse(line).type === "string")).toBe(true);
    expect(JSON.parse(lines.at(-1)!).type).toBe("summary");
    expect(existsSync(join(folder, "demo.db"))).toBe(false);
  });

  it("ends quietly when nobody reads on", async () => {
    const { child, ended } = start("demo", "--once", "--json");
    child.stdout.destroy();
    expect(await ended).toMatchObject({ code: 0, err: "" });
  });
});
