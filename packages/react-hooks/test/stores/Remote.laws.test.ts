import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as Remote from "../../src/stores/Remote.ts";

/** A fetch under way, or one that was interrupted. */
interface Waiting {
  readonly settle: (isDone: boolean) => void;
  readonly signal: AbortSignal;
  readonly isExtension: boolean;
}

describe("a remote value", () => {
  it("shows at rest the result of the last fetch, in any order of answers", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(fc.boolean(), { maxLength: 5 }), async (scheduler, reloadFails) => {
        const fails = [false, ...reloadFails];
        let fetches = 0;
        const remote = Remote.make<number>(async () => {
          const mine = fetches++;
          await scheduler.schedule(Promise.resolve(), `answer ${mine}`);
          if (fails[mine]) throw mine;
          return mine;
        });
        const leave = remote.onChange(() => undefined);
        for (const _ of reloadFails) remote.reload();
        await scheduler.waitIdle();
        const { value, error, isLoading } = remote.snapshot();
        expect(isLoading).toBe(false);
        expect(fails.at(-1) ? error?.cause : value).toBe(fails.length - 1);
        leave();
      }),
    );
  });

  it("loses no extension, with any fetches meanwhile, and interrupts none", async () => {
    const move = fc.constantFrom("reload", "repeat", "extend", "answer", "fail");
    await fc.assert(
      fc.asyncProperty(fc.array(move, { maxLength: 12 }), async (moves) => {
        /** The fetches that wait for their answer, the oldest first. */
        const waiting: Array<Waiting> = [];
        const over: Array<AbortSignal> = [];
        let pages = 1;
        let isExtending = false;
        let repeat = () => {};
        const fetching = (signal: AbortSignal, isExtension: boolean, value: () => number) =>
          new Promise<number>((resolve, reject) => {
            const settle = (isDone: boolean) => {
              if (!signal.aborted) over.push(signal);
              if (isDone) resolve(value());
              else reject(new Error("down"));
            };
            waiting.push({ settle, signal, isExtension });
          });
        const remote = Remote.make<number>((signal, before = 1) => fetching(signal, false, () => before), {
          onStart: (reload) => {
            repeat = reload;
            return () => undefined;
          },
        });
        const extend = (signal: AbortSignal, before = 1) =>
          fetching(signal, true, () => {
            isExtending = false;
            return before + 1;
          });
        const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
        const answer = async (isDone: boolean) => {
          const oldest = waiting.shift();
          oldest?.settle(isDone || oldest.isExtension);
          await turn();
        };
        remote.onChange(() => undefined);
        await turn();
        for (const each of moves) {
          if (each === "reload") remote.reload();
          else if (each === "repeat") repeat();
          else if (each === "extend") {
            if (!isExtending) pages++;
            isExtending = true;
            remote.extend(extend);
          } else await answer(each === "answer");
          expect(waiting.filter(({ signal }) => !signal.aborted).length).toBeLessThanOrEqual(1);
        }
        remote.reload();
        while (waiting.length > 0) await answer(true);
        expect(remote.snapshot()).toEqual({ value: pages, error: undefined, isLoading: false });
        expect(over.some(({ aborted }) => aborted)).toBe(false);
      }),
    );
  });

  it("changes nothing without listeners, and has aborted the fetch under way", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const signals: Array<AbortSignal> = [];
        const remote = Remote.make((signal) => {
          signals.push(signal);
          return scheduler.schedule(Promise.resolve(1), "answer");
        });
        let heard = 0;
        const leave = remote.onChange(() => heard++);
        scheduler.schedule(Promise.resolve(), "leave").then(leave);
        await scheduler.waitIdle();
        const before = remote.snapshot();
        remote.reload();
        expect(signals.length).toBe(1);
        expect(signals[0]!.aborted).toBe(before.isLoading);
        expect(heard).toBe(before.isLoading ? 0 : 1);
      }),
    );
  });

  it("keeps its value while it is fetched again, and when that fails", async () => {
    let fails = false;
    const remote = Remote.make(async () => {
      if (fails) throw new Error("gone");
      return "there";
    });
    remote.onChange(() => undefined);
    await new Promise<void>((resolve) => queueMicrotask(resolve));
    await new Promise<void>((resolve) => queueMicrotask(resolve));
    expect(remote.snapshot()).toEqual({ value: "there", error: undefined, isLoading: false });
    fails = true;
    remote.reload();
    expect(remote.snapshot()).toEqual({ value: "there", error: undefined, isLoading: true });
    await new Promise<void>((resolve) => queueMicrotask(resolve));
    await new Promise<void>((resolve) => queueMicrotask(resolve));
    expect(remote.snapshot()).toMatchObject({ value: "there", error: { cause: new Error("gone") }, isLoading: false });
  });

  it("fetches nothing until there is a listener, once for all listeners", () => {
    let fetches = 0;
    const remote = Remote.make(async () => fetches++);
    expect(remote.snapshot().isLoading).toBe(true);
    expect(fetches).toBe(0);
    remote.onChange(() => undefined);
    remote.onChange(() => undefined);
    expect(fetches).toBe(1);
  });
});
