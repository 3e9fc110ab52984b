/**
 * The election among the tabs of one browser: the office is a Web Lock.
 *
 * 1. A tab that closes or crashes gives the lock back by itself, and the next in line is elected.
 * 2. A frozen tab keeps its lock and its timers stand still: a tab that has heard nothing of the one in office for two beats takes
 *    the lock from it. A hidden tab, whose timers may come once a minute, waits two minutes.
 * 3. The browser notifies a tab that loses the lock, at the latest when it thaws.
 */
import type * as Clock from "effect/Clock";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import type { Environment } from "../watch/time/Environment.ts";

/** The part of `navigator.locks` that is used. */
export interface Locks {
  request(
    name: string,
    options: { readonly steal?: boolean; readonly mode?: "shared"; readonly signal?: AbortSignal },
    held: () => Promise<unknown>,
  ): Promise<unknown>;
  /** The locks that are held just now. Where it is missing a tab cannot know that it is the only one. */
  query?(): Promise<{ readonly held?: ReadonlyArray<{ readonly name?: string }> }>;
}

export interface Office {
  readonly lost: AbortSignal;
  readonly release: () => void;
}

interface Parts {
  readonly name: string;
  readonly locks: Locks;
  readonly clock: Clock.Clock;
  readonly random: () => number;
  readonly environment: Environment;
  readonly beatMillis: number;
  /** When the one in office was last heard of, in monotonic milliseconds. */
  readonly heardAt: () => number;
  /** Given what takes the office at once, for as long as it is waited for. */
  readonly onWait: (claim: () => void) => void;
}

const hiddenPatienceMillis = 120_000;

/** Waits in line for the office, and takes it from one that is frozen. Rejects with the signal's reason. */
export const takeOffice = (parts: Parts, signal: AbortSignal): Promise<Office> => {
  const { name, locks, clock, random, environment, beatMillis, heardAt, onWait } = parts;
  const now = () => Number(clock.monotonicTimeNanosUnsafe()) / 1e6;
  // So that not all of them take it at once.
  const jitter = random() * beatMillis;

  return new Promise((resolve, reject) => {
    let inLine = new AbortController();
    let isOver = false;
    const lost = new AbortController();

    const over = () => {
      isOver = true;
      signal.removeEventListener("abort", abort);
      void Effect.runPromise(Fiber.interrupt(waiting));
    };
    const held = (): Promise<unknown> => {
      if (isOver) return Promise.resolve();
      over();
      return new Promise<void>((release) => resolve({ lost: lost.signal, release }));
    };
    const request = (options: Parameters<Locks["request"]>[1]) => {
      let isRejected = false;
      // A lock may be taken between its granting and the call that reports it.
      const granted = () => (isRejected ? Promise.resolve() : held());
      locks.request(name, options, granted).catch((error: unknown) => {
        isRejected = true;
        if (options.signal?.aborted === true) return;
        const isStolen = (error as { readonly name?: unknown } | null)?.name === "AbortError";
        // Taken by another tab, perhaps before this tab learned that it had the lock.
        if (isOver) lost.abort();
        else if (isStolen) enter();
        else {
          over();
          reject(error);
        }
      });
    };
    const enter = () => {
      inLine = new AbortController();
      request({ signal: inLine.signal });
    };
    const steal = () => {
      if (isOver) return;
      inLine.abort();
      request({ steal: true });
    };
    const abort = () => {
      inLine.abort();
      if (isOver) return;
      over();
      reject(signal.reason);
    };
    const silentAt = () => {
      const patience = environment.isVisible() ? 2 * beatMillis + jitter : hiddenPatienceMillis + jitter;
      return Math.max(stolenAt, heardAt()) + patience;
    };
    let stolenAt = now();
    const waiting = Effect.runFork(
      Effect.gen(function* () {
        while (!isOver) {
          const left = silentAt() - now();
          if (left > 0) yield* clock.sleep(Duration.millis(Math.max(1, Math.ceil(Math.min(beatMillis, left)))));
          else {
            stolenAt = now();
            steal();
          }
        }
      }),
    );
    onWait(steal);
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    enter();
  });
};
