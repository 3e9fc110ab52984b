/**
 * A user-triggered async action and its state.
 *
 * 1. It shows the outcome of the run started last: an older one that ends later changes nothing.
 * 2. An exclusive action that is still running is not started again: callers get the running one's promise.
 * 3. A run is never cancelled because no component shows it any more: its effect on the server is done or not, and its promise says which.
 * 4. `pending` holds the arguments of every run under way, the earliest first, and of those that are done and not yet `echoed`; of no other.
 */
import type { SgpError } from "@evalwire/core";
import { Listeners } from "./Listeners.ts";
import type { Store } from "./Store.ts";
import { sgpErrorOf } from "./sgpErrorOf.ts";

export type ActionState<A, Args = unknown> =
  | { readonly _tag: "idle" }
  | { readonly _tag: "running"; readonly args: Args }
  | { readonly _tag: "done"; readonly args: Args; readonly value: A }
  /** Nothing of it is shown any more; `args` is what to try again with. */
  | { readonly _tag: "failed"; readonly args: Args; readonly error: SgpError };

export interface ActionSnapshot<A, Args> {
  readonly state: ActionState<A, Args>;
  readonly pending: ReadonlyArray<Args>;
}

export interface Action<A, Args> extends Store<ActionSnapshot<A, Args>> {
  /** Starts a run; settles as it does. */
  run(args: Args, start: () => Promise<A>): Promise<A>;
  /** Forgets the outcome. A run that is under way goes on and is not shown. */
  reset(): void;
}

const idle = { _tag: "idle" } as const;
const atRest = { state: idle, pending: [] } as const;

export interface ActionOptions<Args> {
  readonly exclusive?: boolean;
  /** Resolves when what a run that is done has changed shows elsewhere; `undefined` where it shows already, or never will. */
  readonly echoed?: (args: Args) => Promise<void> | undefined;
}

export const make = <A, Args>(options: ActionOptions<Args> = {}): Action<A, Args> => {
  const listeners = new Listeners();
  let snapshot: ActionSnapshot<A, Args> = atRest;
  /** The run whose outcome is shown. */
  let shown: Promise<A> | undefined;
  /** The runs under way, and those not echoed, with their arguments. */
  const underWay = new Map<Promise<A>, Args>();
  let isLastOver = true;
  let last: Promise<A> | undefined;

  const show = (state: ActionState<A, Args>) => {
    snapshot = { state, pending: underWay.size === 0 ? atRest.pending : [...underWay.values()] };
    listeners.notify();
  };
  const end = (run: Promise<A>, state: ActionState<A, Args>, echoed?: Promise<void>) => {
    if (last === run) isLastOver = true;
    if (echoed === undefined) underWay.delete(run);
    show(shown === run ? state : snapshot.state);
    echoed?.then(() => {
      underWay.delete(run);
      show(snapshot.state);
    });
  };

  return {
    snapshot: () => snapshot,
    initial: () => atRest,
    onChange: (listener) => listeners.add(listener),
    reset: () => {
      shown = undefined;
      if (snapshot.state !== idle) show(idle);
    },
    run: (args, start) => {
      let run = options.exclusive === true && !isLastOver ? last : undefined;
      if (run === undefined) {
        const started = new Promise<A>((resolve) => resolve(start()));
        underWay.set(started, args);
        started.then(
          (value) => end(started, { _tag: "done", args, value }, options.echoed?.(args)),
          (error: unknown) => end(started, { _tag: "failed", args, error: sgpErrorOf(error) }),
        );
        run = started;
      }
      if (last !== run) isLastOver = false;
      last = run;
      if (shown !== run) {
        shown = run;
        show({ _tag: "running", args: underWay.get(run) ?? args });
      }
      return run;
    },
  };
};
