/** A server of its own process, killed while it writes: every write it answered with 200 is there when it comes back. */
import { type ChildProcess, spawn } from "node:child_process";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import type { Chance } from "./Chance.ts";

export interface Served {
  readonly url: string;
  readonly child: ChildProcess;
}

/** A server on this file, once it listens. */
export const serve = (file: string): Promise<Served> => {
  const script = fileURLToPath(new URL("../child.ts", import.meta.url));
  const child = spawn(process.execPath, ["--conditions=@evalwire/source", "--no-warnings", script, file], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
    child.stdout!.once("data", (line: Buffer) => resolve({ url: line.toString().trim(), child }));
  });
};

export const end = ({ child }: Served, signal: "SIGKILL" | "SIGTERM" = "SIGKILL"): Promise<void> =>
  new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill(signal);
  });

const path = "/v4/application-specs";
const headers = { "x-api-key": "key-ada", "content-type": "application/json" };

/** Writes from six sides until `count` more are acknowledged, kills, and gives the ids that were. */
const writeUntilKilled = async (served: Served, count: number): Promise<ReadonlyArray<string>> => {
  const acknowledged: Array<string> = [];
  let killed: Promise<void> | undefined;
  const writer = async () => {
    while (killed === undefined) {
      const body = JSON.stringify({ account_id: "acme", name: `spec ${acknowledged.length}`, description: "d" });
      const response = await fetch(served.url + path, { method: "POST", headers, body });
      const made = (await response.json()) as { id: string };
      if (response.status !== 200) throw new Error(`a write was answered with ${response.status}`);
      acknowledged.push(made.id);
      if (acknowledged.length >= count) killed ??= end(served);
    }
  };
  const all = await Promise.allSettled(Array.from({ length: 6 }, writer));
  await killed;
  // After the kill every request fails; before it none may.
  const failed = all.find((one) => one.status === "rejected" && !/fetch failed|terminated/.test(String(one.reason)));
  if (failed?.status === "rejected") throw failed.reason;
  return acknowledged;
};

const check = (file: string, acknowledged: ReadonlyArray<string>): void => {
  const database = new DatabaseSync(file);
  const integrity = database.prepare("PRAGMA integrity_check").get() as { integrity_check: string };
  if (integrity.integrity_check !== "ok") throw new Error(`the database is damaged: ${integrity.integrity_check}`);
  const one = database.prepare("SELECT 1 FROM documents WHERE kind = 'application_spec' AND id = ?");
  const lost = acknowledged.filter((id) => one.get(id) === undefined);
  database.close();
  if (lost.length > 0) throw new Error(`${lost.length} of ${acknowledged.length} acknowledged writes are lost`);
};

/** Kills the server `kills` times on one file; the number of writes that were acknowledged, all of which were found again. */
export const killStorm = async (file: string, chance: Chance, kills: number): Promise<number> => {
  const acknowledged: Array<string> = [];
  for (let kill = 0; kill < kills; kill++) {
    acknowledged.push(...(await writeUntilKilled(await serve(file), 1 + chance.below(40))));
    check(file, acknowledged);
  }
  return acknowledged.length;
};
