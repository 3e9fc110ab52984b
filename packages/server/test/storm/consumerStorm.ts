/**
 * A consumer of its own process, killed at random moments while an evaluation lives on: nothing is lost to it, and only the event it had
 * in hand comes twice.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { SGPClient } from "@evalwire/core";
import { createServer } from "../../src/index.ts";
import type { Chance } from "./Chance.ts";
import { evaluationOf } from "./evaluationOf.ts";

interface Line {
  readonly what: "began" | "handled";
  readonly id: string;
  readonly taskId?: string;
  readonly previous?: Row | null;
  readonly current?: Row | null;
}

interface Row {
  readonly id: string;
  readonly status: string;
  readonly assigned_to: string | null;
}

export interface ConsumerStorm {
  readonly kills: number;
  readonly handled: number;
  /** Events that were handled twice: each was in hand when its process was killed. */
  readonly twice: number;
}

const begin = (args: ReadonlyArray<string>): Promise<ChildProcess> => {
  const script = fileURLToPath(new URL("consumer.ts", import.meta.url));
  const child = spawn(process.execPath, ["--conditions=@evalwire/source", "--no-warnings", script, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the consumer ended with ${code}`)));
    child.stdout!.once("data", () => {
      child.removeAllListeners("exit");
      resolve(child);
    });
  });
};

const kill = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });

const linesOf = (folder: string): ReadonlyArray<Line> => {
  const log = join(folder, "log");
  if (!existsSync(log)) return [];
  return readFileSync(log, "utf8")
    .split("\n")
    .filter((line) => line.endsWith("}"))
    .map((line) => JSON.parse(line) as Line);
};

/** The events a consumer has handled, against the allowed ones: a chain for each task, broken nowhere. */
class Handled {
  readonly rows = new Map<string, Row>();
  count = 0;
  twice = 0;
  readonly #ids = new Set<string>();
  #last: Line | undefined;
  /** Of tasks with an event that was in hand: the state before it. It may take several processes until it comes again. */
  readonly #inHand = new Map<string, string>();
  #at = 0;

  /** Another process takes over: what was in hand comes again, as it was or joined with what has changed since. */
  restarted(): void {
    if (this.#last !== undefined) this.#inHand.set(this.#last.taskId!, JSON.stringify(this.#last.previous));
  }

  take(lines: ReadonlyArray<Line>): void {
    const fresh = lines.slice(this.#at);
    this.#at = lines.length;
    for (const line of fresh) {
      if (line.what === "began") continue;
      const isSame = (one: Line | undefined) =>
        JSON.stringify([one?.previous, one?.current]) === JSON.stringify([line.previous, line.current]);
      const known = JSON.stringify(this.rows.get(line.taskId!) ?? null);
      // The one in hand is the last that was handled: any event after it has not been.
      if (line.id === this.#last?.id) this.twice++;
      else if (this.#ids.has(line.id)) throw new Error(`${line.id} was not in hand, and comes twice`);
      this.#ids.add(line.id);
      const isOfHand = this.#inHand.get(line.taskId!) === JSON.stringify(line.previous);
      if (!isOfHand && !isSame(this.#last) && known !== JSON.stringify(line.previous)) {
        throw new Error(`${line.id} does not follow what was handled: ${JSON.stringify([known, line.previous])}`);
      }
      this.#inHand.delete(line.taskId!);
      this.count++;
      if (line.current === null || line.current === undefined) this.rows.delete(line.taskId!);
      else this.rows.set(line.taskId!, line.current);
      this.#last = line;
    }
  }
}

/**
 * @param folder an empty one
 * @param manner whether the consumer saves `cursor()` itself, or with `persistCursor`
 */
export const consumerStorm = async (
  folder: string,
  chance: Chance,
  kills: number,
  manner: "plain" | "kept",
): Promise<ConsumerStorm> => {
  mkdirSync(folder, { recursive: true });
  const server = await createServer({ apiKeys: { "key-ada": "ada", "key-ben": "ben" }, seed: chance.below(1e9) });
  const listening = await server.listen({ port: 0 });
  const ben = new SGPClient({ apiKey: "key-ben", baseURL: "http://evalwire.localhost", fetch: server.fetch });
  const handled = new Handled();
  let isOver = false;
  try {
    const evaluation = await evaluationOf(ben, 30);
    const list = () =>
      ben.evaluations.testCaseResults.list({ evaluation_id: evaluation.id, view: ["Task"], limit: 100 });
    const results = (await list()).items;
    // Others give tasks to one another without end.
    const living = (async () => {
      while (!isOver) {
        const task = results[chance.below(results.length)]!.task!;
        const assigned_to = chance.of(["ada", "ben"]);
        await ben.evaluations.tasks.update({ evaluation_id: evaluation.id, task_id: task.id, assigned_to });
        await setTimeout(chance.below(12));
      }
    })();
    const args = [listening.url, evaluation.id, folder, manner];
    for (let count = 0; count < kills; count++) {
      const child = await begin(args);
      // Most often it is killed at work, sometimes before.
      const before = linesOf(folder).length;
      const isEarly = chance.next() < 0.1;
      for (let turn = 0; !isEarly && turn < 200 && linesOf(folder).length === before; turn++) await setTimeout(20);
      await setTimeout(chance.below(700));
      await kill(child);
      handled.take(linesOf(folder));
      handled.restarted();
    }
    isOver = true;
    await living;
    const child = await begin(args);
    const holders = new Map((await list()).items.map(({ task }) => [task!.id, JSON.stringify(task!.assigned_to)]));
    const isLevel = () =>
      holders.size === handled.rows.size &&
      [...handled.rows.values()].every(({ id, assigned_to }) => holders.get(id)?.includes(`"${assigned_to}"`));
    for (let turn = 0; turn < 300; turn++) {
      await setTimeout(50);
      handled.take(linesOf(folder));
      if (isLevel()) break;
    }
    await kill(child);
    if (!isLevel()) throw new Error("what was handled does not add up to what the server has: something was lost");
  } finally {
    isOver = true;
    await listening.close();
    await server.close();
  }
  return { kills: kills + 1, handled: handled.count, twice: handled.twice };
};
