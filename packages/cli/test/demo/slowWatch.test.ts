import { describe, expect, it } from "vitest";
import { cases } from "../../src/demo/cases/index.ts";
import { brisk } from "../../src/demo/Pace.ts";
import { annotators, auditor, lead, perform } from "../../src/demo/perform.ts";
import * as Stage from "../../src/demo/Stage.ts";

describe("the demo where people are quicker than the watch", () => {
  it.for(["1", "20", "22", "24"])("ends, and shows what the server has at last (seed %s)", async (seed) => {
    const users = [lead, auditor, ...annotators.map(({ name }) => name)];
    const stage = await Stage.simulated({ users, claimSeconds: brisk.claimSeconds, database: ":memory:", seed });
    const redone: Array<string> = [];
    const outcome = await stage.until(
      perform({
        stage,
        pace: { ...brisk, polling: ["20 seconds", "30 seconds"] },
        seed,
        signal: new AbortController().signal,
        onCreated: () => undefined,
        onEvent: (event) => {
          if (event.type === "task.updated" && event.current.status === "COMPLETED") redone.push(event.taskId);
        },
      }),
    );
    await stage.close();
    expect(redone.length).toBeGreaterThan(0);
    expect(outcome.disagreements).toBe(0);
    expect(Object.keys(outcome.tasks).toSorted()).toEqual(["COMPLETED", "FIXED"]);
    expect(outcome.snapshot.tasks.size).toBe(cases.length);
  });
});
