/**
 * A user-triggered async action and its state.
 *
 * 1. It shows the outcome of the run started last: an older one that ends later changes nothing.
 * 2. An exclusive action that is still running is not started again: callers get the running one's promise.
 * 3. A run is never cancelled because no component shows it any more: its effect on the server is done or not, and its promise says which.
 * 4. `pending` holds the arguments of every run under way, the earliest first, and of those that are done and not yet `echoed`; of no other.
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

export interface ActionSnapshot<A, Args> {
  readonly state: ActionState<A, Args>;
  readonly pending: ReadonlyArray<Args>;
}

/** The state of a run that is over. */
export type Ended<A, Args> = Extract<ActionState<A, Args>, { readonly _tag: "done" | "failed" }>;

export interface Action<A, Args> extends Store<ActionSnapshot<A, Args>> {
  /** Starts a run; settles as it does. `onEnd` is called once it is over and shown, for the call that started it. */
  run(args: Args, start: () => Promise<A>, onEnd?: (state: Ended<A, Args>) => void): Promise<A>;
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

export const make = <A, Args>({ exclusive, echoed }: ActionOptions<Args> = {}): Action<A, Args> => {
  const store = cell<ActionSnapshot<A, Args>>(atRest);
  /** The run whose outcome is shown. */
  let shown: Promise<A> | undefined;
  /** The run started last, as long as it is under way. */
  let last: Promise<A> | undefined;
  /** The runs under way, and those not echoed, with their arguments. */
  const underWay = new Map<Promise<A>, Args>();

  const show = (state: ActionState<A, Args> = store.snapshot().state) =>
    store.set({ state, pending: underWay.size === 0 ? atRest.pending : [...underWay.values()] });

  return {
    ...store,
    reset: () => {
      shown = undefined;
      if (store.snapshot().state !== idle) show(idle);
    },
    run: (args, start, onEnd) => {
      let run = exclusive ? last : undefined;
      if (run === undefined) {
        const started = new Promise<A>((resolve) => resolve(start()));
        underWay.set(started, args);
        const end = (state: Ended<A, Args>) => {
          const echo = state._tag === "done" ? echoed?.(args) : undefined;
          const settle = () => underWay.delete(started);
          if (last === started) last = undefined;
          if (echo === undefined) settle();
          show(shown === started ? state : undefined);
          echo?.then(() => {
            settle();
            show();
          });
          try {
            onEnd?.(state);
          } catch (bug) {
            // A callback that throws is a bug of the page's own, and shows as one.
            globalThis.reportError?.(bug);
          }
        };
        started.then(
          (value) => end({ _tag: "done", args, value }),
          (error: unknown) => end({ _tag: "failed", args, error: sgpErrorOf(error) }),
        );
        run = started;
      }
      last = run;
      if (shown !== run) {
        shown = run;
        show({ _tag: "running", args: underWay.get(run) ?? args });
      }
      return run;
    },
  };
};
