/**
 * A user-triggered async action and its state.
 *
 * 1. What is shown is the outcome of the run started last: an older one that ends later changes nothing.
 * 2. An exclusive action that is still running is not started again: whoever asks gets the running one's promise.
 * 3. A run is never cancelled because nobody looks at it any more: its effect on the server is done or not, and its promise says which.
 */
import { Listeners } from "./Listeners.ts";
import type { Store } from "./Store.ts";

export type ActionState<A> =
  | { readonly _tag: "idle" }
  | { readonly _tag: "running" }
  | { readonly _tag: "done"; readonly value: A }
  | { readonly _tag: "failed"; readonly error: unknown };

export interface Action<A> extends Store<ActionState<A>> {
  /** Starts a run; settles as it does. */
  run(start: () => Promise<A>): Promise<A>;
  /** Forgets the outcome. A run that is under way goes on and is not shown. */
  reset(): void;
}

const idle = { _tag: "idle" } as const;

export const make = <A>(options: { readonly exclusive?: boolean } = {}): Action<A> => {
  const listeners = new Listeners();
  let state: ActionState<A> = idle;
  /** The run whose outcome is shown. */
  let shown: Promise<A> | undefined;
  /** The run started last, while it is under way. */
  let running: Promise<A> | undefined;

  const show = (run: Promise<A> | undefined, next: ActionState<A>) => {
    shown = run;
    state = next;
    listeners.notify();
  };
  const end = (run: Promise<A>, next: ActionState<A>) => {
    if (running === run) running = undefined;
    if (shown === run) show(run, next);
  };

  return {
    snapshot: () => state,
    initial: () => idle,
    onChange: (listener) => listeners.add(listener),
    reset: () => {
      if (state !== idle) show(undefined, idle);
    },
    run: (start) => {
      if (!options.exclusive || running === undefined) {
        const run = new Promise<A>((resolve) => resolve(start()));
        running = run;
        run.then(
          (value) => end(run, { _tag: "done", value }),
          (error: unknown) => end(run, { _tag: "failed", error }),
        );
      }
      if (shown !== running) show(running, { _tag: "running" });
      return running;
    },
  };
};
