/**
 * A module that is loaded when a component that may need it is mounted, and is at hand from then on: as a store, so that components show
 * when it has come.
 */
import { SgpError } from "@evalwire/core";
import * as Listeners from "./Listeners.ts";
import { type Cell, cell, nothing, type Store } from "./Store.ts";
import { messageOf } from "./sgpErrorOf.ts";

/** The module, if it is here; or why the last try to load it failed. */
export interface Loaded<Module> {
  readonly module?: Module;
  readonly error?: SgpError;
}

export interface OnDemand<Module> extends Store<Loaded<Module>> {
  /** Loads it, once for all; asks again after a failure, which is an `SgpError`. */
  readonly load: () => Promise<Module>;
  /** Loads it, for a page that is rendered on a server, too: from then on it counts as there from the first render on. */
  readonly preload: () => Promise<void>;
}

const missing = {};

/** Its `notify` loads again what did not come. */
export const restarts: Listeners.Listeners = /* @__PURE__ */ Listeners.make();

export const onDemand = <Module>(fetch: () => Promise<Module>): OnDemand<Module> => {
  let coming: Promise<Module> | undefined;
  const load = (): Promise<Module> => {
    coming ??= fetch().then(
      (module) => {
        store.set({ module });
        return module;
      },
      (cause: unknown) => {
        coming = undefined;
        const description = `a part of @evalwire/react-hooks could not be loaded: ${messageOf(cause)}; try again, or reload`;
        const error = new SgpError({
          reason: { _tag: "Unreachable", description, isUnsent: true },
          attempts: 0,
          cause,
        });
        store.set({ error });
        throw error;
      },
    );
    return coming;
  };
  const start = () => {
    load().catch(nothing);
    return nothing;
  };
  const store: Cell<Loaded<Module>> = cell<Loaded<Module>>(missing, start);
  restarts.add(() => {
    if (!store.snapshot().error) return;
    store.set(missing);
    start();
  });
  return {
    ...store,
    load,
    preload: async () => {
      await load();
      store.seed(store.snapshot());
    },
  };
};
