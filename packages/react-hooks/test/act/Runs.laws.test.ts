import fc from "fast-check";
import { expect, it } from "vitest";
import * as Runs from "../../src/act/Runs.ts";

type Move = readonly ["begin", task: number] | readonly ["done" | "failed" | "echo", run: number];

const move: fc.Arbitrary<Move> = fc.oneof(
  fc.tuple(fc.constant("begin" as const), fc.nat(2)),
  fc.tuple(fc.constantFrom("done" as const, "failed" as const, "echo" as const), fc.nat(5)),
);

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

interface Run {
  readonly id: string;
  readonly index: number;
  readonly settle: (isDone: boolean) => void;
  echo: (() => void) | undefined;
  state: "under way" | "done" | "over";
}

it("shows the rows of every run under way and of those not echoed, the later run's where two change one task, and of no other", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(move, { maxLength: 20 }), async (moves) => {
      const all: Array<Run> = [];
      const runs = Runs.make(
        ({ id, index }: { id: string; index: number }) =>
          new Promise((resolve, reject) => {
            const settle = (isDone: boolean) => (isDone ? resolve(index) : reject(new Error("no")));
            all.push({ id, index, settle, echo: undefined, state: "under way" });
          }),
        ({ id, index }) => [{ id, priority: index }],
        ([row]) => {
          const run = all[row!.priority!]!;
          run.state = "done";
          return new Promise<void>((resolve) => {
            run.echo = () => resolve();
          });
        },
      );
      const outcomes: Array<Promise<unknown>> = [];
      for (const [kind, which] of moves) {
        const run = all[which];
        if (kind === "begin") outcomes.push(runs.perform({ id: `t${which}`, index: all.length }).catch(() => "failed"));
        else if (kind === "echo") {
          run?.echo?.();
          if (run?.echo !== undefined) run.state = "over";
        } else if (run?.state === "under way") {
          run.settle(kind === "done");
          if (kind === "failed") run.state = "over";
        }
        await turn();
        const expected = all.filter(({ state }) => state !== "over").map(({ id, index }) => [id, index]);
        expect([...runs.snapshot()].map(([id, { priority }]) => [id, priority]).toSorted()).toEqual(
          [...new Map(expected as Array<[string, number]>)].toSorted(),
        );
      }
      for (const { settle } of all) settle(true);
      expect(await Promise.all(outcomes)).toHaveLength(all.length);
    }),
  );
});

it("a run that changes what is shown already shows nothing once it is over", async () => {
  const runs = Runs.make(
    async () => "done",
    () => [{ id: "t1" }],
    () => undefined,
  );
  const run = runs.perform({});
  expect([...runs.snapshot().keys()]).toEqual(["t1"]);
  expect(await run).toBe("done");
  expect(runs.snapshot().size).toBe(0);
});
