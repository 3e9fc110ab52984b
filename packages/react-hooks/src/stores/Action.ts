/**
 * A user-triggered async action and its state.
 *
 * 1. It shows the outcome of the run started last: an older one that ends later changes nothing.
 * 2. An exclusive action that is still running is not started again: callers get the running one's promise.
 * 3. A run is never cancelled because no component shows it any more: its effect on the server is done or not, and its promise says which.
 */
import type { SgpError } from "@evalwire/core";
import { cell, type Store } from "./Store.ts";
import { sgpErrorOf } from "./sgpErrorOf.ts";

export type ActionState<A, Args = unknown> =
  | { readonly _tag: "idle" }
  | { readonly _tag: "running"; readonly args: Args }
  | { readonly _tag: "done"; readonly args: Args; readonly value: A }
  /** Nothing of it is shown any more; `args` is what to try again with. */
  | { readonly _tag: "failed"; readonly args: Args; readonly error: SgpError };

/** The state of a run that is over. */
export type Ended<A, Args> = Extract<ActionState<A, Args>, { readonly _tag: "done" | "failed" }>;

export interface Action<A, Args> extends Store<ActionState<A, Args>> {
  /** Starts a run; settles as it does. `onEnd` is called once it is over and shown, for the call that started it. */
  run(args: Args, start: () => Promise<A>, onEnd?: (state: Ended<A, Args>) => void): Promise<A>;
  /** Forgets the outcome. A run that is under way goes on and is not shown. */
  reset(): void;
}

const idle = { _tag: "idle" } as const;

export interface ActionOptions {
  readonly exclusive?: boolean;
}

export const make = <A, Args>({ exclusive }: ActionOptions = {}): Action<A, Args> => {
  const store = cell<ActionState<A, Args>>(idle);
  interface Run {
    readonly args: Args;
    readonly promise: Promise<A>;
  }
  /** The run whose outcome is shown. */
  let shown: Run | undefined;
  /** The run started last, as long as it is under way. */
  let last: Run | undefined;

  const begin = (args: Args, start: () => Promise<A>, onEnd?: (state: Ended<A, Args>) => void): Run => {
    const run = { args, promise: new Promise<A>((resolve) => resolve(start())) };
    const end = (state: Ended<A, Args>) => {
      if (last === run) last = undefined;
      if (shown === run) store.set(state);
      try {
        onEnd?.(state);
      } catch (bug) {
        // A callback that throws is a bug of the page's own, and shows as one.
        globalThis.reportError?.(bug);
      }
    };
    run.promise.then(
      (value) => end({ _tag: "done", args, value }),
      (error: unknown) => end({ _tag: "failed", args, error: sgpErrorOf(error) }),
    );
    return run;
  };

  return {
    ...store,
    reset: () => {
      shown = undefined;
      store.set(idle);
    },
    run: (args, start, onEnd) => {
      last = (exclusive && last) || begin(args, start, onEnd);
      if (shown !== last) {
        shown = last;
        store.set({ _tag: "running", args: last.args });
      }
      return last.promise;
    },
  };
};
