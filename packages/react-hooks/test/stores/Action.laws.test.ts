import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as Action from "../../src/stores/Action.ts";

const outcome = fc.record({ value: fc.nat(), fails: fc.boolean() });

describe("an action", () => {
  it("shows at rest the outcome of the run started last, in any order of their ends", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(outcome, { minLength: 1, maxLength: 6 }),
        async (scheduler, outcomes) => {
          const action = Action.make<number, number>();
          const runs = outcomes.map(({ value, fails }, index) =>
            action.run(index, () =>
              scheduler.schedule(Promise.resolve(), `run ${index}`).then(() => {
                if (fails) throw value;
                return value;
              }),
            ),
          );
          expect(action.snapshot()).toEqual({ _tag: "running", args: outcomes.length - 1 });
          const settled = Promise.allSettled(runs);
          await scheduler.waitFor(settled);
          const { value, fails } = outcomes.at(-1)!;
          const args = outcomes.length - 1;
          expect(action.snapshot()).toMatchObject(
            fails
              ? { _tag: "failed", args, error: { reason: { _tag: "Invalid" }, cause: value } }
              : { _tag: "done", args, value },
          );
          expect((await settled).map((one) => one.status)).toEqual(
            outcomes.map(({ fails }) => (fails ? "rejected" : "fulfilled")),
          );
        },
      ),
    );
  });

  it("when exclusive, never has two runs under way, whenever it is started, reset and let end", async () => {
    const moves = fc.array(fc.constantFrom("run", "reset", "end"), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(moves, async (all) => {
        const action = Action.make<number, string>({ exclusive: true });
        const underWay: Array<(value: number) => void> = [];
        let last: Promise<number> | undefined;
        let started = 0;
        for (const each of all) {
          if (each === "run") {
            last = action.run(`run ${started}`, () => {
              started++;
              return new Promise((resolve) => underWay.push(resolve));
            });
            expect(action.snapshot()).toEqual({ _tag: "running", args: `run ${started - 1}` });
          } else if (each === "reset") {
            action.reset();
            expect(action.snapshot()).toEqual({ _tag: "idle" });
          } else {
            const wasShown = action.snapshot()._tag === "running";
            const end = underWay.pop();
            end?.(started);
            if (end !== undefined) await last;
            if (end !== undefined && wasShown)
              expect(action.snapshot()).toEqual({ _tag: "done", args: `run ${started - 1}`, value: started });
          }
          expect(underWay.length).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it("a run that throws before it promised anything has failed", async () => {
    const action = Action.make<number, undefined>();
    const run = action.run(undefined, () => {
      throw new Error("no client");
    });
    await expect(run).rejects.toThrow("no client");
    expect(action.snapshot()).toMatchObject({
      _tag: "failed",
      error: { message: expect.stringContaining("no client") },
    });
  });
});
